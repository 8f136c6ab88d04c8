/* What tui/record.h wrote, read as events again. One thread. */

#ifndef TUI_REPLAY_H
#define TUI_REPLAY_H

#include <stdio.h>

#include "tui/update.h"

struct replay;

/* What a recording begins with. */
struct replay_head {
	uint64_t wall, now; /* Unix seconds, ms of the events' clock */
	int w, h;
	enum glyphs glyphs;
};

/*
 * Read the head and set up the model, which is all 0. NULL: *why says what is
 * wrong, a text that lasts. The file is closed by replay_close(), or here.
 */
struct replay *
replay_open(FILE *, struct model *, struct replay_head *, const char **why);

/*
 * The next event, valid until the next call; false: there is no more, or the
 * line is none, and then replay_wrong() is its number.
 */
bool replay_next(struct replay *, struct event *);
unsigned replay_wrong(const struct replay *);

void replay_close(struct replay *);

#endif
