/*
 * Things in order of a moment: the earliest is always at hand. The items stay
 * the caller's, with a struct heap_item as their first member.
 */

#ifndef CORE_HEAP_H
#define CORE_HEAP_H

#include <stddef.h>
#include <stdint.h>

struct heap_item {
	uint64_t when; /* set before heap_put() */
	size_t at;     /* the heap's own */
};

struct heap {
	struct heap_item **items;
	size_t count;
};

/* Room for that many, so that heap_put() never fails: 0 or -ENOMEM. */
int heap_open(struct heap *, size_t most);
void heap_close(struct heap *);

void heap_put(struct heap *, struct heap_item *);

/* Take out an item that is in it. */
void heap_take(struct heap *, struct heap_item *);

/* The earliest, or NULL. */
struct heap_item *heap_first(const struct heap *);

#endif
