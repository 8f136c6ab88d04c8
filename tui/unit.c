#include "tui/unit.h"

#include <math.h>
#include <stdio.h>
#include <time.h>

/* Bring a value below 1000; returns the index of its prefix. */
static int
scale(double *value, int last)
{
	int i = 0;

	while (i < last && *value >= 999.5) {
		*value /= 1000;
		i++;
	}
	return i;
}

/* Decimals that make three digits. */
static int
decimals(double value)
{
	return value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
}

const char *
unit_bytes(char text[UNIT_TEXT], double bytes)
{
	static const char *const names[] = { "B", "kB", "MB", "GB", "TB", "PB",
		"EB" };
	int i;

	if (isnan(bytes) || bytes < 0)
		bytes = 0;
	i = scale(&bytes, 6);
	(void)snprintf(text, UNIT_TEXT, "%.*f %s", i == 0 ? 0 : decimals(bytes),
	    bytes, names[i]);
	return text;
}

const char *
unit_short(char text[UNIT_TEXT], double value)
{
	static const char *const names[] = { "", "k", "M", "G", "T", "P", "E" };
	int i;

	if (isnan(value) || value < 0)
		value = 0;
	i = scale(&value, 6);
	(void)snprintf(text, UNIT_TEXT, "%.*f%s",
	    i == 0 || value == floor(value) ? 0 : decimals(value), value,
	    names[i]);
	return text;
}

const char *
unit_count(char text[UNIT_TEXT], uint64_t n)
{
	char digits[24];
	int len =
	    snprintf(digits, sizeof digits, "%llu", (unsigned long long)n);
	int at = 0;

	for (int i = 0; i < len; i++) {
		if (i > 0 && (len - i) % 3 == 0)
			text[at++] = ' ';
		text[at++] = digits[i];
	}
	text[at] = '\0';
	return text;
}

const char *
unit_ms(char text[UNIT_TEXT], double ms)
{
	if (ms < 10)
		(void)snprintf(text, UNIT_TEXT, "%.1f ms", ms);
	else if (ms < 1000)
		(void)snprintf(text, UNIT_TEXT, "%.0f ms", ms);
	else if (ms < 120e3)
		(void)snprintf(text, UNIT_TEXT, "%.0f s", floor(ms / 1e3));
	else if (ms < 7200e3)
		(void)snprintf(text, UNIT_TEXT, "%.0f min", floor(ms / 60e3));
	else if (ms < 172800e3)
		(void)snprintf(text, UNIT_TEXT, "%.0f h", floor(ms / 3600e3));
	else
		(void)snprintf(text, UNIT_TEXT, "%.0f d", floor(ms / 86400e3));
	return text;
}

const char *
unit_whole(char text[UNIT_TEXT], double value)
{
	return unit_count(
	    text, value < 0x1p63 ? (uint64_t)(value + 0.5) : UINT64_MAX);
}

const char *
unit_rate(char text[UNIT_TEXT], double value)
{
	if (isnan(value) || value <= 0)
		(void)snprintf(text, UNIT_TEXT, "0");
	else if (value < 9.95)
		(void)snprintf(text, UNIT_TEXT, "%.1f", value);
	else
		unit_whole(text, value);
	return text;
}

const char *
unit_age(char text[UNIT_TEXT], uint64_t s)
{
	unsigned long long n = s;

	if (n < 60)
		(void)snprintf(text, UNIT_TEXT, "%llus", n);
	else if (n < 3600)
		(void)snprintf(text, UNIT_TEXT, "%llum%02llu", n / 60, n % 60);
	else if (n < 100 * 3600)
		(void)snprintf(
		    text, UNIT_TEXT, "%lluh%02llu", n / 3600, n % 3600 / 60);
	else
		(void)snprintf(text, UNIT_TEXT, "%llud%02lluh", n / 86400,
		    n % 86400 / 3600);
	return text;
}

double
unit_growth(uint64_t was, uint64_t is, uint64_t ms)
{
	return is < was || ms == 0 ? NAN
				   : (double)(is - was) * 1000 / (double)ms;
}

const char *
unit_us(char text[UNIT_TEXT], uint64_t us)
{
	if (us < 1000)
		(void)snprintf(
		    text, UNIT_TEXT, "%lluus", (unsigned long long)us);
	else if (us < 10000)
		(void)snprintf(text, UNIT_TEXT, "%.1fms", (double)us / 1000);
	else if (us < 1000000)
		(void)snprintf(
		    text, UNIT_TEXT, "%llums", (unsigned long long)(us / 1000));
	else
		(void)snprintf(text, UNIT_TEXT, "%.1fs", (double)us / 1e6);
	return text;
}

__attribute__((format(strftime, 2, 0))) static const char *
local(char text[UNIT_TEXT], const char *format, uint64_t seconds)
{
	time_t when = (time_t)seconds;
	struct tm t;

	if (localtime_r(&when, &t) == NULL ||
	    strftime(text, UNIT_TEXT, format, &t) == 0)
		(void)snprintf(text, UNIT_TEXT, "--:--:--");
	return text;
}

const char *
unit_clock(char text[UNIT_TEXT], uint64_t seconds)
{
	return local(text, "%T", seconds);
}

const char *
unit_date(char text[UNIT_TEXT], uint64_t seconds)
{
	return local(text, "%m-%d %T", seconds);
}

const char *
unit_moment(char text[UNIT_TEXT], uint64_t seconds, unsigned window)
{
	return local(text,
	    window < 600      ? "%T"
	    : window <= 86400 ? "%R"
			      : "%a %d %R",
	    seconds);
}

const char *
unit_number(char text[UNIT_TEXT], double value)
{
	if (value >= 999.5)
		return unit_short(text, value);
	(void)snprintf(text, UNIT_TEXT, "%.*f",
	    value >= 99.95  ? 0
	    : value >= 9.95 ? (value < floor(value) + 0.05 ? 0 : 1)
	    : value < floor(value) + 0.005 ? 0
					   : 2,
	    value);
	return text;
}
