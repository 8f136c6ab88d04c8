#include "core/turnstile.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include "base/map.h"
#include "core/heap.h"

const struct turnstile_limits turnstile_defaults = {
	.failures = 10,
	.refill_ms = 10 * 1000,
	.queued = 8192,
	.per_source = 2048, /* one proxy may stand before all clients */
	.sources = 32768,
};

enum place {
	NOWHERE,
	READY,   /* has logins, may have one checked: takes turns */
	WAITING, /* has logins and an empty bucket: until its release */
	RESTING, /* has no logins: until its bucket is full and it is forgotten
		  */
};

struct source {
	struct heap_item item;
	TAILQ_ENTRY(source) turn; /* while READY */
	enum place place;
	uint8_t key[17];   /* family and address */
	uint64_t whole_ms; /* when its bucket is full again */
	struct login *first, **last;
	size_t count;
};

struct turnstile {
	struct turnstile_limits limits;
	struct map sources;
	TAILQ_HEAD(, source) ready;
	struct heap waiting; /* by release */
	struct heap resting; /* by whole_ms */
	size_t queued;
};

/* ---- sources and their places */

/* When the source has a failure to spend. */
static uint64_t
release_ms(const struct turnstile *t, const struct source *s)
{
	uint64_t spare =
	    (uint64_t)(t->limits.failures - 1) * t->limits.refill_ms;

	return s->whole_ms <= spare ? 0 : s->whole_ms - spare;
}

static void
take_away(struct turnstile *t, struct source *s)
{
	if (s->place == READY)
		TAILQ_REMOVE(&t->ready, s, turn);
	else if (s->place == WAITING)
		heap_take(&t->waiting, &s->item);
	else if (s->place == RESTING)
		heap_take(&t->resting, &s->item);
	s->place = NOWHERE;
}

/* Put a source where it belongs now; one that stays READY keeps its turn. */
static void
settle(struct turnstile *t, struct source *s, uint64_t now_ms)
{
	enum place place = RESTING;

	if (s->count > 0)
		place = release_ms(t, s) <= now_ms ? READY : WAITING;
	if (place == READY && s->place == READY)
		return;
	take_away(t, s);
	s->place = place;
	s->item.when = place == WAITING ? release_ms(t, s) : s->whole_ms;
	if (place == READY)
		TAILQ_INSERT_TAIL(&t->ready, s, turn);
	else
		heap_put(
		    place == WAITING ? &t->waiting : &t->resting, &s->item);
}

static void
forget(struct turnstile *t, struct source *s)
{
	take_away(t, s);
	(void)map_take(&t->sources, s->key, sizeof s->key);
	free(s);
}

static void
forget_whole(struct turnstile *t, uint64_t now_ms)
{
	struct heap_item *item;

	while ((item = heap_first(&t->resting)) != NULL && item->when <= now_ms)
		forget(t, (struct source *)item);
}

static void
make_key(uint8_t key[17], const struct addr *a)
{
	key[0] = a->family;
	memset(key + 1, 0, 16);
	memcpy(key + 1, a->ip, a->family == ADDR_V4 ? 4 : sizeof a->ip);
}

/*
 * The source of that address, made if it is new. When there are too many, the
 * one that would be forgotten first makes room, so that whoever failed most is
 * remembered longest. NULL: memory is out.
 */
static struct source *
find_or_make(struct turnstile *t, const struct addr *a)
{
	struct source *s;
	uint8_t key[17];

	make_key(key, a);
	s = map_get(&t->sources, key, sizeof key);
	if (s != NULL)
		return s;
	if (t->sources.count >= t->limits.sources) {
		if (heap_first(&t->resting) == NULL)
			return NULL;
		forget(t, (struct source *)heap_first(&t->resting));
	}
	s = calloc(1, sizeof *s);
	if (s == NULL)
		return NULL;
	memcpy(s->key, key, sizeof key);
	s->last = &s->first;
	if (map_put(&t->sources, s->key, sizeof s->key, s) != 0) {
		free(s);
		return NULL;
	}
	return s;
}

/* ---- logins of a source */

static void
append(struct turnstile *t, struct source *s, struct login *login)
{
	login->next = NULL;
	*s->last = login;
	s->last = &login->next;
	s->count++;
	t->queued++;
}

static struct login *
take_first(struct turnstile *t, struct source *s)
{
	struct login *login = s->first;

	s->first = login->next;
	if (s->first == NULL)
		s->last = &s->first;
	s->count--;
	t->queued--;
	login->next = NULL;
	return login;
}

