/* Changes of accounts, rules and the server, with a daemon that has all. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/tui/asked.h"

static int
begin(void **state)
{
	return play_set_up_at(state, "3");
}

static void
pick(struct play *p, int down, const char *keys)
{
	for (int i = 0; i < down; i++)
		play_type(p, "j");
	play_type(p, keys);
}

static void
an_edit_sends_what_differs_one_after_the_other(void **state)
{
	struct play *p = *state;
	struct effect e;

	play_type(p, "e");  /* alice, at her role */
	play_type(p, "  "); /* observer */
	play_type(p, "\t\t5\t2M");
	play_key(p, INPUT_F(2));
	e = play_asked(p, ADMIN_account_role);
	assert_int_equal(e.request.account_role.role, ROLE_OBSERVER);
	assert_int_equal(e.request.account_role.revision, 100);
	play_done(p, &e, ADMIN_OK);
	e = play_asked(p, ADMIN_account_set);
	assert_string_equal(e.request.account_set.column.bytes, "max-sessions");
	assert_string_equal(e.request.account_set.value.bytes, "5");
	assert_int_equal(e.request.account_set.revision, 0);
	play_done(p, &e, ADMIN_OK);
	e = play_asked(p, ADMIN_account_set);
	assert_string_equal(e.request.account_set.column.bytes, "rate-up");
	assert_string_equal(e.request.account_set.value.bytes, "2M");
	assert_int_equal(p->m.overlay, OVERLAY_FORM);
	play_done(p, &e, ADMIN_OK);
	assert_int_equal(p->m.overlay, OVERLAY_NONE);
	assert_true(play_shows(p, 80, 24, "User \"alice\" changed"));
}

static void
a_refusal_in_an_edit_stands_on_its_field_and_ends_it(void **state)
{
	struct play *p = *state;
	struct effect e;

	play_type(p, "e\t\t\t1\t3M");
	play_key(p, INPUT_F(2));
	e = play_asked(p, ADMIN_account_set);
	play_done(p, &e, ADMIN_INVALID);
	assert_null(play_effect(p, EFFECT_ASK, 0));
	assert_int_equal(p->m.overlay, OVERLAY_FORM);
	assert_true(p->m.form.fields[3].problem[0] != '\0' ||
		    p->m.form.fields[4].problem[0] != '\0');
	assert_false(p->m.form.busy);
}

static void
a_long_refusal_goes_on_in_a_second_line(void **state)
{
	struct play *p = *state;

	play_type(p, "e");
	(void)snprintf(p->m.form.problem, sizeof p->m.form.problem,
	    "Refused: word 12, \"extra\": not user, from, to, port or command");
	assert_true(play_shows(p, 80, 24, "not user, from, to, port or"));
	assert_true(play_shows(p, 80, 24, "  command "));
	(void)snprintf(
	    p->m.form.problem, sizeof p->m.form.problem, "%0159d", 0);
	assert_true(play_shows(p, 80, 24, "0000"));
	assert_true(play_shows(p, 20, 5, "Role"));
}

static void
a_limit_that_is_no_limit_is_not_sent(void **state)
{
	static const char *const wrong[] = { "x", "-1", "1.5M", "2MB",
		"99999999999999999999" };
	struct play *p = *state;

	play_type(p, "e\t\t\t");
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		play_key(p, INPUT_CTRL('U'));
		play_type(p, wrong[i]);
		play_key(p, INPUT_F(2));
		assert_null(play_effect(p, EFFECT_ASK, 0));
		assert_true(play_shows(p, 80, 24, "! as 500K, 10M"));
	}
}

static void
limits_of_its_own_are_shown_and_emptied_to_the_default(void **state)
{
	struct play *p = *state;
	struct effect e;

	pick(p, 6, "e"); /* guest: 4 sessions, 5G a day */
	assert_string_equal(p->m.form.fields[3].text, "4");
	assert_string_equal(p->m.form.fields[6].text, "5G");
	assert_string_equal(p->m.form.fields[4].text, "");
	play_type(p, "\t\t");
	play_key(p, INPUT_CTRL('U'));
	play_key(p, INPUT_F(2));
	e = play_asked(p, ADMIN_account_set);
	assert_string_equal(e.request.account_set.value.bytes, "default");
}

static void
a_form_in_a_window_of_one_row_shows_the_field_in_focus(void **state)
{
	struct play *p = *state;

	play_type(p, "a");
	assert_true(play_shows(p, 20, 5, "Name"));
	play_type(p, "\t");
	assert_true(play_shows(p, 20, 5, "Password"));
}

