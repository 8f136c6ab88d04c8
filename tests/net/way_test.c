/* The way out: source addresses, interface, mark, keepalive. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/berth.h"
#include "net/listen.h"
#include "net/way.h"

static struct addr
addr(const char *text)
{
	struct addr a = { 0 };

	if (text != NULL)
		assert_true(addr_parse(&a, text, 0));
	return a;
}

static int
tcp(int family)
{
	int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_int_not_equal(fd, -1);
	return fd;
}

static int
option(int fd, int level, int name)
{
	int value = -1;
	socklen_t len = sizeof value;

	assert_int_equal(getsockopt(fd, level, name, &value, &len), 0);
	return value;
}

static void
each_family_has_its_own_source(void **state)
{
	const struct policy_way way = { .v4 = addr("192.0.2.1"),
		.v6 = addr("2001:db8::1") };
	const struct addr none = { 0 };
	struct addr to4 = addr("198.51.100.1"), to6 = addr("2001:db8::9");
	struct addr got = way_source(&way, &to4, &none);

	(void)state;
	assert_true(addr_same_ip(&got, &way.v4));
	got = way_source(&way, &to6, &none);
	assert_true(addr_same_ip(&got, &way.v6));
	got = way_source(&(struct policy_way){ .v4 = way.v4 }, &to6, &none);
	assert_int_equal(got.family, ADDR_NONE);
}

static void
same_is_the_clients_side_where_that_can_lead(void **state)
{
	static const struct {
		const char *own, *to;
		bool leads;
	} rows[] = {
		{ "192.0.2.1", "198.51.100.1", true },
		{ "192.0.2.1", "127.0.0.1", true },
		{ "127.0.0.2", "127.0.0.1", true },
		{ "127.0.0.1", "198.51.100.1", false },
		{ "192.0.2.1", "2001:db8::9", false },
		{ "2001:db8::1", "2001:db8::9", true },
		{ "::1", "2001:db8::9", false },
		{ "fe80::1", "2001:db8::9", false },
		{ "0.0.0.0", "198.51.100.1", false },
		{ NULL, "198.51.100.1", false },
	};
	const struct policy_way way = { .same = true };

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct addr own = addr(rows[i].own), to = addr(rows[i].to);
		struct addr got;

		own.port = 1080;
		got = way_source(&way, &to, &own);
		assert_int_equal(got.family != ADDR_NONE, rows[i].leads);
		assert_int_equal(got.port, 0);
		if (rows[i].leads)
			assert_true(addr_same_ip(&got, &own));
	}
}

static void
a_source_takes_no_port_before_connect(void **state)
{
	const struct policy_way way = { .v4 = addr("127.0.0.7"),
		.v6 = addr("::1") };
	const struct addr none = { 0 };

	(void)state;
	for (unsigned six = 0; six < 2; six++) {
		int fd = tcp(six ? AF_INET6 : AF_INET);
		struct addr to = addr(six ? "::1" : "127.0.0.1"), got;

		assert_int_equal(way_prepare(fd, &way, &to, &none), 0);
		got = berth_local(fd);
		assert_true(addr_same_ip(&got, six ? &way.v6 : &way.v4));
		assert_int_equal(got.port, 0);
		assert_int_equal(option(fd, SOL_SOCKET, SO_KEEPALIVE), 0);
		close(fd);
	}
}

static void
what_the_host_does_not_have_is_told_by_its_setting(void **state)
{
	const struct policy_way away = { .v4 = addr("192.0.2.1") };
	const struct policy_way away6 = { .v6 = addr("2001:db8::1") };
	const struct policy_way nowhere = { .interface = "none0" };
	const struct addr to = addr("127.0.0.1"), none = { 0 };
	const char *key = NULL;
	int fd = tcp(AF_INET);

	(void)state;
	assert_int_equal(way_try(&away, &key), -EADDRNOTAVAIL);
	assert_string_equal(key, "source");
	assert_int_equal(way_try(&away6, &key), -EADDRNOTAVAIL);
	assert_int_equal(way_prepare(fd, &away, &to, &none), -EADDRNOTAVAIL);
	assert_int_equal(way_try(&nowhere, &key), -ENODEV);
	assert_string_equal(key, "interface");
	assert_int_equal(way_prepare(fd, &nowhere, &to, &none), -ENODEV);
	close(fd);
}

/* With the right to it the mark is there; without, the setting is named. */
static void
a_mark_is_set_or_refused_by_name(void **state)
{
	const struct policy_way way = { .mark = 7 };
	const struct addr to = addr("127.0.0.1"), none = { 0 };
	const char *key = NULL;
	int fd = tcp(AF_INET), err = way_prepare(fd, &way, &to, &none);

	(void)state;
	assert_int_equal(way_try(&way, &key), err);
	if (err == 0) {
		assert_int_equal(option(fd, SOL_SOCKET, SO_MARK), 7);
	} else {
		assert_int_equal(err, -EPERM);
		assert_string_equal(key, "mark");
		assert_int_equal(option(fd, SOL_SOCKET, SO_MARK), 0);
	}
	close(fd);
}

