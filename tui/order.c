#include "tui/order.h"

#include <stdlib.h>
#include <string.h>

bool
order_begin(struct order *o, size_t most)
{
	struct order_key *all;

	o->n = 0;
	if (most <= o->room)
		return true;
	all = realloc(o->all, (most + most / 4) * sizeof *all);
	if (all == NULL)
		return false;
	o->all = all;
	o->room = most + most / 4;
	return true;
}

void
order_add(struct order *o, uint64_t key, uint32_t at)
{
	if (o->n < o->room)
		o->all[o->n++] = (struct order_key){ key, at };
}

struct by {
	bool reverse;
	int (*tie)(const void *ctx, uint32_t a, uint32_t b);
	const void *ctx;
};

static int
compare(const void *a, const void *b, void *arg)
{
	const struct order_key *x = a, *y = b;
	const struct by *by = arg;
	int d = x->key < y->key ? -1 : x->key > y->key;

	if (d == 0)
		return by->tie(by->ctx, x->at, y->at);
	return by->reverse ? -d : d;
}

void
order_sort(struct order *o, bool reverse,
    int (*tie)(const void *ctx, uint32_t a, uint32_t b), const void *ctx)
{
	struct by by = { reverse, tie, ctx };

	if (o->n > 1)
		qsort_r(o->all, o->n, sizeof *o->all, compare, &by);
}

long
order_at(const struct order *o, int place)
{
	return place < 0 || (size_t)place >= o->n ? -1 : (long)o->all[place].at;
}

int
order_place(const struct order *o, size_t at)
{
	for (size_t i = 0; i < o->n; i++)
		if (o->all[i].at == at)
			return (int)i;
	return -1;
}

void
order_free(struct order *o)
{
	free(o->all);
	*o = (struct order){ 0 };
}

uint64_t
order_text(const char *text)
{
	uint64_t key = 0;

	for (int i = 0; i < 8; i++) {
		unsigned char c = (unsigned char)*text;

		key = key << 8 | (c >= 'A' && c <= 'Z' ? c | 0x20 : c);
		text += c != 0;
	}
	return key;
}

uint64_t
order_number(double value)
{
	uint64_t bits;

	if (!(value > 0))
		return 0;
	memcpy(&bits, &value, sizeof bits);
	return bits;
}
