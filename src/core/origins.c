#include "core/origins.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/map.h"

enum {
	SET = 8,     /* places that are a cache line */
	WINDOW = 16, /* places an address may have: two sets */
	PLACES_EACH = 4,
	PLACES_LEAST = 1 << 10,
	PLACES_MOST = 1 << 20,
	COUNT_BITS = 20,
	TICK_US = 10, /* of a pace */
	SECOND = 1000 * 1000 / TICK_US,
	ATTEMPTS = 64,
};

#define COUNT_MASK ((UINT64_C(1) << COUNT_BITS) - 1)

#define CHANGED (UINT64_C(1) << COUNT_BITS)
#define CHANGED_MASK (UINT64_C(0xfff) << COUNT_BITS)

/*
 * A place of a session: 32 bits of the key's hash, how often it was changed (so
 * that a look at several of them can tell whether it saw one moment), and a
 * count; free at 0. Of a pace: 32 bits of the hash, and the tick up to which
 * its connections are spent (the generic cell rate algorithm); free when that
 * is not ahead.
 */
struct origins {
	_Atomic uint64_t *sessions, *paces;
	size_t mask; /* of places */
	char apart[40];
};

struct origins *
origins_new(size_t sessions)
{
	struct origins *o = malloc(sizeof *o);
	size_t places = PLACES_LEAST;

	while (places < sessions * PLACES_EACH && places < PLACES_MOST)
		places *= 2;
	if (o == NULL)
		return NULL;
	o->mask = places - 1;
	o->sessions = calloc(places, sizeof *o->sessions);
	o->paces = calloc(places, sizeof *o->paces);
	if (o->sessions != NULL && o->paces != NULL)
		return o;
	origins_free(o);
	return NULL;
}

void
origins_free(struct origins *o)
{
	if (o == NULL)
		return;
	free((void *)o->sessions);
	free((void *)o->paces);
	free(o);
}

uint64_t
origins_key(const struct addr *client)
{
	struct addr source = addr_source(client);
	uint8_t text[sizeof source.ip + 1] = { 0 };

	memcpy(text, source.ip, source.family == ADDR_V6 ? 8 : 4);
	text[sizeof source.ip] = source.family;
	return map_hash(text, sizeof text);
}

/* The i-th place of a key's window. */
static size_t
place(const struct origins *o, uint64_t key, size_t i)
{
	return (((size_t)key & ~(size_t)(SET - 1)) + i) & o->mask;
}

/* ---- sessions */

static bool
is_of(uint64_t word, uint64_t key)
{
	return (word & COUNT_MASK) != 0 && word >> 32 == key >> 32;
}

/* Another count, and another version; an empty place becomes the key's. */
static uint64_t
changed(uint64_t word, uint64_t key, int64_t by)
{
	uint64_t version = (word + CHANGED) & CHANGED_MASK;
	uint64_t count = (word & COUNT_MASK) + (uint64_t)by;

	return (key >> 32) << 32 | version | count;
}

/* A key's window in one moment. */
struct window {
	uint64_t words[WINDOW];
	size_t own, empty; /* WINDOW: there is none */
	uint32_t count;
};

static void
read_words(const struct origins *o, uint64_t key, uint64_t words[WINDOW])
{
	for (size_t i = 0; i < WINDOW; i++)
		words[i] = atomic_load(&o->sessions[place(o, key, i)]);
}

/* False: others change it faster than one can look. */
static bool
look(const struct origins *o, uint64_t key, struct window *w)
{
	uint64_t again[WINDOW];
	int i = 0;

	read_words(o, key, w->words);
	for (; i < ATTEMPTS; i++) {
		read_words(o, key, again);
		if (memcmp(w->words, again, sizeof again) == 0)
			break;
		memcpy(w->words, again, sizeof again);
	}
	w->own = w->empty = WINDOW;
	w->count = 0;
	for (size_t at = WINDOW; at-- > 0;)
		if (is_of(w->words[at], key)) {
			w->count += (uint32_t)(w->words[at] & COUNT_MASK);
			w->own = at;
		} else if ((w->words[at] & COUNT_MASK) == 0) {
			w->empty = at;
		}
	return i < ATTEMPTS;
}

uint32_t
origins_count(const struct origins *o, uint64_t key)
{
	struct window w;

	(void)look(o, key, &w);
	return w.count;
}

/* In the key's own place, or an empty one. False: somebody was faster. */
static bool
add(struct origins *o, uint64_t key, const struct window *w)
{
	size_t at = w->own < WINDOW ? w->own : w->empty;
	uint64_t word = w->words[at];

	return atomic_compare_exchange_strong(
	    &o->sessions[place(o, key, at)], &word, changed(word, key, 1));
}

/*
 * Two threads may each make a place for an address, or find room for one only.
 * So who has come in looks again; who then finds too many goes back. Of those
 * who stay the last to look has seen all others: there are at most `most`.
 */
enum origins_enter
origins_enter(struct origins *o, uint64_t key, uint32_t most)
{
	struct window w;

	for (int i = 0; i < ATTEMPTS; i++) {
		if (!look(o, key, &w))
			continue;
		if (w.count >= most && most != 0)
			return ORIGINS_FULL;
		if (w.own == WINDOW && w.empty == WINDOW)
			return ORIGINS_UNCOUNTED;
		if (!add(o, key, &w))
			continue;
		if (most == 0 || (look(o, key, &w) && w.count <= most))
			return ORIGINS_ENTERED;
		origins_leave(o, key);
	}
	return ORIGINS_FULL;
}

void
origins_leave(struct origins *o, uint64_t key)
{
	/* It is in there, so this ends. */
	for (size_t i = 0;; i = (i + 1) % WINDOW) {
		_Atomic uint64_t *at = &o->sessions[place(o, key, i)];
		uint64_t word = atomic_load(at);

		if (is_of(word, key) && atomic_compare_exchange_strong(
					    at, &word, changed(word, key, -1)))
			return;
	}
}

/* ---- paces */

/* How far ahead of now a place is spent; more than there can be: free. */
static uint32_t
ahead(uint64_t word, uint32_t now)
{
	uint32_t ticks = (uint32_t)word - now;

	return ticks <= 2 * SECOND ? ticks : 0;
}

/*
 * The place of the key, or that whose loss matters least. Two threads that meet
 * an address for the first time in the same moment may take two; one of them is
 * then forgotten, and one connection with it.
 */
static size_t
find_pace(const struct origins *o, uint64_t key, uint32_t now)
{
	uint32_t least = UINT32_MAX;
	size_t best = 0;

	for (size_t i = 0; i < WINDOW; i++) {
		size_t at = place(o, key, i);
		uint64_t word = atomic_load(&o->paces[at]);
		uint32_t ticks = ahead(word, now);

		if (ticks > 0 && word >> 32 == key >> 32)
			return at;
		if (ticks < least) {
			least = ticks;
			best = at;
		}
	}
	return best;
}

bool
origins_pace(struct origins *o, uint64_t key, uint32_t rate, uint64_t now_us)
{
	uint32_t now = (uint32_t)(now_us / TICK_US), each, spent;

	each = (SECOND + rate - 1) / rate;
	for (int i = 0; i < ATTEMPTS; i++) {
		_Atomic uint64_t *at = &o->paces[find_pace(o, key, now)];
		uint64_t word = atomic_load(at);

		spent = word >> 32 == key >> 32 ? ahead(word, now) : 0;
		if (spent > each * (rate - 1))
			return false;
		if (atomic_compare_exchange_strong(at, &word,
			(key >> 32) << 32 | (uint32_t)(now + spent + each)))
			return true;
	}
	return true;
}
