/* Making sets of rules; core/rules.h. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/rules_set.h"

/* ---- keys */

void
rules_key_add(struct rules_key *k, const char *name, size_t len)
{
	if (len > 0)
		memcpy(k->bytes + k->len, name, len);
	k->len += len;
}

void
rules_key_add_net(struct rules_key *k, const struct rule_net *net)
{
	if (net->family != ADDR_NONE)
		rules_key_add(
		    k, (const char *)net->ip, net->family == ADDR_V4 ? 4 : 16);
}

void
rules_key_begin(struct rules_key *k, size_t shape, const char *user,
    size_t user_len, const struct rule_net *from)
{
	k->bytes[0] = (char)(shape >> 8);
	k->bytes[1] = (char)shape;
	k->bytes[2] = (char)user_len;
	k->len = RULES_KEY_USER;
	rules_key_add(k, user, user_len);
	rules_key_add_net(k, from);
}

/* ---- making a set */

static struct shape
shape_of(const struct rule *r, size_t index)
{
	return (struct shape){
		.first = index,
		.user = r->user_len > 0,
		.to = (uint8_t)r->to,
		.from_family = r->from.family,
		.from_bits = r->from.bits,
		.net_family = r->to_net.family,
		.net_bits = r->to_net.bits,
	};
}

static bool
same_shape(const struct shape *a, const struct shape *b)
{
	return a->user == b->user && a->to == b->to &&
	       a->from_family == b->from_family &&
	       a->from_bits == b->from_bits && a->net_family == b->net_family &&
	       a->net_bits == b->net_bits;
}

/* The shape's number, made if it is new; or -ENOMEM. */
static int
find_shape(struct rules *set, const struct rule *r, size_t index)
{
	struct shape wanted = shape_of(r, index), *more;
	size_t n = set->nshapes;

	for (size_t i = 0; i < n; i++)
		if (same_shape(&set->shapes[i], &wanted))
			return (int)i;
	if ((n & (n - 1)) == 0) { /* room for a power of two */
		more =
		    realloc(set->shapes, (n == 0 ? 1 : n * 2) * sizeof *more);
		if (more == NULL)
			return -ENOMEM;
		set->shapes = more;
	}
	set->shapes[n] = wanted;
	set->nshapes++;
	return (int)n;
}

static struct entry *
new_entry(const struct rule *r, size_t index, int shape)
{
	struct rules_key k;
	char text[RULE_TEXT];
	size_t len = rule_print(r, text);
	struct entry *e;

	rules_key_begin(&k, (size_t)shape, r->user, r->user_len, &r->from);
	rules_key_add_net(&k, &r->to_net);
	rules_key_add(&k, r->name, r->name_len);
	if ((e = calloc(1, sizeof *e + k.len + len + 1)) == NULL)
		return NULL;
	e->last = e;
	e->index = index;
	e->shape = (uint16_t)shape;
	e->low = r->low;
	e->high = r->high;
	e->command = r->command;
	e->user_len = r->user_len;
	e->allow = r->allow;
	e->from = r->from;
	e->key_len = k.len;
	memcpy(e->bytes, k.bytes, k.len);
	memcpy(e->bytes + k.len, text, len + 1);
	e->text = e->bytes + k.len;
	return e;
}

static int
link_entry(struct rules *set, struct entry *e)
{
	struct entry *first = map_get(&set->keys, e->bytes, e->key_len);

	if (first == NULL)
		return map_put(&set->keys, e->bytes, e->key_len, e);
	first->last->next = e;
	first->last = e;
	return 0;
}

/* Tallies of the set before by text, of equal texts in order. */
static int
collect(const struct rules *before, struct map *tallies)
{
	for (size_t i = before == NULL ? 0 : before->count; i-- > 0;) {
		struct entry *e = before->entries[i];
		size_t len = strlen(e->text);

		e->tally->next = map_get(tallies, e->text, len);
		if (map_put(tallies, e->text, len, e->tally) != 0)
			return -ENOMEM;
	}
	return 0;
}

/* The first that is left of those with that text. */
static int
take_tally(struct map *tallies, struct entry *e)
{
	size_t len = strlen(e->text);

	e->tally = map_take(tallies, e->text, len);
	if (e->tally == NULL || e->tally->next == NULL)
		return 0;
	return map_put(tallies, e->text, len, e->tally->next);
}

static int
give_tally(struct rules *set, struct entry *e, struct map *tallies)
{
	int err = take_tally(tallies, e);

	if (e->tally == NULL) {
		if ((e->tally = calloc(1, sizeof *e->tally)) == NULL)
			return -ENOMEM;
		e->tally->id = ++set->last_id;
	}
	e->tally->sets++;
	return err;
}

static int
add_rule(struct rules *set, const char *text, struct map *tallies)
{
	char why[RULE_WHY];
	unsigned word = 0;
	struct entry *e;
	struct rule r;
	int shape;

	if (!rule_parse(&r, &text, &word, why) || *text != '\0')
		return -EINVAL;
	shape = find_shape(set, &r, set->count);
	if (shape < 0 || (e = new_entry(&r, set->count, shape)) == NULL)
		return -ENOMEM;
	set->entries[set->count++] = e;
	if (r.allow && r.to == RULE_TO_NET)
		set->allows[set->nallows++] = e->index;
	if (give_tally(set, e, tallies) != 0)
		return -ENOMEM;
	return link_entry(set, e);
}

struct rules *
rules_new(
    const char *const texts[], size_t n, size_t own, const struct rules *before)
{
	struct rules *set = calloc(1, sizeof *set);
	struct map tallies = { 0 };
	int err = -ENOMEM;

	if (set == NULL)
		return NULL;
	set->own = own;
	set->last_id = before == NULL ? 0 : before->last_id;
	set->entries = calloc(n + 1, sizeof(struct entry *));
	set->allows = calloc(n + 1, sizeof *set->allows);
	if (set->entries != NULL && set->allows != NULL)
		err = collect(before, &tallies);
	for (size_t i = 0; i < n && err == 0; i++)
		err = add_rule(set, texts[i], &tallies);
	map_free(&tallies);
	if (err == 0)
		return set;
	rules_free(set);
	errno = -err;
	return NULL;
}

void
rules_free(struct rules *set)
{
	if (set == NULL)
		return;
	for (size_t i = 0; i < set->count; i++) {
		struct entry *e = set->entries[i];

		if (e->tally != NULL && --e->tally->sets == 0)
			free(e->tally);
		free(e);
	}
	map_free(&set->keys);
	free(set->entries);
	free(set->shapes);
	free(set->allows);
	free(set);
}

bool
rules_are(
    const struct rules *set, const char *const texts[], size_t n, size_t own)
{
	if (set->count != n || set->own != own)
		return false;
	for (size_t i = 0; i < n; i++)
		if (strcmp(set->entries[i]->text, texts[i]) != 0)
			return false;
	return true;
}

size_t
rules_count(const struct rules *set)
{
	return set == NULL ? 0 : set->count;
}

struct rules_row
rules_row(const struct rules *set, size_t i)
{
	const struct entry *e = set->entries[i];

	return (struct rules_row){
		.id = e->tally->id,
		.text = e->text,
		.hits =
		    atomic_load_explicit(&e->tally->hits, memory_order_relaxed),
		.own = i >= set->own,
		.allow = e->allow,
	};
}

size_t
rules_find_id(const struct rules *set, uint64_t id)
{
	for (size_t i = 0; i < rules_count(set); i++)
		if (set->entries[i]->tally->id == id)
			return i;
	return RULES_NONE;
}
