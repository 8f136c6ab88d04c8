/* What the files of the datagram relay share; see net/udp_relay.h. */

#ifndef NET_UDP_PARTS_H
#define NET_UDP_PARTS_H

#include <event2/event_struct.h>
#include <stdbool.h>
#include <stdint.h>

#include "core/targets.h"
#include "net/udp_names.h"
#include "net/udp_relay.h"

struct udp_socket {
	struct event event;
	struct association *of;
	int fd;
	bool readable;
};

struct association {
	struct association_how how;
	struct udp_socket client;
	struct udp_socket *outside[2]; /* IPv4, IPv6; NULL until needed */
	struct udp_socket *sending;    /* what the batch has is for this one */
	struct targets targets;
	struct fragments fragments;
	struct udp_names names;
	TAILQ_ENTRY(association) holding;
	bool holds; /* it is in the desk's list */
	uint64_t up, down;
	uint32_t passed[2]; /* datagrams since association_count() */
	int64_t may[2];     /* see association_may() */
};

/* The socket that faces targets of that family; NULL if there is none. */
struct udp_socket *udp_outside(struct association *, uint8_t family);

/* ---- udp_pass.c: what becomes of a datagram */

/* Of the client, and of a target; what is to be sent waits for udp_flush(). */
void udp_from_client(struct association *, const struct udp_got *);
void udp_from_target(struct association *, const struct udp_got *);

void udp_flush(struct association *);

/* Fill in how names are sent to. */
void udp_names_of(struct association *);

/* Tell the counters of fragments that were abandoned. */
void udp_count_lost(struct association *);

#endif
