/* Adding an account with its limits, and what forms say while one types. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "tests/tui/asked.h"

enum { NAME, PASSWORD, AGAIN, ROLE, SESSIONS, UP, DOWN, QUOTA, EXPIRES };

static int
begin(void **state)
{
	return play_set_up_at(state, "3a");
}

static void
fill(struct play *p, int field, const char *text)
{
	p->m.form.focus = field;
	play_key(p, INPUT_CTRL('U'));
	play_type(p, text);
}

/* Eve with a quota and an end, sent. */
static struct effect
add_eve(struct play *p)
{
	play_type(p, "eve\tpw\tpw");
	fill(p, QUOTA, "5G");
	fill(p, EXPIRES, "2027-01-31");
	play_key(p, INPUT_F(2));
	return play_asked(p, ADMIN_user_add);
}

static void
limits_are_sent_once_the_account_is_there(void **state)
{
	struct play *p = *state;
	struct effect e = add_eve(p);

	play_done(p, &e, ADMIN_OK);
	e = play_asked(p, ADMIN_account_set);
	assert_string_equal(e.request.account_set.name.bytes, "eve");
	assert_string_equal(e.request.account_set.column.bytes, "quota");
	assert_string_equal(e.request.account_set.value.bytes, "5G");
	play_done(p, &e, ADMIN_OK);
	e = play_asked(p, ADMIN_account_set);
	assert_string_equal(e.request.account_set.column.bytes, "expires");
	assert_string_equal(e.request.account_set.value.bytes, "2027-01-31");
	play_done(p, &e, ADMIN_OK);
	assert_int_equal(p->m.overlay, OVERLAY_NONE);
	assert_true(
	    play_shows(p, 80, 24, "User \"eve\" added. u undoes it for 60 s."));
	play_type(p, "u");
	assert_string_equal(
	    play_asked(p, ADMIN_user_del).request.user_del.name.bytes, "eve");
}

/* Else they would be those of an account that somebody else has added. */
static void
limits_of_an_account_that_was_not_added_are_not_sent(void **state)
{
	struct play *p = *state;
	struct effect e = add_eve(p);

	play_done(p, &e, ADMIN_TAKEN);
	assert_null(play_effect(p, EFFECT_ASK, 0));
	assert_int_equal(p->m.form.kind, FORM_USER_ADD);
	assert_string_equal(p->m.form.fields[NAME].problem, "taken already");
	assert_string_equal(p->m.form.fields[QUOTA].text, "5G");
}

static void
a_refused_limit_is_told_on_its_field_and_the_user_is_there(void **state)
{
	struct play *p = *state;
	struct effect e = add_eve(p);

	play_done(p, &e, ADMIN_OK);
	e = play_asked(p, ADMIN_account_set);
	play_done(p, &e, ADMIN_INVALID);
	assert_int_equal(p->m.overlay, OVERLAY_FORM);
	assert_int_equal(p->m.form.kind, FORM_USER_EDIT);
	assert_true(play_shows(p, 80, 24, "Change eve"));
	assert_true(play_shows(p, 80, 24, "Added, but refused: "));
	assert_true(play_shows(p, 80, 24, "! the server does not"));
	assert_non_null(users_find(&p->m.users, &e.request.account_set.name));
	/* mended and sent again: what is left */
	fill(p, QUOTA - 1, "6G");
	play_key(p, INPUT_F(2));
	e = play_asked(p, ADMIN_account_set);
	assert_string_equal(e.request.account_set.value.bytes, "6G");
	play_done(p, &e, ADMIN_OK);
	e = play_asked(p, ADMIN_account_set);
	assert_string_equal(e.request.account_set.column.bytes, "expires");
}

static void
without_limits_nothing_more_is_sent(void **state)
{
	struct play *p = *state;
	struct effect e;

	play_type(p, "eve\tpw\tpw");
	play_key(p, INPUT_F(2));
	e = play_asked(p, ADMIN_user_add);
	play_done(p, &e, ADMIN_OK);
	assert_null(play_effect(p, EFFECT_ASK, 0));
	assert_int_equal(p->m.overlay, OVERLAY_NONE);
}

/* ---- while one types */

