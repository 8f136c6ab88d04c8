/*
 * Octets waiting to be sent, up to a mebibyte. They may be passwords: memory is
 * wiped before it is given back. One thread.
 */

#ifndef CLIENT_OUTBOX_H
#define CLIENT_OUTBOX_H

#include <stdbool.h>

#include "base/wire.h"

enum {
	OUTBOX_MOST = 1 << 20,
};

struct outbox {
	uint8_t *bytes; /* waiting: bytes[at..len) */
	size_t at, len, size;
};

/* A cursor with room for n octets more; false: too much is waiting, or memory
 * is out. What was written with it counts after outbox_add(). */
bool outbox_room(struct outbox *, size_t n, struct wr *);
void outbox_add(struct outbox *, const struct wr *);

/* The first n waiting octets are sent. */
void outbox_sent(struct outbox *, size_t n);

void outbox_free(struct outbox *);

#endif
