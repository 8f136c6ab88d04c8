/* What the last event asked the daemon, for tests. */

#ifndef TESTS_TUI_ASKED_H
#define TESTS_TUI_ASKED_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/tui/play.h"

/* The only request there is, which must be this one. */
static inline struct effect
play_asked(const struct play *p, enum admin_id id)
{
	const struct effect *e = play_effect(p, EFFECT_ASK, 0);

	assert_non_null(e);
	assert_int_equal(e->id, id);
	assert_null(play_effect(p, EFFECT_ASK, 1));
	return *e;
}

#endif