static void
nonsense_in_any_field_is_told_while_one_types(void **state)
{
	static const struct {
		int field;
		const char *text, *told;
	} rows[] = {
		{ NAME, "alice", "! exists already" },
		{ NAME, " eve", "! blanks belong to it" },
		{ AGAIN, "px", "! does not match" },
		{ SESSIONS, "five", "! a whole number, none" },
		{ SESSIONS, "5G", "! a whole number, none" },
		{ SESSIONS, "-5", "! a whole number, none" },
		{ UP, "1.5M", "! as 500K, 10M" },
		{ DOWN, "10 M", "! as 500K, 10M" },
		{ QUOTA, "5X", "! as 500K, 10M" },
		{ QUOTA, "never", "! as 500K, 10M" },
		{ QUOTA, "18446744073709551616", "! as 500K, 10M" },
		{ EXPIRES, "tomorrow", "! a day as 2027-01-31" },
		{ EXPIRES, "2027-02-29", "! a day as 2027-01-31" },
		{ EXPIRES, "2027-1-31", "! a day as 2027-01-31" },
		{ EXPIRES, "none", "! a day as 2027-01-31" },
		{ EXPIRES, "2020-01-31", "! past: shuts it out" },
	};
	struct play *p = *state;

	play_type(p, "eve\tpw\tpw");
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char was[FIELD_MOST + 1];

		memcpy(was, p->m.form.fields[rows[i].field].text, sizeof was);
		fill(p, rows[i].field, rows[i].text);
		if (!play_shows(p, 80, 24, rows[i].told))
			fail_msg("%s: not %s", rows[i].text, rows[i].told);
		assert_true(play_shows(p, 60, 16, rows[i].told));
		assert_true(play_shows(p, 40, 10, rows[i].told));
		fill(p, rows[i].field, was);
		assert_false(play_shows(p, 80, 24, "!"));
	}
}

static void
what_the_daemon_takes_is_no_problem(void **state)
{
	static const struct {
		int field;
		const char *text;
	} rows[] = {
		{ SESSIONS, "none" },
		{ SESSIONS, "0" },
		{ UP, "default" },
		{ UP, "500k" },
		{ QUOTA, "5T" },
		{ EXPIRES, "never" },
		{ EXPIRES, "2027-01-31T18:00:00Z" },
	};
	struct play *p = *state;

	play_type(p, "eve\tpw\tpw");
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		fill(p, rows[i].field, rows[i].text);
		assert_true(form_good(&p->m.form));
	}
}

static void
an_end_in_the_past_is_warned_of_and_may_be_sent(void **state)
{
	struct play *p = *state;

	play_type(p, "eve\tpw\tpw");
	fill(p, EXPIRES, "2020-01-31");
	assert_true(play_shows(p, 80, 24, "! past: shuts it out"));
	play_key(p, INPUT_F(2));
	(void)play_asked(p, ADMIN_user_add);
}

static void
every_field_can_be_reached_in_a_small_window(void **state)
{
	static const char *const labels[] = { "Name", "Password", "Again",
		"Role", "Sessions", "Up/s", "Down/s", "Quota/day", "Expires" };
	struct play *p = *state;

	for (int i = 0; i <= EXPIRES; i++) {
		assert_true(play_shows(p, 60, 16, labels[i]));
		assert_true(play_shows(p, 40, 10, labels[i]));
		play_type(p, "\t");
	}
	assert_true(play_shows(p, 60, 16, "[ Add ]"));
	assert_true(play_shows(p, 40, 10, "[ Add ]"));
}

static void
keys_that_do_nothing_here_are_not_offered(void **state)
{
	struct play *p = *state;

	assert_true(play_shows(p, 80, 24, "^R Reveal"));
	assert_false(play_shows(p, 80, 24, "Space Choose"));
	p->m.form.focus = ROLE;
	assert_true(play_shows(p, 80, 24, "Space Choose"));
	play_key(p, INPUT_ESC);
	play_type(p, "e");
	assert_false(play_shows(p, 80, 24, "^R Reveal"));
}

static void
what_a_form_lacks_is_said_before_anything_is_typed(void **state)
{
	struct play *p = *state;

	assert_true(play_shows(p, 80, 24, "not yet: Name is empty"));
	play_type(p, "eve");
	assert_true(play_shows(p, 80, 24, "! a password is needed"));
	assert_true(play_shows(p, 80, 24, "not yet: see above"));
}

