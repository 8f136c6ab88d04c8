/*
 * HTTP for those who watch: /metrics for Prometheus, /healthz (the main thread
 * answers), /readyz (the daemon serves clients). GET and HEAD only.
 *
 * One request a connection. Whoever does not get done in time is cut off, and
 * above a number of connections the oldest goes, so nobody can keep the others
 * away or make the daemon keep much. Main thread only.
 */

#ifndef DAEMON_METRICS_HTTP_H
#define DAEMON_METRICS_HTTP_H

#include <event2/event.h>

#include "base/addr.h"
#include "daemon/supervisor.h"

struct metrics_http;

enum { METRICS_HTTP_VISITORS = 32 };

/* Bounds; tests use smaller ones. */
struct metrics_http_limits {
	unsigned whole_ms; /* from accept to the answer's last octet */
	unsigned sweep_ms; /* how often that is looked at */
	unsigned visitors; /* at most METRICS_HTTP_VISITORS */
};

extern const struct metrics_http_limits metrics_http_default;

/*
 * Listen on an address (port 0: any). The base and the supervisor must outlive
 * it. 0 or -errno, which the caller logs.
 */
int metrics_http_new(struct metrics_http **, struct event_base *,
    struct supervisor *, const struct addr *,
    const struct metrics_http_limits *);

/* The address listened on, as it really is. */
struct addr metrics_http_addr(const struct metrics_http *);

/* Closes everything. NULL does nothing. */
void metrics_http_free(struct metrics_http *);

#endif
