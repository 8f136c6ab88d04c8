/*
 * The listener of a BIND (RFC 1928 section 4): it waits for one peer that is
 * welcome, and closes all others. It is closed as soon as that peer has come.
 * Worker thread only.
 */

#ifndef NET_AWAIT_H
#define NET_AWAIT_H

#include <event2/event.h>
#include <stdbool.h>

#include "base/addr.h"
#include "core/policy.h"

struct await;

struct await_how {
	struct event_base *base;
	const struct policy_berth *berth;
	const struct policy_way *way; /* the peer comes by it; see net/way.h */
	unsigned seed;                /* see berth_open() */

	/* Is that one awaited? Asked once for each that comes. */
	bool (*welcome)(const struct addr *peer, void *arg);

	/*
	 * Called at most once, from the loop; the await is gone then. With a
	 * connected non-blocking descriptor, the callee's from then on, or
	 * with -errno if no peer can be taken any more.
	 */
	void (*done)(int fd, const struct addr *peer, void *arg);
	void *arg;
};

/*
 * Listen on *at, which becomes the address to be named, with its port. 0 with
 * *made, or -errno.
 */
int await_open(struct await **made, const struct await_how *, struct addr *at);

/* Give up: done() will not be called. */
void await_close(struct await *);

#endif
