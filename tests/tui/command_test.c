/* The command line: socks5ctl's words and the console's own. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "ctl/words.h"
#include "tests/tui/asked.h"

#define TEN "0123456789"
#define HUNDRED TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN

static void
answer(struct play *p, const struct effect *asked, const void *rows, size_t n,
    bool more)
{
	struct event e = { .kind = EVENT_DONE,
		.id = asked->id,
		.tag = asked->tag,
		.rows = rows,
		.count = n,
		.more = more };

	play_happen(p, &e);
}

/* ---- changes */

static void
a_limit_is_set_said_and_undone(void **state)
{
	struct play *p = *state;
	struct effect e;

	play_type(p, ":user set bob quota 5G\r");
	e = play_asked(p, ADMIN_account_set);
	assert_string_equal(e.request.account_set.name.bytes, "bob");
	assert_string_equal(e.request.account_set.value.bytes, "5G");
	play_done(p, &e, ADMIN_OK);
	assert_true(play_shows(p, 80, 24,
	    "Limit of \"bob\" set: quota 5G. u undoes it for 60 s."));
	play_type(p, "u");
	e = play_asked(p, ADMIN_account_set);
	assert_string_equal(e.request.account_set.value.bytes, "default");
}

static void
the_daemons_refusal_is_shown_whole(void **state)
{
	struct play *p = *state;
	struct effect e;
	struct event done = { .kind = EVENT_DONE,
		.status = ADMIN_INVALID,
		.why = "quota: \"5X\" is not a number of octets such as 500K, "
		       "10M or 2G, none or default" };

	play_type(p, ":user set bob quota 5X\r");
	e = play_asked(p, ADMIN_account_set);
	done.id = e.id;
	done.tag = e.tag;
	play_happen(p, &done);
	assert_true(play_shows(p, 80, 24, "quota: \"5X\" is not a number"));
	assert_true(play_shows(p, 80, 24, "none or default."));
	assert_true(play_shows(p, 40, 10, "none or default."));
	assert_true(play_shows(p, 1, 1, ""));
}

static void
what_destroys_asks_first_as_its_key_does(void **state)
{
	static const struct {
		const char *line;
		enum confirm_kind kind;
		enum admin_id id;
	} rows[] = {
		{ "user del bob", CONFIRM_USER_DEL, ADMIN_user_del },
		{ "user enable bob no", CONFIRM_USER_OFF,
		    ADMIN_account_enable },
		{ "session clear bob", CONFIRM_USER_CLEAR,
		    ADMIN_session_clear },
		{ "session kill 10401", CONFIRM_SESSION_KILL,
		    ADMIN_session_kill },
		{ "session kill-all target=example.net", CONFIRM_SESSION_ALL,
		    ADMIN_session_kill_all },
		{ "rule del 9", CONFIRM_RULE_DEL, ADMIN_rule_del },
		{ "findings clear", CONFIRM_FINDINGS_CLEAR,
		    ADMIN_finding_clear },
		{ "stop", CONFIRM_STOP, ADMIN_set_running },
		{ "set running no", CONFIRM_STOP, ADMIN_set_running },
	};
	struct play *p = *state;

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct effect e;

		play_type(p, ":");
		play_type(p, rows[i].line);
		play_key(p, INPUT_ENTER);
		assert_null(play_effect(p, EFFECT_ASK, 0));
		assert_int_equal(p->m.overlay, OVERLAY_CONFIRM);
		assert_int_equal(p->m.confirm.kind, rows[i].kind);
		play_pass(p, 400);
		play_type(p, "y");
		e = play_asked(p, rows[i].id);
		play_done(p, &e, ADMIN_OK);
	}
	play_type(p, ":reset\r");
	assert_int_equal(p->m.confirm.kind, CONFIRM_RESET);
	play_pass(p, 400);
	play_type(p, "y\r");
	assert_null(play_effect(p, EFFECT_ASK, 0));
}

static void
all_that_fit_are_killed_with_user_and_filter(void **state)
{
	struct admin_live_count closed = { .count = 17 };
	struct play *p = *state;
	struct effect e;

	play_type(p, ":session kill-all --user bob net\r");
	assert_true(play_shows(p, 80, 24, "user=bob net"));
	play_pass(p, 400);
	play_type(p, "y");
	e = play_asked(p, ADMIN_session_kill_all);
	assert_string_equal(
	    e.request.session_kill_all.filter.bytes, "user=bob net");
	play_happen(p, &(struct event){ .kind = EVENT_DONE,
			   .id = e.id,
			   .tag = e.tag,
			   .rows = &closed,
			   .count = 1 });
	assert_true(play_shows(
	    p, 80, 24, "Sessions closed that fit \"user=bob net\": 17"));
}

