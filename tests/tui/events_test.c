/* Events: what happened lately, on the dashboard and at the screen's foot. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "tests/tui/play.h"
#include "tui/events.h"

static void
put(struct layout_text *to, const char *text)
{
	layout_text_set(to, text, strlen(text));
}

/* A line of the daemon's, later than all others. */
static void
line(struct play *p, unsigned level, const char *tag, const char *text,
    const char *more)
{
	struct admin_log_row row = { .id = p->m.lines.last + 1,
		.level = level };

	p->now += 1000;
	row.time = (1795564800 + p->now / 1000) * 1000000;
	put(&row.tag, tag);
	put(&row.text, text);
	put(&row.more, more);
	lines_add(&p->m.lines, &row, 1);
}

static size_t
list(struct play *p, unsigned level, const char *filter, struct happening *out)
{
	return events_list(&p->m, level, level, filter, out, EVENTS_MOST);
}

static void
what_happens_again_is_one_row_with_a_count_and_its_last_time(void **state)
{
	struct happening all[EVENTS_MOST];
	struct play *p = *state;

	line(p, 2, "admin", "administrator connected",
	    "who=\"ops@tcp:10.0.0.7:40100\"");
	line(p, 2, "main", "reloaded", "");
	line(p, 2, "admin", "administrator connected",
	    "who=\"ops@tcp:10.0.0.7:40102\"");
	assert_true(list(p, 2, "", all) >= 2);
	assert_string_equal(all[0].text,
	    "administrator connected who=\"ops@tcp:10.0.0.7:40102\"");
	assert_int_equal(all[0].times, 2);
	assert_int_equal(all[0].time, 1795564800 + p->now / 1000);
	assert_string_equal(all[1].text, "reloaded");
	assert_int_equal(all[1].times, 1);
}

