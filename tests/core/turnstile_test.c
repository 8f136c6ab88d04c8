/* The turnstile: whose password is checked next. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/turnstile.h"

enum { START = 1000000, SECOND = 1000 };

static struct addr
source(unsigned n)
{
	return (struct addr){ .family = ADDR_V4,
		.ip = {
		    10, (uint8_t)(n >> 16), (uint8_t)(n >> 8), (uint8_t)n } };
}

static struct login *
login(unsigned from)
{
	struct login *l = calloc(1, sizeof *l);

	assert_non_null(l);
	l->source = source(from);
	return l;
}

static struct turnstile *
open_with(size_t queued, size_t per_source, size_t sources)
{
	struct turnstile_limits limits = turnstile_defaults;
	struct turnstile *t;

	limits.queued = queued;
	limits.per_source = per_source;
	limits.sources = sources;
	t = turnstile_new(&limits);
	assert_non_null(t);
	return t;
}

static void
enter(struct turnstile *t, unsigned from, uint64_t now)
{
	assert_null(turnstile_enter(t, login(from), now));
}

/* Whose turn it is; -1: nobody's. The login is done with. */
static int
turn(struct turnstile *t, uint64_t now, bool fails)
{
	struct login *l = turnstile_next(t, now);
	int from;

	if (l == NULL)
		return -1;
	from = l->source.ip[1] << 16 | l->source.ip[2] << 8 | l->source.ip[3];
	if (fails)
		turnstile_failed(t, &l->source, now);
	free(l);
	return from;
}

static void
drain(struct turnstile *t)
{
	struct login *l;

	while ((l = turnstile_leave(t)) != NULL)
		free(l);
	turnstile_free(t);
}

static void
sources_take_turns_however_many_logins_one_has(void **state)
{
	struct turnstile *t = open_with(100, 100, 101);

	(void)state;
	for (int i = 0; i < 50; i++)
		enter(t, 1, START);
	enter(t, 2, START);
	enter(t, 3, START);
	enter(t, 2, START);
	assert_int_equal(turn(t, START, false), 1);
	assert_int_equal(turn(t, START, false), 2);
	assert_int_equal(turn(t, START, false), 3);
	assert_int_equal(turn(t, START, false), 1);
	assert_int_equal(turn(t, START, false), 2);
	assert_int_equal(turn(t, START, false), 1);
	assert_int_equal(turn(t, START, false), 1);
	drain(t);
}

static void
after_ten_failures_a_source_waits_ten_seconds_for_each_further_one(void **state)
{
	struct turnstile *t = open_with(100, 100, 101);
	uint64_t now = START;

	(void)state;
	for (int i = 0; i < 20; i++)
		enter(t, 1, now);
	for (int i = 0; i < 10; i++)
		assert_int_equal(turn(t, now, true), 1);
	for (int i = 0; i < 5; i++) {
		assert_int_equal(turnstile_wait_ms(t, now), 10 * SECOND);
		assert_int_equal(turn(t, now + 10 * SECOND - 1, true), -1);
		now += 10 * SECOND;
		assert_int_equal(turnstile_wait_ms(t, now), 0);
		assert_int_equal(turn(t, now, true), 1);
	}
	drain(t);
}

static void
right_passwords_cost_nothing(void **state)
{
	struct turnstile *t = open_with(100, 100, 101);

	(void)state;
	for (int i = 0; i < 100; i++)
		enter(t, 1, START);
	for (int i = 0; i < 100; i++)
		assert_int_equal(turn(t, START, false), 1);
	assert_int_equal(turnstile_wait_ms(t, START), -1);
	drain(t);
}

static void
a_source_that_waits_holds_nobody_up(void **state)
{
	struct turnstile *t = open_with(100, 100, 101);

	(void)state;
	for (int i = 0; i < 20; i++)
		enter(t, 1, START);
	for (int i = 0; i < 10; i++)
		assert_int_equal(turn(t, START, true), 1);
	enter(t, 2, START);
	assert_int_equal(turnstile_wait_ms(t, START), 0);
	assert_int_equal(turn(t, START, false), 2);
	assert_int_equal(turn(t, START, false), -1);
	drain(t);
}

static void
a_login_of_an_exhausted_source_waits_from_the_start(void **state)
{
	struct turnstile *t = open_with(100, 100, 101);
	struct addr a = source(1);

	(void)state;
	for (int i = 0; i < 10; i++)
		turnstile_failed(t, &a, START);
	enter(t, 1, START + 3 * SECOND);
	assert_int_equal(turnstile_wait_ms(t, START + 3 * SECOND), 7 * SECOND);
	assert_int_equal(turn(t, START + 3 * SECOND, false), -1);
	assert_int_equal(turn(t, START + 10 * SECOND, false), 1);
	drain(t);
}

