#include "core/trie.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
	WIDTH = 5, /* bits of the hash that choose a slot at each depth */
	WAYS = 1 << WIDTH,
	HASH_DEPTH = (64 + WIDTH - 1) / WIDTH, /* then octets choose */
};

/* Slots are in the order of their bits; a bit is in one of the maps at most. */
struct trie_node {
	struct scrap scrap;
	uint32_t items; /* slots that hold an item */
	uint32_t nodes; /* slots that hold a node one level deeper */
	bool fresh;     /* made by the edit that is under way */
	bool dead;      /* made by it and not needed after all */
	const void *slots[];
};

static unsigned
digit(const struct trie_key *key, unsigned depth)
{
	unsigned octet, half;
	size_t at;

	if (depth < HASH_DEPTH)
		return (unsigned)(key->hash >> (depth * WIDTH)) % WAYS;
	/* Equal hashes: the octets decide, the end being an octet as well. */
	half = (depth - HASH_DEPTH) % 2;
	at = (depth - HASH_DEPTH) / 2;
	octet = at < key->len ? (unsigned)(uint8_t)key->octets[at] + 1 : 0;
	return half == 0 ? octet % WAYS : octet / WAYS;
}

static uint32_t
bit_of(const struct trie_key *key, unsigned depth)
{
	return UINT32_C(1) << digit(key, depth);
}

static bool
same(const struct trie_key *a, const struct trie_key *b)
{
	return a->hash == b->hash && a->len == b->len &&
	       (a->len == 0 || memcmp(a->octets, b->octets, a->len) == 0);
}

static unsigned
width(const struct trie_node *n)
{
	return (unsigned)__builtin_popcount(n->items | n->nodes);
}

static unsigned
slot_of(const struct trie_node *n, uint32_t bit)
{
	return (unsigned)__builtin_popcount((n->items | n->nodes) & (bit - 1));
}

static struct trie_node *
child(const struct trie_node *n, unsigned slot)
{
	return (struct trie_node *)(uintptr_t)n->slots[slot];
}

static size_t
size_of(unsigned slots)
{
	return sizeof(struct trie_node) + slots * sizeof(const void *);
}

const void *
trie_get(const struct trie *t, const struct trie_key *key)
{
	const struct trie_node *n = t->root;
	struct trie_key found;
	const void *item;
	uint32_t bit;

	for (unsigned depth = 0; n != NULL; depth++) {
		bit = bit_of(key, depth);
		if ((n->nodes & bit) != 0) {
			n = child(n, slot_of(n, bit));
			continue;
		}
		if ((n->items & bit) == 0)
			return NULL;
		item = n->slots[slot_of(n, bit)];
		found = t->kind->key(item);
		return same(&found, key) ? item : NULL;
	}
	return NULL;
}

/* ---- nodes of an edit */

static struct trie_node *
make(struct trie_edit *e, unsigned slots)
{
	struct trie_node *n = malloc(size_of(slots));

	if (n == NULL)
		return NULL;
	*n = (struct trie_node){ .fresh = !e->alone };
	if (!e->alone) {
		n->scrap.next = e->made;
		e->made = &n->scrap;
	}
	return n;
}

static void
discard(struct trie_edit *e, struct trie_node *n)
{
	if (e->alone) {
		free(n);
	} else if (n->fresh) {
		n->dead = true;
	} else {
		n->scrap.next = e->old;
		e->old = &n->scrap;
	}
}

struct scrap *
trie_edit_done(struct trie_edit *e)
{
	struct scrap *old = e->old, *at, *next;

	for (at = e->made; at != NULL; at = next) {
		struct trie_node *n = (struct trie_node *)at;

		next = at->next;
		n->fresh = false;
		if (n->dead)
			free(n);
	}
	*e = (struct trie_edit){ 0 };
	return old;
}

void
trie_edit_undo(struct trie_edit *e)
{
	scrap_free(e->made);
	*e = (struct trie_edit){ 0 };
}

/* n itself if this edit may change it, else a copy in its place. */
static struct trie_node *
own(struct trie_edit *e, struct trie_node *n)
{
	struct trie_node *copy;

	if (e->alone || n->fresh)
		return n;
	copy = make(e, width(n));
	if (copy == NULL)
		return NULL;
	copy->items = n->items;
	copy->nodes = n->nodes;
	memcpy(copy->slots, n->slots, width(n) * sizeof *n->slots);
	discard(e, n);
	return copy;
}

/* In place of n (NULL: an empty one) a node that has room for one item more. */
static struct trie_node *
widen(struct trie_edit *e, struct trie_node *n, uint32_t bit, const void *item)
{
	unsigned slots = n == NULL ? 0 : width(n);
	unsigned at = n == NULL ? 0 : slot_of(n, bit);
	struct trie_node *wide = make(e, slots + 1);

	if (wide == NULL)
		return NULL;
	if (n != NULL) {
		wide->items = n->items;
		wide->nodes = n->nodes;
		memcpy(wide->slots, n->slots, at * sizeof *n->slots);
		memcpy(wide->slots + at + 1, n->slots + at,
		    (slots - at) * sizeof *n->slots);
		discard(e, n);
	}
	wide->items |= bit;
	wide->slots[at] = item;
	return wide;
}

static void
free_nodes(struct trie_node *n)
{
	for (uint32_t left = n->nodes; left != 0; left &= left - 1)
		free_nodes(child(n, slot_of(n, left & -left)));
	free(n);
}

