/* Sessions while memory runs out, or what the system lets be watched. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/memory.h"
#include "tests/net/peer.h"
#include "tests/net/stage.h"
#include "tests/watchable.h"

/* So many timers are not set for want of memory; that one is not, once. */
static unsigned timeless;
static const struct event *unset;

int __real_event_add(struct event *, const struct timeval *);
int __wrap_event_add(struct event *, const struct timeval *);

int
__wrap_event_add(struct event *ev, const struct timeval *after)
{
	if (after != NULL && timeless > 0) {
		timeless--;
		return -1;
	}
	if (ev == unset) {
		unset = NULL;
		return -1;
	}
	return __real_event_add(ev, after);
}

static bool
is_called(const struct stage *s)
{
	struct pollfd p = { .fd = s->target, .events = POLLIN };

	return poll(&p, 1, 0) == 1;
}

/* Close what has come to the target so far. */
static void
drop_calls(struct stage *s)
{
	while (is_called(s))
		close(peer_accept(s->target));
}

/* All that a session does, whether or not it is answered. */
static void
converse(struct stage *s)
{
	int fd = enter(s);
	uint16_t port = s->target_at.port;
	const uint8_t words[] = { 5, 1, 2, 1, 5, 'a', 'l', 'i', 'c', 'e', 1,
		'x', 5, 1, 0, 1, 127, 0, 0, 1, (uint8_t)(port >> 8),
		(uint8_t)port, 'e', 'a', 'r', 'l', 'y' };

	(void)send(fd, words, sizeof words, MSG_NOSIGNAL);
	turns(s, 6);
	(void)send(fd, "more", 4, MSG_NOSIGNAL);
	turns(s, 2);
	conns_tick(&s->conns, s->conns.now + 1);
	close(fd);
	drop_calls(s);
	turns_until(s, s->conns.count == 1);
}

static void
memory_that_runs_out_anywhere_costs_that_session_alone(void **state)
{
	struct stage *s = *state;
	int target, fd = tunnel(s, &target);
	struct secret password;
	size_t fail = 0, refused = 0;

	add_account(s, "alice");
	secret_set(&password, "x", 1);
	accounts_fast_learn(alice(s), &password);
	s->policy.limits.auth_required = true;
	do {
		memory_begin(++fail);
		converse(s);
		refused += memory.calls >= fail;
		assert_int_equal(s->conns.count, 1);
		/* Whoever is there already notices nothing. */
		peer_says(fd, "alive", 5);
		peer_hears(target, "alive", 5);
	} while (memory.calls >= fail);
	assert_in_range(refused, 5, 100);
	memory_begin(0);
	close(fd);
	close(target);
	turns_to_the_end(s);
}

static void
client_that_cannot_be_watched_is_told_apart_from_one_turned_away(void **state)
{
	struct stage *s = *state;
	int fd;

	watchable = 0;
	fd = enter(s);
	assert_int_equal(s->opened, -ENOSPC);
	peer_hears_end(fd);
	close(fd);
	assert_int_equal(s->conns.count, 0);
	assert_int_equal(s->shared.sessions, 0);
}

static void
target_that_cannot_be_watched_is_refused_and_counted(void **state)
{
	struct stage *s = *state;
	int fd;

	watchable = 1;
	fd = enter(s);
	assert_int_equal(s->opened, 0);
	SAYS(fd, 5, 1, 0);
	peer_says_request(fd, &s->target_at);
	turns(s, 4);
	HEARS(fd, 5, 0, 5, 1);
	assert_int_equal(s->metrics.rep_failure, 1);
	close(fd);
	turns_to_the_end(s);
}

static void
session_whose_end_cannot_be_scheduled_is_closed_a_second_later(void **state)
{
	struct stage *s = *state;
	int target, fd = tunnel(s, &target);

	timeless = 1;
	conn_doom(TAILQ_FIRST(&s->conns.lists[LIMIT_IDLE]), ACCESS_KILLED);
	turns(s, 2);
	assert_int_equal(timeless, 0);
	assert_int_equal(s->conns.count, 1);
	pass(s, 1);
	assert_int_equal(s->conns.count, 0);
	close(fd);
	close(target);
}

static void
session_whose_turn_cannot_be_scheduled_has_it_a_second_later(void **state)
{
	struct stage *s = *state;
	int target, fd = tunnel(s, &target);
	struct conn *c = TAILQ_FIRST(&s->conns.lists[LIMIT_IDLE]);

	timeless = 1;
	conns_queue(&s->conns, c);
	turns(s, 2);
	assert_int_equal(timeless, 0);
	assert_int_equal(s->conns.nready, 1);
	pass(s, 1);
	assert_int_equal(s->conns.nready, 0);
	close(fd);
	close(target);
	turns_to_the_end(s);
}

/* As much as a session of alice's may send each second. */
static int
hurried(struct stage *s, uint64_t rate, int *target)
{
	int fd = enter_as_alice(s);

	atomic_store(&alice(s)->live->limits[COLUMN_rate_up], rate);
	peer_says_request(fd, &s->target_at);
	*target = reaches(s, fd);
	return fd;
}

static void
session_that_cannot_wait_for_its_share_goes_on_without(void **state)
{
	struct stage *s = *state;
	char octets[30000] = { 0 };
	int target, fd = hurried(s, 50000, &target);

	peer_says(fd, "x", 1); /* its buffer is there from now on */
	peer_hears(target, "x", 1);
	memory_begin(1);
	peer_says(fd, octets, sizeof octets);
	peer_hears(target, octets, sizeof octets);
	assert_true(memory.calls >= 1);
	memory_begin(0);
	close(fd);
	close(target);
	turns_to_the_end(s);
}

static void
sessions_whose_clock_cannot_be_set_have_their_share_a_second_later(void **state)
{
	struct stage *s = *state;
	char octets[30000] = { 0 };
	int target, fd = hurried(s, 50000, &target);

	unset = &s->conns.pace;
	peer_says(fd, octets, sizeof octets);
	turns_until(s, unset == NULL);
	pass(s, 1);
	peer_hears(target, octets, sizeof octets);
	close(fd);
	close(target);
	turns_to_the_end(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    memory_that_runs_out_anywhere_costs_that_session_alone,
		    set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    client_that_cannot_be_watched_is_told_apart_from_one_turned_away,
		    set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    target_that_cannot_be_watched_is_refused_and_counted,
		    set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    session_whose_end_cannot_be_scheduled_is_closed_a_second_later,
		    set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    session_whose_turn_cannot_be_scheduled_has_it_a_second_later,
		    set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    session_that_cannot_wait_for_its_share_goes_on_without,
		    set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    sessions_whose_clock_cannot_be_set_have_their_share_a_second_later,
		    set_up, tear_down),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
