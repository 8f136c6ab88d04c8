/* A list that grows, and goes on: log -f, findings -f. One thread. */

#ifndef CTL_FOLLOW_H
#define CTL_FOLLOW_H

#include "ctl/options.h"

/* Do the words ask for it: a command, and -f behind it? */
bool follow_is_meant(char *const words[], size_t n);

/* Print the last rows, then each new one as it comes, until the end of time or
 * of the connection before anything was seen: the exit status. */
int follow(const struct options *, char *const words[], size_t n);

#endif
