/*
 * The history of one figure: ten minutes by the second, three hours by ten
 * seconds, seven days by five minutes. Each cell keeps least, most, sum and
 * count; a cell nothing was heard in stays empty and is drawn as a gap.
 * Times are milliseconds of one monotonic clock. One thread.
 */

#ifndef TUI_RING_H
#define TUI_RING_H

#include <stddef.h>
#include <stdint.h>

enum {
	RING_LEVELS = 3,
	RING_FINE = 600,
	RING_MIDDLE = 1080,
	RING_COARSE = 2016,
};

struct ring_cell {
	float least, most;
	double sum;
	uint32_t count; /* 0: a gap */
};

struct ring {
	uint64_t next[RING_LEVELS]; /* the number of the cell behind the last */
	struct ring_cell fine[RING_FINE];
	struct ring_cell middle[RING_MIDDLE];
	struct ring_cell coarse[RING_COARSE];
};

/* A figure that held from `from` (not included) to `to`; an instant if equal.
 */
void ring_add(struct ring *, uint64_t from, uint64_t to, double value);

/*
 * About the last `window_s` seconds before `now` as n columns, the newest last,
 * in whole cells a column (half as many more or fewer seconds at most): the
 * mean of each column, or NAN for a gap. Columns keep to fixed moments, so
 * that a graph moves by whole columns and never shimmers.
 */
void ring_columns(const struct ring *, uint64_t now, unsigned window_s,
    double *columns, size_t n);

/* The newest value and the largest one in a window; NAN if there is none. */
double ring_last(const struct ring *);
double ring_most(const struct ring *, uint64_t now, unsigned window_s);

#endif
