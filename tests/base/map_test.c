/* The hash map against a plain array that does the same. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/map.h"

enum { KEYS = 500, STEPS = 200000 };

static void
the_map_agrees_with_an_array_over_many_random_steps(void **state)
{
	static uint32_t keys[KEYS];
	static void *wanted[KEYS];
	struct map m = { 0 };
	size_t count = 0, at = 0, seen = 0;
	unsigned random = 1;

	(void)state;
	for (size_t i = 0; i < KEYS; i++)
		keys[i] = (uint32_t)(i * 7919);
	for (size_t i = 0; i < STEPS; i++) {
		random = random * 1103515245 + 12345;
		size_t k = (random >> 8) % KEYS;

		if (random >> 30 != 0) {
			assert_int_equal(map_put(&m, &keys[k], 4, &keys[k]), 0);
			count += wanted[k] == NULL;
			wanted[k] = &keys[k];
		} else {
			assert_ptr_equal(map_take(&m, &keys[k], 4), wanted[k]);
			count -= wanted[k] != NULL;
			wanted[k] = NULL;
		}
		assert_int_equal(m.count, count);
		k = (random >> 4) % KEYS;
		assert_ptr_equal(map_get(&m, &keys[k], 4), wanted[k]);
	}
	while (map_next(&m, &at) != NULL)
		seen++;
	assert_int_equal(seen, count);
	map_free(&m);
}

static void
keys_of_any_length_differ_by_every_byte(void **state)
{
	struct map m = { 0 };
	uint8_t key[40] = { 0 }, other[40] = { 0 };

	(void)state;
	for (size_t len = 1; len <= sizeof key; len++) {
		assert_int_equal(map_put(&m, key, len, key), 0);
		for (size_t i = 0; i < len; i++) {
			other[i] = 1;
			assert_null(map_get(&m, other, len));
			other[i] = 0;
		}
		assert_ptr_equal(map_get(&m, other, len), key);
	}
	map_free(&m);
}

static void
an_empty_map_has_nothing(void **state)
{
	struct map m = { 0 };
	size_t at = 0;

	(void)state;
	assert_null(map_get(&m, "x", 1));
	assert_null(map_take(&m, "x", 1));
	assert_null(map_next(&m, &at));
	map_free(&m);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    the_map_agrees_with_an_array_over_many_random_steps),
		cmocka_unit_test(keys_of_any_length_differ_by_every_byte),
		cmocka_unit_test(an_empty_map_has_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
