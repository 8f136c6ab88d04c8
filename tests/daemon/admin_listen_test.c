/* Where the admin server may be reached: its sockets, above all their files. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "tests/daemon/admin_world.h"

/* So many can be watched. */
static unsigned watchable = UINT_MAX;

int __real_epoll_ctl(int, int, int, struct epoll_event *);
int __wrap_epoll_ctl(int, int, int, struct epoll_event *);

int
__wrap_epoll_ctl(int epoll, int op, int fd, struct epoll_event *ev)
{
	if (op == EPOLL_CTL_ADD && watchable-- == 0) {
		watchable = UINT_MAX;
		errno = ENOSPC;
		return -1;
	}
	return __real_epoll_ctl(epoll, op, fd, ev);
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
	struct endpoint e = { 0 };
	struct world w;
	char want[32];
	int fd;

	(void)state;
	world_begin(&w, &admin_limits_default);
	use_folder(&w, &e);
	assert_int_equal(admin_server_listen(w.server, &e), 0);
	fd = visit_path(e.host);
	say(fd, "\1\1?\1?" ADD_ZOE "\0\21");
	assert_hears(&w, fd, "\1\0\1\0\0\0\21\0");
	assert_int_equal(fake_checks(w.sup), 0);
	(void)snprintf(want, sizeof want, "local:%u", (unsigned)getuid());
	assert_string_equal(fake_last_actor(w.sup), want);
	close(fd);
	world_end(&w);
	assert_int_equal(
	    access(e.host, F_OK), -1); /* removed with the server */
	rmdir(w.folder);
}

static void
a_unix_socket_is_for_owner_and_group_whatever_the_umask(void **state)
{
	static const mode_t masks[] = { 0, 022, 077 };
	struct endpoint e = { 0 };
	struct world w;
	struct stat st;
	mode_t before = umask(0);

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		world_begin(&w, &admin_limits_default);
		use_folder(&w, &e);
		umask(masks[i]);
		assert_int_equal(admin_server_listen(w.server, &e), 0);
		assert_int_equal(stat(e.host, &st), 0);
		assert_int_equal(st.st_mode & 0777, 0660);
		world_end(&w);
		rmdir(w.folder);
	}
	umask(before);
}

static void
a_socket_file_is_replaced_only_if_nobody_listens(void **state)
{
	struct endpoint e = { 0 };
	struct world w, other;
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	int fd;

	(void)state;
	world_begin(&w, &admin_limits_default);
	world_begin(&other, &admin_limits_default);
	use_folder(&w, &e);
	strcpy(un.sun_path, e.host);
	fd = socket(AF_UNIX, SOCK_STREAM, 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&un, sizeof un), 0);
	close(fd); /* left behind, as by a crash */
	assert_int_equal(admin_server_listen(w.server, &e), 0);
	assert_int_equal(admin_server_listen(other.server, &e), -EADDRINUSE);
	fd = visit_path(e.host);
	assert_int_not_equal(fd, -1);
	say(fd, "\1\1?\1?");
	assert_hears(&w, fd, "\1\0");
	close(fd);
	world_end(&other);
	assert_int_equal(access(e.host, F_OK), 0);
	world_end(&w);
	rmdir(w.folder);
}

static void
a_file_that_is_no_socket_is_left_alone(void **state)
{
	struct endpoint e = { 0 };
	struct world w;
	FILE *f;

	(void)state;
	world_begin(&w, &admin_limits_default);
	use_folder(&w, &e);
	f = fopen(e.host, "w");
	assert_non_null(f);
	fclose(f);
	assert_int_equal(admin_server_listen(w.server, &e), -ENOTSOCK);
	assert_int_equal(unlink(e.host), 0);
	rmdir(w.folder);
	world_end(&w);
}

static void
an_endpoint_that_cannot_be_served_says_why(void **state)
{
	struct endpoint e = { .kind = ENDPOINT_TCP, .host = "127.0.0.1" };
	struct world w;

	(void)state;
	world_begin(&w, &admin_limits_default);
	e.port = w.where.port;
	assert_int_equal(admin_server_listen(w.server, &e), -EADDRINUSE);
	strcpy(e.host, "no such host");
	assert_int_equal(admin_server_listen(w.server, &e), -ENOENT);
	e.kind = ENDPOINT_UNIX;
	memset(e.host, 'x', 200);
	assert_int_equal(admin_server_listen(w.server, &e), -ENAMETOOLONG);
	world_end(&w);
}

static void
who_cannot_be_watched_makes_the_next_one_wait(void **state)
{
	struct admin_limits limits = admin_limits_default;
	struct world w;
	int refused, next;

	(void)state;
	limits.sweep_ms = 3600 * 1000;
	world_begin(&w, &limits);
	watchable = 0;
	refused = visit(&w);
	assert_closed(&w, refused);
	assert_int_equal(watchable, UINT_MAX);
	watchable = 1;
	next = visit(&w);
	assert_silent(&w, next);
	assert_int_equal(watchable, 1);
	watchable = UINT_MAX;
	close(next);
	world_end(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    our_own_user_needs_no_password_over_a_unix_socket),
		cmocka_unit_test(
		    a_unix_socket_is_for_owner_and_group_whatever_the_umask),
		cmocka_unit_test(
		    a_socket_file_is_replaced_only_if_nobody_listens),
		cmocka_unit_test(a_file_that_is_no_socket_is_left_alone),
		cmocka_unit_test(an_endpoint_that_cannot_be_served_says_why),
		cmocka_unit_test(who_cannot_be_watched_makes_the_next_one_wait),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