static void
ports_and_the_rest_of_a_v4_address_do_not_make_a_source(void **state)
{
	struct turnstile *t = open_with(10, 10, 11);
	struct login *a = login(1), *b = login(1);

	(void)state;
	a->source.port = 1;
	b->source.port = 2;
	b->source.ip[9] = 77;
	assert_null(turnstile_enter(t, a, START));
	assert_null(turnstile_enter(t, b, START));
	assert_int_equal(turnstile_sources(t), 1);
	drain(t);
}

/* ---- bounds */

static void
a_source_beyond_its_share_is_sent_away_at_once(void **state)
{
	struct turnstile *t = open_with(100, 5, 101);
	struct login *more = login(1);

	(void)state;
	for (int i = 0; i < 5; i++)
		enter(t, 1, START);
	assert_ptr_equal(turnstile_enter(t, more, START), more);
	free(more);
	enter(t, 2, START);
	assert_int_equal(turnstile_queued(t), 6);
	drain(t);
}

static void
when_all_is_full_the_longest_line_loses_its_last(void **state)
{
	struct turnstile *t = open_with(10, 10, 11);
	struct login *last = login(1), *out, *more;

	(void)state;
	for (int i = 0; i < 8; i++)
		enter(t, 1, START);
	assert_null(turnstile_enter(t, last, START));
	enter(t, 2, START);
	out = turnstile_enter(t, login(3), START);
	assert_ptr_equal(out, last);
	free(out);
	more = login(1); /* the longest itself gets no more */
	assert_ptr_equal(turnstile_enter(t, more, START), more);
	free(more);
	assert_int_equal(turnstile_queued(t), 10);
	assert_int_equal(turn(t, START, false), 1);
	assert_int_equal(turn(t, START, false), 2);
	assert_int_equal(turn(t, START, false), 3);
	drain(t);
}

static void
a_source_is_forgotten_when_its_bucket_is_full_again(void **state)
{
	struct turnstile *t = open_with(10, 10, 11);

	(void)state;
	enter(t, 1, START);
	assert_int_equal(turn(t, START, true), 1);
	enter(t, 2, START);
	assert_int_equal(turn(t, START, false), 2);
	assert_int_equal(turn(t, START + 1, false), -1);
	assert_int_equal(turnstile_sources(t), 1);
	assert_int_equal(turn(t, START + 10 * SECOND - 1, false), -1);
	assert_int_equal(turnstile_sources(t), 1);
	assert_int_equal(turn(t, START + 10 * SECOND, false), -1);
	assert_int_equal(turnstile_sources(t), 0);
	drain(t);
}

static void
a_flood_of_sources_is_bounded_and_does_not_launder_the_worst(void **state)
{
	struct turnstile *t = open_with(10, 10, 100);

	(void)state;
	for (int i = 0; i < 10; i++) {
		enter(t, 7, START);
		assert_int_equal(turn(t, START, true), 7);
	}
	for (unsigned i = 1000; i < 21000; i++) {
		enter(t, i, START);
		assert_int_equal(turn(t, START, true), (int)i);
		assert_in_range(turnstile_sources(t), 1, 100);
	}
	enter(t, 7, START);
	assert_int_equal(turn(t, START, true), -1);
	assert_int_equal(turnstile_wait_ms(t, START), 10 * SECOND);
	drain(t);
}

static void
leaving_empties_the_lines_of_those_who_wait_as_well(void **state)
{
	struct turnstile *t = open_with(100, 100, 101);
	struct addr a = source(1);
	struct login *l;
	size_t out = 0;

	(void)state;
	for (int i = 0; i < 10; i++)
		turnstile_failed(t, &a, START);
	for (unsigned i = 0; i < 30; i++)
		enter(t, i % 3, START);
	while ((l = turnstile_leave(t)) != NULL) {
		free(l);
		out++;
	}
	assert_int_equal(out, 30);
	assert_int_equal(turnstile_queued(t), 0);
	turnstile_free(t);
}

/* ---- properties, over random sources and times */

enum { SOURCES = 12, STEPS = 60000, HISTORY = 4000, PER_SOURCE = 8 };

struct world {
	struct turnstile *t;
	uint64_t now;
	size_t queued[SOURCES];
	uintptr_t next_in[SOURCES], next_out[SOURCES]; /* order of entry */
	uint64_t failures[SOURCES][HISTORY];
	size_t nfailures[SOURCES];
	unsigned passed_over[SOURCES]; /* turns of others while it could */
	size_t entered, checked, refused;
};

static unsigned
random_below(unsigned n)
{
	static uint64_t random = 99;

	random = random * UINT64_C(6364136223846793005) + 1442695040888963407;
	return (unsigned)(random >> 33) % n;
}

/* More than the bucket allows in any stretch of time? */
static void
assert_bucket(const struct world *w, unsigned s)
{
	const uint64_t *at = w->failures[s];
	size_t n = w->nfailures[s];

	for (size_t back = 1; back <= n && back <= 200; back++) {
		uint64_t span = at[n - 1] - at[n - back];

		assert_in_range(back, 1, 10 + span / (10 * SECOND));
	}
}