static void
a_change_of_one_thing_is_undone_by_u(void **state)
{
	struct play *p = *state;
	struct effect e;

	play_type(p, "e ");
	play_key(p, INPUT_F(2));
	e = play_asked(p, ADMIN_account_role);
	play_done(p, &e, ADMIN_OK);
	play_type(p, "u");
	e = play_asked(p, ADMIN_account_role);
	assert_int_equal(e.request.account_role.role, ROLE_REGULAR);
	play_done(p, &e, ADMIN_OK);
	assert_true(play_shows(p, 80, 24, "Undone: User"));
	play_type(p, "u");
	assert_null(play_effect(p, EFFECT_ASK, 0));
}

static void
undo_is_over_after_a_minute(void **state)
{
	struct play *p = *state;
	struct effect e;

	pick(p, 6, "x"); /* guest is off: on at once */
	e = play_asked(p, ADMIN_account_enable);
	assert_int_equal(e.request.account_enable.enabled, 1);
	play_done(p, &e, ADMIN_OK);
	play_polls(p, 61);
	play_type(p, "u");
	assert_null(play_effect(p, EFFECT_ASK, 0));
	assert_true(play_shows(p, 80, 24, "Nothing to undo"));
}

static void
turning_off_asks_and_marks_take_only_those_that_are_on(void **state)
{
	struct play *p = *state;

	pick(p, 5, "   "); /* frank, guest (off), ops */
	play_type(p, "x");
	assert_int_equal(p->m.overlay, OVERLAY_CONFIRM);
	assert_int_equal(p->m.confirm.n, 2);
	play_pass(p, 400);
	play_type(p, "y");
	for (int i = 0; i < 2; i++) {
		const struct effect *e = play_effect(p, EFFECT_ASK, i);

		assert_non_null(e);
		assert_int_equal(e->id, ADMIN_account_enable);
		assert_int_equal(e->request.account_enable.enabled, 0);
	}
	assert_null(play_effect(p, EFFECT_ASK, 2));
}

static void
an_observer_changes_nothing_and_is_told_why(void **state)
{
	struct play *p = *state;

	p->m.link.observer = true;
	play_type(p, "a");
	assert_int_equal(p->m.overlay, OVERLAY_NONE);
	assert_true(play_shows(p, 80, 24, "is an observer"));
	play_type(p, "2x");
	assert_int_equal(p->m.overlay, OVERLAY_NONE);
}

static void
an_observer_is_not_offered_what_changes_something(void **state)
{
	static const char *const keys[] = { "3a", "3e", "3P", "3x", "3t", "3d",
		"3r", "2x", "2X", "2 ", "3*", "4e", "4 ", "4s", "4D", "7a",
		"7J", "7d", "6c", "1S", "1u" };
	struct play *p = *state;

	assert_true(play_shows(p, 140, 40, "a Add  e Edit  P Passwd"));
	p->m.link.observer = true;
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		char view[2] = { keys[i][0], '\0' };

		p->m.toast.text[0] = '\0';
		play_type(p, view);
		assert_false(play_shows(p, 140, 40, " Add  "));
		assert_false(play_shows(p, 140, 40, " Delete  "));
		assert_false(play_shows(p, 140, 40, " Kill  "));
		assert_false(play_shows(p, 140, 40, " Edit  "));
		assert_false(play_shows(p, 140, 40, " Server  "));
		assert_false(play_shows(p, 140, 40, " Mark"));
		play_type(p, keys[i] + 1);
		assert_int_equal(p->m.overlay, OVERLAY_NONE);
		assert_true(play_shows(p, 140, 40, "is an observer"));
	}
	play_type(p, "7t"); /* a question is none of it */
	assert_int_equal(p->m.overlay, OVERLAY_FORM);
}

static void
a_name_that_is_long_hides_nothing_else(void **state)
{
	static const char *const names[] = {
		"a-name-that-goes-on-and-on-for-longer-than-any-dialog-is-wide",
		"bob", "carol", "dave", "erin", "frank", "guest", "ops", "root",
		"svc-backup", "zoe", NULL
	};
	struct play *p = *state;

	play_users(p, names);
	play_key(p, INPUT_HOME);
	assert_true(play_shows(p, 80, 24, "a-name-that-goes-on-and-o~  reg"));
	play_type(p, "d");
	assert_true(play_shows(p, 60, 16, "~  41 sessions"));
	assert_true(play_shows(p, 80, 24, "~  41 sessions"));
}

