/* Clicks and wheels: what is drawn at a place is what a click there does. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/tui/play.h"
#include "tui/act.h"
#include "tui/screen.h"

enum { W = 100, H = 30 };

static void
look(struct play *p)
{
	if (canvas_open(&p->c, p->m.w, p->m.h, GLYPHS_ASCII) != 0)
		abort();
	screen_draw(&p->m, &p->c);
}

static int
begin(void **state)
{
	struct play *p;

	if (play_set_up_extended(state) != 0)
		return -1;
	p = *state;
	play_resize(p, W, H);
	play_key(p, 'm');
	assert_true(p->m.mouse);
	return 0;
}

static void
report(struct play *p, uint32_t code, int x, int y)
{
	struct event e = {
		.kind = EVENT_MOUSE,
		.key = { code, false },
		.spot = canvas_hit(&p->c, x, y),
	};

	play_happen(p, &e);
}

/* Where a text is drawn; the n-th time, from 0. */
static void
find(struct play *p, const char *text, int n, int *x, int *y)
{
	char line[4 * 1000 + 1];
	const char *at;

	look(p);
	for (*y = 0; *y < p->c.h; ++*y) {
		(void)canvas_row(&p->c, *y, line, sizeof line);
		for (at = line; (at = strstr(at, text)) != NULL; at++) {
			*x = (int)(at - line);
			if (n-- == 0)
				return;
		}
	}
	fail_msg("\"%s\" is not on the screen", text);
}

static void
click_nth(struct play *p, const char *text, int n)
{
	int x, y;

	find(p, text, n, &x, &y);
	report(p, INPUT_CLICK, x, y);
}

static void
click(struct play *p, const char *text)
{
	click_nth(p, text, 0);
}

static void
turn(struct play *p, uint32_t code)
{
	look(p);
	report(p, code, W / 2, H / 2);
}

static void
a_key_turns_it_on_and_says_how_text_is_selected(void **state)
{
	struct play *p = *state;

	assert_non_null(strstr(p->m.toast.text, "Shift"));
	assert_non_null(play_effect(p, EFFECT_MOUSE, 0));
	play_key(p, 'm');
	assert_false(p->m.mouse);
	assert_non_null(play_effect(p, EFFECT_MOUSE, 0));
	click(p, "3 Users"); /* a report that was on its way */
	assert_int_equal(p->m.view, VIEW_DASH);
}

static void
a_terminal_that_cannot_report_one_is_not_asked_to(void **state)
{
	struct play *p = *state;

	p->m.mouse = false;
	p->m.old_terminal = true;
	play_key(p, 'm');
	assert_false(p->m.mouse);
	assert_null(play_effect(p, EFFECT_MOUSE, 0));
}

static void
a_tab_goes_to_its_view(void **state)
{
	struct play *p = *state;
	char tab[16];

	for (int i = VIEW_RULES; i >= VIEW_DASH; i--) {
		(void)snprintf(
		    tab, sizeof tab, "%d %.4s", i + 1, view_names[i]);
		click(p, tab);
		assert_int_equal(p->m.view, i);
	}
}

static void
a_row_is_selected_and_a_second_click_opens_it(void **state)
{
	struct play *p = *state;

	click(p, "3 Users");
	click(p, "carol");
	assert_string_equal(model_user(&p->m)->shown, "carol");
	assert_int_equal(p->m.overlay, OVERLAY_NONE);
	p->now += 10000;
	click(p, "bob");
	assert_string_equal(model_user(&p->m)->shown, "bob");
	assert_int_equal(p->m.overlay, OVERLAY_NONE);
	click(p, "bob");
	assert_int_equal(p->m.overlay, OVERLAY_FORM);
	assert_int_equal(p->m.form.kind, FORM_USER_EDIT);
}

/* Two rows, or one twice but slowly: nothing opens. */
static void
two_single_clicks_are_no_double_one(void **state)
{
	struct play *p = *state;

	click(p, "3 Users");
	click(p, "carol");
	click(p, "bob");
	p->now += 2000;
	click(p, "bob");
	assert_int_equal(p->m.overlay, OVERLAY_NONE);
}

