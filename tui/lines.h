/*
 * The last lines of the daemon's logs: a ring, filtered by level and text. The
 * newest are last. One thread.
 */

#ifndef TUI_LINES_H
#define TUI_LINES_H

#include "proto/admin.h"

enum { LINES_MOST = 2000, LINES_TEXT = 256, LINES_TAG = 16 };

struct line {
	uint64_t id, time; /* microseconds since 1970 */
	unsigned level;    /* error warn info debug */
	char tag[LINES_TAG];
	char text[LINES_TEXT]; /* safe: what happened, and key=value */
	uint16_t more;         /* where in text key=value begins */
	uint64_t shape;        /* lines_shape() of text */
};

struct lines {
	struct line *ring; /* of LINES_MOST; owned; NULL till the first line */
	uint64_t count;    /* lines ever */
	uint32_t *order;   /* what is shown: places in the ring; owned */
	size_t shown;
	uint64_t last; /* the newest id */
	bool listed;
};

void lines_add(struct lines *, const struct admin_log_row *, size_t n);

/* Those of that level or worse whose texts pass the filter. */
void lines_arrange(struct lines *, unsigned level, const char *filter);

const struct line *lines_row(const struct lines *, int row);
int lines_place(const struct lines *, uint64_t id);
bool lines_has(const struct lines *, int row, const char *word);

/* The same for two texts of which only ports and ids differ, within a run. */
uint64_t lines_shape(const char *text);

/* How many are kept. */
size_t lines_kept(const struct lines *);

void lines_free(struct lines *);

#endif
