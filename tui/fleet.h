/*
 * The other daemons a person has named: a connection to each, its figures as
 * events. Those that want a login get the password the console was started
 * with. One thread, in the loop of its event_base.
 */

#ifndef TUI_FLEET_H
#define TUI_FLEET_H

#include <event2/event.h>

#include "tui/nodes.h"
#include "tui/update.h"

struct fleet;

/* happened() is given EVENT_NODE, from the loop; nodes and password are copied.
 */
struct fleet *fleet_open(struct event_base *, const struct nodes *,
    const struct secret *password, bool extended,
    void (*happened)(struct event *, void *arg), void *arg);

/* Ask all once: connect those that are not, ask those that are. */
void fleet_poll(struct fleet *);

/* Hang up; the next fleet_poll() connects again. */
void fleet_rest(struct fleet *);

/* What its daemons are logged in with. */
const struct secret *fleet_password(const struct fleet *);

void fleet_close(struct fleet *);

#endif
