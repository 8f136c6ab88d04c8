/*
 * What happened lately, the newest first: what this console noticed, and the
 * lines of the daemon's logs without those of sessions. What happened again is
 * one row with a count: two lines are the same when only ports and ids differ.
 */

#ifndef TUI_EVENTS_H
#define TUI_EVENTS_H

#include "tui/model.h"

enum { EVENTS_MOST = 64 };

struct happening {
	uint64_t time;    /* of the last time, Unix seconds */
	unsigned level;   /* error warn info debug */
	const char *text; /* of the last time; the model's */
	unsigned times;
};

/*
 * Of that level or worse, and such as pass the filter; told is the level for
 * what the daemon told. Returns how many there are in out, `most` or
 * EVENTS_MOST at most.
 */
size_t events_list(const struct model *, unsigned level, unsigned told,
    const char *filter, struct happening *out, size_t most);

#endif
