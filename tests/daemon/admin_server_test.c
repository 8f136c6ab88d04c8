/*
 * The admin server over a supervisor that does things when the test says so
 * (docs/admin-protocol.md): what waits, what goes on meanwhile, what becomes of
 * those who leave. What the protocol says to a client is in
 * tests/e2e/admin_suite.py.
 */

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "daemon/admin_server.h"
#include "tests/daemon/fake_supervisor.h"

enum { PATIENCE_MS = 20000 };

/* "root", "secret" as a login, and some requests. */
#define LOGIN "\1\4root\6secret"
#define COUNT "\0\7"
#define ADD_ZOE "\1\0\3zoe\2pw\0"

struct world {
	struct event_base *base;
	struct supervisor *sup;
	struct admin_server *server;
	struct endpoint where;
	char folder[64];
};

static void
verdict(void *arg, struct login *login)
{
	admin_server_verdict(arg, login);
}

static void
suspect(void *arg, const struct addr *source)
{
	admin_server_suspect(arg, source);
}

static void
evict(void *arg, uint64_t account)
{
	admin_server_evict(arg, account);
}

static void
begin(struct world *w, const struct admin_limits *limits)
{
	struct endpoint asked = { .kind = ENDPOINT_TCP, .host = "127.0.0.1" };

	w->base = event_base_new();
	w->sup = fake_new(w->base);
	w->server = admin_server_new(w->base, w->sup, limits);
	assert_non_null(w->server);
	fake_hook(
	    w->sup, &(struct fake_hooks){ verdict, suspect, evict, w->server });
	fake_account(w->sup, "root", "secret", ROLE_ADMIN);
	fake_account(w->sup, "watcher", "secret", ROLE_OBSERVER);
	fake_account(w->sup, "alice", "secret", ROLE_REGULAR);
	assert_int_equal(admin_server_listen(w->server, &asked), 0);
	assert_true(admin_server_endpoint(w->server, 0, &w->where));
	assert_int_not_equal(w->where.port, 0);
	assert_false(admin_server_endpoint(w->server, 1, &asked));
}

static void
end(struct world *w)
{
	admin_server_free(w->server);
	fake_free(w->sup);
	event_base_free(w->base);
}

static void
turn(struct world *w)
{
	assert_true(event_base_loop(w->base, EVLOOP_NONBLOCK) != -1);
}

/* ---- a client's socket, in the same thread as the server */

static int
visit(struct world *w)
{
	struct addr addr;
	struct sockaddr_storage ss;
	socklen_t len;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_true(addr_parse(&addr, w->where.host, w->where.port));
	len = addr_sockaddr(&addr, &ss);
	assert_int_equal(connect(fd, (struct sockaddr *)&ss, len), 0);
	return fd;
}

static void
say_bytes(int fd, const char *bytes, size_t len)
{
	assert_int_equal(send(fd, bytes, len, MSG_NOSIGNAL), len);
}

#define say(fd, text) say_bytes(fd, text, sizeof(text) - 1)

/* What the server says next, or 0 if it closes. */
static size_t
hear(struct world *w, int fd, uint8_t *bytes, size_t len)
{
	uint64_t until = clock_ms() + PATIENCE_MS;
	size_t got = 0;
	ssize_t n;

	while (got < len) {
		turn(w);
		n = recv(fd, bytes + got, len - got, MSG_DONTWAIT);
		if (n == 0 || (n == -1 && errno != EAGAIN))
			break;
		if (n > 0)
			got += (size_t)n;
		assert_true(clock_ms() < until);
	}
	return got;
}

#define assert_hears(w, fd, text)                                             \
	do {                                                                  \
		uint8_t heard_[sizeof(text)];                                 \
                                                                              \
		assert_int_equal(                                             \
		    hear(w, fd, heard_, sizeof(text) - 1), sizeof(text) - 1); \
		assert_memory_equal(heard_, text, sizeof(text) - 1);          \
	} while (0)

static void
assert_closed(struct world *w, int fd)
{
	uint8_t octet;

	assert_int_equal(hear(w, fd, &octet, 1), 0);
	close(fd);
}

