/* Who may enter the admin server: logins fast and slow, and who leaves
 * meanwhile. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <unistd.h>

#include "tests/daemon/admin_world.h"

static void
a_login_is_checked_slowly_once_and_fast_from_then_on(void **state)
{
	struct world *w = *state;
	int fd;

	for (unsigned i = 0; i < 3; i++) {
		fd = visit(w);
		say(fd, LOGIN COUNT);
		assert_hears(w, fd, "\1\0" COUNT "\3");
		assert_int_equal(fake_checks(w->sup), 1);
		close(fd);
	}
}

static void
after_a_failure_every_login_from_there_takes_the_slow_way(void **state)
{
	struct world *w = *state;
	int fd;

	fd = enter(w);
	close(fd);
	fd = visit(w);
	say(fd, "\1\4root\5wrong");
	assert_hears(w, fd, "\1\1");
	assert_closed(w, fd);
	assert_int_equal(fake_checks(w->sup), 2);
	fd = enter(w);
	assert_int_equal(fake_checks(w->sup), 3);
	close(fd);
}

static void
requests_wait_behind_a_login_that_is_being_checked(void **state)
{
	struct world *w = *state;
	int slow, other;

	slow = enter(w);
	fake_hold(w->sup, false, true);
	other = visit(w);
	say(other, "\1\7watcher\6secret" COUNT);
	while (fake_checks(w->sup) < 2)
		turn(w);
	assert_silent(w, other);
	say(slow, COUNT);
	assert_hears(w, slow, COUNT "\3");
	assert_int_equal(fake_logins(w->sup), 1);
	assert_hears(w, other, "\1\0" COUNT "\3");
	close(slow);
	close(other);
}

static void
a_verdict_for_someone_who_left_is_thrown_away(void **state)
{
	struct world *w = *state;
	int fd;

	fake_hold(w->sup, false, true);
	fd = visit(w);
	say(fd, LOGIN);
	until(w, a_login_was_asked);
	reset(fd);
	for (unsigned i = 0; i < 20; i++)
		turn(w);
	assert_int_equal(fake_logins(w->sup), 1);
	until(w, nobody_is_there);
}

/* A leak that the address sanitizer sees. */
static void
a_server_that_ends_while_a_login_is_checked_leaves_nothing_behind(void **state)
{
	struct world *w = *state;
	int fd;

	fake_hold(w->sup, false, true);
	fd = visit(w);
	say(fd, LOGIN);
	until(w, a_login_was_asked);
	world_end(w);
	close(fd);
}

static void
an_account_removed_while_its_login_is_checked_stays_out(void **state)
{
	struct world *w = *state;
	int fd, other;

	other = enter(w);
	fake_hold(w->sup, false, true);
	fd = visit(w);
	say(fd, "\1\7watcher\6secret");
	while (fake_checks(w->sup) < 2)
		turn(w);
	say(other, "\1\1\7watcher");
	assert_hears(w, other, "\1\1\0");
	assert_int_equal(fake_logins(w->sup), 1);
	assert_hears(w, fd, "\1\1");
	assert_closed(w, fd);
	close(other);
}

static void
a_disabled_administrator_is_refused_slowly_and_fast(void **state)
{
	struct world *w = *state;
	int fd;

	fake_account(w->sup, "off", "secret", ROLE_ADMIN);
	fake_disable(w->sup, 4);
	for (unsigned i = 0; i < 2; i++) {
		fd = visit(w);
		say(fd, "\1\3off\6secret");
		assert_hears(w, fd, "\1\1");
		assert_closed(w, fd);
	}
	assert_int_equal(fake_checks(w->sup), 1);
}

static void
an_account_that_is_evicted_loses_its_sessions_even_in_a_change(void **state)
{
	struct world *w = *state;
	int fd;

	fd = enter(w);
	fake_hold(w->sup, true, false);
	say(fd, ADD_ZOE);
	until(w, a_change_was_asked);
	admin_server_evict(w->server, 1);
	assert_closed(w, fd);
	assert_int_equal(fake_changes(w->sup), 1);
}

int
main(void)
{
#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, world_set_up, world_tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_login_is_checked_slowly_once_and_fast_from_then_on),
		TEST(after_a_failure_every_login_from_there_takes_the_slow_way),
		TEST(requests_wait_behind_a_login_that_is_being_checked),
		TEST(a_verdict_for_someone_who_left_is_thrown_away),
		TEST(
		    a_server_that_ends_while_a_login_is_checked_leaves_nothing_behind),
		TEST(an_account_removed_while_its_login_is_checked_stays_out),
		TEST(a_disabled_administrator_is_refused_slowly_and_fast),
		TEST(
		    an_account_that_is_evicted_loses_its_sessions_even_in_a_change),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
