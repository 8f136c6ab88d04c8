/* A set of rules from the inside; for core/rules.c and core/rules_find.c. */

#ifndef CORE_RULES_SET_H
#define CORE_RULES_SET_H

#include <stdatomic.h>

#include "base/map.h"
#include "core/rule.h"
#include "core/rules.h"

/* Survives its rule's set as long as the text stays. */
struct tally {
	_Atomic uint64_t hits;
	uint64_t id;
	/* Main's own: */
	unsigned sets;      /* that count here */
	struct tally *next; /* of a further rule with that text, see rules.c */
};

/* A rule in a set; those with one key form a list in order. */
struct entry {
	struct tally *tally;
	struct entry *next;
	struct entry *last; /* of the list, kept in the first */
	const char *text;   /* behind the key */
	size_t index;
	uint16_t shape;
	uint16_t low, high;
	uint8_t command;
	uint8_t user_len;
	bool allow;
	struct rule_net from;
	size_t key_len;
	char bytes[]; /* key, then text */
};

/* What rules with keys of one kind name. */
struct shape {
	size_t first; /* the first rule of this shape */
	bool user;
	uint8_t to; /* enum rule_to */
	uint8_t from_family, from_bits;
	uint8_t net_family, net_bits;
};

struct rules {
	size_t count, own;
	uint64_t last_id; /* given so far */
	struct entry **entries;
	struct map keys;
	struct shape *shapes; /* in the order of their first rules */
	size_t nshapes;
	size_t *allows; /* rules that allow and name a network as target */
	size_t nallows;
};

/*
 * What a rule is found by: its shape, then what it names. Those without a net
 * or a name have nothing in its place, which the shape makes clear.
 */
struct rules_key {
	size_t len;
	char bytes[2 + 1 + 255 + 16 + 16 + 255];
};

/* What every key of the shape begins with; the target is added. */
void rules_key_begin(struct rules_key *, size_t shape, const char *user,
    size_t user_len, const struct rule_net *from);
void rules_key_add(struct rules_key *, const char *name, size_t len);
void rules_key_add_net(struct rules_key *, const struct rule_net *);

/* Where an entry's key has the user's name. */
enum { RULES_KEY_USER = 2 + 1 };

#endif
