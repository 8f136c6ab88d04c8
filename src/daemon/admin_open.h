/* Opens the endpoints that the settings name. Main thread. */

#ifndef DAEMON_ADMIN_OPEN_H
#define DAEMON_ADMIN_OPEN_H

#include <event2/event.h>

#include "daemon/admin_server.h"
#include "daemon/privileges.h"
#include "daemon/supervisor.h"

/*
 * A server that listens on all endpoints of the setting `admin`, with the
 * rights the process has now; folders of Unix sockets must be there. Their
 * files become that user's (NULL: stay ours), and the supervisor guards what is
 * reached over IP. Where nobody asked for an endpoint by name, one that this
 * machine cannot have is only logged; sctp_implied: none was asked to be SCTP.
 * NULL with why.
 */
struct admin_server *
admin_open(struct event_base *, struct supervisor *, bool sctp_implied,
    const struct privileges_user *, char why[SUPERVISOR_WHY]);

#endif
