/*
 * The order in which rows are shown: numbers of rows with a key each, sorted.
 * Memory is kept from one time to the next. One thread.
 */

#ifndef TUI_ORDER_H
#define TUI_ORDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct order_key {
	uint64_t key; /* what comes first has the smaller one */
	uint32_t at;  /* the row */
};

struct order {
	struct order_key *all; /* owned */
	size_t n, room;
};

/* Empty, with room for that many; false without memory, and then empty. */
bool order_begin(struct order *, size_t most);
void order_add(struct order *, uint64_t key, uint32_t at);

/* Rows of one key come in the order that tie() says: as strcmp() does. */
void order_sort(struct order *, bool reverse,
    int (*tie)(const void *ctx, uint32_t a, uint32_t b), const void *ctx);

/* The row that stands there, counted from 0; -1 if nothing does. */
long order_at(const struct order *, int place);

/* Where the row stands, from 0; -1 if it is not shown. */
int order_place(const struct order *, size_t at);

void order_free(struct order *);

/* Keys that sort as what they are made from. */
uint64_t order_text(const char *text); /* its first 8 octets, case-blind */
uint64_t order_number(double value);   /* not negative */

#endif
