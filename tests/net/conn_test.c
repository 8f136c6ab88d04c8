/*
 * Sessions on real sockets in a loop of the test's own, with the time passed
 * in: limits, the access log, what is counted for an account.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/book.h"
#include "core/login.h"
#include "net/conn.h"
#include "tests/net/peer.h"
#include "tests/net/stage.h"

/* ---- limits */

static void
silent_client_is_closed_when_the_handshake_takes_too_long(void **state)
{
	struct stage *s = *state;
	int fd = enter(s);

	pass(s, 10);
	assert_int_equal(s->conns.count, 1);
	pass(s, 1);
	assert_int_equal(s->conns.count, 0);
	assert_int_equal(s->metrics.timed_out, 1);
	peer_hears_end(fd);
	close(fd);
}

static void
trickling_client_does_not_extend_its_time(void **state)
{
	static const uint8_t greeting[] = { 5, 20, 1, 1, 1, 1, 1, 1, 1, 1, 1 };
	struct stage *s = *state;
	int fd = enter(s);

	for (size_t i = 0; i < sizeof greeting; i++) {
		peer_says(fd, &greeting[i], 1);
		turns(s, 2);
		pass(s, 1);
	}
	assert_int_equal(s->conns.count, 0);
	close(fd);
}

static void
time_a_password_takes_is_not_the_client_s(void **state)
{
	struct stage *s = *state;
	int fd;

	add_account(s, "alice");
	s->policy.limits.auth_required = true;
	fd = enter(s);
	SAYS(fd, 5, 1, 2, 1, 5, 'a', 'l', 'i', 'c', 'e', 1, 'x');
	turns(s, 3);
	assert_non_null(s->asked);
	pass(s, 30);
	assert_int_equal(s->conns.count, 1);
	s->asked->result = LOGIN_WRONG;
	conns_verdict(&s->conns, s->asked);
	HEARS(fd, 5, 2, 1, 1);
	close(fd);
}

static void
name_that_nobody_answers_for_is_told_in_time(void **state)
{
	struct stage *s = *state;
	int fd = enter(s);

	SAYS(fd, 5, 1, 0, 5, 1, 0, 3, 4, 'd', 'e', 'a', 'd', 0, 80);
	turns(s, 3);
	HEARS(fd, 5, 0);
	pass(s, 11);
	HEARS(fd, 5, SOCKS_HOST_DOWN, 0, 1, 0, 0, 0, 0, 0, 0);
	assert_int_equal(s->metrics.timed_out, 1);
	assert_int_equal(s->metrics.refused, 1);
	assert_non_null(strstr(peer_log.access[0], "\tdead\t80\t4"));
	close(fd);
}

static void
refused_client_that_stays_is_closed_within_10_s(void **state)
{
	struct stage *s = *state;
	int fd = enter(s);

	SAYS(fd, 5, 1, 0, 5, 9, 0, 1, 0, 0, 0, 0, 0, 0);
	turns(s, 3);
	HEARS(fd, 5, 0, 5, 7, 0, 1, 0, 0, 0, 0, 0, 0);
	peer_hears_end(fd);
	pass(s, 8);
	assert_int_equal(s->conns.count, 1);
	pass(s, 1);
	assert_int_equal(s->conns.count, 0);
	close(fd);
}

static void
reply_reaches_a_client_that_is_still_sending(void **state)
{
	struct stage *s = *state;
	char more[4096] = "";
	int fd = enter(s);

	SAYS(fd, 5, 1, 0, 5, 9, 0, 1, 0, 0, 0, 0, 0, 0);
	peer_says(fd, more, sizeof more);
	turns(s, 3);
	peer_says(fd, more, sizeof more);
	turns(s, 3);
	HEARS(fd, 5, 0, 5, 7, 0, 1, 0, 0, 0, 0, 0, 0);
	peer_hears_end(fd);
	close(fd);
	turns_to_the_end(s);
}

static void
idle_relay_is_closed_and_an_active_one_is_not(void **state)
{
	struct stage *s = *state;
	int target, fd = tunnel(s, &target);

	for (int i = 0; i < 3; i++) {
		pass(s, 90);
		peer_says(target, "still here", 10);
		turns(s, 2);
		peer_hears(fd, "still here", 10);
	}
	pass(s, 100);
	assert_int_equal(s->conns.count, 1);
	pass(s, 1);
	assert_int_equal(s->conns.count, 0);
	peer_hears_end(fd);
	peer_hears_end(target);
	assert_non_null(strstr(peer_log.access[1], "\t0\t30\t"));
	assert_non_null(strstr(peer_log.access[1], "\tidle"));
	close(fd);
	close(target);
}

