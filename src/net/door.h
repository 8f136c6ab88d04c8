/*
 * A worker's listeners: who comes in, and when nobody can. While the sessions
 * are as many as max-connections allows, or descriptors are out, nothing is
 * accepted: clients wait in the backlog, and no loop spins. Worker thread only,
 * but for door_init() and door_free().
 */

#ifndef NET_DOOR_H
#define NET_DOOR_H

#include <event2/event.h>
#include <event2/event_struct.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"
#include "net/conn.h"

struct door;

struct gate {
	struct event event;
	struct door *door;
	struct addr addr; /* what it is bound to, once it was */
	int fd;           /* -1: closed */
};

struct door {
	struct conns *conns;
	struct gate *gates;
	size_t ngates;
	uint32_t keepalive; /* what the gates have been told */
	bool fastopen;
	bool wanted; /* open, as far as main is concerned */
	bool paused; /* open, but full: nothing is accepted now */
	int reserve; /* a spare descriptor; -1 while they are out */
	struct event
	    retry; /* while paused, or when a gate could not be opened */
	uint32_t told_full, told_shut; /* when the log was told, clock_s() */
};

/*
 * Open a gate on each address. 0, or -errno with *failed the index of the one
 * that could not be opened; then nothing is left behind. Needs conns->base
 * only.
 */
int door_init(struct door *, struct conns *, const struct addr *, size_t n,
    size_t *failed);
void door_free(struct door *);

/* The policy's keepalive and tcp-fastopen hold for whom comes from now on. */
void door_tune(struct door *);

/* Begin to accept. */
void door_open(struct door *);

/*
 * Accept who is queued already, then close the gates. Who is not accepted is
 * refused by the kernel.
 */
void door_shut(struct door *);

/* Once in a while: a pause whose end could not be scheduled, memory being out,
 * ends. */
void door_tick(struct door *);

/* A session has ended: who waits may come in, from the loop. */
void door_room(struct door *);

#endif
