/* Ends and who watches them: what they are told, and what never. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <event2/event.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/end.h"
#include "tests/net/peer.h"

enum { CROWD = 600 }; /* more than two batches */

struct seat {
	struct end end; /* first, so that ready() finds its seat */
	int peer;
	unsigned told;
};

struct stage {
	struct event_base *base;
	struct watch *watch;
	struct seat seats[CROWD];
	size_t nseats;
	unsigned told; /* all of them together */
};

static struct stage *on_stage; /* for ready(), which gets the end alone */

static int
set_up(void **state)
{
	struct stage *s = calloc(1, sizeof *s);

	s->base = event_base_new();
	s->watch = watch_new(s->base);
	assert_non_null(s->watch);
	on_stage = s;
	*state = s;
	return 0;
}

static int
tear_down(void **state)
{
	struct stage *s = *state;

	for (size_t i = 0; i < s->nseats; i++) {
		end_close(&s->seats[i].end);
		close(s->seats[i].peer);
	}
	watch_free(s->watch);
	event_base_free(s->base);
	free(s);
	return 0;
}

static void
turn(struct stage *s)
{
	assert_true(
	    event_base_loop(s->base, EVLOOP_NONBLOCK | EVLOOP_ONCE) >= 0);
}

static void
note(struct end *e)
{
	((struct seat *)e)->told++;
	on_stage->told++;
}

static int
pair(int *peer)
{
	int fds[2];

	assert_int_equal(
	    socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds), 0);
	*peer = fds[1];
	return fds[0];
}

/* One more, which has heard that there is room. */
static struct seat *
sit(struct stage *s, end_ready *ready)
{
	struct seat *seat = &s->seats[s->nseats++];
	int fd = pair(&seat->peer);

	end_init(&seat->end, 0);
	assert_int_equal(end_watch(&seat->end, s->watch, fd, ready), 0);
	return seat;
}

static void
seat_crowd(struct stage *s, end_ready *ready)
{
	while (s->nseats < CROWD)
		sit(s, ready);
}

static void
end_is_told_once_what_has_come(void **state)
{
	struct stage *s = *state;
	struct seat *seat = sit(s, note);

	assert_int_equal(seat->end.can, 0);
	turn(s);
	assert_int_equal(seat->end.can, END_WRITE);
	assert_int_equal(seat->told, 1);
	peer_says(seat->peer, "x", 1);
	turn(s);
	assert_int_equal(seat->end.can, END_READ | END_WRITE);
	turn(s);
	assert_int_equal(seat->told, 2);
	shutdown(seat->peer, SHUT_WR);
	turn(s);
	assert_int_equal(seat->end.can, END_READ | END_WRITE | END_HUP);
	assert_int_equal(seat->told, 3);
}

static void
hang_up_shows_though_it_comes_with_data_and_an_error(void **state)
{
	struct stage *s = *state;
	struct seat *seat = &s->seats[s->nseats++];
	struct addr at;
	int listener = peer_listen("127.0.0.1", &at);
	int peer = peer_connect(&at), fd = peer_accept(listener);

	close(listener);
	seat->peer = -1;
	end_init(&seat->end, 0);
	assert_int_equal(end_watch(&seat->end, s->watch, fd, note), 0);
	turn(s);
	peer_says(peer, "bye", 3);
	peer_resets(peer);
	turn(s);
	assert_int_equal(seat->end.can, END_READ | END_WRITE | END_HUP);
}

/* The first who is told closes all others, and what they lie in. */
static void
close_others(struct end *e)
{
	struct stage *s = on_stage;

	note(e);
	for (size_t i = 0; i < s->nseats; i++)
		if (&s->seats[i].end != e) {
			end_close(&s->seats[i].end);
			memset(&s->seats[i].end, 0xff, sizeof(struct end));
		}
}

static void
who_was_closed_in_the_same_batch_is_not_told(void **state)
{
	struct stage *s = *state;

	seat_crowd(s, close_others);
	turn(s);
	turn(s);
	assert_int_equal(s->told, 1);
}

/* The first who is told makes room for a newcomer in the last one's place. */
static void
change_places(struct end *e)
{
	struct stage *s = on_stage;
	struct seat *last = &s->seats[2];
	int before, peer, fd;

	if (s->told++ > 0)
		return;
	assert_ptr_equal(e, &s->seats[0].end);
	before = last->end.fd;
	fd = pair(&peer);
	end_close(&last->end);
	close(last->peer);
	last->peer = peer;
	assert_int_equal(dup2(fd, before), before);
	close(fd);
	assert_int_equal(end_watch(&last->end, s->watch, before, note), 0);
}

