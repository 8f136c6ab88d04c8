/* The command UDP ASSOCIATE: a relay of datagrams for a conn; net/conn.h. */

#include <errno.h>
#include <stdlib.h>

#include "net/berth.h"
#include "net/conn.h"

/* ---- what the relay asks for */

static bool
may_send(const char *name, size_t len, const struct addr *to, void *arg)
{
	struct conn *c = arg;

	if (!conn_may(c, SOCKS_ASSOCIATE, name, len, to, to->port))
		return false;
	/* There may be many; an account's last target is the first of them. */
	if (!(c->flags & CONN_USED))
		conn_note_use(c, len > 0 ? name : NULL, len, to);
	c->flags |= CONN_USED;
	return true;
}

static void
on_moved(void *arg)
{
	conn_touch(arg);
}

static bool
may_read(uint8_t way, void *arg)
{
	return conn_pace_datagrams(arg, way);
}

static void
on_again(void *arg)
{
	struct conn *c = arg;

	conns_queue(c->all, c);
}

/* ---- its beginning and end */

/* An association may come to four descriptors: as many as two sessions. */
static bool
take_slot(struct conns *all)
{
	struct worker_shared *shared = all->shared;

	if (atomic_fetch_add(&shared->associations, 1) +
		atomic_load(&shared->sessions) <
	    all->policy->limits.max_connections)
		return true;
	atomic_fetch_sub(&shared->associations, 1);
	return false;
}

void
conn_dissociate(struct conns *all, struct association *a)
{
	association_close(a);
	atomic_fetch_sub(&all->shared->associations, 1);
}

/*
 * Who may send: the host the request came from. DST.PORT tells the port, unless
 * DST.ADDR is another host's: then both are what the client is called behind a
 * NAT, and the first datagram tells.
 */
static struct addr
sender(const struct conn *c)
{
	struct addr client = c->client;
	const struct addr *said = &c->dialled;
	bool here = said->family != ADDR_NONE &&
		    (addr_is_any(said) || addr_same_ip(said, &client));

	client.port = here ? said->port : 0;
	return client;
}

bool
conn_associate(struct conn *c)
{
	struct conns *all = c->all;
	const struct policy_berth *berth = &all->policy->limits.udp;
	struct association_how how = {
		.desk = &all->desk,
		.resolver = all->resolver,
		.berth = berth,
		.seed = (unsigned)(c->id >> 8),
		.client = sender(c),
		.may = may_send,
		.moved = on_moved,
		.again = on_again,
		.may_read = may_read,
		.arg = c,
	};
	struct addr own = berth_local(c->ends[CLIENT].fd);
	struct addr at = berth_named(berth, &own);
	int err;

	if (!conn_may_associate(c))
		return conn_answer(c, EACCES, NULL);
	if (!take_slot(all))
		return conn_answer(c, ENFILE, NULL);
	err = association_open(&c->u.hs.udp, &how, &at);
	if (err == 0) {
		c->u.hs.holds = HOLDS_UDP;
		return conn_answer(c, 0, &at);
	}
	atomic_fetch_sub(&all->shared->associations, 1);
	return conn_answer(c, -err, NULL);
}

void
conn_datagrams(struct conn *c)
{
	struct association *a = c->u.hs.udp;

	free(c->u.hs.bytes);
	c->u.udp = a;
	metrics_add(&c->all->metrics->associations, 1);
	conn_pace(c);
}
