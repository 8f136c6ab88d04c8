/* Which family of addresses comes first (RFC 8305 section 4). */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/families.h"

static void
auto_begins_with_ipv6_but_not_just_after_ipv4_had_to_help(void **state)
{
	struct families f = { 0 };

	(void)state;
	assert_int_equal(families_first(&f, 1000), ADDR_V6);
	families_raced(&f, ADDR_V4, 1000);
	assert_int_equal(families_first(&f, 1000), ADDR_V4);
	families_raced(&f, ADDR_V4, 1599); /* it was first anyway */
	assert_int_equal(families_first(&f, 1599), ADDR_V4);
	assert_int_equal(families_first(&f, 1600), ADDR_V6);
	families_raced(&f, ADDR_V4, 1600);
	families_raced(&f, ADDR_V6, 1600);
	assert_int_equal(families_first(&f, 1600), ADDR_V6);
}

static void
a_family_that_was_asked_for_stays_first(void **state)
{
	struct families f = { .prefer = PREFER_IPV6 };

	(void)state;
	families_raced(&f, ADDR_V4, 1000);
	assert_int_equal(families_first(&f, 1000), ADDR_V6);
	f.prefer = PREFER_IPV4;
	families_raced(&f, ADDR_V6, 1000);
	assert_int_equal(families_first(&f, 1000), ADDR_V4);
}

static void
families_alternate_and_the_rest_follows(void **state)
{
	struct addr a[5] = { { .family = ADDR_V4, .port = 1 },
		{ .family = ADDR_V4, .port = 2 },
		{ .family = ADDR_V4, .port = 3 },
		{ .family = ADDR_V6, .port = 4 },
		{ .family = ADDR_V4, .port = 5 } };
	static const uint16_t want6[] = { 4, 1, 2, 3, 5 };
	static const uint16_t want4[] = { 1, 4, 2, 3, 5 };

	(void)state;
	families_alternate(a, 5, ADDR_V6);
	for (size_t i = 0; i < 5; i++)
		assert_int_equal(a[i].port, want6[i]);
	families_alternate(a, 5, ADDR_V4);
	for (size_t i = 0; i < 5; i++)
		assert_int_equal(a[i].port, want4[i]);
	families_alternate(a, 0, ADDR_V4);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    auto_begins_with_ipv6_but_not_just_after_ipv4_had_to_help),
		cmocka_unit_test(a_family_that_was_asked_for_stays_first),
		cmocka_unit_test(families_alternate_and_the_rest_follows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
