/* Reassembly as RFC 1928 section 7 has it, with the time passed in. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "core/fragments.h"

enum { END = UDP_FRAG_END };

struct play {
	struct fragments f;
	struct fragments_purse purse;
	uint64_t now;
};

static int
set_up(void **state)
{
	struct play *p = calloc(1, sizeof *p);

	p->purse.most = 1 << 20;
	p->now = 1000;
	*state = p;
	return 0;
}

static int
tear_down(void **state)
{
	struct play *p = *state;

	fragments_reset(&p->f, &p->purse);
	assert_int_equal(p->purse.held, 0);
	free(p);
	return 0;
}

static enum fragments_said
comes_to(struct play *p, uint8_t host, uint8_t frag, const char *payload)
{
	struct udp_head head = {
		.frag = frag,
		.addr = { .atyp = SOCKS_V4, .len = 4, .port = 53 },
	};

	memset(head.addr.host, host, 4);
	return fragments_add(&p->f, &p->purse, &head, (const uint8_t *)payload,
	    strlen(payload), p->now);
}

static enum fragments_said
comes(struct play *p, uint8_t frag, const char *payload)
{
	return comes_to(p, 1, frag, payload);
}

/* What the queue holds is whole, and taken. */
static void
assert_whole(struct play *p, const char *want)
{
	struct fragments_whole whole = fragments_whole(&p->f);

	assert_int_equal(whole.len, strlen(want));
	assert_memory_equal(whole.bytes, want, whole.len);
	assert_int_equal(whole.to->port, 53);
	fragments_reset(&p->f, &p->purse);
	assert_int_equal(p->purse.held, 0);
}

static void
fragments_in_order_become_whole(void **state)
{
	struct play *p = *state;

	assert_int_equal(comes(p, 1, "one "), FRAGMENTS_KEPT);
	assert_int_equal(comes(p, 2, ""), FRAGMENTS_KEPT);
	assert_int_equal(comes(p, 3 | END, "three"), FRAGMENTS_WHOLE);
	assert_whole(p, "one three");
	assert_int_equal(p->f.lost, 0);
}

static void
sequence_may_be_of_one_or_of_127(void **state)
{
	struct play *p = *state;
	char want[128] = "";

	assert_int_equal(comes(p, 1 | END, "alone"), FRAGMENTS_WHOLE);
	assert_whole(p, "alone");
	for (uint8_t i = 1; i < 127; i++) {
		assert_int_equal(comes(p, i, "x"), FRAGMENTS_KEPT);
		want[i - 1] = 'x';
	}
	want[126] = 'y';
	assert_int_equal(comes(p, 127 | END, "y"), FRAGMENTS_WHOLE);
	assert_whole(p, want);
}

static void
lower_position_begins_anew(void **state)
{
	struct play *p = *state;

	comes(p, 1, "old");
	comes(p, 2, "old");
	assert_int_equal(comes(p, 1, "new "), FRAGMENTS_KEPT);
	assert_int_equal(p->f.lost, 2);
	assert_int_equal(comes(p, 2 | END, "one"), FRAGMENTS_WHOLE);
	assert_whole(p, "new one");
}

static void
lower_position_that_is_no_first_leaves_nothing(void **state)
{
	struct play *p = *state;

	comes(p, 1, "a");
	comes(p, 2, "b");
	comes(p, 3, "c");
	assert_int_equal(comes(p, 2, "b"), FRAGMENTS_DROPPED);
	assert_int_equal(p->f.lost, 3);
	assert_int_equal(p->purse.held, 0);
	assert_int_equal(comes(p, 4 | END, "d"), FRAGMENTS_DROPPED);
}

static void
gap_abandons_the_sequence(void **state)
{
	struct play *p = *state;

	comes(p, 1, "a");
	assert_int_equal(comes(p, 3, "c"), FRAGMENTS_DROPPED);
	assert_int_equal(p->f.lost, 1);
	assert_int_equal(p->purse.held, 0);
	assert_int_equal(comes(p, 4 | END, "d"), FRAGMENTS_DROPPED);
	assert_int_equal(comes(p, 1 | END, "e"), FRAGMENTS_WHOLE);
	assert_whole(p, "e");
}

static void
copy_of_the_last_fragment_is_ignored(void **state)
{
	struct play *p = *state;

	comes(p, 1, "one ");
	assert_int_equal(comes(p, 1, "one "), FRAGMENTS_KEPT);
	comes(p, 2, "two");
	assert_int_equal(comes(p, 2, "two"), FRAGMENTS_KEPT);
	assert_int_equal(comes(p, 3 | END, ""), FRAGMENTS_WHOLE);
	assert_whole(p, "one two");
	assert_int_equal(p->f.lost, 0);
}

static void
same_position_with_other_octets_is_another_sequence(void **state)
{
	struct play *p = *state;

	comes(p, 1, "one");
	assert_int_equal(comes(p, 1, "other"), FRAGMENTS_KEPT);
	assert_int_equal(p->f.lost, 1);
	assert_int_equal(comes(p, 2 | END, "!"), FRAGMENTS_WHOLE);
	assert_whole(p, "other!");
	comes(p, 1, "a");
	comes(p, 2, "b");
	assert_int_equal(comes(p, 2, "c"), FRAGMENTS_DROPPED);
	assert_null(p->f.queue);
}

static void
fragments_for_another_target_are_another_sequence(void **state)
{
	struct play *p = *state;

	comes_to(p, 1, 1, "one ");
	assert_int_equal(comes_to(p, 2, 2 | END, "x"), FRAGMENTS_DROPPED);
	comes_to(p, 1, 1, "one ");
	assert_int_equal(comes_to(p, 2, 1, "one "), FRAGMENTS_KEPT);
	assert_int_equal(comes_to(p, 2, 2 | END, "two"), FRAGMENTS_WHOLE);
	assert_int_equal(fragments_whole(&p->f).to->host[0], 2);
	assert_whole(p, "one two");
}