/* Nothing is to be heard, however often the loop turns. */
static void
assert_silent(struct world *w, int fd)
{
	uint8_t octet;

	for (unsigned i = 0; i < 20; i++)
		turn(w);
	assert_int_equal(recv(fd, &octet, 1, MSG_DONTWAIT), -1);
	assert_int_equal(errno, EAGAIN);
}

static void
until(struct world *w, bool (*holds)(struct world *))
{
	uint64_t limit = clock_ms() + PATIENCE_MS;

	while (!holds(w)) {
		turn(w);
		assert_true(clock_ms() < limit);
	}
}

static bool
nobody_is_there(struct world *w)
{
	return admin_server_sessions(w->server) == 0;
}

static bool
a_change_was_asked(struct world *w)
{
	return fake_changed(w->sup) > 0;
}

static bool
a_login_was_asked(struct world *w)
{
	return fake_checks(w->sup) > 0;
}

/* ---- changes */

static void
a_slow_change_holds_back_its_own_connection_alone(void **state)
{
	struct world w;
	int slow, other;

	(void)state;
	begin(&w, &admin_limits_default);
	slow = visit(&w);
	other = visit(&w);
	say(slow, LOGIN);
	say(other, LOGIN);
	assert_hears(&w, slow, "\1\0");
	assert_hears(&w, other, "\1\0");
	fake_hold(w.sup, true, false);
	say(slow, COUNT ADD_ZOE COUNT);
	assert_hears(&w, slow, COUNT "\3");
	until(&w, a_change_was_asked);
	assert_silent(&w, slow);
	say(other, COUNT);
	assert_hears(&w, other, COUNT "\3");
	assert_int_equal(fake_changes(w.sup), 1);
	assert_hears(&w, slow, "\1\0\0" COUNT "\4");
	close(slow);
	close(other);
	end(&w);
}

static void
a_change_is_carried_out_though_its_asker_is_gone(void **state)
{
	struct world w;
	int fd;

	(void)state;
	begin(&w, &admin_limits_default);
	fd = visit(&w);
	say(fd, LOGIN);
	assert_hears(&w, fd, "\1\0");
	fake_hold(w.sup, true, false);
	say(fd, ADD_ZOE);
	until(&w, a_change_was_asked);
	setsockopt(fd, SOL_SOCKET, SO_LINGER, &(struct linger){ 1, 0 },
	    sizeof(struct linger));
	close(fd);
	until(&w, nobody_is_there);
	assert_int_equal(fake_changes(w.sup), 1);
	fd = visit(&w);
	say(fd, LOGIN COUNT);
	assert_hears(&w, fd, "\1\0" COUNT "\4");
	close(fd);
	end(&w);
}

static void
a_change_is_asked_for_in_the_name_of_who_asks(void **state)
{
	struct world w;
	int fd;

	(void)state;
	begin(&w, &admin_limits_default);
	fd = visit(&w);
	say(fd, LOGIN "\1\4\0\0\20\0\1\2\1\1\3\0");
	assert_hears(&w, fd, "\1\0\1\4\0\1\2\0\1\3\0");
	assert_int_equal(
	    strncmp(fake_last_actor(w.sup), "root@tcp:127.0.0.1:", 19), 0);
	assert_int_equal(fake_last_change(w.sup)->kind, CHANGE_SET);
	assert_string_equal(fake_last_change(w.sup)->key, "cleanup");
	assert_string_equal(fake_last_change(w.sup)->value, "no");
	close(fd);
	end(&w);
}

static void
every_outcome_of_a_change_has_its_status(void **state)
{
	static const struct {
		enum change_result result;
		char add, discard, set, flag;
	} rows[] = {
		{ CHANGE_TAKEN, 1, '\xff', '\xff', '\xff' },
		{ CHANGE_MISSING, '\xff', 1, '\xff', '\xff' },
		{ CHANGE_INVALID, 2, 2, 1, '\xff' },
		{ CHANGE_REFUSED, '\xff', 2, '\xff', '\xff' },
		{ CHANGE_FAILED, '\xff', '\xff', '\xff', '\xff' },
	};
	struct world w;
	uint8_t got[12];
	int fd;

	(void)state;
	begin(&w, &admin_limits_default);
	fd = visit(&w);
	say(fd, LOGIN);
	assert_hears(&w, fd, "\1\0");
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const char want[12] = { 1, 0, rows[i].add, 1, 1,
			rows[i].discard, 1, 5, rows[i].set, 1, 2,
			rows[i].flag };

		fake_fail(w.sup, rows[i].result);
		say(fd, ADD_ZOE "\1\1\3zoe\1\5\11\1\2\1");
		assert_int_equal(hear(&w, fd, got, sizeof got), sizeof got);
		assert_memory_equal(got, want, sizeof got);
	}
	close(fd);
	end(&w);
}

