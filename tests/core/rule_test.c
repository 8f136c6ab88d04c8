/* core/rule: the text of a rule, read and written. */

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/rule.h"

static char why[RULE_WHY];

static bool
parse(struct rule *r, const char *text)
{
	unsigned word = 0;

	why[0] = '\0';
	return rule_parse(r, &text, &word, why) && *text == '\0';
}

/* What is read from text is written like that, and read again. */
static void
assert_written(const char *text, const char *canonical)
{
	char out[RULE_TEXT];
	struct rule r, again;

	if (!parse(&r, text))
		fail_msg("%s: %s", text, why);
	assert_int_equal(rule_print(&r, out), strlen(canonical));
	assert_string_equal(out, canonical);
	assert_true(parse(&again, out));
	assert_memory_equal(&r, &again, sizeof r);
}

static void
assert_refused(const char *text, const char *message)
{
	struct rule r;

	assert_false(parse(&r, text));
	assert_string_equal(why, message);
}

static void
pairs_may_come_in_any_order_and_are_written_in_one(void **state)
{
	(void)state;
	assert_written("allow", "allow");
	assert_written("  deny\t", "deny");
	assert_written("deny command udp port 53 to 192.0.2.0/24 from "
		       "10.0.0.0/8 user alice",
	    "deny user alice from 10.0.0.0/8 to 192.0.2.0/24 port 53 "
	    "command udp");
	assert_written("allow command connect", "allow command connect");
	assert_written("allow command bind", "allow command bind");
}

static void
networks_are_written_without_octets_behind_the_prefix(void **state)
{
	(void)state;
	assert_written("deny to 10.1.2.3/8", "deny to 10.0.0.0/8");
	assert_written("deny to 10.255.255.255/9", "deny to 10.128.0.0/9");
	assert_written("deny to 10.1.2.3/32", "deny to 10.1.2.3");
	assert_written("deny to 0.0.0.0/0", "deny to 0.0.0.0/0");
	assert_written("deny to 2001:DB8:0::1/33", "deny to 2001:db8::/33");
	assert_written("deny from ::1/128", "deny from ::1");
	assert_written("deny from ::/0", "deny from ::/0");
}

static void
ipv4_written_as_ipv6_is_ipv4(void **state)
{
	(void)state;
	assert_written("deny to ::ffff:127.0.0.1", "deny to 127.0.0.1");
	assert_written("deny to ::ffff:10.0.0.0/104", "deny to 10.0.0.0/8");
	assert_written("deny to ::ffff:0:0/96", "deny to 0.0.0.0/0");
}

static void
names_are_written_small_and_without_a_final_dot(void **state)
{
	(void)state;
	assert_written("deny to Example.ORG.", "deny to example.org");
	assert_written("deny to *.Example.org", "deny to *.example.org");
	assert_written("deny to localhost", "deny to localhost");
	assert_written("deny to a_b-c.9.x1", "deny to a_b-c.9.x1");
	assert_written("deny to b\xc3\xbc\x63her.example",
	    "deny to b\xc3\xbc\x63her.example");
}

static void
ports_are_one_or_a_range(void **state)
{
	(void)state;
	assert_written("allow port 443", "allow port 443");
	assert_written("allow port 443-443", "allow port 443");
	assert_written("allow port 8000-8099", "allow port 8000-8099");
	assert_written("allow port 0-65535", "allow");
	assert_written("allow port 65535", "allow port 65535");
	assert_written("allow port 0", "allow port 0");
}

static void
a_users_name_may_have_any_octets_of_a_name(void **state)
{
	struct rule r;

	(void)state;
	assert_written("allow user allow", "allow user allow");
	assert_written(
	    "allow user J\\x20D\\x23\\x5c", "allow user J\\x20D\\x23\\x5c");
	assert_true(parse(&r, "allow user J\\x20D\\x5C"));
	assert_int_equal(r.user_len, 4);
	assert_memory_equal(r.user, "J D\\", 4);
}

static void
the_longest_rule_has_room(void **state)
{
	char text[4096], out[RULE_TEXT];
	size_t at = (size_t)sprintf(text, "allow user ");
	struct rule r;

	(void)state;
	for (int i = 0; i < 255; i++)
		at += (size_t)sprintf(text + at, "\\x23");
	at += (size_t)sprintf(text + at,
	    " from 2001:db8:1111:2222:3333:4444:5555:6666/127 to *.");
	for (int i = 0; i < 126; i++)
		at += (size_t)sprintf(text + at, "a.");
	sprintf(text + at, "a port 10000-20000 command connect");
	assert_true(parse(&r, text));
	assert_int_equal(rule_print(&r, out), strlen(text));
	assert_string_equal(out, text);
}

