/*
 * core/rules: which rule decides, and how little is looked at to find it.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "core/rules.h"
#include "proto/socks5.h"
#include "tests/memory.h"

enum { MOST = 10 * 1000 };

static const struct addr client = { .ip = { 10, 0, 0, 1 }, .family = ADDR_V4 };

/* ---- asking in one line */

/* The rules of a text that ends in NULL. */
static struct rules *
make(const char *const texts[])
{
	struct rules *set;
	size_t n = 0;

	while (texts[n] != NULL)
		n++;
	set = rules_new(texts, n, n, NULL);
	assert_non_null(set);
	return set;
}

#define RULES(...) make((const char *const[]){ __VA_ARGS__, NULL })

static struct rules_found
find(const struct rules *set, const char *user, const char *name,
    const char *to, uint16_t port)
{
	struct rules_ask ask = {
		.user = user,
		.user_len = user != NULL ? strlen(user) : 0,
		.client = &client,
		.command = SOCKS_CONNECT,
		.name = name,
		.name_len = name != NULL ? strlen(name) : 0,
		.port = port,
	};
	struct addr a;

	if (to != NULL) {
		assert_true(addr_parse(&a, to, 0));
		ask.to = &a;
	}
	return rules_find(set, &ask);
}

static void
assert_address(const struct rules *set, const char *to, bool allowed)
{
	assert_int_equal(find(set, NULL, NULL, to, 80).verdict,
	    allowed ? RULES_ALLOW : RULES_DENY);
}

static void
assert_name(const struct rules *set, const char *name, bool allowed)
{
	assert_int_equal(find(set, NULL, name, "192.0.2.1", 80).verdict,
	    allowed ? RULES_ALLOW : RULES_DENY);
}

/* ---- what fits */

static void
without_a_rule_everything_is_allowed(void **state)
{
	struct rules *set = rules_new(NULL, 0, 0, NULL);

	(void)state;
	assert_address(NULL, "127.0.0.1", true);
	assert_address(set, "127.0.0.1", true);
	assert_int_equal(find(set, "bob", "x", NULL, 1).rule, RULES_NONE);
	rules_free(set);
}

static void
the_first_rule_that_fits_decides(void **state)
{
	struct rules *set =
	    RULES("deny to 10.1.0.0/16 port 22", "allow to 10.1.2.0/24",
		"deny to 10.1.0.0/16", "allow to 10.0.0.0/8", "deny");

	(void)state;
	assert_int_equal(find(set, NULL, NULL, "10.1.2.3", 22).rule, 0);
	assert_int_equal(find(set, NULL, NULL, "10.1.2.3", 80).rule, 1);
	assert_int_equal(find(set, NULL, NULL, "10.1.3.3", 80).rule, 2);
	assert_int_equal(find(set, NULL, NULL, "10.2.2.3", 22).rule, 3);
	assert_int_equal(find(set, NULL, NULL, "11.2.2.3", 22).rule, 4);
	assert_int_equal(find(set, NULL, NULL, "2001:db8::1", 22).rule, 4);
	rules_free(set);
}

static void
an_address_is_denied_in_every_spelling(void **state)
{
	struct rules *set =
	    RULES("deny to 127.0.0.0/8", "deny to ::1", "deny to 10.9.0.0/16");

	(void)state;
	assert_address(set, "127.0.0.1", false);
	assert_address(set, "127.255.1.1", false);
	assert_address(set, "[::ffff:127.0.0.1]", false);
	assert_address(set, "0.0.0.0", false);
	assert_address(set, "[::ffff:0.0.0.0]", false);
	assert_address(set, "::1", false);
	assert_address(set, "::", false);
	assert_address(set, "[::ffff:10.9.8.7]", false);
	assert_address(set, "128.0.0.1", true);
	assert_address(set, "::2", true);
	rules_free(set);
}

static void
no_address_has_its_own_network_too(void **state)
{
	struct rules *set =
	    RULES("deny to 0.0.0.0/8", "deny to ::/128", "allow");

	(void)state;
	assert_address(set, "0.0.0.0", false);
	assert_address(set, "0.1.2.3", false);
	assert_address(set, "::", false);
	assert_address(set, "::1", true);
	rules_free(set);
}

static void
a_network_of_ipv6_does_not_hold_ipv4(void **state)
{
	struct rules *set = RULES("deny to ::/0");

	(void)state;
	assert_address(set, "::ffff:1.2.3.4", true);
	assert_address(set, "1.2.3.4", true);
	assert_address(set, "fe80::1", false);
	rules_free(set);
}

