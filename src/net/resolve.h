/*
 * Names to addresses: from memory, else from /etc/hosts, else from DNS for both
 * families at once, by c-ares, without ever blocking. One resolver per worker;
 * worker thread only.
 *
 * Answers are kept for the least of their TTLs, at least 1 s and at most an
 * hour; names of /etc/hosts, and names that do not exist or have no address,
 * for 10 s (c-ares does not tell what their SOA says); answers that lack what
 * one of the servers' failures left out, and failures, for 1 s, so that a
 * server in trouble is not asked by every client. At most 4096 names and 1 MiB;
 * the oldest go first. A name is asked for once at a time: who comes later
 * waits for the same answer.
 *
 * Names are the same whatever the case of their letters, and with or without a
 * final dot, unless resolv.conf has domains to search: these are tried only
 * without it. The servers are those of resolv.conf at the start, or at the last
 * resolver_reload(). Literal addresses never come here; see net/dial.h.
 */

#ifndef NET_RESOLVE_H
#define NET_RESOLVE_H

#include <event2/event.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/metrics.h"
#include "core/settings.h"

struct resolver;
struct lookup;

/* More addresses of one family than these are left out. */
enum { RESOLVE_MOST = 16 };

struct resolver_options {
	const char *servers;     /* "ADDR[:PORT],...", borrowed for good; NULL:
				    those of resolv.conf */
	struct metrics *metrics; /* names_...; may be NULL */
	unsigned timeout_ms;     /* for the first try, doubled by each further
				  */
	unsigned tries;          /* at each server */
	unsigned most;     /* names being asked for; others wait in line */
	unsigned delay_ms; /* the second family's answers wait so long */
};

/* 1.5 s, 3 tries, 4096 names, 50 ms (RFC 8305 section 3). */
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
 * Forget what is known and read resolv.conf again; what is being asked for is
 * asked for anew. 0; or -errno, and the servers stay the same.
 */
int resolver_reload(struct resolver *);

/*
 * Look up a name of 1 to 255 octets (not necessarily a valid one; copied).
 *
 * found() is never called from inside; it is called once or twice, as RFC 8305
 * section 3 has it: addresses of one family are not held back for the other,
 * but those of the family to start with are given delay_ms to come first. It
 * may cancel the lookup, unless it was told that this was the last. There is no
 * limit on the time but the servers' tries: the caller has one and cancels. A
 * name that does not exist, one that is no name, and servers that fail or keep
 * silent are all -EHOSTUNREACH. NULL with errno set only if memory is out.
 */
struct lookup *resolve_start(struct resolver *, const char *name, size_t len,
    void (*found)(const struct found *, void *arg), void *arg);

/* found() will not be called any more. */
void resolve_cancel(struct lookup *);

/* Names being asked for, those that nobody waits for any more included. */
unsigned resolver_busy(const struct resolver *);

/* Which family comes first, and who won a race of both; see core/families.h. */
void resolver_prefer(struct resolver *, enum setting_prefer);
uint8_t resolver_first(const struct resolver *);
void resolver_raced(struct resolver *, uint8_t family);

#endif