static void
an_observer_changes_nothing_and_never_gets_as_far_as_asking(void **state)
{
	struct world w;
	int fd;

	(void)state;
	begin(&w, &admin_limits_default);
	fd = visit(&w);
	say(fd, "\1\7watcher\6secret" COUNT ADD_ZOE COUNT);
	assert_hears(&w, fd,
	    "\1\0" COUNT "\3"
	    "\1\0\xff" COUNT "\3");
	assert_int_equal(fake_changed(w.sup), 0);
	close(fd);
	end(&w);
}

/* ---- logins */

static void
a_login_is_checked_slowly_once_and_fast_from_then_on(void **state)
{
	struct world w;
	int fd;

	(void)state;
	begin(&w, &admin_limits_default);
	for (unsigned i = 0; i < 3; i++) {
		fd = visit(&w);
		say(fd, LOGIN COUNT);
		assert_hears(&w, fd, "\1\0" COUNT "\3");
		assert_int_equal(fake_checks(w.sup), 1);
		close(fd);
	}
	end(&w);
}

static void
after_a_failure_every_login_from_there_takes_the_slow_way(void **state)
{
	struct world w;
	int fd;

	(void)state;
	begin(&w, &admin_limits_default);
	fd = visit(&w);
	say(fd, LOGIN);
	assert_hears(&w, fd, "\1\0");
	close(fd);
	fd = visit(&w);
	say(fd, "\1\4root\5wrong");
	assert_hears(&w, fd, "\1\1");
	assert_closed(&w, fd);
	assert_int_equal(fake_checks(w.sup), 2);
	fd = visit(&w);
	say(fd, LOGIN);
	assert_hears(&w, fd, "\1\0");
	assert_int_equal(fake_checks(w.sup), 3);
	close(fd);
	end(&w);
}

static void
requests_wait_behind_a_login_that_is_being_checked(void **state)
{
	struct world w;
	int slow, other;

	(void)state;
	begin(&w, &admin_limits_default);
	slow = visit(&w);
	say(slow, LOGIN);
	assert_hears(&w, slow, "\1\0");
	fake_hold(w.sup, false, true);
	other = visit(&w);
	say(other, "\1\7watcher\6secret" COUNT);
	while (fake_checks(w.sup) < 2)
		turn(&w);
	assert_silent(&w, other);
	say(slow, COUNT);
	assert_hears(&w, slow, COUNT "\3");
	assert_int_equal(fake_logins(w.sup), 1);
	assert_hears(&w, other, "\1\0" COUNT "\3");
	close(slow);
	close(other);
	end(&w);
}

static void
a_verdict_for_someone_who_left_is_thrown_away(void **state)
{
	struct world w;
	int fd;

	(void)state;
	begin(&w, &admin_limits_default);
	fake_hold(w.sup, false, true);
	fd = visit(&w);
	say(fd, LOGIN);
	until(&w, a_login_was_asked);
	setsockopt(fd, SOL_SOCKET, SO_LINGER, &(struct linger){ 1, 0 },
	    sizeof(struct linger));
	close(fd);
	for (unsigned i = 0; i < 20; i++)
		turn(&w);
	assert_int_equal(fake_logins(w.sup), 1);
	assert_int_equal(admin_server_sessions(w.server), 0);
	end(&w);
}

/* A leak that the address sanitizer sees. */
static void
a_server_that_ends_while_a_login_is_checked_leaves_nothing_behind(void **state)
{
	struct world w;
	int fd;

	(void)state;
	begin(&w, &admin_limits_default);
	fake_hold(w.sup, false, true);
	fd = visit(&w);
	say(fd, LOGIN);
	until(&w, a_login_was_asked);
	end(&w);
	close(fd);
}

