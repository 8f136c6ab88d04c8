/* Two who change the same account: what the second one is shown, and may do. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>

#include "tests/tui/asked.h"

static int
begin(void **state)
{
	return play_set_up_at(state, "3");
}

/* Alice's limit of sessions is typed and sent, and refused. */
static void
be_second(struct play *p, enum admin_status status)
{
	struct effect e;

	play_type(p, "e\t\t5");
	play_key(p, INPUT_F(2));
	e = play_asked(p, ADMIN_account_set);
	play_done(p, &e, status);
	assert_int_equal(p->m.overlay, OVERLAY_FORM);
	assert_true(play_shows(p, 80, 24, "reading it again"));
	play_polls(p, 2);
}

static void
both_values_of_all_that_differs_are_shown(void **state)
{
	struct play *p = *state;

	p->others_role = ROLE_ADMIN;
	p->others_name = "alicia";
	be_second(p, ADMIN_STALE);
	assert_int_equal(p->m.overlay, OVERLAY_CONFLICT);
	assert_true(play_shows(p, 80, 24, "Somebody else changed alice"));
	assert_true(play_shows(p, 80, 24, "here                   there now"));
	assert_true(play_shows(p, 80, 24, "alice                  alicia"));
	assert_true(play_shows(p, 80, 24, "regular                admin"));
	assert_true(play_shows(p, 80, 24, "5                      (empty)"));
	assert_false(play_shows(p, 80, 24, "Quota/day   "));
	assert_true(play_shows(p, 40, 10, "alicia"));
	assert_true(play_shows(p, 40, 10, "m Mine  t Theirs  e Edit"));
}

static void
of_names_that_are_long_the_part_that_differs_is_shown(void **state)
{
	struct play *p = *state;

	p->others_name = "alice-of-the-accounting-department-in-oslo";
	be_second(p, ADMIN_STALE);
	(void)snprintf(p->m.edit.was.shown, sizeof p->m.edit.was.shown,
	    "alice-of-the-accounting-department-in-rome-and-elsewhere");
	field_set(&p->m.form.fields[0], p->m.edit.was.shown);
	for (int w = 60; w <= 80; w += 20) {
		assert_true(play_shows(p, w, w == 60 ? 16 : 24,
		    "Somebody else changed alice-of-the-accounting"));
		assert_true(play_shows(p, w, w == 60 ? 16 : 24, "~t-in-rome"));
		assert_true(play_shows(p, w, w == 60 ? 16 : 24, "~t-in-oslo"));
	}
}

static void
mine_is_saved_on_top_of_theirs(void **state)
{
	struct play *p = *state;
	struct effect e;

	p->others_role = ROLE_ADMIN;
	p->others_name = "alicia";
	be_second(p, ADMIN_MISSING); /* as a name that is gone is answered */
	p->m.edit.asked = p->m.now;
	play_type(p, "m");
	assert_int_equal(p->m.overlay, OVERLAY_CONFLICT); /* not yet read */
	play_pass(p, 400);
	play_type(p, "m");
	e = play_asked(p, ADMIN_account_set);
	assert_string_equal(e.request.account_set.name.bytes, "alicia");
	assert_string_equal(e.request.account_set.value.bytes, "5");
	assert_int_equal(e.request.account_set.revision, 900);
	play_done(p, &e, ADMIN_OK);
	assert_null(play_effect(p, EFFECT_ASK, 0)); /* she stays an admin */
	assert_int_equal(p->m.overlay, OVERLAY_NONE);
	assert_true(play_shows(p, 80, 24, "User \"alicia\" changed"));
}

static void
theirs_drops_what_was_typed(void **state)
{
	struct play *p = *state;

	p->others_role = ROLE_ADMIN;
	be_second(p, ADMIN_STALE);
	play_pass(p, 400);
	play_type(p, "t");
	assert_null(play_effect(p, EFFECT_ASK, 0));
	assert_int_equal(p->m.overlay, OVERLAY_NONE);
	assert_true(play_shows(p, 80, 24, "Left as it is there."));
}

static void
editing_goes_on_with_theirs_where_nothing_was_typed(void **state)
{
	struct play *p = *state;
	struct effect e;

	p->others_role = ROLE_ADMIN;
	be_second(p, ADMIN_STALE);
	play_pass(p, 400);
	play_key(p, INPUT_ESC);
	assert_int_equal(p->m.overlay, OVERLAY_FORM);
	assert_int_equal(p->m.form.fields[1].choice, ROLE_ADMIN);
	assert_string_equal(p->m.form.fields[3].text, "5");
	play_key(p, INPUT_BACKSPACE);
	play_type(p, "6");
	play_key(p, INPUT_F(2));
	e = play_asked(p, ADMIN_account_set);
	assert_string_equal(e.request.account_set.value.bytes, "6");
	assert_int_equal(e.request.account_set.revision, 900);
}

