/*
 * Records as JSON objects, one a line, or as CSV below a line of names: each
 * begins with the time at which it was true. What --json, --csv and a saved
 * view are written by. Texts of CSV that begin with = + - @ or a tab get an
 * apostrophe in front: what a stranger chose as a name is no formula. One
 * thread.
 */

#ifndef TUI_RECORDS_H
#define TUI_RECORDS_H

#include <stdbool.h>
#include <stdio.h>
#include <time.h>

#include "base/layout.h"

enum records_format { RECORDS_JSON, RECORDS_CSV };

/* All 0 but file and format to begin with. */
struct records {
	FILE *file; /* borrowed; its errors are for its owner to see */
	enum records_format format;
	bool headed;
	char time[32];
};

/* What is put next was true then. */
void records_time(struct records *, time_t);

/* n records of one layout; the names first if nothing was put before. */
void records_put(
    struct records *, const struct layout *, const void *rows, size_t n);

/* One record made of parts, each with a layout of its own. */
struct records_part {
	const struct layout *layout;
	const void *record;
};
void records_put_parts(struct records *, const struct records_part *, size_t n);

#endif
