/* Names kept in memory (net/resolve.h says for how long). */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/name_cache.h"
#include "tests/memory.h"

static struct addr
addr(uint8_t last)
{
	return (struct addr){ .family = ADDR_V4, .ip = { 10, 0, 0, last } };
}

static void
put(struct name_cache *c, const char *name, uint8_t last, uint32_t now,
    uint32_t seconds)
{
	struct addr a = addr(last);

	name_cache_put(c, name, strlen(name), &a, 1, now, seconds);
}

/* The last octet of the name's address, 0 if it has none, -1 if unknown. */
static int
known(struct name_cache *c, const char *name, uint32_t now)
{
	const struct cached_name *n =
	    name_cache_find(c, name, strlen(name), now);

	if (n == NULL)
		return -1;
	return n->count == 0 ? 0 : n->addrs[0].ip[3];
}

static void
a_name_is_known_until_its_time_is_over(void **state)
{
	static const uint32_t starts[] = { 0, 1000, UINT32_MAX - 3 };
	struct name_cache c;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		name_cache_init(&c, 10, 10000);
		put(&c, "a", 7, starts[i], 5);
		assert_int_equal(known(&c, "a", starts[i]), 7);
		assert_int_equal(known(&c, "a", starts[i] + 4), 7);
		assert_int_equal(known(&c, "b", starts[i]), -1);
		assert_int_equal(known(&c, "a", starts[i] + 5), -1);
		assert_int_equal(c.octets, 0);
		name_cache_clear(&c);
	}
}

static void
a_name_without_an_address_is_known_as_such(void **state)
{
	struct name_cache c;

	(void)state;
	name_cache_init(&c, 10, 10000);
	name_cache_put(&c, "none", 4, NULL, 0, 0, 5);
	assert_int_equal(known(&c, "none", 4), 0);
	assert_int_equal(known(&c, "none", 5), -1);
	name_cache_clear(&c);
}

static void
what_is_known_last_replaces_what_was(void **state)
{
	struct name_cache c;
	size_t octets;

	(void)state;
	name_cache_init(&c, 10, 10000);
	put(&c, "a", 1, 0, 5);
	octets = c.octets;
	put(&c, "a", 2, 3, 5);
	assert_int_equal(known(&c, "a", 7), 2);
	assert_int_equal(c.octets, octets);
	assert_int_equal(c.map.count, 1);
	name_cache_clear(&c);
}

static void
the_oldest_make_room_in_names_and_in_octets(void **state)
{
	struct name_cache c;
	char name[16];
	size_t one;

	(void)state;
	name_cache_init(&c, 4, 1 << 20);
	put(&c, "1000", 1, 0, 100);
	one = c.octets;
	name_cache_clear(&c);
	for (unsigned octets = 0; octets < 2; octets++) {
		name_cache_init(
		    &c, octets ? 1000 : 4, octets ? 4 * one : 1 << 20);
		for (unsigned i = 0; i < 100; i++) {
			snprintf(name, sizeof name, "%u", 1000 + i);
			put(&c, name, (uint8_t)(i + 1), 0, 100);
			assert_true(c.map.count <= 4);
			assert_true(c.octets <= 4 * one);
		}
		assert_int_equal(known(&c, "1095", 0), -1);
		assert_int_equal(known(&c, "1096", 0), 97);
		assert_int_equal(known(&c, "1099", 0), 100);
		name_cache_clear(&c);
		assert_int_equal(c.octets, 0);
	}
}

static void
what_is_too_large_for_the_whole_is_not_kept(void **state)
{
	struct name_cache c;
	static const struct addr many[32];

	(void)state;
	name_cache_init(&c, 10, 200);
	put(&c, "a", 1, 0, 100);
	name_cache_put(&c, "large", 5, many, 32, 0, 100);
	assert_int_equal(known(&c, "large", 0), -1);
	assert_int_equal(known(&c, "a", 0), 1);
	name_cache_clear(&c);
}

static void
without_memory_nothing_is_kept_and_nothing_is_lost(void **state)
{
	struct name_cache c;

	(void)state;
	for (size_t fail = 1; fail <= 2; fail++) {
		name_cache_init(&c, 10, 10000);
		memory_begin(fail);
		put(&c, "a", 1, 0, 100);
		memory_begin(0);
		assert_int_equal(known(&c, "a", 0), -1);
		assert_int_equal(c.octets, 0);
		put(&c, "a", 2, 0, 100);
		assert_int_equal(known(&c, "a", 0), 2);
		name_cache_clear(&c);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_name_is_known_until_its_time_is_over),
		cmocka_unit_test(a_name_without_an_address_is_known_as_such),
		cmocka_unit_test(what_is_known_last_replaces_what_was),
		cmocka_unit_test(the_oldest_make_room_in_names_and_in_octets),
		cmocka_unit_test(what_is_too_large_for_the_whole_is_not_kept),
		cmocka_unit_test(
		    without_memory_nothing_is_kept_and_nothing_is_lost),
	};

	return cmocka_run_group_tests_name("name_cache", tests, NULL, NULL);
}
