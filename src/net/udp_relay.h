/*
 * The relay of datagrams behind a UDP ASSOCIATE (RFC 1928 section 7).
 *
 * One socket faces the client, one for each family the targets, opened when the
 * first datagram needs it. Only the client's address may send, from one port;
 * only targets that it has sent something to may answer. What cannot be relayed
 * is dropped in silence and counted by its reason. An association that is idle
 * holds nothing but its struct, its sockets and the targets it has met. Worker
 * thread only.
 */

#ifndef NET_UDP_RELAY_H
#define NET_UDP_RELAY_H

#include <event2/event.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

#include "base/addr.h"
#include "base/metrics.h"
#include "core/fragments.h"
#include "core/policy.h"
#include "net/resolve.h"
#include "net/udp_batch.h"

struct association;

TAILQ_HEAD(association_list, association);

/* What the associations of a worker share. */
struct udp_desk {
	struct event_base *base;
	struct metrics *metrics;
	const uint32_t *now;          /* clock_s(), as old as the last event */
	const struct policy_way *way; /* to targets, from now on; may be NULL */
	unsigned count;
	struct udp_batch *batch; /* while there are associations */
	struct fragments_purse purse;
	size_t waiting;                  /* see net/udp_names.h */
	struct association_list holding; /* fragments or names */
};

/* The first four fields are the caller's. */
void udp_desk_init(struct udp_desk *);

/* Once a second: forget what has waited too long. */
void udp_desk_tick(struct udp_desk *, uint32_t now);

struct association_how {
	struct udp_desk *desk;
	struct resolver *resolver;
	const struct policy_berth *berth; /* borrowed until it is open */
	unsigned seed;                    /* see berth_open() */
	struct addr client; /* who may send; port 0: fixed by the first */

	/* May a datagram go there? The name is the client's, or of length 0. */
	bool (*may)(
	    const char *name, size_t len, const struct addr *to, void *arg);
	/* It may read no more that way (0: of the client, 1: of targets): may
	 * it after all? If not association_turn() will be called. May be NULL.
	 */
	bool (*may_read)(uint8_t way, void *arg);
	/* Payload has passed. */
	void (*moved)(void *arg);
	/* Its turn is used up: the others first, then association_turn(). */
	void (*again)(void *arg);
	void *arg;
};

/*
 * Listen for the client on *at, which becomes the address to be named to it. 0
 * with *made, or -errno. The struct is copied. No callback runs from inside,
 * nor after association_close().
 */
int association_open(
    struct association **made, const struct association_how *, struct addr *at);
void association_close(struct association *);

/* Go on where a turn has ended. */
void association_turn(struct association *);

/*
 * Octets of payload it may still pass that way, as datagrams come in one: less
 * than 0 if the last were too many. ASSOCIATION_FREELY, from the start: any.
 */
#define ASSOCIATION_FREELY INT64_MAX
int64_t *association_may(struct association *, uint8_t way);

/* Datagrams that were passed on that way since the last call. */
uint32_t association_count(struct association *, uint8_t way);

/* Octets of payload since the start. */
uint64_t association_up(const struct association *);
uint64_t association_down(const struct association *);

#endif
