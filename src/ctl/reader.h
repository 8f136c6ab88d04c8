/* Whoever reads standard output. One thread. */

#ifndef CTL_READER_H
#define CTL_READER_H

#include <event2/event.h>
#include <stdbool.h>

/*
 * An event, while it lives, for the end of who reads standard output, if that
 * is a pipe or a socket: the program ends by SIGPIPE then, as by the next
 * write; where that is ignored, *gone becomes true from the base's loop.
 * event_free() it before the base. NULL: there is nothing to look for.
 */
struct event *reader_watch(struct event_base *, bool *gone);

#endif
