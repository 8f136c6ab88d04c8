#include "base/clock.h"

#include <stdbool.h>
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

/* The number that the digits make; -1: others are among them. */
static int
digits(const char *text, size_t n)
{
	int v = 0;

	for (; n > 0; n--, text++) {
		if (*text < '0' || *text > '9')
			return -1;
		v = v * 10 + (*text - '0');
	}
	return v;
}

/* Days from 1970 to that day; March is the first month, so that a leap day is
 * the last day of its year. */
static int64_t
days(int year, int month, int day)
{
	int64_t y = month > 2 ? year : year - 1;
	int64_t m = month > 2 ? month - 3 : month + 9;

	return y * 365 + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day -
	       719469;
}

int64_t
clock_parse(const char *text, size_t len)
{
	static const char form[] = "0000-00-00T00:00:00";
	int year, month, day, hour, minute, second, us = 0;
	bool fraction = len > 26 && text[19] == '.';

	if (len < sizeof form)
		return 0;
	for (size_t i = 0; i < sizeof form - 1; i++)
		if (form[i] != '0' && form[i] != text[i])
			return 0;
	year = digits(text, 4);
	month = digits(text + 5, 2);
	day = digits(text + 8, 2);
	hour = digits(text + 11, 2);
	minute = digits(text + 14, 2);
	second = digits(text + 17, 2);
	if (fraction)
		us = digits(text + 20, 6);
	if (year < 1970 || month < 1 || month > 12 || day < 1 || hour < 0 ||
	    minute < 0 || second < 0 || us < 0)
		return 0;
	return (((days(year, month, day) * 24 + hour) * 60 + minute) * 60 +
		   second) *
		   1000000 +
	       us;
}
