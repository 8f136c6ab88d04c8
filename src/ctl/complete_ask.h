/* Values that only the daemon knows, for complete.c. One thread. */

#ifndef CTL_COMPLETE_ASK_H
#define CTL_COMPLETE_ASK_H

#include "ctl/options.h"

/*
 * Tell every row of a list, until half a second is over (or as many
 * milliseconds as SOCKS5_COMPLETION_MS says); nothing at all if a password
 * would have to be asked for. `request` is as for client_ask().
 */
void complete_ask(struct options *, enum admin_id list, const void *request,
    void (*row)(const void *row, void *arg), void *arg);

#endif
