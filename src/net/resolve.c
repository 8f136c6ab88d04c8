#include "net/resolve.h"

#include <ares.h>
#include <errno.h>
#include <event2/event_struct.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

/* How often c-ares may look for servers that kept silent. */
enum { TICK_MS = 50 };

/* A descriptor of c-ares. */
struct watch {
	TAILQ_ENTRY(watch) next;
	struct resolver *resolver;
	struct event event;
	int fd;
};

/*
 * Owned by its caller until found() said "last" or resolve_cancel(); then, as
 * c-ares cannot forget a single query, by the answers that are still to come.
 */
struct lookup {
	TAILQ_ENTRY(lookup) next; /* while in line */
	struct resolver *resolver;
	void (*found)(const struct found *, void *arg); /* NULL: cancelled */
	void *arg;
	struct event tell;
	bool in_line;
	unsigned awaited; /* answers c-ares still owes */
	int err;
	size_t told, count;
	struct addr addrs[2 * RESOLVE_MOST];
	char name[256];
};

/*
 * Two channels: the first only reads /etc/hosts, for both families together,
 * so that a name given there is never asked for elsewhere; the second asks the
 * servers for each family apart, so that neither waits for the other.
 */
struct resolver {
	struct event_base *base;
	struct resolver_options options;
	ares_channel hosts, dns;
	struct event tick;
	unsigned busy;
	TAILQ_HEAD(, lookup) line;
	TAILQ_HEAD(, watch) watches;
};

const struct resolver_options resolver_defaults = {
	.timeout_ms = 1500,
	.tries = 3,
	.most = 4096,
	.delay_ms = 50,
};

static struct timeval
timeval_ms(unsigned ms)
{
	return (
	    struct timeval){ .tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000 };
}

/* ---- lookups */

static void
tell_in(struct lookup *l, unsigned ms)
{
	const struct timeval tv = timeval_ms(ms);

	/* Should it fail, memory being out, the caller's limit ends the wait.
	 */
	if (l->found != NULL)
		(void)event_add(&l->tell, &tv);
}

static void
on_tell(evutil_socket_t fd, short what, void *arg)
{
	struct lookup *l = arg;
	void (*tell)(const struct found *, void *) = l->found;
	struct found found = {
		.addrs = l->addrs + l->told,
		.count = l->count - l->told,
		.last = l->awaited == 0,
		.err = l->awaited == 0 && l->count == 0 ? l->err : 0,
	};

	(void)fd;
	(void)what;
	l->told = l->count;
	tell(&found, l->arg);
	if (found.last)
		free(l);
}

static size_t
keep(struct lookup *l, const struct ares_addrinfo *answer)
{
	const struct ares_addrinfo_node *n;
	size_t kept[2] = { 0, 0 }, before = l->count;

	for (n = answer->nodes; n != NULL; n = n->ai_next) {
		size_t *k = &kept[n->ai_family == AF_INET6];
		struct addr a = addr_of(n->ai_addr);

		if (a.family == ADDR_NONE || *k == RESOLVE_MOST ||
		    l->count == 2 * (size_t)RESOLVE_MOST)
			continue;
		a.port = 0;
		l->addrs[l->count++] = a;
		++*k;
	}
	return l->count - before;
}

/* Every answer ends here, those to cancelled lookups and to ares_destroy() too.
 */
static void
on_answer(void *arg, int status, int timeouts, struct ares_addrinfo *answer)
{
	struct lookup *l = arg;
	size_t n = 0;

	(void)timeouts;
	if (status == ARES_SUCCESS)
		n = keep(l, answer);
	else if (status == ARES_ENOMEM)
		l->err = -ENOMEM;
	ares_freeaddrinfo(answer);
	if (--l->awaited == 0) {
		l->resolver->busy--;
		if (l->found == NULL)
			free(l);
		else
			tell_in(l, 0);
	} else if (n > 0) {
		bool v6 = l->addrs[l->count - 1].family == ADDR_V6;

		tell_in(l, v6 ? 0 : l->resolver->options.delay_ms);
	}
}

static void
on_hosts_answer(
    void *arg, int status, int timeouts, struct ares_addrinfo *answer)
{
	struct lookup *l = arg;

	(void)timeouts;
	if (status == ARES_SUCCESS)
		(void)keep(l, answer);
	ares_freeaddrinfo(answer);
}

static void
ask(struct lookup *l)
{
	struct ares_addrinfo_hints hints = {
		.ai_flags = ARES_AI_NOSORT | ARES_AI_ENVHOSTS,
		.ai_family = AF_UNSPEC,
		.ai_socktype = SOCK_STREAM,
	};
	struct resolver *r = l->resolver;

	ares_getaddrinfo(r->hosts, l->name, NULL, &hints, on_hosts_answer, l);
	if (l->count > 0) {
		tell_in(l, 0);
		return;
	}
	r->busy++;
	l->awaited = 2;
	hints.ai_family = AF_INET6;
	ares_getaddrinfo(r->dns, l->name, NULL, &hints, on_answer, l);
	hints.ai_family = AF_INET;
	ares_getaddrinfo(r->dns, l->name, NULL, &hints, on_answer, l);
}

/*
 * After whatever may have ended or begun a lookup. Never from on_answer(): a
 * long line of names that fail at once would become a deep recursion.
 */
static void
settle(struct resolver *r)
{
	const struct timeval tv = timeval_ms(TICK_MS);
	struct lookup *l;

	while (
	    r->busy < r->options.most && (l = TAILQ_FIRST(&r->line)) != NULL) {
		TAILQ_REMOVE(&r->line, l, next);
		l->in_line = false;
		ask(l);
	}
	if (r->busy == 0)
		(void)event_del(&r->tick);
	else if (!evtimer_pending(&r->tick, NULL))
		(void)event_add(&r->tick, &tv);
}

