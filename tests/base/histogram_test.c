/* base/histogram: values fall into the bucket that says so. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/histogram.h"

static void
each_value_is_in_the_first_bucket_that_holds_it(void **state)
{
	static const uint64_t far[] = { (1 << 26) - 1, 1 << 26, (1 << 26) + 1,
		UINT64_MAX };

	(void)state;
	for (uint64_t us = 0; us < 100000; us++) {
		size_t i = histogram_bucket(us);

		assert_true(us <= histogram_most(i));
		assert_true(i == 0 || us > histogram_most(i - 1));
	}
	for (size_t f = 0; f < sizeof far / sizeof *far; f++) {
		size_t i = histogram_bucket(far[f]);

		assert_true(far[f] <= histogram_most(i));
		assert_true(far[f] > histogram_most(i - 1));
	}
}

static void
bounds_grow_by_half_at_most_but_for_the_last(void **state)
{
	(void)state;
	assert_int_equal(histogram_most(0), 1);
	assert_int_equal(histogram_most(HISTOGRAM_BUCKETS - 2), 1 << 26);
	assert_true(histogram_most(HISTOGRAM_BUCKETS - 1) == UINT64_MAX);
	for (size_t i = 2; i < HISTOGRAM_BUCKETS - 1; i++) {
		assert_true(histogram_most(i) > histogram_most(i - 1));
		assert_true(2 * histogram_most(i) <= 3 * histogram_most(i - 1));
	}
}

static void
sums_count_what_threads_have_counted_since(void **state)
{
	struct histogram a = { 0 }, b = { 0 };
	struct histogram_sum before = { 0 }, now = { 0 }, since;

	(void)state;
	histogram_add(&a, 5);
	histogram_sum(&before, &a);
	histogram_add(&a, 7);
	histogram_add(&b, 100);
	histogram_sum(&now, &a);
	histogram_sum(&now, &b);
	assert_int_equal(now.count, 3);
	assert_int_equal(now.sum, 112);
	since = histogram_since(&now, &before);
	assert_int_equal(since.count, 2);
	assert_int_equal(since.sum, 107);
}

static void
a_percentile_is_the_bound_that_so_many_keep_to(void **state)
{
	struct histogram_sum sum = { 0 };
	struct histogram h = { 0 };

	(void)state;
	assert_int_equal(histogram_percentile(&sum, 50), 0);
	for (uint64_t us = 1; us <= 100; us++)
		histogram_add(&h, us);
	histogram_sum(&sum, &h);
	assert_int_equal(histogram_percentile(&sum, 1), 1);
	assert_int_equal(histogram_percentile(&sum, 50), 64);
	assert_int_equal(histogram_percentile(&sum, 64), 64);
	assert_int_equal(histogram_percentile(&sum, 65), 96);
	assert_int_equal(histogram_percentile(&sum, 99), 128);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    each_value_is_in_the_first_bucket_that_holds_it),
		cmocka_unit_test(bounds_grow_by_half_at_most_but_for_the_last),
		cmocka_unit_test(sums_count_what_threads_have_counted_since),
		cmocka_unit_test(
		    a_percentile_is_the_bound_that_so_many_keep_to),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
