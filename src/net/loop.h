/* Event bases of the daemon: each belongs to one thread, and has no locks. */

#ifndef NET_LOOP_H
#define NET_LOOP_H

#include <event2/event.h>

/*
 * A base, to be freed with event_base_free(). NULL with errno: ENOMEM, or
 * EMFILE and ENFILE, at which libevent itself would end the program.
 */
struct event_base *loop_new(void);

#endif
