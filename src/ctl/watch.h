/* The same command again and again, as watch(1) does. One thread. */

#ifndef CTL_WATCH_H
#define CTL_WATCH_H

#include "ctl/options.h"

/* "watch [SECONDS] [COMMAND...]", without its first word: the exit status. */
int watch(const struct options *, char *const words[], size_t n);

#endif