static void
a_click_means_the_row_that_was_seen_though_rows_moved(void **state)
{
	struct play *p = *state;
	uint64_t wanted;
	int x, y;

	play_type(p, "2");
	play_sessions(p, 187);
	for (unsigned i = 0; i < 100; i++) {
		find(p, "2 Sessions", 0, &x, &y);
		y += 4 + (int)(i % 9);
		wanted = canvas_hit(&p->c, x, y).id;
		p->shift += i % 3;
		p->now += 700;
		play_sessions(p, 187 + i % 40);
		if (sessions_place(&p->m.sessions, wanted) < 0)
			continue;
		report(p, INPUT_CLICK, x, y);
		assert_int_equal(model_session(&p->m)->id, wanted);
	}
}

static void
a_row_that_is_gone_is_not_clicked(void **state)
{
	struct play *p = *state;
	uint64_t before;
	int x, y;

	play_type(p, "2");
	play_sessions(p, 20);
	find(p, "2 Sessions", 0, &x, &y);
	p->shift += 1000; /* all of them end */
	play_sessions(p, 20);
	before = model_session(&p->m)->id;
	report(p, INPUT_CLICK, x, y + 8);
	assert_int_equal(model_session(&p->m)->id, before);
}

static void
a_heading_sorts_and_again_the_other_way_round(void **state)
{
	struct play *p = *state;
	const struct list *l = &p->m.lists[VIEW_USERS];

	click(p, "3 Users");
	click(p, "SESSIONS");
	assert_int_equal(l->sort, USERS_SESSIONS);
	assert_false(l->reverse);
	click(p, "SESSIONS");
	assert_true(l->reverse);
	click(p, "LAST SEEN");
	assert_int_equal(l->sort, USERS_LAST);
	assert_false(l->reverse);
	click(p, "2 Sessions");
	play_sessions(p, 20);
	click(p, "TARGET");
	assert_int_equal(p->m.lists[VIEW_SESSIONS].sort, SESSIONS_TARGET);
}

static void
the_wheel_moves_the_list_and_the_cursor_stays_where_it_is_seen(void **state)
{
	struct play *p = *state;
	const struct list *l = &p->m.lists[VIEW_SESSIONS];

	play_type(p, "2");
	play_sessions(p, 187);
	play_type(p, "jjjj");
	turn(p, INPUT_WHEEL_DOWN);
	assert_int_equal(l->top, 3);
	assert_int_equal(l->row, 7);
	turn(p, INPUT_WHEEL_UP);
	assert_int_equal(l->top, 0);
	assert_int_equal(l->row, 4);
	for (int i = 0; i < 100; i++)
		turn(p, INPUT_WHEEL_DOWN);
	assert_int_equal(l->row, 186);
	for (int i = 0; i < 100; i++)
		turn(p, INPUT_WHEEL_UP);
	assert_int_equal(l->row, 0);
}

static void
the_wheel_stops_the_log(void **state)
{
	struct play *p = *state;

	play_type(p, "5");
	play_polls(p, 3);
	assert_false(p->m.lists[VIEW_LOGS].moved);
	turn(p, INPUT_WHEEL_DOWN); /* it is at its end */
	assert_false(p->m.lists[VIEW_LOGS].moved);
	turn(p, INPUT_WHEEL_UP);
	assert_true(p->m.lists[VIEW_LOGS].moved);
}

static void
the_wheel_does_nothing_in_forms_and_questions(void **state)
{
	struct play *p = *state;

	play_type(p, "3a");
	turn(p, INPUT_WHEEL_DOWN);
	assert_int_equal(p->m.form.focus, 0);
	play_key(p, INPUT_ESC);
	play_type(p, "jd");
	p->now += 1000;
	turn(p, INPUT_WHEEL_DOWN);
	assert_int_equal(p->m.overlay, OVERLAY_CONFIRM);
}

static void
a_word_of_the_key_line_does_that_key(void **state)
{
	struct play *p = *state;

	click(p, "Help");
	assert_int_equal(p->m.overlay, OVERLAY_HELP);
	click(p, "Close");
	assert_int_equal(p->m.overlay, OVERLAY_NONE);
	click(p, "Pause");
	assert_true(p->m.paused);
	click(p, "Quit");
	assert_non_null(play_effect(p, EFFECT_QUIT, 0));
}

