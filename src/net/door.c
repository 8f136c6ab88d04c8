#include "net/door.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "net/listen.h"

enum {
	BATCH = 32,
	TELL_SECONDS = 60,
};

static const struct timeval retry_after = { 0, 100 * 1000 };

/* ---- the log: at most a line a minute about each */

static bool
may_tell(uint32_t *told)
{
	uint32_t now = clock_s();

	if (*told != 0 && now - *told < TELL_SECONDS)
		return false;
	*told = now;
	return true;
}

static void
tell_out(struct door *d, int err)
{
	if (may_tell(&d->told_full))
		log_warn("worker", "accepting pauses",
		    "worker=%u error=\"%s\" sessions=%zu", d->conns->index,
		    strerror(err), d->conns->count);
}

/* ---- pausing */

static void
pause_gates(struct door *d)
{
	if (!d->paused)
		for (size_t i = 0; i < d->ngates; i++)
			if (d->gates[i].fd != -1)
				event_del(&d->gates[i].event);
	d->paused = true;
	event_add(&d->retry, &retry_after);
}

/*
 * Descriptors are out, or something else of the system's. The one in reserve is
 * given up, so that a session that was let in can still connect; until it can
 * be had again nobody is let in.
 */
static void
run_out(struct door *d, int err)
{
	tell_out(d, err);
	if (d->reserve != -1)
		close(d->reserve);
	d->reserve = -1;
	pause_gates(d);
}

static bool
have_reserve(struct door *d)
{
	if (d->reserve == -1)
		d->reserve = open("/dev/null", O_RDONLY | O_CLOEXEC);
	return d->reserve != -1;
}

/* ---- accepting */

/*
 * A slot among max-connections, exact over all workers. An association has
 * twice as many descriptors as any other session, and takes two.
 */
static bool
take_slot(struct door *d)
{
	struct worker_shared *shared = d->conns->shared;

	if (atomic_fetch_add(&shared->sessions, 1) +
		atomic_load(&shared->associations) <
	    d->conns->policy->limits.max_connections)
		return true;
	atomic_fetch_sub(&shared->sessions, 1);
	return false;
}

/*
 * A slot for a client. Where all are taken and one waits for certain, somebody
 * makes room, or nobody is let in for a while; where it is not certain the gate
 * will say so.
 */
static bool
find_slot(struct door *d, bool waits)
{
	if (take_slot(d))
		return true;
	if (!waits)
		return false;
	if (conns_make_room(d->conns) && take_slot(d))
		return true;
	pause_gates(d);
	return false;
}

/* One client; `waits`: there is one. False: there is none, or it may not come
 * in now. */
static bool
let_in(struct door *d, struct gate *g, bool waits)
{
	struct sockaddr_storage sa;
	socklen_t len = sizeof sa;
	struct addr client;
	int fd, err;

	if (!find_slot(d, waits))
		return false;
	fd = accept4(
	    g->fd, (struct sockaddr *)&sa, &len, SOCK_NONBLOCK | SOCK_CLOEXEC);
	if (fd != -1) {
		client = addr_of((struct sockaddr *)&sa);
		err = -conn_open(d->conns, fd, &client);
		if (err != 0)
			run_out(d, err);
		return err == 0;
	}
	err = errno;
	atomic_fetch_sub(&d->conns->shared->sessions, 1);
	if (listen_is_passing(err))
		return true;
	if (err != EAGAIN)
		run_out(d, err);
	return false;
}

static void
on_gate(evutil_socket_t fd, short what, void *arg)
{
	struct gate *g = arg;

	(void)fd;
	(void)what;
	g->door->conns->now = clock_s();
	for (int i = 0; i < BATCH && let_in(g->door, g, i == 0); i++)
		;
}

/* ---- opening and closing */

static void
tune_gate(struct gate *g)
{
	const struct door *d = g->door;
	int err = listen_tune(g->fd, d->keepalive, d->fastopen);

	if (err != 0)
		log_warn("worker", "cannot tune listener",
		    "worker=%u error=\"%s\"", d->conns->index, strerror(-err));
}