static void
newcomer_in_the_same_place_with_the_same_number_is_told_its_own(void **state)
{
	struct stage *s = *state;
	struct seat *last;

	for (int i = 0; i < 3; i++)
		last = sit(s, change_places);
	peer_says(last->peer, "x", 1);
	turn(s);
	assert_int_equal(s->told, 2);
	assert_int_equal(last->told, 0);
	assert_int_equal(last->end.can, 0);
	turn(s);
	assert_int_equal(last->told, 1);
	assert_int_equal(last->end.can, END_WRITE); /* no octet is its own */
}

/* As lsof does for a moment, and a debugger for longer. */
static void
end_that_is_closed_is_told_nothing_though_others_hold_its_file(void **state)
{
	struct stage *s = *state;
	struct seat *seat = sit(s, note);
	int held = dup(seat->end.fd);

	turn(s);
	end_close(&seat->end);
	peer_says(seat->peer, "x", 1);
	turn(s);
	assert_int_equal(seat->told, 1);
	assert_int_equal(seat->end.can, 0);
	close(held);
}

/* The first who is told moves to the last seat, from which the last has gone.
 */
static void
move_to_the_last(struct end *e)
{
	struct stage *s = on_stage;
	struct seat *last = &s->seats[s->nseats - 1];

	s->told++;
	if (s->told > 1)
		return;
	end_close(&last->end);
	end_move(&last->end, e, note);
	close(last->peer);
	last->peer = ((struct seat *)e)->peer;
	((struct seat *)e)->peer = -1;
}

static void
end_that_moves_keeps_what_it_can_and_hears_of_what_comes(void **state)
{
	struct stage *s = *state;
	struct seat *first = sit(s, move_to_the_last), *last = sit(s, note);

	turn(s);
	assert_int_equal(first->end.fd, -1);
	assert_int_equal(last->end.can, END_WRITE);
	peer_says(last->peer, "x", 1);
	turn(s);
	assert_int_equal(last->end.can, END_READ | END_WRITE);
	assert_int_equal(first->told, 0);
}

static void
more_than_a_batch_are_all_told(void **state)
{
	struct stage *s = *state;

	seat_crowd(s, note);
	while (s->told < CROWD)
		turn(s);
	for (size_t i = 0; i < CROWD; i++)
		assert_int_equal(s->seats[i].told, 1);
}

static void
note_again(struct end *e)
{
	note(e);
	end_again(e);
}

static void
count(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	++*(unsigned *)arg;
}

/* Neither each other nor what else the base has to do. */
static void
ends_that_always_go_on_starve_nobody(void **state)
{
	struct stage *s = *state;
	unsigned counted = 0;
	int peer, fd = pair(&peer);
	struct event *other =
	    event_new(s->base, fd, EV_WRITE | EV_PERSIST, count, &counted);

	event_add(other, NULL);
	seat_crowd(s, note_again);
	for (int i = 0; i < 100; i++)
		turn(s);
	assert_int_equal(counted, 100);
	for (size_t i = 0; i < CROWD; i++) {
		assert_true(s->seats[i].told >= s->told / CROWD - 1);
		assert_true(s->seats[i].told <= s->told / CROWD + 1);
	}
	event_free(other);
	close(fd);
	close(peer);
}

static void
descriptor_that_cannot_be_watched_stays_the_callers(void **state)
{
	struct stage *s = *state;
	struct end e;
	int file = open("/dev/null", O_RDWR);

	end_init(&e, 0);
	assert_true(end_watch(&e, s->watch, file, note) < 0);
	assert_int_equal(e.fd, -1);
	end_close(&e);
	assert_int_equal(close(file), 0);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(end_is_told_once_what_has_come),
		TEST(hang_up_shows_though_it_comes_with_data_and_an_error),
		TEST(who_was_closed_in_the_same_batch_is_not_told),
		TEST(
		    newcomer_in_the_same_place_with_the_same_number_is_told_its_own),
		TEST(
		    end_that_is_closed_is_told_nothing_though_others_hold_its_file),
		TEST(end_that_moves_keeps_what_it_can_and_hears_of_what_comes),
		TEST(more_than_a_batch_are_all_told),
		TEST(ends_that_always_go_on_starve_nobody),
		TEST(descriptor_that_cannot_be_watched_stays_the_callers),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
