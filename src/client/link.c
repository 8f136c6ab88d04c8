#include "client/link.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/sctp.h"

static void
on_found(const struct connect_addr *list, size_t n, const char *why, void *arg)
{
	struct link *l = arg;

	l->lookup = NULL;
	l->naddrs = n;
	memcpy(l->addrs, list, n * sizeof *list);
	l->resolved(n == 0 ? why : NULL, l->arg);
}

const char *
link_open(struct link *l, struct event_base *base, const struct endpoint *to)
{
	const char *why;

	l->base = base;
	l->kind = to->kind;
	l->fd = -1;
	l->naddrs = connect_known(to, l->addrs, &why);
	if (l->naddrs > 0 || why != NULL)
		return why;
	l->lookup = lookup_start(base, to, on_found, l);
	return l->lookup == NULL ? "cannot start a thread to resolve it" : NULL;
}

static void
hang_up(struct link *l)
{
	if (l->fd == -1)
		return;
	(void)event_del(&l->event);
	close(l->fd);
	l->fd = -1;
	l->connected = l->readable = l->writable = false;
}

void
link_close(struct link *l)
{
	lookup_cancel(l->lookup);
	l->lookup = NULL;
	hang_up(l);
}

void
link_rewind(struct link *l)
{
	hang_up(l);
	l->tried = 0;
}

size_t
link_left(const struct link *l)
{
	return l->naddrs - l->tried;
}

/* After connect(), or the kernel would report a hang-up first. */
static int
watch(struct link *l)
{
	const short what = EV_READ | EV_WRITE | EV_ET | EV_PERSIST;

	if (event_assign(&l->event, l->base, l->fd, what, l->ready, l->arg) ==
		0 &&
	    event_add(&l->event, NULL) == 0)
		return 0;
	close(l->fd);
	l->fd = -1;
	return -ENOMEM;
}

int
link_next(struct link *l, int err)
{
	hang_up(l);
	while (l->tried < l->naddrs) {
		l->fd = connect_start(l->kind, &l->addrs[l->tried]);
		if (l->fd == -EAGAIN) {
			l->fd = -1;
			return -EAGAIN;
		}
		l->tried++;
		if (l->fd >= 0)
			return watch(l);
		err = -l->fd;
		l->fd = -1;
	}
	return -err;
}

int
link_check(struct link *l, short what)
{
	socklen_t len = sizeof(int);
	int err = 0;

	if (getsockopt(l->fd, SOL_SOCKET, SO_ERROR, &err, &len) == -1)
		err = errno;
	if (err != 0)
		return -err;
	l->connected = (what & EV_WRITE) != 0;
	return l->connected;
}

void
link_note(struct link *l, short what)
{
	l->readable |= (what & EV_READ) != 0;
	l->writable |= (what & EV_WRITE) != 0;
}

void
link_wake(struct link *l)
{
	event_active(&l->event, 0, 0);
}

ssize_t
link_send(struct link *l, const void *bytes, size_t len)
{
	ssize_t n;

	if (l->kind == ENDPOINT_SCTP && len > SCTP_SEND_MOST)
		len = SCTP_SEND_MOST;
	do
		n = send(l->fd, bytes, len, MSG_NOSIGNAL);
	while (n == -1 && errno == EINTR);
	if (n == -1)
		l->writable = false;
	if (n == -1 && errno == EAGAIN)
		return 0;
	return n == -1 ? -errno : n;
}

ssize_t
link_receive(struct link *l, void *bytes, size_t size)
{
	ssize_t n;

	do
		n = recv(l->fd, bytes, size, 0);
	while (n == -1 && errno == EINTR);
	if (n <= 0)
		l->readable = false;
	if (n == -1 && errno == EAGAIN)
		return 0;
	if (n == 0)
		return -EPIPE;
	return n == -1 ? -errno : n;
}