static void
only_ports_and_ids_may_differ_between_repeats(void **state)
{
	static const struct {
		const char *a, *b;
		bool same;
	} rows[] = {
		{ "at 10.0.0.1:80", "at 10.0.0.1:8080", true },
		{ "at \"[::1]:80\" x", "at \"[::1]:81\" x", true },
		{ "closed id=7", "closed id=1234", true },
		{ "closed id=7 by=a", "closed id=8 by=b", false },
		{ "at 10.0.0.1:80", "at 10.0.0.2:80", false },
		{ "who=\"local:0\"", "who=\"local:1000\"", false },
		{ "sessions=1", "sessions=2", false },
		{ "\"alice\" added", "\"bob\" added", false },
		{ "at 12:30 is", "at 12:30 was", false },
		{ "", "", true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		assert_int_equal(
		    lines_shape(rows[i].a) == lines_shape(rows[i].b),
		    rows[i].same);
}

static void
lines_of_sessions_are_no_events(void **state)
{
	struct happening all[EVENTS_MOST];
	struct play *p = *state;
	size_t n = list(p, 3, "", all);

	line(p, 1, "access", "something failed", "");
	assert_int_equal(list(p, 3, "", all), n);
}

static void
a_lost_connection_and_the_daemons_lines_are_in_one_order(void **state)
{
	struct happening all[EVENTS_MOST];
	struct play *p = *state;
	size_t n;

	line(p, 1, "admin", "before", "");
	play_down(p, "closed", false);
	p->now += 20000;
	play_up(p);
	line(p, 0, "store", "after", "");
	n = list(p, 2, "", all);
	assert_true(n >= 4);
	assert_string_equal(all[0].text, "after");
	for (size_t i = 1; i < n; i++)
		assert_true(all[i - 1].time >= all[i].time);
	assert_true(play_shows(p, 140, 40, "connected again"));
	assert_true(play_shows(p, 140, 40, "connection lost: closed"));
}

static void
levels_and_a_filter_leave_out_what_nobody_wants_and_say_so(void **state)
{
	struct happening all[EVENTS_MOST];
	struct play *p = *state;

	play_type(p, "1");
	play_polls(p, 20);
	assert_true(play_shows(p, 140, 40, "setting changed"));
	play_type(p, "L");
	play_type(p, "L");
	assert_int_equal(p->m.event_level, 0);
	assert_true(play_shows(p, 140, 40, "errors"));
	assert_false(play_shows(p, 140, 40, "setting changed"));
	assert_true(play_shows(p, 140, 40, "cannot write"));
	play_type(p, "e");
	assert_int_equal(p->m.event_level, 2);
	assert_true(play_shows(p, 140, 40, "setting changed"));
	play_type(p, "\\dissector\r");
	assert_true(play_shows(p, 140, 40, "filter dissector"));
	assert_int_equal(list(p, 2, p->m.lists[VIEW_DASH].filter, all), 1);
	play_key(p, INPUT_ESC);
	assert_string_equal(p->m.lists[VIEW_DASH].filter, "");
	assert_string_equal(p->m.lists[VIEW_LOGS].filter, "");
}

static void
more_kinds_than_there_is_room_for_leave_out_the_oldest(void **state)
{
	struct happening all[EVENTS_MOST];
	struct play *p = *state;
	char text[32];

	for (int i = 0; i < 3 * EVENTS_MOST; i++) {
		(void)snprintf(text, sizeof text, "event %d", i);
		line(p, 2, "main", text, "");
	}
	assert_int_equal(events_list(&p->m, 2, 2, "", all, 1000), EVENTS_MOST);
	assert_string_equal(all[0].text, "event 191");
	assert_int_equal(events_list(&p->m, 2, 2, "", all, 2), 2);
	assert_int_equal(events_list(&p->m, 2, 2, "", all, 0), 0);
}

static void
a_warning_stands_at_the_foot_of_every_screen(void **state)
{
	struct play *p = *state;

	line(p, 0, "store", "cannot keep", "why=\"full\"");
	line(p, 0, "store", "cannot keep", "why=\"full\"");
	line(p, 2, "main", "reloaded", "");
	p->now += 60000; /* messages are gone */
	play_polls(p, 1);
	p->m.view = VIEW_USERS;
	line(p, 1, "store", "cannot store", "why=\"full\"");
	assert_true(play_shows(p, 80, 24, "WARN cannot store why=\"full\""));
	line(p, 1, "store", "cannot store", "why=\"full\"");
	assert_true(play_shows(p, 60, 16, "WARN 2x cannot store why=\"full\""));
}

/* ---- passwords that the daemon masks */

static void
V_says_which_setting_masks_a_password(void **state)
{
	struct play *p = *state;

	play_type(p, "6j");
	play_type(p, "V"); /* it is told in clear */
	assert_string_equal(p->m.toast.text, "");
	play_key(p, INPUT_HOME);
	play_type(p, "V");
	assert_true(play_shows(p, 60, 16, "dissector-passwords"));
	assert_true(play_shows(p, 80, 24, "h******"));
	p->m.link.observer = true;
	play_type(p, "V");
	assert_true(play_shows(p, 80, 24, "for observers"));
}

static void
a_mask_is_told_from_a_password(void **state)
{
	static const struct {
		const char *text;
		bool masked;
	} rows[] = { { "m***", true }, { "h******", true }, { "***", true },
		{ "\xc3\xa4*********", true }, { "secret", false },
		{ "ab***", false }, { "a**", false }, { "-", false },
		{ "", false } };

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct finding one = { 0 };

		(void)snprintf(
		    one.password, sizeof one.password, "%s", rows[i].text);
		assert_int_equal(findings_is_masked(&one), rows[i].masked);
	}
}

#define TEST(f) \
	cmocka_unit_test_setup_teardown(f, play_set_up_extended, play_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(
		    what_happens_again_is_one_row_with_a_count_and_its_last_time),
		cmocka_unit_test(only_ports_and_ids_may_differ_between_repeats),
		TEST(lines_of_sessions_are_no_events),
		TEST(a_lost_connection_and_the_daemons_lines_are_in_one_order),
		TEST(
		    levels_and_a_filter_leave_out_what_nobody_wants_and_say_so),
		TEST(more_kinds_than_there_is_room_for_leave_out_the_oldest),
		TEST(a_warning_stands_at_the_foot_of_every_screen),
		TEST(V_says_which_setting_masks_a_password),
		cmocka_unit_test(a_mask_is_told_from_a_password),
	};

	return cmocka_run_group_tests_name("events", tests, NULL, NULL);
}