static void
an_account_removed_while_its_login_is_checked_stays_out(void **state)
{
	struct world w;
	int fd, other;

	(void)state;
	begin(&w, &admin_limits_default);
	other = visit(&w);
	say(other, LOGIN);
	assert_hears(&w, other, "\1\0");
	fake_hold(w.sup, false, true);
	fd = visit(&w);
	say(fd, "\1\7watcher\6secret");
	while (fake_checks(w.sup) < 2)
		turn(&w);
	say(other, "\1\1\7watcher");
	assert_hears(&w, other, "\1\1\0");
	assert_int_equal(fake_logins(w.sup), 1);
	assert_hears(&w, fd, "\1\1");
	assert_closed(&w, fd);
	close(other);
	end(&w);
}

static void
a_disabled_administrator_is_refused_slowly_and_fast(void **state)
{
	struct world w;
	int fd;

	(void)state;
	begin(&w, &admin_limits_default);
	fake_account(w.sup, "off", "secret", ROLE_ADMIN);
	fake_disable(w.sup, 4);
	for (unsigned i = 0; i < 2; i++) {
		fd = visit(&w);
		say(fd, "\1\3off\6secret");
		assert_hears(&w, fd, "\1\1");
		assert_closed(&w, fd);
	}
	assert_int_equal(fake_checks(w.sup), 1);
	end(&w);
}

static void
an_account_that_is_evicted_loses_its_sessions_even_in_a_change(void **state)
{
	struct world w;
	int fd;

	(void)state;
	begin(&w, &admin_limits_default);
	fd = visit(&w);
	say(fd, LOGIN);
	assert_hears(&w, fd, "\1\0");
	fake_hold(w.sup, true, false);
	say(fd, ADD_ZOE);
	until(&w, a_change_was_asked);
	admin_server_evict(w.server, 1);
	assert_closed(&w, fd);
	assert_int_equal(fake_changes(w.sup), 1);
	end(&w);
}

/* ---- limits */

static void
clients_not_logged_in_do_not_drive_out_those_who_are(void **state)
{
	struct admin_limits limits = admin_limits_default;
	struct world w;
	int admin, strangers[8];

	(void)state;
	limits.sessions = 2;
	limits.logins = 3;
	begin(&w, &limits);
	admin = visit(&w);
	say(admin, LOGIN);
	assert_hears(&w, admin, "\1\0");
	for (unsigned i = 0; i < 8; i++)
		strangers[i] = visit(&w);
	for (unsigned i = 0; i < 5; i++)
		assert_closed(&w, strangers[i]);
	say(admin, COUNT);
	assert_hears(&w, admin, COUNT "\3");
	for (unsigned i = 5; i < 8; i++) {
		say(strangers[i], LOGIN COUNT);
		assert_hears(&w, strangers[i], "\1\0" COUNT "\3");
	}
	assert_int_equal(admin_server_sessions(w.server), 2);
	assert_closed(&w, admin);
	assert_closed(&w, strangers[5]);
	close(strangers[6]);
	close(strangers[7]);
	end(&w);
}

static void
the_longest_idle_goes_but_not_in_the_middle_of_something(void **state)
{
	struct admin_limits limits = admin_limits_default;
	struct world w;
	int busy, idle, third;

	(void)state;
	limits.sessions = 2;
	begin(&w, &limits);
	busy = visit(&w);
	say(busy, LOGIN);
	assert_hears(&w, busy, "\1\0");
	idle = visit(&w);
	say(idle, LOGIN);
	assert_hears(&w, idle, "\1\0");
	say(busy, COUNT "\1\0\3z");
	assert_hears(&w, busy, COUNT "\3");
	say(idle, COUNT);
	assert_hears(&w, idle, COUNT "\3");
	third = visit(&w);
	say(third, LOGIN);
	assert_hears(&w, third, "\1\0");
	assert_closed(&w, idle);
	say(busy, "oe\2pw\0");
	assert_hears(&w, busy, "\1\0\0");
	close(busy);
	close(third);
	end(&w);
}

