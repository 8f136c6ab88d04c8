/* Asking a set of rules; core/rules.h. */

#include <string.h>

#include "core/rules_set.h"

enum {
	ALLOWS_LOOKED = 64, /* then an answer without an address is "depends" */
};

/* A question in the form in which keys are written. */
struct search {
	const struct rules *set;
	const struct rules_ask *ask;
	struct addr client;
	struct addr spellings[2]; /* of the target's address */
	size_t nspellings;
	size_t name_len;
	const struct entry *best;
	unsigned looked;
	char name[255];
};

/* Linux dials the loopback when it is told to dial no address. */
static void
spell(struct search *s, const struct addr *to)
{
	struct addr *a = s->spellings;

	a[0] = rule_plain(to);
	s->nspellings = 1;
	if (a[0].family == ADDR_NONE || !addr_is_any(&a[0]))
		return;
	a[1] = a[0];
	a[1].ip[a[0].family == ADDR_V4 ? 3 : 15] = 1;
	if (a[0].family == ADDR_V4)
		a[1].ip[0] = 127;
	s->nspellings = 2;
}

/* Without a port one is allowed if any is, and denied if all are. */
static bool
fits_port(const struct entry *e, const struct rules_ask *ask)
{
	if (ask->any_port)
		return e->allow || (e->low <= 1 && e->high == UINT16_MAX);
	return ask->port >= e->low && ask->port <= e->high;
}

static bool
fits(const struct entry *e, const struct rules_ask *ask)
{
	return fits_port(e, ask) &&
	       (e->command == 0 || e->command == ask->command);
}

/* Look under one key for a rule that comes before the best one yet. */
static void
probe(struct search *s, const struct rules_key *k)
{
	const struct entry *e = map_get(&s->set->keys, k->bytes, k->len);

	s->looked++;
	for (; e != NULL; e = e->next) {
		if (s->best != NULL && e->index > s->best->index)
			return;
		s->looked++;
		if (fits(e, s->ask)) {
			s->best = e;
			return;
		}
	}
}

static void
probe_net(struct search *s, const struct shape *shape, struct rules_key *k)
{
	size_t len = k->len;

	for (size_t i = 0; i < s->nspellings; i++) {
		struct rule_net net;

		if (s->spellings[i].family != shape->net_family)
			continue;
		net = rule_net_of(&s->spellings[i], shape->net_bits);
		rules_key_add_net(k, &net);
		probe(s, k);
		k->len = len;
	}
}

/* Each end of the name that follows a dot. */
static void
probe_suffixes(struct search *s, struct rules_key *k)
{
	const char *end = s->name + s->name_len, *at = s->name;
	size_t len = k->len;

	while ((at = memchr(at, '.', (size_t)(end - at))) != NULL) {
		at++;
		rules_key_add(k, at, (size_t)(end - at));
		probe(s, k);
		k->len = len;
	}
}

static void
probe_shape(struct search *s, size_t number)
{
	const struct shape *shape = &s->set->shapes[number];
	const struct rules_ask *ask = s->ask;
	struct rule_net from = { 0 };
	struct rules_key k;

	if (shape->user && ask->user_len == 0)
		return;
	if (shape->from_family != ADDR_NONE) {
		if (s->client.family != shape->from_family)
			return;
		from = rule_net_of(&s->client, shape->from_bits);
	}
	rules_key_begin(
	    &k, number, ask->user, shape->user ? ask->user_len : 0, &from);
	if (shape->to == RULE_TO_NET) {
		probe_net(s, shape, &k);
	} else if (shape->to == RULE_TO_SUFFIX) {
		probe_suffixes(s, &k);
	} else if (shape->to == RULE_TO_ANY) {
		probe(s, &k);
	} else if (s->name_len > 0) {
		rules_key_add(&k, s->name, s->name_len);
		probe(s, &k);
	}
}

/* Would the rule fit if the address were right? */
static bool
might_fit(const struct search *s, const struct entry *e)
{
	const struct rules_ask *ask = s->ask;
	struct rule_net from;

	if (!fits(e, ask) ||
	    (e->user_len > 0 && (e->user_len != ask->user_len ||
				    memcmp(e->bytes + RULES_KEY_USER, ask->user,
					ask->user_len) != 0)))
		return false;
	if (e->from.family == ADDR_NONE)
		return true;
	if (e->from.family != s->client.family)
		return false;
	from = rule_net_of(&s->client, e->from.bits);
	return memcmp(from.ip, e->from.ip, sizeof from.ip) == 0;
}

/* Is there an address with which an earlier rule would allow it? */
static bool
might_be_allowed(struct search *s)
{
	for (size_t i = 0; i < s->set->nallows; i++) {
		size_t index = s->set->allows[i];

		if (index > s->best->index)
			return false;
		s->looked++;
		if (i == ALLOWS_LOOKED || might_fit(s, s->set->entries[index]))
			return true;
	}
	return false;
}

static enum rules_verdict
judge(struct search *s)
{
	bool allow = s->best == NULL || s->best->allow;

	if (s->ask->to != NULL)
		return allow ? RULES_ALLOW : RULES_DENY;
	if (!allow && !might_be_allowed(s))
		return RULES_DENY;
	return RULES_DEPENDS;
}

/* Find the first rule that fits; without an address, of those that need none.
 */
static void
run(struct search *s)
{
	const struct rules_ask *ask = s->ask;

	s->client = rule_plain(ask->client);
	if (ask->to != NULL)
		spell(s, ask->to);
	if (ask->name_len > 0 && ask->name_len <= sizeof s->name)
		s->name_len = rule_fold(s->name, ask->name, ask->name_len);
	for (size_t i = 0; i < s->set->nshapes; i++) {
		if (s->best != NULL && s->set->shapes[i].first > s->best->index)
			break;
		probe_shape(s, i);
	}
}

struct rules_found
rules_find(const struct rules *set, const struct rules_ask *ask)
{
	struct rules_found found = { .rule = RULES_NONE };
	struct search s = { .set = set, .ask = ask };

	if (set == NULL || set->count == 0)
		return found;
	run(&s);
	found.verdict = judge(&s);
	found.looked = s.looked;
	if (s.best != NULL && found.verdict != RULES_DEPENDS)
		found.rule = s.best->index;
	return found;
}

size_t
rules_depend(const struct rules *set, const struct rules_ask *ask,
    size_t list[], size_t room, size_t *otherwise)
{
	size_t n = 0, count = rules_count(set);
	struct search s = { .set = set, .ask = ask };

	*otherwise = RULES_NONE;
	if (count == 0)
		return 0;
	run(&s);
	if (s.best != NULL)
		*otherwise = count = s.best->index;
	for (size_t i = 0; i < count; i++) {
		const struct entry *e = set->entries[i];

		if (set->shapes[e->shape].net_family == ADDR_NONE ||
		    !might_fit(&s, e))
			continue;
		if (n < room)
			list[n] = i;
		n++;
	}
	return n;
}

void
rules_count_hit(const struct rules *set, const struct rules_found *found)
{
	if (found->rule != RULES_NONE)
		atomic_fetch_add_explicit(
		    &set->entries[found->rule]->tally->hits, 1,
		    memory_order_relaxed);
}
