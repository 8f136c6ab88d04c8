/* An association on real sockets, in a loop of the test's own. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "net/berth.h"
#include "net/udp_names.h"
#include "net/udp_relay.h"
#include "proto/udp.h"

struct stage {
	struct udp_desk desk;
	struct metrics metrics;
	uint32_t now;
	struct resolver *resolver;
	struct association *a;
	struct addr at, target_at;
	int client, target, dns;
	unsigned moved, again;
	bool deny;
	char servers[ADDR_TEXT];
};

static bool
may(const char *name, size_t len, const struct addr *to, void *arg)
{
	(void)name;
	(void)len;
	(void)to;
	return !((struct stage *)arg)->deny;
}

static void
on_moved(void *arg)
{
	((struct stage *)arg)->moved++;
}

static void
on_again(void *arg)
{
	((struct stage *)arg)->again++;
}

/* A socket of that address and a port of the kernel's choice. */
static int
datagrams(const char *ip, struct addr *at)
{
	static const struct policy_berth anywhere;
	int fd;

	assert_true(addr_parse(at, ip, 0));
	fd = berth_open(SOCK_DGRAM, &anywhere, at, 0);
	assert_true(fd >= 0);
	return fd;
}

/* A name server that never says a word. */
static void
make_resolver(struct stage *s)
{
	struct resolver_options options = resolver_defaults;
	struct addr at;

	s->dns = datagrams("127.0.0.1", &at);
	addr_print(&at, s->servers);
	options.servers = s->servers;
	s->resolver = resolver_new(s->desk.base, &options);
	assert_non_null(s->resolver);
}

static int
set_up(void **state)
{
	static const struct policy_berth anywhere;
	struct event_config *config = event_config_new();
	struct stage *s = calloc(1, sizeof *s);
	struct association_how how = {
		.desk = &s->desk,
		.berth = &anywhere,
		.may = may,
		.moved = on_moved,
		.again = on_again,
		.arg = s,
	};
	struct addr own;

	event_config_set_flag(config, EVENT_BASE_FLAG_NOLOCK);
	event_config_require_features(config, EV_FEATURE_ET);
	s->desk.base = event_base_new_with_config(config);
	event_config_free(config);
	s->desk.metrics = &s->metrics;
	s->desk.now = &s->now;
	s->now = clock_s();
	udp_desk_init(&s->desk);
	make_resolver(s);
	how.resolver = s->resolver;
	s->client = datagrams("127.0.0.1", &own);
	s->target = datagrams("127.0.0.1", &s->target_at);
	own.port = 0;
	how.client = s->at = own;
	assert_int_equal(association_open(&s->a, &how, &s->at), 0);
	*state = s;
	return 0;
}

static int
tear_down(void **state)
{
	struct stage *s = *state;

	if (s->a != NULL)
		association_close(s->a);
	assert_int_equal(s->desk.count, 0);
	assert_int_equal(s->desk.purse.held, 0);
	assert_int_equal(s->desk.waiting, 0);
	assert_null(s->desk.batch);
	assert_true(TAILQ_EMPTY(&s->desk.holding));
	resolver_free(s->resolver);
	event_base_free(s->desk.base);
	close(s->client);
	close(s->target);
	close(s->dns);
	free(s);
	return 0;
}

static void
turns(struct stage *s, unsigned n)
{
	while (n-- > 0)
		assert_true(event_base_loop(s->desk.base,
				EVLOOP_NONBLOCK | EVLOOP_ONCE) >= 0);
}

static void
send_to(int fd, const struct addr *to, const void *bytes, size_t len)
{
	struct sockaddr_storage sa;
	socklen_t size = addr_sockaddr(to, &sa);

	assert_int_equal(
	    sendto(fd, bytes, len, 0, (struct sockaddr *)&sa, size), len);
}

static void
says(struct stage *s, uint8_t frag, const char *name, const char *payload)
{
	uint8_t bytes[1024];
	struct wr out = wr_of(bytes, sizeof bytes);
	struct udp_head head = { .frag = frag };

	head.addr.port = s->target_at.port;
	head.addr.atyp = name != NULL ? SOCKS_NAME : SOCKS_V4;
	head.addr.len = (uint8_t)(name != NULL ? strlen(name) : 4);
	memcpy(head.addr.host,
	    name != NULL ? (const void *)name : s->target_at.ip, head.addr.len);
	udp_head_write(&out, &head);
	wr_bytes(&out, payload, strlen(payload));
	assert_false(out.failed);
	send_to(s->client, &s->at, bytes, wr_len(&out));
}

/* What the target hears, and who the relay is to it. */
static struct addr
target_hears(struct stage *s, const char *payload)
{
	char got[1024];
	struct sockaddr_storage sa = { 0 };
	socklen_t size = sizeof sa;

	assert_int_equal(recvfrom(s->target, got, sizeof got, MSG_DONTWAIT,
			     (struct sockaddr *)&sa, &size),
	    strlen(payload));
	assert_memory_equal(got, payload, strlen(payload));
	return addr_of((struct sockaddr *)&sa);
}

