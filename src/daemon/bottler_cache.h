/*
 * Changes that Bottler has answered lately, so that a datagram that comes once
 * more gets the same answer and is not carried out again.
 *
 * What a later change concerns too is forgotten: the same account added,
 * removed and added again within seconds is added again. Pure; time is passed
 * in. One thread.
 */

#ifndef DAEMON_BOTTLER_CACHE_H
#define DAEMON_BOTTLER_CACHE_H

#include "base/addr.h"
#include "proto/bottler.h"

enum {
	BOTTLER_CACHE_PLACES = 256,
	BOTTLER_CACHE_MS = 5000,
};

struct bottler_cache;

/* A request as it came. */
struct bottler_datagram {
	struct addr from;
	size_t len;
	uint8_t bytes[BOTTLER_REQUEST_MOST + 1]; /* one more: it is too long */
};

enum bottler_known {
	BOTTLER_NEW,     /* carry it out, then bottler_cache_done() */
	BOTTLER_PENDING, /* is being carried out: will be answered then */
	BOTTLER_DONE,    /* was: *status is the answer */
};

/* NULL if memory is out. */
struct bottler_cache *bottler_cache_new(void);

/* Wipes what it holds. NULL does nothing. */
void bottler_cache_free(struct bottler_cache *);

/*
 * Look a change up; a new one is kept, and what it concerns forgotten. The
 * record is the parsed request of that command.
 */
enum bottler_known
bottler_cache_ask(struct bottler_cache *, const struct bottler_datagram *,
    enum admin_id, const void *record, uint64_t now_ms, enum admin_status *);

/* It is done; the answer counts from now. */
void bottler_cache_done(struct bottler_cache *, const struct bottler_datagram *,
    enum admin_status, uint64_t now_ms);

/* It was not even begun. */
void
bottler_cache_drop(struct bottler_cache *, const struct bottler_datagram *);

/* Wipe what is too old; returns how many are left. */
size_t bottler_cache_sweep(struct bottler_cache *, uint64_t now_ms);

#endif