static void
who_was_deleted_is_said_to_be(void **state)
{
	static const char *const rest[] = { "bob", "carol", "dave", "erin",
		"frank", "guest", "ops", "root", "svc-backup", "zoe", NULL };
	struct play *p = *state;

	p->names = rest;
	be_second(p, ADMIN_MISSING);
	assert_int_equal(p->m.overlay, OVERLAY_FORM);
	assert_true(play_shows(p, 80, 24, "It was deleted meanwhile"));
	assert_false(p->m.form.busy);
}

static void
a_change_that_cannot_be_seen_is_said_to_be_there(void **state)
{
	struct play *p = *state;

	play_type(p, "e ");
	play_key(p, INPUT_F(2));
	p->others_role = ROLE_ADMIN;
	play_done(p, &(struct effect){ .id = ADMIN_account_role, .tag = 0 },
	    ADMIN_STALE);
	play_polls(p, 2);
	assert_true(play_shows(p, 80, 24, "Nothing that is shown differs"));
	play_pass(p, 400);
	play_type(p, "m"); /* and so there is nothing left to save */
	assert_null(play_effect(p, EFFECT_ASK, 0));
	assert_int_equal(p->m.overlay, OVERLAY_NONE);
}

static void
a_form_that_was_closed_sees_no_conflict(void **state)
{
	struct play *p = *state;
	struct effect e;

	play_type(p, "e\t\t5");
	play_key(p, INPUT_F(2));
	e = play_asked(p, ADMIN_account_set);
	play_key(p, INPUT_ESC);
	play_done(p, &e, ADMIN_STALE);
	play_polls(p, 2);
	assert_int_equal(p->m.overlay, OVERLAY_NONE);
	assert_true(play_shows(p, 80, 24, "ok  User") == false);
}

/* Alice had another name when her place in it was told. */
static void
a_list_that_was_begun_before_does_not_tell(void **state)
{
	struct play *p = *state;
	struct effect e;

	play_type(p, "e\t\t5");
	play_key(p, INPUT_F(2));
	e = play_asked(p, ADMIN_account_set);
	play_account(p, "bob", true, true);
	p->others_role = ROLE_ADMIN;
	p->others_name = "alicia";
	play_done(p, &e, ADMIN_MISSING);
	play_account(p, "zoe", false, false);
	assert_true(play_shows(p, 80, 24, "reading it again"));
	assert_true(p->m.form.busy);
	play_polls(p, 2);
	assert_int_equal(p->m.overlay, OVERLAY_CONFLICT);
	assert_true(play_shows(p, 80, 24, "alice                  alicia"));
}

static void
a_list_that_was_begun_before_is_read_again_by_a_frozen_screen(void **state)
{
	struct play *p = *state;
	struct effect e;

	play_type(p, "e\t\t5");
	play_key(p, INPUT_F(2));
	e = play_asked(p, ADMIN_account_set);
	play_account(p, "alice", true, true);
	p->m.paused = true;
	p->others_role = ROLE_ADMIN;
	play_done(p, &e, ADMIN_STALE);
	play_account(p, "zoe", false, false);
	play_polls(p, 3);
	assert_int_equal(p->m.overlay, OVERLAY_CONFLICT);
}

static void
who_is_behind_the_end_of_a_cut_list_may_have_been_renamed(void **state)
{
	static const char *const rest[] = { "bob", NULL };
	struct play *p = *state;
	struct effect e;

	p->names = rest;
	play_type(p, "e\t\t5");
	play_key(p, INPUT_F(2));
	e = play_asked(p, ADMIN_account_set);
	play_done(p, &e, ADMIN_MISSING);
	play_account(p, "bob", true, true);
	p->m.users.next.cut = true;
	play_account(p, "carol", false, false);
	assert_true(play_shows(p, 80, 24, "It was renamed or deleted"));
}

static void
a_frozen_screen_still_shows_it(void **state)
{
	struct play *p = *state;

	p->m.paused = true;
	p->others_role = ROLE_ADMIN;
	be_second(p, ADMIN_STALE);
	assert_int_equal(p->m.overlay, OVERLAY_CONFLICT);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, play_tear_down)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(both_values_of_all_that_differs_are_shown),
		TEST(of_names_that_are_long_the_part_that_differs_is_shown),
		TEST(mine_is_saved_on_top_of_theirs),
		TEST(theirs_drops_what_was_typed),
		TEST(editing_goes_on_with_theirs_where_nothing_was_typed),
		TEST(who_was_deleted_is_said_to_be),
		TEST(a_change_that_cannot_be_seen_is_said_to_be_there),
		TEST(a_form_that_was_closed_sees_no_conflict),
		TEST(a_list_that_was_begun_before_does_not_tell),
		TEST(
		    a_list_that_was_begun_before_is_read_again_by_a_frozen_screen),
		TEST(who_is_behind_the_end_of_a_cut_list_may_have_been_renamed),
		TEST(a_frozen_screen_still_shows_it),
	};

	return cmocka_run_group_tests_name("conflict", tests, NULL, NULL);
}
