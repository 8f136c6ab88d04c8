/*
 * One descriptor in a worker's loop: the end of a tunnel, or an attempt to
 * connect.
 *
 * It is watched by one persistent edge-triggered event that is never changed
 * (two epoll_ctl() in a descriptor's life). What the kernel reports is added to
 * `can`; whoever then meets EAGAIN takes the bit away again. Worker thread
 * only.
 *
 * What libevent leaves out: END_HUP is missing when the descriptor also has an
 * error (data and a reset in one batch come as READ and WRITE), so a short read
 * on an end without END_HUP need not be the last word. A connect that failed is
 * READ and WRITE together, one that succeeded WRITE (and READ only if data came
 * with it): SO_ERROR need be asked only when READ is set.
 */

#ifndef NET_END_H
#define NET_END_H

#include <event2/event.h>
#include <event2/event_struct.h>
#include <stdint.h>

enum end_can {
	END_READ = 1,  /* there may be octets, an end of file or an error */
	END_WRITE = 2, /* there may be room, or an error */
	END_HUP = 4,   /* the peer sends no more: read to the end of file */
};

struct end {
	struct event event;
	int fd;        /* -1: none */
	uint8_t can;   /* enum end_can */
	uint8_t side;  /* the owner's: which of its ends this is */
	uint16_t took; /* the owner's: how long it was in the making */
};

/*
 * What runs from the loop when the kernel has something to say; it begins with
 * end_heard(). libevent's own type, so that an end need not keep it.
 */
typedef void end_ready(evutil_socket_t, short what, void *arg);

static inline void
end_init(struct end *e, uint8_t side)
{
	e->fd = -1;
	e->can = 0;
	e->side = side;
	e->took = 0;
}

/* The end that a callback is about, with what was reported added to `can`. */
static inline struct end *
end_heard(short what, void *arg)
{
	struct end *e = arg;
	unsigned can = e->can;

	if (what & EV_READ)
		can |= END_READ;
	if (what & EV_WRITE)
		can |= END_WRITE;
	if (what & EV_CLOSED)
		can |= END_READ | END_HUP;
	e->can = (uint8_t)can;
	return e;
}

/*
 * Watch a non-blocking descriptor, which becomes the end's; `can` starts empty.
 * ready() runs from the loop, never from here. A socket must be connected or
 * connecting: before connect() the kernel would report a hang-up. 0 or -errno,
 * and then the descriptor is still the caller's.
 */
int end_watch(struct end *, struct event_base *, int fd, end_ready *ready);

/* Stop watching and give the descriptor back (-1: there was none). */
int end_unwatch(struct end *);

/* Stop watching and close; an end without a descriptor is left alone. */
void end_close(struct end *);

#endif
