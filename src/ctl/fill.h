/* What stands behind a command's words, read into its request. Pure. */

#ifndef CTL_FILL_H
#define CTL_FILL_H

#include "ctl/job.h"
#include "ctl/words.h"

/*
 * Fill in job->request from the words behind those that were found to be the
 * command. False with why: the word, and what would have been right.
 */
bool
fill(struct job *, const struct admin_command *, const struct words_found *,
    char *const words[], size_t n, char why[JOB_WHY]);

#endif
