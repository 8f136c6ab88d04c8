#include "base/clock.h"

#include <stdio.h>
#include <time.h>

static struct timespec
read_clock(clockid_t id)
{
	struct timespec t = { 0 };

	(void)clock_gettime(id, &t); /* cannot fail with these ids */
	return t;
}

uint64_t
clock_ms(void)
{
	struct timespec t = read_clock(CLOCK_MONOTONIC);

	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

uint64_t
clock_us(void)
{
	struct timespec t = read_clock(CLOCK_MONOTONIC);

	return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

uint32_t
clock_s(void)
{
	return (uint32_t)read_clock(CLOCK_MONOTONIC_COARSE).tv_sec;
}

int64_t
clock_wall_us(void)
{
	struct timespec t = read_clock(CLOCK_REALTIME);

	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

size_t
clock_format(char text[CLOCK_TEXT], int64_t wall_us)
{
	time_t s = (time_t)(wall_us / 1000000);
	int us = (int)(wall_us % 1000000);
	struct tm tm;
	size_t n;

	gmtime_r(&s, &tm);
	n = strftime(text, CLOCK_TEXT, "%Y-%m-%dT%H:%M:%S", &tm);
	if (us != 0)
		n += (size_t)snprintf(text + n, CLOCK_TEXT - n, ".%06d", us);
	return n + (size_t)snprintf(text + n, CLOCK_TEXT - n, "Z");
}
