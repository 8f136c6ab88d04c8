/* The client's side of the admin protocol. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "tests/client/play.h"

/* ---- friendly */

static void
requests_go_out_behind_the_login_and_are_answered_in_order(void **state)
{
	struct play p;

	(void)state;
	prepare(&p);
	open_client(&p);
	ask(&p, ADMIN_total_connections);
	ask(&p, ADMIN_user_list);
	ask(&p, ADMIN_users);
	assert_int_equal(client_pending(p.client), 3);
	expect(&p, "\1\4root\6secret\0\1\0\0\0\7");
	assert_int_equal(p.nstates, 0);
	say(&p, "\1\0\0\1\0\0\0\0\0\0\1\2\0\0\2\1a\3bob\0\7\2");
	until_heard(&p, 3);
	assert_int_equal(p.states[0], CLIENT_UP);
	assert_true(p.heard[0].number == 258);
	assert_int_equal(p.heard[1].count, 2);
	assert_string_equal(p.heard[1].name, "bob");
	assert_int_equal(p.heard[2].status, ADMIN_OK);
	assert_int_equal(client_pending(p.client), 0);
	play_end(&p);
}

static void
answers_may_arrive_octet_by_octet(void **state)
{
	static const char stream[] =
	    "\1\0\0\1\0\0\0\0\0\0\0\11\0\0\1\5alice\1\0\2";
	struct admin_user_new zoe = { 0 };
	struct play p;

	(void)state;
	play_begin(&p);
	ask(&p, ADMIN_total_connections);
	ask(&p, ADMIN_user_list);
	layout_text_set(&zoe.name, "zoe", 3);
	secret_set(&zoe.password, "pw", 2);
	zoe.role = 1;
	assert_int_equal(
	    client_ask(p.client, ADMIN_user_add, &zoe, on_answer, &p), 0);
	expect(&p, "\0\1\0\0\1\0\3zoe\2pw\1");
	for (size_t i = 0; i < sizeof stream - 1; i++) {
		assert_true(p.nheard < 3);
		say_bytes(&p, stream + i, 1);
		for (unsigned k = 0; k < 5; k++)
			turn(&p);
	}
	until_heard(&p, 3);
	assert_true(p.heard[0].number == 9);
	assert_string_equal(p.heard[1].name, "alice");
	assert_int_equal(p.heard[2].status, ADMIN_INVALID);
	play_end(&p);
}

static void
what_is_asked_in_an_answer_goes_out_too(void **state)
{
	struct play p;

	(void)state;
	play_begin(&p);
	p.ask_at_answer = true;
	ask(&p, ADMIN_users);
	expect(&p, "\0\7");
	say(&p, "\1\0\0\7\1");
	until_heard(&p, 1);
	expect(&p, "\0\7");
	say(&p, "\0\7\2");
	until_heard(&p, 2);
	play_end(&p);
}

static void
a_client_may_be_closed_from_its_own_answer(void **state)
{
	struct play p;

	(void)state;
	play_begin(&p);
	p.close_at_answer = true;
	ask(&p, ADMIN_users);
	ask(&p, ADMIN_users);
	say(&p, "\1\0\0\7\1\0\7\1");
	until_heard(&p, 1);
	for (unsigned i = 0; i < 5; i++)
		turn(&p);
	assert_int_equal(p.nheard, 1);
	play_end(&p);
}

static void
without_a_name_a_local_administrator_is_assumed(void **state)
{
	struct play p;

	(void)state;
	prepare(&p);
	p.config.user = "";
	secret_wipe(&p.config.password);
	open_client(&p);
	expect(&p, "\1\5local\5local");
	play_end(&p);
}

static void
a_thousand_requests_are_one_flight(void **state)
{
	struct play p;
	char wire[2000], answers[3000];

	(void)state;
	play_begin(&p);
	for (unsigned i = 0; i < 1000; i++) {
		ask(&p, ADMIN_users);
		memcpy(wire + 2 * i, "\0\7", 2);
		memcpy(answers + 3 * i, "\0\7\5", 3);
	}
	say(&p, "\1\0");
	expect_bytes(&p, wire, 1000);
	expect_bytes(&p, wire, 1000);
	say_bytes(&p, answers, sizeof answers);
	until_heard(&p, 1000);
	play_end(&p);
}