static void
nothing_set_is_told_from_something(void **state)
{
	const char *key;

	(void)state;
	assert_false(way_is_set(&(struct policy_way){ 0 }));
	assert_int_equal(way_try(&(struct policy_way){ 0 }, &key), 0);
	assert_true(way_is_set(&(struct policy_way){ .same = true }));
	assert_true(way_is_set(&(struct policy_way){ .mark = 1 }));
	assert_true(way_is_set(&(struct policy_way){ .keepalive = 1 }));
	assert_true(way_is_set(&(struct policy_way){ .interface = "lo" }));
	assert_true(way_is_set(&(struct policy_way){ .v4 = addr("1.2.3.4") }));
	assert_true(way_is_set(&(struct policy_way){ .v6 = addr("::1") }));
}

static void
keepalive_has_three_probes_within_its_time(void **state)
{
	static const int rows[][2] = { { 1, 1 }, { 30, 10 }, { 32767, 10922 } };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		int fd = tcp(AF_INET);

		assert_int_equal(way_keepalive(fd, (uint32_t)rows[i][0]), 0);
		assert_int_equal(option(fd, SOL_SOCKET, SO_KEEPALIVE), 1);
		assert_int_equal(
		    option(fd, IPPROTO_TCP, TCP_KEEPIDLE), rows[i][0]);
		assert_int_equal(
		    option(fd, IPPROTO_TCP, TCP_KEEPINTVL), rows[i][1]);
		assert_int_equal(option(fd, IPPROTO_TCP, TCP_KEEPCNT), 3);
		assert_int_equal(way_keepalive(fd, 0), 0);
		assert_int_equal(option(fd, SOL_SOCKET, SO_KEEPALIVE), 0);
		close(fd);
	}
}

static void
a_listener_hands_keepalive_on_and_may_be_tuned_again(void **state)
{
	const struct addr any = addr("127.0.0.1");
	struct sockaddr_storage ss;
	int l = listen_tcp(&any);
	struct addr at = listen_addr(l);
	socklen_t len = addr_sockaddr(&at, &ss);

	(void)state;
	assert_int_equal(listen_tune(l, 0, true), 0);
	assert_true(option(l, IPPROTO_TCP, TCP_FASTOPEN) > 0);
	for (unsigned on = 1; on < 2; on--) {
		int c = tcp(AF_INET), s;

		assert_int_equal(listen_tune(l, on ? 20 : 0, false), 0);
		assert_int_equal(option(l, IPPROTO_TCP, TCP_FASTOPEN), 0);
		assert_int_equal(connect(c, (struct sockaddr *)&ss, len), 0);
		assert_int_equal(write(c, "x", 1), 1); /* deferred until then */
		while ((s = accept(l, NULL, NULL)) == -1)
			assert_int_equal(errno, EAGAIN);
		assert_int_equal(option(s, SOL_SOCKET, SO_KEEPALIVE), on);
		if (on)
			assert_int_equal(
			    option(s, IPPROTO_TCP, TCP_KEEPIDLE), 20);
		close(s);
		close(c);
	}
	close(l);
}

static void
datagrams_leave_from_the_source_or_not_at_all(void **state)
{
	const struct policy_way here = { .v4 = addr("127.0.0.7") };
	const struct policy_way away = { .v4 = addr("192.0.2.1") };
	const struct policy_way same = { .same = true };
	const struct addr none = { .family = ADDR_V4 };
	struct addr got;
	int fd = way_datagram(&here, ADDR_V4, -1), other;

	(void)state;
	got = berth_local(fd);
	assert_true(addr_same_ip(&got, &here.v4));
	assert_int_equal(way_datagram(&away, ADDR_V4, -1), -EADDRNOTAVAIL);
	/* A loopback address would keep the datagrams from all but loopback. */
	other = way_datagram(&same, ADDR_V4, fd);
	got = berth_local(other);
	assert_true(addr_same_ip(&got, &none));
	close(other);
	other = way_datagram(NULL, ADDR_V6, fd);
	assert_true(other >= 0);
	close(other);
	close(fd);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_family_has_its_own_source),
		cmocka_unit_test(same_is_the_clients_side_where_that_can_lead),
		cmocka_unit_test(a_source_takes_no_port_before_connect),
		cmocka_unit_test(
		    what_the_host_does_not_have_is_told_by_its_setting),
		cmocka_unit_test(a_mark_is_set_or_refused_by_name),
		cmocka_unit_test(nothing_set_is_told_from_something),
		cmocka_unit_test(keepalive_has_three_probes_within_its_time),
		cmocka_unit_test(
		    a_listener_hands_keepalive_on_and_may_be_tuned_again),
		cmocka_unit_test(datagrams_leave_from_the_source_or_not_at_all),
	};

	return cmocka_run_group_tests_name("way", tests, NULL, NULL);
}
