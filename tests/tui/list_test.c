/* Lists that move: sessions, marks, ranges, questions about them. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/tui/play.h"
#include "tui/access_line.h"
#include "tui/act.h"
#include "tui/prefs.h"

static int
begin(void **state)
{
	return play_set_up_at(state, "2");
}

static unsigned
dice(struct play *p, unsigned n)
{
	p->seed = p->seed * 6364136223846793005 + 1442695040888963407;
	return (unsigned)(p->seed >> 33) % n;
}

/* Other sessions, other rates, another order. */
static void
move_rows(struct play *p)
{
	p->shift += dice(p, 3);
	p->now += 100 + dice(p, 2000);
	play_sessions(p, 60 + dice(p, 200));
	if (dice(p, 8) == 0)
		play_type(p, "<");
	if (dice(p, 16) == 0)
		play_type(p, "I");
}

static void
what_is_killed_is_what_was_asked_through_ten_thousand_moves(void **state)
{
	struct play *p = *state;
	uint64_t wanted;
	unsigned moves = 0;

	while (moves < 10000) {
		const struct effect *e;

		play_type(p, "U");
		for (unsigned i = dice(p, 9); i > 0; i--)
			play_type(p, dice(p, 3) ? "j" : "k");
		wanted = model_session(&p->m)->id;
		play_type(p, "x");
		assert_int_equal(p->m.confirm.n, 1);
		for (unsigned i = 1 + dice(p, 12); i > 0; i--, moves++) {
			p->now += 40;
			p->shift += dice(p, 3);
			play_sessions(p, 60 + dice(p, 200));
		}
		play_pass(p, MODEL_GUARD_MS);
		play_type(p, "y");
		e = play_effect(p, EFFECT_ASK, 0);
		assert_non_null(e);
		assert_int_equal(e->id, ADMIN_session_kill);
		assert_int_equal(e->request.session_kill.id, wanted);
		assert_null(play_effect(p, EFFECT_ASK, 1));
		play_done(p, &(struct effect){ .tag = e->tag, .id = e->id },
		    ADMIN_OK);
		move_rows(p);
	}
}

static void
the_cursor_stays_on_its_session_while_it_lives(void **state)
{
	struct play *p = *state;
	uint64_t id;

	play_type(p, "jjjj");
	id = model_session(&p->m)->id;
	for (int i = 0; i < 200; i++) {
		play_sessions(p, 187);
		p->now += 500;
		play_type(p, i % 7 == 0 ? ">" : i % 11 == 0 ? "I" : "");
		assert_int_equal(model_session(&p->m)->id, id);
	}
}

static void
at_the_top_the_cursor_stays_at_the_top(void **state)
{
	struct play *p = *state;

	for (int i = 0; i < 20; i++) {
		p->shift += 3;
		play_sessions(p, 187);
		assert_int_equal(p->m.lists[VIEW_SESSIONS].row, 0);
	}
}

static void
marks_are_sessions_and_a_batch_kills_them_and_no_others(void **state)
{
	struct play *p = *state;
	uint64_t ids[3], seen[3];
	int n = 0;

	for (int i = 0; i < 3; i++) {
		ids[i] = model_session(&p->m)->id;
		play_type(p, " ");
	}
	for (int i = 0; i < 5; i++) {
		p->now += 700;
		play_sessions(p, 187);
	}
	play_type(p, "x");
	assert_int_equal(p->m.confirm.n, 3);
	play_pass(p, 400);
	play_type(p, "y");
	for (int i = 0; i < 3; i++) {
		const struct effect *e = play_effect(p, EFFECT_ASK, i);

		assert_non_null(e);
		seen[n++] = e->request.session_kill.id;
	}
	assert_null(play_effect(p, EFFECT_ASK, 3));
	for (int i = 0; i < 3; i++)
		assert_true(ids[i] == seen[0] || ids[i] == seen[1] ||
			    ids[i] == seen[2]);
	assert_int_equal(p->m.sessions.marked, 0);
}

static int
marked_rows(const struct play *p, int from, int to)
{
	int n = 0;

	for (int i = from; i <= to; i++)
		n += sessions_row(&p->m.sessions, i)->marked;
	return n;
}