static void
a_bad_rule_is_explained_by_its_word(void **state)
{
	(void)state;
	assert_refused("", "word 1 is missing: want allow or deny");
	assert_refused(
	    "alow to 10.0.0.0/8", "word 1, \"alow\": want allow or deny");
	assert_refused("deny too 10.0.0.0/8",
	    "word 2, \"too\": not user, from, to, port or command");
	assert_refused("deny to 10.0.0.0/8 port",
	    "word 5 is missing: want a port or a range like 8000-8099");
	assert_refused(
	    "deny port 1 port 2", "word 4, \"port\": it was given before");
	assert_refused("deny to 10.0.0.0/33",
	    "word 3, \"10.0.0.0/33\": the prefix is not between 0 and 32 bits");
	assert_refused("deny to ::/129",
	    "word 3, \"::/129\": the prefix is not between 0 and 128 bits");
	assert_refused("deny to 10.0.0", "word 3, \"10.0.0\": want a network "
					 "like 10.0.0.0/8, 192.0.2.1 or "
					 "2001:db8::/32");
	assert_refused("deny from example.org",
	    "word 3, \"example.org\": want a network like 10.0.0.0/8, "
	    "192.0.2.1 or 2001:db8::/32");
	assert_refused("deny to a*.example.org",
	    "word 3, \"a*.example.org\": want a network, or a name like "
	    "example.org or *.example.org");
	assert_refused("deny to *", "word 3, \"*\": want a network, or a name "
				    "like example.org or *.example.org");
	assert_refused("allow port 80-",
	    "word 3, \"80-\": want a port or a range between 0 and 65535, like "
	    "443 or 8000-8099");
	assert_refused("allow port 65536",
	    "word 3, \"65536\": want a port or a range between 0 and 65535, "
	    "like 443 or 8000-8099");
	assert_refused("allow port 90-80",
	    "word 3, \"90-80\": the range ends before it begins");
	assert_refused(
	    "allow command tcp", "word 3, \"tcp\": not connect, bind or udp");
	assert_refused("allow user a\\x2",
	    "word 3, \"a\\x5cx2\": a \\ begins \\xHH, an octet");
	assert_refused("allow user a\\x0a",
	    "word 3, \"a\\x5cx0a\": not the name of a user");
}

static void
names_that_cannot_be_are_refused(void **state)
{
	static const char *const names[] = { ".", "..", "a..b", ".a", "a b",
		"*.", "*.*.a", "a/b", "a:b", "\xff.org", "a\x01" };
	char text[600] = "deny to ";
	struct rule r;

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		strcpy(text + 8, names[i]);
		assert_false(parse(&r, text));
	}
	memset(text + 8, 'a', 64);
	text[8 + 64] = '\0';
	assert_false(parse(&r, text));
	text[8 + 63] = '\0';
	assert_true(parse(&r, text));
	for (size_t i = 0; i < 254; i++)
		text[8 + i] = i % 2 == 0 ? 'a' : '.';
	text[8 + 254] = '\0';
	assert_true(parse(&r, text)); /* 253 and a final dot */
	strcpy(text + 8 + 254, "a");
	assert_false(parse(&r, text));
}

static void
several_rules_in_one_text_are_read_one_by_one(void **state)
{
	const char *text = "deny to 10.0.0.0/8 allow user deny  deny port x";
	char out[RULE_TEXT];
	unsigned word = 0;
	struct rule r;

	(void)state;
	assert_true(rule_parse(&r, &text, &word, why));
	rule_print(&r, out);
	assert_string_equal(out, "deny to 10.0.0.0/8");
	assert_string_equal(text, "allow user deny  deny port x");
	assert_true(rule_parse(&r, &text, &word, why));
	rule_print(&r, out);
	assert_string_equal(out, "allow user deny");
	assert_string_equal(text, "deny port x");
	assert_false(rule_parse(&r, &text, &word, why));
	assert_string_equal(text, "deny port x");
	assert_string_equal(why, "word 9, \"x\": want a port or a range "
				 "between 0 and 65535, like 443 or 8000-8099");
}

/* Reading stops at the text's end, wherever that is. */
static void
every_prefix_of_a_rule_is_read_or_refused(void **state)
{
	static const char whole[] =
	    "deny user a\\x20b from ::1/64 to *.example.org port 1-2 "
	    "command udp";
	char text[sizeof whole];
	struct rule r;

	(void)state;
	for (size_t n = 0; n < sizeof whole; n++) {
		memcpy(text, whole, n);
		text[n] = '\0';
		if (!parse(&r, text))
			assert_true(strlen(why) > 0);
	}
	assert_true(parse(&r, whole));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    pairs_may_come_in_any_order_and_are_written_in_one),
		cmocka_unit_test(
		    networks_are_written_without_octets_behind_the_prefix),
		cmocka_unit_test(ipv4_written_as_ipv6_is_ipv4),
		cmocka_unit_test(
		    names_are_written_small_and_without_a_final_dot),
		cmocka_unit_test(ports_are_one_or_a_range),
		cmocka_unit_test(a_users_name_may_have_any_octets_of_a_name),
		cmocka_unit_test(the_longest_rule_has_room),
		cmocka_unit_test(a_bad_rule_is_explained_by_its_word),
		cmocka_unit_test(names_that_cannot_be_are_refused),
		cmocka_unit_test(several_rules_in_one_text_are_read_one_by_one),
		cmocka_unit_test(every_prefix_of_a_rule_is_read_or_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
