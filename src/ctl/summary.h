/* A record at a glance: few lines, from src/ctl/summary.def. One thread. */

#ifndef CTL_SUMMARY_H
#define CTL_SUMMARY_H

#include "ctl/paper.h"
#include "proto/admin.h"

/* Print it, below who says so (or NULL); false: there is none for it. */
bool summary_put(struct paper *, const struct layout *, const void *record,
    const struct admin_hello *);

#endif
