/*
 * core/rules compared with a matcher that goes through the rules one by one, on
 * rules and questions at random.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/rule.h"
#include "core/rules.h"

/* ---- the naive matcher */

static bool
holds(const struct rule_net *net, const struct addr *a)
{
	struct addr plain = rule_plain(a);

	if (net->family != plain.family)
		return false;
	for (unsigned bit = 0; bit < net->bits; bit++)
		if (((net->ip[bit / 8] ^ plain.ip[bit / 8]) >> (7 - bit % 8) &
			1) != 0)
			return false;
	return true;
}

static bool
reaches(const struct rule_net *net, const struct addr *to)
{
	struct addr plain = rule_plain(to), loopback;

	if (holds(net, to))
		return true;
	if (!addr_is_any(&plain))
		return false;
	(void)addr_parse(
	    &loopback, plain.family == ADDR_V4 ? "127.0.0.1" : "::1", 0);
	return holds(net, &loopback);
}

static bool
name_fits(const struct rule *r, const struct rules_ask *ask)
{
	char name[256];
	size_t len;

	if (ask->name_len == 0)
		return false;
	len = rule_fold(name, ask->name, ask->name_len);
	if (r->to == RULE_TO_NAME)
		return len == r->name_len && memcmp(name, r->name, len) == 0;
	return len > r->name_len && name[len - r->name_len - 1] == '.' &&
	       memcmp(name + len - r->name_len, r->name, r->name_len) == 0;
}

static bool
naive_fits(const struct rule *r, const struct rules_ask *ask)
{
	if (r->user_len > 0 && (r->user_len != ask->user_len ||
				   memcmp(r->user, ask->user, r->user_len)))
		return false;
	if (r->from.family != ADDR_NONE && !holds(&r->from, ask->client))
		return false;
	if (ask->port < r->low || ask->port > r->high)
		return false;
	if (r->command != 0 && r->command != ask->command)
		return false;
	if (r->to == RULE_TO_NET)
		return reaches(&r->to_net, ask->to);
	return r->to == RULE_TO_ANY || name_fits(r, ask);
}

/* ---- chance, the same at each run */

static uint64_t chance;

static unsigned
pick(unsigned n)
{
	chance = chance * UINT64_C(6364136223846793005) + 1442695040888963407;
	return (unsigned)((chance >> 33) % n);
}

/* Few values, so that questions and rules often meet. */
static const char *const users[] = { "a", "b", "ab", "ba" };
static const char *const ips[] = { "0.0.0.0", "127.0.0.1", "10.0.0.1",
	"10.0.1.1", "10.1.0.1", "192.0.2.77", "::", "::1", "fe80::1",
	"2001:db8::1", "2001:db8:0:1::1", "::ffff:10.0.0.1", "::ffff:0.0.0.0",
	"255.255.255.255", "::ffff:127.9.9.9" };
static const char *const names[] = { "a.example", "A.Example.", "b.a.example",
	"c.b.a.example", "example", "a..example", ".", "aa.example" };

#define PICK(list) list[pick(sizeof list / sizeof *list)]

static size_t
random_net(char *text, const char *key)
{
	const char *ip = PICK(ips);

	return (size_t)sprintf(text, " %s %s/%u", key, ip,
	    pick(strchr(ip, ':') != NULL ? 129 : 33));
}

static const char *
random_rule(void)
{
	static char canonical[RULE_TEXT];
	char raw[512], why[RULE_WHY];
	const char *text = raw;
	size_t at = (size_t)sprintf(raw, "%s", pick(2) ? "allow" : "deny");
	unsigned word = 0, low;
	struct rule r;

	if (pick(3) == 0)
		at += (size_t)sprintf(raw + at, " user %s", PICK(users));
	if (pick(4) == 0)
		at += random_net(raw + at, "from");
	if (pick(3) == 0)
		at += random_net(raw + at, "to");
	else if (pick(3) == 0)
		at += (size_t)sprintf(
		    raw + at, " to %s%s", pick(2) ? "*." : "", names[pick(5)]);
	low = pick(4);
	if (pick(2) == 0)
		at += (size_t)sprintf(
		    raw + at, " port %u-%u", low, low + pick(2));
	if (pick(4) == 0)
		sprintf(raw + at, " command udp");
	if (!rule_parse(&r, &text, &word, why))
		fail_msg("%s: %s", raw, why);
	rule_print(&r, canonical);
	return canonical;
}

struct question {
	struct rules_ask ask;
	struct addr client, to;
};

static void
random_question(struct question *q)
{
	memset(q, 0, sizeof *q);
	(void)addr_parse(&q->client, PICK(ips), 0);
	(void)addr_parse(&q->to, PICK(ips), 0);
	q->ask.client = &q->client;
	q->ask.to = &q->to;
	q->ask.command = (uint8_t)(1 + pick(3));
	q->ask.port = (uint16_t)pick(5);
	if (pick(3) != 0) {
		q->ask.user = PICK(users);
		q->ask.user_len = strlen(q->ask.user);
	}
	if (pick(2) != 0) {
		q->ask.name = PICK(names);
		q->ask.name_len = strlen(q->ask.name);
	}
}

struct trial {
	char *texts[24];
	struct rule rules[24];
	size_t n;
};

static void
random_trial(struct trial *t)
{
	char why[RULE_WHY];

	t->n = pick(24);
	for (size_t i = 0; i < t->n; i++) {
		const char *text = t->texts[i] = strdup(random_rule());
		unsigned word = 0;

		assert_true(rule_parse(&t->rules[i], &text, &word, why));
	}
}

static size_t
naive_find(const struct trial *t, const struct rules_ask *ask)
{
	for (size_t i = 0; i < t->n; i++)
		if (naive_fits(&t->rules[i], ask))
			return i;
	return RULES_NONE;
}

static void
compare(const struct trial *t, const struct rules *set, struct question *q)
{
	struct rules_found found = rules_find(set, &q->ask);
	size_t expected = naive_find(t, &q->ask);
	bool allow = expected == RULES_NONE || t->rules[expected].allow;

	assert_int_equal(found.rule, expected);
	assert_int_equal(found.verdict, allow ? RULES_ALLOW : RULES_DENY);
	/* What is said before the address is known holds for every one. */
	q->ask.to = NULL;
	found = rules_find(set, &q->ask);
	if (found.verdict != RULES_DEPENDS)
		assert_int_equal(allow, found.verdict == RULES_ALLOW);
}

static void
random_rules_decide_as_the_naive_matcher_does(void **state)
{
	struct question q;
	struct rules *set;
	struct trial t;

	(void)state;
	chance = 20261122;
	for (int round = 0; round < 600; round++) {
		random_trial(&t);
		set = rules_new((const char *const *)t.texts, t.n, t.n, NULL);
		assert_non_null(set);
		for (int i = 0; i < 200; i++) {
			random_question(&q);
			compare(&t, set, &q);
		}
		rules_free(set);
		for (size_t i = 0; i < t.n; i++)
			free(t.texts[i]);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_rules_decide_as_the_naive_matcher_does),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
