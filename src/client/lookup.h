/*
 * The addresses of a name, without waiting for them.
 *
 * The system's resolver knows what the operator has set up (hosts, DNS, mDNS,
 * directories) but can only block, so each name is given to a thread of its
 * own, which shares nothing with the loop but the answer. One that was
 * cancelled ends by itself. All functions: the loop's thread.
 */

#ifndef CLIENT_LOOKUP_H
#define CLIENT_LOOKUP_H

#include <event2/event.h>

#include "base/endpoint.h"
#include "client/connect.h"

struct lookup;

/* What was found: n addresses, or 0 and why, a constant text. */
typedef void lookup_found(
    const struct connect_addr *list, size_t n, const char *why, void *arg);

/*
 * Look up the endpoint's host. found() is called once, from the loop, the
 * lookup being gone by then; not at all after lookup_cancel(). NULL if a thread
 * or memory is out.
 */
struct lookup *lookup_start(
    struct event_base *, const struct endpoint *, lookup_found *, void *arg);

/* NULL does nothing. */
void lookup_cancel(struct lookup *);

#endif
