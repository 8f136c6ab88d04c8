/* Lists that are wider than the window: scrolled, marked, the first column
 * kept. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "tests/tui/play.h"
#include "tui/columns.h"
#include "tui/table.h"

static int
begin(void **state)
{
	return play_set_up_at(state, "2");
}

static bool
shown(struct play *p, const char *text)
{
	return play_shows(p, 60, 16, text);
}

static void
every_column_is_seen_by_scrolling_and_the_first_stays(void **state)
{
	static const char *const titles[] = { "ID", "CLIENT", "TARGET",
		"ADDRESS", "STATE", "UP/s", "DOWN/s", "AGE", "SETUP" };
	bool seen[sizeof titles / sizeof *titles] = { false };
	struct play *p = *state;
	int left = -1, steps = 0;

	play_resize(p, 60, 16);
	play_sessions(p, 30);
	while (left != p->m.lists[VIEW_SESSIONS].left) {
		left = p->m.lists[VIEW_SESSIONS].left;
		assert_true(shown(p, "USER"));
		for (size_t i = 0; i < sizeof titles / sizeof *titles; i++)
			seen[i] |= shown(p, titles[i]);
		play_type(p, "l");
		steps++;
	}
	for (size_t i = 0; i < sizeof titles / sizeof *titles; i++)
		assert_true(seen[i]);
	assert_true(shown(p, "SETUP"));
	assert_int_equal(steps, left + 1);
	while (left-- > 0)
		play_key(p, INPUT_LEFT);
	assert_int_equal(p->m.lists[VIEW_SESSIONS].left, 0);
}

static void
where_all_columns_have_room_nothing_scrolls(void **state)
{
	struct play *p = *state;

	play_resize(p, 220, 40);
	play_sessions(p, 30);
	play_type(p, "lll");
	assert_int_equal(p->m.lists[VIEW_SESSIONS].left, 0);
	play_resize(p, 60, 16);
	play_type(p, "llll");
	assert_true(p->m.lists[VIEW_SESSIONS].left > 0);
	assert_true(play_shows(p, 220, 40, "SETUP")); /* it is drawn whole */
	assert_true(play_shows(p, 220, 40, "ADDRESS"));
	play_resize(p, 220, 40);
	play_type(p, "h");
	assert_int_equal(p->m.lists[VIEW_SESSIONS].left, 0);
}

static void
hidden_columns_stay_hidden_when_scrolled(void **state)
{
	struct play *p = *state;

	p->m.hidden = 1 << COLUMN_CLIENT;
	play_resize(p, 60, 16);
	play_sessions(p, 30);
	for (int i = 0; i < 12; i++, play_type(p, "l"))
		assert_false(shown(p, "CLIENT"));
}

static void
long_lines_scroll_and_following_goes_on(void **state)
{
	struct play *p = *state;
	const struct list *l = &p->m.lists[VIEW_LOGS];

	play_type(p, "5");
	play_resize(p, 60, 16);
	play_polls(p, 3);
	play_type(p, "l");
	assert_int_equal(l->left, 1);
	assert_false(l->moved);
	for (int i = 0; i < 100; i++)
		play_type(p, "l");
	assert_in_range(l->left, 1, 40); /* as far as there is text */
	for (int i = 0; i < 40; i++)
		play_type(p, "h");
	assert_int_equal(l->left, 0);
}

/* ---- the table itself */

static enum role
cell(const void *ctx, size_t row, int column, char text[TABLE_CELL])
{
	(void)ctx;
	(void)row;
	(void)snprintf(text, TABLE_CELL, "c%d", column);
	return ROLE_TEXT;
}

static const struct table_column columns[] = {
	{ "A", 10, 0, 9, false, false, false },
	{ "B", 30, 1, 0, false, false, false },
	{ "C", 20, 0, 3, false, false, false },
	{ "D", 8, 0, TABLE_NEVER, false, false, false },
	{ "E", 25, 2, 4, false, false, false },
	{ "F", 5, 0, 1, true, false, false },
};

static const struct table wide = {
	.columns = columns,
	.ncolumns = sizeof columns / sizeof *columns,
	.rows = 1,
	.cell = cell,
};

/* Columns drawn, as bits, and what stands at the ends of the rule. */
static unsigned
drawn(int w, int left, uint32_t ends[2])
{
	struct canvas c = { 0 };
	struct table t = wide;
	char row[4 * 300 + 1], text[16];
	unsigned set = 0;

	assert_int_equal(canvas_open(&c, w, 5, GLYPHS_ASCII), 0);
	t.left = left;
	table_draw(&c, canvas_all(&c), &t);
	(void)canvas_row(&c, 2, row, sizeof row);
	for (int i = 0; i < t.ncolumns; i++) {
		(void)snprintf(text, sizeof text, "c%d", i);
		set |= strstr(row, text) != NULL ? 1u << i : 0;
	}
	ends[0] = c.cells[w].cp;
	ends[1] = c.cells[2 * w - 1].cp;
	canvas_close(&c);
	return set;
}

/* Each width: all columns are reached, none twice as the last step. */
static void
in_any_width_from_thirty_on_all_is_reached_and_the_marks_tell_the_truth(
    void **state)
{
	uint32_t ends[2];

	(void)state;
	for (int w = 30; w < 140; w++) {
		int most = table_left(&wide, w);
		unsigned all = drawn(w, 0, ends), first = all;

		assert_int_equal(ends[0], '-');
		assert_int_equal(ends[1], most > 0 ? '>' : '-');
		for (int left = 1; left <= most; left++) {
			all |= drawn(w, left, ends);
			assert_int_equal(ends[0], '<');
			assert_int_equal(ends[1], left < most ? '>' : '-');
		}
		assert_int_equal(all, 0x37);
		assert_int_equal(most == 0, first == 0x37);
		/* Too far is as far as it goes. */
		assert_int_equal(
		    drawn(w, most + 5, ends), drawn(w, most, ends));
	}
}

static void
no_width_is_too_small(void **state)
{
	uint32_t ends[2];

	(void)state;
	for (int w = 1; w < 30; w++)
		for (int left = 0; left < 10; left++)
			(void)drawn(w, left, ends);
}

int
main(void)
{
#define PLAY(test) cmocka_unit_test_setup_teardown(test, begin, play_tear_down)
	static const struct CMUnitTest tests[] = {
		PLAY(every_column_is_seen_by_scrolling_and_the_first_stays),
		PLAY(where_all_columns_have_room_nothing_scrolls),
		PLAY(hidden_columns_stay_hidden_when_scrolled),
		PLAY(long_lines_scroll_and_following_goes_on),
		cmocka_unit_test(
		    in_any_width_from_thirty_on_all_is_reached_and_the_marks_tell_the_truth),
		cmocka_unit_test(no_width_is_too_small),
	};

	return cmocka_run_group_tests_name("sideways", tests, NULL, NULL);
}
