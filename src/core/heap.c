#include "core/heap.h"

#include <errno.h>
#include <stdlib.h>

int
heap_open(struct heap *h, size_t most)
{
	h->count = 0;
	h->items = malloc(most * sizeof(struct heap_item *));
	return h->items == NULL ? -ENOMEM : 0;
}

void
heap_close(struct heap *h)
{
	free(h->items);
	*h = (struct heap){ 0 };
}

static void
put_at(struct heap *h, size_t at, struct heap_item *item)
{
	h->items[at] = item;
	item->at = at;
}

/* The place `at` is free: move later parents down until the item fits. */
static void
rise(struct heap *h, size_t at, struct heap_item *item)
{
	while (at > 0 && h->items[(at - 1) / 2]->when > item->when) {
		put_at(h, at, h->items[(at - 1) / 2]);
		at = (at - 1) / 2;
	}
	put_at(h, at, item);
}

/* The place `at` is free: move earlier children up until the item fits. */
static void
sink(struct heap *h, size_t at, struct heap_item *item)
{
	size_t child;

	while ((child = 2 * at + 1) < h->count) {
		if (child + 1 < h->count &&
		    h->items[child + 1]->when < h->items[child]->when)
			child++;
		if (h->items[child]->when >= item->when)
			break;
		put_at(h, at, h->items[child]);
		at = child;
	}
	put_at(h, at, item);
}

void
heap_put(struct heap *h, struct heap_item *item)
{
	rise(h, h->count++, item);
}

void
heap_take(struct heap *h, struct heap_item *item)
{
	struct heap_item *last = h->items[--h->count];

	if (last == item)
		return;
	if (last->when < item->when)
		rise(h, item->at, last);
	else
		sink(h, item->at, last);
}

struct heap_item *
heap_first(const struct heap *h)
{
	return h->count == 0 ? NULL : h->items[0];
}
