#include "tests/net/relay_stage.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>
#include <errno.h>
#include <event2/event.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "tests/net/peer.h"

enum { PATIENCE_MS = 20000 };

static struct stage *on_stage; /* for ready(), which gets the end alone */

void
take_turn(struct stage *s)
{
	static const struct timeval at_once = { 0, 0 };

	if (s->turn == RELAY_OVER)
		return;
	s->turn = relay_step(&s->relay, &s->how, s->ends);
	if (s->turn == RELAY_AGAIN)
		event_add(&s->again, &at_once);
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
turn_loop(struct stage *s)
{
	assert_true(
	    event_base_loop(s->base, EVLOOP_NONBLOCK | EVLOOP_ONCE) >= 0);
}

static void
turn_while_a_peer_waits(void)
{
	turn_loop(on_stage);
}

int
set_up(void **state)
{
	struct stage *s = calloc(1, sizeof *s);

	s->base = event_base_new();
	s->watch = watch_new(s->base);
	event_assign(&s->again, s->base, -1, 0, on_again, s);
	stock_init(&s->stock, &s->pipe_pages);
	on_stage = s;
	peer_turn = turn_while_a_peer_waits;
	*state = s;
	return 0;
}

int
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

void
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

void
end(struct stage *s)
{
	event_del(&s->again);
	relay_close(&s->relay, &s->stock, s->ends);
	for (size_t i = 0; i < 2; i++)
		if (s->peers[i] != -1)
			close(s->peers[i]);
}

void
turns(struct stage *s, unsigned n)
{
	while (n-- > 0)
		turn_loop(s);
}

void
turns_to_the_end(struct stage *s)
{
	const uint64_t until = clock_ms() + PATIENCE_MS;

	while (s->turn != RELAY_OVER) {
		turn_loop(s);
		assert_true(clock_ms() < until);
	}
}

void
await(const struct end *e, short events)
{
	struct pollfd p = { .fd = e->fd, .events = events };

	assert_int_equal(poll(&p, 1, PATIENCE_MS), 1);
}

struct flow
flow_from(const struct stage *s, size_t peer, uint64_t len)
{
	return (struct flow){
		.from = s->peers[peer],
		.to = s->peers[!peer],
		.stream = (uint8_t)(peer + 1),
		.len = len,
		.moved = clock_ms(),
	};
}

uint8_t
flow_octet(const struct flow *f, uint64_t i)
{
	i *= UINT64_C(0x9e3779b97f4a7c15); /* no short period */
	return (uint8_t)(i >> 56 ^ i >> 20 ^ f->stream);
}

void
flow_send(struct flow *f)
{
	uint8_t bytes[16384];
	uint64_t left = f->len - f->sent;
	size_t n = left < sizeof bytes ? (size_t)left : sizeof bytes;
	ssize_t sent;

	if (n == 0)
		return;
	for (size_t i = 0; i < n; i++)
		bytes[i] = flow_octet(f, f->sent + i);
	sent = send(f->from, bytes, n, MSG_NOSIGNAL);
	if (sent == -1)
		assert_int_equal(errno, EAGAIN);
	else
		f->sent += (uint64_t)sent;
	if (f->sent == f->len)
		assert_int_equal(shutdown(f->from, SHUT_WR), 0);
}

void
flow_receive(struct flow *f)
{
	uint8_t bytes[16384];
	ssize_t n = recv(f->to, bytes, sizeof bytes, 0);

	if (n == -1)
		assert_int_equal(errno, EAGAIN);
	else
		f->moved = clock_ms();
	if (n == 0)
		f->ended = true;
	for (ssize_t i = 0; i < n; i++)
		if (bytes[i] != flow_octet(f, f->got + (uint64_t)i))
			fail_msg("octet %llu is not the one that was sent",
			    (unsigned long long)f->got + (unsigned)i);
	if (n > 0)
		f->got += (uint64_t)n;
	if (!f->ended && clock_ms() > f->moved + PATIENCE_MS)
		fail_msg("stuck at octet %llu of stream %d",
		    (unsigned long long)f->got, f->stream);
}

void
flow_pass(struct stage *s, struct flow *f)
{
	flow_send(f);
	turn_loop(s);
	flow_receive(f);
}

void
flow_catch_up(struct stage *s, struct flow *f)
{
	while (f->got < f->sent) {
		turn_loop(s);
		flow_receive(f);
	}
}

void
flow_finish(struct stage *s, struct flow *f)
{
	while (!f->ended)
		flow_pass(s, f);
	assert_int_equal(f->got, f->len);
}
