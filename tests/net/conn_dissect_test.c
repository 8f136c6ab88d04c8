/* What the dissector reads of a session, and what its octets go through. */

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

/* A tunnel that is read. */
static int
tunnel_read(struct stage *s, int *target)
{
	s->policy.limits.dissector = true;
	return tunnel(s, target);
}

/* Nothing is read any more, under a policy that the test keeps. */
static void
turn_off(struct stage *s, struct policy *off)
{
	*off = s->policy;
	off->limits.dissector = false;
	conns_use(&s->conns, off);
}

/* Say something and see it arrive. */
static void
talk(int from, int to, const char *text)
{
	peer_says(from, text, strlen(text));
	peer_hears(to, text, strlen(text));
}

static void
wrong_pop3_login(int fd, int target)
{
	talk(target, fd, "+OK\r\n");
	talk(fd, target, "USER bob\r\n");
	talk(target, fd, "+OK\r\n");
	talk(fd, target, "PASS wrongpass\r\n");
	talk(target, fd, "-ERR\r\n");
}

static void
login_seen_in_clear_is_logged_with_its_password_masked(void **state)
{
	struct stage *s = *state;
	int target, fd = tunnel_read(s, &target);

	assert_int_equal(s->conns.reads, 1);
	wrong_pop3_login(fd, target);
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
	int target, fd = tunnel_read(s, &target);

	talk(fd, target, "GET / HTTP/1.1\r\nAuthorization: Basic QTpC\r\n\r\n");
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
	uint8_t said[sizeof early - 1];
	struct stage *s = *state;
	int fd, target;

	s->policy.limits.dissector = true;
	memcpy(said, early, sizeof said);
	said[11] = (uint8_t)(s->target_at.port >> 8);
	said[12] = (uint8_t)s->target_at.port;
	fd = enter(s);
	peer_says(fd, said, sizeof said);
	HEARS(fd, 5, 0);
	target = reaches(s, fd);
	peer_hears(target, "USER bob\r\nPASS x\r\n", 18);
	talk(target, fd, "+OK\r\n+OK\r\n+OK\r\n");
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
	int target, fd = tunnel_read(s, &target);

	talk(target, fd, "+OK\r\n");
	talk(fd, target, "USER bob\r\n");
	talk(target, fd, "+OK\r\n");
	talk(fd, target, "PASS secret\r\n");
	assert_int_equal(s->conns.reads, 1);
	turn_off(s, &off);
	assert_int_equal(s->conns.reads, 0);
	assert_null(TAILQ_FIRST(&s->conns.lists[LIMIT_IDLE])->names);
	talk(target, fd, "+OK\r\n");
	conns_use(&s->conns, &s->policy);
	wrong_pop3_login(fd, target);
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
	wrong_pop3_login(fd, target);
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
			talk(target, fd, openings[i % 5]);
		for (unsigned k = 0; k < 20; k++) {
			size_t n = babble(octets, sizeof octets, &seed);
			bool up = chance(&seed) % 2 == 0;

			peer_says(up ? fd : target, octets, n);
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
send_bulk(int from, int to)
{
	static uint8_t bulk[150000];

	for (unsigned i = 0; i < 8; i++) {
		memset(bulk, (int)i, sizeof bulk);
		peer_says(from, bulk, sizeof bulk);
		peer_hears(to, bulk, sizeof bulk);
	}
}

static void
session_of_no_interest_is_let_go_and_spliced(void **state)
{
	struct stage *s = *state;
	int target, fd = tunnel_read(s, &target);

	send_bulk(fd, target); /* begins with a NUL */
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
	int target, fd = tunnel_read(s, &target);

	talk(target, fd, "+OK\r\n");
	talk(fd, target, "USER ");
	send_bulk(target, fd);
	assert_int_equal(s->conns.reads, 1);
	assert_int_equal(s->metrics.spliced, 0);
	turn_off(s, &off);
	send_bulk(fd, target);
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
