#include "net/dns.h"

#include <ares.h>
#include <errno.h>
#include <event2/event_struct.h>
#include <stdlib.h>
#include <sys/queue.h>

/* How often c-ares may look for servers that kept silent. */
enum { TICK_MS = 50 };

/* A descriptor of c-ares. */
struct watch {
	TAILQ_ENTRY(watch) next;
	struct dns *dns;
	struct event event;
	int fd;
};

/*
 * Two channels: the first only reads /etc/hosts, for both families together,
 * so that a name given there is never asked for elsewhere; the second asks the
 * servers for each family apart, so that neither waits for the other.
 */
struct dns {
	struct event_base *base;
	struct resolver_options options;
	ares_channel hosts, servers;
	bool searches;
	bool reloading;
	struct event tick;
	void (*settled)(void *arg);
	void *arg;
	TAILQ_HEAD(, watch) watches;
};

/* ---- answers */

static enum dns_result
result_of(const struct dns *d, int status)
{
	switch (status) {
	case ARES_SUCCESS:
		return DNS_FOUND;
	case ARES_ENODATA:
	case ARES_ENOTFOUND:
	case ARES_EBADNAME:
		return DNS_NONE;
	case ARES_ENOMEM:
		return DNS_MEMORY;
	case ARES_EDESTRUCTION:
		return d->reloading ? DNS_AGAIN : DNS_FAILED;
	default:
		return DNS_FAILED;
	}
}

static void
keep(struct dns_answer *answer, const struct ares_addrinfo *info)
{
	const struct ares_addrinfo_node *n;
	size_t kept[2] = { 0, 0 };

	for (n = info->nodes; n != NULL; n = n->ai_next) {
		size_t *k = &kept[n->ai_family == AF_INET6];
		struct addr a = addr_of(n->ai_addr);
		uint32_t ttl = n->ai_ttl > 0 ? (uint32_t)n->ai_ttl : 0;

		if (a.family == ADDR_NONE || *k == RESOLVE_MOST)
			continue;
		a.port = 0;
		answer->addrs[answer->count++] = a;
		++*k;
		if (ttl < answer->ttl)
			answer->ttl = ttl;
	}
}

static void
take(const struct dns *d, int status, struct ares_addrinfo *info,
    struct dns_answer *answer)
{
	answer->result = result_of(d, status);
	answer->ttl = UINT32_MAX;
	answer->count = 0;
	if (status == ARES_SUCCESS)
		keep(answer, info);
	if (answer->result == DNS_FOUND && answer->count == 0)
		answer->result = DNS_NONE;
	ares_freeaddrinfo(info);
}

/* Every answer ends here, those that ares_destroy() gives too. */
static void
on_answer(void *arg, int status, int timeouts, struct ares_addrinfo *info)
{
	struct dns_question *q = arg;
	struct dns_answer answer;

	(void)timeouts;
	take(q->dns, status, info, &answer);
	q->answered(q, &answer);
}

struct hosts_question {
	const struct dns *dns;
	struct dns_answer *answer;
};

static void
on_hosts_answer(void *arg, int status, int timeouts, struct ares_addrinfo *info)
{
	struct hosts_question *q = arg;

	(void)timeouts;
	take(q->dns, status, info, q->answer);
}

/* ---- questions */

static struct ares_addrinfo_hints
hints_for(int family)
{
	return (struct ares_addrinfo_hints){
		.ai_flags = ARES_AI_NOSORT | ARES_AI_ENVHOSTS,
		.ai_family = family,
		.ai_socktype = SOCK_STREAM,
	};
}

void
dns_hosts(struct dns *d, const char *name, struct dns_answer *answer)
{
	struct ares_addrinfo_hints hints = hints_for(AF_UNSPEC);
	struct hosts_question q = { d, answer };

	ares_getaddrinfo(d->hosts, name, NULL, &hints, on_hosts_answer, &q);
}

void
dns_ask(struct dns *d, const char *name, uint8_t family, struct dns_question *q)
{
	struct ares_addrinfo_hints hints =
	    hints_for(family == ADDR_V6 ? AF_INET6 : AF_INET);

	q->dns = d;
	ares_getaddrinfo(d->servers, name, NULL, &hints, on_answer, q);
}

bool
dns_searches(const struct dns *d)
{
	return d->searches;
}

/* ---- the loop */

static void
on_ready(evutil_socket_t fd, short what, void *arg)
{
	struct dns *d = ((struct watch *)arg)->dns;

	ares_process_fd(d->servers, what & EV_READ ? fd : ARES_SOCKET_BAD,
	    what & EV_WRITE ? fd : ARES_SOCKET_BAD);
	d->settled(d->arg);
}

