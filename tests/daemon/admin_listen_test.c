/* Where the admin server may be reached: its sockets, above all their files. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "tests/daemon/admin_world.h"
#include "tests/watchable.h"

/* So many listeners are not watched. */
static unsigned unwatched;

int __real_event_add(struct event *, const struct timeval *);
int __wrap_event_add(struct event *, const struct timeval *);

int
__wrap_event_add(struct event *ev, const struct timeval *after)
{
	if (after != NULL || unwatched == 0)
		return __real_event_add(ev, after);
	unwatched--;
	return -1;
}

static int
visit_path(const char *path)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	strcpy(un.sun_path, path);
	if (connect(fd, (struct sockaddr *)&un, sizeof un) == 0)
		return fd;
	close(fd);
	return -1;
}

static void
use_folder(struct world *w, struct endpoint *e)
{
	strcpy(w->folder, "/tmp/admin-server-test-XXXXXX");
	assert_non_null(mkdtemp(w->folder));
	e->kind = ENDPOINT_UNIX;
	(void)snprintf(e->host, sizeof e->host, "%s/a.sock", w->folder);
}

static void
our_own_user_needs_no_password_over_a_unix_socket(void **state)
{
	struct world *w = *state;
	struct endpoint e = { 0 };
	char want[32];
	int fd;

	use_folder(w, &e);
	assert_int_equal(admin_server_listen(w->server, &e), 0);
	fd = visit_path(e.host);
	say(fd, "\1\1?\1?" ADD_ZOE "\0\21");
	assert_hears(w, fd, "\1\0\1\0\0\0\21\0");
	assert_int_equal(fake_checks(w->sup), 0);
	(void)snprintf(want, sizeof want, "local:%u", (unsigned)getuid());
	assert_string_equal(fake_last_actor(w->sup), want);
	close(fd);
}

static void
a_unix_socket_is_for_owner_and_group_whatever_the_umask(void **state)
{
	static const mode_t masks[] = { 0, 022, 077 };
	struct endpoint e = { 0 };
	struct world *w = *state;
	struct stat st;
	mode_t before = umask(0);

	use_folder(w, &e);
	for (size_t i = 0; i < 3; i++) {
		(void)snprintf(
		    e.host, sizeof e.host, "%s/%zu.sock", w->folder, i);
		umask(masks[i]);
		assert_int_equal(admin_server_listen(w->server, &e), 0);
		assert_int_equal(stat(e.host, &st), 0);
		assert_int_equal(st.st_mode & 0777, 0660);
	}
	umask(before);
}

static void
a_socket_file_is_replaced_only_if_nobody_listens(void **state)
{
	struct endpoint e = { 0 };
	struct world *w = *state, other = { 0 };
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	int fd;

	world_begin(&other, &admin_limits_default);
	use_folder(w, &e);
	strcpy(un.sun_path, e.host);
	fd = socket(AF_UNIX, SOCK_STREAM, 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&un, sizeof un), 0);
	close(fd); /* left behind, as by a crash */
	assert_int_equal(admin_server_listen(w->server, &e), 0);
	assert_int_equal(admin_server_listen(other.server, &e), -EADDRINUSE);
	fd = visit_path(e.host);
	assert_int_not_equal(fd, -1);
	say(fd, "\1\1?\1?");
	assert_hears(w, fd, "\1\0");
	close(fd);
	world_end(&other);
	assert_int_equal(access(e.host, F_OK), 0);
}

static void
a_file_that_is_no_socket_is_left_alone(void **state)
{
	struct endpoint e = { 0 };
	struct world *w = *state;
	FILE *f;

	use_folder(w, &e);
	f = fopen(e.host, "w");
	assert_non_null(f);
	fclose(f);
	assert_int_equal(admin_server_listen(w->server, &e), -ENOTSOCK);
	assert_int_equal(unlink(e.host), 0);
}

static void
an_endpoint_that_cannot_be_served_says_why(void **state)
{
	struct endpoint e = { .kind = ENDPOINT_TCP, .host = "127.0.0.1" };
	struct world *w = *state;

	e.port = w->where.port;
	assert_int_equal(admin_server_listen(w->server, &e), -EADDRINUSE);
	strcpy(e.host, "no such host");
	assert_int_equal(admin_server_listen(w->server, &e), -ENOENT);
	e.kind = ENDPOINT_UNIX;
	memset(e.host, 'x', 200);
	assert_int_equal(admin_server_listen(w->server, &e), -ENAMETOOLONG);
}

static void
who_cannot_be_watched_makes_the_next_one_wait(void **state)
{
	struct admin_limits limits = admin_limits_default;
	struct world *w = *state;
	int refused, next;

	limits.sweep_ms = 3600 * 1000;
	world_limit(w, &limits);
	watchable = 0;
	refused = visit(w);
	assert_closed(w, refused);
	assert_int_equal(watchable, WATCHABLE_ALL);
	watchable = 1;
	next = visit(w);
	assert_silent(w, next);
	assert_int_equal(watchable, 1);
	watchable = WATCHABLE_ALL;
	close(next);
}

static void
a_listener_that_cannot_be_watched_again_is_tried_until_it_can(void **state)
{
	struct admin_limits limits = admin_limits_default;
	struct world *w = *state;
	int refused, next;

	limits.sweep_ms = 1;
	world_limit(w, &limits);
	watchable = 0;
	unwatched = 2;
	refused = visit(w);
	assert_closed(w, refused);
	next = enter(w);
	assert_int_equal(unwatched, 0);
	close(next);
}

int
main(void)
{
#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, world_set_up, world_tear_down)
	const struct CMUnitTest tests[] = {
		TEST(our_own_user_needs_no_password_over_a_unix_socket),
		TEST(a_unix_socket_is_for_owner_and_group_whatever_the_umask),
		TEST(a_socket_file_is_replaced_only_if_nobody_listens),
		TEST(a_file_that_is_no_socket_is_left_alone),
		TEST(an_endpoint_that_cannot_be_served_says_why),
		TEST(who_cannot_be_watched_makes_the_next_one_wait),
		TEST(
		    a_listener_that_cannot_be_watched_again_is_tried_until_it_can),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
