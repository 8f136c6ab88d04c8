/* Changes from the console: users and settings, asked, sent, answered. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>

#include "tests/tui/play.h"

/* The name of the account an effect would delete. */
static const char *
doomed(const struct play *p)
{
	const struct effect *e = play_effect(p, EFFECT_ASK, 0);

	assert_non_null(e);
	assert_int_equal(e->id, ADMIN_user_del);
	return e->request.user_del.name.bytes;
}

/* ---- users */

static void
adding_a_user_sends_one_request_and_selects_it(void **state)
{
	struct play *p = *state;
	const struct effect *e;
	struct effect asked;

	play_type(p, "3aeve\tpw\tpw\t \r");
	e = play_effect(p, EFFECT_ASK, 0);
	assert_non_null(e);
	assert_int_equal(e->id, ADMIN_user_add);
	assert_string_equal(e->request.user_add.name.bytes, "eve");
	assert_int_equal(e->request.user_add.password.len, 2);
	assert_int_equal(e->request.user_add.role, 1);
	assert_null(play_effect(p, EFFECT_ASK, 1));
	asked = *e;
	play_done(p, &asked, ADMIN_OK);
	assert_int_equal(p->m.overlay, OVERLAY_NONE);
	assert_string_equal(model_user(&p->m)->shown, "eve");
	assert_int_equal(model_user(&p->m)->role, ROLE_ADMIN);
	assert_true(play_shows(p, 80, 24, "User \"eve\" added."));
}

static void
a_form_with_an_error_sends_nothing_and_says_which(void **state)
{
	struct play *p = *state;

	play_type(p, "3aalice\tpw\tpv");
	play_key(p, INPUT_F(2));
	assert_null(play_effect(p, EFFECT_ASK, 0));
	assert_int_equal(p->m.form.focus, 0);
	assert_true(play_shows(p, 80, 24, "! exists already"));
	assert_true(play_shows(p, 80, 24, "! does not match"));
}

static void
a_refusal_lands_on_the_field_it_names(void **state)
{
	struct play *p = *state;
	struct effect asked;

	play_type(p, "3aeve\tpw\tpw");
	play_key(p, INPUT_F(2));
	asked = *play_effect(p, EFFECT_ASK, 0);
	play_done(p, &asked, ADMIN_TAKEN);
	assert_int_equal(p->m.overlay, OVERLAY_FORM);
	assert_string_equal(p->m.form.fields[0].problem, "taken already");
	assert_false(p->m.form.busy);
}

static void
the_default_is_staged_over_the_base_protocol_too(void **state)
{
	struct play *p = *state;

	p->buffer_size = 4096;
	play_polls(p, 1);
	play_type(p, "4");
	play_key(p, INPUT_F(2));
	assert_null(play_effect(p, EFFECT_ASK, 0));
	assert_true(play_shows(p, 80, 24, "Nothing is staged."));
	play_type(p, "D");
	assert_true(play_shows(p, 80, 24, "1 change staged"));
	assert_string_equal(p->m.settings.all[0].next, "65536");
}

static void
a_pasted_newline_is_not_enter(void **state)
{
	struct play *p = *state;

	play_type(p, "3a");
	play_paste(p, "eve\r\n");
	assert_int_equal(p->m.form.focus, 0);
	assert_string_equal(p->m.form.fields[0].text, "eve");
}

static void
a_paste_outside_a_field_runs_no_commands(void **state)
{
	struct play *p = *state;

	play_type(p, "3");
	play_paste(p, "dyq1");
	assert_int_equal(p->m.view, VIEW_USERS);
	assert_int_equal(p->m.overlay, OVERLAY_NONE);
	assert_int_equal(p->fx.n, 0);
}

static void
a_question_ignores_keys_that_were_meant_for_something_else(void **state)
{
	struct play *p = *state;

	play_type(p, "3dy");
	assert_int_equal(p->m.overlay, OVERLAY_CONFIRM);
	assert_null(play_effect(p, EFFECT_ASK, 0));
	play_pass(p, MODEL_GUARD_MS - 1);
	play_type(p, "y");
	assert_int_equal(p->m.overlay, OVERLAY_CONFIRM);
	play_pass(p, 2);
	play_type(p, "y");
	assert_string_equal(doomed(p), "alice");
}

