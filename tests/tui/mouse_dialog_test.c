/* Clicks and wheels in forms, questions, menus and the help. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/tui/clicks.h"
#include "tui/screen.h"

static void
the_wheel_does_nothing_in_forms_and_questions(void **state)
{
	struct play *p = *state;

	play_type(p, "3a");
	clicks_turn(p, INPUT_WHEEL_DOWN);
	assert_int_equal(p->m.form.focus, 0);
	play_key(p, INPUT_ESC);
	play_type(p, "jd");
	p->now += 1000;
	clicks_turn(p, INPUT_WHEEL_DOWN);
	assert_int_equal(p->m.overlay, OVERLAY_CONFIRM);
}

static void
a_click_on_delete_waits_as_its_key_does(void **state)
{
	struct play *p = *state;

	play_type(p, "3j");
	clicks_on(p, "d Delete");
	assert_int_equal(p->m.overlay, OVERLAY_CONFIRM);
	clicks_on(p, "y  Delete"); /* at once: not meant for it */
	assert_int_equal(p->m.overlay, OVERLAY_CONFIRM);
	assert_null(play_effect(p, EFFECT_ASK, 0));
	p->now += MODEL_GUARD_MS;
	clicks_on(p, "y  Delete");
	assert_non_null(play_effect(p, EFFECT_ASK, 0));
	assert_int_equal(play_effect(p, EFFECT_ASK, 0)->id, ADMIN_user_del);
}

static void
keep_keeps_and_a_click_beside_a_question_is_lost(void **state)
{
	struct play *p = *state;

	play_type(p, "3jd");
	p->now += MODEL_GUARD_MS;
	clicks_on(p, "1 Dash");
	assert_int_equal(p->m.overlay, OVERLAY_CONFIRM);
	assert_int_equal(p->m.view, VIEW_USERS);
	clicks_on(p, "[ Keep ]");
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
	clicks_look(p);
	for (int y = 0; y < CLICKS_H; y++)
		for (int x = 0; x < CLICKS_W; x++) {
			clicks_report(p, INPUT_CLICK, x, y);
			assert_null(play_effect(p, EFFECT_ASK, 0));
		}
}

static void
a_click_goes_to_a_field_and_chooses_in_it(void **state)
{
	struct play *p = *state;
	const struct form *f = &p->m.form;

	play_type(p, "3a");
	clicks_on(p, "Password");
	assert_int_equal(f->focus, 1);
	clicks_on(p, "observer");
	assert_int_equal(f->fields[f->focus].kind, FIELD_CHOICE);
	assert_string_equal(
	    f->fields[f->focus].names[f->fields[f->focus].choice], "observer");
	clicks_on(p, "Name");
	assert_int_equal(f->focus, 0);
	clicks_on(p, "carol"); /* of the list beneath */
	assert_int_equal(p->m.overlay, OVERLAY_FORM);
	assert_int_equal(f->focus, 0);
}

static void
a_form_is_sent_by_its_button_once_it_is_right(void **state)
{
	struct play *p = *state;
	const struct effect *e;

	play_type(p, "3aerin2");
	clicks_on(p, "[ Add ]");
	assert_null(play_effect(p, EFFECT_ASK, 0));
	assert_int_equal(p->m.form.focus, 1); /* what is missing */
	play_type(p, "secret\tsecret");
	clicks_on(p, "[ Add ]");
	e = play_effect(p, EFFECT_ASK, 0);
	assert_non_null(e);
	assert_true(p->m.form.busy);
}

static void
a_click_beside_a_menu_closes_it(void **state)
{
	struct play *p = *state;

	play_type(p, "S");
	clicks_look(p);
	clicks_report(p, INPUT_CLICK, 0, 2);
	assert_int_equal(p->m.overlay, OVERLAY_NONE);
	play_type(p, "?");
	clicks_look(p);
	clicks_report(p, INPUT_CLICK, 0, 2);
	assert_int_equal(p->m.overlay, OVERLAY_NONE);
	play_type(p, "2c");
	clicks_look(p);
	clicks_report(p, INPUT_CLICK, 0, 2);
	assert_int_equal(p->m.overlay, OVERLAY_NONE);
}

static void
a_line_of_the_menu_asks_first(void **state)
{
	struct play *p = *state;

	play_type(p, "S");
	clicks_on(p, "closes ");
	assert_int_equal(p->m.overlay, OVERLAY_CONFIRM);
	assert_null(play_effect(p, EFFECT_ASK, 0));
}

static void
a_click_turns_a_column(void **state)
{
	struct play *p = *state;

	play_type(p, "2c");
	clicks_on(p, "[x] CLIENT");
	assert_int_equal(p->m.hidden, 1 << 2);
	clicks_on(p, "[ ] CLIENT");
	assert_int_equal(p->m.hidden, 0);
	assert_int_equal(p->m.overlay, OVERLAY_COLUMNS);
}

static void
an_order_is_taken_with_a_click(void **state)
{
	struct play *p = *state;

	play_type(p, "2");
	play_key(p, INPUT_F(6));
	clicks_on(p, "( ) by client");
	assert_int_equal(p->m.lists[VIEW_SESSIONS].sort, SESSIONS_CLIENT);
	assert_int_equal(p->m.overlay, OVERLAY_NONE);
}

static void
a_line_of_the_help_runs_at_the_second_click(void **state)
{
	struct play *p = *state;

	play_type(p, "3?");
	clicks_on(p, "add a user");
	assert_int_equal(p->m.overlay, OVERLAY_HELP);
	clicks_on(p, "add a user");
	assert_int_equal(p->m.overlay, OVERLAY_FORM);
	assert_int_equal(p->m.form.kind, FORM_USER_ADD);
}

static void
another_question_is_another_screen(void **state)
{
	struct play *p = *state;
	uint64_t seen = screen_scene(&p->m);

	clicks_look(p);
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
#define PLAY(test) \
	cmocka_unit_test_setup_teardown(test, clicks_begin, play_tear_down)
	static const struct CMUnitTest tests[] = {
		PLAY(the_wheel_does_nothing_in_forms_and_questions),
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
		PLAY(another_question_is_another_screen),
	};

	return cmocka_run_group_tests_name(
	    "mouse in dialogs", tests, NULL, NULL);
}
