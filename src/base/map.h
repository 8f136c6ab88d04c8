/*
 * One hash map, keyed by bytes. Keys and values stay the caller's: a key must
 * live as long as its entry. One thread at a time. The hash is keyed by a
 * random seed, so that no peer can choose colliding keys.
 */

#ifndef BASE_MAP_H
#define BASE_MAP_H

#include <stddef.h>
#include <stdint.h>

struct map_entry {
	const void *key; /* NULL: empty */
	size_t len;
	uint64_t hash;
	void *value;
};

struct map {
	struct map_entry *entries; /* NULL before the first put */
	size_t size;               /* a power of two, or 0 */
	size_t count;
};

/* A well-mixed 64-bit hash of bytes, seeded at the first use. Any thread. */
uint64_t map_hash(const void *key, size_t len);

/* NULL if there is none. */
void *map_get(const struct map *, const void *key, size_t len);

/* Add, or replace the entry with an equal key; 0 or -ENOMEM. */
int map_put(struct map *, const void *key, size_t len, void *value);

/* Remove; returns the value that was there, or NULL. */
void *map_take(struct map *, const void *key, size_t len);

/* The entries one by one: start with at = 0; NULL at the end. Nothing may be
 * put or taken meanwhile. */
struct map_entry *map_next(const struct map *, size_t *at);

/* Give back the table. Keys and values are not touched. */
void map_free(struct map *);

#endif
