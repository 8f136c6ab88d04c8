/*
 * The command BIND: listening for the peer that DST.ADDR names; net/conn.h.
 *
 * The peer's port is its own choice, so only its address is compared, and rules
 * are asked about it with the port of the request.
 */

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "net/await.h"
#include "net/berth.h"
#include "net/conn.h"
#include "net/way.h"

/* Who may come. */
struct invite {
	struct await *await;   /* AWAITING, else NULL */
	struct lookup *lookup; /* BINDING a name, else NULL */
	size_t count;          /* 0: anybody */
	struct addr addrs[];
};

enum { ADDRS_MOST = 2 * RESOLVE_MOST };

void
conn_uninvite(struct handshake *hs)
{
	if (hs->invite->await != NULL)
		await_close(hs->invite->await);
	if (hs->invite->lookup != NULL)
		resolve_cancel(hs->invite->lookup);
	free(hs->invite);
	hs->holds = HOLDS_NOTHING;
}

static bool
refuse(struct conn *c, int err)
{
	if (c->u.hs.holds == HOLDS_INVITE)
		conn_uninvite(&c->u.hs);
	return conn_answer(c, err, NULL);
}

/* ---- the peer */

static bool
is_welcome(const struct addr *peer, void *arg)
{
	struct conn *c = arg;
	const struct invite *v = c->u.hs.invite;
	bool awaited = v->count == 0;

	for (size_t i = 0; i < v->count; i++)
		awaited |= addr_same_ip(&v->addrs[i], peer);
	return awaited && conn_may_reach(c, SOCKS_BIND, peer);
}

static void
on_peer(int fd, const struct addr *peer, void *arg)
{
	struct conn *c = arg;
	struct end *e = &c->ends[TARGET];
	int err = fd < 0 ? fd : 0;

	c->u.hs.invite->await = NULL;
	if (err == 0 &&
	    (err = end_watch(e, c->all->watch, fd, conn_on_target)) != 0)
		close(fd);
	if (err != 0) {
		(void)refuse(c, -err);
		return;
	}
	conn_uninvite(&c->u.hs);
	c->dialled = *peer;
	c->flags |= CONN_CALLED;
	(void)conn_answer(c, 0, peer);
}

/* ---- the listener */

/* Who is told to the client: an address that the peer can reach. */
static struct addr
rendezvous(const struct conn *c)
{
	const struct policy_berth *berth = &c->all->policy->limits.bind;
	const struct policy_way *way = &c->all->policy->limits.way;
	const struct invite *v = c->u.hs.invite;
	struct addr own = berth_local(c->ends[CLIENT].fd);
	const struct addr *peer = v->count > 0 ? &v->addrs[0] : NULL;

	for (size_t i = 1; i < v->count && peer->family != own.family; i++)
		if (v->addrs[i].family == own.family)
			peer = &v->addrs[i];
	/* The client's side of the proxy may be nothing to its peer. */
	if (peer != NULL &&
	    (peer->family != own.family || way_leads(way) ||
		(addr_is_loopback(&own) && !addr_is_loopback(peer)))) {
		own = berth_towards(peer, way);
		own.family = peer->family;
	}
	return berth_named(berth, &own);
}

static bool
listen_for_peer(struct conn *c)
{
	struct invite *v = c->u.hs.invite;
	struct await_how how = {
		.base = c->all->base,
		.berth = &c->all->policy->limits.bind,
		.way = &c->all->policy->limits.way,
		.seed = (unsigned)(c->id >> 8),
		.welcome = is_welcome,
		.done = on_peer,
		.arg = c,
	};
	struct addr at = rendezvous(c);
	int err;

	if (addr_is_any(&at)) /* nothing leads to the peer */
		return refuse(c, ENETUNREACH);
	err = await_open(&v->await, &how, &at);
	return err != 0 ? refuse(c, -err) : conn_answer(c, 0, &at);
}

/* What is known must do. */
static void
settle_for(struct conn *c)
{
	struct invite *v = c->u.hs.invite;

	if (v->lookup != NULL)
		resolve_cancel(v->lookup);
	v->lookup = NULL;
	/* The client may have gone while nobody looked. */
	if (listen_for_peer(c))
		conn_talk(c);
}

/* The listener would be of that family: peers of the other cannot come. */
static bool
is_enough(const struct conn *c)
{
	const struct invite *v = c->u.hs.invite;
	struct addr own = berth_local(c->ends[CLIENT].fd);

	for (size_t i = 0; i < v->count; i++)
		if (v->addrs[i].family == own.family)
			return true;
	return false;
}

static void
on_found(const struct found *found, void *arg)
{
	struct conn *c = arg;
	struct invite *v = c->u.hs.invite;

	for (size_t i = 0; i < found->count && v->count < ADDRS_MOST; i++)
		v->addrs[v->count++] = found->addrs[i];
	if (found->last)
		v->lookup = NULL;
	if (found->last && v->count == 0)
		(void)refuse(c, found->err != 0 ? -found->err : EHOSTUNREACH);
	else if (found->last || is_enough(c))
		settle_for(c);
}

/* 0, or a positive errno; *looking: the name is being looked up. */
static int
invite(struct conn *c, const struct addr *literal, bool *looking)
{
	const struct socks_addr *to = &c->all->words.request.addr;
	bool named = literal == NULL;
	struct invite *v = calloc(
	    1, sizeof *v + (named ? ADDRS_MOST : 1) * sizeof v->addrs[0]);

	if (v == NULL)
		return ENOMEM;
	c->u.hs.invite = v;
	c->u.hs.holds = HOLDS_INVITE;
	*looking = named;
	if (named) {
		v->lookup = resolve_start(c->all->resolver,
		    (const char *)to->host, to->len, on_found, c);
		return v->lookup != NULL ? 0 : ENOMEM;
	}
	if (!addr_is_any(literal))
		v->addrs[v->count++] = *literal;
	return 0;
}

bool
conn_bind(struct conn *c)
{
	const struct socks_addr *to = &c->all->words.request.addr;
	struct addr literal = c->dialled;
	bool known = to->atyp != SOCKS_NAME ||
		     dial_literal(&literal, (const char *)to->host, to->len);
	bool anybody = known && addr_is_any(&literal), looking;
	int err;

	/* Whoever then comes is asked about as well. */
	if (!conn_may_reach(c, SOCKS_BIND, known && !anybody ? &literal : NULL))
		return refuse(c, EACCES);
	err = invite(c, known ? &literal : NULL, &looking);
	if (err != 0)
		return refuse(c, err);
	return looking || listen_for_peer(c);
}

void
conn_bind_expired(struct conn *c)
{
	if (c->state == SESSION_BINDING && c->u.hs.invite->count > 0) {
		settle_for(c);
		return;
	}
	metrics_add(&c->all->metrics->timed_out, 1);
	/* A name server that keeps silent is told like one that knows nothing.
	 */
	(void)refuse(
	    c, c->state == SESSION_AWAITING ? ETIMEDOUT : EHOSTUNREACH);
}