static void
a_click_on_delete_waits_as_its_key_does(void **state)
{
	struct play *p = *state;

	play_type(p, "3j");
	click(p, "d Delete");
	assert_int_equal(p->m.overlay, OVERLAY_CONFIRM);
	click(p, "y  Delete"); /* at once: not meant for it */
	assert_int_equal(p->m.overlay, OVERLAY_CONFIRM);
	assert_null(play_effect(p, EFFECT_ASK, 0));
	p->now += MODEL_GUARD_MS;
	click(p, "y  Delete");
	assert_non_null(play_effect(p, EFFECT_ASK, 0));
	assert_int_equal(play_effect(p, EFFECT_ASK, 0)->id, ADMIN_user_del);
}

static void
keep_keeps_and_a_click_beside_a_question_is_lost(void **state)
{
	struct play *p = *state;

	play_type(p, "3jd");
	p->now += MODEL_GUARD_MS;
	click(p, "1 Dash");
	assert_int_equal(p->m.overlay, OVERLAY_CONFIRM);
	assert_int_equal(p->m.view, VIEW_USERS);
	click(p, "[ Keep ]");
	assert_int_equal(p->m.overlay, OVERLAY_NONE);
	assert_null(play_effect(p, EFFECT_ASK, 0));
}

static void
a_word_that_must_be_typed_cannot_be_clicked(void **state)
{
	struct play *p = *state;

	play_type(p, "SX");
	assert_int_equal(p->m.confirm.kind, CONFIRM_STOP_ALL);
	p->now += 1000;
	look(p);
	for (int y = 0; y < H; y++)
		for (int x = 0; x < W; x++) {
			report(p, INPUT_CLICK, x, y);
			assert_null(play_effect(p, EFFECT_ASK, 0));
		}
}

static void
a_click_goes_to_a_field_and_chooses_in_it(void **state)
{
	struct play *p = *state;
	const struct form *f = &p->m.form;

	play_type(p, "3a");
	click(p, "Password");
	assert_int_equal(f->focus, 1);
	click(p, "observer");
	assert_int_equal(f->fields[f->focus].kind, FIELD_CHOICE);
	assert_string_equal(
	    f->fields[f->focus].names[f->fields[f->focus].choice], "observer");
	click(p, "Name");
	assert_int_equal(f->focus, 0);
	click(p, "carol"); /* of the list beneath */
	assert_int_equal(p->m.overlay, OVERLAY_FORM);
	assert_int_equal(f->focus, 0);
}

static void
a_form_is_sent_by_its_button_once_it_is_right(void **state)
{
	struct play *p = *state;
	const struct effect *e;

	play_type(p, "3aerin2");
	click(p, "[ Add ]");
	assert_null(play_effect(p, EFFECT_ASK, 0));
	assert_int_equal(p->m.form.focus, 1); /* what is missing */
	play_type(p, "secret\tsecret");
	click(p, "[ Add ]");
	e = play_effect(p, EFFECT_ASK, 0);
	assert_non_null(e);
	assert_true(p->m.form.busy);
}

static void
a_click_beside_a_menu_closes_it(void **state)
{
	struct play *p = *state;

	play_type(p, "S");
	look(p);
	report(p, INPUT_CLICK, 0, 2);
	assert_int_equal(p->m.overlay, OVERLAY_NONE);
	play_type(p, "?");
	look(p);
	report(p, INPUT_CLICK, 0, 2);
	assert_int_equal(p->m.overlay, OVERLAY_NONE);
	play_type(p, "2c");
	look(p);
	report(p, INPUT_CLICK, 0, 2);
	assert_int_equal(p->m.overlay, OVERLAY_NONE);
}

static void
a_line_of_the_menu_asks_first(void **state)
{
	struct play *p = *state;

	play_type(p, "S");
	click(p, "closes ");
	assert_int_equal(p->m.overlay, OVERLAY_CONFIRM);
	assert_null(play_effect(p, EFFECT_ASK, 0));
}

static void
a_click_turns_a_column(void **state)
{
	struct play *p = *state;

	play_type(p, "2c");
	click(p, "[x] CLIENT");
	assert_int_equal(p->m.hidden, 1 << 2);
	click(p, "[ ] CLIENT");
	assert_int_equal(p->m.hidden, 0);
	assert_int_equal(p->m.overlay, OVERLAY_COLUMNS);
}

