/*
 * What passes through a relay: every octet, both ways, by copy and by splice,
 * with every buffer size; and what it holds meanwhile.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>

#include "tests/net/peer.h"
#include "tests/net/relay_stage.h"

#define COUNT(a) (sizeof(a) / sizeof *(a))

/* Both ways at once, until both ends of file have come through. */
static void
pass_both_ways(struct stage *s, uint64_t len)
{
	struct flow up = flow_from(s, CLIENT, len);
	struct flow down = flow_from(s, TARGET, len + 1);

	while (!up.ended || !down.ended) {
		flow_pass(s, &up);
		flow_pass(s, &down);
	}
	assert_int_equal(up.got, len);
	assert_int_equal(down.got, len + 1);
	assert_int_equal(s->relay.pumps[CLIENT].total, len);
	assert_int_equal(s->relay.pumps[TARGET].total, len + 1);
	assert_int_equal(s->turn, RELAY_OVER);
}

static const uint32_t sizes[] = { 50, 51, 64, 512, 1460, 4095, 4096, 4097,
	16384, 65536, 65537, 262144, MEBI, 16 * MEBI };

static void
every_buffer_size_passes_every_octet_by_copy(void **state)
{
	struct stage *s = *state;

	for (size_t i = 0; i < COUNT(sizes); i++) {
		begin(s, sizes[i], 0);
		pass_both_ways(s, MEBI + 12345);
		assert_int_equal(s->metrics.spliced, 0);
		end(s);
	}
}

static void
every_buffer_size_passes_every_octet_by_splice(void **state)
{
	struct stage *s = *state;

	for (size_t i = 0; i < COUNT(sizes); i++) {
		begin(s, sizes[i], stock_pipe_size(sizes[i]));
		pass_both_ways(s, 2 * MEBI + 12345);
		if (sizes[i] >= 16384)
			assert_true(s->metrics.spliced > 0);
		end(s);
	}
}

static void
counters_tell_every_octet_read_and_written(void **state)
{
	struct stage *s = *state;

	begin(s, 4096, 0);
	pass_both_ways(s, 100000);
	assert_int_equal(s->metrics.received, 200001);
	assert_int_equal(s->metrics.sent, 200001);
	end(s);
}

/* Send until the client's socket has been full for a while, then let the rest
 * be one octet. */
static void
send_until_stopped(struct stage *s, struct flow *f)
{
	uint64_t before;

	do {
		before = f->sent;
		for (int i = 0; i < 100; i++) {
			flow_send(f);
			turns(s, 1);
		}
	} while (f->sent > before);
	f->len = f->sent + 1;
}

static void
slow_receiver_stops_the_sender_and_loses_nothing(void **state)
{
	static const uint32_t pipes[] = { 0, 65536 };
	struct stage *s = *state;

	for (size_t i = 0; i < COUNT(pipes); i++) {
		begin(s, 65536, pipes[i]);
		struct flow up = flow_from(s, CLIENT, UINT64_MAX);

		send_until_stopped(s, &up);
		struct piece *held = s->relay.pumps[CLIENT].held;

		assert_non_null(held);
		assert_int_equal(
		    held->way, pipes[i] == 0 ? STOCK_COPY : STOCK_SPLICE);
		assert_in_range(held->len, 1, 65536);
		flow_finish(s, &up);
		assert_null(s->relay.pumps[CLIENT].held);
		end(s);
	}
}

static void
where_pipes_are_short_octets_wait_in_the_sockets(void **state)
{
	struct stage *s = *state;

	begin(s, 65536, 65536);
	s->stock.few_pages = 1;
	struct flow up = flow_from(s, CLIENT, UINT64_MAX);

	send_until_stopped(s, &up);
	assert_null(s->relay.pumps[CLIENT].held);
	assert_int_equal(s->pipe_pages, 65536 / STOCK_PAGE);
	flow_finish(s, &up);
	end(s);
}

static void
what_a_socket_takes_less_of_than_it_said_waits_in_the_pipe(void **state)
{
	static const int few = 4096;
	struct stage *s = *state;

	begin(s, 65536, MEBI);
	s->stock.few_pages = 1;
	struct flow up = flow_from(s, CLIENT, UINT64_MAX);
	assert_int_equal(setsockopt(s->ends[TARGET].fd, IPPROTO_TCP,
			     TCP_NOTSENT_LOWAT, &few, sizeof few),
	    0);
	send_until_stopped(s, &up);
	assert_non_null(s->relay.pumps[CLIENT].held);
	assert_int_equal(s->relay.pumps[CLIENT].held->way, STOCK_SPLICE);
	flow_finish(s, &up);
	assert_null(s->relay.pumps[CLIENT].held);
	end(s);
}

static void
idle_relay_holds_nothing(void **state)
{
	struct stage *s = *state;

	begin(s, 65536, 65536);
	for (int i = 0; i < 10; i++) {
		peer_says(s->peers[CLIENT], "question", 8);
		turns(s, 3);
		peer_hears(s->peers[TARGET], "question", 8);
		peer_says(s->peers[TARGET], "answer", 6);
		turns(s, 3);
		peer_hears(s->peers[CLIENT], "answer", 6);
		assert_null(s->relay.pumps[CLIENT].held);
		assert_null(s->relay.pumps[TARGET].held);
	}
	end(s);
}

