/* The heap against a search through all. */

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/heap.h"

enum { ITEMS = 200, STEPS = 20000 };

static unsigned
random_below(unsigned n)
{
	static uint64_t random = 5;

	random = random * UINT64_C(6364136223846793005) + 1442695040888963407;
	return (unsigned)(random >> 33) % n;
}

static void
the_first_is_the_earliest_over_many_random_steps(void **state)
{
	static struct heap_item items[ITEMS];
	bool in[ITEMS] = { false };
	struct heap h;
	size_t count = 0;

	(void)state;
	assert_int_equal(heap_open(&h, ITEMS), 0);
	for (size_t step = 0; step < STEPS; step++) {
		size_t i = random_below(ITEMS);
		uint64_t earliest = UINT64_MAX;

		if (in[i]) {
			heap_take(&h, &items[i]);
		} else {
			items[i].when = random_below(100000);
			heap_put(&h, &items[i]);
		}
		in[i] = !in[i];
		count = in[i] ? count + 1 : count - 1;
		assert_int_equal(h.count, count);
		for (size_t k = 0; k < ITEMS; k++)
			if (in[k] && items[k].when < earliest)
				earliest = items[k].when;
		if (count == 0)
			assert_null(heap_first(&h));
		else
			assert_int_equal(heap_first(&h)->when, earliest);
	}
	heap_close(&h);
}

static void
items_come_out_in_order_whatever_was_taken_from_the_middle(void **state)
{
	static struct heap_item items[ITEMS];
	struct heap h;

	(void)state;
	assert_int_equal(heap_open(&h, ITEMS), 0);
	for (size_t round = 0; round < 200; round++) {
		uint64_t last = 0;

		for (size_t i = 0; i < ITEMS; i++) {
			items[i].when = random_below(100000);
			heap_put(&h, &items[i]);
		}
		for (size_t i = 0; i < ITEMS / 2; i++)
			heap_take(&h, &items[i]);
		for (size_t i = ITEMS / 2; i < ITEMS; i++) {
			struct heap_item *first = heap_first(&h);

			assert_true(first->when >= last);
			last = first->when;
			heap_take(&h, first);
		}
		assert_null(heap_first(&h));
	}
	heap_close(&h);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    the_first_is_the_earliest_over_many_random_steps),
		cmocka_unit_test(
		    items_come_out_in_order_whatever_was_taken_from_the_middle),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
