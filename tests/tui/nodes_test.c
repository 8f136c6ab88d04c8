/* Daemons that have a name: from one to the other, and all at once. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>

#include "tests/tui/play.h"

static int
begin(void **state)
{
	return play_set_up_at(state, "2");
}

static const struct nodes two = { .n = 2,
	.all = { { "a", "unix:/run/a", "" }, { "b", "unix:/run/b", "ops" } } };

static void
told(struct play *p, unsigned number, enum node_state node)
{
	struct node_news news = { .state = node, .sessions = 7, .at = p->now };
	struct event e = {
		.kind = EVENT_NODE, .tag = number, .node = &news, .why = ""
	};

	play_happen(p, &e);
}

static void
another_daemon_wants_a_password_only_once(void **state)
{
	struct play *p = *state;

	model_nodes(&p->m, &two);
	play_key(p, INPUT_F(7));
	assert_int_equal(p->m.overlay, OVERLAY_FORM);
	play_key(p, INPUT_ESC);
	told(p, 1, NODE_UP);
	p->m.at_node = 0;
	play_key(p, INPUT_F(7));
	assert_int_equal(p->m.overlay, OVERLAY_NONE);
	assert_int_equal(p->m.view, VIEW_SESSIONS);
	assert_non_null(play_effect(p, EFFECT_CONNECT, 0));
	assert_string_equal(p->fx.user, "ops");
	assert_true(p->fx.known);
}

static void
a_daemon_that_is_not_there_is_no_end_of_the_way(void **state)
{
	struct play *p = *state;

	model_nodes(&p->m, &two);
	p->m.at_node = 1;
	play_key(p, INPUT_F(7));
	play_down(p, "nobody listens", false);
	assert_int_equal(p->m.overlay, OVERLAY_FORM);
	told(p, 1, NODE_UP);
	play_key(p, INPUT_F(7));
	assert_non_null(play_effect(p, EFFECT_CONNECT, 0));
	assert_string_equal(p->fx.endpoint, "unix:/run/b");
	play_down(p, "nobody listens", false);
	play_key(p, INPUT_ESC);
	assert_null(play_effect(p, EFFECT_QUIT, 0));
	assert_int_equal(p->m.view, VIEW_NODES);
	play_down(p, "nobody listens", false);
	assert_int_equal(p->m.overlay, OVERLAY_NONE);
	assert_true(play_shows(p, 80, 24, "1 of 2 up"));
	assert_false(play_shows(p, 80, 24, "Connect "));
}

static void
the_others_are_asked_while_this_one_is_away(void **state)
{
	struct play *p = *state;
	int asked = 0;

	model_nodes(&p->m, &two);
	play_type(p, "8");
	play_down(p, "reset by peer", false);
	for (int i = 0; i < 10; i++) {
		play_pass(p, 1000);
		asked += play_effect(p, EFFECT_NODES, 0) != NULL;
	}
	assert_in_range(asked, 9, 10);
	play_type(p, "1");
	play_pass(p, 1000);
	assert_null(play_effect(p, EFFECT_NODES, 0));
}

static void
another_daemon_has_its_own_history(void **state)
{
	struct play *p = *state;
	struct nodes nodes = { .n = 2,
		.all = {
		    { "a", "unix:/run/a", "" }, { "b", "unix:/run/b", "" } } };

	model_nodes(&p->m, &nodes);
	play_polls(p, 20);
	play_key(p, INPUT_F(7));
	assert_non_null(play_effect(p, EFFECT_CONNECT, 0));
	assert_string_equal(p->fx.endpoint, "unix:/run/b");
	assert_int_equal(p->m.sessions.page.n, 0);
	assert_int_equal(p->m.users.page.n, 0);
	assert_true(isnan(ring_last(&p->m.live.rings[SERIES_SESSIONS])));
	play_type(p, "x");
	assert_int_equal(p->m.overlay, OVERLAY_NONE);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, play_tear_down)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(another_daemon_wants_a_password_only_once),
		TEST(a_daemon_that_is_not_there_is_no_end_of_the_way),
		TEST(the_others_are_asked_while_this_one_is_away),
		TEST(another_daemon_has_its_own_history),
	};

	return cmocka_run_group_tests_name("nodes", tests, NULL, NULL);
}
