/*
 * Names and their addresses, kept for as long as their owners said. A name
 * without an address is kept too. Pure; one thread at a time.
 *
 * Names are octets, compared as they are: who has several spellings for one
 * decides on one. Time is clock_s()'s, or any that counts seconds and may wrap.
 */

#ifndef CORE_NAME_CACHE_H
#define CORE_NAME_CACHE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

#include "base/addr.h"
#include "base/map.h"

struct cached_name {
	TAILQ_ENTRY(cached_name) order;
	uint32_t until;
	uint16_t len, count;
	struct addr addrs[]; /* none: it has no address; the name is behind */
};

struct name_cache {
	size_t most;        /* names */
	size_t most_octets; /* all entries, the map's own left out */
	TAILQ_HEAD(, cached_name) order; /* the oldest first */
	struct map map;
	size_t octets;
};

/* An empty one. */
void name_cache_init(struct name_cache *, size_t most, size_t most_octets);

/* NULL if it is not there or its time is over; valid until the next change. */
const struct cached_name *name_cache_find(
    struct name_cache *, const char *name, size_t len, uint32_t now);

/*
 * Keep a name for that many seconds (1 to 2^30) in place of what was known; the
 * oldest make room. What is too large, or finds no memory, is not kept.
 */
void name_cache_put(struct name_cache *, const char *name, size_t len,
    const struct addr *, size_t count, uint32_t now, uint32_t seconds);

/* Forget all names and give back the memory. */
void name_cache_clear(struct name_cache *);

#endif