static void
a_range_is_from_the_last_mark_to_the_cursor_either_way(void **state)
{
	struct play *p = *state;

	play_type(p, "jjvjjjjv");
	assert_int_equal(p->m.sessions.marked, 5);
	assert_int_equal(marked_rows(p, 2, 6), 5);
	play_type(p, "jjjkkkkkkkkv"); /* on from there, upwards */
	assert_int_equal(marked_rows(p, 1, 6), 6);
	assert_int_equal(p->m.sessions.marked, 6);
	play_type(p, "UjjvU");
	assert_int_equal(p->m.sessions.marked, 0);
	play_type(p, "jjv"); /* what was unmarked begins nothing */
	assert_int_equal(p->m.sessions.marked, 1);
	play_type(p, "Ug jjjv"); /* Space begins one too */
	assert_int_equal(marked_rows(p, 0, 4), 5);
	assert_int_equal(p->m.sessions.marked, 5);
}

static void
a_range_begins_at_a_session_and_not_at_a_line(void **state)
{
	struct play *p = *state;
	uint64_t id;
	int from, to;

	play_type(p, "jjjv");
	id = model_session(&p->m)->id;
	for (int i = 0; i < 5; i++) {
		p->now += 700;
		play_sessions(p, 187);
	}
	play_type(p, "jjjjjj");
	from = sessions_place(&p->m.sessions, id);
	to = p->m.lists[VIEW_SESSIONS].row;
	play_type(p, "v");
	assert_int_equal(p->m.sessions.marked, abs(to - from) + 1);
	assert_int_equal(
	    marked_rows(p, from < to ? from : to, from < to ? to : from),
	    abs(to - from) + 1);
}

static void
users_have_ranges_too(void **state)
{
	struct play *p = *state;

	play_type(p, "3");
	play_polls(p, 1);
	play_type(p, "vjjv");
	assert_int_equal(p->m.users.marked, 3);
	play_type(p, "d");
	assert_int_equal(p->m.confirm.n, 3);
}

static void
a_hidden_column_is_nowhere_and_one_always_stays(void **state)
{
	struct play *p = *state;

	assert_true(play_shows(p, 200, 40, "ADDRESS"));
	play_type(p, "cjjjj \r");
	assert_int_equal(p->m.overlay, OVERLAY_NONE);
	assert_false(play_shows(p, 200, 40, "ADDRESS"));
	play_type(p, "ca\r");
	assert_true(play_shows(p, 200, 40, "ADDRESS"));
	play_type(p, "c");
	for (int i = 0; i < 30; i++)
		play_type(p, p->m.hidden >> p->m.menu_row & 1 ? "j" : " ");
	play_type(p, "\r");
	assert_true(play_shows(p, 200, 40, "SETUP"));
	assert_false(play_shows(p, 200, 40, "CLIENT "));
}

static void
a_batch_goes_out_a_few_at_a_time_and_tells_what_became_of_it(void **state)
{
	struct play *p = *state;
	unsigned sent = 0;

	play_type(p, "*");
	assert_int_equal(p->m.sessions.marked, 187);
	play_type(p, "x");
	play_pass(p, 400);
	play_type(p, "y");
	for (unsigned tag = 0; sent < 187; tag++) {
		struct event e = { .kind = EVENT_DONE,
			.id = ADMIN_session_kill,
			.status = sent == 5 ? ADMIN_DENIED : ADMIN_OK };

		assert_true(model_writing(&p->m) <= 8);
		for (e.tag = 0; !p->m.writes[e.tag].used; e.tag++)
			assert_true(e.tag + 1 < MODEL_WRITES);
		play_happen(p, &e);
		sent++;
	}
	assert_int_equal(model_writing(&p->m), 0);
	assert_true(play_shows(p, 80, 24, "186 sessions killed, 1 not"));
}

static void
a_list_that_moved_while_it_was_read_has_each_row_once(void **state)
{
	struct play *p = *state;
	struct admin_live rows[4] = { { .id = 3 }, { .id = 1 }, { .id = 3 },
		{ .id = 2 } };
	struct event e = { .kind = EVENT_ANSWER,
		.id = ADMIN_session_list,
		.rows = rows,
		.count = 4,
		.first = true };

	play_happen(p, &e);
	assert_int_equal(p->m.sessions.page.n, 3);
	for (uint64_t i = 1; i <= 3; i++)
		assert_non_null(sessions_find(&p->m.sessions, i));
}

static void
sessions_with_texts_from_the_network_cannot_reach_the_terminal(void **state)
{
	struct play *p = *state;
	struct admin_live row = { .id = 1 };
	struct event e = { .kind = EVENT_ANSWER,
		.id = ADMIN_session_list,
		.rows = &row,
		.count = 1,
		.first = true };

	layout_text_set(&row.target, "a\033[2Jb", 6);
	layout_text_set(&row.user, "x\xe2\x80\xaey", 5);
	play_happen(p, &e);
	assert_true(play_shows(p, 140, 40, "a?[2Jb"));
	assert_true(play_shows(p, 140, 40, "x?y"));
}