static void
a_ping_says_what_the_round_trip_took(void **state)
{
	struct play *p = *state;
	struct effect e;

	play_type(p, ":ping\r");
	e = *play_effect(p, EFFECT_ASK, 0);
	play_happen(p, &(struct event){ .kind = EVENT_DONE,
			   .id = e.id,
			   .tag = e.tag,
			   .rtt_ms = 0.1234 });
	assert_true(play_shows(p, 80, 24, "Answered in 0.123 ms."));
}

static void
a_password_is_typed_into_a_form_and_never_into_the_line(void **state)
{
	struct play *p = *state;

	play_type(p, ":user add eve --admin\r");
	assert_int_equal(p->m.overlay, OVERLAY_FORM);
	assert_string_equal(p->m.form.fields[0].text, "eve");
	assert_int_equal(p->m.form.fields[3].choice, ROLE_ADMIN);
	play_type(p, "secret\tsecret");
	assert_false(play_shows(p, 80, 24, "secret"));
	play_key(p, INPUT_F(2));
	assert_int_equal(
	    play_asked(p, ADMIN_user_add).request.user_add.password.len, 6);
	play_key(p, INPUT_ESC);
	play_type(p, ":user passwd bob\r");
	assert_true(play_shows(p, 80, 24, "Password of bob"));
	play_key(p, INPUT_ESC);
	play_type(p, ":user passwd nobody\r");
	assert_true(play_shows(p, 80, 24, "There is no user \"nobody\""));
}

static void
a_setting_is_checked_here_and_undone(void **state)
{
	struct play *p = *state;
	struct effect e;

	play_type(p, ":set connection-timeout 999\r");
	assert_null(play_effect(p, EFFECT_ASK, 0));
	assert_true(play_shows(p, 80, 24, "want a whole number from 1 to 255"));
	play_type(p, ":unset connection-timeout\r");
	e = play_asked(p, ADMIN_unset);
	play_done(p, &e, ADMIN_OK);
	play_type(p, "u");
	assert_string_equal(
	    play_asked(p, ADMIN_set).request.set.value.bytes, "60");
}

static void
changes_are_refused_where_keys_refuse_them(void **state)
{
	struct play *p = *state;

	p->m.read_only = true;
	play_type(p, ":user del bob\r");
	assert_int_equal(p->m.overlay, OVERLAY_NONE);
	assert_true(play_shows(p, 80, 24, "--read-only"));
	play_type(p, ":user show bob\r");
	(void)play_asked(p, ADMIN_account_show);
}

/* ---- answers in a window */

static void
rows_are_shown_in_a_window_that_scrolls(void **state)
{
	struct admin_listener rows[40] = { 0 };
	struct play *p = *state;
	struct effect e;
	char text[32];

	for (int i = 0; i < 40; i++) {
		int n = snprintf(text, sizeof text, "192.0.2.%d:1080", i);

		layout_text_set(&rows[i].address, text, (size_t)n);
	}
	play_type(p, ":listener list\r");
	e = play_asked(p, ADMIN_listener_list);
	assert_true(play_shows(p, 80, 24, "asking..."));
	answer(p, &e, rows, 20, true);
	assert_true(play_shows(p, 80, 24, "192.0.2.7:1080"));
	answer(p, &e, rows + 20, 20, false);
	assert_false(play_shows(p, 80, 24, "asking..."));
	assert_true(play_shows(p, 80, 24, "1-20 of 41"));
	assert_false(play_shows(p, 80, 24, "192.0.2.39:1080"));
	play_type(p, "G");
	assert_true(play_shows(p, 80, 24, "192.0.2.39:1080"));
	play_type(p, "gj");
	assert_true(play_shows(p, 80, 24, "2-21 of 41"));
	assert_true(play_shows(p, 40, 10, "192.0.2.1:1080"));
	play_type(p, "R");
	(void)play_asked(p, ADMIN_listener_list);
	play_key(p, INPUT_ESC);
	assert_int_equal(p->m.overlay, OVERLAY_NONE);
}