void
door_tune(struct door *d)
{
	const struct policy_limits *l = &d->conns->policy->limits;

	if (l->way.keepalive == d->keepalive && l->tcp_fastopen == d->fastopen)
		return;
	d->keepalive = l->way.keepalive;
	d->fastopen = l->tcp_fastopen;
	for (size_t i = 0; i < d->ngates; i++)
		if (d->gates[i].fd != -1)
			tune_gate(&d->gates[i]);
}

static int
open_gate(struct gate *g)
{
	int fd = listen_tcp(&g->addr);

	if (fd < 0)
		return fd;
	g->fd = fd;
	/* Port 0 stands for any; it stays what it has become. */
	g->addr = listen_addr(fd);
	if (g->door->keepalive != 0 || g->door->fastopen)
		tune_gate(g);
	return event_assign(&g->event, g->door->conns->base, fd,
	    EV_READ | EV_PERSIST, on_gate, g);
}

static void
shut_gate(struct gate *g)
{
	if (g->fd == -1)
		return;
	event_del(&g->event);
	close(g->fd);
	g->fd = -1;
}

/* False: one is still shut; it will be tried again. */
static bool
open_gates(struct door *d)
{
	bool all = true;
	char text[ADDR_TEXT];
	int err;

	for (size_t i = 0; i < d->ngates; i++) {
		struct gate *g = &d->gates[i];

		if (g->fd != -1 || (err = open_gate(g)) == 0)
			continue;
		all = false;
		addr_print(&g->addr, text);
		if (may_tell(&d->told_shut))
			log_error("worker", "cannot listen",
			    "addr=%s error=\"%s\"", text, strerror(-err));
	}
	return all;
}

/* False: the system lets no more be watched; it will be tried again. */
static bool
watch_gates(struct door *d)
{
	bool all = true;

	for (size_t i = 0; i < d->ngates; i++) {
		if (d->gates[i].fd == -1 ||
		    event_add(&d->gates[i].event, NULL) == 0)
			continue;
		all = false;
		tell_out(d, errno);
	}
	return all;
}

void
door_open(struct door *d)
{
	bool open = open_gates(d), watched = watch_gates(d);

	d->wanted = true;
	d->paused = false;
	if (!open || !watched)
		event_add(&d->retry, &retry_after);
}

void
door_shut(struct door *d)
{
	d->wanted = false;
	d->conns->now = clock_s();
	for (size_t i = 0; i < d->ngates; i++) {
		while (d->gates[i].fd != -1 && let_in(d, &d->gates[i], false))
			;
		shut_gate(&d->gates[i]);
	}
	event_del(&d->retry);
}

static void
on_retry(evutil_socket_t fd, short what, void *arg)
{
	struct door *d = arg;

	(void)fd;
	(void)what;
	if (!d->wanted)
		return;
	if (have_reserve(d))
		door_open(d);
	else
		event_add(&d->retry, &retry_after);
}

void
door_tick(struct door *d)
{
	if (!evtimer_pending(&d->retry, NULL))
		on_retry(-1, 0, d);
}

void
door_room(struct door *d)
{
	static const struct timeval at_once = { 0, 0 };

	if (d->wanted && d->paused)
		event_add(&d->retry, &at_once);
}

int
door_init(struct door *d, struct conns *conns, const struct addr *addrs,
    size_t n, size_t *failed)
{
	int err;

	*d = (struct door){ .conns = conns, .reserve = -1 };
	*failed = 0;
	d->gates = calloc(n, sizeof *d->gates);
	if (d->gates == NULL && n > 0)
		return -ENOMEM;
	event_assign(&d->retry, conns->base, -1, 0, on_retry, d);
	for (d->ngates = 0; d->ngates < n; d->ngates++) {
		struct gate *g = &d->gates[d->ngates];

		*g = (struct gate){
			.door = d, .addr = addrs[d->ngates], .fd = -1
		};
		if ((err = open_gate(g)) != 0) {
			*failed = d->ngates++;
			door_free(d);
			return err;
		}
	}
	(void)have_reserve(d);
	return 0;
}

void
door_free(struct door *d)
{
	for (size_t i = 0; i < d->ngates; i++)
		shut_gate(&d->gates[i]);
	free(d->gates);
	d->gates = NULL;
	d->ngates = 0;
	d->wanted = false;
	event_del(&d->retry);
	if (d->reserve != -1)
		close(d->reserve);
	d->reserve = -1;
}
