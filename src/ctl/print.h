/* Answers for people, aligned, or for programs, as JSON. One thread. */

#ifndef CTL_PRINT_H
#define CTL_PRINT_H

#include "ctl/job.h"
#include "ctl/table.h"

/* A page of a list: a table, or one object for each row. */
void print_rows(struct paper *, struct table *, const struct layout *,
    const void *rows, size_t count);

/* A row of a list that goes on: a line, or an object. */
void print_line(struct paper *, const struct layout *, const void *row);

/* One record by itself: a line for each field, or an object. */
void print_record(struct paper *, const struct layout *, const void *record);

/* Everything a job asked: a line for each figure, or one object for all. */
void print_job(struct paper *, const struct job *);

/* What a round trip took. */
void print_ping(struct paper *, uint64_t us);

#endif