static void
end_mark_without_a_position_is_dropped(void **state)
{
	struct play *p = *state;

	comes(p, 1, "one");
	assert_int_equal(comes(p, END, "none"), FRAGMENTS_DROPPED);
	assert_null(p->f.queue);
}

static void
timer_is_no_less_than_5_seconds_and_runs_from_the_first(void **state)
{
	struct play *p = *state;

	assert_true(FRAGMENTS_MS >= 5000);
	comes(p, 1, "one ");
	p->now += FRAGMENTS_MS;
	assert_int_equal(comes(p, 2, "two"), FRAGMENTS_KEPT);
	assert_true(fragments_tick(&p->f, &p->purse, p->now));
	p->now++;
	assert_int_equal(comes(p, 3 | END, ""), FRAGMENTS_DROPPED);
	assert_int_equal(p->f.lost, 2);
	comes(p, 1, "one");
	p->now += FRAGMENTS_MS + 1;
	assert_false(fragments_tick(&p->f, &p->purse, p->now));
	assert_int_equal(p->purse.held, 0);
}

static void
sequence_is_never_longer_than_a_datagram(void **state)
{
	struct play *p = *state;
	static char payload[UDP_PAYLOAD_MAX - 1];

	memset(payload, 'x', sizeof payload - 1);
	assert_int_equal(comes(p, 1, payload), FRAGMENTS_KEPT);
	assert_int_equal(comes(p, 2, "yz"), FRAGMENTS_KEPT);
	assert_int_equal(comes(p, 3 | END, "!"), FRAGMENTS_DROPPED);
	assert_int_equal(p->purse.held, 0);
	comes(p, 1, payload);
	assert_int_equal(comes(p, 2 | END, "yz"), FRAGMENTS_WHOLE);
	assert_int_equal(fragments_whole(&p->f).len, UDP_PAYLOAD_MAX);
}

static void
all_queues_together_hold_what_the_purse_allows(void **state)
{
	struct play *p = *state;
	struct fragments other = { 0 };
	struct fragments mine = p->f;

	p->purse.most = 3000;
	assert_int_equal(comes(p, 1, "mine"), FRAGMENTS_KEPT);
	mine = p->f;
	p->f = other;
	assert_int_equal(comes(p, 1, "too much"), FRAGMENTS_DROPPED);
	assert_null(p->f.queue);
	p->f = mine;
	assert_int_equal(comes(p, 2 | END, "!"), FRAGMENTS_WHOLE);
	assert_whole(p, "mine!");
}

/*
 * Any order, loss, copies and interleaving: what becomes whole is exactly the
 * runs 1, 2... end of one target in a row, with copies of the last in between.
 * A model that keeps all that came says which these are.
 */
struct model {
	char bytes[256];
	size_t len, last;
	unsigned highest; /* 0: nothing */
	uint8_t host;
};

static bool
model_takes(struct model *m, uint8_t host, uint8_t frag, const char *payload)
{
	unsigned position = frag & UDP_FRAG_POSITION;

	if (m->highest > 0 && host == m->host && position == m->highest &&
	    strcmp(m->bytes + m->last, payload) == 0)
		return false;
	if (m->highest == 0 || host != m->host || position != m->highest + 1) {
		m->highest = 0;
		m->len = 0;
		if (position != 1)
			return false;
	}
	m->host = host;
	m->highest = position;
	m->last = m->len;
	strcpy(m->bytes + m->len, payload);
	m->len += strlen(payload);
	return (frag & END) != 0;
}

static void
random_sequences_become_what_a_model_says(void **state)
{
	struct play *p = *state;
	struct model m = { .highest = 0 };
	unsigned seed = 1, wholes = 0;

	for (int i = 0; i < 200000; i++) {
		unsigned r = seed = seed * 1103515245u + 12345u;
		unsigned next = m.highest + 1;
		uint8_t frag = (uint8_t)(r >> 16 & 3);
		uint8_t host = r >> 20 & 15 ? 1 : 2;
		const char *payload = r >> 24 & 1 ? "a" : "bc";

		/* Mostly what is awaited: else hardly anything gets whole. */
		if ((r >> 26 & 7) != 0)
			frag = (uint8_t)(next > 5 ? 1 : next);
		if ((r >> 29) == 0)
			frag |= END;
		if (model_takes(&m, host, frag, payload)) {
			assert_int_equal(
			    comes_to(p, host, frag, payload), FRAGMENTS_WHOLE);
			assert_whole(p, m.bytes);
			m.highest = 0;
			m.len = 0;
			wholes++;
		} else {
			assert_int_not_equal(
			    comes_to(p, host, frag, payload), FRAGMENTS_WHOLE);
		}
		assert_true(p->purse.held <= 4096);
	}
	assert_true(wholes > 1000);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(fragments_in_order_become_whole),
		TEST(sequence_may_be_of_one_or_of_127),
		TEST(lower_position_begins_anew),
		TEST(lower_position_that_is_no_first_leaves_nothing),
		TEST(gap_abandons_the_sequence),
		TEST(copy_of_the_last_fragment_is_ignored),
		TEST(same_position_with_other_octets_is_another_sequence),
		TEST(fragments_for_another_target_are_another_sequence),
		TEST(end_mark_without_a_position_is_dropped),
		TEST(timer_is_no_less_than_5_seconds_and_runs_from_the_first),
		TEST(sequence_is_never_longer_than_a_datagram),
		TEST(all_queues_together_hold_what_the_purse_allows),
		TEST(random_sequences_become_what_a_model_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
