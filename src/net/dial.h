/*
 * Connect to the target a client named (RFC 1928 section 5): resolve, then try
 * one address after the other. Worker thread only.
 *
 * Each address is tried 250 ms after the one before, or at once when the one
 * before has failed; the first that answers wins, the others are closed (RFC
 * 8305 section 5). Eight at most are under way at once. The families take
 * turns; resolver_first() says which begins. The connected socket always ends
 * up in the caller's struct end; where only one address can be tried it is
 * there from the beginning, so that a literal address costs no epoll_ctl() but
 * that end's two.
 *
 * There is no limit on the time here: the caller's sweep over its own limits
 * calls dial_expire().
 */

#ifndef NET_DIAL_H
#define NET_DIAL_H

#include <event2/event.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/metrics.h"
#include "net/end.h"
#include "net/resolve.h"

struct dial;

struct dial_how {
	struct event_base *base;
	struct watch *watch;
	struct resolver *resolver; /* not used for literal addresses */
	struct metrics *metrics;   /* its `connect` is added to; or NULL */

	/* Microseconds (base/coarse.h), written when known, unless NULL: until
	 * the name had an address; of the attempt that won. */
	uint16_t *resolve, *connect;

	/*
	 * Without a descriptor, and left alone until done() or the end of the
	 * dial, but for this: ready(), the end's from then on, must call
	 * dial_ready() while the dial lasts.
	 */
	struct end *end;
	end_ready *ready;

	/*
	 * Called exactly once, from the loop, never from inside dial_addr(),
	 * dial_name(), dial_cancel() or dial_expire(); the dial is gone then.
	 * 0: the end is connected, has TCP_NODELAY, and is watched. Its `can`
	 * may be empty: then ready() follows. Else -errno: the most telling
	 * failure. Either way with the address that this is about (ADDR_NONE:
	 * no address was found).
	 */
	void (*done)(int err, const struct addr *, void *arg);
	void *arg;

	/*
	 * May that address be dialled? 0, or -errno, which then counts as its
	 * failure. Called for each address, with its port, just before it
	 * would be tried; the arg is done()'s. NULL: every one may.
	 */
	int (*check)(const struct addr *, void *arg);

	/*
	 * Prepare the socket for connecting to that address: 0, or -errno,
	 * which then counts as its failure. NULL: there is nothing to do.
	 */
	int (*prepare)(int fd, const struct addr *, void *arg);
};

/* Dial an address. The struct is copied. NULL only if memory is out. */
struct dial *dial_addr(const struct dial_how *, const struct addr *);

/*
 * Dial a name of 1 to 255 octets, not ended by NUL. An IPv4 or IPv6 address
 * written as a name is dialled without a resolver. A name without an address is
 * -EHOSTUNREACH. NULL only if memory is out.
 */
struct dial *
dial_name(const struct dial_how *, const char *name, size_t len, uint16_t port);

/* Is the name an address as text? Then that, with port 0. */
bool dial_literal(struct addr *, const char *name, size_t len);

/* To be called by the end's ready() while the dial lasts. May call done(). */
void dial_ready(struct dial *);

/* Give up: done() will not be called, the end is without a descriptor. */
void dial_cancel(struct dial *);

/*
 * Give up because the time is over: dial_cancel() that returns what done()
 * would have been told, and puts the address it is about into *about:
 * -ETIMEDOUT if nothing tells more, -EHOSTUNREACH if no address was found yet.
 */
int dial_expire(struct dial *, struct addr *about);

/*
 * The more telling of two failures (-errno; 0 for none), the first if they are
 * equal. A target that answered "no" tells more than one that kept silent,
 * that more than a network that knew no way there; our own want of
 * descriptors or memory comes below these; last what only says that this host
 * lacks a family, since a name's other family will have more to say.
 */
int dial_telling(int a, int b);

#endif
