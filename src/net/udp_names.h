/*
 * Targets of datagrams that are given by name. Each name is looked up once and
 * its addresses are kept for a minute; datagrams that come meanwhile wait, a
 * bounded number and size of them. Worker thread only.
 */

#ifndef NET_UDP_NAMES_H
#define NET_UDP_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

#include "base/addr.h"
#include "net/resolve.h"
#include "proto/socks5.h"

enum {
	UDP_NAMES_MOST = 16,        /* of one client */
	UDP_NAMES_WAITING = 16,     /* datagrams for one name */
	UDP_NAMES_ADDRS = 4,        /* of one name */
	UDP_NAMES_SECONDS = 60,     /* they are kept */
	UDP_NAMES_NO_SECONDS = 5,   /* that there are none is remembered */
	UDP_NAMES_OCTETS = 4 << 20, /* waiting, of all clients of a worker */
};

/* Where a datagram goes: the name, and what it stands for, best first. */
struct udp_named {
	const struct socks_addr *to;
	const struct addr *addrs;
	size_t count;
};

TAILQ_HEAD(udp_name_list, udp_name);

struct udp_names {
	struct udp_name_list list; /* the one added last first */
	unsigned count;
	size_t *waiting; /* octets; shared by a worker's clients */
	struct resolver *resolver;

	/* Send it; from inside udp_names_send() or from the loop. */
	void (*send)(const struct udp_named *, const uint8_t *bytes, size_t len,
	    void *arg);
	/* So many datagrams were dropped: no address, or no room to wait. */
	void (*dropped)(unsigned, void *arg);
	void *arg;
};

/* The fields from `waiting` on are the caller's. */
void udp_names_init(struct udp_names *);
void udp_names_free(struct udp_names *);

/* A datagram to a name. now: clock_s(). */
void udp_names_send(struct udp_names *, const struct socks_addr *to,
    const uint8_t *bytes, size_t len, uint32_t now);

/* Forget what is too old; true if something is left. */
bool udp_names_tick(struct udp_names *, uint32_t now);

#endif
