/* Where SOCKS is served, and what a newcomer is told to type. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "tests/tui/play.h"

static const char *
command(const char *address, const char *here, const char *user)
{
	static char text[512];
	struct admin_listener row = { .open = 1 };
	struct listeners l;

	layout_text_set(&row.address, address, strlen(address));
	listeners_begin(&l);
	listeners_add(&l, &row, 1);
	return listeners_try(&l, here, user, text, sizeof text);
}

static void
a_command_goes_to_the_first_listener_as_a_user(void **state)
{
	(void)state;
	assert_string_equal(command("127.0.0.1:1080", "", ""),
	    "curl --proxy socks5h://127.0.0.1:1080 http://example.org/");
	assert_string_equal(command("[::1]:1081", "", "alice"),
	    "curl --proxy socks5h://[::1]:1081 -U alice http://example.org/");
}

static void
all_addresses_are_the_host_that_the_console_reaches(void **state)
{
	(void)state;
	assert_string_equal(command("0.0.0.0:1080", "gate.example", ""),
	    "curl --proxy socks5h://gate.example:1080 http://example.org/");
	assert_string_equal(command("[::]:1080", "2001:db8::7", ""),
	    "curl --proxy socks5h://[2001:db8::7]:1080 http://example.org/");
}

static void
no_name_becomes_part_of_a_shells_line(void **state)
{
	static const char *const names[] = { "a b", "$(reboot)", "a;b", "-o",
		"it's", "\xc3\xa4" };

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		assert_string_equal(command("127.0.0.1:1080", "", names[i]),
		    "curl --proxy socks5h://127.0.0.1:1080 -U NAME "
		    "http://example.org/");
}

static void
without_a_listener_nothing_is_proposed(void **state)
{
	struct listeners l;
	char text[64];

	(void)state;
	listeners_begin(&l);
	assert_string_equal(listeners_try(&l, "", "", text, sizeof text), "");
}

static void
more_listeners_than_there_is_room_for_are_dropped(void **state)
{
	struct admin_listener rows[3 * LISTENERS_MOST] = { 0 };
	struct listeners l;

	(void)state;
	listeners_begin(&l);
	listeners_add(&l, rows, 3 * LISTENERS_MOST);
	assert_int_equal(l.n, LISTENERS_MOST);
}

static void
as_long_as_nobody_came_the_dashboard_says_what_to_type(void **state)
{
	struct play *p = *state;

	assert_false(play_shows(p, 80, 24, "Try it:"));
	p->fresh = true;
	play_polls(p, 2);
	assert_true(play_shows(p, 80, 24,
	    "Try it: curl --proxy socks5h://127.0.0.1:1080 -U alice "
	    "http://example.org/"));
	assert_true(play_shows(p, 140, 40, "127.0.0.1:1080 +1"));
	play_type(p, "3");
	assert_false(play_shows(p, 80, 24, "Try it:"));
	play_type(p, "1");
	p->stopped = true;
	play_polls(p, 2);
	assert_false(play_shows(p, 80, 24, "Try it:"));
	assert_true(play_shows(p, 140, 40, "closed, S opens them"));
	p->fresh = p->stopped = false;
	play_polls(p, 2);
	assert_false(play_shows(p, 80, 24, "Try it:"));
}

static void
without_users_a_newcomer_is_told_to_add_one(void **state)
{
	static const char *const nobody[] = { NULL };
	struct play *p = *state;

	p->fresh = true;
	p->nsessions = 0;
	p->names = nobody;
	play_polls(p, 6);
	assert_true(play_shows(p, 80, 24, "a adds a user"));
}

static void
a_user_is_shown_with_its_datagrams(void **state)
{
	struct play *p = *state;

	play_type(p, "3jjj");
	play_polls(p, 2);
	assert_true(play_shows(p, 140, 40, "18 204 up, 91 011 down"));
	play_type(p, "j");
	assert_false(play_shows(p, 140, 40, "Datagrams"));
}

#define TEST(f) \
	cmocka_unit_test_setup_teardown(f, play_set_up_extended, play_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    a_command_goes_to_the_first_listener_as_a_user),
		cmocka_unit_test(
		    all_addresses_are_the_host_that_the_console_reaches),
		cmocka_unit_test(no_name_becomes_part_of_a_shells_line),
		cmocka_unit_test(without_a_listener_nothing_is_proposed),
		cmocka_unit_test(
		    more_listeners_than_there_is_room_for_are_dropped),
		TEST(as_long_as_nobody_came_the_dashboard_says_what_to_type),
		TEST(without_users_a_newcomer_is_told_to_add_one),
		TEST(a_user_is_shown_with_its_datagrams),
	};

	return cmocka_run_group_tests_name("trial", tests, NULL, NULL);
}
