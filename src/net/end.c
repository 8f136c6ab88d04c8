#include "net/end.h"

#include <errno.h>
#include <unistd.h>

int
end_watch(struct end *e, struct event_base *base, int fd, end_ready *ready)
{
	const short what = EV_READ | EV_WRITE | EV_CLOSED | EV_ET | EV_PERSIST;

	if (event_assign(&e->event, base, fd, what, ready, e) != 0)
		return -EINVAL;
	if (event_add(&e->event, NULL) != 0)
		return -ENOMEM;
	e->fd = fd;
	e->can = 0;
	return 0;
}

int
end_unwatch(struct end *e)
{
	int fd = e->fd;

	if (fd == -1)
		return -1;
	/*
	 * Always before close(): libevent counts by descriptor number, and
	 * would take the next socket of that number for one it knows.
	 */
	event_del(&e->event);
	e->fd = -1;
	e->can = 0;
	return fd;
}

void
end_close(struct end *e)
{
	int fd = end_unwatch(e);

	if (fd != -1)
		close(fd);
}
