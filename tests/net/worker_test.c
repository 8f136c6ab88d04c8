/*
 * A worker as main knows it: a thread that is led by letters, and that waits
 * when there is no room.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <event2/event.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/net/peer.h"
#include "tests/net/worker_stage.h"

static bool
may_connect(const struct addr *at)
{
	struct sockaddr_storage sa;
	socklen_t len = addr_sockaddr(at, &sa);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool ok = connect(fd, (struct sockaddr *)&sa, len) == 0;

	close(fd);
	return ok;
}

static void
listeners_close_and_open_while_tunnels_go_on(void **state)
{
	struct stage *s = *state;
	int target, fd = tunnel(s, &target);

	post(s, MAIL_LISTEN, 0);
	use_policy(s, &s->next); /* letters are taken in order */
	assert_false(may_connect(&s->at));
	peer_says(fd, "on", 2);
	peer_hears(target, "on", 2);
	post(s, MAIL_LISTEN, 1);
	use_policy(s, &s->policy);
	assert_true(may_connect(&s->at));
	close(fd);
	close(target);
}

static void
draining_serves_who_came_before_and_then_leaves(void **state)
{
	struct stage *s = *state;
	int target, fd = tunnel(s, &target);

	post(s, MAIL_DRAIN, 0);
	peer_says(fd, "a while yet", 11);
	peer_hears(target, "a while yet", 11);
	close(fd);
	peer_hears_end(target);
	close(target);
	end_worker(s);
	assert_int_equal(atomic_load(&s->shared.sessions), 0);
}

static void
clearing_closes_all_sessions(void **state)
{
	struct stage *s = *state;
	int target, fd = tunnel(s, &target);

	post(s, MAIL_CLEAR, 0);
	peer_hears_end(fd);
	peer_hears_end(target);
	close(fd);
	close(target);
}

static bool
is_answered(int fd, int wait_ms)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	return poll(&p, 1, wait_ms) == 1;
}

static void
two_clients_take_turns_in_one_slot(void **state)
{
	struct stage *s = *state;
	struct policy *next = &s->next;
	int target, fd, waiting;

	next->limits.max_connections = 1;
	use_policy(s, next);
	fd = tunnel(s, &target);
	waiting = peer_connect(&s->at);
	SAYS(waiting, 5, 1, 0);
	peer_says(fd, "first", 5);
	peer_hears(target, "first", 5);
	assert_false(is_answered(waiting, 0));
	close(fd);
	close(target);
	HEARS(waiting, 5, 0);
	close(waiting);
	assert_int_equal(atomic_load(&s->shared.peak), 1);
}

/* Take descriptors until there are none; they end up in fds. */
static size_t
use_up_descriptors(int fds[], size_t most)
{
	size_t n;

	for (n = 0; n < most; n++)
		if ((fds[n] = open("/dev/null", O_RDONLY | O_CLOEXEC)) == -1)
			break;
	assert_int_equal(errno, EMFILE);
	return n;
}

static void
out_of_descriptors_clients_wait_and_tunnels_go_on(void **state)
{
	struct stage *s = *state;
	struct rlimit before, low;
	int fds[256], target, fd = tunnel(s, &target), waiting;
	size_t n;

	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	low = before;
	low.rlim_cur = 256;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &low), 0);
	waiting = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	n = use_up_descriptors(fds, 256);
	struct sockaddr_storage sa;
	socklen_t len = addr_sockaddr(&s->at, &sa);

	assert_int_equal(connect(waiting, (struct sockaddr *)&sa, len), 0);
	SAYS(waiting, 5, 1, 0);
	peer_says(fd, "alive", 5);
	peer_hears(target, "alive", 5);
	peer_says(target, "and well", 8);
	peer_hears(fd, "and well", 8);
	assert_false(is_answered(waiting, 0));
	for (size_t i = 0; i < n; i++)
		close(fds[i]);
	HEARS(waiting, 5, 0);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
	close(waiting);
	close(fd);
	close(target);
}

/* As if the whole system, not this process, had none left. */
static _Atomic bool system_is_out;

int __real_accept4(int, struct sockaddr *, socklen_t *, int);
int __wrap_accept4(int, struct sockaddr *, socklen_t *, int);

int
__wrap_accept4(int fd, struct sockaddr *sa, socklen_t *len, int flags)
{
	if (!system_is_out)
		return __real_accept4(fd, sa, len, flags);
	errno = ENFILE;
	return -1;
}

static void
out_of_the_systems_files_clients_wait_and_tunnels_go_on(void **state)
{
	struct stage *s = *state;
	int target, fd = tunnel(s, &target), waiting;

	system_is_out = true;
	waiting = peer_connect(&s->at);
	SAYS(waiting, 5, 1, 0);
	peer_says(fd, "alive", 5);
	peer_hears(target, "alive", 5);
	assert_false(is_answered(waiting, 0));
	system_is_out = false;
	HEARS(waiting, 5, 0);
	close(waiting);
	close(fd);
	close(target);
}

