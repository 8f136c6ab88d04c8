#include "daemon/bottler_cache.h"

#include <stdlib.h>
#include <string.h>

enum { TEXTS = 2 };

struct place {
	bool used, pending;
	uint64_t since_ms; /* it came, or was done */
	struct bottler_datagram datagram;
	enum admin_status status;

	/* What it concerns: accounts by name, else whatever its command sets.
	 */
	enum admin_id id;
	size_t ntexts;
	struct layout_text texts[TEXTS];
};

struct bottler_cache {
	struct place places[BOTTLER_CACHE_PLACES];
};

struct bottler_cache *
bottler_cache_new(void)
{
	return calloc(1, sizeof(struct bottler_cache));
}

void
bottler_cache_free(struct bottler_cache *c)
{
	if (c != NULL)
		explicit_bzero(c, sizeof *c);
	free(c);
}

static void
wipe(struct place *p)
{
	explicit_bzero(p, sizeof *p);
}

static bool
is_same(const struct bottler_datagram *a, const struct bottler_datagram *b)
{
	return a->len == b->len && a->from.port == b->from.port &&
	       addr_same_ip(&a->from, &b->from) &&
	       memcmp(a->bytes, b->bytes, a->len) == 0;
}

static struct place *
find(struct bottler_cache *c, const struct bottler_datagram *d)
{
	for (size_t i = 0; i < BOTTLER_CACHE_PLACES; i++)
		if (c->places[i].used && is_same(&c->places[i].datagram, d))
			return &c->places[i];
	return NULL;
}

static void
note_texts(struct place *p, const void *record)
{
	const struct layout *layout = admin_commands[p->id].request;
	const struct layout_field *f = layout->fields;

	for (size_t i = 0; i < layout->nfields; i++, f++)
		if (f->kind == LAYOUT_TEXT && p->ntexts < TEXTS)
			memcpy(&p->texts[p->ntexts++],
			    (const char *)record + f->offset, sizeof *p->texts);
}

static bool
is_about_the_same(const struct place *a, const struct place *b)
{
	if (a->ntexts == 0 || b->ntexts == 0)
		return a->id == b->id;
	for (size_t i = 0; i < a->ntexts; i++)
		for (size_t k = 0; k < b->ntexts; k++)
			if (a->texts[i].len == b->texts[k].len &&
			    memcmp(a->texts[i].bytes, b->texts[k].bytes,
				a->texts[i].len) == 0)
				return true;
	return false;
}

/* A free place, or that of the oldest answer. Pending ones are few. */
static struct place *
make_room(struct bottler_cache *c)
{
	struct place *oldest = NULL;

	for (size_t i = 0; i < BOTTLER_CACHE_PLACES; i++) {
		struct place *p = &c->places[i];

		if (!p->used)
			return p;
		if (!p->pending &&
		    (oldest == NULL || p->since_ms < oldest->since_ms))
			oldest = p;
	}
	if (oldest != NULL)
		wipe(oldest);
	return oldest;
}

enum bottler_known
bottler_cache_ask(struct bottler_cache *c, const struct bottler_datagram *d,
    enum admin_id id, const void *record, uint64_t now_ms,
    enum admin_status *status)
{
	struct place fresh = { .used = true,
		.pending = true,
		.since_ms = now_ms,
		.datagram = *d,
		.id = id };
	struct place *p;

	(void)bottler_cache_sweep(c, now_ms);
	if ((p = find(c, d)) != NULL) {
		*status = p->status;
		return p->pending ? BOTTLER_PENDING : BOTTLER_DONE;
	}
	note_texts(&fresh, record);
	for (size_t i = 0; i < BOTTLER_CACHE_PLACES; i++)
		if (c->places[i].used && !c->places[i].pending &&
		    is_about_the_same(&c->places[i], &fresh))
			wipe(&c->places[i]);
	if ((p = make_room(c)) != NULL)
		*p = fresh;
	explicit_bzero(&fresh, sizeof fresh);
	return BOTTLER_NEW;
}

void
bottler_cache_done(struct bottler_cache *c, const struct bottler_datagram *d,
    enum admin_status status, uint64_t now_ms)
{
	struct place *p = find(c, d);

	if (p == NULL)
		return;
	p->pending = false;
	p->since_ms = now_ms;
	p->status = status;
}

void
bottler_cache_drop(struct bottler_cache *c, const struct bottler_datagram *d)
{
	struct place *p = find(c, d);

	if (p != NULL)
		wipe(p);
}

size_t
bottler_cache_sweep(struct bottler_cache *c, uint64_t now_ms)
{
	size_t left = 0;

	for (size_t i = 0; i < BOTTLER_CACHE_PLACES; i++) {
		struct place *p = &c->places[i];

		if (p->used && !p->pending &&
		    now_ms - p->since_ms >= BOTTLER_CACHE_MS)
			wipe(p);
		left += p->used;
	}
	return left;
}