static void
too_much_at_once_is_refused_and_nothing_is_lost(void **state)
{
	struct play p;
	struct admin_user_name long_ = { 0 };
	char name[255];
	size_t asked = 0;
	int err;

	(void)state;
	play_begin(&p);
	memset(name, 'x', sizeof name);
	layout_text_set(&long_.name, name, sizeof name);
	do {
		err = client_ask(
		    p.client, ADMIN_user_connections, &long_, on_answer, &p);
		asked += err == 0;
	} while (err == 0);
	assert_int_equal(err, -ENOBUFS);
	assert_true(asked * 258 <= 1 << 20);
	assert_true((asked + 4) * 258 > 1 << 20);
	assert_int_equal(client_pending(p.client), asked);
	play_end(&p);
}

static void
a_blocking_caller_waits_for_all_answers(void **state)
{
	struct play p;

	(void)state;
	play_begin(&p);
	say(&p, "\1\0");
	assert_int_equal(client_wait(p.client), 0);
	assert_int_equal(client_state(p.client), CLIENT_UP);
	ask(&p, ADMIN_users);
	ask(&p, ADMIN_users);
	expect(&p, "\0\7\0\7");
	say(&p, "\0\7\1\0\7\2");
	assert_int_equal(client_wait(p.client), 0);
	assert_int_equal(p.nheard, 2);
	close(p.fd);
	p.fd = -1;
	ask(&p, ADMIN_users);
	assert_int_equal(client_wait(p.client), -1);
	assert_int_equal(p.heard[2].status, ADMIN_LOST);
	play_end(&p);
}

/* ---- refusals and losses */

static void
a_refused_login_is_told_as_such(void **state)
{
	struct play p;

	(void)state;
	play_begin(&p);
	ask(&p, ADMIN_users);
	say(&p, "\1\1");
	until_down(&p, CLIENT_REFUSED);
	assert_int_equal(p.nheard, 1);
	assert_int_equal(p.heard[0].status, ADMIN_LOST);
	assert_int_equal(p.nstates, 1);
	play_end(&p);
}

static void
another_version_is_told_as_such(void **state)
{
	struct play p;

	(void)state;
	play_begin(&p);
	say(&p, "\1\2");
	until_down(&p, CLIENT_REFUSED);
	play_end(&p);
}

static void
a_lost_connection_answers_all_that_was_asked(void **state)
{
	struct play p;

	(void)state;
	play_begin(&p);
	say(&p, "\1\0\0\7\1");
	for (unsigned i = 0; i < 3; i++)
		ask(&p, ADMIN_users);
	until_heard(&p, 1);
	close(p.fd);
	p.fd = -1;
	until_down(&p, CLIENT_LOST);
	assert_int_equal(p.nheard, 3);
	assert_int_equal(p.heard[1].status, ADMIN_LOST);
	assert_int_equal(p.heard[2].status, ADMIN_LOST);
	play_end(&p);
}

static void
a_closed_port_is_unreachable(void **state)
{
	struct play p;

	(void)state;
	prepare(&p);
	assert_int_equal(shutdown(p.listener, SHUT_RDWR), 0);
	open_client(&p);
	ask(&p, ADMIN_users);
	until_down(&p, CLIENT_UNREACHABLE);
	assert_int_equal(p.heard[0].status, ADMIN_LOST);
	play_end(&p);
}

static void
a_name_without_an_address_is_unreachable(void **state)
{
	struct play p;

	(void)state;
	prepare(&p);
	strcpy(p.config.endpoint.host, "no such host");
	open_client(&p);
	until_down(&p, CLIENT_UNREACHABLE);
	play_end(&p);
}

static void
a_missing_socket_file_is_unreachable(void **state)
{
	struct play p;

	(void)state;
	prepare(&p);
	p.config.endpoint.kind = ENDPOINT_UNIX;
	strcpy(p.config.endpoint.host, "/nonexistent/admin.sock");
	open_client(&p);
	until_down(&p, CLIENT_UNREACHABLE);
	play_end(&p);
}

