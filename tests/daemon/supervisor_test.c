/*
 * The supervisor with everything it commands: a store in memory, the login
 * thread, and a worker on a port of the kernel's choice.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <errno.h>
#include <unistd.h>

#include "daemon/state.h"
#include "net/listen.h"
#include "tests/daemon/supervisor_stage.h"

static struct change *
setting(const char *key, const char *value)
{
	return value != NULL ? change_setting(CHANGE_SET, key, value)
			     : change_setting(CHANGE_UNSET, key, "");
}

static void
an_added_account_is_there_and_a_second_of_its_name_is_not(void **state)
{
	struct play *p = *state;

	assert_int_equal(
	    ask(p, adding("alice", ROLE_REGULAR)).result, CHANGE_DONE);
	assert_non_null(find(p, "alice"));
	assert_true(find(p, "alice")->kept);
	assert_int_equal(
	    ask(p, adding("alice", ROLE_ADMIN)).result, CHANGE_TAKEN);
	assert_int_equal(find(p, "alice")->role, ROLE_REGULAR);
}

static void
names_passwords_and_roles_that_cannot_be_are_refused(void **state)
{
	struct play *p = *state;
	struct change *c = adding("bob", ROLE_REGULAR);

	c->password.len = 0;
	assert_int_equal(ask(p, c).result, CHANGE_INVALID);
	assert_int_equal(
	    ask(p, adding("", ROLE_REGULAR)).result, CHANGE_INVALID);
	assert_int_equal(
	    ask(p, adding("a\nb", ROLE_REGULAR)).result, CHANGE_INVALID);
	assert_int_equal(
	    ask(p, adding("bob", (enum role)3)).result, CHANGE_INVALID);
	assert_null(find(p, "bob"));
}

static void
the_last_administrator_and_oneself_stay(void **state)
{
	struct play *p = *state;

	assert_int_equal(
	    ask(p, change(CHANGE_REMOVE, "root")).result, CHANGE_REFUSED);
	assert_int_equal(
	    ask(p, change(CHANGE_ENABLE, "root")).result, CHANGE_REFUSED);
	assert_int_equal(
	    ask(p, change(CHANGE_ROLE, "root")).result, CHANGE_REFUSED);
	assert_int_equal(ask(p, adding("ops", ROLE_ADMIN)).result, CHANGE_DONE);
	p->root.account = find(p, "ops")->id;
	assert_int_equal(
	    ask(p, change(CHANGE_REMOVE, "ops")).result, CHANGE_REFUSED);
	assert_int_equal(
	    ask(p, change(CHANGE_REMOVE, "root")).result, CHANGE_DONE);
	assert_null(find(p, "root"));
}

static void
a_renamed_account_keeps_its_live_part_and_its_password(void **state)
{
	struct play *p = *state;
	struct account_live *live;
	struct change *c;
	char hash[ACCOUNT_HASH];

	ask(p, adding("alice", ROLE_REGULAR));
	live = find(p, "alice")->live;
	(void)snprintf(hash, sizeof hash, "%s", find(p, "alice")->hash);
	c = change(CHANGE_RENAME, "alicia");
	c->account = find(p, "alice")->id;
	assert_int_equal(ask(p, c).result, CHANGE_DONE);
	assert_null(find(p, "alice"));
	assert_ptr_equal(find(p, "alicia")->live, live);
	assert_string_equal(find(p, "alicia")->hash, hash);
}

static void
a_change_of_nobody_is_missing(void **state)
{
	struct play *p = *state;

	assert_int_equal(
	    ask(p, change(CHANGE_REMOVE, "nobody")).result, CHANGE_MISSING);
	assert_int_equal(
	    ask(p, setting("no-such-key", "1")).result, CHANGE_MISSING);
	assert_int_equal(
	    ask(p, setting("cleanup", NULL)).result, CHANGE_MISSING);
}

static void
a_setting_holds_until_it_is_unset(void **state)
{
	struct play *p = *state;
	const struct settings *s;

	assert_int_equal(
	    ask(p, setting("buffer-size", "4096")).result, CHANGE_DONE);
	s = supervisor_settings(p->s);
	assert_int_equal(settings_number(s, SETTING_buffer_size), 4096);
	assert_int_equal(
	    settings_origin(s, SETTING_buffer_size), ORIGIN_RUNTIME);
	assert_int_equal(p->s->policy->limits.buffer_size, 4096);
	assert_int_equal(p->s->policy->limits.pipe_size, 4096);
	assert_int_equal(
	    ask(p, setting("buffer-size", "49")).result, CHANGE_INVALID);
	assert_int_equal(p->s->policy->limits.buffer_size, 4096);
	assert_int_equal(
	    ask(p, setting("buffer-size", NULL)).result, CHANGE_DONE);
	assert_int_equal(p->s->policy->limits.buffer_size, 65536);
}

static void
a_setting_that_needs_a_restart_is_refused_at_run_time(void **state)
{
	struct play *p = *state;
	struct answer a = ask(p, setting("workers", "3"));

	assert_int_equal(a.result, CHANGE_REFUSED);
	assert_non_null(strstr(a.why, "restart"));
}

static void
a_way_out_that_does_not_exist_is_refused_at_run_time(void **state)
{
	static const char *const bad[][2] = { { "source", "192.0.2.77" },
		{ "interface", "none0" },
		{ "interface", "a-name-longer-than-any-has" } };
	struct play *p = *state;
	const struct policy_way *way;

	for (size_t i = 0; i < 3; i++) {
		struct answer a = ask(p, setting(bad[i][0], bad[i][1]));

		assert_int_equal(a.result, CHANGE_REFUSED);
		assert_non_null(strstr(a.why, bad[i][1]));
	}
	assert_int_equal(
	    ask(p, setting("source", "127.0.0.5 ::1")).result, CHANGE_DONE);
	way = &p->s->policy->limits.way;
	assert_int_equal(way->v4.ip[3], 5);
	assert_int_equal(way->v6.ip[15], 1);
	assert_int_equal(ask(p, setting("source", "same")).result, CHANGE_DONE);
	way = &p->s->policy->limits.way;
	assert_true(way->same);
	assert_int_equal(way->v4.family, ADDR_NONE);
	assert_int_equal(
	    ask(p, setting("source", "same 127.0.0.1")).result, CHANGE_INVALID);
	assert_int_equal(ask(p, setting("keepalive", "9")).result, CHANGE_DONE);
	assert_int_equal(p->s->policy->limits.way.keepalive, 9);
}

/* U+202E turns the direction of what is written behind it. */
static void
a_value_that_cannot_be_had_is_escaped_in_the_refusal(void **state)
{
	static const char *const bad[][2] = { { "interface", "a\xe2\x80\xae" },
		{ "access-log", "/nonexistent/a\xe2\x80\xae" } };
	struct play *p = *state;

	for (size_t i = 0; i < 2; i++) {
		struct answer a = ask(p, setting(bad[i][0], bad[i][1]));

		assert_int_equal(a.result, CHANGE_REFUSED);
		assert_non_null(strstr(a.why, "a\\xe2\\x80\\xae: "));
	}
}