static void
enter_never_confirms_and_neither_does_the_key_that_asked(void **state)
{
	static const uint32_t keys[] = { INPUT_ENTER, INPUT_ESC, 'n', 'q' };
	struct play *p = *state;

	play_type(p, "3");
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		play_type(p, "d");
		play_pass(p, 500);
		play_type(p, "d");
		assert_int_equal(p->m.overlay, OVERLAY_CONFIRM);
		play_key(p, keys[i]);
		assert_int_equal(p->m.overlay, OVERLAY_NONE);
		assert_null(play_effect(p, EFFECT_ASK, 0));
	}
}

/* A list of accounts in which some come and go. */
static void
shuffle(const char **names, char (*store)[8], unsigned seed)
{
	int n = 0;

	for (int i = 0; i < 12; i++) {
		seed = seed * 1103515245 + 12345;
		if (i != 5 && (seed >> 16) % 3 == 0)
			continue;
		(void)snprintf(store[n], sizeof store[n], "u%u",
		    i == 5 ? 500 : (seed >> 18) % 1000);
		names[n] = store[n];
		n++;
	}
	names[n] = NULL;
}

static void
what_is_confirmed_is_what_was_selected_however_rows_move(void **state)
{
	struct play *p = *state;
	char store[16][8], wanted[256];
	const char *names[16];

	play_type(p, "3");
	for (unsigned i = 0; i < 500; i++) {
		shuffle(names, store, i);
		play_users(p, names);
		for (unsigned k = 0; k < i % 7; k++)
			play_type(p, "j");
		(void)snprintf(
		    wanted, sizeof wanted, "%s", model_user(&p->m)->name.bytes);
		play_type(p, "d");
		for (unsigned k = 0; k < 20; k++) {
			shuffle(names, store, i * 31 + k);
			play_users(p, names);
		}
		play_type(p, "y");
		assert_string_equal(doomed(p), wanted);
		play_done(p, &(struct effect){ .tag = 0 }, ADMIN_OK);
		play_type(p, i % 3 == 0 ? "I" : ">");
	}
}

static void
the_cursor_stays_on_its_user_when_rows_move(void **state)
{
	static const char *const later[] = { "aaa", "aab", "alice", "carol",
		"zoe", NULL };
	struct play *p = *state;

	play_type(p, "3jj");
	assert_string_equal(model_user(&p->m)->shown, "carol");
	play_users(p, later);
	assert_string_equal(model_user(&p->m)->shown, "carol");
	play_type(p, "k");
	assert_string_equal(model_user(&p->m)->shown, "alice");
}

static void
a_filter_hides_rows_and_escape_brings_them_back(void **state)
{
	struct play *p = *state;

	play_type(p, "3\\oo");
	play_key(p, INPUT_ENTER);
	assert_int_equal(p->m.users.order.n, 1);
	assert_string_equal(model_user(&p->m)->shown, "root");
	assert_true(play_shows(p, 80, 24, "filter \"oo\""));
	play_key(p, INPUT_ESC);
	assert_int_equal(p->m.users.order.n, 10);
}

static void
names_from_the_network_cannot_reach_the_terminal(void **state)
{
	static const char *const names[] = { "a\033[2Jb",
		"c\xe2\x80\xae"
		"d",
		"e\xe2\x80\x8b"
		"f",
		"g\xff"
		"h",
		"i\xcc\x81", " j ", NULL };
	struct play *p = *state;

	play_type(p, "3");
	play_users(p, names);
	for (size_t i = 0; i < p->m.users.page.n; i++)
		for (const char *s = p->m.users.page.all[i].shown; *s; s++)
			assert_true((unsigned char)*s >= 0x20 && *s != 0x7f);
	assert_true(play_shows(p, 80, 24, "_j_"));
	assert_true(play_shows(p, 80, 24, "a?[2Jb"));
	assert_true(play_shows(p, 80, 24, "c?d"));
}

/* ---- settings */

