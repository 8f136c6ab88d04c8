/* Boxes of a test that plays main and the workers, and what came into them. */

#ifndef TESTS_DAEMON_POSTBOX_H
#define TESTS_DAEMON_POSTBOX_H

#include "net/mail.h"

enum { POSTBOX_MOST = 70000 };

struct postbox {
	struct event_base *base;
	struct mailbox *box;
	struct mail letters[POSTBOX_MOST];
	size_t count;
};

void postbox_open(struct postbox *);
void postbox_close(struct postbox *);

/* Wait until that many letters have come in all. */
void postbox_wait(struct postbox *, size_t count);

/* Post numbers until it is full; returns how many fitted. */
size_t postbox_fill(struct postbox *);

#endif