/* A node that tells two items apart, with as many above it as that takes. */
static struct trie_node *
part(struct trie_edit *e, const struct trie_key keys[2],
    const void *const items[2], unsigned depth)
{
	uint32_t a = bit_of(&keys[0], depth), b = bit_of(&keys[1], depth);
	struct trie_node *n, *below = NULL;

	if (a == b && (below = part(e, keys, items, depth + 1)) == NULL)
		return NULL;
	n = make(e, a == b ? 1 : 2);
	if (n == NULL) {
		if (e->alone && below != NULL)
			free_nodes(below);
		return NULL;
	}
	if (a == b) {
		n->nodes = a;
		n->slots[0] = below;
		return n;
	}
	n->items = a | b;
	n->slots[slot_of(n, a)] = items[0];
	n->slots[slot_of(n, b)] = items[1];
	return n;
}

/* ---- put */

/* What is in a slot makes way for something else. */
static struct trie_node *
set_slot(struct trie_edit *e, struct trie_node *n, uint32_t bit,
    const void *what, bool node)
{
	n = own(e, n);
	if (n == NULL)
		return NULL;
	n->slots[slot_of(n, bit)] = what;
	n->items = node ? n->items & ~bit : n->items | bit;
	n->nodes = node ? n->nodes | bit : n->nodes & ~bit;
	return n;
}

struct put {
	struct trie *trie;
	struct trie_edit *edit;
	struct trie_key key;
	const void *item;
};

/* An item meets another: it takes its place, or both move one level down. */
static struct trie_node *
meet(struct put *p, struct trie_node *n, uint32_t bit, unsigned depth)
{
	const void *both[2] = { n->slots[slot_of(n, bit)], p->item };
	struct trie_key keys[2] = { p->trie->kind->key(both[0]), p->key };
	struct trie_node *below;

	if (same(&keys[0], &keys[1]))
		return set_slot(p->edit, n, bit, p->item, false);
	below = part(p->edit, keys, both, depth + 1);
	if (below == NULL)
		return NULL;
	p->trie->count++;
	return set_slot(p->edit, n, bit, below, true);
}

static struct trie_node *
put(struct put *p, struct trie_node *n, unsigned depth)
{
	uint32_t bit = bit_of(&p->key, depth);
	struct trie_node *below;

	if (n == NULL || ((n->items | n->nodes) & bit) == 0) {
		p->trie->count++;
		return widen(p->edit, n, bit, p->item);
	}
	if ((n->items & bit) != 0)
		return meet(p, n, bit, depth);
	below = put(p, child(n, slot_of(n, bit)), depth + 1);
	if (below == NULL)
		return NULL;
	return set_slot(p->edit, n, bit, below, true);
}

int
trie_put(struct trie *t, const void *item, struct trie_edit *e)
{
	struct put p = { t, e, t->kind->key(item), item };
	struct trie_node *root = put(&p, t->root, 0);

	if (root == NULL)
		return -ENOMEM;
	t->root = root;
	return 0;
}

/* ---- drop */

/* In place of n a node without that slot; NULL only if memory is out. */
static struct trie_node *
narrow(struct trie_edit *e, struct trie_node *n, uint32_t bit)
{
	unsigned slots = width(n), at = slot_of(n, bit);

	n = own(e, n);
	if (n == NULL)
		return NULL;
	memmove(n->slots + at, n->slots + at + 1,
	    (slots - at - 1) * sizeof *n->slots);
	n->items &= ~bit;
	n->nodes &= ~bit;
	return n;
}

/* A node is never empty, and an item alone has no node below the root. */
static struct trie_node *
join(struct trie_edit *e, struct trie_node *n, uint32_t bit,
    struct trie_node *below)
{
	const void *item = below->slots[0];

	if (width(below) != 1 || below->nodes != 0)
		return set_slot(e, n, bit, below, true);
	n = set_slot(e, n, bit, item, false);
	if (n != NULL)
		discard(e, below);
	return n;
}

static struct trie_node *
drop(struct trie_edit *e, struct trie_node *n, const struct trie_key *key,
    unsigned depth)
{
	uint32_t bit = bit_of(key, depth);
	struct trie_node *below;

	if ((n->items & bit) != 0)
		return narrow(e, n, bit);
	below = drop(e, child(n, slot_of(n, bit)), key, depth + 1);
	if (below == NULL)
		return NULL;
	return join(e, n, bit, below);
}

int
trie_drop(struct trie *t, const struct trie_key *key, struct trie_edit *e)
{
	struct trie_node *root;

	if (trie_get(t, key) == NULL)
		return -ENOENT;
	root = drop(e, t->root, key, 0);
	if (root == NULL)
		return -ENOMEM;
	if (width(root) == 0) {
		discard(e, root);
		root = NULL;
	}
	t->root = root;
	t->count--;
	return 0;
}

/* ---- all of it */

static void
each(const struct trie_node *n, void (*visit)(const void *, void *), void *arg)
{
	for (uint32_t left = n->items | n->nodes; left != 0; left &= left - 1) {
		uint32_t bit = left & -left;
		unsigned slot = slot_of(n, bit);

		if ((n->nodes & bit) != 0)
			each(child(n, slot), visit, arg);
		else
			visit(n->slots[slot], arg);
	}
}

void
trie_each(const struct trie *t, void (*visit)(const void *, void *), void *arg)
{
	if (t->root != NULL)
		each(t->root, visit, arg);
}

void
trie_free(struct trie *t)
{
	if (t->root != NULL)
		free_nodes(t->root);
	t->root = NULL;
	t->count = 0;
}

void
scrap_free(struct scrap *s)
{
	struct scrap *next;

	for (; s != NULL; s = next) {
		next = s->next;
		free(s);
	}
}
