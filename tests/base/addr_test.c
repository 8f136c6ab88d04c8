/* Addresses: every spelling that is one, none that is not. */

#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/addr.h"

static void
addresses_are_parsed_and_printed(void **state)
{
	static const struct {
		const char *text, *printed;
	} rows[] = {
		{ "10.0.0.1", "10.0.0.1:1080" },
		{ "10.0.0.1:80", "10.0.0.1:80" },
		{ "0.0.0.0:0", "0.0.0.0:0" },
		{ "::1", "[::1]:1080" },
		{ "[::1]", "[::1]:1080" },
		{ "[2001:db8::1]:65535", "[2001:db8::1]:65535" },
	};
	char text[ADDR_TEXT];
	struct addr a;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		assert_true(addr_parse(&a, rows[i].text, 1080));
		assert_int_equal(addr_print(&a, text), strlen(rows[i].printed));
		assert_string_equal(text, rows[i].printed);
	}
}

static void
what_is_no_address_is_refused(void **state)
{
	static const char *const bad[] = { "", "x", "1.2.3",
		"1.2.3.4:", "1.2.3.4:65536", "1.2.3.4:x", "1.2.3.4:-1", "[::1",
		"[::1]x", "[::1]:", "[1.2.3.4]:80", ":80", "localhost:80",
		"1.2.3.4:80:90", "[]", "::g" };
	struct addr a;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_false(addr_parse(&a, bad[i], 1080));
}

static void
socket_addresses_survive_the_way_there_and_back(void **state)
{
	static const char *const texts[] = { "192.0.2.7:81",
		"[2001:db8::9]:82" };
	struct sockaddr_storage ss;
	struct addr a, b;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		assert_true(addr_parse(&a, texts[i], 0));
		assert_true(addr_sockaddr(&a, &ss) > 0);
		b = addr_of((struct sockaddr *)&ss);
		assert_true(addr_same_ip(&a, &b));
		assert_int_equal(a.port, b.port);
	}
	ss.ss_family = AF_UNIX;
	assert_int_equal(addr_of((struct sockaddr *)&ss).family, ADDR_NONE);
}

static void
an_ipv4_address_in_ipv6_clothes_is_ipv4(void **state)
{
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6,
		.sin6_port = htons(80) };
	char text[ADDR_TEXT];
	struct addr a;

	(void)state;
	assert_int_equal(
	    inet_pton(AF_INET6, "::ffff:127.0.0.1", &v6.sin6_addr), 1);
	a = addr_of((struct sockaddr *)&v6);
	addr_print(&a, text);
	assert_string_equal(text, "127.0.0.1:80");
	assert_true(addr_is_loopback(&a));
}

static void
an_ipv6_client_is_known_by_its_64(void **state)
{
	struct addr a, b;

	(void)state;
	assert_true(addr_parse(&a, "[2001:db8::1]:5", 0));
	assert_true(addr_parse(&b, "[2001:db8::2:3]:6", 0));
	a = addr_source(&a);
	b = addr_source(&b);
	assert_memory_equal(&a, &b, sizeof a);
	assert_true(addr_parse(&b, "[2001:db8:0:1::1]:5", 0));
	b = addr_source(&b);
	assert_false(addr_same_ip(&a, &b));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_are_parsed_and_printed),
		cmocka_unit_test(what_is_no_address_is_refused),
		cmocka_unit_test(
		    socket_addresses_survive_the_way_there_and_back),
		cmocka_unit_test(an_ipv4_address_in_ipv6_clothes_is_ipv4),
		cmocka_unit_test(an_ipv6_client_is_known_by_its_64),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