static void
staged_settings_go_out_as_one_batch(void **state)
{
	struct play *p = *state;
	struct effect a, b;

	play_type(p, "4\r");
	play_key(p, INPUT_CTRL('U'));
	play_type(p, "8192\rj\r");
	play_key(p, INPUT_CTRL('U'));
	play_type(p, "60\r");
	assert_null(play_effect(p, EFFECT_ASK, 0));
	assert_int_equal(model_staged(&p->m), 2);
	play_key(p, INPUT_F(2));
	a = *play_effect(p, EFFECT_ASK, 0);
	b = *play_effect(p, EFFECT_ASK, 1);
	assert_int_equal(a.id, ADMIN_set_buffer_size);
	assert_int_equal(a.request.set_buffer_size.buffer_size, 8192);
	assert_int_equal(b.id, ADMIN_set_connection_timeout);
	assert_int_equal(
	    b.request.set_connection_timeout.connection_timeout, 60);
	assert_null(play_effect(p, EFFECT_ASK, 2));
	play_done(p, &a, ADMIN_OK);
	play_done(p, &b, ADMIN_INVALID);
	assert_int_equal(p->m.settings.all[0].note, NOTE_OK);
	assert_int_equal(p->m.settings.all[1].note, NOTE_REFUSED);
	assert_true(p->m.settings.all[1].staged);
	assert_false(p->m.settings.all[0].staged);
}

static void
a_batch_that_is_under_way_is_not_sent_twice(void **state)
{
	struct play *p = *state;

	play_type(p, "4D");
	play_type(p, "jD"); /* the default is the value: nothing to stage */
	assert_int_equal(model_staged(&p->m), 0);
	play_type(p, "jjj ");
	play_key(p, INPUT_F(2));
	assert_non_null(play_effect(p, EFFECT_ASK, 0));
	play_key(p, INPUT_F(2));
	assert_null(play_effect(p, EFFECT_ASK, 0));
}

static void
a_number_out_of_range_cannot_be_staged(void **state)
{
	static const char *const wrong[] = { "0", "256", "-1", "+5", "1x", "",
		"99999999999" };
	struct play *p = *state;

	play_type(p, "4j");
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		play_type(p, "\r");
		play_key(p, INPUT_CTRL('U'));
		play_type(p, wrong[i]);
		play_key(p, INPUT_ENTER);
		assert_int_equal(p->m.overlay, OVERLAY_FORM);
		assert_true(
		    play_shows(p, 80, 24, "a whole number from 1 to 255"));
		play_key(p, INPUT_ESC);
		assert_int_equal(model_staged(&p->m), 0);
	}
}

static void
what_the_base_protocol_cannot_tell_is_shown_as_unknown(void **state)
{
	struct play *p = *state;
	struct effect asked;

	assert_true(play_shows(p, 80, 24, "credential dissector      -"));
	play_type(p, "4jjj ");
	play_key(p, INPUT_F(2));
	asked = *play_effect(p, EFFECT_ASK, 0);
	assert_int_equal(asked.request.set_dissector.dissector, 1);
	play_done(p, &asked, ADMIN_OK);
	assert_true(play_shows(p, 80, 24, "[x] on"));
	assert_true(play_shows(p, 80, 24, "set from here"));
}

static void
read_only_refuses_every_change(void **state)
{
	struct play *p = *state;

	p->m.read_only = true;
	play_type(p, "3");
	play_type(p, "a");
	assert_int_equal(p->m.overlay, OVERLAY_NONE);
	play_type(p, "d");
	assert_int_equal(p->m.overlay, OVERLAY_NONE);
	play_type(p, "4jjj ");
	assert_int_equal(model_staged(&p->m), 0);
	assert_true(play_shows(p, 80, 24, "--read-only"));
}

#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, play_set_up, play_tear_down)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(adding_a_user_sends_one_request_and_selects_it),
		TEST(a_form_with_an_error_sends_nothing_and_says_which),
		TEST(a_refusal_lands_on_the_field_it_names),
		TEST(the_default_is_staged_over_the_base_protocol_too),
		TEST(a_pasted_newline_is_not_enter),
		TEST(a_paste_outside_a_field_runs_no_commands),
		TEST(
		    a_question_ignores_keys_that_were_meant_for_something_else),
		TEST(enter_never_confirms_and_neither_does_the_key_that_asked),
		TEST(what_is_confirmed_is_what_was_selected_however_rows_move),
		TEST(the_cursor_stays_on_its_user_when_rows_move),
		TEST(a_filter_hides_rows_and_escape_brings_them_back),
		TEST(names_from_the_network_cannot_reach_the_terminal),
		TEST(staged_settings_go_out_as_one_batch),
		TEST(a_batch_that_is_under_way_is_not_sent_twice),
		TEST(a_number_out_of_range_cannot_be_staged),
		TEST(what_the_base_protocol_cannot_tell_is_shown_as_unknown),
		TEST(read_only_refuses_every_change),
	};

	return cmocka_run_group_tests_name("change", tests, NULL, NULL);
}
