/* The targets that may answer a client. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "core/targets.h"

static struct addr
number(unsigned n)
{
	struct addr a = { .family = ADDR_V4, .port = (uint16_t)(n >> 16) };

	a.ip[2] = (uint8_t)(n >> 8);
	a.ip[3] = (uint8_t)n;
	return a;
}

static bool
note(struct targets *t, unsigned n)
{
	struct addr a = number(n);

	return targets_note(t, &a);
}

static void
only_noted_targets_are_known(void **state)
{
	struct targets t = { 0 };
	struct addr a, other;

	(void)state;
	assert_true(addr_parse(&a, "192.0.2.1:53", 0));
	assert_false(targets_has(&t, &a));
	assert_true(targets_note(&t, &a));
	assert_true(targets_has(&t, &a));
	for (const char *const *text = (const char *const[]){ "192.0.2.1:54",
		 "192.0.2.2:53", "[c000:201::]:53", NULL };
	     *text != NULL; text++) {
		assert_true(addr_parse(&other, *text, 0));
		assert_false(targets_has(&t, &other));
	}
	targets_free(&t);
	assert_false(targets_has(&t, &a));
}

static void
the_one_written_to_longest_ago_is_forgotten(void **state)
{
	struct addr zero = number(0), one = number(1);
	struct addr more = number(TARGETS_MOST);
	struct targets t = { 0 };

	(void)state;
	for (unsigned i = 0; i < TARGETS_MOST; i++)
		assert_true(note(&t, i));
	/* Number 0 is written to again, so number 1 is the oldest. */
	assert_true(targets_note(&t, &zero));
	assert_true(targets_note(&t, &more));
	assert_true(targets_has(&t, &zero));
	assert_false(targets_has(&t, &one));
	assert_true(targets_has(&t, &more));
	targets_free(&t);
}

/* Against a list in which the place is the age. */
static void
random_notes_leave_the_latest(void **state)
{
	static unsigned order[TARGETS_MOST * 2];
	struct targets t = { 0 };
	unsigned seed = 7, stamp = 0;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		unsigned n = (seed = seed * 1103515245u + 12345u) >> 8;
		struct addr a = number(n %= TARGETS_MOST * 2);

		assert_true(targets_note(&t, &a));
		order[n] = ++stamp;
	}
	for (unsigned n = 0; n < TARGETS_MOST * 2; n++) {
		struct addr a = number(n);
		unsigned later = 0;

		for (unsigned j = 0; j < TARGETS_MOST * 2; j++)
			later += order[j] > order[n];
		assert_int_equal(
		    targets_has(&t, &a), order[n] != 0 && later < TARGETS_MOST);
	}
	targets_free(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_noted_targets_are_known),
		cmocka_unit_test(the_one_written_to_longest_ago_is_forgotten),
		cmocka_unit_test(random_notes_leave_the_latest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
