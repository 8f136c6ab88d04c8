/*
 * A client's socket: tries the addresses of an endpoint one after the other,
 * then carries octets. Knows nothing of what they mean. Its loop's thread.
 */

#ifndef CLIENT_LINK_H
#define CLIENT_LINK_H

#include <event2/event.h>
#include <event2/event_struct.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "client/connect.h"
#include "client/lookup.h"

struct link {
	struct event event; /* edge-triggered; added while there is a socket */
	struct event_base *base;
	event_callback_fn ready;
	void (*resolved)(const char *why, void *arg);
	void *arg;
	struct lookup *lookup; /* a name is being resolved; else NULL */
	enum endpoint_kind kind;
	int fd; /* -1: none */
	bool connected;
	bool readable, writable; /* since the last EAGAIN */
	size_t naddrs, tried;
	struct connect_addr addrs[CONNECT_MOST];
};

/* The callbacks are the caller's to fill in first. */

/*
 * Find the addresses; nothing is connected yet. NULL, or why there are none, a
 * constant text. While a name is looked up, `lookup` is set; then, from the
 * loop, resolved() is told NULL or why. ready(fd, what, arg) is the event's.
 */
const char *
link_open(struct link *, struct event_base *, const struct endpoint *);

/*
 * Give up what there is and begin with the next address: 0 if it is on its way;
 * -EAGAIN: the server is busy, call again in a while; other -errno: no address
 * is left, and that is why the last one failed (`err` if there was none).
 */
int link_next(struct link *, int err);

/* Begin again with the first address at the next link_next(). */
void link_rewind(struct link *);

/* Addresses not tried yet. */
size_t link_left(const struct link *);

/*
 * What an event means while not connected: 1 connected now, 0 not yet, or
 * -errno: this address failed.
 */
int link_check(struct link *, short what);

/* Note what a later event says. */
void link_note(struct link *, short what);

/* Have ready() called in the loop's next turn. */
void link_wake(struct link *);

/*
 * As send(2) and recv(2), but an SCTP message is never larger than it should
 * be, EINTR is tried again, and EAGAIN (0, with readable or writable now false)
 * is told from the end (recv: -EPIPE). Else -errno.
 */
ssize_t link_send(struct link *, const void *, size_t);
ssize_t link_receive(struct link *, void *, size_t);

/* Also gives up a lookup. */
void link_close(struct link *);

#endif
