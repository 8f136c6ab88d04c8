/* What is found and what is left out: searches and filters of lists. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "tests/tui/play.h"
#include "tui/act.h"
#include "tui/match.h"

/* of 24 octets */
#define WIDE "\u6f22\u5b57\u6f22\u5b57\u6f22\u5b57\u6f22\u5b57"

static int
begin(void **state)
{
	return play_set_up_at(state, "2");
}

static void
a_filter_looks_in_columns_and_excludes(void **state)
{
	static const char *const columns[] = { "user", "target", NULL };
	static const struct {
		const char *filter, *user, *target;
		bool fits;
	} cases[] = {
		{ "", "alice", "a.net:1", true },
		{ "ALI", "alice", "a.net:1", true },
		{ "user=bob", "alice", "bob.net:1", false },
		{ "bob", "alice", "bob.net:1", true },
		{ "!bob", "alice", "bob.net:1", false },
		{ "!user=bob net", "alice", "bob.net:1", true },
		{ "  alice   net ", "alice", "a.net:1", true },
		{ "color=red", "alice", "color=red", true },
		{ "!", "alice", "x", true },
		{ "user=", "alice", "x", true },
		{ "user!=bob", "alice", "bob.net:1", true },
		{ "user!=ALI", "alice", "x", false },
		{ "!user!=ali", "alice", "x", true },
		{ "color!=red", "alice", "x", false },
		{ "al|bo", "alice", "x", true },
		{ "user=al|bo", "bob", "x", true },
		{ "user=al|bo", "carol", "al.net:1", false },
		{ "user=al|", "carol", "x", false },
		{ "|", "carol", "x", true },
		{ "!al||bo", "carol", "x", true },
		{ "!al||bo", "bob", "x", false },
		{ "user!=al|bo net", "carol", "a.net:1", true },
		{ "user!=al|bo net", "bob", "a.net:1", false },
		{ "USER=\"big name\"", "big name", "x", true },
		{ "user=\"big name\"", "a big name", "x", false },
		{ "user='big name'", "Big name", "x", false },
		{ "user!='big name' x", "big nose", "x", true },
		{ "user=\"big na", "a Big Name", "x", true },
		{ "user=\"it's \"'\"q\"'", "it's \"q\"", "x", true },
		{ "user=\"\"", "alice", "x", false },
		{ "user=\"\" x", "", "x", true },
		{ "\"g n\" x", "big name", "x", true },
		{ "'a|b' x", "alice", "x", false },
		{ "it's", "IT'S", "x", true },
		{ "\"", "alice", "x", true },
		{ "!\"a=b\"", "a=b", "x", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *texts[] = { cases[i].user, cases[i].target };
		struct match m;

		match_read(&m, cases[i].filter, columns);
		assert_int_equal(match_row(&m, texts, 2), cases[i].fits);
	}
}

static void
a_filter_finds_the_state_that_is_shown_and_the_one_it_has(void **state)
{
	struct play *p = *state;
	static const char *const filters[] = { "\\state=copy\r",
		"\\state!=IDLE relaying\r", "\\copy|nothing\r" };

	for (size_t i = 0; i < sizeof filters / sizeof *filters; i++) {
		play_type(p, filters[i]);
		assert_true(p->m.sessions.order.n > 0);
		assert_true(p->m.sessions.order.n < 187);
		assert_true(play_shows(p, 80, 24, " COPY "));
		assert_false(play_shows(p, 80, 24, " AUTH "));
		assert_false(play_shows(p, 80, 24, " IDLE "));
		play_key(p, INPUT_ESC);
	}
}

/* It compares in its own way, and refuses what it does not know. */
static void
the_daemon_is_asked_for_no_less_than_what_passes_the_filter(void **state)
{
	static const struct {
		const char *typed, *asked;
	} cases[] = {
		{ "", "" },
		{ "Alice", "alice" },
		{ "user=al", "al" },
		{ "user=\"Al\" net", "user=Al net" },
		{ "user=\"big name\" net", "net" },
		{ "user=\"x_\" \"b c\"", "" },
		{ "user=\"\"", "user=" },
		{ "client=10.0. target=:443", "client=10.0. target=:443" },
		{ "address=192.0.2.7 x", "192.0.2.7 x" },
		{ "state=copy alice", "alice" },
		{ "copy", "" },
		{ "layin", "" },
		{ "!al bob", "bob" },
		{ "user!=al", "" },
		{ "al|bo net", "net" },
		{ "color=red", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct layout_text asked;

		sessions_filter(cases[i].typed, &asked);
		assert_string_equal(asked.bytes, cases[i].asked);
	}
}

/* Else the next key would be for the first row, which nobody looks at. */
static void
what_a_search_found_stays_selected_when_the_list_is_read_again(void **state)
{
	struct play *p = *state;
	const struct session *fifth = sessions_row(&p->m.sessions, 5);
	uint64_t found = fifth->id;
	char keys[80];

	(void)snprintf(keys, sizeof keys, "/%s\r",
	    sessions_text(&p->m.sessions, fifth->client));
	play_type(p, keys);
	assert_int_equal(model_session(&p->m)->id, found);
	play_polls(p, 3);
	assert_int_equal(model_session(&p->m)->id, found);
}

static void
a_search_is_there_while_it_is_typed_and_gone_with_escape(void **state)
{
	struct play *p = *state;
	uint64_t first, typed;

	play_type(p, "jj");
	first = model_session(&p->m)->id;
	play_type(p, "/irc.e");
	typed = model_session(&p->m)->id;
	assert_int_not_equal(typed, first);
	play_type(p, "zzz");
	assert_int_equal(model_session(&p->m)->id, first);
	for (int i = 0; i < 3; i++)
		play_key(p, INPUT_BACKSPACE);
	assert_int_equal(model_session(&p->m)->id, typed);
	play_polls(p, 2);
	assert_int_equal(model_session(&p->m)->id, typed);
	play_key(p, INPUT_ESC);
	assert_int_equal(p->m.overlay, OVERLAY_NONE);
	assert_int_equal(model_session(&p->m)->id, first);
	play_type(p, "n");
	assert_int_equal(model_session(&p->m)->id, typed);
}

static void
search_goes_round_and_says_when_there_is_nothing(void **state)
{
	struct play *p = *state;
	uint64_t first;

	play_type(p, "/irc.example\r");
	assert_non_null(
	    strstr(sessions_text(&p->m.sessions, model_session(&p->m)->target),
		"irc.example"));
	first = model_session(&p->m)->id;
	play_type(p, "n");
	assert_int_not_equal(model_session(&p->m)->id, first);
	play_type(p, "N");
	assert_int_equal(model_session(&p->m)->id, first);
	play_type(p, "/no such thing\r");
	assert_true(play_shows(p, 80, 24, "No row contains"));
	assert_int_equal(model_session(&p->m)->id, first);
}

static void
s_shows_the_sessions_of_one_user_and_escape_all_again(void **state)
{
	struct play *p = *state;

	play_type(p, "3jjs");
	assert_int_equal(p->m.view, VIEW_SESSIONS);
	assert_string_equal(p->m.lists[VIEW_SESSIONS].filter, "user=\"carol\"");
	assert_true(play_shows(p, 80, 24, ", filter user=\"carol\""));
	assert_true(p->m.sessions.order.n > 0);
	assert_true(p->m.sessions.order.n < 187);
	play_key(p, INPUT_ESC);
	assert_int_equal(p->m.sessions.order.n, 187);
}

static void
s_means_one_user_whatever_its_name_is(void **state)
{
	static const struct {
		const char *name, *filter;
	} cases[] = {
		{ "big name", "user=\"big name\"" },
		{ "say \"hi\"", "user='say \"hi\"'" },
		{ "it's \"q\"", "user=\"it's \"'\"q\"'" },
		{ "", "user=\"\"" },
		{ WIDE WIDE WIDE, "user=\"" WIDE WIDE "\u6f22\u5b57\u6f22" },
	};
	struct play *p = *state;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		act_sessions_of(&p->m, cases[i].name);
		assert_string_equal(
		    p->m.lists[VIEW_SESSIONS].filter, cases[i].filter);
	}
	assert_true(play_shows(p, 80, 24, "?????~")); /* whole characters */
	assert_false(play_shows(p, 80, 24, "????????????~"));
}

static void
marks_that_a_filter_hides_are_told(void **state)
{
	struct play *p = *state;
	char keys[80];

	play_type(p, "   ");
	(void)snprintf(keys, sizeof keys, "\\%s\r",
	    sessions_text(&p->m.sessions, model_session(&p->m)->client));
	play_type(p, keys);
	assert_true(play_shows(p, 80, 24, "3 marked, 3 hidden"));
	play_type(p, " ");
	assert_true(play_shows(p, 80, 24, "4 marked, 3 hidden"));
	play_key(p, INPUT_ESC);
	assert_true(play_shows(p, 80, 24, "4 marked"));
	assert_false(play_shows(p, 80, 24, "hidden"));
	play_type(p, "3 ");
	play_polls(p, 1);
	play_type(p, "\\bob\r");
	assert_true(play_shows(p, 80, 24, "1 marked, 1 hidden"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, play_tear_down)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(a_filter_looks_in_columns_and_excludes),
		TEST(a_filter_finds_the_state_that_is_shown_and_the_one_it_has),
		TEST(
		    the_daemon_is_asked_for_no_less_than_what_passes_the_filter),
		TEST(
		    what_a_search_found_stays_selected_when_the_list_is_read_again),
		TEST(a_search_is_there_while_it_is_typed_and_gone_with_escape),
		TEST(search_goes_round_and_says_when_there_is_nothing),
		TEST(s_shows_the_sessions_of_one_user_and_escape_all_again),
		TEST(s_means_one_user_whatever_its_name_is),
		TEST(marks_that_a_filter_hides_are_told),
	};

	return cmocka_run_group_tests_name("find", tests, NULL, NULL);
}