static void
numbers_of_rows_are_those_that_were_told(void **state)
{
	struct admin_rule row = { .id = 123, .place = 45, .hits = 678 };
	struct play *p = *state;
	struct effect e;

	layout_text_set(&row.text, "deny", 4);
	play_type(p, ":rule list\r");
	e = play_asked(p, ADMIN_rule_list);
	answer(p, &e, &row, 1, false);
	assert_true(play_shows(p, 80, 24, "123     45  deny"));
	assert_true(play_shows(p, 80, 24, " 678 "));
}

static void
one_record_has_a_line_for_each_figure(void **state)
{
	struct admin_account row = { .enabled = 1, .sessions = 3 };
	struct play *p = *state;
	struct effect e;

	layout_text_set(&row.name, "b\033ob", 4);
	play_type(p, ":user show bob\r");
	e = play_asked(p, ADMIN_account_show);
	answer(p, &e, &row, 1, false);
	assert_true(play_shows(p, 80, 24, "enabled"));
	assert_true(play_shows(p, 80, 24, "max_sessions"));
	assert_true(play_shows(p, 80, 24, "~ |"));
	assert_non_null(strstr(p->m.answer.text, "\u2026\n"));
	assert_false(play_shows(p, 80, 24, "\033"));
	play_resize(p, 140, 40);
	assert_true(play_shows(p, 140, 40, "it may log in"));
}

static void
an_answer_to_a_window_that_was_closed_is_nothing(void **state)
{
	struct admin_listener row = { 0 };
	struct play *p = *state;
	struct effect first, second;

	play_type(p, ":listener list\r");
	first = play_asked(p, ADMIN_listener_list);
	play_key(p, INPUT_ESC);
	play_type(p, ":listener list\r");
	second = play_asked(p, ADMIN_listener_list);
	assert_int_not_equal(first.tag, second.tag);
	answer(p, &first, &row, 1, false);
	assert_true(p->m.answer.out);
	answer(p, &second, &row, 0, false);
	assert_int_equal(p->m.overlay, OVERLAY_NONE);
	assert_true(play_shows(p, 80, 24, "listener list: there are none."));
}

static void
a_refused_question_says_why(void **state)
{
	struct play *p = *state;
	struct effect e;

	play_type(p, ":user show nobody\r");
	e = play_asked(p, ADMIN_account_show);
	play_done(p, &e, ADMIN_MISSING);
	assert_int_equal(p->m.overlay, OVERLAY_NONE);
	assert_true(
	    play_shows(p, 80, 24, "user show nobody: there is no such"));
}

static void
help_tells_what_follows_a_command(void **state)
{
	struct play *p = *state;

	play_type(p, ":help user set\r");
	assert_true(play_shows(p, 80, 24, "user set NAME COLUMN VALUE"));
	play_key(p, INPUT_ESC);
	play_type(p, ":help nonsense\r");
	assert_true(play_shows(p, 80, 24, "No command begins so"));
}

static void
the_base_protocol_has_its_own_commands(void **state)
{
	struct play *p = *state;
	struct effect e;
	union admin_answer value = { .total_connections = {
					 .total_connections = 7 } };
	int n = 0;

	play_type(p, ":user set bob quota 5G\r");
	assert_true(play_shows(p, 80, 24, "not in the base protocol"));
	play_type(p, ":metrics\r");
	while (play_effect(p, EFFECT_ASK, 0) != NULL) {
		e = *play_effect(p, EFFECT_ASK, 0);
		answer(p, &e, &value, 1, false);
		n++;
	}
	assert_true(n > 5);
	assert_true(play_shows(p, 80, 24, "total_connections"));
	play_key(p, INPUT_ESC);
	play_type(p, ":get selector-timeout\r");
	e = play_asked(p, ADMIN_get_selector_timeout);
	answer(p, &e, &value, 1, false);
	assert_true(play_shows(p, 80, 24, "selector_timeout"));
}

/* ---- words */

static void
a_misspelt_word_gets_the_right_one(void **state)
{
	static const struct {
		const char *line, *right;
	} rows[] = {
		{ "usr list", "did you mean \"user list\"?" },
		{ "user sett bob quota 5G", "\"user set\"" },
		{ "user", "behind it comes one of" },
		{ "quitt", "did you mean \"quit\"?" },
		{ "intervall 5", "did you mean \"interval\"?" },
		{ "xyzzy", "Tab shows what there is." },
		{ "user set bob", "column is missing" },
		{ "user role bob king", "must be one of" },
		{ "user show \"bob", "a quote is not closed" },
		{ "interval 5x", "0.2 to 60 seconds" },
	};
	struct play *p = *state;

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		play_type(p, ":");
		play_type(p, rows[i].line);
		play_key(p, INPUT_ENTER);
		assert_null(play_effect(p, EFFECT_ASK, 0));
		if (!play_shows(p, 140, 40, rows[i].right))
			fail_msg("%s: %s", rows[i].line, p->m.toast.text);
	}
}

