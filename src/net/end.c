#include "net/end.h"

#include <errno.h>
#include <event2/event.h>
#include <event2/event_struct.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	BATCH = 256, /* ends that are told before the base does other things */
	MANY = 4,    /* so many at once, and more are likely to have come */
};

struct watch {
	struct event event;
	int fd;
	int told, count; /* of the batch: who has been told, and all */
	struct epoll_event batch[BATCH];
};

static uint8_t
meaning(uint32_t events)
{
	unsigned can = 0;

	if (events & (EPOLLIN | EPOLLERR | EPOLLHUP))
		can |= END_READ;
	if (events & (EPOLLOUT | EPOLLERR | EPOLLHUP))
		can |= END_WRITE;
	if (events & (EPOLLRDHUP | EPOLLERR | EPOLLHUP))
		can |= END_READ | END_HUP;
	return (uint8_t)can;
}

/*
 * Sockets that were made here take it in line from the start. Others do from
 * now on, if it is not read past already: then the kernel has left it out.
 */
static void
take_in_line(struct end *e)
{
	static const int on = 1;

	if (!(e->can & END_URGENT))
		(void)setsockopt(
		    e->fd, SOL_SOCKET, SO_OOBINLINE, &on, sizeof on);
	e->can |= END_URGENT;
}

/* Tell that many at most. How many there were. */
static int
take(struct watch *w, int most)
{
	w->told = 0;
	w->count = epoll_wait(w->fd, w->batch, most, 0);
	while (w->told < w->count) {
		const struct epoll_event *ev = &w->batch[w->told++];
		struct end *e = ev->data.ptr;

		if (e == NULL)
			continue;
		e->can |= meaning(ev->events);
		if (ev->events & EPOLLPRI)
			take_in_line(e);
		e->ready(e);
	}
	return w->count;
}

static void
on_ready(evutil_socket_t fd, short what, void *arg)
{
	int left = BATCH, n;

	(void)fd;
	(void)what;
	do {
		n = take(arg, left);
		left -= n;
	} while (n >= MANY && left > 0);
}

struct watch *
watch_new(struct event_base *base)
{
	struct watch *w = calloc(1, sizeof *w);

	if (w == NULL)
		return NULL;
	w->fd = epoll_create1(EPOLL_CLOEXEC);
	if (w->fd == -1)
		goto fail;
	if (event_assign(&w->event, base, w->fd, EV_READ | EV_PERSIST, on_ready,
		w) == 0 &&
	    event_add(&w->event, NULL) == 0)
		return w;
	close(w->fd);
	errno = ENOMEM;
fail:
	free(w);
	return NULL;
}

void
watch_free(struct watch *w)
{
	if (w == NULL)
		return;
	event_del(&w->event);
	close(w->fd);
	free(w);
}

/* 0 or -errno. */
static int
tell(const struct watch *w, int op, int fd, struct end *e)
{
	struct epoll_event ev = {
		.events = EPOLLIN | EPOLLPRI | EPOLLOUT | EPOLLRDHUP | EPOLLET,
		.data.ptr = e,
	};

	return epoll_ctl(w->fd, op, fd, &ev) == -1 ? -errno : 0;
}

int
end_watch(struct end *e, struct watch *w, int fd, end_ready *ready)
{
	int err = tell(w, EPOLL_CTL_ADD, fd, e);

	if (err != 0)
		return err;
	e->watch = w;
	e->ready = ready;
	e->fd = fd;
	e->can = 0;
	return 0;
}

void
end_again(struct end *e)
{
	/* Nothing is allocated, so it cannot fail. */
	(void)tell(e->watch, EPOLL_CTL_MOD, e->fd, e);
}

/* Who is gone must not be called: the rest of the batch forgets it. */
static void
forget(const struct end *e)
{
	struct watch *w = e->watch;

	for (int i = w->told; i < w->count; i++)
		if (w->batch[i].data.ptr == e)
			w->batch[i].data.ptr = NULL;
}

void
end_move(struct end *to, struct end *from, end_ready *ready)
{
	forget(from);
	to->watch = from->watch;
	to->ready = ready;
	to->fd = from->fd;
	to->can = from->can;
	from->fd = -1;
	from->can = 0;
	end_again(to);
}

/*
 * close() alone is not enough: it ends the watching only when nobody else has
 * the file, and whoever looks at /proc/PID/fdinfo has it for a moment.
 */
void
end_close(struct end *e)
{
	if (e->fd == -1)
		return;
	forget(e);
	(void)tell(e->watch, EPOLL_CTL_DEL, e->fd, e);
	close(e->fd);
	e->fd = -1;
	e->can = 0;
}
