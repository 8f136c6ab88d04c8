/*
 * Lists as aligned columns that fit the paper: those that matter least go
 * first, long texts are cut (src/ctl/columns.def). One thread.
 */

#ifndef CTL_TABLE_H
#define CTL_TABLE_H

#include "base/layout.h"
#include "ctl/paper.h"

enum {
	TABLE_COLUMNS = 48, /* no message has more fields */
};

struct column {
	const struct layout_field *field;
	unsigned rank;
	int least; /* columns it may be cut down to; 0: it is never cut */
	int width; /* of the widest value so far, and of the title */
	int shown; /* columns it has; 0: it is left out */
};

/* How far a list has been printed; zeroed at its beginning. */
struct table {
	const struct layout *layout;
	bool headed;
	size_t n;
	struct column columns[TABLE_COLUMNS];
};

/* Look at rows that will be printed, so that those before them have columns as
 * wide as theirs. */
void table_measure(
    struct table *, const struct layout *, const void *rows, size_t count);

/* Print a page of a list, the first one below a header. */
void table_rows(struct paper *, struct table *, const struct layout *,
    const void *rows, size_t count);

/* One row as a line of its own, if a table would not do; else by itself. */
void table_line(struct paper *, const struct layout *, const void *row);

/* A field as people read it in a table; numbers in short. */
void table_cell(
    const struct layout_field *, const void *record, char text[LAYOUT_PRINT]);

/* What colour a field's value has. */
enum shade table_shade(
    const struct layout *, const struct layout_field *, const char *text);

#endif
