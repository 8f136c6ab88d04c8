#include "tui/latency.h"

#include <math.h>
#include <string.h>

enum { SPAN_MS = 60000 }; /* "lately" is one to two of these */

void
latency_begin(struct latency *l)
{
	memset(l->next, 0, sizeof l->next);
}

static int
kind_of(const struct layout_text *name)
{
	static const char *const names[LATENCY_KINDS] = { "resolve", "connect",
		"setup" };

	for (int i = 0; i < LATENCY_KINDS; i++)
		if (name->len == strlen(names[i]) &&
		    memcmp(name->bytes, names[i], name->len) == 0)
			return i;
	return -1;
}

void
latency_add(struct latency *l, const struct admin_bucket *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		int kind = kind_of(&rows[i].name);
		struct latency_buckets *b;

		if (kind < 0 || l->next[kind].n == LATENCY_BUCKETS)
			continue;
		b = &l->next[kind];
		b->most[b->n] = rows[i].most;
		b->count[b->n++] = rows[i].count;
	}
}

void
latency_end(struct latency *l, uint64_t now)
{
	if (!l->known || now - l->since_at >= SPAN_MS) {
		memcpy(l->since, l->known ? l->last : l->next, sizeof l->since);
		l->since_at = now;
	}
	memcpy(l->last, l->next, sizeof l->last);
	l->known = true;
}

/* What a bucket got since; it may not have been there then. */
static uint64_t
grown(const struct latency_buckets *is, const struct latency_buckets *was,
    int bucket)
{
	for (int i = 0; i < was->n; i++)
		if (was->most[i] == is->most[bucket])
			return is->count[bucket] > was->count[i]
				   ? is->count[bucket] - was->count[i]
				   : 0;
	return is->count[bucket];
}

uint64_t
latency_count(const struct latency *l, enum latency_kind kind)
{
	uint64_t sum = 0;

	for (int i = 0; i < l->last[kind].n; i++)
		sum += grown(&l->last[kind], &l->since[kind], i);
	return sum;
}

double
latency_part(const struct latency *l, enum latency_kind kind, double part)
{
	const struct latency_buckets *b = &l->last[kind];
	uint64_t all = latency_count(l, kind), sum = 0;
	uint64_t want = (uint64_t)ceil((double)all * part);

	if (all == 0)
		return NAN;
	for (int i = 0; i < b->n; i++) {
		sum += grown(b, &l->since[kind], i);
		if (sum >= want && b->most[i] != UINT64_MAX)
			return (double)b->most[i] / 1000;
	}
	return b->n > 1 ? (double)b->most[b->n - 2] / 1000 : NAN;
}
