/* The live parts of accounts, and the limits that hold; core/book_parts.h. */

#include <stdlib.h>
#include <string.h>

#include "core/book_parts.h"

/* Where the day's use counts from; what is written down may be yesterday's. */
static uint64_t
day_start(const struct account_use *use, int64_t day)
{
	uint64_t now = use->up + use->down;

	return use->day == day && use->day_start <= now ? use->day_start : now;
}

struct account_live *
book_live_new(uint64_t id, const struct account_use *use, int64_t day)
{
	struct account_live *live = calloc(1, sizeof *live);

	if (live == NULL)
		return NULL;
	live->id = id;
	live->day = day;
	if (use == NULL)
		return live;
	atomic_init(&live->day_start, day_start(use, day));
	atomic_init(&live->opened, use->opened);
	atomic_init(&live->up, use->up);
	atomic_init(&live->down, use->down);
	atomic_init(&live->last, use->last);
	if (use->last_target[0] == '\0')
		return live;
	live->last_target = strdup(use->last_target);
	if (live->last_target != NULL)
		return live;
	free(live);
	return NULL;
}

void
book_live_free(struct account_live *live)
{
	if (live == NULL)
		return;
	free(live->last_target);
	free(live);
}

void
book_limit_one(struct book *b, const struct account *a)
{
	int64_t end = (int64_t)a->own[COLUMN_expires];

	for (size_t i = 0; i < COLUMNS_COUNT; i++)
		atomic_store_explicit(&a->live->limits[i],
		    column_limit(a->own[i], b->fallback[i]),
		    memory_order_relaxed);
	atomic_store_explicit(
	    &a->live->spent, false, memory_order_relaxed); /* ask anew */
	if (end != 0 && (b->next_end == 0 || end < b->next_end))
		b->next_end = end;
}

static void
limit_again(const void *item, void *book)
{
	book_limit_one(book, item);
}

void
book_limit(struct book *b, const uint64_t fallback[COLUMNS_COUNT])
{
	if (memcmp(b->fallback, fallback, sizeof b->fallback) == 0)
		return;
	memcpy(b->fallback, fallback, sizeof b->fallback);
	trie_each(&b->set->ids, limit_again, b);
}

static void
begin_day(const void *item, void *book)
{
	struct account_live *live = ((const struct account *)item)->live;
	uint64_t used = account_used(live);

	live->day = ((const struct book *)book)->day;
	atomic_fetch_add_explicit(&live->day_start, used, memory_order_release);
	atomic_store_explicit(&live->spent, false, memory_order_relaxed);
}

void
book_day(struct book *b, int64_t day)
{
	if (b->day == day)
		return;
	b->day = day;
	trie_each(&b->set->ids, begin_day, b);
}

struct ending {
	int64_t from, to, next;
	void (*ended)(const struct account *, void *);
	void *arg;
};

static void
look_at_end(const void *item, void *arg)
{
	const struct account *a = item;
	struct ending *e = arg;
	int64_t end = (int64_t)a->own[COLUMN_expires];

	if (end == 0)
		return;
	if (end > e->to) {
		if (e->next == 0 || end < e->next)
			e->next = end;
	} else if (end >= e->from) {
		e->ended(a, e->arg);
	}
}

void
book_ended(struct book *b, int64_t now,
    void (*ended)(const struct account *, void *), void *arg)
{
	struct ending e = { .to = now, .ended = ended, .arg = arg };

	/* The clock was set back: ends that had passed are to come. */
	if (now < b->looked)
		b->next_end = now + 1;
	b->looked = now;
	if (b->next_end == 0 || now < b->next_end)
		return;
	e.from = b->next_end;
	trie_each(&b->set->ids, look_at_end, &e);
	b->next_end = e.next;
}
