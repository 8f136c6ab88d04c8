/*
 * How many sessions each client address has, and how fast they come: IPv6 by
 * its /64.
 *
 * A table of fixed size that all workers use without a lock: whatever a flood
 * of addresses does, it does not grow. A place is free again as soon as it says
 * nothing: no session, or a pace that is over. An address that finds no place
 * is not limited; there are four for each session there may be. What is counted
 * is a keyed hash of the address, so nobody can choose to share a place with
 * another. Pure: time is passed in.
 */

#ifndef CORE_ORIGINS_H
#define CORE_ORIGINS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"

struct origins;

/* For so many sessions at once. NULL: no memory. What is not used stays
 * untouched. */
struct origins *origins_new(size_t sessions);
void origins_free(struct origins *);

/* What stands for an address; the same in all threads of this process. */
uint64_t origins_key(const struct addr *);

enum origins_enter {
	ORIGINS_ENTERED,   /* origins_leave() is due */
	ORIGINS_FULL,      /* it has `most` already */
	ORIGINS_UNCOUNTED, /* there is no place for it */
};

/* One session more, if there are fewer than `most` (0: in any case). */
enum origins_enter origins_enter(struct origins *, uint64_t key, uint32_t most);
void origins_leave(struct origins *, uint64_t key);

/* How many there are. */
uint32_t origins_count(const struct origins *, uint64_t key);

/*
 * May one more come, at a pace of `rate` a second (1 to ORIGINS_RATE_MOST)? So
 * many may come at once, and over any time not more than a second's worth above
 * it. Time as clock_us(), of any start.
 */
enum { ORIGINS_RATE_MOST = 10000 };

bool
origins_pace(struct origins *, uint64_t key, uint32_t rate, uint64_t now_us);

#endif