static bool
has_tokens(const struct world *w, unsigned s)
{
	const uint64_t *at = w->failures[s];
	uint64_t whole = 0;

	for (size_t i = 0; i < w->nfailures[s]; i++)
		whole = (whole > at[i] ? whole : at[i]) + 10 * SECOND;
	return whole <= w->now + 90 * SECOND;
}

static void
come(struct world *w)
{
	/* Some come far more often than others. */
	unsigned s = random_below(1 + random_below(SOURCES));
	struct login *l = login(s), *out;

	l->asker = (void *)w->next_in[s]++;
	out = turnstile_enter(w->t, l, w->now);
	w->entered++;
	if (out == NULL) {
		w->queued[s]++;
		return;
	}
	assert_ptr_equal(out, l);
	assert_int_equal(w->queued[s], PER_SOURCE);
	w->next_in[s]--;
	w->refused++;
	free(out);
}

static void
go(struct world *w)
{
	struct login *l = turnstile_next(w->t, w->now);
	unsigned s;

	if (l == NULL) {
		for (s = 0; s < SOURCES; s++)
			assert_false(w->queued[s] > 0 && has_tokens(w, s));
		return;
	}
	s = l->source.ip[3];
	assert_true(has_tokens(w, s));
	assert_int_equal((uintptr_t)l->asker, w->next_out[s]++);
	w->queued[s]--;
	w->checked++;
	for (unsigned i = 0; i < SOURCES; i++) {
		if (i != s && w->queued[i] > 0 && has_tokens(w, i))
			w->passed_over[i]++;
		else
			w->passed_over[i] = 0;
		assert_in_range(w->passed_over[i], 0, SOURCES - 1);
	}
	if (random_below(3) != 0 && w->nfailures[s] < HISTORY) {
		w->failures[s][w->nfailures[s]++] = w->now;
		turnstile_failed(w->t, &l->source, w->now);
		assert_bucket(w, s);
	}
	free(l);
}

static void
nobody_starves_and_nobody_exceeds_the_bucket_whatever_happens(void **state)
{
	static struct world w;
	size_t left = 0;

	(void)state;
	memset(&w, 0, sizeof w);
	w.now = START;
	w.t = open_with(
	    SOURCES * PER_SOURCE, PER_SOURCE, SOURCES * PER_SOURCE + 1);
	for (size_t i = 0; i < STEPS; i++) {
		unsigned what = random_below(8);

		if (what == 0)
			w.now += random_below(4) == 0
				     ? random_below(30 * SECOND)
				     : random_below(500);
		else if (what < 4)
			come(&w);
		else
			go(&w);
	}
	for (unsigned s = 0; s < SOURCES; s++)
		left += w.queued[s];
	assert_int_equal(turnstile_queued(w.t), left);
	assert_int_equal(w.entered, w.checked + w.refused + left);
	assert_true(w.checked > 1000 && w.refused > 100);
	drain(w.t);
}

static void
the_wait_is_exactly_until_the_next_one_may_go(void **state)
{
	struct turnstile *t = open_with(64, 16, 65);
	uint64_t now = START;
	int64_t wait;

	(void)state;
	for (size_t i = 0; i < 4000; i++) {
		struct login *l = login(random_below(6));

		free(turnstile_enter(t, l, now));
		wait = turnstile_wait_ms(t, now);
		if (wait > 0) {
			assert_int_equal(
			    turn(t, now + (uint64_t)wait - 1, true), -1);
			now += (uint64_t)wait;
		}
		assert_int_not_equal(turn(t, now, random_below(4) != 0), -1);
	}
	drain(t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    sources_take_turns_however_many_logins_one_has),
		cmocka_unit_test(
		    after_ten_failures_a_source_waits_ten_seconds_for_each_further_one),
		cmocka_unit_test(right_passwords_cost_nothing),
		cmocka_unit_test(a_source_that_waits_holds_nobody_up),
		cmocka_unit_test(
		    a_login_of_an_exhausted_source_waits_from_the_start),
		cmocka_unit_test(
		    ports_and_the_rest_of_a_v4_address_do_not_make_a_source),
		cmocka_unit_test(
		    a_source_beyond_its_share_is_sent_away_at_once),
		cmocka_unit_test(
		    when_all_is_full_the_longest_line_loses_its_last),
		cmocka_unit_test(
		    a_source_is_forgotten_when_its_bucket_is_full_again),
		cmocka_unit_test(
		    a_flood_of_sources_is_bounded_and_does_not_launder_the_worst),
		cmocka_unit_test(
		    leaving_empties_the_lines_of_those_who_wait_as_well),
		cmocka_unit_test(
		    nobody_starves_and_nobody_exceeds_the_bucket_whatever_happens),
		cmocka_unit_test(the_wait_is_exactly_until_the_next_one_may_go),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
