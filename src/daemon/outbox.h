/*
 * Letters that found a box full: kept in order and tried again, so that none is
 * lost and nobody waits for a slow receiver but those who write to it. One
 * thread, the one that runs the base.
 */

#ifndef DAEMON_OUTBOX_H
#define DAEMON_OUTBOX_H

#include <event2/event.h>
#include <stdint.h>

#include "net/mail.h"

struct lane;

struct outbox {
	uint32_t from;
	struct lane *lanes; /* by receiver */
	struct event *again;
};

/* `from` is who posts. 0 or -ENOMEM. */
int outbox_open(struct outbox *, struct event_base *, uint32_t from);

/*
 * Post, now or as soon as the box has room. Only when memory is out as well
 * does this wait for the receiver.
 */
void outbox_post(struct outbox *, struct mailbox *to, enum mail_kind, void *);
void outbox_post_number(
    struct outbox *, struct mailbox *to, enum mail_kind, uint64_t);

/* Wait until all has been taken; after `limit_ms` hand over the rest. */
void outbox_close(
    struct outbox *, unsigned limit_ms, void (*left)(const struct mail *));

#endif
