/*
 * The admin protocol's server: all its listeners and connections, over Unix
 * sockets, TCP and SCTP, in the main thread's event_base.
 *
 * Nothing here blocks: passwords that need the slow hash are checked by the
 * login thread, changes are made by the supervisor, and meanwhile only the
 * connection that asked waits. Main thread only.
 */

#ifndef DAEMON_ADMIN_SERVER_H
#define DAEMON_ADMIN_SERVER_H

#include <event2/event.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/endpoint.h"
#include "core/login.h"
#include "daemon/supervisor.h"
#include "proto/admin.h"

struct admin_server;

/* Bounds; tests use smaller ones. */
struct admin_limits {
	unsigned login_ms;   /* from accept to a whole login */
	unsigned request_ms; /* for a request that has begun */
	unsigned unread_ms;  /* without taking a single octet of our answers */
	unsigned linger_ms;  /* for reading a refusal before we close */
	unsigned sweep_ms;   /* how often limits are looked at */
	unsigned sessions;   /* logged in; above it the longest idle goes */
	unsigned logins; /* not logged in yet; above it the oldest of the source
			  * that has most goes */
};

extern const struct admin_limits admin_limits_default;

/*
 * A server without listeners. The limits are copied; the supervisor and the
 * base must outlive it. NULL with errno set.
 */
struct admin_server *admin_server_new(
    struct event_base *, struct supervisor *, const struct admin_limits *);

/*
 * Listen on an endpoint, with the rights the process has now; connections are
 * accepted as soon as the base runs. 0 or -errno, which the caller logs:
 * -EPROTONOSUPPORT if this kernel (or build) has no SCTP, -EADDRINUSE if
 * somebody serves there, -ENOENT if a host name has no address. A Unix socket's
 * file gets mode 0660; one that nobody listens on any more is replaced.
 */
int admin_server_listen(struct admin_server *, const struct endpoint *);

/* Listen no more; sessions go on. */
void admin_server_unlisten(struct admin_server *);

/*
 * The endpoints listened on, as they really are (port 0 asked for any; a name
 * may have had several addresses): false when there is no i-th one.
 */
bool
admin_server_endpoint(const struct admin_server *, size_t i, struct endpoint *);

/* Have the supervisor tell the server what the functions below are for. */
void admin_server_hook(struct admin_server *, struct supervisor *);

/* MAIL_VERDICT to main: the login becomes the server's. */
void admin_server_verdict(struct admin_server *, struct login *);

/* MAIL_SUSPECT to main; the address stays the caller's. */
void admin_server_suspect(struct admin_server *, const struct addr *);

/*
 * Close the sessions of an account: it was removed, disabled, or lost its role.
 * The server does so itself for what was changed through it.
 */
void admin_server_evict(struct admin_server *, uint64_t account);

/* struct supervisor_hooks' news(), finding() and changed(). */
void admin_server_news(struct admin_server *, const struct news_batch *);
void admin_server_finding(struct admin_server *, const struct finding *);
void admin_server_changed(struct admin_server *, const struct change *,
    const char *name, const struct actor *);

/* Sessions logged in just now. */
size_t admin_server_sessions(const struct admin_server *);

/*
 * Close everything; Unix sockets' files are removed. Verdicts must not come any
 * more. NULL does nothing.
 */
void admin_server_free(struct admin_server *);

#endif
