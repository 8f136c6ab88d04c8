/* How a relay ends: who was first, and what the other one notices of it. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>

#include "tests/net/peer.h"
#include "tests/net/relay_stage.h"

static const enum relay_end ended_by[2] = { RELAY_BY_FIRST, RELAY_BY_SECOND };

static void
reset(struct stage *s, size_t peer)
{
	peer_resets(s->peers[peer]);
	s->peers[peer] = -1;
}

static void
half_close_leaves_the_other_way_open(void **state)
{
	struct stage *s = *state;

	begin(s, 65536, 0);
	peer_says(s->peers[CLIENT], "all", 3);
	shutdown(s->peers[CLIENT], SHUT_WR);
	turns(s, 3);
	peer_hears(s->peers[TARGET], "all", 3);
	peer_hears_end(s->peers[TARGET]);
	assert_int_equal(s->turn, RELAY_WAITS);
	assert_int_equal(relay_ended_by(&s->relay), RELAY_BY_FIRST);
	peer_says(s->peers[TARGET], "yours", 5);
	turns(s, 3);
	peer_hears(s->peers[CLIENT], "yours", 5);
	shutdown(s->peers[TARGET], SHUT_WR);
	turns_to_the_end(s);
	peer_hears_end(s->peers[CLIENT]);
	end(s);
}

static void
reset_of_either_end_resets_the_other(void **state)
{
	struct stage *s = *state;

	for (size_t which = 0; which < 2; which++) {
		begin(s, 65536, 0);
		turns(s, 3);
		reset(s, which);
		turns_to_the_end(s);
		assert_int_equal(relay_ended_by(&s->relay), ended_by[which]);
		relay_close(&s->relay, &s->stock, s->ends);
		peer_hears_reset(s->peers[!which]);
		end(s);
	}
}

static void
octets_lost_for_want_of_memory_reset_both_ends(void **state)
{
	static const int errors[] = { ENOMEM, ENOBUFS };
	struct stage *s = *state;

	for (size_t i = 0; i < 4; i++) {
		begin(s, 65536, 0);
		turns(s, 3);
		/* As pump_step() leaves it when a write says so. */
		s->relay.pumps[i / 2].state = PUMP_NO_SINK;
		s->relay.pumps[i / 2].err = (uint8_t)errors[i % 2];
		take_turn(s);
		assert_int_equal(s->turn, RELAY_OVER);
		assert_int_equal(relay_ended_by(&s->relay), RELAY_BY_ERROR);
		relay_close(&s->relay, &s->stock, s->ends);
		peer_hears_reset(s->peers[CLIENT]);
		peer_hears_reset(s->peers[TARGET]);
		end(s);
	}
}

static void
last_words_of_a_target_that_takes_no_more_are_heard(void **state)
{
	struct stage *s = *state;

	begin(s, 65536, 0);
	turns(s, 3);
	/* "413 Too Large", while the client is still sending. */
	peer_says(s->peers[TARGET], "too large", 9);
	reset(s, TARGET);
	peer_says(s->peers[CLIENT], "more and more", 13);
	/* The loop has not told of any of it when the relay sends. */
	await(&s->ends[TARGET], 0);
	await(&s->ends[CLIENT], POLLIN);
	s->ends[CLIENT].can |= END_READ;
	take_turn(s);
	assert_int_equal(s->relay.pumps[CLIENT].state, PUMP_NO_SINK);
	peer_hears(s->peers[CLIENT], "too large", 9);
	turns_to_the_end(s);
	assert_int_equal(relay_ended_by(&s->relay), RELAY_BY_SECOND);
	end(s);
}

static void
stream_that_a_reset_has_cut_gets_no_orderly_end(void **state)
{
	struct stage *s = *state;

	for (size_t i = 0; i < 2; i++) {
		begin(s, 65536, 0);
		turns(s, 3);
		peer_says(s->peers[i], "half of", 7);
		reset(s, i);
		peer_says(s->peers[!i], "more", 4);
		/* The write is told of the reset before a read is. */
		await(&s->ends[i], 0);
		await(&s->ends[!i], POLLIN);
		s->ends[!i].can |= END_READ;
		take_turn(s);
		peer_hears(s->peers[!i], "half of", 7);
		turns_to_the_end(s);
		assert_int_equal(relay_ended_by(&s->relay), ended_by[i]);
		relay_close(&s->relay, &s->stock, s->ends);
		peer_hears_reset(s->peers[!i]);
		end(s);
	}
}

/* Pour octets from one peer until the other, which reads none, stops it. */
static void
fill_up(struct stage *s, size_t from)
{
	static const uint8_t bytes[65536];
	int idle = 0;

	while (idle < 20) {
		ssize_t n =
		    send(s->peers[from], bytes, sizeof bytes, MSG_NOSIGNAL);

		idle = n > 0 ? 0 : idle + 1;
		turns(s, 1);
	}
	assert_true(relay_is_blocked(&s->relay, s->ends));
}

static void
reset_is_noticed_while_the_other_end_takes_nothing(void **state)
{
	struct stage *s = *state;

	for (size_t i = 0; i < 2; i++) {
		begin(s, 65536, 0);
		fill_up(s, i);
		relay_look(&s->relay, s->ends);
		take_turn(s);
		assert_int_equal(s->turn, RELAY_WAITS); /* it is well */

		reset(s, i);
		await(&s->ends[i], 0);
		relay_look(&s->relay, s->ends);
		take_turn(s);
		assert_int_equal(s->turn, RELAY_OVER);
		assert_int_equal(relay_ended_by(&s->relay), ended_by[i]);
		end(s);
	}
}

/* Read what is there, to its end. */
static void
ends_with_a_reset(int fd)
{
	char octets[65536];
	ssize_t n;

	do {
		await(&(struct end){ .fd = fd }, POLLIN);
		n = recv(fd, octets, sizeof octets, 0);
	} while (n > 0);
	assert_int_equal(n, -1);
	assert_int_equal(errno, ECONNRESET);
}

static void
relay_that_is_cut_off_in_the_middle_resets_who_expects_more(void **state)
{
	struct stage *s = *state;

	for (size_t i = 0; i < 4; i++) {
		begin(s, 65536, i < 2 ? 0 : 65536);
		fill_up(s, i % 2);
		relay_close(&s->relay, &s->stock, s->ends);
		ends_with_a_reset(s->peers[i % 2 == 0]);
		end(s);
	}
	begin(s, 65536, 0);
	peer_says(s->peers[CLIENT], "all", 3);
	peer_hears(s->peers[TARGET], "all", 3);
	turns(s, 3);
	relay_close(&s->relay, &s->stock, s->ends);
	peer_hears_end(s->peers[TARGET]);
	peer_hears_end(s->peers[CLIENT]);
	end(s);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(half_close_leaves_the_other_way_open),
		TEST(reset_of_either_end_resets_the_other),
		TEST(octets_lost_for_want_of_memory_reset_both_ends),
		TEST(last_words_of_a_target_that_takes_no_more_are_heard),
		TEST(stream_that_a_reset_has_cut_gets_no_orderly_end),
		TEST(reset_is_noticed_while_the_other_end_takes_nothing),
		TEST(
		    relay_that_is_cut_off_in_the_middle_resets_who_expects_more),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