struct lookup *
resolve_start(struct resolver *r, const char *name, size_t len,
    void (*found)(const struct found *, void *arg), void *arg)
{
	struct lookup *l = calloc(1, sizeof *l);

	if (l == NULL)
		return NULL;
	l->resolver = r;
	l->found = found;
	l->arg = arg;
	l->err = -EHOSTUNREACH;
	(void)evtimer_assign(&l->tell, r->base, on_tell, l);
	/* c-ares would take a \ for an escape, and look up another name. */
	if (len == 0 || len >= sizeof l->name || memchr(name, 0, len) != NULL ||
	    memchr(name, '\\', len) != NULL) {
		tell_in(l, 0); /* that is no name */
		return l;
	}
	memcpy(l->name, name, len);
	l->in_line = true;
	TAILQ_INSERT_TAIL(&r->line, l, next);
	settle(r);
	return l;
}

void
resolve_cancel(struct lookup *l)
{
	(void)event_del(&l->tell);
	l->found = NULL;
	if (l->in_line)
		TAILQ_REMOVE(&l->resolver->line, l, next);
	if (l->awaited == 0)
		free(l);
}

/* ---- c-ares and the loop */

static void
on_ready(evutil_socket_t fd, short what, void *arg)
{
	struct resolver *r = ((struct watch *)arg)->resolver;

	ares_process_fd(r->dns, what & EV_READ ? fd : ARES_SOCKET_BAD,
	    what & EV_WRITE ? fd : ARES_SOCKET_BAD);
	settle(r);
}

static void
on_tick(evutil_socket_t fd, short what, void *arg)
{
	struct resolver *r = arg;

	(void)fd;
	(void)what;
	ares_process_fd(r->dns, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
	settle(r);
}

static struct watch *
watch_of(struct resolver *r, int fd)
{
	struct watch *w;

	TAILQ_FOREACH (w, &r->watches, next)
		if (w->fd == fd)
			return w;
	w = calloc(1, sizeof *w);
	if (w == NULL)
		return NULL;
	w->resolver = r;
	w->fd = fd;
	TAILQ_INSERT_TAIL(&r->watches, w, next);
	return w;
}

static void
unwatch(struct watch *w)
{
	(void)event_del(&w->event);
	TAILQ_REMOVE(&w->resolver->watches, w, next);
	free(w);
}

/* Without memory a descriptor goes unwatched: its queries then time out. */
static void
on_sock_state(void *arg, ares_socket_t fd, int readable, int writable)
{
	struct resolver *r = arg;
	struct watch *w = watch_of(r, fd);
	short what = (short)((readable ? EV_READ : 0) |
			     (writable ? EV_WRITE : 0) | EV_PERSIST);

	if (w == NULL)
		return;
	if (event_initialized(&w->event))
		(void)event_del(&w->event);
	(void)event_assign(&w->event, r->base, fd, what, on_ready, w);
	if (what == EV_PERSIST || event_add(&w->event, NULL) == -1)
		unwatch(w);
}

static int
errno_of(int status)
{
	return status == ARES_ENOMEM ? ENOMEM : EINVAL;
}

static int
open_channel(struct resolver *r, ares_channel *channel, char *lookups)
{
	struct ares_options options = {
		.flags = ARES_FLAG_NOALIASES,
		.timeout = (int)r->options.timeout_ms,
		.tries = (int)r->options.tries,
		.lookups = lookups,
		.sock_state_cb = on_sock_state,
		.sock_state_cb_data = r,
	};

	return ares_init_options(channel, &options,
	    ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES |
		ARES_OPT_LOOKUPS | ARES_OPT_SOCK_STATE_CB);
}

struct resolver *
resolver_new(struct event_base *base, const struct resolver_options *options)
{
	static char files[] = "f", servers[] = "b";
	struct resolver *r = calloc(1, sizeof *r);
	int status;

	if (r == NULL)
		return NULL;
	r->base = base;
	r->options = *options;
	TAILQ_INIT(&r->line);
	TAILQ_INIT(&r->watches);
	(void)event_assign(&r->tick, base, -1, EV_PERSIST, on_tick, r);
	status = open_channel(r, &r->hosts, files);
	if (status == ARES_SUCCESS)
		status = open_channel(r, &r->dns, servers);
	if (status == ARES_SUCCESS && options->servers != NULL)
		status = ares_set_servers_ports_csv(r->dns, options->servers);
	if (status == ARES_SUCCESS)
		return r;
	resolver_free(r);
	errno = errno_of(status);
	return NULL;
}

void
resolver_free(struct resolver *r)
{
	if (r == NULL)
		return;
	if (r->dns != NULL)
		ares_destroy(r->dns); /* answers what is left, and unwatches */
	if (r->hosts != NULL)
		ares_destroy(r->hosts);
	(void)event_del(&r->tick);
	free(r);
}

unsigned
resolver_busy(const struct resolver *r)
{
	return r->busy;
}

void
resolve_alternate(struct addr *addrs, size_t count, uint8_t first)
{
	for (size_t i = 0; i + 1 < count; i++) {
		struct addr a;
		size_t j = i;

		while (j < count && addrs[j].family != first)
			j++;
		if (j == count)
			j = i; /* only the other family is left */
		a = addrs[j];
		memmove(addrs + i + 1, addrs + i, (j - i) * sizeof a);
		addrs[i] = a;
		first = a.family == ADDR_V6 ? ADDR_V4 : ADDR_V6;
	}
}
