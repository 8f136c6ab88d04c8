/*
 * Octets a second of an account; net/conn.h, core/bucket.h.
 *
 * A way that is limited may read what it has drawn from its account's bucket.
 * As a rule it draws when that is used up. Where it wants more than there is it
 * is pressed, and its conn listed here: it gets a share whenever the worker's
 * clock ticks, until some of it is left at the next tick. Without limits
 * nothing of this runs.
 */

#include <errno.h>
#include <stdlib.h>

#include "base/clock.h"
#include "net/conn.h"

static const struct timeval tick = { 0, BUCKET_TICK_US };

/* ---- one way */

static uint64_t
rate_of(const struct conn *c, uint8_t way)
{
	static const enum column_id columns[] = { COLUMN_rate_up,
		COLUMN_rate_down };
	const struct account_live *live = conn_live(c);

	return live == NULL ? 0 : account_limit(live, columns[way]);
}

static struct bucket *
bucket_of(const struct conn *c, uint8_t way)
{
	return &conn_live(c)->buckets[way];
}

static bool
is_free(struct conn *c, uint8_t way)
{
	if (c->state == SESSION_ASSOCIATED)
		return *association_may(c->u.udp, way) == ASSOCIATION_FREELY;
	return c->u.relay.pumps[way].may == PUMP_FREELY;
}

static void
make_free(struct conn *c, uint8_t way)
{
	if (c->state == SESSION_ASSOCIATED)
		*association_may(c->u.udp, way) = ASSOCIATION_FREELY;
	else
		c->u.relay.pumps[way].may = PUMP_FREELY;
}

/* What it may still pass; of datagrams the last may have been too many. */
static int64_t
left(struct conn *c, uint8_t way)
{
	if (c->state == SESSION_ASSOCIATED)
		return *association_may(c->u.udp, way);
	return c->u.relay.pumps[way].may;
}

static void
put(struct conn *c, uint8_t way, int64_t octets)
{
	if (c->state == SESSION_ASSOCIATED)
		*association_may(c->u.udp, way) = octets;
	else
		c->u.relay.pumps[way].may = (uint32_t)octets;
}

static void
give_back(struct conn *c, uint8_t way, uint64_t rate)
{
	int64_t octets = left(c, way);

	if (octets <= 0 || rate == 0)
		return;
	bucket_return(bucket_of(c, way), rate, (uint32_t)octets);
	put(c, way, 0);
}

static bool
is_pressed(const struct conn *c, uint8_t way)
{
	return (c->flags & CONN_PRESSED << way) != 0;
}

static void
relieve(struct conn *c, uint8_t way)
{
	if (!is_pressed(c, way))
		return;
	c->flags &= (uint16_t) ~(CONN_PRESSED << way);
	atomic_fetch_sub_explicit(
	    &bucket_of(c, way)->pressed, 1, memory_order_relaxed);
}

/* ---- drawing */

static bool
make_room(struct conns *all)
{
	size_t room = all->paced_room == 0 ? 64 : 2 * all->paced_room;
	struct conn **paced;

	if (all->npaced < all->paced_room)
		return true;
	paced = realloc(all->paced, room * sizeof *paced);
	if (paced == NULL)
		return false;
	all->paced = paced;
	all->paced_room = room;
	return true;
}

/* False: no memory. */
static bool
list(struct conn *c)
{
	struct conns *all = c->all;

	if (c->flags & CONN_LISTED)
		return true;
	if (!make_room(all))
		return false;
	if (all->npaced == 0) {
		all->paced_us = clock_us();
		event_add(&all->pace, &tick);
	}
	c->flags |= CONN_LISTED;
	all->paced[all->npaced++] = c;
	return true;
}

/* False: no memory. */
static bool
press(struct conn *c, uint8_t way)
{
	if (!list(c))
		return false;
	c->flags |= (uint16_t)(CONN_PRESSED << way);
	atomic_fetch_add_explicit(
	    &bucket_of(c, way)->pressed, 1, memory_order_relaxed);
	return true;
}

/* True if there is something to read now; else it waits for the clock. */
static bool
draw(struct conn *c, uint8_t way)
{
	uint64_t rate = rate_of(c, way);

	if (rate == 0) {
		relieve(c, way);
		make_free(c, way);
		return true;
	}
	if (is_pressed(c, way))
		return false;
	put(c, way,
	    left(c, way) + bucket_sip(bucket_of(c, way), rate, clock_us()));
	if (left(c, way) > 0)
		return true;
	if (press(c, way))
		return false;
	/* Nobody would wake it: rather a portion too many, each turn. */
	put(c, way, bucket_portion(rate));
	return true;
}

