/* Where administrators come from: sockets that listen, and are paused. */

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include "daemon/admin_parts.h"
#include "net/listen_admin.h"

void
admin_gates_pause(struct admin_gates *gates)
{
	for (size_t i = 0; i < gates->n; i++)
		(void)event_del(gates->all[i].event);
	gates->paused = true;
}

bool
admin_gates_resume(struct admin_gates *gates)
{
	bool all = true;

	for (size_t i = 0; gates->paused && i < gates->n; i++)
		all = event_add(gates->all[i].event, NULL) == 0 && all;
	gates->paused = !all;
	return all;
}

static bool
is_shortage(int err)
{
	return err == EMFILE || err == ENFILE || err == ENOMEM ||
	       err == ENOBUFS;
}

static void
on_connection(evutil_socket_t listening, short what, void *arg)
{
	struct admin_gate *g = arg;
	struct sockaddr_storage ss = { 0 };
	socklen_t len = sizeof ss;
	struct addr peer;
	int fd;

	(void)what;
	fd = accept4(listening, (struct sockaddr *)&ss, &len,
	    SOCK_NONBLOCK | SOCK_CLOEXEC);
	if (fd == -1 && !is_shortage(errno))
		return;
	if (fd == -1)
		fd = -errno;
	peer = addr_of((struct sockaddr *)&ss);
	admin_server_welcome(g->server, g->endpoint.kind, fd, &peer);
}

static int
add(struct admin_gates *gates, struct event_base *base,
    const struct endpoint *asked, int fd)
{
	struct admin_gate *g = &gates->all[gates->n];

	g->server = gates->server;
	listen_admin_where(fd, asked, &g->endpoint);
	g->event = event_new(base, fd, EV_READ | EV_PERSIST, on_connection, g);
	if (g->event == NULL)
		return -ENOMEM;
	if (event_add(g->event, NULL) != 0) {
		event_free(g->event);
		return -ENOMEM;
	}
	gates->n++;
	return 0;
}

int
admin_gates_add(struct admin_gates *gates, struct event_base *base,
    const struct endpoint *where)
{
	int fds[ADMIN_GATES];
	int n, err = 0;

	if (gates->n == ADMIN_GATES)
		return -ENOSPC;
	n = listen_admin(where, fds, ADMIN_GATES - gates->n);
	if (n < 0)
		return n;
	for (int i = 0; i < n; i++) {
		if (err == 0)
			err = add(gates, base, where, fds[i]);
		if (err != 0)
			close(fds[i]);
	}
	return err;
}

static void
close_gate(struct admin_gate *g)
{
	int fd = event_get_fd(g->event);

	if (g->endpoint.kind == ENDPOINT_UNIX)
		(void)unlink(g->endpoint.host); /* may be gone already */
	event_free(g->event);
	close(fd);
}

void
admin_gates_close(struct admin_gates *gates)
{
	while (gates->n > 0)
		close_gate(&gates->all[--gates->n]);
}