static void
the_consoles_own_words_go_on_working(void **state)
{
	struct play *p = *state;

	play_type(p, ":sessions\r");
	assert_int_equal(p->m.view, VIEW_SESSIONS);
	play_type(p, ":filter net\r");
	assert_string_equal(p->m.lists[VIEW_SESSIONS].filter, "net");
	play_type(p, ":user carol\r");
	assert_int_equal(p->m.view, VIEW_USERS);
	assert_string_equal(model_user(&p->m)->shown, "carol");
	play_type(p, ":interval 2\r");
	assert_int_equal(p->m.interval_ms, 2000);
	play_type(p, ":view-rules\r");
	assert_int_equal(p->m.view, VIEW_RULES);
	play_type(p, ":quit\r");
	assert_non_null(play_effect(p, EFFECT_QUIT, 0));
}

/* Type it, and complete it. */
static const char *
completed(struct play *p, const char *line)
{
	play_key(p, INPUT_CTRL('U'));
	play_type(p, line);
	play_type(p, "\t");
	return p->m.form.fields[0].text;
}

static void
every_word_is_completed(void **state)
{
	struct play *p = *state;

	play_type(p, ":");
	assert_string_equal(completed(p, "use"), "user");
	assert_string_equal(completed(p, "user pas"), "user passwd ");
	assert_string_equal(completed(p, "user show car"), "user show carol ");
	assert_string_equal(completed(p, "user car"), "user carol ");
	assert_string_equal(
	    completed(p, "user set bob max"), "user set bob max-sessions ");
	assert_string_equal(
	    completed(p, "set conn"), "set connection-timeout ");
	assert_string_equal(completed(p, "set auth au"), "set auth auto ");
	assert_string_equal(completed(p, "help user sh"), "help user show ");
	assert_string_equal(completed(p, "pau"), "pause ");
	assert_string_equal(completed(p, "ext-view"), "ext-view");
	assert_string_equal(completed(p, "edraw"), "redraw ");
	assert_string_equal(completed(p, "nonsense"), "nonsense");
	assert_string_equal(completed(p, "user show \"x"), "user show \"x");
}

/* What is completed is read again as the same name. */
static void
names_with_blanks_and_quotes_are_completed_so_that_they_are_read_again(
    void **state)
{
	static const char *const names[] = { "big name", "big nose", "bob",
		"it's", "say \"hi\"", "'\"'\"", "a\\b", "x\xe6\x97\xa5",
		"x\xe6\x97\xa6", "two  blanks ",
		"z" HUNDRED HUNDRED TEN TEN TEN TEN TEN, NULL };
	static const char *const typed[][2] = {
		{ "user show big", "user show \"big n" },
		{ "user show \"big na", "user show \"big name\" " },
		{ "user show 'big no", "user show \"big nose\" " },
		{ "user show big\" \"na", "user show \"big name\" " },
		{ "user show \"bo", "user show bob " },
		{ "user show it", "user show \"it's\" " },
		{ "user show sa", "user show 'say \"hi\"' " },
		{ "user show \"'", "user show \"'\"'\"'\"'\"'\"' " },
		{ "user show a\\", "user show a\\b " },
		{ "user show x", "user show x" },
		{ "user show tw", "user show \"two  blanks \" " },
		{ "user show z", "user show z" }, /* too long */
		{ "sessions-of 'big na", "sessions-of \"big name\" " },
	};
	struct play *p = *state;

	play_type(p, "3");
	play_users(p, names);
	play_type(p, ":");
	for (size_t i = 0; i < sizeof typed / sizeof *typed; i++)
		assert_string_equal(completed(p, typed[i][0]), typed[i][1]);
	for (int i = 0; names[i] != NULL; i++) {
		char line[20 + WORDS_QUOTED], *words[WORDS_MOST];

		(void)snprintf(line, sizeof line, "user show ");
		(void)words_quote(line + 10, names[i], false);
		assert_int_equal(words_split(line, words), 3);
		assert_string_equal(words[2], names[i]);
	}
	(void)completed(p, "user show \"big na");
	play_key(p, INPUT_ENTER);
	assert_string_equal(
	    play_asked(p, ADMIN_account_show).request.account_show.name.bytes,
	    "big name");
}

