/*
 * The accounts as main keeps them: the set the workers read, the same accounts
 * in order of name, and what still waits to be written down.
 *
 * Each change makes a new set; the one before stays as it was for the workers
 * that still hold it. What only the old set used comes back as garbage, which
 * is released when no worker has the old set any more. A change costs some ten
 * allocations and a few kilobytes, however many accounts there are. When it
 * fails nothing has changed and nothing needs releasing. Main thread only.
 */

#ifndef CORE_BOOK_H
#define CORE_BOOK_H

#include <stddef.h>
#include <stdint.h>

#include "core/accounts.h"

struct book;
struct garbage;

/* Ids from here on are made up for accounts of this run; no store has them. */
#define BOOK_RUN_ID (UINT64_C(1) << 63)

/* An empty book, or NULL. */
struct book *book_new(void);

/* The book and all its accounts; when no other thread runs any more. */
void book_free(struct book *);

/*
 * The set as it is now: to be put in a policy. It lives until the garbage of
 * the next change is released.
 */
const struct accounts *book_accounts(const struct book *);

/*
 * Add an account while nobody reads the set yet: what the store holds, what -u
 * and -a say. Everything is copied; of the row count name, hash, role, enabled,
 * kept, own, created and id (0: one is made up for this run); totals NULL: none
 * yet. 0, -EEXIST (name or id) or -ENOMEM, after which only book_free() is
 * allowed.
 */
int
book_load(struct book *, const struct account *, const struct account_use *);

/*
 * Changes. *after gets the garbage: never NULL when 0 is returned.
 * add: as book_load(). change: the account with the row's id gets all its other
 * columns, keeps its live part and, if the hash is the same, the fast words.
 * -EEXIST: another account has the name. -ENOENT: no such account. -ENOMEM.
 */
int book_add(struct book *, const struct account *, const struct account_use *,
    struct garbage **after);
int book_change(struct book *, const struct account *, struct garbage **after);
int book_remove(struct book *, uint64_t id, struct garbage **after);

/*
 * No thread uses the set before that change any more (nor any older one). The
 * live part of a removed account stays until its last session has left.
 */
void book_release(struct book *, struct garbage *);

/*
 * Limits of the accounts that have none of their own (core/columns.h), in force
 * at once. Costs a walk through all accounts, if anything is new.
 */
void book_limit(struct book *, const uint64_t fallback[COLUMNS_COUNT]);

/*
 * It is that day now (days since 1970, UTC): quotas are counted from here, of
 * accounts whose totals were written down today, from where they began it.
 */
void book_day(struct book *, int64_t day);

/*
 * Tell of the accounts that have come to their end (COLUMN_expires) since the
 * last call, or were told before and have changed. Costs nothing in between.
 */
void book_ended(struct book *, int64_t now,
    void (*ended)(const struct account *, void *arg), void *arg);

/*
 * In order of name (octets): up to n accounts, each greater than `after` (NULL:
 * from the first). Returns how many were put into list.
 */
size_t book_list(const struct book *, const char *after,
    const struct account *list[], size_t n);

/*
 * A worker says that an account connected there (MAIL_USED). From now on its
 * totals are worth writing down. Accounts that are gone are passed over.
 * 0 or -ENOMEM: then its totals are written down at its next connection.
 */
int book_used(struct book *, uint64_t id, int64_t last, const char *target);

/*
 * The totals that changed since they were last collected, up to n, only of
 * accounts that are kept in the store. Fewer than n: that was all. What a
 * failed write did not keep comes again with book_uncollect().
 */
size_t book_collect(struct book *, struct account_use *, size_t n);
void book_uncollect(struct book *, const struct account_use *, size_t n);

#endif