static void
while_the_daemon_is_away_the_keys_are_those_that_find_it(void **state)
{
	struct play *p = *state;

	assert_false(play_shows(p, 140, 40, "R Retry"));
	play_down(p, "gone", false);
	assert_true(play_shows(p, 60, 16, "R Retry  H Connect  q Quit"));
	assert_false(play_shows(p, 140, 40, " Delete  "));
	play_type(p, "d");
	assert_true(play_shows(p, 80, 24, "while the daemon is away"));
}

static void
sessions_without_a_login_are_not_nobody(void **state)
{
	struct play *p = *state;

	play_type(p, "1");
	assert_true(play_shows(p, 80, 24, "alice"));
	for (size_t i = 0; i < p->m.users.page.n; i++)
		p->m.users.page.all[i].sessions = 0;
	assert_true(play_shows(p, 80, 24, "nobody has logged in"));
	p->m.users.listed = false;
	assert_true(play_shows(p, 80, 24, "asking the daemon..."));
	p->m.live.value[FIGURE_SESSIONS] = 0;
	assert_true(play_shows(p, 80, 24, "nobody is connected"));
}

static void
of_a_setting_only_keys_that_do_something_are_offered(void **state)
{
	struct play *p = *state;

	play_type(p, "4g"); /* a number, as the file has it */
	assert_true(play_shows(p, 80, 24, "Enter Edit  Tab View"));
	assert_true(play_shows(p, 80, 24, "| Enter changes it     "));
	play_type(p, " ");
	assert_true(play_shows(p, 80, 24, "no switch, Enter changes it."));
	model_setting(&p->m)->origin = ORIGIN_RUNTIME;
	assert_true(play_shows(p, 80, 24, "Enter Edit  D Default"));
	model_setting(&p->m)->live = false;
	assert_true(play_shows(p, 80, 24, "q Quit  Tab View"));
	model_setting(&p->m)->live = true;
	play_type(p, "D");
	assert_true(play_shows(p, 80, 24, "F2 Apply"));
	play_down(p, "gone", false);
	play_type(p, "e");
	assert_int_equal(p->m.overlay, OVERLAY_NONE);
	assert_true(play_shows(p, 80, 24, "while the daemon is away"));
}

static void
t_opens_the_form_with_the_next_role_and_sends_nothing(void **state)
{
	struct play *p = *state;
	struct effect e;

	play_type(p, "t");
	assert_null(play_effect(p, EFFECT_ASK, 0));
	assert_int_equal(p->m.form.fields[1].choice, ROLE_ADMIN);
	play_key(p, INPUT_F(2));
	e = play_asked(p, ADMIN_account_role);
	assert_int_equal(e.request.account_role.role, ROLE_ADMIN);
}

static void
a_form_in_which_nothing_was_changed_says_so(void **state)
{
	struct play *p = *state;

	play_type(p, "e");
	play_key(p, INPUT_F(2));
	assert_null(play_effect(p, EFFECT_ASK, 0));
	assert_int_equal(p->m.overlay, OVERLAY_NONE);
	assert_true(play_shows(p, 80, 24, "Nothing was changed."));
}

static void
a_rule_taken_out_comes_back_to_its_place(void **state)
{
	struct play *p = *state;
	struct effect e;

	play_type(p, "7");
	play_polls(p, 2);
	play_type(p, "jjd");
	play_pass(p, 400);
	play_type(p, "y");
	e = play_asked(p, ADMIN_rule_del);
	assert_int_equal(e.request.rule_del.id, 9);
	play_done(p, &e, ADMIN_OK);
	play_type(p, "u");
	e = play_asked(p, ADMIN_rule_add);
	assert_int_equal(e.request.rule_add.place, 3);
	assert_string_equal(e.request.rule_add.rule.bytes,
	    "deny user guest to *.example.com port 25");
}

static void
the_word_must_be_typed_whole_and_in_its_case(void **state)
{
	struct play *p = *state;

	play_type(p, "SX");
	play_pass(p, 400);
	play_type(p, "stop\r");
	assert_null(play_effect(p, EFFECT_ASK, 0));
	for (int i = 0; i < 4; i++)
		play_key(p, INPUT_BACKSPACE);
	play_type(p, "STO\r");
	assert_null(play_effect(p, EFFECT_ASK, 0));
	play_type(p, "P");
	assert_null(play_effect(p, EFFECT_ASK, 0));
	play_key(p, INPUT_ENTER);
	assert_int_equal(play_effect(p, EFFECT_ASK, 0)->id, ADMIN_set_running);
	assert_int_equal(
	    play_effect(p, EFFECT_ASK, 1)->id, ADMIN_session_kill_all);
}

