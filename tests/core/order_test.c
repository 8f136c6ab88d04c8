/* The order of accounts by name; book_test.c compares it with a sorted table.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/order.h"

enum { MANY = 20000 };

static char names[MANY][8];
static struct account accounts[MANY];

static void
fill(struct order *o)
{
	for (size_t i = 0; i < MANY; i++) {
		snprintf(names[i], sizeof names[i], "%05zu", i * 7919 % MANY);
		accounts[i] =
		    (struct account){ .name = names[i], .name_len = 5 };
		assert_int_equal(order_reserve(o), 0);
		order_insert(o, &accounts[i]);
	}
}

static void
after_many_removals_little_room_is_kept(void **state)
{
	struct order o = { 0 };
	size_t full, left = 0;

	(void)state;
	fill(&o);
	full = o.nchunks;
	for (size_t i = 0; i < MANY; i++)
		if (strcmp(names[i] + 3, "00") != 0)
			order_remove(&o, &accounts[i]);
		else
			left++;
	assert_int_equal(left, MANY / 100);
	assert_in_range(full, MANY / 512, MANY / 200);
	assert_in_range(o.nchunks, 1, full / 10);
	order_free(&o);
}

static void
a_list_goes_on_after_a_name_that_is_gone(void **state)
{
	const struct account *list[3];
	struct order o = { 0 };

	(void)state;
	fill(&o);
	assert_int_equal(order_list(&o, "00099x", list, 3), 3);
	assert_string_equal(list[0]->name, "00100");
	assert_string_equal(list[2]->name, "00102");
	assert_int_equal(order_list(&o, "19998", list, 3), 1);
	assert_int_equal(order_list(&o, "19999", list, 3), 0);
	assert_int_equal(order_list(&o, "", list, 3), 3);
	assert_string_equal(list[0]->name, "00000");
	order_free(&o);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(after_many_removals_little_room_is_kept),
		cmocka_unit_test(a_list_goes_on_after_a_name_that_is_gone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