static void
the_log_follows_until_one_moves_and_then_counts(void **state)
{
	struct play *p = *state;
	uint64_t id;

	play_type(p, "5");
	play_polls(p, 2);
	assert_int_equal(p->m.lists[VIEW_LOGS].row, (int)p->m.lines.shown - 1);
	play_type(p, "kk");
	id = p->m.lists[VIEW_LOGS].id;
	play_polls(p, 20);
	assert_int_equal(p->m.lists[VIEW_LOGS].id, id);
	assert_true(play_shows(p, 80, 24, "stopped: 5 new below"));
	play_key(p, INPUT_END);
	assert_int_equal(p->m.lists[VIEW_LOGS].row, (int)p->m.lines.shown - 1);
	play_type(p, "e");
	for (size_t i = 0; i < p->m.lines.shown; i++)
		assert_int_equal(lines_row(&p->m.lines, (int)i)->level, 0);
}

static void
times_of_lines_are_told_in_three_ways(void **state)
{
	struct play *p = *state;
	static const char *const ways[] = { "> 14:", "> 11-25 14:", ">      " };

	play_type(p, "5");
	play_polls(p, 2);
	for (size_t i = 0; i < 6; i++) {
		for (size_t k = 0; k < 3; k++)
			assert_int_equal(
			    play_shows(p, 80, 24, ways[k]), i % 3 == k);
		play_type(p, "t");
	}
}

/* Is it in the bottom line, where all have room? */
static bool
is_offered(struct play *p, const struct keys_row *row)
{
	char name[KEYS_NAME], text[64];

	(void)snprintf(text, sizeof text, " %s %s ",
	    keys_name(name, row->keys[0]), row->bar);
	return row->bar[0] != '\0' && play_shows(p, 400, 24, text);
}

static void
only_what_the_base_protocol_can_do_is_offered(void **state)
{
	static const char cannot[] = "This server cannot do that";
	struct play *p = *state;
	int refused = 0, offered = 0;

	play_end(p);
	play_begin(p);
	play_polls(p, 3);
	for (const char *view = "134"; *view != '\0'; view++)
		for (size_t i = 0; i < keys_count; i++) {
			const struct keys_row *row = &keys_rows[i];
			bool shown;

			play_key(p, (uint32_t)*view);
			if ((row->where & act_where(p->m.view)) == 0 ||
			    (row->action >= ACTION_VIEW_DASH &&
				row->action <= ACTION_VIEW_NODES))
				continue;
			shown = is_offered(p, row);
			p->m.toast.text[0] = '\0';
			play_key(p, row->keys[0]);
			if (strstr(p->m.toast.text, cannot) != NULL) {
				assert_false(shown);
				refused++;
			}
			offered += shown;
			play_pass(p, 400); /* a question is deaf at first */
			play_key(p, INPUT_ESC);
			assert_int_equal(p->m.overlay, OVERLAY_NONE);
		}
	assert_true(refused > 6 && offered > 20);
	play_type(p, "3?");
	assert_false(play_shows(p, 80, 60, "another password"));
}

static void
the_help_has_every_key_of_a_view_in_small_windows_too(void **state)
{
	static const int sizes[][2] = { { 60, 16 }, { 80, 24 } };
	struct play *p = *state;
	const struct keys_row *row;
	char begin[21];

	for (size_t i = 0; i < 2; i++) {
		play_resize(p, sizes[i][0], sizes[i][1]);
		play_type(p, "2?");
		assert_true(
		    play_shows(p, sizes[i][0], sizes[i][1], " Down Next "));
		for (int n = 0; (row = help_row(&p->m, n)) != NULL; n++) {
			(void)snprintf(begin, sizeof begin, "%s", row->help);
			assert_true(
			    play_shows(p, sizes[i][0], sizes[i][1], begin));
			play_key(p, INPUT_DOWN);
		}
		play_key(p, INPUT_ESC);
	}
}