static void
a_start_that_starts_nothing_is_not_undone_by_a_stop(void **state)
{
	struct play *p = *state;
	struct effect e;

	play_type(p, "1Sa");
	assert_null(play_effect(p, EFFECT_ASK, 0));
	assert_true(play_shows(p, 80, 24, "It takes clients already."));
	play_type(p, ":start\r");
	e = play_asked(p, ADMIN_set_running);
	play_done(p, &e, ADMIN_OK);
	play_type(p, "u");
	assert_null(play_effect(p, EFFECT_ASK, 0));
	p->m.live.value[FIGURE_RUNNING] = 0;
	play_type(p, "Sa");
	e = play_asked(p, ADMIN_set_running);
	assert_int_equal(e.request.set_running.running, 1);
	play_done(p, &e, ADMIN_OK);
	play_type(p, "u");
	e = play_asked(p, ADMIN_set_running);
	assert_int_equal(e.request.set_running.running, 0);
}

static void
the_command_line_completes_and_sets(void **state)
{
	struct play *p = *state;
	struct effect e;

	play_type(p, ":set conn\t");
	assert_string_equal(
	    p->m.form.fields[0].text, "set connection-timeout ");
	play_type(p, "999\r");
	assert_null(play_effect(p, EFFECT_ASK, 0));
	assert_true(play_shows(p, 80, 24, "want a whole number from 1 to 255"));
	play_type(p, ":set connection-timeout 90\r");
	e = play_asked(p, ADMIN_set);
	assert_string_equal(e.request.set.key.bytes, "connection-timeout");
	assert_string_equal(e.request.set.value.bytes, "90");
	play_type(p, ":view-sessions\r");
	assert_int_equal(p->m.view, VIEW_SESSIONS);
	play_type(p, ":session-kill\r");
	assert_int_equal(p->m.overlay, OVERLAY_CONFIRM);
	play_pass(p, 400);
	play_type(p, "n:nonsense\r");
	assert_true(play_shows(p, 80, 24, "\"nonsense\" is no command"));
	play_type(p, ":user dell bob\r");
	assert_true(play_shows(p, 80, 24,
	    "\"user dell bob\" is no command: did you mean \"user del\"?"));
}

static void
a_list_of_too_many_users_is_kept_as_far_as_it_goes_and_says_so(void **state)
{
	static const struct admin_user_row rows[3] = {
		{ .name = { 1, "x" } },
		{ .name = { 1, "y" } },
		{ .name = { 1, "z" } },
	};
	struct play *p = *state;
	struct users_page *next = &p->m.users.next;

	play_type(p, "3");
	assert_false(play_shows(p, 80, 24, "these are not all"));
	users_begin(&p->m.users);
	free(next->all);
	next->room = USERS_MOST;
	next->all = calloc(next->room, sizeof *next->all);
	assert_non_null(next->all);
	next->n = USERS_MOST - 2;
	users_add_names(&p->m.users, rows, 2);
	assert_false(next->cut);
	users_add_names(&p->m.users, rows, 3);
	assert_int_equal(next->n, USERS_MOST);
	assert_string_equal(next->all[USERS_MOST - 1].shown, "y");
	assert_true(next->cut);
	p->m.users.page.cut = true;
	assert_true(play_shows(p, 80, 24, "these are not all"));
}

static void
what_is_said_is_cut_between_characters(void **state)
{
	struct play *p = *state;
	const struct note *note;

	model_say(&p->m, LEVEL_GOOD, "User \"%.4s\" added", "ab\u6f22\u5b57");
	assert_string_equal(p->m.toast.text, "User \"ab\" added");
	model_say(&p->m, LEVEL_GOOD, "\"%.5s\" \ufffd", "ab\u6f22\u5b57");
	assert_string_equal(p->m.toast.text, "\"ab\u6f22\" \ufffd");
	model_log(&p->m, LEVEL_GOOD, "%.3s deleted", "\u00e9\u00e9");
	note = &p->m.events[(p->m.nevents - 1) % MODEL_EVENTS];
	assert_string_equal(note->text, "\u00e9 deleted");
}

static void
settings_of_the_daemon_are_reset_to_what_the_file_says(void **state)
{
	struct play *p = *state;
	struct effect e;

	play_type(p, "4/connection-t\rD");
	assert_int_equal(model_staged(&p->m), 1);
	play_key(p, INPUT_F(2));
	e = play_asked(p, ADMIN_unset);
	assert_string_equal(e.request.unset.key.bytes, "connection-timeout");
	play_type(p, "/listen\r\r");
	assert_int_equal(p->m.overlay, OVERLAY_NONE);
	assert_true(play_shows(p, 80, 24, "change it in the file"));
}

