/*
 * Whose totals are ahead of what was last written down: accounts come in when
 * they connect and go when their last session is over and collected, so that
 * collecting costs nothing for those who sleep. Main thread only.
 */

#ifndef CORE_LEDGER_H
#define CORE_LEDGER_H

#include "core/accounts.h"

struct ledger {
	struct active *first;
};

/* Collect its totals next time, whatever they are: 0 or -ENOMEM. */
int ledger_enter(struct ledger *, struct account_live *);

/* Collect them never again: the account was removed. */
void ledger_strike(struct account_live *);

/* The totals as they are now. */
void ledger_read(const struct account_live *, struct account_use *);

/* See book_collect(). */
size_t ledger_collect(struct ledger *, struct account_use *, size_t n);

void ledger_free(struct ledger *);

#endif
