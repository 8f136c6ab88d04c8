/* BIND for a peer that is given by name, by servers that answer in part. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <netinet/in.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/net/peer.h"
#include "tests/net/stage.h"

enum {
	HEAD = 12, /* of a message */
	TYPE_A = 1,
	TYPE_AAAA = 28,
};

static const uint8_t record_a[] = { 0xc0, HEAD, 0, TYPE_A, 0, 1, 0, 0, 0, 60, 0,
	4, 127, 0, 0, 1 };
static const uint8_t record_aaaa[] = { 0xc0, HEAD, 0, TYPE_AAAA, 0, 1, 0, 0, 0,
	60, 0, 16, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1 };

/* A client asks for a BIND to "half.test". */
static int
ask(struct stage *s)
{
	int fd = enter(s);

	SAYS(fd, 5, 1, 0);
	HEARS(fd, 5, 0);
	SAYS(fd, 5, 2, 0, 3, 9, 'h', 'a', 'l', 'f', '.', 't', 'e', 's', 't', 0,
	    0);
	return fd;
}

/* Wait for the questions of both families and answer that one alone. */
static void
answer(struct stage *s, uint8_t type, const uint8_t *record, size_t len)
{
	uint8_t bytes[512];
	struct sockaddr_in from;
	unsigned asked = 0;

	while (asked < 2) {
		socklen_t room = sizeof from;
		ssize_t n = recvfrom(s->dns, bytes, sizeof bytes - 64,
		    MSG_DONTWAIT, (struct sockaddr *)&from, &room);

		turns(s, 1);
		if (n < HEAD)
			continue;
		asked++;
		if (bytes[n - 3] != type)
			continue;
		bytes[2] |= 0x80; /* an answer */
		bytes[7] = 1;     /* of one record */
		memcpy(bytes + n, record, len);
		assert_int_equal(sendto(s->dns, bytes, (size_t)n + len, 0,
				     (struct sockaddr *)&from, room),
		    (ssize_t)((size_t)n + len));
	}
}

static void
peer_of_the_clients_family_is_awaited_before_all_is_known(void **state)
{
	struct stage *s = *state;
	int fd = ask(s);

	answer(s, TYPE_A, record_a, sizeof record_a);
	HEARS(fd, 5, 0, 0, 1, 127, 0, 0, 1);
	assert_int_equal(resolver_busy(s->conns.resolver), 1);
	assert_int_equal(s->metrics.awaiting, 1);
	close(fd);
	turns_to_the_end(s);
}

static void
peer_of_another_family_is_awaited_when_no_more_is_learnt_in_time(void **state)
{
	struct stage *s = *state;
	int fd = ask(s);

	answer(s, TYPE_AAAA, record_aaaa, sizeof record_aaaa);
	turns(s, 4); /* it is heard, and told */
	pass(s, s->policy.limits.connect_timeout + 1);
	HEARS(fd, 5, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1);
	assert_int_equal(s->metrics.awaiting, 1);
	close(fd);
	turns_to_the_end(s);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(peer_of_the_clients_family_is_awaited_before_all_is_known),
		TEST(
		    peer_of_another_family_is_awaited_when_no_more_is_learnt_in_time),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
