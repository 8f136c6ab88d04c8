/*
 * May this user reach that target from here? The first rule that fits decides;
 * if none does, the answer is yes.
 *
 * A set of rules is immutable and published in a policy; any thread that holds
 * the policy may ask it. Only how often each rule has decided is counted, in a
 * part of its own that the next set takes over for a rule with the same text.
 *
 * Rules that name the same things (say: a user, and a target's network of 24
 * bits) have one shape. A question is one look into a hash table for each shape
 * in use, of which there are a handful however many rules there are; a shape
 * whose first rule comes after the one found already is not looked at.
 */

#ifndef CORE_RULES_H
#define CORE_RULES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"

struct rules;

/*
 * Make a set of n rules, each a text as rule_parse() reads it. Those from `own`
 * on are the daemon's, not the operator's; nothing else sets them apart.
 * Ids and counters are taken over from `before`, which may be NULL, by text.
 * Main thread. NULL with errno: ENOMEM, or EINVAL for a text that is no rule.
 */
struct rules *rules_new(const char *const texts[], size_t n, size_t own,
    const struct rules *before);

/* When no thread can ask it any more. Main thread. NULL does nothing. */
void rules_free(struct rules *);

/* Has it been made of these rules, as rule_print() writes them? */
bool rules_are(
    const struct rules *, const char *const texts[], size_t n, size_t own);

/* Who asks for what. An address is taken for what it means: see rules_find().
 */
struct rules_ask {
	const char *user; /* who has logged in */
	size_t user_len;  /* 0: nobody */
	const struct addr *client;
	uint8_t command;       /* enum socks_command */
	const char *name;      /* as the client wrote it */
	size_t name_len;       /* 0: it gave an address */
	const struct addr *to; /* NULL: the name is not resolved yet */
	uint16_t port;
	bool any_port; /* `port` is not known yet either; with `to` NULL */
};

enum rules_verdict {
	RULES_ALLOW,
	RULES_DENY,
	RULES_DEPENDS, /* on the address (or port); only while `to` is NULL */
};

/* Not the number of a rule: none fits. */
#define RULES_NONE SIZE_MAX

struct rules_found {
	enum rules_verdict verdict;
	size_t rule;     /* which decided, from 0; or RULES_NONE */
	unsigned looked; /* places and rules looked at on the way */
};

/*
 * Ask. A network fits an address in each of its spellings: ::ffff:a.b.c.d is
 * a.b.c.d; 0.0.0.0 and :: are also 127.0.0.1 and ::1, which Linux dials for
 * them. A set that is NULL allows everything.
 *
 * Without an address RULES_DENY means that no address could change it.
 */
struct rules_found rules_find(const struct rules *, const struct rules_ask *);

/*
 * Without an address: the rules that would decide if it were in their networks,
 * in order; then, in *otherwise, the one that decides for any other address
 * (RULES_NONE: none, so it is allowed). Returns how many there are; the first
 * `room` of them are put into list.
 */
size_t rules_depend(const struct rules *, const struct rules_ask *,
    size_t list[], size_t room, size_t *otherwise);

/* The answer is acted on: count it for its rule. */
void rules_count_hit(const struct rules *, const struct rules_found *);

/* One rule, for lists. */
struct rules_row {
	uint64_t id;      /* from 1; the same as long as the rule is there */
	const char *text; /* canonical; lives as long as the set */
	uint64_t hits;
	bool own;   /* the daemon's */
	bool allow; /* or deny */
};

size_t rules_count(const struct rules *);
struct rules_row rules_row(const struct rules *, size_t i);

/* The place of the rule of that id, from 0; or RULES_NONE. */
size_t rules_find_id(const struct rules *, uint64_t id);

#endif
