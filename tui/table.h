/*
 * A table on a canvas: columns with a priority, a cursor row, scrolling. Only
 * the visible rows are asked for; nothing is allocated.
 *
 * Where there is no room for all columns, those are left out first that matter
 * least. Scrolled to the right it is all of them in their order, from the
 * left-th on, behind the one that was first; marks on the rule below the titles
 * say on which side there is more.
 */

#ifndef TUI_TABLE_H
#define TUI_TABLE_H

#include <stddef.h>

#include "tui/canvas.h"

enum {
	TABLE_COLUMNS = 16,
	TABLE_CELL = 256,
	TABLE_NEVER = 100, /* a priority: not even where there is room */
};

struct table_column {
	const char *title;
	int width;    /* at least */
	int grow;     /* parts of the room that is left */
	int priority; /* the highest number is left out first; 0 never */
	bool right;   /* figures: aligned to the right */
	bool meter;   /* the cell is a part of 1000 and drawn as a meter */
	bool sorted;
};

struct table {
	const struct table_column *columns;
	int ncolumns;
	size_t rows;
	int row, top;      /* the cursor's row, the first one shown */
	int left;          /* scrolled so often to the right */
	bool reverse;      /* sorted downwards */
	int gap;           /* columns between two; 0: 2 */
	const int *sorts;  /* by column: what a click sorts by; -1, NULL: no */
	const char *note;  /* on the rule below the titles, or NULL */
	const char *empty; /* said when there are no rows */
	/* Write a cell's text; returns its role. */
	enum role (*cell)(
	    const void *ctx, size_t row, int column, char text[TABLE_CELL]);
	/* Is a row marked? NULL: no row can be. */
	bool (*marked)(const void *ctx, size_t row);
	const void *ctx;
};

/* A table with room for what it points to. */
struct table_room {
	struct table t;
	struct table_column columns[TABLE_COLUMNS];
	char note[160];
};

/* How often it can be scrolled to the right in w columns; 0: all is there. */
int table_left(const struct table *, int w);

/* Title row, rule, rows; the hardware cursor goes to the cursor's row. */
void table_draw(struct canvas *, struct rect, const struct table *);

#endif
