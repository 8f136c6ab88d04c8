/*
 * Accounts in order of name (octets, a prefix first), in chunks, so that an
 * insertion moves a few kilobytes and not the whole. One thread; the accounts
 * stay the caller's.
 */

#ifndef CORE_ORDER_H
#define CORE_ORDER_H

#include <stddef.h>

#include "core/accounts.h"

struct order_chunk;

struct order {
	struct order_chunk **chunks; /* none of them empty */
	size_t nchunks, room;
	struct order_chunk *spare; /* for the next split */
};

/* Make sure that one insertion will succeed: 0 or -ENOMEM. */
int order_reserve(struct order *);

/* Insert, after order_reserve(); no account may have that name yet. */
void order_insert(struct order *, const struct account *);

/* Put an account in the place of the one with the same name, which is there. */
void order_replace(struct order *, const struct account *);

/* Take out the account with the name of this one, which is there. */
void order_remove(struct order *, const struct account *);

/* Up to n accounts whose names are greater than `after` (NULL: from the first).
 * Returns how many. */
size_t order_list(const struct order *, const char *after,
    const struct account *list[], size_t n);

void order_free(struct order *);

#endif