static void
idle_relays_stay_while_clean_up_is_off(void **state)
{
	struct stage *s = *state;
	int target, fd = tunnel(s, &target);

	s->policy.limits.cleanup = false;
	pass(s, 1000);
	assert_int_equal(s->conns.count, 1);
	close(fd);
	close(target);
}

static void
limits_end_sessions_in_order_of_age(void **state)
{
	struct stage *s = *state;
	int first = enter(s), second;

	pass(s, 5);
	second = enter(s);
	pass(s, 6);
	assert_int_equal(s->conns.count, 1);
	peer_hears_end(first);
	pass(s, 5);
	assert_int_equal(s->conns.count, 0);
	close(first);
	close(second);
}

/* ---- clients that vanish */

static void
client_that_resets_while_its_target_is_dialled_is_gone(void **state)
{
	struct stage *s = *state;
	int fd = enter(s);

	SAYS(fd, 5, 1, 0, 5, 1, 0, 3, 4, 'd', 'e', 'a', 'd', 0, 80);
	turns(s, 3);
	assert_int_equal(s->conns.count, 1);
	peer_resets(fd);
	turns_to_the_end(s);
}

static void
client_that_half_closes_early_is_served(void **state)
{
	struct stage *s = *state;
	int target, fd = enter(s);

	SAYS(fd, 5, 1, 0);
	says_request(s, fd);
	peer_says(fd, "one shot", 8);
	shutdown(fd, SHUT_WR);
	turns(s, 5);
	target = peer_accept(s->target);
	turns(s, 3);
	peer_hears(target, "one shot", 8);
	peer_hears_end(target);
	peer_says(target, "ok", 2);
	close(target);
	turns_to_the_end(s);
	close(fd);
}

static void
conversation_may_arrive_octet_by_octet(void **state)
{
	struct stage *s = *state;
	uint8_t port_high = (uint8_t)(s->target_at.port >> 8);
	uint8_t port_low = (uint8_t)s->target_at.port;
	const uint8_t all[] = { 5, 1, 0, 5, 1, 0, 1, 127, 0, 0, 1, port_high,
		port_low, 'h', 'e', 'l', 'l', 'o' };
	int target, fd = enter(s);

	for (size_t i = 0; i < sizeof all; i++) {
		peer_says(fd, &all[i], 1);
		turns(s, 2);
	}
	target = peer_accept(s->target);
	turns(s, 2);
	peer_hears(target, "hello", 5);
	close(fd);
	close(target);
}

/* ---- the access log */

static void
relay_is_logged_at_the_reply_and_at_its_end(void **state)
{
	struct stage *s = *state;
	int target, fd = tunnel(s, &target);
	const char *end;
	char want[64];

	assert_int_equal(peer_log.count, 1);
	snprintf(want, sizeof want, "\t-\tA\t127.0.0.1\t%u\t127.0.0.1\t%u\t0",
	    peer_name(fd).port, s->target_at.port);
	assert_non_null(strstr(peer_log.access[0], want));
	peer_says(fd, "12345", 5);
	turns(s, 2);
	close(target);
	turns(s, 2);
	close(fd);
	turns(s, 3);
	assert_int_equal(peer_log.count, 2);
	assert_non_null(strstr(peer_log.access[1], "\tC\t127.0.0.1\t"));
	/* REP, octets each way, seconds (however many those were), why. */
	end = strstr(peer_log.access[1], "\t0\t5\t0\t");
	assert_non_null(end);
	assert_string_equal(strrchr(end, '\t'), "\ttarget");
}

static void
nothing_is_logged_when_the_log_is_off(void **state)
{
	struct stage *s = *state;
	int target, fd;

	s->policy.limits.access_log = false;
	fd = tunnel(s, &target);
	close(fd);
	close(target);
	turns(s, 3);
	assert_int_equal(peer_log.count, 0);
}

static void
killed_session_is_logged_as_such(void **state)
{
	struct stage *s = *state;
	int target, fd = tunnel(s, &target);
	uint64_t id = TAILQ_FIRST(&s->conns.lists[LIMIT_IDLE])->id;

	assert_int_equal(id & 255, 3);
	conns_kick(&s->conns, id + 256);
	assert_int_equal(s->conns.count, 1);
	conns_kick(&s->conns, id);
	assert_int_equal(s->conns.count, 0);
	assert_non_null(strstr(peer_log.access[1], "\tkilled"));
	close(fd);
	close(target);
}

