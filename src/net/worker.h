/*
 * A worker: a thread with its own event_base, listeners, sessions, counters and
 * mailbox. Nothing it touches while serving is shared, but what is below and
 * the accounts' struct account_live: both are atomic, and never written for a
 * single octet.
 */

#ifndef NET_WORKER_H
#define NET_WORKER_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/metrics.h"
#include "core/policy.h"
#include "net/mail.h"

/*
 * What all workers together hold; max-connections and the peak must be exact.
 * On a cache line of its own.
 */
struct worker_shared {
	_Atomic uint64_t sessions;     /* open now */
	_Atomic uint64_t peak;         /* most at once; main may zero it */
	_Atomic uint64_t users;        /* accounts with at least one session */
	_Atomic uint64_t associations; /* each counts as one session more */
	_Atomic uint64_t pipe_pages; /* in pipes that tunnels splice through */
	struct origins
	    *origins; /* core/origins.h; NULL: no address is limited */
	char apart[64];
};

struct worker_config {
	unsigned index;            /* 0 and up: `from` in its letters */
	const struct addr *listen; /* borrowed; copied at the start */
	size_t nlisten;
	struct policy *policy; /* the first; given back like any other */
	struct worker_shared *shared;
	struct mailbox *main;  /* where letters to main go (net/mail.def) */
	struct mailbox *login; /* and CHECK */
};

struct worker;

/*
 * Bind the listeners (still with the caller's rights) and prepare a worker.
 * 0, or -errno with *failed the address that could not be served. Main thread.
 */
int worker_new(
    struct worker **, const struct worker_config *, const struct addr **failed);

/* Start its thread. 0 or -errno. */
int worker_start(struct worker *);

/* Where to post what net/mail.def has for workers. */
struct mailbox *worker_mailbox(struct worker *);

/* Its counters; read from any thread. */
struct metrics *worker_metrics(struct worker *);

/* Processor time its thread has used, in microseconds; 0 if it does not run.
 * Main thread. */
uint64_t worker_cpu_us(const struct worker *);

/* The address a listener really has (port 0 asked for any); not once it runs.
 */
struct addr worker_listen_addr(struct worker *, size_t i);

/* Wait for its end (after GONE) and free it. Main thread. */
void worker_free(struct worker *);

/* Who connected where, once a second, in MAIL_USED; main frees it. */
struct use_row {
	uint64_t account;
	int64_t last; /* Unix seconds */
	char target[256 + 8];
};

struct use_batch {
	size_t count;
	struct use_row rows[];
};

#endif