/* ---- unix: */

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
	begin(&w, &admin_limits_default);
	use_folder(&w, &e);
	assert_int_equal(admin_server_listen(w.server, &e), 0);
	fd = visit_path(e.host);
	say(fd, "\1\1?\1?" ADD_ZOE "\0\21");
	assert_hears(&w, fd, "\1\0\1\0\0\0\21\0");
	assert_int_equal(fake_checks(w.sup), 0);
	(void)snprintf(want, sizeof want, "local:%u", (unsigned)getuid());
	assert_string_equal(fake_last_actor(w.sup), want);
	close(fd);
	end(&w);
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
		begin(&w, &admin_limits_default);
		use_folder(&w, &e);
		umask(masks[i]);
		assert_int_equal(admin_server_listen(w.server, &e), 0);
		assert_int_equal(stat(e.host, &st), 0);
		assert_int_equal(st.st_mode & 0777, 0660);
		end(&w);
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
	begin(&w, &admin_limits_default);
	begin(&other, &admin_limits_default);
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
	end(&other);
	assert_int_equal(access(e.host, F_OK), 0);
	end(&w);
	rmdir(w.folder);
}

static void
a_file_that_is_no_socket_is_left_alone(void **state)
{
	struct endpoint e = { 0 };
	struct world w;
	FILE *f;

	(void)state;
	begin(&w, &admin_limits_default);
	use_folder(&w, &e);
	f = fopen(e.host, "w");
	assert_non_null(f);
	fclose(f);
	assert_int_equal(admin_server_listen(w.server, &e), -EADDRINUSE);
	assert_int_equal(unlink(e.host), 0);
	rmdir(w.folder);
	end(&w);
}

static void
an_endpoint_that_cannot_be_served_says_why(void **state)
{
	struct endpoint e = { .kind = ENDPOINT_TCP, .host = "127.0.0.1" };
	struct world w;

	(void)state;
	begin(&w, &admin_limits_default);
	e.port = w.where.port;
	assert_int_equal(admin_server_listen(w.server, &e), -EADDRINUSE);
	strcpy(e.host, "no such host");
	assert_int_equal(admin_server_listen(w.server, &e), -ENOENT);
	e.kind = ENDPOINT_UNIX;
	memset(e.host, 'x', 200);
	assert_int_equal(admin_server_listen(w.server, &e), -ENAMETOOLONG);
	end(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    a_slow_change_holds_back_its_own_connection_alone),
		cmocka_unit_test(
		    a_change_is_carried_out_though_its_asker_is_gone),
		cmocka_unit_test(a_change_is_asked_for_in_the_name_of_who_asks),
		cmocka_unit_test(every_outcome_of_a_change_has_its_status),
		cmocka_unit_test(
		    an_observer_changes_nothing_and_never_gets_as_far_as_asking),
		cmocka_unit_test(
		    a_login_is_checked_slowly_once_and_fast_from_then_on),
		cmocka_unit_test(
		    after_a_failure_every_login_from_there_takes_the_slow_way),
		cmocka_unit_test(
		    requests_wait_behind_a_login_that_is_being_checked),
		cmocka_unit_test(a_verdict_for_someone_who_left_is_thrown_away),
		cmocka_unit_test(
		    a_server_that_ends_while_a_login_is_checked_leaves_nothing_behind),
		cmocka_unit_test(
		    an_account_removed_while_its_login_is_checked_stays_out),
		cmocka_unit_test(
		    a_disabled_administrator_is_refused_slowly_and_fast),
		cmocka_unit_test(
		    an_account_that_is_evicted_loses_its_sessions_even_in_a_change),
		cmocka_unit_test(
		    clients_not_logged_in_do_not_drive_out_those_who_are),
		cmocka_unit_test(
		    the_longest_idle_goes_but_not_in_the_middle_of_something),
		cmocka_unit_test(
		    our_own_user_needs_no_password_over_a_unix_socket),
		cmocka_unit_test(
		    a_unix_socket_is_for_owner_and_group_whatever_the_umask),
		cmocka_unit_test(
		    a_socket_file_is_replaced_only_if_nobody_listens),
		cmocka_unit_test(a_file_that_is_no_socket_is_left_alone),
		cmocka_unit_test(an_endpoint_that_cannot_be_served_says_why),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
