#include "core/order.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum {
	CHUNK = 512, /* accounts */
	FIRST_ROOM = 16,
};

struct order_chunk {
	size_t count;
	const struct account *at[CHUNK];
};

struct place {
	size_t chunk, at;
};

/* Is the account's name less than this one, or equal if `or_equal`? */
static bool
before(const struct account *a, const char *name, size_t len, bool or_equal)
{
	size_t both = a->name_len < len ? a->name_len : len;
	int order = memcmp(a->name, name, both);

	if (order != 0)
		return order < 0;
	return a->name_len < len || (or_equal && a->name_len == len);
}

/* The first account that is not `before`; in the last chunk if there is none.
 */
static struct place
find(const struct order *o, const char *name, size_t len, bool or_equal)
{
	size_t low = 0, high = o->nchunks, middle;
	struct place p = { 0, 0 };
	const struct order_chunk *c;

	/* The last chunk whose first account is `before`, else the first. */
	while (low < high) {
		middle = low + (high - low) / 2;
		if (before(o->chunks[middle]->at[0], name, len, or_equal))
			low = middle + 1;
		else
			high = middle;
	}
	if (o->nchunks == 0)
		return p;
	p.chunk = low == 0 ? 0 : low - 1;
	c = o->chunks[p.chunk];
	for (low = 0, high = c->count; low < high;) {
		middle = low + (high - low) / 2;
		if (before(c->at[middle], name, len, or_equal))
			low = middle + 1;
		else
			high = middle;
	}
	p.at = low;
	return p;
}

int
order_reserve(struct order *o)
{
	struct order_chunk **more;
	size_t room;

	if (o->spare == NULL && (o->spare = malloc(sizeof *o->spare)) == NULL)
		return -ENOMEM;
	if (o->nchunks < o->room)
		return 0;
	room = o->room == 0 ? FIRST_ROOM : o->room * 2;
	more = realloc(o->chunks, room * sizeof *more);
	if (more == NULL)
		return -ENOMEM;
	o->chunks = more;
	o->room = room;
	return 0;
}

/* The spare becomes a chunk behind the first `n`. */
static struct order_chunk *
use_spare(struct order *o, size_t n)
{
	struct order_chunk *c = o->spare;

	o->spare = NULL;
	c->count = 0;
	memmove(o->chunks + n + 1, o->chunks + n,
	    (o->nchunks - n) * sizeof *o->chunks);
	o->chunks[n] = c;
	o->nchunks++;
	return c;
}

/* Room for one more at the place, which may move to the new chunk. */
static void
split(struct order *o, struct place *p)
{
	struct order_chunk *full = o->chunks[p->chunk];
	struct order_chunk *half = use_spare(o, p->chunk + 1);
	/* In ascending order, as when loading, chunks are left almost full. */
	size_t keep = p->at == CHUNK ? CHUNK - 1 : CHUNK / 2;

	half->count = CHUNK - keep;
	memcpy(half->at, full->at + keep, half->count * sizeof *half->at);
	full->count = keep;
	if (p->at > keep) {
		p->chunk++;
		p->at -= keep;
	}
}

void
order_insert(struct order *o, const struct account *a)
{
	struct place p = find(o, a->name, a->name_len, false);
	struct order_chunk *c;

	if (o->nchunks == 0)
		(void)use_spare(o, 0);
	else if (o->chunks[p.chunk]->count == CHUNK)
		split(o, &p);
	c = o->chunks[p.chunk];
	memmove(
	    c->at + p.at + 1, c->at + p.at, (c->count - p.at) * sizeof *c->at);
	c->at[p.at] = a;
	c->count++;
}

/* Where the account of that name is: find() may stop short of its chunk. */
static struct place
exactly(const struct order *o, const struct account *a)
{
	struct place p = find(o, a->name, a->name_len, false);

	if (p.at == o->chunks[p.chunk]->count)
		p = (struct place){ p.chunk + 1, 0 };
	return p;
}

void
order_replace(struct order *o, const struct account *a)
{
	struct place p = exactly(o, a);

	o->chunks[p.chunk]->at[p.at] = a;
}

static void
drop_chunk(struct order *o, size_t n)
{
	free(o->chunks[n]);
	o->nchunks--;
	memmove(o->chunks + n, o->chunks + n + 1,
	    (o->nchunks - n) * sizeof *o->chunks);
}

/* Two neighbours that fit into half a chunk become one. */
static void
merge(struct order *o, size_t n)
{
	struct order_chunk *a, *b;

	if (n + 1 >= o->nchunks)
		return;
	a = o->chunks[n];
	b = o->chunks[n + 1];
	if (a->count + b->count > CHUNK / 2)
		return;
	memcpy(a->at + a->count, b->at, b->count * sizeof *b->at);
	a->count += b->count;
	drop_chunk(o, n + 1);
}

void
order_remove(struct order *o, const struct account *a)
{
	struct place p = exactly(o, a);
	struct order_chunk *c = o->chunks[p.chunk];

	c->count--;
	memmove(
	    c->at + p.at, c->at + p.at + 1, (c->count - p.at) * sizeof *c->at);
	if (c->count == 0)
		drop_chunk(o, p.chunk);
	else
		merge(o, p.chunk);
}

size_t
order_list(const struct order *o, const char *after,
    const struct account *list[], size_t n)
{
	struct place p = { 0, 0 };
	size_t got = 0, take;

	if (after != NULL)
		p = find(o, after, strlen(after), true);
	for (; p.chunk < o->nchunks && got < n; p.chunk++, p.at = 0) {
		const struct order_chunk *c = o->chunks[p.chunk];

		take = c->count - p.at;
		if (take > n - got)
			take = n - got;
		memcpy(list + got, c->at + p.at, take * sizeof(*list));
		got += take;
	}
	return got;
}

void
order_free(struct order *o)
{
	for (size_t i = 0; i < o->nchunks; i++)
		free(o->chunks[i]);
	free(o->chunks);
	free(o->spare);
	*o = (struct order){ 0 };
}
