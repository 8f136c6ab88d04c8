/* What happens to the console: keys, answers, lost links, time. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>

#include "tests/tui/play.h"

/* ---- rates and history */

static void
rates_come_from_two_samples(void **state)
{
	struct play *p = *state;
	struct event e = { .kind = EVENT_ANSWER, .id = ADMIN_sent_bytes };
	struct event done = { .kind = EVENT_POLLED, .at = p->m.live.at + 2000 };

	e.now = done.now = p->now + 1;
	e.value = p->m.live.value[FIGURE_WRITTEN] + 5000;
	update(&p->m, &e, &p->fx);
	update(&p->m, &done, &p->fx);
	assert_true(fabs(p->m.out_now - 2500) < 0.01);
}

static void
a_counter_that_falls_is_a_restart_and_not_a_rate(void **state)
{
	struct play *p = *state;
	struct event e = { .kind = EVENT_ANSWER, .id = ADMIN_sent_bytes };
	struct event done = { .kind = EVENT_POLLED, .at = p->m.live.at + 1000 };

	e.now = done.now = p->now + 1;
	update(&p->m, &e, &p->fx);
	update(&p->m, &done, &p->fx);
	assert_true(isnan(p->m.out_now));
}

static void
a_rate_is_not_taken_across_a_lost_connection(void **state)
{
	struct play *p = *state;

	play_down(p, "gone", false);
	p->now += 60000;
	play_up(p);
	play_polls(p, 0);
	assert_true(isnan(p->m.in_now));
	play_polls(p, 2);
	assert_true(p->m.in_now >= 0);
}

/* ---- asking */

static void
only_one_flight_is_out_at_a_time(void **state)
{
	struct play *p = *state;

	play_pass(p, 1000);
	assert_true(p->m.polling);
	play_pass(p, 60000);
	assert_null(play_effect(p, EFFECT_POLL, 0));
	assert_true(p->m.polling);
}

static void
a_late_answer_is_shown_as_late(void **state)
{
	struct play *p = *state;

	play_pass(p, 1000);
	assert_false(play_shows(p, 80, 24, "LATE"));
	play_pass(p, 7000);
	assert_true(play_shows(p, 80, 24, "LATE"));
}

static void
the_header_says_how_old_the_figures_are_without_a_flicker(void **state)
{
	struct play *p = *state;

	play_polls(p, 2);
	assert_true(play_shows(p, 80, 24, "age 1 s  rtt "));
	play_pass(p, 990);
	assert_true(play_shows(p, 80, 24, "age 1 s  rtt "));
	play_pass(p, 3000);
	assert_true(play_shows(p, 80, 24, "age 3 s  rtt "));
	play_polls(p, 1);
	assert_true(play_shows(p, 80, 24, "age 1 s  rtt "));
	play_type(p, "p");
	for (int i = 0; i < 40; i++)
		play_polls(p, 1);
	assert_true(play_shows(p, 80, 24, " age 40 s "));
	play_type(p, "p");
	p->m.interval_ms = 5000;
	play_pass(p, 6000);
	play_polls(p, 0);
	play_pass(p, 3900);
	assert_true(play_shows(p, 80, 24, "age 3 s  rtt "));
	assert_false(play_shows(p, 60, 24, "age "));
}

static void
a_first_answer_that_does_not_come_is_late_by_as_much(void **state)
{
	struct play *p = *state;

	play_end(p);
	play_begin(p);
	play_pass(p, 8000);
	assert_true(play_shows(p, 80, 24, "LATE 8 s"));
}

static void
sessions_of_users_are_not_asked_where_nobody_can_tell(void **state)
{
	struct play *p = *state;
	struct layout_text name = p->m.users.page.all[0].name;
	struct event e = { .kind = EVENT_ANSWER,
		.now = p->now,
		.id = ADMIN_user_connections,
		.name = &name,
		.status = ADMIN_UNKNOWN };

	play_polls(p, 0);
	update(&p->m, &e, &p->fx);
	assert_true(p->m.no_user_sessions);
	play_down(p, "the daemon closed the connection", false);
	play_up(p);
	assert_non_null(play_effect(p, EFFECT_POLL, 0));
	assert_false(play_effect(p, EFFECT_POLL, 0)->sessions);
}

