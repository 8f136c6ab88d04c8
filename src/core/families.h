/*
 * Which family of addresses comes first, and how the families take turns (RFC
 * 8305 section 4). One owner, any thread.
 */

#ifndef CORE_FAMILIES_H
#define CORE_FAMILIES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"
#include "core/settings.h"

/* Zeroed: as PREFER_AUTO has it where no race was run yet. */
struct families {
	enum setting_prefer prefer;
	bool v4_won; /* the last race, at won_at */
	uint32_t won_at;
};

/*
 * The family (enum addr_family) to start with at that second (clock_s()). That
 * of auto is IPv6, but for ten minutes after IPv4 has won a race that IPv6 had
 * begun (RFC 6555 section 4.2).
 */
uint8_t families_first(const struct families *, uint32_t now);

/* A race of both families was won by that one. */
void families_raced(struct families *, uint8_t family, uint32_t now);

/*
 * Order addresses as they are to be tried: families in turn, starting with
 * `first` (enum addr_family) where there is one, each family in the order in
 * which it came.
 */
void families_alternate(struct addr *, size_t count, uint8_t first);

#endif
