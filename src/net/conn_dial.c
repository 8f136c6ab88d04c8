/* The command CONNECT: dialling its target; net/conn.h. */

#include <errno.h>

#include "base/clock.h"
#include "net/berth.h"
#include "net/conn.h"
#include "net/way.h"

/* err: a positive errno, or 0. */
static bool
dialled(struct conn *c, int err, const struct addr *where)
{
	uint16_t port = c->dialled.port;
	struct addr bound = { 0 };

	c->u.hs.holds = HOLDS_NOTHING;
	if (where != NULL && where->family != ADDR_NONE) {
		c->dialled = *where;
		c->dialled.port = port;
	}
	/* It fails only if the socket is dead: then reading tells. */
	if (err == 0) {
		bound = berth_local(c->ends[TARGET].fd);
		histogram_add(
		    &c->all->metrics->setup, clock_us() - c->u.hs.came_us);
	}
	return conn_answer(c, err, &bound);
}

static void
on_dialled(int err, const struct addr *where, void *arg)
{
	(void)dialled(arg, -err, where);
}

/* The address is what counts, whatever name led to it. */
static int
check_address(const struct addr *to, void *arg)
{
	return conn_may_reach(arg, SOCKS_CONNECT, to) ? 0 : -EACCES;
}

static int
prepare(int fd, const struct addr *to, void *arg)
{
	struct conn *c = arg;
	const struct policy_way *way = &c->all->policy->limits.way;
	struct addr own = { 0 };

	if (way->same)
		own = berth_local(c->ends[CLIENT].fd);
	return way_prepare(fd, way, to, &own);
}

bool
conn_dial(struct conn *c)
{
	const struct socks_addr *to = &c->all->words.request.addr;
	bool named = to->atyp == SOCKS_NAME;
	struct dial_how how = {
		.base = c->all->base,
		.watch = c->all->watch,
		.resolver = c->all->resolver,
		.metrics = c->all->metrics,
		.resolve = &c->resolve,
		.connect = &c->ends[TARGET].took,
		.end = &c->ends[TARGET],
		.ready = conn_on_target,
		.done = on_dialled,
		.arg = c,
		.check = named ? check_address : NULL, /* or just below */
		.prepare =
		    way_is_set(&c->all->policy->limits.way) ? prepare : NULL,
	};

	if (!conn_may_reach(c, SOCKS_CONNECT, named ? NULL : &c->dialled))
		return dialled(c, EACCES, NULL);
	c->u.hs.dial =
	    named ? dial_name(&how, (const char *)to->host, to->len, to->port)
		  : dial_addr(&how, &c->dialled);
	if (c->u.hs.dial == NULL)
		return dialled(c, ENOMEM, NULL);
	c->u.hs.holds = HOLDS_DIAL;
	return true;
}

void
conn_dial_expired(struct conn *c)
{
	struct addr about = { 0 };
	int err = dial_expire(c->u.hs.dial, &about);

	metrics_add(&c->all->metrics->timed_out, 1);
	(void)dialled(c, -err, &about);
}
