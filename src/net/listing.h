/*
 * A page of sessions, on its way from main to a worker and back. Main allocates
 * and frees it; between LIST and LISTED it is the worker's to fill in.
 */

#ifndef NET_LISTING_H
#define NET_LISTING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"

struct conn;
struct conns;

enum { LISTING_ROWS = 100 };

struct listed {
	uint64_t id;   /* see net/conn.h */
	uint8_t state; /* enum session_state */
	struct addr client;
	struct addr dialled; /* NONE: nothing was yet */
	uint32_t age;        /* seconds since it came */
	uint32_t idle;     /* seconds since octets passed or its state began */
	uint64_t up, down; /* octets relayed */
	uint8_t user_len, target_len;
	char user[255];   /* nobody: empty */
	char target[255]; /* a name, as it was asked for; none: it was the
			     address that was dialled */
};

struct listing {
	uint64_t after; /* sessions with a greater id, in order of their ids */
	uint64_t account; /* of that account alone; 0: all */
	void *query;      /* main's */
	bool more;        /* there are others behind the last one */
	size_t count;
	struct listed rows[LISTING_ROWS];
};

/* Describe a session; its octets only if it relays already. Worker thread. */
void listing_row(struct listed *, const struct conn *, bool octets);

/* Fill in rows, count and more. Worker thread. */
void listing_fill(struct listing *, const struct conns *);

#endif