static void
names_fit_whatever_their_case_and_final_dot(void **state)
{
	struct rules *set = RULES("deny to example.org");

	(void)state;
	assert_name(set, "example.org", false);
	assert_name(set, "EXAMPLE.org", false);
	assert_name(set, "example.org.", false);
	assert_name(set, "www.example.org", true);
	assert_name(set, "xample.org", true);
	assert_name(set, "example.or", true);
	assert_name(set, "", true);
	assert_address(set, "192.0.2.1", true);
	rules_free(set);
}

static void
a_suffix_fits_what_ends_in_it_but_not_itself(void **state)
{
	struct rules *set = RULES("deny to *.example.org");

	(void)state;
	assert_name(set, "www.example.org", false);
	assert_name(set, "a.b.Example.Org.", false);
	assert_name(set, "example.org", true);
	assert_name(set, "anexample.org", true);
	assert_name(set, "www.example.org.uk", true);
	rules_free(set);
}

static void
the_user_is_who_has_logged_in(void **state)
{
	struct rules *set = RULES("allow user alice", "deny");

	(void)state;
	assert_int_equal(find(set, "alice", NULL, "1.2.3.4", 1).rule, 0);
	assert_int_equal(find(set, "Alice", NULL, "1.2.3.4", 1).rule, 1);
	assert_int_equal(find(set, "alic", NULL, "1.2.3.4", 1).rule, 1);
	assert_int_equal(find(set, NULL, NULL, "1.2.3.4", 1).rule, 1);
	rules_free(set);
}

static void
the_client_is_told_by_its_network(void **state)
{
	struct rules *near = RULES("deny from 10.0.0.0/24");
	struct rules *far = RULES("deny from 10.0.1.0/24", "deny from ::/0");

	(void)state;
	assert_address(near, "1.2.3.4", false);
	assert_address(far, "1.2.3.4", true);
	rules_free(near);
	rules_free(far);
}

static void
ports_fit_with_both_ends_of_their_range(void **state)
{
	struct rules *set = RULES("deny port 8000-8099");

	(void)state;
	assert_int_equal(
	    find(set, NULL, NULL, "::1", 7999).verdict, RULES_ALLOW);
	assert_int_equal(
	    find(set, NULL, NULL, "::1", 8000).verdict, RULES_DENY);
	assert_int_equal(
	    find(set, NULL, NULL, "::1", 8099).verdict, RULES_DENY);
	assert_int_equal(
	    find(set, NULL, NULL, "::1", 8100).verdict, RULES_ALLOW);
	rules_free(set);
}

static void
commands_are_told_apart(void **state)
{
	struct rules *set = RULES("deny command bind", "deny command udp");
	struct rules_ask ask = { .client = &client, .to = &client };

	(void)state;
	ask.command = SOCKS_CONNECT;
	assert_int_equal(rules_find(set, &ask).rule, RULES_NONE);
	ask.command = SOCKS_BIND;
	assert_int_equal(rules_find(set, &ask).rule, 0);
	ask.command = SOCKS_ASSOCIATE;
	assert_int_equal(rules_find(set, &ask).rule, 1);
	rules_free(set);
}

/* ---- before the name is resolved */

static void
a_name_no_address_can_save_is_denied_unresolved(void **state)
{
	struct rules *set = RULES("deny to 10.0.0.0/8", "deny to *.ads.example",
	    "allow to 192.0.2.0/24 port 22", "deny port 25");

	(void)state;
	assert_int_equal(
	    find(set, NULL, "x.ads.example", NULL, 80).verdict, RULES_DENY);
	assert_int_equal(find(set, NULL, "x.ads.example", NULL, 80).rule, 1);
	assert_int_equal(
	    find(set, NULL, "a.example", NULL, 25).verdict, RULES_DENY);
	rules_free(set);
}

static void
a_name_whose_address_may_be_allowed_is_resolved_first(void **state)
{
	struct rules *set = RULES("allow user bob to 10.0.0.0/8 port 80",
	    "deny to a.example", "allow to 10.0.0.0/8", "deny to b.example");

	(void)state;
	assert_int_equal(
	    find(set, "bob", "a.example", NULL, 80).verdict, RULES_DEPENDS);
	assert_int_equal(
	    find(set, "eve", "a.example", NULL, 80).verdict, RULES_DENY);
	assert_int_equal(
	    find(set, "bob", "a.example", NULL, 81).verdict, RULES_DENY);
	assert_int_equal(
	    find(set, "eve", "b.example", NULL, 80).verdict, RULES_DEPENDS);
	assert_int_equal(
	    find(set, "eve", "c.example", NULL, 80).verdict, RULES_DEPENDS);
	rules_free(set);
}

/* ---- counters */

