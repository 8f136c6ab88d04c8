/* Sources whose last login failed. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/suspects.h"

static struct addr
of(const char *text)
{
	struct addr a;

	assert_true(addr_parse(&a, text, 0));
	return a;
}

static void
a_source_is_suspect_for_a_while_after_a_failure(void **state)
{
	struct suspects s = { 0 };
	struct addr guesser = of("10.0.0.1:1000"), again = of("10.0.0.1:2000");

	(void)state;
	assert_false(suspects_has(&s, &guesser, 5));
	suspects_add(&s, &guesser, 1000);
	assert_true(suspects_has(&s, &again, 1000));
	assert_true(suspects_has(&s, &again, 1000 + SUSPECTS_MS - 1));
	assert_false(suspects_has(&s, &again, 1000 + SUSPECTS_MS));
}

static void
an_ipv6_source_is_its_network_of_64_bits(void **state)
{
	struct suspects s = { 0 };
	struct addr a = of("[2001:db8::1]:1"), b = of("[2001:db8::ffff]:2");

	(void)state;
	suspects_add(&s, &a, 0);
	assert_true(suspects_has(&s, &b, 1));
}

static void
one_guesser_makes_few_others_suspect(void **state)
{
	struct suspects s = { 0 };
	struct addr a = of("10.0.0.1:1");
	unsigned others = 0;

	(void)state;
	suspects_add(&s, &a, 0);
	for (unsigned i = 0; i < 1000; i++) {
		a.ip[2] = (uint8_t)(1 + i / 250);
		a.ip[3] = (uint8_t)(i % 250);
		others += suspects_has(&s, &a, 1);
	}
	assert_true(others < 50);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    a_source_is_suspect_for_a_while_after_a_failure),
		cmocka_unit_test(an_ipv6_source_is_its_network_of_64_bits),
		cmocka_unit_test(one_guesser_makes_few_others_suspect),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
