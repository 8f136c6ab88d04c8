/* Taking changes back: of one thing, of many together, of what succeeded. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/tui/play.h"

static int
begin(void **state)
{
	return play_set_up_at(state, "3");
}

/* Answer all that the last event asked, the n-th (from 0) with that status and
 * the others with OK; returns how many there were. */
static int
answer_all(struct play *p, int n, enum admin_status status)
{
	struct effect e[EFFECTS_MOST];
	int count = 0;

	for (; play_effect(p, EFFECT_ASK, count) != NULL; count++)
		e[count] = *play_effect(p, EFFECT_ASK, count);
	for (int i = 0; i < count; i++)
		play_done(p, &e[i], i == n ? status : ADMIN_OK);
	return count;
}

static const struct effect *
asked(const struct play *p, int n, enum admin_id id)
{
	const struct effect *e = play_effect(p, EFFECT_ASK, n);

	assert_non_null(e);
	assert_int_equal(e->id, id);
	return e;
}

static void
many_turned_off_are_turned_on_again_together(void **state)
{
	struct play *p = *state;

	play_type(p, "   x"); /* alice, bob, carol */
	play_pass(p, 400);
	play_type(p, "y");
	assert_int_equal(answer_all(p, -1, ADMIN_OK), 3);
	assert_true(
	    play_shows(p, 80, 24, "3 users turned off. u undoes it for 60 s."));
	play_type(p, "u");
	for (int i = 0; i < 3; i++)
		assert_int_equal(asked(p, i, ADMIN_account_enable)
				     ->request.account_enable.enabled,
		    1);
	assert_int_equal(answer_all(p, -1, ADMIN_OK), 3);
	assert_true(play_shows(p, 80, 24, "Undone: 3 users turned off."));
	play_type(p, "u");
	assert_true(play_shows(p, 80, 24, "Nothing to undo"));
}

static void
only_those_that_were_changed_are_changed_back(void **state)
{
	struct play *p = *state;

	play_type(p, "   x");
	play_pass(p, 400);
	play_type(p, "y");
	assert_int_equal(answer_all(p, 1, ADMIN_STALE), 3);
	assert_true(play_shows(p, 140, 40, "2 users turned off, 1 not: bob: "));
	assert_true(play_shows(p, 140, 40, "u undoes it"));
	play_type(p, "u");
	assert_string_equal(asked(p, 0, ADMIN_account_enable)
				->request.account_enable.name.bytes,
	    "carol");
	assert_string_equal(asked(p, 1, ADMIN_account_enable)
				->request.account_enable.name.bytes,
	    "alice");
	assert_null(play_effect(p, EFFECT_ASK, 2));
	assert_int_equal(answer_all(p, 0, ADMIN_MISSING), 2);
	assert_true(play_shows(p, 140, 40, "1 undone"));
	assert_true(play_shows(p, 140, 40, "1 not: carol: "));
}

static void
who_was_on_already_is_left_on_by_undo(void **state)
{
	struct play *p = *state;

	play_type(p, "jjjjjj   x"); /* guest (off), ops, root */
	play_pass(p, 400);
	play_type(p, "y");
	assert_int_equal(answer_all(p, -1, ADMIN_OK), 2);
	play_type(p, "u");
	assert_int_equal(answer_all(p, -1, ADMIN_OK), 2);
}

static void
an_edit_of_many_things_is_undone_as_one(void **state)
{
	struct play *p = *state;

	/* guest: observer, 9 sessions, another name */
	play_type(p, "jjjjjjr2\t  \t\t");
	play_key(p, INPUT_CTRL('U'));
	play_type(p, "9");
	play_key(p, INPUT_F(2));
	while (answer_all(p, -1, ADMIN_OK) > 0)
		;
	assert_true(play_shows(
	    p, 80, 24, "User \"guest\" changed. u undoes it for 60 s."));
	play_type(p, "u");
	assert_string_equal(asked(p, 0, ADMIN_account_rename)
				->request.account_rename.new_name.bytes,
	    "guest");
	assert_string_equal(
	    asked(p, 1, ADMIN_account_set)->request.account_set.value.bytes,
	    "4");
	assert_int_equal(
	    asked(p, 2, ADMIN_account_role)->request.account_role.role,
	    ROLE_REGULAR);
	assert_null(play_effect(p, EFFECT_ASK, 3));
}