static void
a_rule_with_the_same_text_keeps_its_count(void **state)
{
	static const char *const texts[] = { "deny to 10.0.0.0/8", "allow",
		"allow" };
	struct rules *set = rules_new(texts, 3, 1, NULL), *next;
	struct rules_found found = find(set, NULL, NULL, "10.0.0.1", 1);

	(void)state;
	rules_count_hit(set, &found);
	rules_count_hit(set, &found);
	found = find(set, NULL, NULL, "11.0.0.1", 1);
	rules_count_hit(set, &found);
	found.rule = RULES_NONE;
	rules_count_hit(set, &found);
	/* In another order, and one of two alike is gone. */
	next = rules_new(
	    (const char *const[]){ "allow", "deny", "deny to 10.0.0.0/8" }, 3,
	    3, set);
	assert_int_equal(rules_row(next, 0).hits, 1);
	assert_int_equal(rules_row(next, 1).hits, 0);
	assert_int_equal(rules_row(next, 2).hits, 2);
	/* Workers may still ask the old set. */
	found = find(set, NULL, NULL, "10.0.0.1", 1);
	rules_count_hit(set, &found);
	assert_int_equal(rules_row(next, 2).hits, 3);
	assert_true(rules_row(set, 1).own);
	assert_false(rules_row(set, 0).own);
	assert_string_equal(rules_row(set, 0).text, "deny to 10.0.0.0/8");
	rules_free(set);
	assert_int_equal(rules_row(next, 2).hits, 3);
	rules_free(next);
}

static void
a_set_knows_what_it_was_made_of(void **state)
{
	static const char *const texts[] = { "allow", "deny" };
	struct rules *set = rules_new(texts, 2, 1, NULL);

	(void)state;
	assert_int_equal(rules_count(set), 2);
	assert_true(rules_are(set, texts, 2, 1));
	assert_false(rules_are(set, texts, 2, 2));
	assert_false(rules_are(set, texts, 1, 1));
	assert_false(
	    rules_are(set, (const char *const[]){ "allow", "allow" }, 2, 1));
	rules_free(set);
}

static void
a_text_that_is_no_rule_makes_no_set(void **state)
{
	(void)state;
	errno = 0;
	assert_null(rules_new(
	    (const char *const[]){ "allow", "allow deny" }, 2, 2, NULL));
	assert_int_equal(errno, EINVAL);
}

/* ---- ids, and what an answer hangs on */

static void
a_rule_keeps_its_id_when_others_come_go_and_move(void **state)
{
	static const char *const first[] = { "allow port 1", "deny to 10.0.0.1",
		"allow port 1", "deny" };
	static const char *const second[] = { "deny", "deny to 10.0.0.2",
		"allow port 1", "allow port 1" };
	struct rules *a = rules_new(first, 4, 4, NULL);
	struct rules *b = rules_new(second, 4, 4, a);

	(void)state;
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(rules_row(a, i).id, i + 1);
	assert_int_equal(rules_row(b, 0).id, 4);
	assert_int_equal(rules_row(b, 1).id, 5);
	assert_int_equal(rules_row(b, 2).id, 1);
	assert_int_equal(rules_row(b, 3).id, 3);
	rules_free(a);
	a = rules_new(first, 4, 4, b);
	/* What was gone is another rule when it comes again. */
	assert_int_equal(rules_row(a, 0).id, 1);
	assert_int_equal(rules_row(a, 1).id, 6);
	assert_int_equal(rules_row(a, 2).id, 3);
	assert_int_equal(rules_row(a, 3).id, 4);
	assert_int_equal(rules_find_id(a, 6), 1);
	assert_true(rules_find_id(a, 2) == RULES_NONE);
	assert_true(rules_find_id(NULL, 1) == RULES_NONE);
	rules_free(a);
	rules_free(b);
}

static void
of_a_name_the_rules_that_depend_on_its_address_are_told(void **state)
{
	struct rules *set = RULES("deny user bob", "deny to 10.0.0.0/8",
	    "allow from 192.0.2.0/24 to 10.0.0.0/7", "deny to ::1 port 22",
	    "allow to *.org", "deny to 172.16.0.0/12", "deny");
	struct rules_ask ask = { .client = &client,
		.command = SOCKS_CONNECT,
		.name = "a.org",
		.name_len = 5,
		.port = 22 };
	size_t list[8], otherwise;

	(void)state;
	assert_int_equal(rules_depend(set, &ask, list, 8, &otherwise), 2);
	assert_int_equal(list[0], 1);
	assert_int_equal(list[1], 3);
	assert_int_equal(otherwise, 4);
	ask.name = "a.net";
	assert_int_equal(rules_depend(set, &ask, list, 1, &otherwise), 3);
	assert_int_equal(otherwise, 6);
	ask.user = "bob";
	ask.user_len = 3;
	assert_int_equal(rules_depend(set, &ask, list, 8, &otherwise), 0);
	assert_int_equal(otherwise, 0);
	assert_int_equal(rules_depend(NULL, &ask, list, 8, &otherwise), 0);
	assert_true(otherwise == RULES_NONE);
	rules_free(set);
}