static void
the_pace_stays_between_its_limits(void **state)
{
	struct play *p = *state;

	for (int i = 0; i < 20; i++)
		play_key(p, '-');
	assert_int_equal(p->m.interval_ms, 60000);
	for (int i = 0; i < 20; i++)
		play_key(p, '+');
	assert_int_equal(p->m.interval_ms, 200);
}

/* ---- the link */

static void
a_lost_connection_is_tried_again_with_growing_pauses(void **state)
{
	struct play *p = *state;
	uint64_t last = 0;

	play_down(p, "gone", false);
	for (int i = 0; i < 10; i++) {
		uint64_t wait = p->m.link.retry_at - p->now;

		assert_true(wait >= 400 && wait <= 12000);
		assert_true(i == 0 || i > 4 || wait > last);
		last = wait;
		play_pass(p, wait + 1);
		assert_int_equal(p->m.link.retry_at, 0);
		play_down(p, "gone", false);
	}
	assert_int_equal(p->m.link.state, LINK_LOST);
}

static void
R_connects_at_once(void **state)
{
	struct play *p = *state;

	play_down(p, "gone", false);
	play_key(p, 'R');
	assert_non_null(play_effect(p, EFFECT_RECONNECT, 0));
}

static void
a_lost_connection_leaves_the_view_to_browse_and_refuses_changes(void **state)
{
	struct play *p = *state;

	play_type(p, "3");
	play_down(p, "reset by peer", false);
	assert_true(play_shows(p, 80, 24, "LOST"));
	assert_true(play_shows(p, 80, 24, "carol"));
	play_type(p, "jd");
	assert_int_equal(p->m.overlay, OVERLAY_NONE);
	assert_true(play_shows(p, 80, 24, "Changes are off"));
	play_type(p, "a");
	assert_int_equal(p->m.overlay, OVERLAY_NONE);
}

static void
a_change_that_was_not_answered_is_called_unknown(void **state)
{
	struct play *p = *state;
	struct effect asked;

	play_type(p, "3d");
	play_pass(p, 400);
	play_type(p, "y");
	asked = *play_effect(p, EFFECT_ASK, 0);
	play_done(p, &asked, ADMIN_LOST);
	play_down(p, "gone", false);
	assert_true(play_shows(p, 80, 24, "unknown: the connection ended"));
	play_up(p);
	assert_null(play_effect(p, EFFECT_ASK, 0));
}

static void
a_refused_login_asks_a_person_and_does_not_guess_on(void **state)
{
	struct play *p = *state;

	play_end(p);
	play_start(p);
	play_down(p, "the daemon refused the login", true);
	assert_int_equal(p->m.overlay, OVERLAY_FORM);
	assert_int_equal(p->m.link.retry_at, 0);
	play_pass(p, 60000);
	assert_null(play_effect(p, EFFECT_RECONNECT, 0));
}

static void
the_login_goes_out_as_it_was_typed(void **state)
{
	struct play *p = *state;
	const uint8_t nothing[sizeof p->m.form.fields[2].text] = { 0 };

	play_type(p, "H\troot\tse cret");
	assert_false(play_shows(p, 80, 24, "se cret"));
	play_key(p, INPUT_ENTER);
	assert_non_null(play_effect(p, EFFECT_CONNECT, 0));
	assert_string_equal(p->fx.user, "root");
	assert_string_equal(p->fx.endpoint, "unix:/run/socks5d/admin.sock");
	assert_int_equal(p->fx.password.len, 7);
	assert_memory_equal(p->fx.password.bytes, "se cret", 7);
	play_up(p);
	assert_int_equal(p->m.overlay, OVERLAY_NONE);
	assert_memory_equal(p->m.form.fields[2].text, nothing, sizeof nothing);
}

/* ---- the rest */

