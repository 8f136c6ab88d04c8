/*
 * Names to addresses: /etc/hosts first, then DNS for both families at once, by
 * c-ares, without ever blocking. One resolver per worker; worker thread only.
 *
 * The servers are those of resolv.conf at the start. Literal addresses never
 * come here; see net/dial.h.
 */

#ifndef NET_RESOLVE_H
#define NET_RESOLVE_H

#include <event2/event.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"

struct resolver;
struct lookup;

/* More addresses of one family than these are left out. */
enum { RESOLVE_MOST = 16 };

struct resolver_options {
	const char *servers; /* "ADDR[:PORT],..."; NULL: those of resolv.conf */
	unsigned timeout_ms; /* for the first try, doubled by each further */
	unsigned tries;      /* at each server */
	unsigned most;       /* lookups under way; further ones wait in line */
	unsigned delay_ms;   /* IPv4 answers wait so long for those in IPv6 */
};

/* 1.5 s, 3 tries, 4096 lookups, 50 ms (RFC 8305 section 3). */
extern const struct resolver_options resolver_defaults;

/*
 * What a lookup has found. The addresses (their port is 0) are valid during the
 * call only, in the order in which the servers gave them.
 */
struct found {
	const struct addr *addrs;
	size_t count;
	bool last; /* nothing will follow: the lookup is gone */
	int err;   /* last and nothing found: -EHOSTUNREACH or -ENOMEM */
};

/* NULL with errno set. */
struct resolver *
resolver_new(struct event_base *, const struct resolver_options *);

/* Every lookup must have ended or been cancelled. NULL is fine. */
void resolver_free(struct resolver *);

/*
 * Look up a name of 1 to 255 octets (not necessarily a valid one; copied).
 *
 * found() is never called from inside; it is called once or twice, as RFC 8305
 * section 3 has it: addresses of one family are not held back for the other,
 * but IPv4 waits delay_ms for IPv6. It may cancel the lookup, unless it was
 * told that this was the last. There is no limit on the time but the servers'
 * tries: the caller has one and cancels. A name that does not exist, one that
 * is no name, and servers that fail or keep silent are all -EHOSTUNREACH. NULL
 * with errno set only if memory is out.
 */
struct lookup *resolve_start(struct resolver *, const char *name, size_t len,
    void (*found)(const struct found *, void *arg), void *arg);

/* found() will not be called any more. */
void resolve_cancel(struct lookup *);

/* Lookups under way, cancelled ones not yet forgotten by c-ares included. */
unsigned resolver_busy(const struct resolver *);

/*
 * Order addresses as RFC 8305 section 4 wants them tried: families in turn,
 * starting with `first` (enum addr_family) where there is one, each family in
 * the order in which it came.
 */
void resolve_alternate(struct addr *, size_t count, uint8_t first);

#endif