static void
authentication_follows_the_setting(void **state)
{
	struct play *p = *state;

	assert_true(p->s->policy->limits.auth_required);
	assert_int_equal(ask(p, setting("auth", "no")).result, CHANGE_DONE);
	assert_false(p->s->policy->limits.auth_required);
	assert_int_equal(ask(p, setting("auth", NULL)).result, CHANGE_DONE);
	assert_true(p->s->policy->limits.auth_required);
}

static void
the_proxy_does_not_open_when_its_last_account_goes(void **state)
{
	struct play *p = *state;

	assert_true(p->s->policy->limits.auth_required);
	assert_int_equal(
	    ask(p, change(CHANGE_REMOVE, "alice")).result, CHANGE_DONE);
	assert_int_equal(accounts_count(supervisor_accounts(p->s)), 0);
	assert_true(p->s->policy->limits.auth_required);
}

enum { MANY = 30 };

struct order {
	unsigned next, wrong;
};

static struct order order;

static void
on_counted(struct change *c, void *arg)
{
	order.wrong += (uintptr_t)arg != order.next;
	order.next++;
	assert_int_equal(c->result, CHANGE_DONE);
}

static void
changes_are_answered_in_the_order_they_were_asked(void **state)
{
	struct play *p = *state;

	order = (struct order){ 0 };
	for (uintptr_t i = 0; i < MANY; i++)
		supervisor_change(p->s,
		    setting("connection-timeout", i % 2 ? "9" : "8"), &p->root,
		    on_counted, (void *)i);
	while (order.next < MANY)
		event_base_loop(p->base, EVLOOP_ONCE);
	assert_int_equal(order.wrong, 0);
}