static void
what_was_done_of_an_edit_that_failed_can_be_undone(void **state)
{
	struct play *p = *state;

	play_type(p, "e  \t\t5");
	play_key(p, INPUT_F(2));
	assert_int_equal(answer_all(p, -1, ADMIN_OK), 1);
	asked(p, 0, ADMIN_account_set);
	assert_int_equal(answer_all(p, 0, ADMIN_INVALID), 1);
	play_key(p, INPUT_ESC);
	play_type(p, "u");
	assert_int_equal(
	    asked(p, 0, ADMIN_account_role)->request.account_role.role,
	    ROLE_REGULAR);
}

static void
settings_of_one_batch_are_undone_together(void **state)
{
	struct play *p = *state;

	play_type(p, "4/connection-t\r\r");
	play_key(p, INPUT_CTRL('U'));
	play_type(p, "90\r/cleanup\r ");
	play_key(p, INPUT_F(2));
	assert_int_equal(answer_all(p, -1, ADMIN_OK), 2);
	assert_true(play_shows(
	    p, 80, 24, "2 settings changed. u takes them back for 60 s."));
	play_type(p, "u");
	assert_non_null(play_effect(p, EFFECT_ASK, 1));
	assert_int_equal(answer_all(p, -1, ADMIN_OK), 2);
	play_type(p, "u");
	assert_true(play_shows(p, 80, 24, "Nothing to undo"));
}

static void
a_batch_that_was_taken_in_part_says_so(void **state)
{
	struct play *p = *state;

	play_type(p, "4/connection-t\r\r");
	play_key(p, INPUT_CTRL('U'));
	play_type(p, "90\r/cleanup\r ");
	play_key(p, INPUT_F(2));
	assert_int_equal(answer_all(p, 0, ADMIN_INVALID), 2);
	assert_true(play_shows(p, 80, 24,
	    "1 of 2 settings changed; the others say why. u takes those"));
	play_type(p, "u");
	assert_int_equal(answer_all(p, -1, ADMIN_OK), 1);
}

static void
a_rule_that_was_put_in_is_taken_out_once_its_id_is_known(void **state)
{
	struct play *p = *state;
	struct admin_rule rule = { .id = 40, .place = 1 };
	struct event e = { .kind = EVENT_ANSWER,
		.id = ADMIN_rule_list,
		.rows = &rule,
		.count = 1,
		.first = true };

	play_type(p, "7");
	play_polls(p, 2);
	play_type(p, "adeny to 192.0.2.0/24");
	play_key(p, INPUT_F(2));
	assert_int_equal(answer_all(p, -1, ADMIN_OK), 1);
	play_type(p, "u");
	assert_null(play_effect(p, EFFECT_ASK, 0));
	assert_true(play_shows(p, 80, 24, "Not undone: the rule is not there"));
	play_happen(p, &e);
	play_type(p, "u");
	assert_int_equal(asked(p, 0, ADMIN_rule_del)->request.rule_del.id, 40);
}

static void
many_deleted_come_back_together(void **state)
{
	struct play *p = *state;

	play_type(p, "  d"); /* alice, bob */
	assert_true(play_shows(p, 80, 24, "Undo works for 60 s (u): the acc"));
	play_pass(p, 400);
	play_type(p, "\r");
	assert_null(play_effect(p, EFFECT_ASK, 0));
	play_type(p, "d");
	play_pass(p, 400);
	play_type(p, "y");
	assert_int_equal(answer_all(p, -1, ADMIN_OK), 2);
	assert_true(
	    play_shows(p, 80, 24, "2 users deleted. u undoes it for 60 s."));
	play_type(p, "u");
	assert_string_equal(asked(p, 0, ADMIN_account_restore)
				->request.account_restore.name.bytes,
	    "bob");
	assert_string_equal(asked(p, 1, ADMIN_account_restore)
				->request.account_restore.name.bytes,
	    "alice");
	assert_int_equal(answer_all(p, -1, ADMIN_OK), 2);
	assert_true(play_shows(p, 80, 24, "Undone: 2 users deleted."));
}

static void
of_many_deleted_those_come_back_that_can(void **state)
{
	struct play *p = *state;

	play_type(p, "  d");
	play_pass(p, 400);
	play_type(p, "y");
	assert_int_equal(answer_all(p, -1, ADMIN_OK), 2);
	play_type(p, "u");
	assert_int_equal(answer_all(p, 0, ADMIN_TAKEN), 2);
	assert_true(play_shows(p, 140, 40, "1 undone"));
	assert_true(play_shows(p, 140, 40, "1 not: bob: "));
}

