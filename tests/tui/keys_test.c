/* Properties of the key table, also of rows not yet written. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "tui/keys.h"

static const unsigned places[] = { IN_DASH, IN_SESSIONS, IN_USERS, IN_SETTINGS,
	IN_NODES, IN_LOGS, IN_FINDINGS, IN_RULES, IN_FORM, IN_CONFIRM, IN_HELP,
	IN_MENU, IN_TYPED, IN_COLUMNS, IN_SORT, IN_SETUP, IN_ANSWER,
	IN_CONFLICT };
enum { VIEW_PLACES = 8 };

static void
each_place_has_a_bit_of_its_own(void **state)
{
	unsigned all = 0;

	(void)state;
	for (size_t p = 0; p < sizeof places / sizeof *places; p++) {
		assert_int_equal(all & places[p], 0);
		all |= places[p];
	}
}

static void
no_key_means_two_things_in_one_place(void **state)
{
	(void)state;
	for (size_t p = 0; p < sizeof places / sizeof *places; p++)
		for (size_t i = 0; i < keys_count; i++)
			for (int k = 0; k < KEYS_ALIASES; k++) {
				uint32_t key = keys_rows[i].keys[k];

				if (key == 0 ||
				    (keys_rows[i].where & places[p]) == 0)
					continue;
				assert_int_equal(keys_find(places[p], key),
				    keys_rows[i].action);
			}
}

static void
every_row_has_a_key_a_place_an_action_and_a_clause(void **state)
{
	(void)state;
	for (size_t i = 0; i < keys_count; i++) {
		const struct keys_row *row = &keys_rows[i];
		size_t len = strlen(row->help);

		assert_int_not_equal(row->keys[0], 0);
		assert_int_not_equal(row->where, 0);
		assert_int_not_equal(row->action, ACTION_NONE);
		assert_true(len > 3 && len < 60);
		assert_true(row->help[len - 1] != '.');
		assert_true(strlen(row->bar) <= 8);
	}
}

static void
letters_that_move_do_nothing_else(void **state)
{
	static const uint32_t letters[] = { 'h', 'j', 'k', 'l' };

	(void)state;
	for (size_t i = 0; i < keys_count; i++)
		for (int k = 0; k < KEYS_ALIASES; k++)
			for (size_t n = 0; n < 4; n++)
				if (keys_rows[i].keys[k] == letters[n])
					assert_int_equal(
					    keys_rows[i].group, KEYS_MOVE);
}

static void
one_can_leave_and_find_help_from_every_view(void **state)
{
	(void)state;
	for (size_t p = 0; p < VIEW_PLACES; p++) {
		assert_int_equal(keys_find(places[p], 'q'), ACTION_QUIT);
		assert_int_equal(keys_find(places[p], '?'), ACTION_HELP);
		assert_int_equal(keys_find(places[p], INPUT_F(1)), ACTION_HELP);
		assert_int_equal(
		    keys_find(places[p], INPUT_CTRL('C')), ACTION_QUIT);
	}
}

static void
help_has_each_heading_once(void **state)
{
	(void)state;
	for (size_t p = 0; p < VIEW_PLACES; p++) {
		unsigned seen = 0, now = 0;

		for (size_t i = 0; i < keys_count; i++) {
			unsigned bit = 1U << keys_rows[i].group;

			if ((keys_rows[i].where & places[p]) == 0)
				continue;
			assert_true(bit == now || (seen & bit) == 0);
			now = bit;
			seen |= bit;
		}
	}
}

static void
what_asks_does_not_answer(void **state)
{
	(void)state;
	for (size_t i = 0; i < keys_count; i++)
		if (keys_rows[i].action == ACTION_USER_DEL ||
		    keys_rows[i].action == ACTION_SESSION_KILL ||
		    keys_rows[i].action == ACTION_USER_ENABLE ||
		    keys_rows[i].action == ACTION_RULE_DEL ||
		    keys_rows[i].action == ACTION_QUIT)
			for (int k = 0; k < KEYS_ALIASES; k++)
				assert_int_not_equal(
				    keys_find(IN_CONFIRM, keys_rows[i].keys[k]),
				    ACTION_YES);
	assert_int_equal(keys_find(IN_CONFIRM, INPUT_ENTER), ACTION_KEEP);
}

static void
flow_control_keys_stay_free(void **state)
{
	(void)state;
	for (size_t p = 0; p < sizeof places / sizeof *places; p++) {
		assert_int_equal(
		    keys_find(places[p], INPUT_CTRL('S')), ACTION_NONE);
		assert_int_equal(
		    keys_find(places[p], INPUT_CTRL('Q')), ACTION_NONE);
	}
}

static void
keys_have_names_people_know(void **state)
{
	char name[KEYS_NAME];

	(void)state;
	assert_string_equal(keys_name(name, 'a'), "a");
	assert_string_equal(keys_name(name, ' '), "Space");
	assert_string_equal(keys_name(name, INPUT_CTRL('Z')), "^Z");
	assert_string_equal(keys_name(name, INPUT_F(10)), "F10");
	assert_string_equal(keys_name(name, INPUT_ENTER), "Enter");
	assert_string_equal(keys_name(name, 0xe9), "\xc3\xa9");
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_place_has_a_bit_of_its_own),
		cmocka_unit_test(no_key_means_two_things_in_one_place),
		cmocka_unit_test(
		    every_row_has_a_key_a_place_an_action_and_a_clause),
		cmocka_unit_test(letters_that_move_do_nothing_else),
		cmocka_unit_test(one_can_leave_and_find_help_from_every_view),
		cmocka_unit_test(help_has_each_heading_once),
		cmocka_unit_test(what_asks_does_not_answer),
		cmocka_unit_test(flow_control_keys_stay_free),
		cmocka_unit_test(keys_have_names_people_know),
	};

	return cmocka_run_group_tests_name("keys", tests, NULL, NULL);
}
