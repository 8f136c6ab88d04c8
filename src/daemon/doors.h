/*
 * What the daemon opens beside SOCKS and the admin protocol: metrics over HTTP,
 * Bottler over UDP. Main thread.
 */

#ifndef DAEMON_DOORS_H
#define DAEMON_DOORS_H

#include "daemon/bottler_server.h"
#include "daemon/metrics_http.h"

struct doors {
	struct metrics_http *metrics;   /* NULL: off */
	struct bottler_server *bottler; /* NULL: closed */
	const char *closed;             /* why Bottler is, for people */
};

/*
 * Open what the settings ask for, and have the supervisor guard it: before
 * supervisor_start(), with the rights the process was started with. 0, or
 * -errno with why.
 */
int doors_open(struct doors *, struct event_base *, struct supervisor *,
    char why[SUPERVISOR_WHY]);

/* Is there the token that the settings name? 0, or -errno with why. */
int doors_check(const struct settings *, char why[SUPERVISOR_WHY]);

/* Log what is open, and what is not. */
void doors_say(const struct doors *);

/* May be called again. */
void doors_close(struct doors *);

#endif
