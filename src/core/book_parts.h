/* What the book's files share; see core/book.h. */

#ifndef CORE_BOOK_PARTS_H
#define CORE_BOOK_PARTS_H

#include "core/book.h"
#include "core/ledger.h"
#include "core/order.h"

struct book {
	struct accounts *set;
	struct order order;
	struct ledger ledger;
	struct garbage *leaving; /* whose live parts still have sessions */
	uint64_t run_id;         /* the next of BOOK_RUN_ID and up */
	int64_t day;             /* days since 1970 (UTC) */
	uint64_t fallback[COLUMNS_COUNT]; /* limits of who has none */
	int64_t next_end; /* Unix s: no account ends before; 0: none does */
	int64_t looked;   /* Unix s: when ends were looked for */
};

/* With the totals that were written down (NULL: none yet); NULL: no memory. */
struct account_live *
book_live_new(uint64_t id, const struct account_use *, int64_t day);
void book_live_free(struct account_live *);

/* Let the account's limits hold. */
void book_limit_one(struct book *, const struct account *);

#endif