static void
lines_of_the_access_log_are_words(void **state)
{
	char out[200];
	bool bad;

	(void)state;
	assert_true(access_line(
	    "bob A 10.0.0.7 4711 a.net 443 5", out, sizeof out, &bad));
	assert_string_equal(out, "bob  10.0.0.7:4711 -> a.net:443  refused");
	assert_true(bad);
	assert_true(access_line("bob C 10.0.0.7 4711 a.net 443 0 1000 2000 69 "
				"client",
	    out, sizeof out, &bad));
	assert_string_equal(out,
	    "bob  10.0.0.7:4711 -> a.net:443  ended by client after 1m09, up "
	    "1.00 kB, down 2.00 kB");
	assert_false(bad);
	assert_true(
	    access_line("bob A 10.0.0.7 4711 b\u00fccher.example.net.of.a.very."
			"long.name.that.is.cut.somewhere 443 4",
		out, sizeof out, &bad));
	assert_string_equal(out,
	    "bob  10.0.0.7:4711 -> xn--bcher-kva.example.net.of.a.very.long."
	    "name.that.is.cut.so\u2026:443  host unreachable");
	assert_true(access_line("\u6f22\u5b57\u6f22\u5b57\u6f22\u5b57\u6f22"
				"\u5b57\u6f22\u5b57\u6f22\u5b57\u6f22\u5b57"
				"\u6f22\u5b57\u6f22\u5b57\u6f22\u5b57\u6f22"
				"\u5b57 A ::1 4711 a.net 443 0",
	    out, sizeof out, &bad));
	assert_non_null(strstr(out, "\u5b57\u2026  ::1:4711 -> a.net:443"));
	assert_true(access_line("bob P FTP b\u00fccher.net 21 \u00fc ********",
	    out, sizeof out, &bad));
	assert_non_null(
	    strstr(out, "login \u00fc (********) at xn--bcher-kva.net:21"));
	assert_true(access_line("\U0001f98a A big fox A ::1 4711 a.net 443 0",
	    out, sizeof out, &bad));
	assert_string_equal(
	    out, "\U0001f98a A big fox  ::1:4711 -> a.net:443  connected");
	assert_true(access_line(
	    "big fox P FTP a.net 21 A ********", out, sizeof out, &bad));
	assert_non_null(strstr(out, "big fox  FTP login A (********)"));
	assert_false(access_line("what is this", out, sizeof out, &bad));
	assert_false(access_line("", out, sizeof out, &bad));
	assert_true(
	    access_line("bob A 10.0.0.7 4711 a.net 443 5", out, 9, &bad));
}

static void
passwords_stay_masked_until_V_and_for_ten_seconds(void **state)
{
	struct play *p = *state;

	play_type(p, "6j");
	play_polls(p, 6);
	assert_false(play_shows(p, 80, 24, "secret"));
	play_type(p, "V");
	assert_true(play_shows(p, 80, 24, "secret"));
	play_polls(p, 11);
	assert_false(play_shows(p, 80, 24, "secret"));
}

static void
a_question_shows_its_answers_in_any_window(void **state)
{
	struct play *p = *state;

	play_type(p, "*x");
	for (int h = 5; h < 30; h++) {
		assert_true(play_shows(p, 80, h, "y  Kill     [ Keep ]"));
		assert_true(play_shows(p, 40, h, "y  Kill     [ Keep ]"));
	}
}

static void
F6_shows_all_orders_and_takes_one(void **state)
{
	struct play *p = *state;

	play_key(p, INPUT_F(6));
	assert_true(play_shows(p, 80, 24, "(*) busiest first"));
	play_type(p, "jj");
	assert_true(play_shows(p, 80, 24, "> ( ) by user"));
	assert_int_equal(p->m.lists[VIEW_SESSIONS].sort, SESSIONS_BUSY);
	play_type(p, "\r");
	assert_int_equal(p->m.overlay, OVERLAY_NONE);
	assert_int_equal(p->m.lists[VIEW_SESSIONS].sort, SESSIONS_USER);
	assert_true(play_shows(p, 80, 24, "by user"));
	play_key(p, INPUT_F(6));
	play_type(p, "kI");
	assert_true(play_shows(p, 80, 24, "(*) by user, backwards"));
	play_key(p, INPUT_ESC);
	assert_int_equal(p->m.lists[VIEW_SESSIONS].sort, SESSIONS_USER);
	assert_true(p->m.lists[VIEW_SESSIONS].reverse);
	play_type(p, "3");
	play_key(p, INPUT_F(6));
	play_type(p, "k\r");
	assert_int_equal(p->m.lists[VIEW_USERS].sort, USERS_FAILED);
	assert_true(play_shows(p, 80, 24, "most failed logins first"));
}

