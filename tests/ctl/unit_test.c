/* Numbers as people read them. */

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "ctl/unit.h"

struct reading {
	uint64_t n;
	const char *unit, *text;
};

static void
each_reads(const struct reading *all, size_t count)
{
	char text[UNIT_TEXT];

	for (size_t i = 0; i < count; i++) {
		assert_true(unit_brief(text, all[i].n, all[i].unit));
		assert_string_equal(text, all[i].text);
	}
}

static void
sizes_have_at_most_three_digits(void **state)
{
	static const struct reading all[] = {
		{ 0, "bytes", "0" },
		{ 999, "bytes", "999" },
		{ 1000, "bytes", "0.9K" },
		{ 1024, "bytes", "1.0K" },
		{ 10239, "bytes", "9.9K" },
		{ 10240, "bytes", "10K" },
		{ 65536, "bytes/s", "64K" },
		{ 1023999, "bytes", "999K" },
		{ 1024000, "bytes", "0.9M" },
		{ UINT64_C(1) << 30, "bytes", "1.0G" },
		{ UINT64_MAX, "bytes", "15E" },
	};

	(void)state;
	each_reads(all, sizeof all / sizeof *all);
}

static void
durations_have_two_parts(void **state)
{
	static const struct reading all[] = {
		{ 0, "seconds", "0s" },
		{ 59, "seconds", "59s" },
		{ 60, "seconds", "1m00s" },
		{ 3599, "seconds", "59m59s" },
		{ 3600 + 5 * 60, "seconds", "1h05m" },
		{ 86400 - 1, "seconds", "23h59m" },
		{ 86400 + 7200, "seconds", "1d02h" },
		{ 100 * 86400 - 1, "seconds", "99d23h" },
		{ 100 * 86400, "seconds", "100d" },
		{ UINT64_MAX, "seconds", "213503982334601d" },
	};

	(void)state;
	each_reads(all, sizeof all / sizeof *all);
}

static void
instants_are_told_in_the_unit_that_fits(void **state)
{
	static const struct reading all[] = {
		{ 999, "microseconds", "999us" },
		{ 1000, "microseconds", "1.0ms" },
		{ 12345, "microseconds", "12.3ms" },
		{ 1500000, "microseconds", "1.5s" },
		{ 61000000, "microseconds", "1m01s" },
	};

	(void)state;
	each_reads(all, sizeof all / sizeof *all);
}

static void
other_units_are_left_alone(void **state)
{
	char text[UNIT_TEXT];

	(void)state;
	assert_false(unit_brief(text, 1234567, "sessions"));
	assert_string_equal(text, "1234567");
	assert_false(unit_brief(text, UINT64_MAX, ""));
	assert_string_equal(text, "18446744073709551615");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sizes_have_at_most_three_digits),
		cmocka_unit_test(durations_have_two_parts),
		cmocka_unit_test(instants_are_told_in_the_unit_that_fits),
		cmocka_unit_test(other_units_are_left_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