/* ---- accounts */

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
	turns(s, 3);
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

	says_request(s, fd);
	turns(s, 3);
	target = peer_accept(s->target);
	peer_says(fd, "12345", 5);
	turns(s, 3);
	assert_int_equal(live->up, 0);
	pass(s, 1);
	assert_int_equal(live->up, 5);
	peer_says(target, "123", 3);
	turns(s, 3);
	close(target);
	close(fd);
	turns(s, 3);
	assert_int_equal(live->up, 5);
	assert_int_equal(live->down, 3);
	assert_non_null(strstr(peer_log.access[0], "\talice\tA\t"));
	assert_non_null(strstr(peer_log.access[1], "\talice\tC\t"));
}

static void
last_connections_are_told_to_main_once_a_second(void **state)
{
	struct stage *s = *state;
	int target, fd = enter_as_alice(s), again = enter_as_alice(s);
	struct addr at = s->target_at;
	char text[ADDR_TEXT];

	says_request(s, fd);
	says_request(s, again);
	turns(s, 3);
	assert_null(s->used);
	pass(s, 1);
	assert_non_null(s->used);
	assert_int_equal(s->used->count, 1);
	assert_int_equal(s->used->rows[0].account, 7);
	addr_print(&at, text);
	assert_string_equal(s->used->rows[0].target, text);
	target = peer_accept(s->target);
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
	turns(s, 3);
	assert_null(s->asked);
	HEARS(again, 5, 2, 1, 0);
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
	s->policy.limits.auth_required = true;
	fd = enter(s);
	SAYS(fd, 5, 1, 2, 1, 5, 'a', 'l', 'i', 'c', 'e', 1, 'x');
	turns(s, 3);
	assert_int_equal(book_change(s->book, &row, &garbage), 0);
	s->policy.accounts = book_accounts(s->book);
	s->asked->result = LOGIN_RIGHT;
	conns_verdict(&s->conns, s->asked);
	HEARS(fd, 5, 2, 1, 1);
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
	s->policy.limits.auth_required = true;
	fd = enter(s);
	SAYS(fd, 5, 1, 2, 1, 5, 'a', 'l', 'i', 'c', 'e', 1, 'x');
	turns(s, 3);
	assert_string_equal(s->asked->hash, "");
	s->asked->result = LOGIN_WRONG;
	conns_verdict(&s->conns, s->asked);
	HEARS(fd, 5, 2, 1, 1);
	close(fd);
}

static void
any_name_will_do_while_there_are_no_accounts(void **state)
{
	struct stage *s = *state;
	int fd = enter(s);

	SAYS(fd, 5, 1, 2, 1, 1, 'u', 1, 'p');
	turns(s, 3);
	HEARS(fd, 5, 2, 1, 0);
	assert_null(s->asked);
	close(fd);
}

/* ---- what the kernel and libevent do not say */

static void
tunnel_that_fell_silent_is_looked_at_once_more(void **state)
{
	struct stage *s = *state;
	int target, fd = tunnel(s, &target);
	struct conn *c = TAILQ_FIRST(&s->conns.lists[LIMIT_IDLE]);

	peer_says(target, "x", 1);
	turns(s, 2);
	peer_hears(fd, "x", 1);
	/* As if the event had come without its END_HUP and been used up. */
	event_del(&c->ends[TARGET].event);
	close(target);
	pass(s, 2);
	peer_hears_end(fd);
	assert_int_equal(event_add(&c->ends[TARGET].event, NULL), 0);
	close(fd);
}

/* ---- what the dissector reads */

/* Say something and see it arrive. */
static void
talk(struct stage *s, int from, int to, const char *text)
{
	peer_says(from, text, strlen(text));
	turns(s, 2);
	peer_hears(to, text, strlen(text));
}

static void
wrong_pop3_login(struct stage *s, int fd, int target)
{
	talk(s, target, fd, "+OK\r\n");
	talk(s, fd, target, "USER bob\r\n");
	talk(s, target, fd, "+OK\r\n");
	talk(s, fd, target, "PASS wrongpass\r\n");
	talk(s, target, fd, "-ERR\r\n");
}

static void
login_seen_in_clear_is_logged_with_its_password_masked(void **state)
{
	struct stage *s = *state;
	int target, fd;

	s->policy.limits.dissector = true;
	fd = tunnel(s, &target);
	assert_int_equal(s->conns.reads, 1);
	wrong_pop3_login(s, fd, target);
	assert_int_equal(s->metrics.findings, 1);
	assert_int_equal(peer_log.count, 2);
	assert_non_null(
	    strstr(peer_log.access[1], "\t-\tP\tPOP3\t127.0.0.1\t"));
	assert_non_null(strstr(peer_log.access[1], "\tbob\tw******\trefused"));
	assert_null(strstr(peer_log.access[1], "wrongpass"));
	close(fd);
	close(target);
}

