#include "net/udp_names.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "net/berth.h"

struct waiting {
	STAILQ_ENTRY(waiting) next;
	uint16_t port;
	uint32_t len;
	uint8_t bytes[];
};

struct udp_name {
	TAILQ_ENTRY(udp_name) next;
	struct udp_names *all;
	struct lookup *lookup; /* NULL: it is over */
	STAILQ_HEAD(, waiting) queue;
	unsigned queued;
	uint32_t expires; /* clock_s() */
	size_t count;
	struct addr addrs[UDP_NAMES_ADDRS];
	struct socks_addr to; /* its port is the last datagram's */
};

void
udp_names_init(struct udp_names *all)
{
	TAILQ_INIT(&all->list);
	all->count = 0;
}

/* ---- datagrams that wait */

static struct waiting *
take_first(struct udp_name *n)
{
	struct waiting *w = STAILQ_FIRST(&n->queue);

	if (w != NULL) {
		STAILQ_REMOVE_HEAD(&n->queue, next);
		n->queued--;
		*n->all->waiting -= w->len;
	}
	return w;
}

static unsigned
drop_all(struct udp_name *n)
{
	struct waiting *w;
	unsigned count = 0;

	for (; (w = take_first(n)) != NULL; count++)
		free(w);
	return count;
}

static bool
wait_for_it(struct udp_name *n, uint16_t port, const uint8_t *bytes, size_t len)
{
	size_t *waiting = n->all->waiting;
	struct waiting *w;

	if (n->queued == UDP_NAMES_WAITING || *waiting + len > UDP_NAMES_OCTETS)
		return false;
	if ((w = malloc(sizeof *w + len)) == NULL)
		return false;
	w->port = port;
	w->len = (uint32_t)len;
	memcpy(w->bytes, bytes, len);
	STAILQ_INSERT_TAIL(&n->queue, w, next);
	n->queued++;
	*waiting += len;
	return true;
}

/* ---- names */

static void
forget(struct udp_name *n)
{
	struct udp_names *all = n->all;

	if (n->lookup != NULL)
		resolve_cancel(n->lookup);
	(void)drop_all(n);
	TAILQ_REMOVE(&all->list, n, next);
	all->count--;
	free(n);
}

void
udp_names_free(struct udp_names *all)
{
	while (!TAILQ_EMPTY(&all->list))
		forget(TAILQ_FIRST(&all->list));
}

static void
send_to(struct udp_name *n, uint16_t port, const uint8_t *bytes, size_t len)
{
	struct udp_named named = { &n->to, n->addrs, n->count };

	n->to.port = port;
	n->all->send(&named, bytes, len, n->all->arg);
}

/* Those that a route leads to first: nothing tells when the others fail. */
static void
add(struct udp_name *n, const struct found *found, bool reached)
{
	for (size_t i = 0; i < found->count && n->count < UDP_NAMES_ADDRS; i++)
		if ((berth_towards(&found->addrs[i], NULL).family !=
			ADDR_NONE) == reached)
			n->addrs[n->count++] = found->addrs[i];
}

static void
on_found(const struct found *found, void *arg)
{
	struct udp_name *n = arg;
	struct waiting *w;
	unsigned dropped;

	add(n, found, true);
	if (found->last) {
		n->lookup = NULL;
		if (n->count == 0)
			add(n, found, false);
		n->expires = clock_s() + (n->count > 0 ? UDP_NAMES_SECONDS
						       : UDP_NAMES_NO_SECONDS);
	}
	while (n->count > 0 && (w = take_first(n)) != NULL) {
		send_to(n, w->port, w->bytes, w->len);
		free(w);
	}
	if (found->last && (dropped = drop_all(n)) > 0)
		n->all->dropped(dropped, n->all->arg);
}

static struct udp_name *
find(const struct udp_names *all, const struct socks_addr *to)
{
	struct udp_name *n;

	TAILQ_FOREACH (n, &all->list, next)
		if (n->to.len == to->len &&
		    memcmp(n->to.host, to->host, to->len) == 0)
			break;
	return n;
}

/* Room for one more: the oldest that is not being looked up goes. */
static bool
make_room(struct udp_names *all)
{
	struct udp_name *n = TAILQ_LAST(&all->list, udp_name_list);

	if (all->count < UDP_NAMES_MOST)
		return true;
	while (n != NULL && n->lookup != NULL)
		n = TAILQ_PREV(n, udp_name_list, next);
	if (n == NULL)
		return false;
	forget(n);
	return true;
}

static struct udp_name *
look_up(struct udp_names *all, const struct socks_addr *to)
{
	struct udp_name *n;

	if (!make_room(all) || (n = calloc(1, sizeof *n)) == NULL)
		return NULL;
	n->all = all;
	n->to = *to;
	STAILQ_INIT(&n->queue);
	n->lookup = resolve_start(
	    all->resolver, (const char *)to->host, to->len, on_found, n);
	if (n->lookup == NULL) {
		free(n);
		return NULL;
	}
	TAILQ_INSERT_HEAD(&all->list, n, next);
	all->count++;
	return n;
}

void
udp_names_send(struct udp_names *all, const struct socks_addr *to,
    const uint8_t *bytes, size_t len, uint32_t now)
{
	struct udp_name *n = find(all, to);

	if (n != NULL && n->lookup == NULL && (int32_t)(now - n->expires) > 0) {
		forget(n);
		n = NULL;
	}
	if (n == NULL)
		n = look_up(all, to);
	if (n != NULL && n->count > 0)
		send_to(n, to->port, bytes, len);
	else if (n == NULL || n->lookup == NULL ||
		 !wait_for_it(n, to->port, bytes, len))
		all->dropped(1, all->arg);
}

bool
udp_names_tick(struct udp_names *all, uint32_t now)
{
	struct udp_name *n, *next;

	for (n = TAILQ_FIRST(&all->list); n != NULL; n = next) {
		next = TAILQ_NEXT(n, next);
		if (n->lookup == NULL && (int32_t)(now - n->expires) > 0)
			forget(n);
	}
	return !TAILQ_EMPTY(&all->list);
}