static void
quitting_asks_while_something_is_staged(void **state)
{
	struct play *p = *state;

	play_type(p, "4jjj q");
	assert_int_equal(p->m.overlay, OVERLAY_CONFIRM);
	assert_null(play_effect(p, EFFECT_QUIT, 0));
	play_pass(p, 500);
	play_type(p, "n");
	play_key(p, INPUT_ESC);
	play_type(p, "q");
	assert_non_null(play_effect(p, EFFECT_QUIT, 0));
}

static void
paused_figures_stand_still_and_counting_goes_on(void **state)
{
	struct play *p = *state;
	uint64_t frozen;

	play_type(p, "p");
	frozen = model_data(&p->m)->value[FIGURE_READ];
	play_polls(p, 5);
	assert_true(play_shows(p, 80, 24, "PAUSED"));
	assert_int_equal(model_data(&p->m)->value[FIGURE_READ], frozen);
	assert_true(p->m.live.value[FIGURE_READ] > frozen);
	play_type(p, "p");
	assert_true(model_data(&p->m)->value[FIGURE_READ] > frozen);
}

static void
views_that_need_the_extension_say_so(void **state)
{
	static const char *const keys[] = { "2", "5", "6" };
	struct play *p = *state;

	for (size_t i = 0; i < 3; i++) {
		play_type(p, keys[i]);
		assert_int_equal(p->m.view, VIEW_DASH);
		assert_true(
		    play_shows(p, 80, 24, "needs the extended protocol"));
	}
}

static void
help_runs_the_key_it_shows(void **state)
{
	struct play *p = *state;

	play_type(p, "3?add a u");
	play_key(p, INPUT_ENTER);
	assert_int_equal(p->m.overlay, OVERLAY_FORM);
	assert_int_equal(p->m.form.kind, FORM_USER_ADD);
}

static void
no_key_crashes_any_view_or_dialog(void **state)
{
	struct play *p = *state;
	unsigned seed = 1;
	int quits = 0;

	for (int i = 0; i < 60000; i++) {
		uint32_t code;

		seed = seed * 1103515245 + 12345;
		code = (seed >> 8) % 160;
		code = code < 128 ? code : INPUT_UP + (code - 128);
		play_key(p, code);
		quits += play_effect(p, EFFECT_QUIT, 0) != NULL;
		if (i % 50 == 0) {
			play_pass(p, 400);
			play_polls(p, 0);
		}
		if (i % 997 == 0)
			(void)play_shows(p, 20 + (int)(seed >> 9) % 150,
			    1 + (int)(seed >> 17) % 60, "");
		if (p->m.link.state == LINK_CONNECTING)
			play_up(p);
	}
	assert_true(quits > 0);
}

#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, play_set_up, play_tear_down)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(rates_come_from_two_samples),
		TEST(a_counter_that_falls_is_a_restart_and_not_a_rate),
		TEST(a_rate_is_not_taken_across_a_lost_connection),
		TEST(only_one_flight_is_out_at_a_time),
		TEST(a_late_answer_is_shown_as_late),
		TEST(the_header_says_how_old_the_figures_are_without_a_flicker),
		TEST(a_first_answer_that_does_not_come_is_late_by_as_much),
		TEST(sessions_of_users_are_not_asked_where_nobody_can_tell),
		TEST(the_pace_stays_between_its_limits),
		TEST(a_lost_connection_is_tried_again_with_growing_pauses),
		TEST(R_connects_at_once),
		TEST(
		    a_lost_connection_leaves_the_view_to_browse_and_refuses_changes),
		TEST(a_change_that_was_not_answered_is_called_unknown),
		TEST(a_refused_login_asks_a_person_and_does_not_guess_on),
		TEST(the_login_goes_out_as_it_was_typed),
		TEST(quitting_asks_while_something_is_staged),
		TEST(paused_figures_stand_still_and_counting_goes_on),
		TEST(views_that_need_the_extension_say_so),
		TEST(help_runs_the_key_it_shows),
		TEST(no_key_crashes_any_view_or_dialog),
	};

	return cmocka_run_group_tests_name("update", tests, NULL, NULL);
}
