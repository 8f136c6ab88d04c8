/* What a session does for and to its account. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "tests/net/peer.h"
#include "tests/net/stage.h"

static void
session_is_counted_for_its_account_from_login_to_end(void **state)
{
	struct stage *s = *state;
	int fd = enter_as_alice(s), again;
	struct account_live *live = alice(s)->live;

	assert_int_equal(live->sessions, 1);
	assert_int_equal(live->opened, 1);
	assert_int_equal(s->shared.users, 1);
	assert_true(live->last > 0);
	again = enter_as_alice(s);
	assert_int_equal(live->sessions, 2);
	assert_int_equal(s->shared.users, 1);
	close(fd);
	close(again);
	turns_to_the_end(s);
	assert_int_equal(live->sessions, 0);
	assert_int_equal(live->opened, 2);
	assert_int_equal(s->shared.users, 0);
	assert_int_equal(s->metrics.auth_ok, 2);
}

static void
octets_are_counted_for_the_account_each_second_and_at_the_end(void **state)
{
	struct stage *s = *state;
	int target, fd = enter_as_alice(s);
	struct account_live *live = alice(s)->live;

	peer_says_request(fd, &s->target_at);
	target = reaches(s, fd);
	peer_says(fd, "12345", 5);
	peer_hears(target, "12345", 5);
	assert_int_equal(live->up, 0);
	pass(s, 1);
	assert_int_equal(live->up, 5);
	peer_says(target, "123", 3);
	peer_hears(fd, "123", 3);
	close(target);
	close(fd);
	turns_to_the_end(s);
	assert_int_equal(live->up, 5);
	assert_int_equal(live->down, 3);
	assert_non_null(strstr(peer_log.access[0], "\talice\tA\t"));
	assert_non_null(strstr(peer_log.access[1], "\talice\tC\t"));
}

static void
quota_that_is_used_up_is_noticed_before_the_second_is_over(void **state)
{
	static const char octets[32768];
	struct stage *s = *state;
	int target, fd = enter_as_alice(s);
	struct account_live *live = alice(s)->live;

	peer_says_request(fd, &s->target_at);
	target = reaches(s, fd);
	atomic_store(&live->limits[COLUMN_quota], 1 << 20);
	for (size_t sent = 0; sent < 20 << 20; sent += sizeof octets) {
		peer_says(fd, octets, sizeof octets);
		peer_hears(target, octets, sizeof octets);
	}
	assert_true(live->spent);
	close(target);
	close(fd);
	turns_to_the_end(s);
}

static void
last_connections_are_told_to_main_once_a_second(void **state)
{
	struct stage *s = *state;
	int target, fd = enter_as_alice(s), again = enter_as_alice(s);
	struct addr at = s->target_at;
	char text[ADDR_TEXT];

	peer_says_request(fd, &s->target_at);
	close(reaches(s, fd));
	peer_says_request(again, &s->target_at);
	target = reaches(s, again);
	assert_null(s->used);
	pass(s, 1);
	assert_non_null(s->used);
	assert_int_equal(s->used->count, 1);
	assert_int_equal(s->used->rows[0].account, 7);
	addr_print(&at, text);
	assert_string_equal(s->used->rows[0].target, text);
	close(target);
	close(fd);
	close(again);
}

static void
known_password_is_checked_without_asking(void **state)
{
	struct stage *s = *state;
	int fd = enter_as_alice(s), again;

	close(fd);
	again = enter(s);
	SAYS(again, 5, 1, 2, 1, 5, 'a', 'l', 'i', 'c', 'e', 1, 'x');
	HEARS(again, 5, 2, 1, 0);
	assert_null(s->asked);
	close(again);
}

static void
login_of_an_account_changed_meanwhile_is_refused(void **state)
{
	struct stage *s = *state;
	struct account row = { .id = 7,
		.name = "alice",
		.hash = "$argon2id$another",
		.enabled = true,
		.name_len = 5 };
	struct garbage *garbage;
	int fd;

	add_account(s, "alice");
	fd = ask_as_alice(s);
	assert_int_equal(book_change(s->book, &row, &garbage), 0);
	s->policy.accounts = book_accounts(s->book);
	s->asked->result = LOGIN_RIGHT;
	conns_verdict(&s->conns, s->asked);
	HEARS(fd, 1, 1);
	book_release(s->book, garbage);
	close(fd);
}

static void
disabled_account_is_unknown(void **state)
{
	struct stage *s = *state;
	struct account row = {
		.id = 7, .name = "alice", .hash = "$argon2id$x", .name_len = 5
	};
	int fd;

	assert_int_equal(book_load(s->book, &row, NULL), 0);
	s->policy.accounts = book_accounts(s->book);
	fd = ask_as_alice(s);
	assert_string_equal(s->asked->hash, "");
	s->asked->result = LOGIN_WRONG;
	conns_verdict(&s->conns, s->asked);
	HEARS(fd, 1, 1);
	close(fd);
}

static void
any_name_will_do_while_there_are_no_accounts(void **state)
{
	struct stage *s = *state;
	int fd = enter(s);

	SAYS(fd, 5, 1, 2, 1, 1, 'u', 1, 'p');
	HEARS(fd, 5, 2, 1, 0);
	assert_null(s->asked);
	close(fd);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(session_is_counted_for_its_account_from_login_to_end),
		TEST(
		    octets_are_counted_for_the_account_each_second_and_at_the_end),
		TEST(
		    quota_that_is_used_up_is_noticed_before_the_second_is_over),
		TEST(last_connections_are_told_to_main_once_a_second),
		TEST(known_password_is_checked_without_asking),
		TEST(login_of_an_account_changed_meanwhile_is_refused),
		TEST(disabled_account_is_unknown),
		TEST(any_name_will_do_while_there_are_no_accounts),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
