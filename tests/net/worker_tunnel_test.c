/* What clients and targets of a worker see: tunnels, and requests refused. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/net/peer.h"
#include "tests/net/worker_stage.h"

static void
connects_and_passes_octets_both_ways(void **state)
{
	struct stage *s = *state;
	int target, fd = tunnel(s, &target);

	peer_says(fd, "ping", 4);
	peer_hears(target, "ping", 4);
	peer_says(target, "pong", 4);
	peer_hears(fd, "pong", 4);
	close(fd);
	peer_hears_end(target);
	close(target);
}

static void
half_close_is_passed_on_both_ways(void **state)
{
	struct stage *s = *state;
	int target, fd = tunnel(s, &target);

	peer_says(fd, "question", 8);
	shutdown(fd, SHUT_WR);
	peer_hears(target, "question", 8);
	peer_hears_end(target);
	peer_says(target, "answer", 6);
	close(target);
	peer_hears(fd, "answer", 6);
	peer_hears_end(fd);
	close(fd);
}

static void
reset_by_the_target_is_passed_on(void **state)
{
	struct stage *s = *state;
	int target, fd = tunnel(s, &target);

	peer_resets(target);
	peer_hears_reset(fd);
	close(fd);
}

static void
reset_by_the_client_is_passed_on(void **state)
{
	struct stage *s = *state;
	int target, fd = tunnel(s, &target);

	peer_resets(fd);
	peer_hears_reset(target);
	close(target);
}

static void
reset_behind_octets_is_not_overlooked(void **state)
{
	struct stage *s = *state;
	int target, fd = tunnel(s, &target);

	/* One batch: the worker learns of both at once, or nearly. */
	peer_says(target, "last words", 10);
	peer_resets(target);
	peer_hears(fd, "last words", 10);
	peer_hears_reset(fd);
	close(fd);
}

static void
octets_sent_ahead_are_the_relay_s_first(void **state)
{
	struct stage *s = *state;
	const uint8_t *ip = s->target_at.ip;
	uint16_t port = s->target_at.port;
	int target, fd = peer_connect(&s->at);

	SAYS(fd, 5, 1, 0, 5, 1, 0, 1, ip[0], ip[1], ip[2], ip[3],
	    (uint8_t)(port >> 8), (uint8_t)port, 'e', 'a', 'r', 'l', 'y');
	target = peer_accept(s->target);
	peer_hears(target, "early", 5);
	HEARS(fd, 5, 0);
	peer_hears_success(fd, target);
	close(fd);
	peer_hears_end(target);
	close(target);
}

static void
refused_target_is_told_and_the_client_s_rest_is_read(void **state)
{
	struct stage *s = *state;
	struct addr nobody;
	int fd, gone = peer_listen("127.0.0.1", &nobody);

	close(gone);
	fd = peer_connect(&s->at);
	SAYS(fd, 5, 1, 0, 5, 1, 0, 1, 127, 0, 0, 1, (uint8_t)(nobody.port >> 8),
	    (uint8_t)nobody.port);
	HEARS(fd, 5, 0, 5, 5, 0, 1, 0, 0, 0, 0, 0, 0);
	peer_hears_end(fd);
	close(fd);
}

static uint64_t
count(struct stage *s, size_t metric)
{
	struct metrics *m = worker_metrics(s->worker);
	struct metrics_sum sum;

	metrics_sum(&sum, &m, 1);
	return *(uint64_t *)((char *)&sum + metric_rows[metric].offset);
}

static void
a_denied_target_is_told_as_02_until_the_rule_is_gone(void **state)
{
	struct stage *s = *state;
	struct policy *next = &s->next, *before = &s->policy;
	struct rules *set = rules(next, "deny to 127.0.0.0/8");
	uint16_t port = s->target_at.port;
	int fd, target;

	use_policy(s, next);
	fd = peer_connect(&s->at);
	SAYS(fd, 5, 1, 0);
	HEARS(fd, 5, 0);
	peer_says_request(fd, &s->target_at);
	HEARS(fd, 5, 2, 0, 1, 0, 0, 0, 0, 0, 0);
	peer_hears_end(fd);
	close(fd);
	/* As a name, as IPv6, as no address. */
	fd = peer_connect(&s->at);
	SAYS(fd, 5, 1, 0, 5, 1, 0, 3, 9, '1', '2', '7', '.', '0', '.', '0', '.',
	    '1', (uint8_t)(port >> 8), (uint8_t)port);
	HEARS(fd, 5, 0, 5, 2, 0, 1, 0, 0, 0, 0, 0, 0);
	peer_hears_end(fd); /* it is counted before */
	close(fd);
	fd = peer_connect(&s->at);
	SAYS(fd, 5, 1, 0, 5, 1, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff,
	    127, 0, 0, 1, (uint8_t)(port >> 8), (uint8_t)port);
	HEARS(fd, 5, 0, 5, 2, 0, 1, 0, 0, 0, 0, 0, 0);
	peer_hears_end(fd); /* it is counted before */
	close(fd);
	fd = peer_connect(&s->at);
	SAYS(fd, 5, 1, 0, 5, 1, 0, 1, 0, 0, 0, 0, (uint8_t)(port >> 8),
	    (uint8_t)port);
	HEARS(fd, 5, 0, 5, 2, 0, 1, 0, 0, 0, 0, 0, 0);
	peer_hears_end(fd); /* it is counted before */
	close(fd);
	assert_int_equal(count(s, METRICS_INDEX_denied), 4);
	assert_int_equal(count(s, METRICS_INDEX_refused), 4);
	assert_int_equal(rules_row(set, 0).hits, 4);
	use_policy(s, before);
	rules_free(set);
	fd = tunnel(s, &target);
	close(fd);
	peer_hears_end(target);
	close(target);
}

static void
unknown_commands_are_refused_with_07(void **state)
{
	struct stage *s = *state;
	int fd;

	for (uint8_t command = 4; command <= 6; command++) {
		fd = peer_connect(&s->at);
		SAYS(fd, 5, 1, 0, 5, command, 0, 1, 127, 0, 0, 1, 0, 80);
		HEARS(fd, 5, 0, 5, 7, 0, 1, 0, 0, 0, 0, 0, 0);
		peer_hears_end(fd);
		close(fd);
	}
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(connects_and_passes_octets_both_ways),
		TEST(half_close_is_passed_on_both_ways),
		TEST(reset_by_the_target_is_passed_on),
		TEST(reset_by_the_client_is_passed_on),
		TEST(reset_behind_octets_is_not_overlooked),
		TEST(octets_sent_ahead_are_the_relay_s_first),
		TEST(refused_target_is_told_and_the_client_s_rest_is_read),
		TEST(a_denied_target_is_told_as_02_until_the_rule_is_gone),
		TEST(unknown_commands_are_refused_with_07),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