static void
octets_read_before_the_relay_come_first(void **state)
{
	struct stage *s = *state;

	begin(s, 50, 0);
	assert_int_equal(
	    pump_preload(&s->relay.pumps[CLIENT], &s->how, "early ", 6), 0);
	peer_says(s->peers[CLIENT], "and late", 8);
	take_turn(s);
	turns(s, 3);
	peer_hears(s->peers[TARGET], "early and late", 14);
	end(s);
}

static void
turn_ends_though_there_is_more_so_that_others_have_theirs(void **state)
{
	struct stage *s = *state;

	begin(s, 50, 0);
	struct flow up = flow_from(s, CLIENT, 100000);
	flow_send(&up);
	assert_true(up.sent > 10000);
	await(&s->ends[CLIENT], POLLIN);
	take_turn(s);
	assert_int_equal(s->turn, RELAY_AGAIN);
	assert_in_range(s->relay.pumps[CLIENT].total, 1, 10000);
	flow_finish(s, &up);
	end(s);
}

static void
say_urgently(int fd, const void *text, size_t len)
{
	assert_int_equal(
	    send(fd, text, len, MSG_OOB | MSG_NOSIGNAL), (ssize_t)len);
}

static void
octets_behind_an_urgent_one_do_not_wait_for_more(void **state)
{
	struct stage *s = *state;
	int client;

	begin(s, 65536, 0);
	client = s->peers[CLIENT];
	turns(s, 3);
	/* ABOR, the old way: all of it is there before the relay looks. */
	peer_says(client, "abc", 3);
	say_urgently(client, "de", 2);
	peer_says(client, "fgh", 3);
	turns(s, 5);
	peer_hears(s->peers[TARGET], "abcdefgh", 8);
	say_urgently(client, "i", 1);
	peer_says(client, "jkl", 3);
	turns(s, 5);
	peer_hears(s->peers[TARGET], "ijkl", 4);
	end(s);
}

/* A client whose octets are spliced, all that it said has arrived, and the next
 * one is urgent. */
static struct flow
begin_spliced_then_urgent(struct stage *s)
{
	struct flow up;
	uint8_t urgent;

	begin(s, 65536, 65536);
	up = flow_from(s, CLIENT, 4 * MEBI);
	while (s->metrics.spliced == 0)
		flow_pass(s, &up);
	assert_true(up.sent < up.len);
	flow_catch_up(s, &up);
	urgent = flow_octet(&up, up.sent++);
	say_urgently(up.from, &urgent, 1);
	return up;
}

static void
urgent_octet_does_not_stop_what_is_spliced(void **state)
{
	struct stage *s = *state;
	struct flow up = begin_spliced_then_urgent(s);

	flow_finish(s, &up);
	end(s);
}

static void
urgent_octet_is_not_taken_for_the_end_of_what_is_spliced(void **state)
{
	struct stage *s = *state;
	struct flow up = begin_spliced_then_urgent(s);

	/* The loop has told of none of it when the relay reads. */
	up.len = up.sent + 1000;
	flow_send(&up);
	s->ends[CLIENT].can |= END_READ;
	take_turn(s);
	flow_catch_up(s, &up);
	end(s);
}

static void
relay_without_pipes_to_be_had_copies(void **state)
{
	struct stage *s = *state;

	s->stock.most_pages = 0;
	begin(s, 65536, 65536);
	pass_both_ways(s, 4 * MEBI);
	assert_int_equal(s->metrics.spliced, 0);
	end(s);
}

/* A message alone, as a conversation has them. */
static void
say_small(struct stage *s)
{
	peer_says(s->peers[CLIENT], "small", 5);
	turns(s, 2);
	peer_hears(s->peers[TARGET], "small", 5);
}

static void
bulk_is_spliced_until_a_run_of_small_messages(void **state)
{
	struct stage *s = *state;
	uint64_t spliced;

	begin(s, 65536, 262144);
	struct flow up = flow_from(s, CLIENT, UINT64_MAX);
	while (up.got < 8 * MEBI)
		flow_pass(s, &up);
	flow_catch_up(s, &up);
	assert_true(s->metrics.spliced > MEBI);
	spliced = s->metrics.spliced;
	say_small(s);
	assert_int_equal(s->metrics.spliced, spliced + 5);
	for (int i = 0; i < 20; i++)
		say_small(s);
	spliced = s->metrics.spliced;
	say_small(s);
	assert_int_equal(s->metrics.spliced, spliced);
	end(s);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(every_buffer_size_passes_every_octet_by_copy),
		TEST(every_buffer_size_passes_every_octet_by_splice),
		TEST(counters_tell_every_octet_read_and_written),
		TEST(slow_receiver_stops_the_sender_and_loses_nothing),
		TEST(where_pipes_are_short_octets_wait_in_the_sockets),
		TEST(
		    what_a_socket_takes_less_of_than_it_said_waits_in_the_pipe),
		TEST(idle_relay_holds_nothing),
		TEST(octets_read_before_the_relay_come_first),
		TEST(turn_ends_though_there_is_more_so_that_others_have_theirs),
		TEST(octets_behind_an_urgent_one_do_not_wait_for_more),
		TEST(urgent_octet_does_not_stop_what_is_spliced),
		TEST(urgent_octet_is_not_taken_for_the_end_of_what_is_spliced),
		TEST(relay_without_pipes_to_be_had_copies),
		TEST(bulk_is_spliced_until_a_run_of_small_messages),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