static struct login *
take_last(struct turnstile *t, struct source *s)
{
	struct login **at = &s->first, *login;

	while ((*at)->next != NULL)
		at = &(*at)->next;
	login = *at;
	*at = NULL;
	s->last = at;
	s->count--;
	t->queued--;
	return login;
}

static struct source *
longest(const struct turnstile *t)
{
	struct source *most = NULL;
	struct map_entry *e;

	for (size_t at = 0; (e = map_next(&t->sources, &at)) != NULL;) {
		struct source *s = e->value;

		if (most == NULL || s->count > most->count)
			most = s;
	}
	return most;
}

/* ---- the turnstile */

struct turnstile *
turnstile_new(const struct turnstile_limits *limits)
{
	struct turnstile *t = calloc(1, sizeof *t);

	assert(limits->failures > 0 && limits->sources > limits->queued);
	if (t == NULL)
		return NULL;
	t->limits = *limits;
	TAILQ_INIT(&t->ready);
	if (heap_open(&t->waiting, limits->sources) != 0 ||
	    heap_open(&t->resting, limits->sources) != 0) {
		turnstile_free(t);
		return NULL;
	}
	return t;
}

void
turnstile_free(struct turnstile *t)
{
	struct map_entry *e;

	if (t == NULL)
		return;
	assert(t->queued == 0);
	for (size_t at = 0; (e = map_next(&t->sources, &at)) != NULL;)
		free(e->value);
	map_free(&t->sources);
	heap_close(&t->waiting);
	heap_close(&t->resting);
	free(t);
}

/* Room for one more of that source: NULL, or the login that has to go. */
static struct login *
make_room(struct turnstile *t, const struct source *s, struct login *login,
    uint64_t now_ms)
{
	struct source *most;

	if (s->count >= t->limits.per_source)
		return login;
	if (t->queued < t->limits.queued)
		return NULL;
	most = longest(t);
	if (most->count <= s->count + 1)
		return login;
	login = take_last(t, most);
	settle(t, most, now_ms);
	return login;
}

struct login *
turnstile_enter(struct turnstile *t, struct login *login, uint64_t now_ms)
{
	struct source *s;
	struct login *out;

	forget_whole(t, now_ms);
	s = find_or_make(t, &login->source);
	if (s == NULL)
		return login;
	out = make_room(t, s, login, now_ms);
	if (out != login)
		append(t, s, login);
	settle(t, s, now_ms);
	return out;
}

struct login *
turnstile_next(struct turnstile *t, uint64_t now_ms)
{
	struct heap_item *item;
	struct login *login;
	struct source *s;

	forget_whole(t, now_ms);
	while ((item = heap_first(&t->waiting)) != NULL && item->when <= now_ms)
		settle(t, (struct source *)item, now_ms);
	s = TAILQ_FIRST(&t->ready);
	if (s == NULL)
		return NULL;
	login = take_first(t, s);
	take_away(t, s); /* to the end of the line */
	settle(t, s, now_ms);
	return login;
}

void
turnstile_failed(
    struct turnstile *t, const struct addr *source, uint64_t now_ms)
{
	struct source *s = find_or_make(t, source);

	if (s == NULL)
		return;
	if (s->whole_ms < now_ms)
		s->whole_ms = now_ms;
	s->whole_ms += t->limits.refill_ms;
	take_away(t, s);
	settle(t, s, now_ms);
}

int64_t
turnstile_wait_ms(const struct turnstile *t, uint64_t now_ms)
{
	const struct heap_item *item = heap_first(&t->waiting);

	if (!TAILQ_EMPTY(&t->ready))
		return 0;
	if (item == NULL)
		return -1;
	return item->when <= now_ms ? 0 : (int64_t)(item->when - now_ms);
}

struct login *
turnstile_leave(struct turnstile *t)
{
	struct source *s = TAILQ_FIRST(&t->ready);
	struct login *login;

	if (s == NULL)
		s = (struct source *)heap_first(&t->waiting);
	if (s == NULL)
		return NULL;
	login = take_first(t, s);
	settle(t, s, UINT64_MAX); /* nobody waits for his turn any more */
	return login;
}

size_t
turnstile_queued(const struct turnstile *t)
{
	return t->queued;
}

size_t
turnstile_sources(const struct turnstile *t)
{
	return t->sources.count;
}