static void
who_was_deleted_comes_back_as_it_was_seen(void **state)
{
	struct play *p = *state;
	uint64_t revision;

	play_type(p, "d");
	play_pass(p, 400);
	play_type(p, "y");
	revision = asked(p, 0, ADMIN_user_del)->request.user_del.revision;
	assert_true(revision != 0);
	assert_int_equal(answer_all(p, -1, ADMIN_OK), 1);
	assert_true(play_shows(
	    p, 80, 24, "User \"alice\" deleted. u undoes it for 60 s."));
	play_type(p, "u");
	assert_true(asked(p, 0, ADMIN_account_restore)
			->request.account_restore.revision == revision);
	assert_int_equal(answer_all(p, -1, ADMIN_OK), 1);
	assert_true(play_shows(p, 80, 24, "Undone: User \"alice\" deleted."));
}

static void
a_password_is_taken_back(void **state)
{
	struct play *p = *state;

	play_type(p, "Ppw\tpw");
	play_key(p, INPUT_F(2));
	assert_int_equal(answer_all(p, -1, ADMIN_OK), 1);
	assert_true(play_shows(
	    p, 80, 24, "Password of \"alice\" changed. u undoes it for 60 s."));
	play_type(p, "u");
	assert_string_equal(asked(p, 0, ADMIN_account_restore)
				->request.account_restore.name.bytes,
	    "alice");
	assert_int_equal(answer_all(p, 0, ADMIN_MISSING), 1);
	assert_true(play_shows(p, 140, 40, "Not undone: "));
}

static void
who_was_deleted_before_is_restored_by_its_name(void **state)
{
	struct play *p = *state;

	play_type(p, ":user restore zoe\r");
	assert_string_equal(asked(p, 0, ADMIN_account_restore)
				->request.account_restore.name.bytes,
	    "zoe");
	assert_int_equal(answer_all(p, -1, ADMIN_OK), 1);
	assert_true(play_shows(p, 80, 24, "User \"zoe\" restored."));
}

/* A daemon that does not know how to give back what it removed. */
static void
is_older(struct play *p)
{
	p->m.link.knows[ADMIN_account_restore] = false;
}

static void
what_cannot_be_undone_is_not_offered(void **state)
{
	struct play *p = *state;

	is_older(p);
	play_type(p, "d");
	assert_true(play_shows(p, 80, 24, "This cannot be undone; x only"));
	play_pass(p, 400);
	play_type(p, "y");
	assert_int_equal(answer_all(p, -1, ADMIN_OK), 1);
	assert_false(play_shows(p, 80, 24, "undoes"));
	play_type(p, "u");
	assert_true(play_shows(
	    p, 80, 24, "This cannot be undone: User \"alice\" deleted."));
	play_type(p, "u");
	assert_true(play_shows(p, 80, 24, "Nothing to undo"));
}

/* Else u after a new password would take away the account. */
static void
what_was_before_a_change_without_inverse_wants_u_twice(void **state)
{
	struct play *p = *state;

	is_older(p);
	play_type(p, "jx");
	play_pass(p, 400);
	play_type(p, "y");
	assert_int_equal(answer_all(p, -1, ADMIN_OK), 1);
	play_type(p, "Ppw\tpw");
	play_key(p, INPUT_F(2));
	assert_int_equal(answer_all(p, -1, ADMIN_OK), 1);
	play_type(p, "u");
	assert_null(play_effect(p, EFFECT_ASK, 0));
	assert_true(
	    play_shows(p, 140, 40, "u again undoes: User \"bob\" turned off."));
	play_type(p, "u");
	assert_int_equal(
	    asked(p, 0, ADMIN_account_enable)->request.account_enable.enabled,
	    1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, play_tear_down)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(many_turned_off_are_turned_on_again_together),
		TEST(only_those_that_were_changed_are_changed_back),
		TEST(who_was_on_already_is_left_on_by_undo),
		TEST(an_edit_of_many_things_is_undone_as_one),
		TEST(what_was_done_of_an_edit_that_failed_can_be_undone),
		TEST(settings_of_one_batch_are_undone_together),
		TEST(a_batch_that_was_taken_in_part_says_so),
		TEST(a_rule_that_was_put_in_is_taken_out_once_its_id_is_known),
		TEST(many_deleted_come_back_together),
		TEST(of_many_deleted_those_come_back_that_can),
		TEST(who_was_deleted_comes_back_as_it_was_seen),
		TEST(a_password_is_taken_back),
		TEST(who_was_deleted_before_is_restored_by_its_name),
		TEST(what_cannot_be_undone_is_not_offered),
		TEST(what_was_before_a_change_without_inverse_wants_u_twice),
	};

	return cmocka_run_group_tests_name("undo", tests, NULL, NULL);
}