static void
what_is_to_be_typed_is_explained(void **state)
{
	struct play *p = *state;

	play_type(p, ":user set bob quota ");
	assert_true(play_shows(p, 80, 24, "value  a number such as 10 or 5G"));
	play_key(p, INPUT_CTRL('U'));
	play_type(p, "user ren");
	assert_true(play_shows(p, 80, 24,
	    "rename  give an account another name; its sessions go on"));
}

static void
lines_typed_before_come_back_one_by_one(void **state)
{
	struct play *p = *state;

	play_type(p, ":xyzzy 1\r:xyzzy 2\r:xyzzy 2\r:");
	play_key(p, INPUT_UP);
	assert_string_equal(p->m.form.fields[0].text, "xyzzy 2");
	play_key(p, INPUT_UP);
	assert_string_equal(p->m.form.fields[0].text, "xyzzy 1");
	play_key(p, INPUT_UP);
	assert_string_equal(p->m.form.fields[0].text, "xyzzy 2");
	for (int i = 0; i < 3 * COMMANDS_KEPT; i++) {
		char line[32];

		(void)snprintf(line, sizeof line, "\x15xyzzy %d\r:", i);
		play_type(p, line);
	}
	play_key(p, INPUT_UP);
	assert_string_equal(p->m.form.fields[0].text, "xyzzy 47");
}

static void
a_session_that_may_be_gone_is_not_said_to_be_killed(void **state)
{
	struct play *p = *state;

	play_type(p, ":session kill 99\r");
	assert_int_equal(p->m.overlay, OVERLAY_CONFIRM);
	play_pass(p, 400);
	play_type(p, "y");
	assert_string_equal(
	    p->m.writes[0].shown, "99, if it was still there, is");
}

static void
help_is_folded_and_not_cut(void **state)
{
	struct play *p = *state;

	p->m.w = 80;
	p->m.h = 24;
	play_type(p, ":help user set\r");
	assert_int_equal(p->m.overlay, OVERLAY_ANSWER);
	assert_true(p->m.answer.widest <= 76);
	assert_true(play_shows(p, 80, 24, "expires"));
	assert_true(play_shows(p, 80, 24, "rate-down"));
	play_resize(p, 60, 16);
	assert_true(p->m.answer.widest <= 56);
	play_type(p, "G");
	play_resize(p, 140, 40);
	assert_true(p->m.answer.widest > 76);
	assert_int_equal(p->m.answer.top, 0);
}

#define TEST(name)                       \
	cmocka_unit_test_setup_teardown( \
	    name, play_set_up_extended, play_tear_down)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(a_limit_is_set_said_and_undone),
		TEST(the_daemons_refusal_is_shown_whole),
		TEST(what_destroys_asks_first_as_its_key_does),
		TEST(all_that_fit_are_killed_with_user_and_filter),
		TEST(a_ping_says_what_the_round_trip_took),
		TEST(a_password_is_typed_into_a_form_and_never_into_the_line),
		TEST(a_setting_is_checked_here_and_undone),
		TEST(changes_are_refused_where_keys_refuse_them),
		TEST(rows_are_shown_in_a_window_that_scrolls),
		TEST(numbers_of_rows_are_those_that_were_told),
		TEST(one_record_has_a_line_for_each_figure),
		TEST(an_answer_to_a_window_that_was_closed_is_nothing),
		TEST(a_refused_question_says_why),
		TEST(help_tells_what_follows_a_command),
		cmocka_unit_test_setup_teardown(
		    the_base_protocol_has_its_own_commands, play_set_up,
		    play_tear_down),
		TEST(a_misspelt_word_gets_the_right_one),
		TEST(the_consoles_own_words_go_on_working),
		TEST(every_word_is_completed),
		TEST(
		    names_with_blanks_and_quotes_are_completed_so_that_they_are_read_again),
		TEST(what_is_to_be_typed_is_explained),
		TEST(a_session_that_may_be_gone_is_not_said_to_be_killed),
		TEST(help_is_folded_and_not_cut),
		TEST(lines_typed_before_come_back_one_by_one),
	};

	return cmocka_run_group_tests_name("command", tests, NULL, NULL);
}
