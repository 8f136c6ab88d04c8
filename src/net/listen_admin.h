/* Listening sockets for the admin protocol. Main thread, before there are
 * others: the umask is another for a moment. */

#ifndef NET_LISTEN_ADMIN_H
#define NET_LISTEN_ADMIN_H

#include <stddef.h>

#include "base/endpoint.h"

/*
 * Listen on an endpoint, on every address its host has (names are resolved
 * here, and block). Puts up to `most` non-blocking descriptors into fds, which
 * are then the caller's; returns their number, at least 1, or -errno with
 * nothing open: -EPROTONOSUPPORT without SCTP in kernel or build, -EADDRINUSE,
 * -ENOENT for a name without an address.
 *
 * A Unix socket's file gets mode 0660 before anybody can connect. A socket file
 * on which nobody listens is replaced; any other file is -ENOTSOCK.
 */
int listen_admin(const struct endpoint *, int fds[], size_t most);

/* Where a descriptor of listen_admin() listens; `asked` is what was asked. */
void
listen_admin_where(int fd, const struct endpoint *asked, struct endpoint *real);

#endif
