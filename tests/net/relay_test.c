/*
 * Relays between real TCP connections on the loopback: every octet, both ways,
 * by copy and by splice, with every buffer size; how they end; what they hold.
 * The test plays the loop, the client and the target in one thread.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <event2/event.h>
#include <event2/event_struct.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "net/relay.h"
#include "tests/net/peer.h"

#define COUNT(a) (sizeof(a) / sizeof *(a))

enum {
	CLIENT,
	TARGET,
	MEBI = 1 << 20,
	PATIENCE_MS = 60000,
};

struct stage {
	struct event_base *base;
	struct watch *watch;
	struct event again; /* the worker's zero timeout */
	struct stock stock;
	struct metrics metrics;
	struct relay relay;
	struct end ends[2];
	struct pump_how how;
	_Atomic uint64_t pipe_pages;
	int peers[2]; /* the other sides of ends[] */
	enum relay_turn turn;
	unsigned turns, agains;
};

static struct stage *on_stage; /* for ready(), which gets the end alone */

static void
take_turn(struct stage *s)
{
	static const struct timeval at_once = { 0, 0 };

	if (s->turn == RELAY_OVER)
		return;
	s->turn = relay_step(&s->relay, &s->how, s->ends);
	s->turns++;
	if (s->turn == RELAY_AGAIN) {
		s->agains++;
		event_add(&s->again, &at_once);
	}
}

static void
on_ready(struct end *e)
{
	(void)e;
	take_turn(on_stage);
}

static void
on_again(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	take_turn(arg);
}

static void
connect_pair(int pair[2])
{
	struct addr at;
	int listener = peer_listen("127.0.0.1", &at);

	pair[0] = peer_connect(&at);
	pair[1] = peer_accept(listener);
	close(listener);
	assert_int_equal(fcntl(pair[0], F_SETFL, O_NONBLOCK), 0);
	assert_int_equal(fcntl(pair[1], F_SETFL, O_NONBLOCK), 0);
}

static void
begin(struct stage *s, uint32_t buffer, uint32_t pipe)
{
	int pair[2];

	s->how = (struct pump_how){
		.stock = &s->stock, .metrics = &s->metrics, .buffer = buffer
	};
	stock_prefer(&s->stock, STOCK_COPY, buffer);
	stock_prefer(&s->stock, STOCK_SPLICE, pipe);
	relay_init(&s->relay, pipe);
	s->turn = RELAY_WAITS;
	s->metrics.spliced = 0;
	for (uint8_t i = 0; i < 2; i++) {
		connect_pair(pair);
		s->peers[i] = pair[0];
		end_init(&s->ends[i], i);
		assert_int_equal(
		    end_watch(&s->ends[i], s->watch, pair[1], on_ready), 0);
		s->ends[i].can = END_READ | END_WRITE;
	}
}

static void
end(struct stage *s)
{
	event_del(&s->again);
	relay_close(&s->relay, &s->stock, s->ends);
	close(s->peers[CLIENT]);
	close(s->peers[TARGET]);
}

static int
set_up(void **state)
{
	struct stage *s = calloc(1, sizeof *s);

	s->base = event_base_new();
	s->watch = watch_new(s->base);
	event_assign(&s->again, s->base, -1, 0, on_again, s);
	stock_init(&s->stock, &s->pipe_pages);
	on_stage = s;
	*state = s;
	return 0;
}

static int
tear_down(void **state)
{
	struct stage *s = *state;

	stock_clear(&s->stock);
	assert_int_equal(s->pipe_pages, 0);
	watch_free(s->watch);
	event_base_free(s->base);
	free(s);
	return 0;
}

static void
turn_loop(struct stage *s)
{
	assert_true(
	    event_base_loop(s->base, EVLOOP_NONBLOCK | EVLOOP_ONCE) >= 0);
}

/* Octet number i of a stream: no short period, so no loss goes unseen. */
static uint8_t
octet(uint64_t i, uint8_t stream)
{
	i *= UINT64_C(0x9e3779b97f4a7c15);
	return (uint8_t)(i >> 56 ^ i >> 20 ^ stream);
}

struct flow {
	int from, to;
	uint8_t stream;
	uint64_t len, sent, got;
	bool ended; /* the end of file arrived */
};

