/* The history of a figure. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <string.h>

#include "tui/ring.h"

static struct ring ring;

static int
begin(void **state)
{
	(void)state;
	memset(&ring, 0, sizeof ring);
	return 0;
}

static void
newest_columns_come_last(void **state)
{
	double columns[60];

	(void)state;
	for (uint64_t s = 1; s <= 30; s++)
		ring_add(&ring, s * 1000 - 1000, s * 1000, (double)s);
	ring_columns(&ring, 30000, 60, columns, 60);
	assert_true(columns[59] == 30);
	assert_true(columns[30] == 1);
	assert_true(isnan(columns[28]));
}

static void
what_nobody_heard_is_a_gap_and_not_zero(void **state)
{
	double columns[10];

	(void)state;
	ring_add(&ring, 1000, 1000, 0);
	ring_add(&ring, 5000, 5000, 7);
	ring_columns(&ring, 5000, 10, columns, 10);
	assert_true(columns[5] == 0);
	assert_true(isnan(columns[6]));
	assert_true(isnan(columns[8]));
	assert_true(columns[9] == 7);
}

static void
a_figure_over_a_span_fills_all_its_seconds(void **state)
{
	double columns[10];

	(void)state;
	ring_add(&ring, 1000, 6000, 4);
	ring_columns(&ring, 6000, 10, columns, 10);
	for (int i = 5; i < 10; i++)
		assert_true(columns[i] == 4);
	assert_true(isnan(columns[4]));
}

static void
wider_windows_show_means(void **state)
{
	double columns[60];

	(void)state;
	for (uint64_t s = 1; s <= 600; s++)
		ring_add(&ring, s * 1000 - 1000, s * 1000, s % 2 ? 10 : 20);
	ring_columns(&ring, 599000, 600, columns, 60);
	assert_true(columns[40] == 15);
}

static void
columns_stay_the_same_until_one_is_full(void **state)
{
	double before[30], after[30];

	(void)state;
	for (uint64_t s = 1; s <= 100; s++)
		ring_add(&ring, s * 1000 - 1000, s * 1000, (double)(s % 7));
	ring_columns(&ring, 101000, 90, before, 30);
	ring_columns(&ring, 101999, 90, after, 30);
	assert_memory_equal(before, after, sizeof before);
}

static void
seven_days_are_kept(void **state)
{
	double columns[100];
	uint64_t day = 86400000;

	(void)state;
	for (uint64_t t = 0; t < 8 * day; t += 300000)
		ring_add(&ring, t, t + 300000, (double)(t / day));
	ring_columns(&ring, 8 * day - 1, 604800, columns, 100);
	assert_true(columns[99] == 7);
	assert_true(columns[10] >= 1 && columns[10] < 3);
}

static void
an_old_figure_does_not_spoil_newer_ones(void **state)
{
	(void)state;
	ring_add(&ring, 0, 2000000, 5);
	ring_add(&ring, 1000, 1000, 99);
	assert_true(ring_last(&ring) == 5);
	assert_true(ring_most(&ring, 2000000, 60) == 5);
}

static void
the_largest_is_that_of_the_window(void **state)
{
	(void)state;
	ring_add(&ring, 1000, 1000, 50);
	for (uint64_t s = 2; s <= 200; s++)
		ring_add(&ring, s * 1000 - 1000, s * 1000, 3);
	assert_true(ring_most(&ring, 200000, 60) == 3);
	assert_true(ring_most(&ring, 200000, 600) == 50);
	assert_true(isnan(ring_most(&ring, 9000000, 60)));
}

static void
a_clock_that_jumps_far_ahead_leaves_only_gaps(void **state)
{
	double columns[60];

	(void)state;
	ring_add(&ring, 1000, 1000, 1);
	ring_add(&ring, UINT64_C(9000000000000), UINT64_C(9000000000000), 2);
	ring_columns(&ring, UINT64_C(9000000000000), 60, columns, 60);
	assert_true(columns[59] == 2);
	assert_true(isnan(columns[0]));
}

#define TEST(name) cmocka_unit_test_setup(name, begin)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(newest_columns_come_last),
		TEST(what_nobody_heard_is_a_gap_and_not_zero),
		TEST(a_figure_over_a_span_fills_all_its_seconds),
		TEST(wider_windows_show_means),
		TEST(columns_stay_the_same_until_one_is_full),
		TEST(seven_days_are_kept),
		TEST(an_old_figure_does_not_spoil_newer_ones),
		TEST(the_largest_is_that_of_the_window),
		TEST(a_clock_that_jumps_far_ahead_leaves_only_gaps),
	};

	return cmocka_run_group_tests_name("ring", tests, NULL, NULL);
}