static void
on_tick(evutil_socket_t fd, short what, void *arg)
{
	struct dns *d = arg;

	(void)fd;
	(void)what;
	ares_process_fd(d->servers, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
	d->settled(d->arg);
}

void
dns_watch(struct dns *d, bool on)
{
	static const struct timeval tv = { .tv_usec = TICK_MS * 1000 };

	if (!on)
		(void)event_del(&d->tick);
	else if (!evtimer_pending(&d->tick, NULL))
		(void)event_add(&d->tick, &tv);
}

static struct watch *
watch_of(struct dns *d, int fd)
{
	struct watch *w;

	TAILQ_FOREACH (w, &d->watches, next)
		if (w->fd == fd)
			return w;
	w = calloc(1, sizeof *w);
	if (w == NULL)
		return NULL;
	w->dns = d;
	w->fd = fd;
	TAILQ_INSERT_TAIL(&d->watches, w, next);
	return w;
}

static void
unwatch(struct watch *w)
{
	(void)event_del(&w->event);
	TAILQ_REMOVE(&w->dns->watches, w, next);
	free(w);
}

/* Without memory a descriptor goes unwatched: its questions then time out. */
static void
on_sock_state(void *arg, ares_socket_t fd, int readable, int writable)
{
	struct dns *d = arg;
	struct watch *w = watch_of(d, fd);
	short what = (short)((readable ? EV_READ : 0) |
			     (writable ? EV_WRITE : 0) | EV_PERSIST);

	if (w == NULL)
		return;
	if (event_initialized(&w->event))
		(void)event_del(&w->event);
	(void)event_assign(&w->event, d->base, fd, what, on_ready, w);
	if (what == EV_PERSIST || event_add(&w->event, NULL) == -1)
		unwatch(w);
}

/* ---- channels */

static int
open_channel(struct dns *d, ares_channel *channel, char *lookups)
{
	struct ares_options options = {
		.flags = ARES_FLAG_NOALIASES,
		.timeout = (int)d->options.timeout_ms,
		.tries = (int)d->options.tries,
		.lookups = lookups,
		.sock_state_cb = on_sock_state,
		.sock_state_cb_data = d,
	};

	return ares_init_options(channel, &options,
	    ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES |
		ARES_OPT_LOOKUPS | ARES_OPT_SOCK_STATE_CB);
}

static int
look_for_domains(struct dns *d)
{
	struct ares_options options = { 0 };
	int mask, status = ares_save_options(d->servers, &options, &mask);

	if (status == ARES_SUCCESS)
		d->searches = options.ndomains > 0;
	ares_destroy_options(&options);
	return status;
}

/* 0 or -errno, and then no channel. */
static int
open_servers(struct dns *d)
{
	static char servers[] = "b";
	int status = open_channel(d, &d->servers, servers);

	if (status != ARES_SUCCESS)
		d->servers = NULL;
	if (status == ARES_SUCCESS && d->options.servers != NULL)
		status =
		    ares_set_servers_ports_csv(d->servers, d->options.servers);
	if (status == ARES_SUCCESS)
		status = look_for_domains(d);
	if (status == ARES_SUCCESS)
		return 0;
	if (d->servers != NULL)
		ares_destroy(d->servers);
	d->servers = NULL;
	return status == ARES_ENOMEM ? -ENOMEM : -EINVAL;
}

int
dns_reload(struct dns *d)
{
	ares_channel before = d->servers;
	int err = open_servers(d);

	if (err != 0) {
		d->servers = before;
		return err;
	}
	d->reloading = true;
	ares_destroy(before);
	d->reloading = false;
	return 0;
}

struct dns *
dns_new(struct event_base *base, const struct resolver_options *options,
    void (*settled)(void *arg), void *arg)
{
	static char files[] = "f";
	struct dns *d = calloc(1, sizeof *d);
	int err = 0;

	if (d == NULL)
		return NULL;
	d->base = base;
	d->options = *options;
	d->settled = settled;
	d->arg = arg;
	TAILQ_INIT(&d->watches);
	(void)event_assign(&d->tick, base, -1, EV_PERSIST, on_tick, d);
	if (open_channel(d, &d->hosts, files) != ARES_SUCCESS) {
		d->hosts = NULL;
		err = -ENOMEM;
	}
	if (err == 0 && (err = open_servers(d)) == 0)
		return d;
	dns_free(d);
	errno = -err;
	return NULL;
}

void
dns_free(struct dns *d)
{
	if (d == NULL)
		return;
	if (d->servers != NULL)
		ares_destroy(d->servers); /* answers, and unwatches */
	if (d->hosts != NULL)
		ares_destroy(d->hosts);
	(void)event_del(&d->tick);
	free(d);
}