static void
flow_send(struct flow *f)
{
	uint8_t bytes[16384];
	uint64_t left = f->len - f->sent;
	size_t n = left < sizeof bytes ? (size_t)left : sizeof bytes;
	ssize_t sent;

	if (n == 0)
		return;
	for (size_t i = 0; i < n; i++)
		bytes[i] = octet(f->sent + i, f->stream);
	sent = send(f->from, bytes, n, MSG_NOSIGNAL);
	if (sent > 0)
		f->sent += (uint64_t)sent;
	else
		assert_int_equal(errno, EAGAIN);
	if (f->sent == f->len)
		assert_int_equal(shutdown(f->from, SHUT_WR), 0);
}

static void
flow_receive(struct flow *f)
{
	uint8_t bytes[16384];
	ssize_t n = recv(f->to, bytes, sizeof bytes, 0);

	if (n == -1)
		assert_int_equal(errno, EAGAIN);
	if (n == 0)
		f->ended = true;
	for (ssize_t i = 0; i < n; i++)
		if (bytes[i] != octet(f->got + (uint64_t)i, f->stream))
			fail_msg("octet %llu is not the one that was sent",
			    (unsigned long long)f->got + (unsigned)i);
	if (n > 0)
		f->got += (uint64_t)n;
}

/* Both ways at once, until both ends of file have come through. */
static void
pass_both_ways(struct stage *s, uint64_t len)
{
	struct flow up = { s->peers[CLIENT], s->peers[TARGET], 1, len, 0, 0,
		false };
	struct flow down = { s->peers[TARGET], s->peers[CLIENT], 2, len + 1, 0,
		0, false };
	uint64_t limit = clock_ms() + PATIENCE_MS;

	while (!up.ended || !down.ended) {
		flow_send(&up);
		flow_send(&down);
		turn_loop(s);
		flow_receive(&up);
		flow_receive(&down);
		if (clock_ms() > limit)
			fail_msg("stuck at %llu up, %llu down",
			    (unsigned long long)up.got,
			    (unsigned long long)down.got);
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

static void
turns(struct stage *s, unsigned n)
{
	while (n-- > 0)
		turn_loop(s);
}

/* Send until the client's socket has been full for a while. */
static uint64_t
send_until_stopped(struct stage *s, struct flow *f)
{
	uint64_t before;

	f->len = UINT64_MAX;
	do {
		before = f->sent;
		for (int i = 0; i < 100; i++) {
			flow_send(f);
			turn_loop(s);
		}
	} while (f->sent > before);
	return f->sent;
}

static void
slow_receiver_stops_the_sender_and_loses_nothing(void **state)
{
	static const uint32_t pipes[] = { 0, 65536 };
	struct stage *s = *state;

	for (size_t i = 0; i < COUNT(pipes); i++) {
		begin(s, 65536, pipes[i]);
		struct flow up = { s->peers[CLIENT], s->peers[TARGET], 1, 0, 0,
			0, false };
		uint64_t stopped = send_until_stopped(s, &up);
		struct piece *held = s->relay.pumps[CLIENT].held;

		if (pipes[i] == 0) {
			assert_non_null(held);
			assert_in_range(held->len, 1, 65536);
		} else {
			assert_null(held); /* it waits in the sockets */
			assert_int_equal(s->pipe_pages, pipes[i] / STOCK_PAGE);
		}
		up.len = up.sent + 1;
		while (!up.ended) {
			flow_receive(&up);
			flow_send(&up);
			turn_loop(s);
		}
		assert_int_equal(up.got, stopped + 1);
		assert_null(s->relay.pumps[CLIENT].held);
		end(s);
	}
}

static void
what_a_socket_takes_less_of_than_it_said_waits_in_the_pipe(void **state)
{
	static const int few = 4096;
	struct stage *s = *state;

	begin(s, 65536, MEBI);
	struct flow up = { s->peers[CLIENT], s->peers[TARGET], 1, 0, 0, 0,
		false };
	assert_int_equal(setsockopt(s->ends[TARGET].fd, IPPROTO_TCP,
			     TCP_NOTSENT_LOWAT, &few, sizeof few),
	    0);
	send_until_stopped(s, &up);
	assert_non_null(s->relay.pumps[CLIENT].held);
	assert_int_equal(s->relay.pumps[CLIENT].held->way, STOCK_SPLICE);
	up.len = up.sent + 1;
	while (!up.ended) {
		flow_receive(&up);
		flow_send(&up);
		turn_loop(s);
	}
	assert_int_equal(up.got, up.len);
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
	struct flow up = { s->peers[CLIENT], s->peers[TARGET], 1, 100000, 0, 0,
		false };
	flow_send(&up);
	assert_true(up.sent > 10000);
	take_turn(s);
	assert_int_equal(s->turn, RELAY_AGAIN);
	assert_in_range(s->relay.pumps[CLIENT].total, 1, 10000);
	while (!up.ended) {
		flow_send(&up);
		turn_loop(s);
		flow_receive(&up);
	}
	assert_int_equal(up.got, 100000);
	end(s);
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
	turns(s, 3);
	assert_int_equal(s->turn, RELAY_OVER);
	peer_hears_end(s->peers[CLIENT]);
	end(s);
}

static void
reset_of_either_end_resets_the_other(void **state)
{
	struct stage *s = *state;

	for (int which = 0; which < 2; which++) {
		begin(s, 65536, 0);
		turns(s, 3);
		peer_resets(s->peers[which]);
		turns(s, 3);
		assert_int_equal(s->turn, RELAY_OVER);
		assert_int_equal(relay_ended_by(&s->relay),
		    which == 0 ? RELAY_BY_FIRST : RELAY_BY_SECOND);
		relay_close(&s->relay, &s->stock, s->ends);
		peer_hears_reset(s->peers[!which]);
		close(s->peers[!which]);
		event_del(&s->again);
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
	peer_resets(s->peers[TARGET]);
	peer_says(s->peers[CLIENT], "more and more", 13);
	/* The loop has not told of any of it when the relay sends. */
	s->ends[CLIENT].can |= END_READ;
	take_turn(s);
	assert_int_equal(s->relay.pumps[CLIENT].state, PUMP_NO_SINK);
	turns(s, 3);
	peer_hears(s->peers[CLIENT], "too large", 9);
	assert_int_equal(s->turn, RELAY_OVER);
	assert_int_equal(relay_ended_by(&s->relay), RELAY_BY_SECOND);
	event_del(&s->again);
	relay_close(&s->relay, &s->stock, s->ends);
	close(s->peers[CLIENT]);
}

static void
say_urgently(int fd, const char *text, size_t len)
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

static void
urgent_octet_does_not_stop_what_is_spliced(void **state)
{
	struct stage *s = *state;

	begin(s, 65536, 65536);
	struct flow up = { s->peers[CLIENT], s->peers[TARGET], 1, 4 * MEBI, 0,
		0, false };
	while (s->metrics.spliced == 0) {
		flow_send(&up);
		turn_loop(s);
		flow_receive(&up);
	}
	assert_true(up.sent < up.len);
	while (up.got < up.sent) {
		turn_loop(s);
		flow_receive(&up);
	}
	say_urgently(up.from, (char[]){ (char)octet(up.sent++, 1) }, 1);
	for (uint64_t limit = clock_ms() + PATIENCE_MS; !up.ended;) {
		if (clock_ms() > limit)
			fail_msg("stuck at %llu", (unsigned long long)up.got);
		flow_send(&up);
		turn_loop(s);
		flow_receive(&up);
	}
	assert_int_equal(up.got, up.len);
	end(s);
}

static void
urgent_octet_is_not_taken_for_the_end_of_what_is_spliced(void **state)
{
	struct stage *s = *state;

	begin(s, 65536, 65536);
	struct flow up = { s->peers[CLIENT], s->peers[TARGET], 1, 4 * MEBI, 0,
		0, false };
	while (s->metrics.spliced == 0) {
		flow_send(&up);
		turn_loop(s);
		flow_receive(&up);
	}
	while (up.got < up.sent) {
		turn_loop(s);
		flow_receive(&up);
	}
	/* The loop has told of none of it when the relay reads. */
	say_urgently(up.from, (char[]){ (char)octet(up.sent++, 1) }, 1);
	up.len = up.sent + 1000;
	flow_send(&up);
	s->ends[CLIENT].can |= END_READ;
	take_turn(s);
	turns(s, 5);
	flow_receive(&up);
	assert_int_equal(up.got, up.len);
	end(s);
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
		turn_loop(s);
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

		peer_resets(s->peers[i]);
		turn_loop(s);
		relay_look(&s->relay, s->ends);
		take_turn(s);
		assert_int_equal(s->turn, RELAY_OVER);
		assert_int_equal(relay_ended_by(&s->relay),
		    i == 0 ? RELAY_BY_FIRST : RELAY_BY_SECOND);
		relay_close(&s->relay, &s->stock, s->ends);
		close(s->peers[!i]);
		event_del(&s->again);
	}
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
	struct flow up = { s->peers[CLIENT], s->peers[TARGET], 1, UINT64_MAX, 0,
		0, false };
	while (up.got < 8 * MEBI) {
		flow_send(&up);
		turn_loop(s);
		flow_receive(&up);
	}
	while (up.got < up.sent) {
		turn_loop(s);
		flow_receive(&up);
	}
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

/* ---- the stock */

static void
stock_lends_the_piece_given_back_last(void **state)
{
	struct stage *s = *state;
	struct piece *a, *b;

	stock_prefer(&s->stock, STOCK_COPY, 1000);
	a = stock_take(&s->stock, STOCK_COPY, 1000);
	b = stock_take(&s->stock, STOCK_COPY, 1000);
	assert_ptr_not_equal(a, b);
	stock_put(&s->stock, a);
	stock_put(&s->stock, b);
	assert_ptr_equal(stock_take(&s->stock, STOCK_COPY, 1000), b);
	stock_put(&s->stock, b);
}

static void
stock_keeps_no_pieces_of_a_size_that_is_past(void **state)
{
	struct stage *s = *state;
	struct piece *old;

	for (int way = 0; way < STOCK_NWAYS; way++) {
		stock_prefer(&s->stock, (enum stock_way)way, 4096);
		old = stock_take(&s->stock, (enum stock_way)way, 4096);
		stock_prefer(&s->stock, (enum stock_way)way, 8192);
		stock_put(&s->stock, old);
		assert_int_equal(s->stock.shelves[way].count, 0);
	}
	assert_int_equal(s->pipe_pages, 0);
}

static void
stock_forgets_what_lay_idle_since_the_last_trim(void **state)
{
	struct stage *s = *state;
	struct piece *pieces[8];

	stock_prefer(&s->stock, STOCK_SPLICE, 4096);
	for (int i = 0; i < 8; i++)
		pieces[i] = stock_take(&s->stock, STOCK_SPLICE, 4096);
	for (int i = 0; i < 8; i++)
		stock_put(&s->stock, pieces[i]);
	assert_int_equal(s->pipe_pages, 8);
	stock_trim(&s->stock); /* they were in use a moment ago */
	assert_int_equal(s->pipe_pages, 8);
	stock_put(&s->stock, stock_take(&s->stock, STOCK_SPLICE, 4096));
	stock_trim(&s->stock);
	assert_int_equal(s->pipe_pages, 1);
	stock_trim(&s->stock);
	assert_int_equal(s->pipe_pages, 0);
}

static void
pipes_of_all_workers_together_stay_below_the_limit(void **state)
{
	struct stage *s = *state;
	struct stock other;
	struct piece *a;

	stock_init(&other, &s->pipe_pages);
	s->stock.most_pages = other.most_pages = 3;
	a = stock_take(&s->stock, STOCK_SPLICE, 8192);
	assert_non_null(a);
	assert_null(stock_take(&other, STOCK_SPLICE, 8192));
	assert_int_equal(errno, EPERM);
	s->stock.shelves[STOCK_SPLICE].size = 0;
	stock_put(&s->stock, a);
	a = stock_take(&other, STOCK_SPLICE, 8192);
	assert_non_null(a);
	stock_put(&other, a);
	stock_clear(&other);
}

static void
pipe_sizes_are_powers_of_two_within_bounds(void **state)
{
	(void)state;
	assert_int_equal(stock_pipe_size(0), 4096);
	assert_int_equal(stock_pipe_size(50), 4096);
	assert_int_equal(stock_pipe_size(4097), 8192);
	assert_int_equal(stock_pipe_size(262144), 262144);
	assert_int_equal(stock_pipe_size(16 * MEBI), MEBI);
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
		TEST(
		    what_a_socket_takes_less_of_than_it_said_waits_in_the_pipe),
		TEST(idle_relay_holds_nothing),
		TEST(octets_read_before_the_relay_come_first),
		TEST(turn_ends_though_there_is_more_so_that_others_have_theirs),
		TEST(half_close_leaves_the_other_way_open),
		TEST(reset_of_either_end_resets_the_other),
		TEST(last_words_of_a_target_that_takes_no_more_are_heard),
		TEST(octets_behind_an_urgent_one_do_not_wait_for_more),
		TEST(urgent_octet_does_not_stop_what_is_spliced),
		TEST(urgent_octet_is_not_taken_for_the_end_of_what_is_spliced),
		TEST(reset_is_noticed_while_the_other_end_takes_nothing),
		TEST(relay_without_pipes_to_be_had_copies),
		TEST(bulk_is_spliced_until_a_run_of_small_messages),
		TEST(stock_lends_the_piece_given_back_last),
		TEST(stock_keeps_no_pieces_of_a_size_that_is_past),
		TEST(stock_forgets_what_lay_idle_since_the_last_trim),
		TEST(pipes_of_all_workers_together_stay_below_the_limit),
		TEST(pipe_sizes_are_powers_of_two_within_bounds),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
