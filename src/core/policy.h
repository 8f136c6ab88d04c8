/*
 * What a worker works under: limits, the set of accounts, and the rules.
 *
 * Main builds a new policy for every change and posts it to each worker. Nobody
 * changes a published policy. A worker uses the new one from the moment it
 * takes the letter and posts the old one back at once; main frees that, and
 * answers whoever asked for the change, when all workers have. A session keeps
 * no pointer into a policy but the account's struct account_live.
 */

#ifndef CORE_POLICY_H
#define CORE_POLICY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/addr.h"
#include "core/accounts.h"
#include "core/rules.h"

/* Where to listen for the peer of a BIND, or for a client's datagrams. */
struct policy_berth {
	struct addr v4, v6; /* to be named; ADDR_NONE: see net/berth.h */
	uint16_t low, high; /* ports; 0: any */
};

/* How sockets leave for targets; see net/way.h. */
struct policy_way {
	struct addr v4, v6; /* from there; ADDR_NONE: the kernel chooses */
	uint32_t mark;      /* 0: none */
	uint32_t keepalive; /* seconds; 0: off */
	char interface[16]; /* "": any */
	bool same;          /* from where the client came to */
};

/* Settings a worker reads while serving; from core/settings.def. */
struct policy_limits {
	uint32_t buffer_size;        /* bytes, 50 to 16 MiB */
	uint32_t pipe_size;          /* bytes, a splice pipe's capacity */
	uint32_t selector_timeout;   /* seconds; no loop sleeps longer */
	uint32_t connection_timeout; /* seconds without a byte either way */
	uint32_t handshake_timeout;  /* seconds from accept to request */
	uint32_t connect_timeout;    /* seconds for resolving and connecting */
	uint32_t bind_timeout;       /* seconds for the peer of a BIND */
	struct policy_way way;
	struct policy_berth bind, udp;
	uint32_t max_connections;          /* all workers together */
	uint32_t max_sessions_per_address; /* 0: any number */
	uint32_t connections_per_second;   /* from an address; 0: any number */
	uint8_t prefer;                    /* enum setting_prefer */
	bool cleanup;                      /* close idle relays */
	bool dissector;                    /* read credentials in passing */
	bool passwords;                    /* and hand them on unmasked */
	bool splice;        /* move bulk data inside the kernel */
	bool auth_required; /* methods: only 02; else 00 and 02 */
	bool tcp_fastopen;  /* take data that comes with a SYN */
	bool access_log;    /* worth formatting lines for */
	bool access_json;   /* else tab-separated */
};

struct policy {
	uint64_t revision; /* counts up with each policy */
	uint64_t
	    reloads; /* counts up with each HUP: names are to be forgotten */
	struct policy_limits limits;
	const struct accounts *accounts;
	const struct rules *rules; /* NULL: everything is allowed */

	/* Main's own. */
	bool reload;      /* a reload took its place: say so when it is back */
	unsigned holders; /* workers that got it and have not given it back */
	struct garbage *after;     /* to free when they all have */
	struct rules *rules_after; /* the same: the rules up to here */
};

#endif