static void
login_without_an_answer_is_logged_before_the_end(void **state)
{
	struct stage *s = *state;
	int target, fd;

	s->policy.limits.dissector = true;
	fd = tunnel(s, &target);
	talk(s, fd, target,
	    "GET / HTTP/1.1\r\nAuthorization: Basic QTpC\r\n\r\n");
	close(fd);
	close(target);
	turns_to_the_end(s);
	assert_int_equal(peer_log.count, 3);
	assert_non_null(strstr(peer_log.access[1], "\tP\tHTTP\t"));
	assert_non_null(strstr(peer_log.access[2], "\tC\t"));
}

static void
early_data_of_a_client_is_read_as_well(void **state)
{
	static const char early[] =
	    "\5\1\0\5\1\0\1\177\0\0\1PPUSER bob\r\nPASS x\r\n";
	uint8_t said[sizeof early - 1], reply[12];
	struct stage *s = *state;
	int fd, target;

	s->policy.limits.dissector = true;
	memcpy(said, early, sizeof said);
	said[11] = (uint8_t)(s->target_at.port >> 8);
	said[12] = (uint8_t)s->target_at.port;
	fd = enter(s);
	peer_says(fd, said, sizeof said);
	turns(s, 4);
	target = peer_accept(s->target);
	assert_int_equal(recv(fd, reply, sizeof reply, MSG_WAITALL), 12);
	peer_hears(target, "USER bob\r\nPASS x\r\n", 18);
	talk(s, target, fd, "+OK\r\n+OK\r\n+OK\r\n");
	assert_int_equal(s->metrics.findings, 1);
	assert_int_equal(s->conns.reads, 0); /* all has been said */
	close(fd);
	close(target);
}

static void
dissector_turned_off_forgets_sessions_under_way_at_once(void **state)
{
	struct stage *s = *state;
	struct policy off;
	int target, fd;

	s->policy.limits.dissector = true;
	fd = tunnel(s, &target);
	talk(s, target, fd, "+OK\r\n");
	talk(s, fd, target, "USER bob\r\n");
	talk(s, target, fd, "+OK\r\n");
	talk(s, fd, target, "PASS secret\r\n");
	assert_int_equal(s->conns.reads, 1);
	off = s->policy;
	off.limits.dissector = false;
	conns_use(&s->conns, &off);
	assert_int_equal(s->conns.reads, 0);
	assert_null(TAILQ_FIRST(&s->conns.lists[LIMIT_IDLE])->names);
	talk(s, target, fd, "+OK\r\n");
	conns_use(&s->conns, &s->policy);
	wrong_pop3_login(s, fd, target);
	assert_int_equal(s->metrics.findings, 0);
	conns_clear(&s->conns, ACCESS_KILLED);
	assert_int_equal(peer_log.count, 2); /* A and C */
	close(fd);
	close(target);
}

static void
only_relays_that_begin_while_it_is_on_are_read(void **state)
{
	struct stage *s = *state;
	int target, fd = tunnel(s, &target);

	s->policy.limits.dissector = true;
	conns_use(&s->conns, &s->policy);
	wrong_pop3_login(s, fd, target);
	assert_int_equal(s->metrics.findings, 0);
	assert_int_equal(s->conns.reads, 0);
	close(fd);
	close(target);
}

static uint32_t
chance(uint32_t *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed >> 8;
}

/* Octets at random, words that a dissector knows among them. */
static size_t
babble(uint8_t *out, size_t size, uint32_t *seed)
{
	static const char *const words[] = { "USER bob\r\n", "PASS x\r\n",
		"+OK\r\n", "-ERR\r\n", "AUTH PLAIN\r\n", "\r\n",
		"GET / HTTP/1.1\r\n", "HTTP/1.1 200 ok\r\n", "220 x\r\n",
		"Content-Length: 9\r\n", "a LOGIN {9}\r\n", "230 in\r\n" };
	size_t at = 0, len = chance(seed) % size;

	while (at < len) {
		const char *word = words[chance(seed) % 12];
		size_t n = strlen(word);

		if (chance(seed) % 2 == 0 && n <= size - at) {
			memcpy(out + at, word, n);
			at += n;
		} else {
			out[at++] = (uint8_t)chance(seed);
		}
	}
	return at;
}