static void
a_server_that_never_answers_the_login_is_given_up(void **state)
{
	struct play p;

	(void)state;
	prepare(&p);
	p.config.connect_ms = 50;
	open_client(&p);
	until_down(&p, CLIENT_LOST);
	play_end(&p);
}

static void
a_server_that_falls_silent_is_given_up_only_while_asked(void **state)
{
	struct play p;
	uint64_t asked;

	(void)state;
	prepare(&p);
	p.config.answer_ms = 20;
	open_client(&p);
	expect(&p, "\1\4root\6secret");
	say(&p, "\1\0");
	assert_int_equal(client_wait(p.client), 0);
	/* Without a question silence is no loss. */
	for (asked = clock_ms(); clock_ms() < asked + 50;)
		turn(&p);
	assert_int_equal(client_state(p.client), CLIENT_UP);
	asked = clock_ms();
	ask(&p, ADMIN_users);
	until_down(&p, CLIENT_LOST);
	assert_true(clock_ms() - asked >= 20);
	play_end(&p);
}

/* ---- hostile */

static void
assert_garbled(const char *bytes, size_t len)
{
	struct play p;

	play_begin(&p);
	ask(&p, ADMIN_user_list);
	say_bytes(&p, bytes, len);
	until_down(&p, CLIENT_GARBLED);
	play_end(&p);
}

static void
what_is_no_answer_ends_the_connection(void **state)
{
	(void)state;
	assert_garbled("HTTP/1.1 400", 12);
	assert_garbled("\1\3", 2);
	assert_garbled("\1\0\0\1", 4); /* of another command */
	assert_garbled("\1\0\2", 3);
	assert_garbled("\1\0\xff\xff", 4);
	assert_garbled("\1\0\4\x08\0\0\0\2\1x", 10); /* unasked event */
	assert_garbled("\1\0\0\0\0\0\7", 7); /* nobody asked for a second */
}

static void
an_endless_answer_is_bounded(void **state)
{
	static char flood[1 << 20];
	struct play p;
	uint64_t until = clock_ms() + PATIENCE_MS;
	size_t sent = 0;

	(void)state;
	play_begin(&p);
	ask(&p, ADMIN_user_list);
	say(&p, "\1\0\0\0\xff");
	memset(flood, 'z', sizeof flood);
	while (client_state(p.client) != CLIENT_DOWN) {
		ssize_t n = send(p.fd, flood + sent, sizeof flood - sent,
		    MSG_NOSIGNAL | MSG_DONTWAIT);

		sent += n > 0 ? (size_t)n : 0;
		turn(&p);
		assert_true(clock_ms() < until);
	}
	assert_int_equal(client_end(p.client), CLIENT_GARBLED);
	play_end(&p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    requests_go_out_behind_the_login_and_are_answered_in_order),
		cmocka_unit_test(answers_may_arrive_octet_by_octet),
		cmocka_unit_test(what_is_asked_in_an_answer_goes_out_too),
		cmocka_unit_test(a_client_may_be_closed_from_its_own_answer),
		cmocka_unit_test(
		    without_a_name_a_local_administrator_is_assumed),
		cmocka_unit_test(a_thousand_requests_are_one_flight),
		cmocka_unit_test(
		    too_much_at_once_is_refused_and_nothing_is_lost),
		cmocka_unit_test(a_blocking_caller_waits_for_all_answers),
		cmocka_unit_test(a_refused_login_is_told_as_such),
		cmocka_unit_test(another_version_is_told_as_such),
		cmocka_unit_test(a_lost_connection_answers_all_that_was_asked),
		cmocka_unit_test(a_closed_port_is_unreachable),
		cmocka_unit_test(a_name_without_an_address_is_unreachable),
		cmocka_unit_test(a_missing_socket_file_is_unreachable),
		cmocka_unit_test(
		    a_server_that_never_answers_the_login_is_given_up),
		cmocka_unit_test(
		    a_server_that_falls_silent_is_given_up_only_while_asked),
		cmocka_unit_test(what_is_no_answer_ends_the_connection),
		cmocka_unit_test(an_endless_answer_is_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