static void
F2_changes_what_a_person_prefers_at_once(void **state)
{
	struct play *p = *state;
	struct prefs now;

	play_key(p, INPUT_F(2));
	assert_true(play_shows(p, 80, 24, "> theme     auto "));
	play_type(p, " ");
	assert_non_null(play_effect(p, EFFECT_LOOKS, 0));
	assert_true(play_shows(p, 80, 24, "> theme     dark "));
	play_key(p, INPUT_LEFT);
	play_key(p, INPUT_LEFT);
	assert_true(play_shows(p, 80, 24, "> theme     mono "));
	play_type(p, "jj\r");
	assert_int_equal(p->m.interval_ms, 2000);
	assert_null(play_effect(p, EFFECT_LOOKS, 0));
	play_type(p, "j j j ");
	assert_int_equal(p->m.window, 2);
	assert_true(p->m.logarithmic);
	assert_true(p->m.mouse);
	assert_non_null(play_effect(p, EFFECT_MOUSE, 0));
	play_type(p, "j"); /* round: the set of columns is not here */
	assert_true(play_shows(p, 80, 24, "> theme     mono "));
	play_key(p, INPUT_F(2));
	assert_int_equal(p->m.overlay, OVERLAY_NONE);
	prefs_take(&now, &p->m);
	assert_int_equal(now.value[PREF_THEME], 3);
	assert_int_equal(now.value[PREF_MOUSE], 1);
}

static void
the_detail_is_whole_in_a_window_of_80_columns(void **state)
{
	struct play *p = *state;

	play_key(p, INPUT_ENTER);
	assert_true(p->m.detail);
	assert_true(play_shows(p, 80, 24, "/s, most "));
	assert_true(play_shows(p, 80, 24, "  connect 1"));
	assert_false(play_shows(p, 80, 24, "~|"));
}

static void
q_closes_the_detail_before_it_quits(void **state)
{
	struct play *p = *state;

	play_type(p, "\rq");
	assert_false(p->m.detail);
	assert_null(play_effect(p, EFFECT_QUIT, 0));
	play_type(p, "q");
	assert_non_null(play_effect(p, EFFECT_QUIT, 0));
}

static void
no_key_crashes_any_view_or_dialog_of_a_whole_daemon(void **state)
{
	struct play *p = *state;
	struct nodes nodes = { .n = 2,
		.all = { { "a", "unix:/run/a", "" },
		    { "b", "unix:/run/b", "ops" } } };

	model_nodes(&p->m, &nodes);
	for (int i = 0; i < 10000; i++) {
		uint32_t code = dice(p, 160);

		play_key(p, code < 128 ? code : INPUT_UP + (code - 128));
		for (size_t k = 0; k < p->fx.n; k++)
			if (p->fx.list[k].kind == EFFECT_ASK &&
			    dice(p, 3) > 0) {
				struct effect e = p->fx.list[k];

				play_done(p, &e,
				    (enum admin_status)dice(p, ADMIN_STATUSES));
				break;
			}
		if (i % 40 == 0) {
			p->shift += dice(p, 5);
			p->nsessions = dice(p, 300);
			play_pass(p, 700);
			if (p->m.polling)
				play_answer_more(p);
		}
		if (i % 499 == 0)
			(void)play_shows(p, 20 + (int)dice(p, 150),
			    1 + (int)dice(p, 60), "");
		if (p->m.link.state != LINK_UP && dice(p, 20) == 0)
			play_up(p);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, play_tear_down)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(
		    what_is_killed_is_what_was_asked_through_ten_thousand_moves),
		TEST(the_cursor_stays_on_its_session_while_it_lives),
		TEST(at_the_top_the_cursor_stays_at_the_top),
		TEST(marks_are_sessions_and_a_batch_kills_them_and_no_others),
		TEST(a_range_is_from_the_last_mark_to_the_cursor_either_way),
		TEST(a_range_begins_at_a_session_and_not_at_a_line),
		TEST(users_have_ranges_too),
		TEST(a_hidden_column_is_nowhere_and_one_always_stays),
		TEST(
		    a_batch_goes_out_a_few_at_a_time_and_tells_what_became_of_it),
		TEST(a_question_shows_its_answers_in_any_window),
		TEST(F6_shows_all_orders_and_takes_one),
		TEST(F2_changes_what_a_person_prefers_at_once),
		TEST(the_detail_is_whole_in_a_window_of_80_columns),
		TEST(q_closes_the_detail_before_it_quits),
		TEST(a_list_that_moved_while_it_was_read_has_each_row_once),
		TEST(
		    sessions_with_texts_from_the_network_cannot_reach_the_terminal),
		TEST(the_log_follows_until_one_moves_and_then_counts),
		TEST(times_of_lines_are_told_in_three_ways),
		TEST(lines_of_the_access_log_are_words),
		TEST(the_help_has_every_key_of_a_view_in_small_windows_too),
		TEST(only_what_the_base_protocol_can_do_is_offered),
		TEST(passwords_stay_masked_until_V_and_for_ten_seconds),
		TEST(no_key_crashes_any_view_or_dialog_of_a_whole_daemon),
	};

	return cmocka_run_group_tests_name("lists", tests, NULL, NULL);
}