/* So many descriptors are not watched, so many timers not set. */
static _Atomic unsigned unwatched, timeless;

int __real_event_add(struct event *, const struct timeval *);
int __wrap_event_add(struct event *, const struct timeval *);

int
__wrap_event_add(struct event *ev, const struct timeval *after)
{
	_Atomic unsigned *left = after == NULL ? &unwatched : &timeless;

	if (*left == 0)
		return __real_event_add(ev, after);
	--*left;
	errno = ENOSPC;
	return -1;
}

static void
listener_that_cannot_be_watched_again_is_tried_until_it_can(void **state)
{
	struct stage *s = *state;
	int waiting;

	post(s, MAIL_LISTEN, 0);
	unwatched = 2;
	post(s, MAIL_LISTEN, 1);
	use_policy(s, &s->next);
	assert_in_range(unwatched, 0, 1);
	waiting = peer_connect(&s->at);
	SAYS(waiting, 5, 1, 0);
	HEARS(waiting, 5, 0);
	assert_int_equal(unwatched, 0);
	close(waiting);
}

static void
pause_whose_end_cannot_be_scheduled_ends_all_the_same(void **state)
{
	struct stage *s = *state;
	int target, fd = tunnel(s, &target), waiting;

	system_is_out = true;
	timeless = 1;
	waiting = peer_connect(&s->at);
	SAYS(waiting, 5, 1, 0);
	while (timeless > 0)
		assert_false(is_answered(waiting, 1));
	system_is_out = false;
	HEARS(waiting, 5, 0);
	close(waiting);
	close(fd);
	close(target);
}

/* A leak that the address sanitizer sees. */
static void
letters_that_come_when_it_has_left_are_all_taken(void **state)
{
	struct stage *s = *state;

	post(s, MAIL_QUIT, 0);
	(void)letter(s, MAIL_GONE);
	post(s, MAIL_QUIT, 0);
	for (unsigned i = 0; i < 1000; i++) {
		struct addr *source = malloc(sizeof *source);

		assert_true(addr_parse(source, "127.0.0.1", 0));
		assert_int_equal(mail_post(worker_mailbox(s->worker),
				     MAIL_SUSPECT, 0, source),
		    0);
	}
	worker_free(s->worker);
	s->worker = NULL;
}

static void
address_that_cannot_be_served_is_named(void **state)
{
	struct stage *s = *state;
	struct worker_config config = {
		.nlisten = 1,
		.policy = &s->policy,
		.shared = &s->shared,
		.main = s->main,
		.login = s->login,
	};
	const struct addr *failed = NULL;
	struct worker *other;
	struct addr foreign;

	assert_true(addr_parse(&foreign, "192.0.2.1", 1080));
	config.listen = &foreign;
	assert_int_equal(worker_new(&other, &config, &failed), -EADDRNOTAVAIL);
	assert_ptr_equal(failed, &foreign);
	assert_null(other);
}

static int
next_descriptor(void)
{
	int fd = dup(0);

	close(fd);
	return fd;
}

/*
 * Memory that is left behind the address sanitizer sees. With room for an epoll
 * instance alone, libevent itself ends the program: socketpair().
 */
static void
start_without_descriptors_says_so_and_keeps_none(void **state)
{
	struct stage *s = *state;
	struct worker_config config = {
		.policy = &s->policy,
		.shared = &s->shared,
		.main = s->main,
		.login = s->login,
	};
	const struct addr *failed;
	struct worker *other = NULL;
	struct rlimit before, few;
	int first = next_descriptor(), room = 0, err;

	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	for (few = before; other == NULL; room = room == 0 ? 3 : room + 1) {
		assert_in_range(room, 0, 20);
		few.rlim_cur = (rlim_t)(first + room);
		assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
		err = worker_new(&other, &config, &failed);
		assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
		assert_int_equal(err, other == NULL ? -EMFILE : 0);
		if (other == NULL)
			assert_int_equal(next_descriptor(), first);
	}
	assert_true(room > 5);
	worker_free(other);
	assert_int_equal(next_descriptor(), first);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(listeners_close_and_open_while_tunnels_go_on),
		TEST(draining_serves_who_came_before_and_then_leaves),
		TEST(clearing_closes_all_sessions),
		TEST(two_clients_take_turns_in_one_slot),
		TEST(out_of_descriptors_clients_wait_and_tunnels_go_on),
		TEST(out_of_the_systems_files_clients_wait_and_tunnels_go_on),
		TEST(
		    listener_that_cannot_be_watched_again_is_tried_until_it_can),
		TEST(pause_whose_end_cannot_be_scheduled_ends_all_the_same),
		TEST(letters_that_come_when_it_has_left_are_all_taken),
		TEST(address_that_cannot_be_served_is_named),
		TEST(start_without_descriptors_says_so_and_keeps_none),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
