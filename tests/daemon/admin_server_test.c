/*
 * The admin server over a supervisor that does things when the test says so
 * (docs/admin-protocol.md): what waits, what goes on meanwhile, what becomes of
 * those who leave. What the protocol says to a client is in
 * tests/e2e/admin_suite.py.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>
#include <unistd.h>

#include "tests/daemon/admin_world.h"

/* ---- changes */

static void
a_slow_change_holds_back_its_own_connection_alone(void **state)
{
	struct world *w = *state;
	int slow, other;

	slow = enter(w);
	other = enter(w);
	fake_hold(w->sup, true, false);
	say(slow, COUNT ADD_ZOE COUNT);
	assert_hears(w, slow, COUNT "\3");
	until(w, a_change_was_asked);
	assert_silent(w, slow);
	say(other, COUNT);
	assert_hears(w, other, COUNT "\3");
	assert_int_equal(fake_changes(w->sup), 1);
	assert_hears(w, slow, "\1\0\0" COUNT "\4");
	close(slow);
	close(other);
}

static void
a_change_is_carried_out_though_its_asker_is_gone(void **state)
{
	struct world *w = *state;
	int fd;

	fd = enter(w);
	fake_hold(w->sup, true, false);
	say(fd, ADD_ZOE);
	until(w, a_change_was_asked);
	reset(fd);
	until(w, nobody_is_there);
	assert_int_equal(fake_changes(w->sup), 1);
	fd = visit(w);
	say(fd, LOGIN COUNT);
	assert_hears(w, fd, "\1\0" COUNT "\4");
	close(fd);
}

static void
a_change_is_asked_for_in_the_name_of_who_asks(void **state)
{
	struct world *w = *state;
	int fd;

	fd = visit(w);
	say(fd, LOGIN "\1\4\0\0\20\0\1\2\1\1\3\0");
	assert_hears(w, fd, "\1\0\1\4\0\1\2\0\1\3\0");
	assert_int_equal(
	    strncmp(fake_last_actor(w->sup), "root@tcp:127.0.0.1:", 19), 0);
	assert_int_equal(fake_last_change(w->sup)->kind, CHANGE_SET);
	assert_string_equal(fake_last_change(w->sup)->key, "cleanup");
	assert_string_equal(fake_last_change(w->sup)->value, "no");
	close(fd);
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
	struct world *w = *state;
	uint8_t got[12];
	int fd;

	fd = enter(w);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const char want[12] = { 1, 0, rows[i].add, 1, 1,
			rows[i].discard, 1, 5, rows[i].set, 1, 2,
			rows[i].flag };

		fake_fail(w->sup, rows[i].result);
		say(fd, ADD_ZOE "\1\1\3zoe\1\5\11\1\2\1");
		assert_int_equal(hear(w, fd, got, sizeof got), sizeof got);
		assert_memory_equal(got, want, sizeof got);
	}
	close(fd);
}

static void
an_observer_changes_nothing_and_never_gets_as_far_as_asking(void **state)
{
	struct world *w = *state;
	int fd;

	fd = visit(w);
	say(fd, "\1\7watcher\6secret" COUNT ADD_ZOE COUNT);
	assert_hears(w, fd,
	    "\1\0" COUNT "\3"
	    "\1\0\xff" COUNT "\3");
	assert_int_equal(fake_changed(w->sup), 0);
	close(fd);
}

/* ---- limits */

static void
clients_not_logged_in_do_not_drive_out_those_who_are(void **state)
{
	struct admin_limits limits = admin_limits_default;
	struct world *w = *state;
	int admin, strangers[8];

	limits.sessions = 2;
	limits.logins = 3;
	world_limit(w, &limits);
	admin = enter(w);
	for (unsigned i = 0; i < 8; i++)
		strangers[i] = visit(w);
	for (unsigned i = 0; i < 5; i++)
		assert_closed(w, strangers[i]);
	say(admin, COUNT);
	assert_hears(w, admin, COUNT "\3");
	for (unsigned i = 5; i < 8; i++) {
		say(strangers[i], LOGIN COUNT);
		assert_hears(w, strangers[i], "\1\0" COUNT "\3");
	}
	assert_int_equal(admin_server_sessions(w->server), 2);
	assert_closed(w, admin);
	assert_closed(w, strangers[5]);
	close(strangers[6]);
	close(strangers[7]);
}

static void
a_source_that_floods_the_logins_drives_out_its_own(void **state)
{
	struct admin_limits limits = admin_limits_default;
	struct world *w = *state;
	int first, flood[8];

	limits.logins = 3;
	world_limit(w, &limits);
	first = visit(w);
	for (unsigned i = 0; i < 8; i++)
		flood[i] = visit_from(w, "127.0.0.2");
	for (unsigned i = 0; i < 6; i++)
		assert_closed(w, flood[i]);
	say(first, LOGIN COUNT);
	assert_hears(w, first, "\1\0" COUNT "\3");
	close(first);
	close(flood[6]);
	close(flood[7]);
}

static void
the_longest_idle_goes_but_not_in_the_middle_of_something(void **state)
{
	struct admin_limits limits = admin_limits_default;
	struct world *w = *state;
	int busy, idle, third;

	limits.sessions = 2;
	world_limit(w, &limits);
	busy = enter(w);
	idle = enter(w);
	say(busy, COUNT "\1\0\3z");
	assert_hears(w, busy, COUNT "\3");
	say(idle, COUNT);
	assert_hears(w, idle, COUNT "\3");
	third = enter(w);
	assert_closed(w, idle);
	say(busy, "oe\2pw\0");
	assert_hears(w, busy, "\1\0\0");
	close(busy);
	close(third);
}

int
main(void)
{
#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, world_set_up, world_tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_slow_change_holds_back_its_own_connection_alone),
		TEST(a_change_is_carried_out_though_its_asker_is_gone),
		TEST(a_change_is_asked_for_in_the_name_of_who_asks),
		TEST(every_outcome_of_a_change_has_its_status),
		TEST(
		    an_observer_changes_nothing_and_never_gets_as_far_as_asking),
		TEST(clients_not_logged_in_do_not_drive_out_those_who_are),
		TEST(the_longest_idle_goes_but_not_in_the_middle_of_something),
		TEST(a_source_that_floods_the_logins_drives_out_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
