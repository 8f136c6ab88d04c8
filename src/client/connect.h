/* Connecting sockets to an admin endpoint, one address at a time. Any thread.
 */

#ifndef CLIENT_CONNECT_H
#define CLIENT_CONNECT_H

#include <stddef.h>
#include <sys/socket.h>

#include "base/endpoint.h"

enum {
	CONNECT_MOST = 16, /* addresses of one name that are tried */
};

struct connect_addr {
	struct sockaddr_storage addr;
	socklen_t len;
};

/*
 * The addresses of an endpoint that needs no resolver: a path, or an address in
 * digits. Their number; 0 with *why a constant text, or NULL: it is a name.
 */
size_t connect_known(const struct endpoint *,
    struct connect_addr list[CONNECT_MOST], const char **why);

/*
 * Those of a name, in the resolver's order; blocks. Their number, or 0 with
 * *why a constant text.
 */
size_t connect_resolve(const struct endpoint *,
    struct connect_addr list[CONNECT_MOST], const char **why);

/*
 * Begin to connect: a non-blocking descriptor, connected or on its way (then it
 * becomes writable, and SO_ERROR tells), or -errno. -EAGAIN: the server has too
 * many waiting, try again soon.
 */
int connect_start(enum endpoint_kind, const struct connect_addr *);

#endif