static void
a_forgotten_change_is_made_but_not_answered(void **state)
{
	struct play *p = *state;
	struct answer gone = { 0 };

	supervisor_change(
	    p->s, adding("carol", ROLE_REGULAR), &p->root, on_done, &gone);
	supervisor_forget(p->s, &gone);
	assert_int_equal(ask(p, setting("cleanup", "no")).result, CHANGE_DONE);
	assert_non_null(find(p, "carol"));
	assert_false(gone.there);
}

/* A leak that the address sanitizer sees. */
static void
changes_after_the_workers_have_left_leave_nothing_behind(void **state)
{
	struct play *p = *state;
	struct answer late = { 0 };

	supervisor_stop(p->s);
	event_base_dispatch(p->base);
	supervisor_change(
	    p->s, adding("carol", ROLE_REGULAR), &p->root, on_done, &late);
	while (!late.there)
		event_base_loop(p->base, EVLOOP_ONCE);
	assert_int_equal(late.result, CHANGE_DONE);
	/* Its password is still being hashed when all ends. */
	supervisor_change(
	    p->s, adding("dave", ROLE_REGULAR), &p->root, NULL, NULL);
	event_base_loop(p->base, EVLOOP_NONBLOCK);
	event_base_loop(p->base, EVLOOP_NONBLOCK);
}

static void
a_port_that_another_daemon_serves_is_refused(void **state)
{
	struct event_base *base = event_base_new();
	struct settings *settings = settings_new();
	char text[ADDR_TEXT], why[SUPERVISOR_WHY];
	struct addr any, taken;
	struct supervisor *s;
	int other;

	(void)state;
	assert_true(addr_parse(&any, "127.0.0.1", 0));
	other = listen_tcp(&any);
	assert_true(other >= 0);
	taken = listen_addr(other);
	addr_print(&taken, text);
	assert_int_equal(
	    settings_set(settings, ORIGIN_OPTION, "listen", text, why), 0);
	s = supervisor_new(base, settings, "-");
	assert_int_equal(supervisor_bind(s, why), -EADDRINUSE);
	assert_non_null(strstr(why, text));
	supervisor_free(s);
	event_base_free(base);
	close(other);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(an_added_account_is_there_and_a_second_of_its_name_is_not),
		TEST(names_passwords_and_roles_that_cannot_be_are_refused),
		TEST(the_last_administrator_and_oneself_stay),
		TEST(a_renamed_account_keeps_its_live_part_and_its_password),
		TEST(a_change_of_nobody_is_missing),
		TEST(a_setting_holds_until_it_is_unset),
		TEST(a_setting_that_needs_a_restart_is_refused_at_run_time),
		TEST(a_way_out_that_does_not_exist_is_refused_at_run_time),
		TEST(a_value_that_cannot_be_had_is_escaped_in_the_refusal),
		TEST(authentication_follows_the_setting),
		cmocka_unit_test_setup_teardown(
		    the_proxy_does_not_open_when_its_last_account_goes,
		    begin_with_a_regular_user, end),
		TEST(changes_are_answered_in_the_order_they_were_asked),
		TEST(a_forgotten_change_is_made_but_not_answered),
		cmocka_unit_test_setup_teardown(
		    changes_after_the_workers_have_left_leave_nothing_behind,
		    begin, end_at_once),
		cmocka_unit_test(a_port_that_another_daemon_serves_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
