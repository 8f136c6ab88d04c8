#include "net/await.h"

#include <errno.h>
#include <event2/event_struct.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/berth.h"
#include "net/listen.h"
#include "net/way.h"

enum {
	BACKLOG = 16,
	BATCH = 16,
};

struct await {
	struct await_how how;
	struct event event;
	int fd;
};

void
await_close(struct await *a)
{
	event_del(&a->event);
	close(a->fd);
	free(a);
}

static void
finish(struct await *a, int fd, const struct addr *peer)
{
	struct await_how how = a->how;

	await_close(a);
	how.done(fd, peer, how.arg);
}

/* One peer. False: nobody else is there, or the await is gone. */
static bool
take(struct await *a)
{
	struct sockaddr_storage sa = { 0 };
	socklen_t len = sizeof sa;
	struct addr peer;
	int fd = accept4(
	    a->fd, (struct sockaddr *)&sa, &len, SOCK_NONBLOCK | SOCK_CLOEXEC);
	int err = errno;

	if (fd == -1) {
		if (err != EAGAIN && !listen_is_passing(err))
			finish(a, -err, &(struct addr){ 0 });
		return listen_is_passing(err);
	}
	peer = addr_of((struct sockaddr *)&sa);
	if (!a->how.welcome(&peer, a->how.arg)) {
		close(fd);
		return true;
	}
	finish(a, fd, &peer);
	return false;
}

static void
on_peer(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	for (int i = 0; i < BATCH && take(arg); i++)
		;
}

/* The interface, the mark, keepalive and that urgent octets are in line, which
 * its peer's socket inherits. */
static int
lead(int fd, const struct policy_way *way)
{
	static const int on = 1;
	int err = way_lead(fd, way);

	if (err == 0 &&
	    setsockopt(fd, SOL_SOCKET, SO_OOBINLINE, &on, sizeof on) == -1)
		err = -errno;
	if (err == 0 && way->keepalive != 0)
		err = way_keepalive(fd, way->keepalive);
	return err;
}

int
await_open(struct await **made, const struct await_how *how, struct addr *at)
{
	static const int on = 1;
	struct await *a = malloc(sizeof *a);
	int err;

	if (a == NULL)
		return -ENOMEM;
	a->how = *how;
	a->fd = berth_open(SOCK_STREAM, how->berth, at, how->seed);
	if (a->fd < 0) {
		err = a->fd;
		free(a);
		return err;
	}
	err = lead(a->fd, how->way);
	if (err == 0 && (setsockopt(a->fd, IPPROTO_TCP, TCP_NODELAY, &on,
			     sizeof on) == -1 ||
			    listen(a->fd, BACKLOG) == -1))
		err = -errno;
	if (err == 0 && (event_assign(&a->event, how->base, a->fd,
			     EV_READ | EV_PERSIST, on_peer, a) != 0 ||
			    event_add(&a->event, NULL) != 0))
		err = -ENOMEM;
	if (err == 0) {
		*made = a;
		return 0;
	}
	close(a->fd);
	free(a);
	return err;
}
