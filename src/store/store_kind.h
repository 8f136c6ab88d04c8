/*
 * What a kind of store offers to store.c: see store.h for the promises. A store
 * begins with struct store. Changes arrive checked: names are names, a new
 * account has a hash.
 */

#ifndef STORE_STORE_KIND_H
#define STORE_STORE_KIND_H

#include "store/store.h"

struct store_ops {
	const char *scheme;                          /* "memory:" */
	void (*wait)(const char *rest, unsigned ms); /* NULL: never */
	struct store *(*open)(const char *rest, char why[STORE_WHY]);
	int (*load)(
	    struct store *, const struct store_reader *, char why[STORE_WHY]);
	void (*change)(struct store *, struct change *);
	void (*close)(struct store *);
};

struct store {
	const struct store_ops *ops;
};

extern const struct store_ops store_memory, store_sqlite;

/* Fill in result and why. */
void store_answer(struct change *, enum change_result, const char *why);

/* The same for what every kind has to say. */
void store_answer_missing(struct change *);
void store_answer_taken(struct change *);

#endif
