/*
 * Who may have a password checked next: a queue that is fair between sources.
 *
 * Sources with waiting logins take turns, one login each. Each source has a
 * bucket of failures, one back at a time; while it is empty the source's logins
 * wait and nobody else is held up. Pure: time is passed in, in milliseconds,
 * and never goes back. One thread.
 */

#ifndef CORE_TURNSTILE_H
#define CORE_TURNSTILE_H

#include <stddef.h>
#include <stdint.h>

#include "core/login.h"

struct turnstile_limits {
	unsigned failures;  /* a bucket's size */
	unsigned refill_ms; /* one failure back every so often */
	size_t queued;      /* logins waiting, in all */
	size_t per_source;  /* logins waiting, of one source */
	size_t sources;     /* sources remembered; at least `queued` */
};

/* 10 failures, one back every 10 s. */
extern const struct turnstile_limits turnstile_defaults;

struct turnstile;

/* NULL if memory is out. The limits are copied. */
struct turnstile *turnstile_new(const struct turnstile_limits *);

/* The turnstile must be empty: see turnstile_leave(). */
void turnstile_free(struct turnstile *);

/*
 * Queue a login. Returns NULL, or the login that there is no room for, to be
 * answered LOGIN_WRONG at once: this one, or the last of the source that has
 * most logins waiting.
 */
struct login *
turnstile_enter(struct turnstile *, struct login *, uint64_t now_ms);

/*
 * The login to check now, or NULL. Its outcome must be known, and a failure
 * told by turnstile_failed(), before the next call.
 */
struct login *turnstile_next(struct turnstile *, uint64_t now_ms);

/* A check of that source's login failed. */
void turnstile_failed(
    struct turnstile *, const struct addr *source, uint64_t now_ms);

/* Milliseconds until turnstile_next() has one; 0: now; -1: nobody waits. */
int64_t turnstile_wait_ms(const struct turnstile *, uint64_t now_ms);

/* Any login that is queued, taken out without a check; NULL: none is left. */
struct login *turnstile_leave(struct turnstile *);

size_t turnstile_queued(const struct turnstile *);

/* Sources remembered just now. */
size_t turnstile_sources(const struct turnstile *);

#endif
