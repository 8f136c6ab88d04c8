/*
 * Sessions on real sockets in a loop of the test's own, with the time passed
 * in: limits, clients that vanish, the access log.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

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
	fd = ask_as_alice(s);
	assert_non_null(s->asked);
	pass(s, 30);
	assert_int_equal(s->conns.count, 1);
	s->asked->result = LOGIN_WRONG;
	conns_verdict(&s->conns, s->asked);
	HEARS(fd, 1, 1);
	close(fd);
}

static void
name_that_nobody_answers_for_is_told_in_time(void **state)
{
	struct stage *s = *state;
	int fd = enter(s);

	SAYS(fd, 5, 1, 0, 5, 1, 0, 3, 4, 'd', 'e', 'a', 'd', 0, 80);
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
	peer_says_request(fd, &s->target_at);
	peer_says(fd, "one shot", 8);
	shutdown(fd, SHUT_WR);
	target = peer_accept(s->target);
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
	peer_hears(target, "12345", 5);
	close(target);
	peer_hears_end(fd);
	close(fd);
	turns_to_the_end(s);
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
	turns_to_the_end(s);
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

/* ---- many at once */

static void
sessions_that_end_together_leave_the_others_their_turns(void **state)
{
	enum { MANY = 3 * DOOM_SLICE };
	struct stage *s = *state;
	int target, fd = tunnel(s, &target), silent[MANY];
	size_t before, taken = 0;

	for (size_t i = 0; i < MANY; i++)
		silent[i] = enter(s);
	conns_tick(&s->conns, s->conns.now + 12);
	assert_int_equal(s->conns.count, MANY + 1);
	while ((before = s->conns.count) > 1) {
		turns(s, 1);
		assert_in_range(before - s->conns.count, 0, DOOM_SLICE);
		taken++;
	}
	assert_true(taken >= MANY / DOOM_SLICE);
	assert_int_equal(s->metrics.timed_out, MANY);
	peer_says(fd, "x", 1);
	peer_hears(target, "x", 1);
	for (size_t i = 0; i < MANY; i++)
		close(silent[i]);
	close(fd);
	close(target);
}

/* ---- ends that nobody reads */

/* Pour octets from one side until the other, which reads none, stops it. */
static void
fill_up(struct stage *s, int from)
{
	static const uint8_t bytes[65536];
	const struct conn *c = TAILQ_FIRST(&s->conns.lists[LIMIT_IDLE]);
	int idle = 0;

	while (idle < 20) {
		ssize_t n = send(
		    from, bytes, sizeof bytes, MSG_NOSIGNAL | MSG_DONTWAIT);

		idle = n > 0 ? 0 : idle + 1;
		turns(s, 1);
	}
	assert_true(relay_is_blocked(&c->u.relay, c->ends));
}

static void
tunnel_whose_octets_wait_ends_when_it_is_reset(void **state)
{
	struct stage *s = *state;
	int target, fd = tunnel(s, &target);

	fill_up(s, fd);
	pass(s, 4);
	assert_int_equal(s->conns.count, 1);
	peer_resets(fd);
	turns(s, 2);
	pass(s, 4);
	assert_int_equal(s->conns.count, 0);
	close(target);
}

static void
peer_of_a_bind_has_urgent_octets_in_line_from_the_start(void **state)
{
	struct stage *s = *state;
	int fd = enter(s), in_line = 0, peer;
	socklen_t len = sizeof in_line;
	struct addr at = s->door;
	struct conn *c;
	uint8_t rest[6];

	SAYS(fd, 5, 1, 0);
	HEARS(fd, 5, 0);
	SAYS(fd, 5, 2, 0, 1, 127, 0, 0, 1, 0, 0);
	HEARS(fd, 5, 0, 0, 1);
	assert_int_equal(recv(fd, rest, sizeof rest, 0), sizeof rest);
	at.port = (uint16_t)(rest[4] << 8 | rest[5]);
	peer = peer_connect(&at);
	HEARS(fd, 5, 0, 0, 1, 127, 0, 0, 1);
	c = TAILQ_FIRST(&s->conns.lists[LIMIT_IDLE]);
	assert_non_null(c);
	assert_int_equal(getsockopt(c->ends[TARGET].fd, SOL_SOCKET,
			     SO_OOBINLINE, &in_line, &len),
	    0);
	assert_int_equal(in_line, 1);
	close(fd);
	close(peer);
	turns_to_the_end(s);
}

static void
association_ends_with_its_connection_whatever_was_said_on_it(void **state)
{
	static const uint8_t octets[100000];
	struct stage *s = *state;
	int fd = enter(s);

	SAYS(fd, 5, 1, 0);
	HEARS(fd, 5, 0);
	SAYS(fd, 5, 3, 0, 1, 0, 0, 0, 0, 0, 0);
	HEARS(fd, 5, 0, 0, 1, 127, 0, 0, 1);
	/* All of it is there before the session has a turn. */
	assert_int_equal(send(fd, octets, sizeof octets, 0), sizeof octets);
	assert_int_equal(shutdown(fd, SHUT_WR), 0);
	turns_until(s, s->conns.count == 0);
	close(fd);
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
		TEST(sessions_that_end_together_leave_the_others_their_turns),
		TEST(tunnel_whose_octets_wait_ends_when_it_is_reset),
		TEST(peer_of_a_bind_has_urgent_octets_in_line_from_the_start),
		TEST(
		    association_ends_with_its_connection_whatever_was_said_on_it),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