static void
an_order_is_taken_with_a_click(void **state)
{
	struct play *p = *state;

	play_type(p, "2");
	play_key(p, INPUT_F(6));
	click(p, "( ) by client");
	assert_int_equal(p->m.lists[VIEW_SESSIONS].sort, SESSIONS_CLIENT);
	assert_int_equal(p->m.overlay, OVERLAY_NONE);
}

static void
a_click_in_the_menu_of_orders_takes_one(void **state)
{
	struct play *p = *state;

	play_type(p, "2");
	play_sessions(p, 20);
	click(p, "Sort");
	assert_int_equal(p->m.overlay, OVERLAY_SORT);
	click(p, "by target");
	assert_int_equal(p->m.lists[VIEW_SESSIONS].sort, SESSIONS_TARGET);
}

static void
the_mark_at_the_edge_scrolls(void **state)
{
	struct play *p = *state;
	const struct list *l = &p->m.lists[VIEW_SESSIONS];
	int x, y;

	play_resize(p, 60, 16);
	play_type(p, "2");
	play_sessions(p, 20);
	find(p, "busiest first", 0, &x, &y);
	report(p, INPUT_CLICK, p->c.w - 1, y);
	assert_int_equal(l->left, 1);
	look(p);
	report(p, INPUT_CLICK, 0, y);
	assert_int_equal(l->left, 0);
	turn(p, INPUT_WHEEL_RIGHT);
	assert_int_equal(l->left, 1);
	turn(p, INPUT_WHEEL_LEFT);
	assert_int_equal(l->left, 0);
}

static void
the_command_line_turns_it_off_as_well(void **state)
{
	struct play *p = *state;

	play_type(p, ":mouse\r");
	assert_false(p->m.mouse);
}

static void
a_line_of_the_help_runs_at_the_second_click(void **state)
{
	struct play *p = *state;

	play_type(p, "3?");
	click(p, "add a user");
	assert_int_equal(p->m.overlay, OVERLAY_HELP);
	click(p, "add a user");
	assert_int_equal(p->m.overlay, OVERLAY_FORM);
	assert_int_equal(p->m.form.kind, FORM_USER_ADD);
}

/* A property of all views, so it covers what is not drawn yet. */
static void
no_single_click_in_a_view_sends_a_change(void **state)
{
	struct play *p = *state;

	for (int view = VIEW_DASH; view <= VIEW_RULES; view++)
		for (int y = 0; y < H - 1; y++) /* below are the keys */
			for (int x = 0; x < W; x += 3) {
				p->m.overlay = OVERLAY_NONE;
				p->m.view = (enum view)view;
				p->now += 1000;
				look(p);
				report(p, INPUT_CLICK, x, y);
				assert_null(play_effect(p, EFFECT_ASK, 0));
			}
}

static void
clicks_and_turns_anywhere_do_no_harm(void **state)
{
	static const int sizes[][2] = { { 40, 10 }, { 60, 16 }, { 80, 24 },
		{ 30, 5 }, { 1, 1 } };
	struct play *p = *state;
	uint64_t seed = 1;

	play_type(p, "2");
	play_sessions(p, 50);
	for (int i = 0; i < 20000; i++) {
		seed = seed * 6364136223846793005 + 1442695040888963407;
		if (i % 500 == 0)
			play_resize(
			    p, sizes[i / 500 % 5][0], sizes[i / 500 % 5][1]);
		p->now += seed >> 55;
		look(p);
		report(p, INPUT_CLICK + (uint32_t)(seed >> 40) % 5,
		    (int)(seed >> 33) % 90 - 5, (int)(seed >> 50) % 30 - 3);
	}
}

/* ---- the table of places */