/* The list at a moment: one account, and what it moved until then. */
static double
rate_when(struct users *u, uint64_t ms, uint64_t up)
{
	struct admin_account a = { .enabled = 1, .up = up };

	layout_text_set(&a.name, "amy", 3);
	users_begin(u);
	users_add(u, &a, 1, ms);
	users_end(u);
	return users_find(u, &a.name)->up_rate;
}

static void
a_list_asked_for_between_polls_moves_no_rate(void **state)
{
	struct users u = { 0 };

	(void)state;
	assert_true(isnan(rate_when(&u, 1000, 5000)));
	assert_true(isnan(rate_when(&u, 1100, 5000)));
	assert_true(rate_when(&u, 2000, 6000) == 1000);
	assert_true(rate_when(&u, 2100, 7000) == 1000);
	/* the daemon adds up a moment after it is asked, and before */
	assert_true(rate_when(&u, 4000, 8000) == 1000);
	assert_true(rate_when(&u, 5000, 8000) == 1000);
	assert_true(rate_when(&u, 6000, 10000) == 1000);
	assert_true(rate_when(&u, 9000, 10000) == 0);
	users_free(&u);
}

static void
who_cannot_log_in_any_more_is_not_told_to_be_on(void **state)
{
	struct play *p = *state;
	struct user *alice = users_row(&p->m.users, 0);

	assert_true(play_shows(p, 80, 24, "alice  regular, on"));
	alice->quota = alice->used = 5;
	assert_true(play_shows(p, 80, 24, "QUOTA"));
	assert_true(play_shows(p, 140, 40, "no, quota used"));
	alice->expires = 1;
	assert_true(play_shows(p, 80, 24, "EXPIRED"));
	assert_true(play_shows(p, 80, 24, "alice  regular, expired"));
	alice->enabled = 0;
	assert_true(play_shows(p, 80, 24, "alice  regular, turned off"));
}

static void
who_was_just_added_is_no_matter_of_the_base_protocol(void **state)
{
	struct play *p = *state;
	const struct effect *e;
	struct effect asked;

	play_type(p, "azoe\tsecret\tsecret");
	play_key(p, INPUT_F(2));
	e = play_effect(p, EFFECT_ASK, 0);
	assert_non_null(e);
	asked = *e;
	play_done(p, &asked, ADMIN_OK);
	assert_true(play_shows(p, 80, 24, ">  zoe"));
	assert_true(play_shows(p, 80, 24, "x on/off"));
	assert_false(play_shows(p, 80, 24, "base protocol"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, play_tear_down)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(an_edit_sends_what_differs_one_after_the_other),
		TEST(a_refusal_in_an_edit_stands_on_its_field_and_ends_it),
		TEST(a_long_refusal_goes_on_in_a_second_line),
		TEST(a_limit_that_is_no_limit_is_not_sent),
		TEST(limits_of_its_own_are_shown_and_emptied_to_the_default),
		TEST(a_form_in_a_window_of_one_row_shows_the_field_in_focus),
		TEST(a_change_of_one_thing_is_undone_by_u),
		TEST(undo_is_over_after_a_minute),
		TEST(turning_off_asks_and_marks_take_only_those_that_are_on),
		TEST(an_observer_changes_nothing_and_is_told_why),
		TEST(an_observer_is_not_offered_what_changes_something),
		TEST(a_name_that_is_long_hides_nothing_else),
		TEST(while_the_daemon_is_away_the_keys_are_those_that_find_it),
		TEST(sessions_without_a_login_are_not_nobody),
		TEST(of_a_setting_only_keys_that_do_something_are_offered),
		TEST(t_opens_the_form_with_the_next_role_and_sends_nothing),
		TEST(a_form_in_which_nothing_was_changed_says_so),
		TEST(a_rule_taken_out_comes_back_to_its_place),
		TEST(the_word_must_be_typed_whole_and_in_its_case),
		TEST(a_start_that_starts_nothing_is_not_undone_by_a_stop),
		TEST(the_command_line_completes_and_sets),
		TEST(
		    a_list_of_too_many_users_is_kept_as_far_as_it_goes_and_says_so),
		TEST(what_is_said_is_cut_between_characters),
		TEST(settings_of_the_daemon_are_reset_to_what_the_file_says),
		TEST(a_list_asked_for_between_polls_moves_no_rate),
		TEST(who_cannot_log_in_any_more_is_not_told_to_be_on),
		TEST(who_was_just_added_is_no_matter_of_the_base_protocol),
	};

	return cmocka_run_group_tests_name("users", tests, NULL, NULL);
}
