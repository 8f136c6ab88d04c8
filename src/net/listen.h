/* TCP listeners. Any thread. */

#ifndef NET_LISTEN_H
#define NET_LISTEN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/addr.h"

/*
 * Listen on an address with the longest backlog the system allows:
 * non-blocking, sharing the address with other workers (SO_REUSEPORT), IPv6
 * alone on an IPv6 address, waking up only when a client has said something
 * (TCP_DEFER_ACCEPT). What it accepts has TCP_NODELAY. A descriptor, or -errno.
 */
int listen_tcp(const struct addr *);

/*
 * What that listener accepts from now on has keepalive after so many seconds
 * (0: none), and may have come with data in its SYN (RFC 7413). 0 or -errno.
 */
int listen_tune(int fd, uint32_t keepalive, bool fastopen);

/* Does the kernel let servers use TCP Fast Open? */
bool listen_may_fastopen(void);

/* Does that error of accept(2) belong to a peer which has given up meanwhile?
 * The next may be there. */
bool listen_is_passing(int err);

/* The address a socket is bound to; ADDR_NONE if it has none. */
struct addr listen_addr(int fd);

#endif
