/*
 * A counter's last values with their times, for how much it grew of late. It
 * begins anew when the counter falls. One thread.
 */

#ifndef TUI_TRAIL_H
#define TUI_TRAIL_H

#include <stdint.h>

enum { TRAIL_MOST = 64 };

struct trail {
	uint64_t at[TRAIL_MOST], value[TRAIL_MOST];
	unsigned n; /* ever */
};

/* Kept if the last one is at least that old (all in ms). */
void trail_add(struct trail *, uint64_t now, uint64_t every, uint64_t value);

/* Growth within the last so many ms, as far as it is known. */
uint64_t trail_growth(const struct trail *, uint64_t now, uint64_t window);

#endif
