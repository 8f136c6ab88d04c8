#include "ctl/unit.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"

/* 999, 1.5K, 23K, 1.1M: three digits at most, powers of 1024. */
static void
size(char out[UNIT_TEXT], uint64_t n)
{
	static const char letters[] = "KMGTPE";
	uint64_t tenths;
	unsigned power = 0, shift;

	while (power < 6 && n >> (10 * power) >= 1000)
		power++;
	if (power == 0) {
		(void)snprintf(out, UNIT_TEXT, "%" PRIu64, n);
		return;
	}
	shift = 10 * (power - 1);
	tenths = (n >> shift) * 10 / 1024;
	if (tenths < 100)
		(void)snprintf(out, UNIT_TEXT, "%" PRIu64 ".%" PRIu64 "%c",
		    tenths / 10, tenths % 10, letters[power - 1]);
	else
		(void)snprintf(out, UNIT_TEXT, "%" PRIu64 "%c", tenths / 10,
		    letters[power - 1]);
}

/* 59s, 5m12s, 3h05m, 4d02h, 123d. */
static void
duration(char out[UNIT_TEXT], uint64_t s)
{
	static const struct {
		uint64_t whole, part;
		char letters[2];
	} forms[] = { { 86400, 3600, "dh" }, { 3600, 60, "hm" },
		{ 60, 1, "ms" } };
	size_t i = 0;

	if (s < 60 || s >= 100 * forms[0].whole) {
		(void)snprintf(out, UNIT_TEXT, "%" PRIu64 "%c",
		    s < 60 ? s : s / forms[0].whole, s < 60 ? 's' : 'd');
		return;
	}
	while (s < forms[i].whole)
		i++;
	(void)snprintf(out, UNIT_TEXT, "%" PRIu64 "%c%02" PRIu64 "%c",
	    s / forms[i].whole, forms[i].letters[0],
	    s % forms[i].whole / forms[i].part, forms[i].letters[1]);
}

/* 350us, 12.5ms, 1.2s, then as above. */
static void
instant(char out[UNIT_TEXT], uint64_t us)
{
	if (us < 1000)
		(void)snprintf(out, UNIT_TEXT, "%" PRIu64 "us", us);
	else if (us < 1000 * 1000)
		(void)snprintf(out, UNIT_TEXT, "%" PRIu64 ".%" PRIu64 "ms",
		    us / 1000, us % 1000 / 100);
	else if (us < 60 * 1000 * 1000)
		(void)snprintf(out, UNIT_TEXT, "%" PRIu64 ".%" PRIu64 "s",
		    us / 1000000, us % 1000000 / 100000);
	else
		duration(out, us / 1000000);
}

static bool
begins(const char *text, const char *with)
{
	return strncmp(text, with, strlen(with)) == 0;
}

bool
unit_brief(char out[UNIT_TEXT], uint64_t n, const char *unit)
{
	if (strcmp(unit, "microseconds since 1970") == 0)
		(void)clock_format(out, (int64_t)(n & INT64_MAX));
	else if (begins(unit, "bytes") || begins(unit, "octets"))
		size(out, n);
	else if (begins(unit, "seconds"))
		duration(out, n);
	else if (begins(unit, "microseconds"))
		instant(out, n);
	else {
		(void)snprintf(out, UNIT_TEXT, "%" PRIu64, n);
		return false;
	}
	return true;
}
