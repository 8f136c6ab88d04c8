/* What a session has moved, and what it does for its account; net/conn.h. */

#include "base/clock.h"
#include "base/coarse.h"
#include "net/conn.h"

/*
 * So many octets are not kept from the account until the second is over: its
 * quota may be used up. A 32-bit count could run over only long after.
 */
enum { SETTLE_MOST = 16 << 20 };

struct account_live *
conn_live(const struct conn *c)
{
	return c->names != NULL ? c->names->live : NULL;
}

void
conn_leave_account(struct conn *c)
{
	struct account_live *live = conn_live(c);

	if (live != NULL && account_leave(live))
		atomic_fetch_sub(&c->all->shared->users, 1);
}

void
conn_note_use(
    struct conn *c, const char *name, size_t len, const struct addr *to)
{
	struct account_live *live = conn_live(c);
	char ip[ADDR_TEXT];

	if (live == NULL)
		return;
	if (len == 0)
		len = addr_ip(to, ip);
	uses_add(&c->all->uses, live->id, clock_wall_us() / 1000000,
	    name != NULL ? name : ip, len, to->port);
}

/* ---- octets */

uint64_t
conn_passed(const struct conn *c, size_t way)
{
	if (c->state == SESSION_RELAYING)
		return c->u.relay.pumps[way].total;
	if (c->state != SESSION_ASSOCIATED)
		return 0;
	return way == CLIENT ? association_up(c->u.udp)
			     : association_down(c->u.udp);
}

/* The same since the account was last told. */
static uint32_t
unsettled(const struct conn *c, size_t way)
{
	return (uint32_t)conn_passed(c, way) - c->settled[way];
}

static void
settle(struct conn *c, size_t way, _Atomic uint64_t *total)
{
	uint32_t n = unsettled(c, way);
	uint64_t sum = c->flags & CONN_SUMMING ? coarse_value(c->rate[way]) : 0;

	c->rate[way] = coarse_pack(sum + n);
	if (n == 0)
		return;
	if (total != NULL)
		atomic_fetch_add_explicit(total, n, memory_order_relaxed);
	c->settled[way] += n;
}

static void
settle_datagrams(struct conn *c, struct account_live *live)
{
	for (uint8_t way = 0; way < 2; way++) {
		uint32_t n = association_count(c->u.udp, way);

		if (n > 0)
			atomic_fetch_add_explicit(
			    &live->datagrams[way], n, memory_order_relaxed);
	}
}

void
conn_settle(struct conn *c)
{
	struct account_live *live = conn_live(c);

	settle(c, CLIENT, live != NULL ? &live->up : NULL);
	settle(c, TARGET, live != NULL ? &live->down : NULL);
	c->flags |= CONN_SUMMING;
	if (live == NULL)
		return;
	if (c->state == SESSION_ASSOCIATED)
		settle_datagrams(c, live);
	conn_spend(c);
}

void
conn_settle_tick(struct conn *c, uint32_t seconds)
{
	conn_settle(c);
	for (size_t way = 0; way < 2 && seconds > 1; way++)
		c->rate[way] =
		    coarse_pack(coarse_value(c->rate[way]) / seconds);
	c->flags &= (uint16_t)~CONN_SUMMING;
}

void
conn_account_for(struct conn *c, uint64_t up, uint64_t down)
{
	struct relay *r = &c->u.relay;

	up = r->pumps[CLIENT].total - up;
	down = r->pumps[TARGET].total - down;
	if (up + down == 0)
		return;
	if (up > 0)
		metrics_add(&c->all->metrics->up, up);
	if (down > 0)
		metrics_add(&c->all->metrics->down, down);
	if (unsettled(c, CLIENT) + unsettled(c, TARGET) >= SETTLE_MOST)
		conn_settle(c);
	conn_touch(c);
}
