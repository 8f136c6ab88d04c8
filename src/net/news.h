/*
 * Sessions that began and ended, as a worker tells main while somebody wants to
 * know: a letter each tenth of a second at most, and a bounded one. One thread.
 */

#ifndef NET_NEWS_H
#define NET_NEWS_H

#include <event2/event_struct.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/listing.h"
#include "net/mail.h"

struct conn;

enum { NEWS_ROWS = 256 }; /* in one letter; what is more is only counted */

enum news_kind {
	NEWS_OPENED,  /* begins to relay */
	NEWS_CLOSED,  /* was opened, has ended */
	NEWS_REFUSED, /* its request was; it never relayed */
};

struct news_row {
	enum news_kind kind;
	uint8_t why; /* CLOSED: enum access_why */
	uint8_t rep;
	struct listed session;
};

/* In MAIL_NEWS; main frees it. */
struct news_batch {
	size_t count, room;
	uint64_t lost; /* that found no place behind these */
	struct news_row rows[];
};

struct news {
	bool wanted;
	struct news_batch *batch; /* NULL: nothing is to be told */
	struct event timer;
	struct mailbox *main;
	unsigned from;
};

/* 0 or -EINVAL. */
int news_init(
    struct news *, struct event_base *, struct mailbox *main, unsigned from);
void news_free(struct news *);

/* MAIL_WATCH: is anybody interested from now on? */
void news_watch(struct news *, bool wanted);

/* Tell of a conn as it is now. Without memory it is counted as lost. */
void news_add(struct news *, const struct conn *, enum news_kind);

#endif
