/*
 * The way out: from which address, by which interface and with which mark a
 * socket goes to targets. Any thread.
 */

#ifndef NET_WAY_H
#define NET_WAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"
#include "core/policy.h"

/* Is anything set? If not, nothing need be called below. */
bool way_is_set(const struct policy_way *);

/*
 * The address from which to go to that one: the operator's of that family, or
 * `own`, the local side of the client's connection, if it has that family and
 * can lead there (a loopback or link-local one leads to its like only).
 * ADDR_NONE: the kernel is to choose.
 */
struct addr way_source(
    const struct policy_way *, const struct addr *to, const struct addr *own);

/* Is an interface or a mark set? */
bool way_leads(const struct policy_way *);

/* Give a socket of any type the interface and the mark. 0 or -errno. */
int way_lead(int fd, const struct policy_way *);

/*
 * Prepare a TCP socket that is about to connect: all of the above, and
 * keepalive. The port is chosen at connect(), so that there are as many for
 * each target. 0 or -errno: then it must not connect.
 */
int way_prepare(int fd, const struct policy_way *, const struct addr *to,
    const struct addr *own);

/*
 * A datagram socket to targets of that family, on any port. It may meet many
 * targets, so for them no loopback address leads out. A descriptor or -errno.
 * The way may be NULL: then, and where nothing is set, it is any.
 */
int way_datagram(const struct policy_way *, uint8_t family, int client_fd);

/*
 * Probes after that many seconds of silence, each a third of them after the one
 * before; the peer is dead when three stay without an answer. 0: none. On a
 * listener: for what it accepts from now on. 0 or -errno.
 */
int way_keepalive(int fd, uint32_t seconds);

/* Would sockets get all this, for now? 0; or -errno, with *key the setting that
 * fails. */
int way_try(const struct policy_way *, const char **key);

#endif