static void
what_was_drawn_last_is_on_top(void **state)
{
	struct canvas c = { 0 };
	struct rect old;

	(void)state;
	assert_int_equal(canvas_open(&c, 20, 10, GLYPHS_ASCII), 0);
	canvas_spot(&c, (struct rect){ 0, 0, 20, 10 }, SPOT_ROW, 1);
	(void)canvas_box(&c, (struct rect){ 5, 2, 10, 5 }, NULL, NULL);
	old = canvas_clip(&c, (struct rect){ 6, 3, 3, 3 });
	canvas_spot(&c, (struct rect){ 0, 3, 20, 1 }, SPOT_KEY, 'x');
	c.clip = old;
	assert_int_equal(canvas_hit(&c, 0, 0).kind, SPOT_ROW);
	assert_int_equal(canvas_hit(&c, 5, 3).kind, SPOT_NONE); /* the box */
	assert_int_equal(canvas_hit(&c, 6, 3).kind, SPOT_KEY);
	assert_int_equal(canvas_hit(&c, 9, 3).kind, SPOT_NONE); /* clipped */
	assert_int_equal(canvas_hit(&c, 15, 3).kind, SPOT_ROW);
	assert_int_equal(canvas_hit(&c, -1, 3).kind, SPOT_NONE);
	assert_int_equal(canvas_hit(&c, 9998, 9998).kind, SPOT_NONE);
	canvas_clear(&c);
	assert_int_equal(canvas_hit(&c, 6, 3).kind, SPOT_NONE);
	canvas_close(&c);
}

static void
a_table_that_is_full_lets_no_click_through(void **state)
{
	struct canvas c = { 0 };

	(void)state;
	assert_int_equal(canvas_open(&c, 20, 10, GLYPHS_ASCII), 0);
	for (int i = 0; i < 100000; i++)
		canvas_spot(&c, canvas_all(&c), SPOT_KEY, 'x');
	assert_int_equal(canvas_hit(&c, 6, 3).kind, SPOT_NONE);
	canvas_close(&c);
}

static void
another_question_is_another_screen(void **state)
{
	struct play *p = *state;
	uint64_t seen = screen_scene(&p->m);

	look(p);
	assert_int_equal(p->c.scene, seen);
	play_type(p, "3");
	assert_int_not_equal(screen_scene(&p->m), seen);
	play_type(p, "d");
	seen = screen_scene(&p->m);
	p->now += 1000;
	play_type(p, "njd");
	assert_int_not_equal(screen_scene(&p->m), seen);
}

int
main(void)
{
#define PLAY(test) cmocka_unit_test_setup_teardown(test, begin, play_tear_down)
	static const struct CMUnitTest tests[] = {
		PLAY(a_key_turns_it_on_and_says_how_text_is_selected),
		PLAY(a_terminal_that_cannot_report_one_is_not_asked_to),
		PLAY(a_tab_goes_to_its_view),
		PLAY(a_row_is_selected_and_a_second_click_opens_it),
		PLAY(two_single_clicks_are_no_double_one),
		PLAY(a_click_means_the_row_that_was_seen_though_rows_moved),
		PLAY(a_row_that_is_gone_is_not_clicked),
		PLAY(a_heading_sorts_and_again_the_other_way_round),
		PLAY(
		    the_wheel_moves_the_list_and_the_cursor_stays_where_it_is_seen),
		PLAY(the_wheel_stops_the_log),
		PLAY(the_wheel_does_nothing_in_forms_and_questions),
		PLAY(a_word_of_the_key_line_does_that_key),
		PLAY(a_click_on_delete_waits_as_its_key_does),
		PLAY(keep_keeps_and_a_click_beside_a_question_is_lost),
		PLAY(a_word_that_must_be_typed_cannot_be_clicked),
		PLAY(a_click_goes_to_a_field_and_chooses_in_it),
		PLAY(a_form_is_sent_by_its_button_once_it_is_right),
		PLAY(a_click_beside_a_menu_closes_it),
		PLAY(a_line_of_the_menu_asks_first),
		PLAY(a_click_turns_a_column),
		PLAY(an_order_is_taken_with_a_click),
		PLAY(a_line_of_the_help_runs_at_the_second_click),
		PLAY(a_click_in_the_menu_of_orders_takes_one),
		PLAY(the_mark_at_the_edge_scrolls),
		PLAY(the_command_line_turns_it_off_as_well),
		PLAY(no_single_click_in_a_view_sends_a_change),
		PLAY(clicks_and_turns_anywhere_do_no_harm),
		cmocka_unit_test(what_was_drawn_last_is_on_top),
		cmocka_unit_test(a_table_that_is_full_lets_no_click_through),
		PLAY(another_question_is_another_screen),
	};

	return cmocka_run_group_tests_name("mouse", tests, NULL, NULL);
}
