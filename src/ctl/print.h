/* Answers for people, aligned, or for programs, as JSON. One thread. */

#ifndef CTL_PRINT_H
#define CTL_PRINT_H

#include <stdio.h>

#include "ctl/job.h"

enum {
	PRINT_COLUMNS = 48, /* of a table; no message has more fields */
};

/* How far a list has been printed; zeroed at its beginning. */
struct table {
	bool headed;
	int widths[PRINT_COLUMNS];
};

/*
 * A page of a list: aligned columns, cut at the width of a terminal, below a
 * header if it is the first; or one object for each row.
 */
void print_rows(FILE *, bool json, struct table *, const struct layout *,
    const void *rows, size_t count);

/* Everything a job asked: a line for each figure, or one object for all. */
void print_job(FILE *, bool json, const struct job *);

/* What a round trip took. */
void print_ping(FILE *, bool json, uint64_t us);

#endif
