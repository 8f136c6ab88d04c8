/*
 * Who connected where since the last letter to main: one row for each account,
 * the last connection. One thread.
 */

#ifndef NET_USES_H
#define NET_USES_H

#include <stddef.h>
#include <stdint.h>

#include "base/map.h"
#include "net/mail.h"

struct use_row;

struct uses {
	struct map rows; /* account id -> struct use_row *, owned */
};

/*
 * Account connected to that target (as text, escaped and cut to fit) at that
 * moment. Without memory the connection goes unrecorded.
 */
void uses_add(struct uses *, uint64_t account, int64_t wall_s,
    const char *target, size_t len, uint16_t port);

/* Post what there is in USED; if that is impossible keep it for next time. */
void uses_post(struct uses *, struct mailbox *main, uint32_t from);

void uses_free(struct uses *);

#endif