static void
octets_that_are_read_arrive_as_they_were_sent(void **state)
{
	static const char *const openings[] = { "+OK x\r\n", "220 x\r\n",
		"* OK x\r\n", "200 x\r\n" };
	static uint8_t octets[30000];
	struct stage *s = *state;
	uint32_t seed = 3;

	s->policy.limits.dissector = true;
	for (unsigned i = 0; i < 40; i++) {
		int target, fd = tunnel(s, &target);

		if (i % 5 < 4)
			talk(s, target, fd, openings[i % 5]);
		for (unsigned k = 0; k < 20; k++) {
			size_t n = babble(octets, sizeof octets, &seed);
			bool up = chance(&seed) % 2 == 0;

			peer_says(up ? fd : target, octets, n);
			turns(s, 3);
			peer_hears(up ? target : fd, octets, n);
		}
		conns_clear(&s->conns, ACCESS_KILLED);
		assert_int_equal(s->conns.reads, 0);
		close(fd);
		close(target);
	}
}

/* Full buffers, until it splices; or until it had time to. */
static void
send_bulk(struct stage *s, int from, int to)
{
	static uint8_t bulk[150000];

	for (unsigned i = 0; i < 8; i++) {
		memset(bulk, (int)i, sizeof bulk);
		peer_says(from, bulk, sizeof bulk);
		turns(s, 4);
		peer_hears(to, bulk, sizeof bulk);
	}
}

static void
session_of_no_interest_is_let_go_and_spliced(void **state)
{
	struct stage *s = *state;
	int target, fd;

	s->policy.limits.dissector = true;
	fd = tunnel(s, &target);
	send_bulk(s, fd, target); /* begins with a NUL */
	assert_int_equal(s->conns.reads, 0);
	assert_null(TAILQ_FIRST(&s->conns.lists[LIMIT_IDLE])->names);
	assert_true(s->metrics.spliced > 0);
	close(fd);
	close(target);
}

static void
session_that_is_read_is_copied_until_it_is_not(void **state)
{
	struct stage *s = *state;
	struct policy off;
	int target, fd;

	s->policy.limits.dissector = true;
	fd = tunnel(s, &target);
	talk(s, target, fd, "+OK\r\n");
	talk(s, fd, target, "USER ");
	send_bulk(s, target, fd);
	assert_int_equal(s->conns.reads, 1);
	assert_int_equal(s->metrics.spliced, 0);
	off = s->policy;
	off.limits.dissector = false;
	conns_use(&s->conns, &off);
	send_bulk(s, fd, target);
	assert_true(s->metrics.spliced > 0);
	conns_use(&s->conns, &s->policy);
	close(fd);
	close(target);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(silent_client_is_closed_when_the_handshake_takes_too_long),
		TEST(trickling_client_does_not_extend_its_time),
		TEST(time_a_password_takes_is_not_the_client_s),
		TEST(name_that_nobody_answers_for_is_told_in_time),
		TEST(refused_client_that_stays_is_closed_within_10_s),
		TEST(reply_reaches_a_client_that_is_still_sending),
		TEST(idle_relay_is_closed_and_an_active_one_is_not),
		TEST(idle_relays_stay_while_clean_up_is_off),
		TEST(limits_end_sessions_in_order_of_age),
		TEST(client_that_resets_while_its_target_is_dialled_is_gone),
		TEST(client_that_half_closes_early_is_served),
		TEST(conversation_may_arrive_octet_by_octet),
		TEST(relay_is_logged_at_the_reply_and_at_its_end),
		TEST(nothing_is_logged_when_the_log_is_off),
		TEST(killed_session_is_logged_as_such),
		TEST(session_is_counted_for_its_account_from_login_to_end),
		TEST(
		    octets_are_counted_for_the_account_each_second_and_at_the_end),
		TEST(last_connections_are_told_to_main_once_a_second),
		TEST(known_password_is_checked_without_asking),
		TEST(login_of_an_account_changed_meanwhile_is_refused),
		TEST(disabled_account_is_unknown),
		TEST(any_name_will_do_while_there_are_no_accounts),
		TEST(tunnel_that_fell_silent_is_looked_at_once_more),
		TEST(login_seen_in_clear_is_logged_with_its_password_masked),
		TEST(login_without_an_answer_is_logged_before_the_end),
		TEST(early_data_of_a_client_is_read_as_well),
		TEST(dissector_turned_off_forgets_sessions_under_way_at_once),
		TEST(only_relays_that_begin_while_it_is_on_are_read),
		TEST(octets_that_are_read_arrive_as_they_were_sent),
		TEST(session_of_no_interest_is_let_go_and_spliced),
		TEST(session_that_is_read_is_copied_until_it_is_not),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
