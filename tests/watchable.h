/*
 * What the system lets be watched, that ends when a test says so. Linked with
 * -Wl,--wrap=epoll_ctl.
 */

#ifndef TESTS_WATCHABLE_H
#define TESTS_WATCHABLE_H

#include <limits.h>

enum { WATCHABLE_ALL = INT_MAX };

/* So many descriptors more, then one is refused with ENOSPC, and from then on
 * all are watched again. */
extern int watchable;

#endif
