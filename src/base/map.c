#include "base/map.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

enum { FIRST_SIZE = 16 };

static uint64_t
seed(void)
{
	static _Atomic uint64_t kept;
	uint64_t now = atomic_load(&kept), fresh;

	if (now != 0)
		return now;
	if (getrandom(&fresh, sizeof fresh, 0) != sizeof fresh)
		fresh = (uintptr_t)&kept; /* address layout is random too */
	fresh |= 1;
	/* Whoever comes first decides; the others take what is there. */
	return atomic_compare_exchange_strong(&kept, &now, fresh) ? fresh : now;
}

static uint64_t
mix(uint64_t a, uint64_t b)
{
	__uint128_t product = (__uint128_t)a * b;

	return (uint64_t)product ^ (uint64_t)(product >> 64);
}

/* Folded multiplication over words of eight bytes, as in wyhash. */
uint64_t
map_hash(const void *key, size_t len)
{
	const uint8_t *p = key;
	uint64_t h = seed() ^ len, word;

	for (; len >= 8; p += 8, len -= 8) {
		memcpy(&word, p, 8);
		h = mix(h ^ word, UINT64_C(0x9e3779b97f4a7c15));
	}
	if (len > 0) {
		word = 0;
		memcpy(&word, p, len);
		h = mix(h ^ word, UINT64_C(0xd6e8feb86659fd93));
	}
	return mix(h, UINT64_C(0xa0761d6478bd642f));
}

static size_t
home(const struct map *m, uint64_t hash)
{
	return (size_t)hash & (m->size - 1);
}

/* Where the key is, or the empty place where it would be. */
static struct map_entry *
place(const struct map *m, const void *key, size_t len, uint64_t hash)
{
	size_t i = home(m, hash);
	struct map_entry *e;

	for (;; i = (i + 1) & (m->size - 1)) {
		e = &m->entries[i];
		if (e->key == NULL)
			return e;
		if (e->hash == hash && e->len == len &&
		    memcmp(e->key, key, len) == 0)
			return e;
	}
}

static int
grow(struct map *m)
{
	struct map old = *m;
	struct map_entry *e;
	size_t at = 0;

	m->size = old.size == 0 ? FIRST_SIZE : old.size * 2;
	m->entries = calloc(m->size, sizeof *m->entries);
	if (m->entries == NULL) {
		*m = old;
		return -ENOMEM;
	}
	while ((e = map_next(&old, &at)) != NULL)
		*place(m, e->key, e->len, e->hash) = *e;
	free(old.entries);
	return 0;
}

void *
map_get(const struct map *m, const void *key, size_t len)
{
	if (m->count == 0)
		return NULL;
	return place(m, key, len, map_hash(key, len))->value;
}

int
map_put(struct map *m, const void *key, size_t len, void *value)
{
	uint64_t hash = map_hash(key, len);
	struct map_entry *e;

	if ((m->count + 1) * 4 > m->size * 3 && grow(m) != 0)
		return -ENOMEM;
	e = place(m, key, len, hash);
	if (e->key == NULL)
		m->count++;
	*e = (struct map_entry){ key, len, hash, value };
	return 0;
}

void *
map_take(struct map *m, const void *key, size_t len)
{
	struct map_entry *hole, *e;
	size_t i;
	void *value;

	if (m->count == 0)
		return NULL;
	hole = place(m, key, len, map_hash(key, len));
	if (hole->key == NULL)
		return NULL;
	value = hole->value;
	m->count--;
	/* Move back whatever a search would otherwise no longer reach. */
	for (i = (size_t)(hole - m->entries);;) {
		i = (i + 1) & (m->size - 1);
		e = &m->entries[i];
		if (e->key == NULL)
			break;
		size_t wanted = home(m, e->hash);
		size_t gap = (size_t)(hole - m->entries);

		if (((i - wanted) & (m->size - 1)) <
		    ((i - gap) & (m->size - 1)))
			continue;
		*hole = *e;
		hole = e;
	}
	*hole = (struct map_entry){ 0 };
	return value;
}

struct map_entry *
map_next(const struct map *m, size_t *at)
{
	while (*at < m->size) {
		struct map_entry *e = &m->entries[(*at)++];

		if (e->key != NULL)
			return e;
	}
	return NULL;
}

void
map_free(struct map *m)
{
	free(m->entries);
	*m = (struct map){ 0 };
}
