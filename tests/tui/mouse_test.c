/* Clicks and wheels in views: what is drawn at a place is what a click does. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "tests/tui/clicks.h"

static void
a_key_turns_it_on_and_says_how_text_is_selected(void **state)
{
	struct play *p = *state;

	assert_non_null(strstr(p->m.toast.text, "Shift"));
	assert_non_null(play_effect(p, EFFECT_MOUSE, 0));
	play_key(p, 'm');
	assert_false(p->m.mouse);
	assert_non_null(play_effect(p, EFFECT_MOUSE, 0));
	clicks_on(p, "3 Users"); /* a report that was on its way */
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
	char tab[24];

	for (int i = VIEW_RULES; i >= VIEW_DASH; i--) {
		(void)snprintf(
		    tab, sizeof tab, "%d %.4s", i + 1, view_names[i]);
		clicks_on(p, tab);
		assert_int_equal(p->m.view, i);
	}
}

static void
a_row_is_selected_and_a_second_click_opens_it(void **state)
{
	struct play *p = *state;

	clicks_on(p, "3 Users");
	clicks_on(p, "carol");
	assert_string_equal(model_user(&p->m)->shown, "carol");
	assert_int_equal(p->m.overlay, OVERLAY_NONE);
	p->now += 10000;
	clicks_on(p, "bob");
	assert_string_equal(model_user(&p->m)->shown, "bob");
	assert_int_equal(p->m.overlay, OVERLAY_NONE);
	clicks_on(p, "bob");
	assert_int_equal(p->m.overlay, OVERLAY_FORM);
	assert_int_equal(p->m.form.kind, FORM_USER_EDIT);
}

/* Two rows, or one twice but slowly: nothing opens. */
static void
two_single_clicks_are_no_double_one(void **state)
{
	struct play *p = *state;

	clicks_on(p, "3 Users");
	clicks_on(p, "carol");
	clicks_on(p, "bob");
	p->now += 2000;
	clicks_on(p, "bob");
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
		clicks_find(p, "2 Sessions", &x, &y);
		y += 4 + (int)(i % 9);
		wanted = canvas_hit(&p->c, x, y).id;
		p->shift += i % 3;
		p->now += 700;
		play_sessions(p, 187 + i % 40);
		if (sessions_place(&p->m.sessions, wanted) < 0)
			continue;
		clicks_report(p, INPUT_CLICK, x, y);
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
	clicks_find(p, "2 Sessions", &x, &y);
	p->shift += 1000; /* all of them end */
	play_sessions(p, 20);
	before = model_session(&p->m)->id;
	clicks_report(p, INPUT_CLICK, x, y + 8);
	assert_int_equal(model_session(&p->m)->id, before);
}

static void
a_heading_sorts_and_again_the_other_way_round(void **state)
{
	struct play *p = *state;
	const struct list *l = &p->m.lists[VIEW_USERS];

	clicks_on(p, "3 Users");
	clicks_on(p, "SESSIONS");
	assert_int_equal(l->sort, USERS_SESSIONS);
	assert_false(l->reverse);
	clicks_on(p, "SESSIONS");
	assert_true(l->reverse);
	clicks_on(p, "LAST SEEN");
	assert_int_equal(l->sort, USERS_LAST);
	assert_false(l->reverse);
	clicks_on(p, "2 Sessions");
	play_sessions(p, 20);
	clicks_on(p, "TARGET");
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
	clicks_turn(p, INPUT_WHEEL_DOWN);
	assert_int_equal(l->top, 3);
	assert_int_equal(l->row, 7);
	clicks_turn(p, INPUT_WHEEL_UP);
	assert_int_equal(l->top, 0);
	assert_int_equal(l->row, 4);
	for (int i = 0; i < 100; i++)
		clicks_turn(p, INPUT_WHEEL_DOWN);
	assert_int_equal(l->row, 186);
	for (int i = 0; i < 100; i++)
		clicks_turn(p, INPUT_WHEEL_UP);
	assert_int_equal(l->row, 0);
}

static void
the_wheel_stops_the_log(void **state)
{
	struct play *p = *state;

	play_type(p, "5");
	play_polls(p, 3);
	assert_false(p->m.lists[VIEW_LOGS].moved);
	clicks_turn(p, INPUT_WHEEL_DOWN); /* it is at its end */
	assert_false(p->m.lists[VIEW_LOGS].moved);
	clicks_turn(p, INPUT_WHEEL_UP);
	assert_true(p->m.lists[VIEW_LOGS].moved);
}

static void
a_word_of_the_key_line_does_that_key(void **state)
{
	struct play *p = *state;

	clicks_on(p, "Help");
	assert_int_equal(p->m.overlay, OVERLAY_HELP);
	clicks_on(p, "Close");
	assert_int_equal(p->m.overlay, OVERLAY_NONE);
	clicks_on(p, "Pause");
	assert_true(p->m.paused);
	clicks_on(p, "Quit");
	assert_non_null(play_effect(p, EFFECT_QUIT, 0));
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
	clicks_find(p, "busiest first", &x, &y);
	clicks_report(p, INPUT_CLICK, p->c.w - 1, y);
	assert_int_equal(l->left, 1);
	clicks_look(p);
	clicks_report(p, INPUT_CLICK, 0, y);
	assert_int_equal(l->left, 0);
	clicks_turn(p, INPUT_WHEEL_RIGHT);
	assert_int_equal(l->left, 1);
	clicks_turn(p, INPUT_WHEEL_LEFT);
	assert_int_equal(l->left, 0);
}

static void
the_command_line_turns_it_off_as_well(void **state)
{
	struct play *p = *state;

	play_type(p, ":mouse\r");
	assert_false(p->m.mouse);
}

/* A property of all views, so it covers what is not drawn yet. */
static void
no_single_click_in_a_view_sends_a_change(void **state)
{
	struct play *p = *state;

	for (int view = VIEW_DASH; view <= VIEW_RULES; view++)
		for (int y = 0; y < CLICKS_H - 1; y++) /* below are the keys */
			for (int x = 0; x < CLICKS_W; x += 3) {
				p->m.overlay = OVERLAY_NONE;
				p->m.view = (enum view)view;
				p->now += 1000;
				clicks_look(p);
				clicks_report(p, INPUT_CLICK, x, y);
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
		clicks_look(p);
		clicks_report(p, INPUT_CLICK + (uint32_t)(seed >> 40) % 5,
		    (int)(seed >> 33) % 90 - 5, (int)(seed >> 50) % 30 - 3);
	}
}

int
main(void)
{
#define PLAY(test) \
	cmocka_unit_test_setup_teardown(test, clicks_begin, play_tear_down)
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
		PLAY(a_word_of_the_key_line_does_that_key),
		PLAY(the_mark_at_the_edge_scrolls),
		PLAY(the_command_line_turns_it_off_as_well),
		PLAY(no_single_click_in_a_view_sends_a_change),
		PLAY(clicks_and_turns_anywhere_do_no_harm),
	};

	return cmocka_run_group_tests_name("mouse", tests, NULL, NULL);
}
