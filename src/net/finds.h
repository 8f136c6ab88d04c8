/*
 * Findings of the dissector since the last letter to main. Bounded: a client
 * that logs in without end gets its lines in the access log, but only so many a
 * second are handed on. One thread.
 */

#ifndef NET_FINDS_H
#define NET_FINDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/findings.h"
#include "net/mail.h"

enum {
	FINDS_BATCH = 64,   /* findings in a letter */
	FINDS_SECOND = 1000, /* a worker hands on in a second */
};

/* What MAIL_FOUND carries: main frees it and what is in it. */
struct finding_batch {
	size_t count;
	struct finding *rows[FINDS_BATCH];
};

struct finds {
	struct finding_batch *batch; /* NULL: none since the last letter */
	unsigned second;             /* handed on in this second */
};

/* Take one over (NULL: there was no memory). False: it is lost. */
bool finds_add(
    struct finds *, struct finding *, struct mailbox *main, uint32_t from);

/* Post what there is; if that is impossible keep it for next time. */
void finds_post(struct finds *, struct mailbox *main, uint32_t from);

/* The same once a second. */
void finds_tick(struct finds *, struct mailbox *main, uint32_t from);

void finds_free(struct finds *);

void finding_batch_free(struct finding_batch *);

#endif
