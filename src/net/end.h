/*
 * One descriptor of a tunnel, or an attempt to connect, and who watches it.
 *
 * A struct watch is an epoll instance, itself one event in a libevent base. An
 * end is registered in it once, edge-triggered, for all there is to hear, and
 * never changed: two epoll_ctl() in a descriptor's life. What the kernel
 * reports is added to `can`; whoever then meets EAGAIN takes the bit away
 * again. Urgent octets are read like any other, in line (RFC 6093 section 6).
 * All in the thread of the base.
 *
 * A failed connect is READ and WRITE together, one that succeeded WRITE (and
 * READ only if data came with it): SO_ERROR need be asked only when READ is
 * set.
 */

#ifndef NET_END_H
#define NET_END_H

#include <stdint.h>

struct event_base;
struct watch;

enum end_can {
	END_READ = 1,    /* there may be octets, an end of file or an error */
	END_WRITE = 2,   /* there may be room, or an error */
	END_HUP = 4,     /* the peer sends no more: read to the end of file */
	END_URGENT = 8,  /* there was an urgent octet: it stops short each read
			    before it, and each splice() */
	END_BROKEN = 16, /* a write was told that the peer is lost: what reads
			    like an end of file is none */
};

struct end;

/*
 * Runs from the loop when the kernel has something to say, after `can` was
 * added to. It may close any end, free what it lies in and watch others.
 */
typedef void end_ready(struct end *);

struct end {
	struct watch *watch;
	end_ready *ready;
	int fd;        /* -1: none */
	uint8_t can;   /* enum end_can */
	uint8_t side;  /* the owner's: which of its ends this is */
	uint16_t took; /* the owner's: how long it was in the making */
};

/* Each turn of the base takes what is ready, a batch at most. NULL and errno.
 */
struct watch *watch_new(struct event_base *);

/* All its ends must be closed. NULL is left alone. */
void watch_free(struct watch *);

static inline void
end_init(struct end *e, uint8_t side)
{
	e->fd = -1;
	e->can = 0;
	e->side = side;
	e->took = 0;
}

/*
 * A read has brought less than it had room for: it was the last one, unless an
 * end of file or more octets are to come.
 */
static inline void
end_was_short(struct end *e)
{
	if (!(e->can & (END_HUP | END_URGENT)))
		e->can &= (uint8_t)~END_READ;
}

/*
 * Watch a non-blocking descriptor, which becomes the end's; `can` starts empty.
 * ready() runs from the loop, never from here. A socket must be connected or
 * connecting: before connect() the kernel would report a hang-up. 0 or -errno,
 * and then the descriptor is still the caller's.
 */
int end_watch(struct end *, struct watch *, int fd, end_ready *);

/*
 * The descriptor becomes another end's, which has none; what it can stays
 * known. It cannot fail.
 */
void end_move(struct end *to, struct end *from, end_ready *);

/*
 * Let ready() run once more, after the others, with what is there then. For an
 * end that takes octets or has some to give.
 */
void end_again(struct end *);

/*
 * Stop watching and close. What the kernel has reported and was not told yet is
 * never told. An end without a descriptor is left alone.
 */
void end_close(struct end *);

#endif
