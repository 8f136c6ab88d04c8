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
#include "core/filter.h"

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
	uint64_t up_rate, down_rate; /* the same in the last second */
	uint64_t key;                /* what it was sorted by */
	uint8_t command;             /* enum socks_command; 0: none is known */
	uint64_t handshake, login, resolve, connect; /* microseconds; 0: none */
	uint8_t user_len, target_len;
	char user[255];   /* nobody: empty */
	char target[255]; /* a name, as it was asked for; none: it was the
			     address that was dialled */
};

/* What rows come in the order of: the highest first, equal ones by id. */
enum listing_sort {
	LISTING_BY_ID, /* the lowest first */
	LISTING_BY_AGE,
	LISTING_BY_IDLE,
	LISTING_BY_UP, /* octets */
	LISTING_BY_DOWN,
	LISTING_BY_RATE, /* of both ways together */
	LISTING_SORTS,
};

/* Which sessions are meant. */
struct listing_ask {
	uint64_t account; /* of that account alone; 0: all */
	struct filter filter;
	bool close; /* close them all, instead of listing a page */

	enum listing_sort sort;
	uint64_t after, after_key; /* behind the row with that id and key, by
				      `sort`; id 0: from the first */
};

struct listing {
	struct listing_ask ask;
	void *query;  /* main's */
	bool more;    /* there are others behind the last one */
	size_t count; /* of rows; or of sessions that were closed */
	struct listed rows[LISTING_ROWS];
};

/* Does a row come before another in that order? */
static inline bool
listing_before(uint64_t key, uint64_t id, uint64_t other_key, uint64_t other_id)
{
	return key != other_key ? key > other_key : id < other_id;
}

/* Describe a session; its octets only if it relays already. Worker thread. */
void listing_row(struct listed *, const struct conn *, bool octets);

/* Do what is asked: fill in rows, count and more. Worker thread. */
void listing_fill(struct listing *, struct conns *);

#endif
