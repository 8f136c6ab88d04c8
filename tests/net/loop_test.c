/* net/loop: an event base, or why there is none. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <stdlib.h>

#include "net/loop.h"

/* libevent has memory so many times more. */
static size_t left = SIZE_MAX;

static void *
again(void *p, size_t size)
{
	if (left == 0) {
		errno = ENOMEM;
		return NULL;
	}
	left--;
	return realloc(p, size);
}

static void *
take(size_t size)
{
	return again(NULL, size);
}

static void
base_that_finds_no_memory_is_none_and_says_so(void **state)
{
	struct event_base *base = NULL;

	(void)state;
	for (size_t room = 0; base == NULL; room++) {
		left = room;
		base = loop_new();
		assert_true(base != NULL || errno == ENOMEM);
		assert_true(base == NULL || room > 1);
	}
	left = SIZE_MAX;
	event_base_free(base);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(base_that_finds_no_memory_is_none_and_says_so),
	};

	event_set_mem_functions(take, again, free);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
