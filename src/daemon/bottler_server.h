/*
 * Bottler's server: one UDP socket in the main thread.
 *
 * Nothing here blocks. A change is answered when it is on disk and in force;
 * datagrams of a source that gave wrong tokens wait for their turn, as logins
 * do, and those of others do not. Main thread only.
 */

#ifndef DAEMON_BOTTLER_SERVER_H
#define DAEMON_BOTTLER_SERVER_H

#include <event2/event.h>

#include "base/addr.h"
#include "core/turnstile.h"
#include "daemon/supervisor.h"
#include "proto/bottler.h"

struct bottler_server;

enum { BOTTLER_CHANGES = 64 }; /* under way at once; more are refused */

extern const struct turnstile_limits bottler_server_limits;

/*
 * Serve on an address (port 0: any), with that token. The base and the
 * supervisor must outlive it. 0 or -errno, which the caller logs.
 */
int bottler_server_new(struct bottler_server **, struct event_base *,
    struct supervisor *, const struct addr *,
    const uint8_t token[BOTTLER_TOKEN], const struct turnstile_limits *);

/* The address served on, as it really is. */
struct addr bottler_server_addr(const struct bottler_server *);

/* What is under way is carried out and not answered. NULL does nothing. */
void bottler_server_free(struct bottler_server *);

#endif
