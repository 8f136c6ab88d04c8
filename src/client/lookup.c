#include "client/lookup.h"

#include <event2/event_struct.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

struct lookup {
	_Atomic int holders; /* the loop and the thread: the last one frees */
	struct endpoint endpoint;

	/* The thread's until it has written an octet, then the loop's. */
	struct connect_addr list[CONNECT_MOST];
	size_t count;
	const char *why;
	int told; /* the thread's end of the pair */

	/* The loop's. */
	int heard;
	struct event event;
	lookup_found *found;
	void *arg;
};

static void
let_go(struct lookup *l)
{
	if (atomic_fetch_sub(&l->holders, 1) == 1)
		free(l);
}

static void *
resolve(void *arg)
{
	struct lookup *l = arg;
	int told = l->told;

	l->count = connect_resolve(&l->endpoint, l->list, &l->why);
	/* Nobody hears it once the lookup was cancelled. */
	(void)send(told, "", 1, MSG_NOSIGNAL);
	close(told);
	let_go(l);
	return NULL;
}

void
lookup_cancel(struct lookup *l)
{
	if (l == NULL)
		return;
	(void)event_del(&l->event);
	close(l->heard);
	let_go(l);
}

static void
on_heard(evutil_socket_t fd, short what, void *arg)
{
	struct lookup *l = arg;
	lookup_found *found = l->found;
	struct connect_addr list[CONNECT_MOST];
	size_t n = l->count;
	const char *why = l->why;
	void *for_whom = l->arg;

	(void)fd;
	(void)what;
	for (size_t i = 0; i < n; i++)
		list[i] = l->list[i];
	lookup_cancel(l);
	found(list, n, why, for_whom);
}

/* Signals are for the loop's thread. */
static int
start_thread(struct lookup *l)
{
	pthread_t thread;
	sigset_t all, before;
	int err;

	(void)sigfillset(&all);
	(void)pthread_sigmask(SIG_SETMASK, &all, &before);
	err = pthread_create(&thread, NULL, resolve, l);
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (err == 0)
		(void)pthread_detach(thread);
	return err;
}

struct lookup *
lookup_start(struct event_base *base, const struct endpoint *endpoint,
    lookup_found *found, void *arg)
{
	struct lookup *l = calloc(1, sizeof *l);
	int pair[2];

	if (l == NULL)
		return NULL;
	l->endpoint = *endpoint;
	l->found = found;
	l->arg = arg;
	l->holders = 2;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == -1)
		goto fail;
	l->heard = pair[0];
	l->told = pair[1];
	if (event_assign(&l->event, base, l->heard, EV_READ, on_heard, l) != 0)
		goto fail_pair;
	if (event_add(&l->event, NULL) != 0)
		goto fail_pair;
	if (start_thread(l) != 0)
		goto fail_event;
	return l;

fail_event:
	(void)event_del(&l->event);
fail_pair:
	close(pair[0]);
	close(pair[1]);
fail:
	free(l);
	return NULL;
}
