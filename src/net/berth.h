/*
 * Sockets bound where a client was told to come to: the listener of a BIND, the
 * datagram socket of an association. Any thread.
 */

#ifndef NET_BERTH_H
#define NET_BERTH_H

#include "base/addr.h"
#include "core/policy.h"

/*
 * The address to name to a client or a peer: the operator's of that family, or
 * `own`, the local side of the client's own connection.
 */
struct addr berth_named(const struct policy_berth *, const struct addr *own);

/*
 * A non-blocking socket of that type (SOCK_STREAM, SOCK_DGRAM) bound to the
 * address, or to any of its family if it is not this machine's (one that a NAT
 * in between translates), and to a port of the range. The first port tried
 * depends on `seed`. *at gets the address to be named, with the port. A
 * descriptor or -errno: -EADDRINUSE if no port is free.
 */
int berth_open(
    int type, const struct policy_berth *, struct addr *at, unsigned seed);

/* The local address of a socket; ADDR_NONE if it has none. */
struct addr berth_local(int fd);

/* The local address from which that one is reached, without a port. */
struct addr berth_towards(const struct addr *, const struct policy_way *way);

#endif