static void
turning_off_in_a_form_says_that_sessions_end(void **state)
{
	struct play *p = *state;

	play_key(p, INPUT_ESC);
	play_type(p, "e\t ");
	assert_true(play_shows(p, 80, 24, "! ends its sessions"));
	assert_true(play_shows(p, 40, 10, "! ends its sessions"));
}

static void
nonsense_about_rules_is_told_while_one_types(void **state)
{
	static const struct {
		const char *keys;
		int field;
		const char *text, *told;
	} rows[] = {
		{ "a", 0, "alow to localhost", "begins with allow or deny" },
		{ "a", 0, "allowed", "begins with allow or deny" },
		{ "a", 1, "x", "! 1 to 6, or nothing" },
		{ "a", 1, "7", "! 1 to 6, or nothing" },
		{ "t", 0, "example.net", "! as example.net:443" },
		{ "t", 0, "example.net:https", "! as example.net:443" },
		{ "t", 0, ":443", "! as example.net:443" },
		{ "t", 0, "example.net:65536", "! as example.net:443" },
		{ "t", 3, "somewhere", "! as 192.0.2.7" },
	};
	struct play *p = *state;

	play_key(p, INPUT_ESC);
	play_type(p, "7");
	play_polls(p, 2);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		play_type(p, rows[i].keys);
		fill(p, rows[i].field, rows[i].text);
		if (!play_shows(p, 80, 24, rows[i].told))
			fail_msg("%s: not %s", rows[i].text, rows[i].told);
		play_key(p, INPUT_F(2));
		assert_null(play_effect(p, EFFECT_ASK, 0));
		play_key(p, INPUT_ESC);
	}
	play_type(p, "t");
	fill(p, 0, "[2001:db8::1]:443");
	fill(p, 3, "2001:db8::7");
	assert_true(form_good(&p->m.form));
}

static void
an_answer_is_gone_once_the_question_is_another(void **state)
{
	static const struct admin_rule_verdict verdict;
	struct play *p = *state;
	struct effect asked;
	struct event e = { .kind = EVENT_DONE,
		.id = ADMIN_rule_test,
		.rows = &verdict,
		.count = 1 };

	play_key(p, INPUT_ESC);
	play_type(p, "7texample.net:443");
	play_key(p, INPUT_F(2));
	asked = play_asked(p, ADMIN_rule_test);
	e.tag = asked.tag;
	play_happen(p, &e);
	assert_true(play_shows(p, 80, 24, "allowed: no rule says otherwise"));
	play_key(p, INPUT_TAB);
	assert_true(play_shows(p, 80, 24, "allowed: no rule says otherwise"));
	play_type(p, "b");
	assert_false(play_shows(p, 80, 24, "allowed: "));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, play_tear_down)

static void
a_user_who_is_added_while_the_list_comes_costs_no_row_of_it(void **state)
{
	struct play *p = *state;
	struct effect e = add_eve(p);
	struct layout_text eve;
	size_t n = p->m.users.page.n;

	layout_text_set(&eve, "eve", 3);
	play_account(p, "alice", true, true);
	play_done(p, &e, ADMIN_OK);
	play_account(p, "zoe", false, false);
	assert_non_null(users_find(&p->m.users, &eve));
	assert_int_equal(p->m.users.page.n, n + 1);
	play_account(p, "zoe", true, false); /* the next one tells */
	assert_int_equal(p->m.users.page.n, 1);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(limits_are_sent_once_the_account_is_there),
		TEST(limits_of_an_account_that_was_not_added_are_not_sent),
		TEST(
		    a_refused_limit_is_told_on_its_field_and_the_user_is_there),
		TEST(without_limits_nothing_more_is_sent),
		TEST(nonsense_in_any_field_is_told_while_one_types),
		TEST(what_the_daemon_takes_is_no_problem),
		TEST(an_end_in_the_past_is_warned_of_and_may_be_sent),
		TEST(every_field_can_be_reached_in_a_small_window),
		TEST(keys_that_do_nothing_here_are_not_offered),
		TEST(what_a_form_lacks_is_said_before_anything_is_typed),
		TEST(turning_off_in_a_form_says_that_sessions_end),
		TEST(an_answer_is_gone_once_the_question_is_another),
		TEST(nonsense_about_rules_is_told_while_one_types),
		TEST(
		    a_user_who_is_added_while_the_list_comes_costs_no_row_of_it),
	};

	return cmocka_run_group_tests_name("add", tests, NULL, NULL);
}