static void
payload_is_counted_both_ways(void **state)
{
	struct stage *s = *state;
	struct addr relay;
	uint8_t got[64];

	says(s, 0, NULL, "hello");
	turns(s, 2);
	relay = target_hears(s, "hello");
	send_to(s->target, &relay, "you", 3);
	turns(s, 2);
	assert_int_equal(
	    recv(s->client, got, sizeof got, MSG_DONTWAIT), UDP_HEAD_V4 + 3);
	assert_int_equal(association_up(s->a), 5);
	assert_int_equal(association_down(s->a), 3);
	assert_int_equal(s->metrics.up, 5);
	assert_int_equal(s->metrics.down, 3);
	assert_int_equal(s->metrics.udp_up, 1);
	assert_int_equal(s->metrics.udp_down, 1);
	assert_int_equal(s->metrics.received, UDP_HEAD_V4 + 5 + 3);
	assert_int_equal(s->metrics.sent, UDP_HEAD_V4 + 5 + 3);
	assert_int_equal(s->moved, 2);
}

static void
each_reason_for_dropping_has_its_counter(void **state)
{
	struct stage *s = *state;
	struct addr foreign_at, relay;
	int foreign = datagrams("127.0.0.9", &foreign_at);

	send_to(foreign, &s->at, "\0\0\0", 3);
	send_to(s->client, &s->at, "\0\0\0\2", 4);
	turns(s, 2);
	assert_int_equal(s->metrics.udp_foreign, 1);
	assert_int_equal(s->metrics.udp_malformed, 1);
	says(s, 0, NULL, "first");
	turns(s, 2);
	relay = target_hears(s, "first");
	send_to(foreign,
	    &(struct addr){
		.family = ADDR_V4, .ip = { 127, 0, 0, 1 }, .port = relay.port },
	    "answer", 6);
	turns(s, 2);
	assert_int_equal(s->metrics.udp_unasked, 1);
	says(s, 1, NULL, "one");
	says(s, 3, NULL, "three");
	turns(s, 2);
	assert_int_equal(s->metrics.udp_fragments, 2);
	s->deny = true;
	says(s, 0, NULL, "denied");
	turns(s, 2);
	assert_int_equal(s->metrics.udp_denied, 1);
	s->deny = false;
	s->target_at.port = 0;
	says(s, 0, NULL, "port 0");
	turns(s, 2);
	assert_int_equal(s->metrics.udp_unsent, 1);
	assert_int_equal(s->metrics.udp_up, 1);
	assert_int_equal(s->metrics.udp_down, 0);
	close(foreign);
}

static void
datagrams_for_a_name_wait_in_bounded_numbers(void **state)
{
	struct stage *s = *state;

	for (int i = 0; i < UDP_NAMES_WAITING + 3; i++)
		says(s, 0, "silent.test", "x");
	turns(s, 3);
	assert_int_equal(s->desk.waiting, UDP_NAMES_WAITING);
	assert_int_equal(s->metrics.udp_names, 3);
	/* Names that are being looked up are not put out by others. */
	for (int i = 0; i < UDP_NAMES_MOST; i++) {
		char name[] = "a.test";

		name[0] = (char)('a' + i);
		says(s, 0, name, "y");
	}
	turns(s, 3);
	assert_int_equal(s->metrics.udp_names, 4);
	assert_int_equal(
	    s->desk.waiting, UDP_NAMES_WAITING + UDP_NAMES_MOST - 1);
}

static void
names_are_kept_for_a_time_and_then_forgotten(void **state)
{
	struct stage *s = *state;

	says(s, 0, "localhost", "x");
	turns(s, 2);
	for (int i = 0; i < 1000 && s->desk.waiting > 0; i++)
		event_base_loop(s->desk.base, EVLOOP_ONCE);
	assert_int_equal(s->desk.waiting, 0);
	assert_false(TAILQ_EMPTY(&s->desk.holding));
	udp_desk_tick(&s->desk, clock_s());
	assert_false(TAILQ_EMPTY(&s->desk.holding));
	udp_desk_tick(&s->desk, clock_s() + UDP_NAMES_SECONDS + 2);
	assert_true(TAILQ_EMPTY(&s->desk.holding));
}

static void
fragments_hold_memory_only_while_they_wait(void **state)
{
	struct stage *s = *state;

	says(s, 1, NULL, "one ");
	turns(s, 2);
	assert_true(s->desk.purse.held > 0);
	says(s, 0x82, NULL, "two");
	turns(s, 2);
	(void)target_hears(s, "one two");
	assert_int_equal(s->desk.purse.held, 0);
	udp_desk_tick(&s->desk, s->now);
	assert_true(TAILQ_EMPTY(&s->desk.holding));
}

static void
many_datagrams_take_several_turns_and_none_is_lost(void **state)
{
	struct stage *s = *state;
	char got[16];
	unsigned heard = 0;

	for (int i = 0; i < 6 * UDP_BATCH; i++)
		says(s, 0, NULL, "x");
	turns(s, 1);
	assert_int_equal(s->again, 1);
	while (recv(s->target, got, sizeof got, MSG_DONTWAIT) == 1)
		heard++;
	assert_true(heard > 0 && heard < 6 * UDP_BATCH);
	association_turn(s->a);
	assert_int_equal(s->again, 1);
	while (recv(s->target, got, sizeof got, MSG_DONTWAIT) == 1)
		heard++;
	assert_int_equal(heard, 6 * UDP_BATCH);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(payload_is_counted_both_ways),
		TEST(each_reason_for_dropping_has_its_counter),
		TEST(datagrams_for_a_name_wait_in_bounded_numbers),
		TEST(names_are_kept_for_a_time_and_then_forgotten),
		TEST(fragments_hold_memory_only_while_they_wait),
		TEST(many_datagrams_take_several_turns_and_none_is_lost),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