bool
conn_pace_again(struct conn *c)
{
	bool more = false;

	for (uint8_t way = 0; way < 2; way++)
		if (pump_is_held_up(
			&c->u.relay.pumps[way], &c->ends[way], &c->ends[!way]))
			more |= draw(c, way);
	return more;
}

bool
conn_pace_datagrams(struct conn *c, uint8_t way)
{
	return draw(c, way);
}

/* ---- beginning, changing and ending */

void
conn_pace(struct conn *c)
{
	for (uint8_t way = 0; way < 2; way++) {
		uint64_t rate = rate_of(c, way);

		if (is_pressed(c, way))
			continue; /* the clock looks at it */
		if (rate == 0)
			make_free(c, way);
		else if (is_free(c, way))
			put(c, way, 0);
		else
			give_back(c, way, rate);
	}
}

void
conn_pace_end(struct conn *c)
{
	for (uint8_t way = 0; way < 2; way++) {
		if (is_free(c, way))
			continue;
		give_back(c, way, rate_of(c, way));
		relieve(c, way);
	}
}

/* ---- the clock */

/* xorshift: who goes first, nothing secret. */
static uint32_t
random32(struct conns *all)
{
	all->random ^= all->random << 13;
	all->random ^= all->random >> 17;
	all->random ^= all->random << 5;
	return all->random;
}

/* One that has some left has asked for no more: it is not pressed any longer.
 * True if there is something to read now. */
static bool
share(struct conn *c, uint8_t way, uint64_t now_us, uint64_t elapsed)
{
	uint64_t rate = rate_of(c, way);

	if (!is_pressed(c, way))
		return false;
	if (rate == 0)
		return draw(c, way);
	if (left(c, way) > 0) {
		relieve(c, way);
		return false;
	}
	put(c, way,
	    left(c, way) + bucket_share(bucket_of(c, way), rate, now_us,
			       elapsed, random32(c->all)));
	return left(c, way) > 0;
}

/* False: it is listed no more, and may be gone. */
static bool
serve(struct conn *c, uint64_t now_us, uint64_t elapsed)
{
	bool more = false;

	for (uint8_t way = 0; way < 2 && !(c->flags & CONN_GONE); way++)
		more |= share(c, way, now_us, elapsed);
	if (more)
		conns_queue(c->all, c);
	if (is_pressed(c, CLIENT) || is_pressed(c, TARGET))
		return true;
	c->flags &= (uint16_t)~CONN_LISTED;
	if (c->flags & CONN_GONE)
		conn_release(c);
	return false;
}

static void
close_ranks(struct conns *all)
{
	size_t stay = 0;

	for (size_t i = 0; i < all->npaced; i++)
		if (all->paced[i] != NULL)
			all->paced[stay++] = all->paced[i];
	all->npaced = stay;
}

/* Chance says who is first, as the last may find the bucket empty. */
static void
on_tick(evutil_socket_t fd, short what, void *arg)
{
	struct conns *all = arg;
	uint64_t now = clock_us(), elapsed = now - all->paced_us;
	size_t first = random32(all) % all->npaced;

	(void)fd;
	(void)what;
	all->paced_us = now;
	/* Nothing that is done here lists another. */
	for (size_t i = 0; i < all->npaced; i++) {
		struct conn **at = &all->paced[(first + i) % all->npaced];

		if (!serve(*at, now, elapsed))
			*at = NULL;
	}
	close_ranks(all);
	if (all->npaced > 0)
		event_add(&all->pace, &tick);
}

void
conns_pace_wake(struct conns *all)
{
	if (all->npaced > 0 && !evtimer_pending(&all->pace, NULL))
		event_add(&all->pace, &tick);
}

int
conns_pace_init(struct conns *all)
{
	all->random = (uint32_t)clock_us() | 1;
	return event_assign(&all->pace, all->base, -1, 0, on_tick, all) == 0
		   ? 0
		   : -EINVAL;
}

void
conns_pace_free(struct conns *all)
{
	event_del(&all->pace);
	for (size_t i = 0; i < all->npaced; i++) {
		all->paced[i]->flags &= (uint16_t)~CONN_LISTED;
		conn_release(all->paced[i]);
	}
	free(all->paced);
}