/* Each allocation fails in turn; the set before stays as it was. */
static void
a_set_without_memory_is_not_made_and_leaves_no_trace(void **state)
{
	static const char *const texts[] = { "allow to 10.0.0.0/8",
		"deny user a to 10.0.0.0/9", "deny to *.a port 1", "deny" };
	struct rules *before = rules_new(texts, 2, 2, NULL), *set;
	struct rules_found found = find(before, NULL, NULL, "10.0.0.1", 1);
	size_t fail = 1;

	(void)state;
	rules_count_hit(before, &found);
	for (;; fail++) {
		memory_begin(fail);
		errno = 0;
		set = rules_new(texts, 4, 4, before);
		if (memory.calls < fail)
			break;
		assert_null(set);
		assert_int_equal(errno, ENOMEM);
		assert_int_equal(rules_row(before, 0).hits, 1);
	}
	memory_begin(0);
	assert_true(fail > 4);
	assert_int_equal(rules_row(set, 0).hits, 1);
	rules_free(before);
	rules_free(set);
}

/* ---- ten thousand */

/* Rules as an operator's list would have them, none of which fits. */
static void
many(char *texts[MOST])
{
	char text[128];

	for (unsigned i = 0; i < MOST; i++) {
		unsigned a = i >> 8, b = i & 255;

		switch (i % 5) {
		case 0:
			sprintf(text, "deny to 20.%u.%u.0/24", a, b);
			break;
		case 1:
			sprintf(text, "deny to host%u.example", i);
			break;
		case 2:
			sprintf(text, "deny to *.ads%u.example", i);
			break;
		case 3:
			sprintf(
			    text, "allow user user%u to 10.0.0.0/8 port 22", i);
			break;
		default:
			sprintf(text, "deny from 30.%u.%u.0/24 port 25", a, b);
		}
		texts[i] = strdup(text);
	}
}

static void
ten_thousand_rules_are_decided_by_a_few_looks(void **state)
{
	enum { ASKED = 100 * 1000 };
	static char *texts[MOST];
	struct rules_found found;
	struct rules *set;
	uint64_t start;

	(void)state;
	many(texts);
	set = rules_new((const char *const *)texts, MOST, MOST, NULL);
	assert_non_null(set);
	found =
	    find(set, "user9998", "www.some.where.example", "192.0.2.1", 80);
	assert_int_equal(found.rule, RULES_NONE);
	/* A look for each of five shapes, and two more ends of the name. */
	assert_in_range(found.looked, 1, 8);
	found = find(set, "user9998", NULL, "10.4.5.6", 22);
	assert_int_equal(found.rule, 9998);
	assert_in_range(found.looked, 1, 8);
	start = clock_ms();
	for (int i = 0; i < ASKED; i++)
		(void)find(
		    set, "user9998", "www.some.where.example", "192.0.2.1", 80);
	print_message("10,000 rules: %llu ns for a question\n",
	    (unsigned long long)((clock_ms() - start) * 1000000 / ASKED));
	rules_free(set);
	for (size_t i = 0; i < MOST; i++)
		free(texts[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_a_rule_everything_is_allowed),
		cmocka_unit_test(the_first_rule_that_fits_decides),
		cmocka_unit_test(an_address_is_denied_in_every_spelling),
		cmocka_unit_test(no_address_has_its_own_network_too),
		cmocka_unit_test(a_network_of_ipv6_does_not_hold_ipv4),
		cmocka_unit_test(names_fit_whatever_their_case_and_final_dot),
		cmocka_unit_test(a_suffix_fits_what_ends_in_it_but_not_itself),
		cmocka_unit_test(the_user_is_who_has_logged_in),
		cmocka_unit_test(the_client_is_told_by_its_network),
		cmocka_unit_test(ports_fit_with_both_ends_of_their_range),
		cmocka_unit_test(commands_are_told_apart),
		cmocka_unit_test(
		    a_name_no_address_can_save_is_denied_unresolved),
		cmocka_unit_test(
		    a_name_whose_address_may_be_allowed_is_resolved_first),
		cmocka_unit_test(a_rule_with_the_same_text_keeps_its_count),
		cmocka_unit_test(a_set_knows_what_it_was_made_of),
		cmocka_unit_test(a_text_that_is_no_rule_makes_no_set),
		cmocka_unit_test(
		    a_rule_keeps_its_id_when_others_come_go_and_move),
		cmocka_unit_test(
		    of_a_name_the_rules_that_depend_on_its_address_are_told),
		cmocka_unit_test(
		    a_set_without_memory_is_not_made_and_leaves_no_trace),
		cmocka_unit_test(ten_thousand_rules_are_decided_by_a_few_looks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
