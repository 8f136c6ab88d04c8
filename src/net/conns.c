#include "net/conn.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"

enum {
	VERDICT_SECONDS = 60, /* a throttled login waits for its turn */
	LINGER_SECONDS = 8,   /* with the sweep's grain below 10 */
	SILENT_SECONDS = 2,   /* see look_again() */
};

static const struct timeval at_once = { 0, 0 };

/* Those that are queued again meanwhile have their turn after the others. */
static void
on_requeue(evutil_socket_t fd, short what, void *arg)
{
	struct conns *all = arg;
	size_t n = all->nready;

	(void)fd;
	(void)what;
	for (size_t i = 0; i < n; i++) {
		struct conn *c = all->ready[i];

		c->flags &= (uint16_t)~CONN_QUEUED;
		if (!(c->flags & CONN_GONE))
			conn_turn(c);
		else
			conn_release(c);
	}
	all->nready -= n;
	if (all->nready == 0)
		return;
	memmove(all->ready, all->ready + n, all->nready * sizeof *all->ready);
	event_add(&all->requeue, &at_once);
}

static bool
make_room(struct conns *all)
{
	size_t room = all->ready_room == 0 ? 64 : 2 * all->ready_room;
	struct conn **ready;

	if (all->nready < all->ready_room)
		return true;
	ready = realloc(all->ready, room * sizeof *ready);
	if (ready == NULL)
		return false;
	all->ready = ready;
	all->ready_room = room;
	return true;
}

/*
 * Through a zero timeout: event_active() from a callback would run again before
 * the next look at the descriptors, and starve all others.
 */
void
conns_queue(struct conns *all, struct conn *c)
{
	if (c->flags & CONN_QUEUED)
		return;
	if (!make_room(all)) {
		conn_close(c, ACCESS_ERROR);
		return;
	}
	if (all->nready == 0)
		event_add(&all->requeue, &at_once);
	c->flags |= CONN_QUEUED;
	all->ready[all->nready++] = c;
}

int
conns_init(struct conns *all)
{
	for (size_t i = 0; i < SESSION_NLIMITS; i++)
		TAILQ_INIT(&all->lists[i]);
	TAILQ_INIT(&all->gone);
	all->now = all->swept = clock_s();
	all->clock.second = -1;
	all->desk.base = all->base;
	all->desk.metrics = all->metrics;
	all->desk.now = &all->now;
	udp_desk_init(&all->desk);
	stock_init(&all->stock, &all->shared->pipe_pages);
	if (news_init(&all->news, all->base, all->main, all->index) != 0)
		return -EINVAL;
	if (event_assign(&all->requeue, all->base, -1, 0, on_requeue, all) != 0)
		return -EINVAL;
	if (conns_doom_init(all) != 0 || conns_pace_init(all) != 0)
		return -EINVAL;
	/* Last: what fails before has nothing to free. */
	all->watch = watch_new(all->base);
	return all->watch != NULL ? 0 : -errno;
}

static void
use_resolver(struct conns *all, const struct policy *policy)
{
	int err = 0;

	resolver_prefer(
	    all->resolver, (enum setting_prefer)policy->limits.prefer);
	if (all->policy != NULL && all->policy->reloads != policy->reloads)
		err = resolver_reload(all->resolver);
	if (err != 0)
		log_warn("worker", "cannot read resolv.conf",
		    "worker=%u error=\"%s\"; the servers stay the same",
		    all->index, strerror(-err));
}

/* Reading ends at once, in relays under way too. */
static void
read_no_more(struct conns *all)
{
	struct conn *c;

	TAILQ_FOREACH (c, &all->lists[LIMIT_IDLE], order)
		if (c->flags & CONN_READ)
			conn_dissect_drop(c);
}

void
conns_use(struct conns *all, struct policy *policy)
{
	const struct policy_limits *limits = &policy->limits;

	if (all->resolver != NULL)
		use_resolver(all, policy);
	/* Who came before there was a limit counts from now on. */
	if (all->policy != NULL && all->shared->origins != NULL &&
	    all->policy->limits.max_sessions_per_address == 0 &&
	    limits->max_sessions_per_address != 0)
		conns_count_all(all);
	all->policy = policy;
	if (!limits->dissector && all->reads > 0)
		read_no_more(all);
	all->desk.way = &policy->limits.way;
	stock_prefer(&all->stock, STOCK_COPY, limits->buffer_size);
	stock_prefer(
	    &all->stock, STOCK_SPLICE, stock_pipe_size(limits->pipe_size));
}

void
conns_free(struct conns *all)
{
	struct conn *c;

	conns_clear(all, ACCESS_SHUTDOWN);
	on_requeue(-1, 0, all);
	while ((c = TAILQ_FIRST(&all->gone)) != NULL) {
		TAILQ_REMOVE(&all->gone, c, order);
		free(c);
	}
	event_del(&all->requeue);
	event_del(&all->doom);
	watch_free(all->watch);
	news_free(&all->news);
	free(all->ready);
	conns_pace_free(all);
	uses_post(&all->uses, all->main, all->index);
	uses_free(&all->uses);
	finds_post(&all->finds, all->main, all->index);
	finds_free(&all->finds);
	stock_clear(&all->stock);
}

/* ---- letters */

void
conns_verdict(struct conns *all, struct login *login)
{
	struct conn *c = login->asker;

	c->flags &= (uint16_t)~CONN_ASKED;
	if (c->flags & CONN_GONE) {
		TAILQ_REMOVE(&all->gone, c, order);
		free(c);
	} else {
		conn_answer_login(c, login);
	}
	login_free(login);
}

/* ---- time */

/* Seconds a conn may stay in the list; 0: as long as it likes. */
static uint32_t
limit_of(const struct conns *all, enum session_limit limit)
{
	const struct policy_limits *limits = &all->policy->limits;

	switch (limit) {
	case LIMIT_HANDSHAKE:
		return limits->handshake_timeout;
	case LIMIT_VERDICT:
		return VERDICT_SECONDS;
	case LIMIT_CONNECT:
		return limits->connect_timeout;
	case LIMIT_BIND:
		return limits->bind_timeout;
	case LIMIT_IDLE:
	case LIMIT_QUIET:
		return limits->cleanup ? limits->connection_timeout : 0;
	default:
		return LINGER_SECONDS;
	}
}

static void
expire(struct conn *c)
{
	if (c->state == SESSION_DIALING) {
		conn_dial_expired(c);
		return;
	}
	if (c->state == SESSION_BINDING || c->state == SESSION_AWAITING) {
		conn_bind_expired(c);
		return;
	}
	metrics_add(&c->all->metrics->timed_out, 1);
	conn_doom(
	    c, c->state == SESSION_RELAYING || c->state == SESSION_ASSOCIATED
		   ? ACCESS_IDLE
		   : ACCESS_LIMIT);
}

static void
expire_list(struct conns *all, enum session_limit limit)
{
	struct conn_list *list = &all->lists[limit];
	uint32_t most = limit_of(all, limit);
	struct conn *c;

	while (most != 0 && (c = TAILQ_FIRST(list)) != NULL &&
	       all->now - c->last > most)
		expire(c);
}

bool
conns_make_room(struct conns *all)
{
	static const enum session_limit lists[] = { LIMIT_LINGER,
		LIMIT_HANDSHAKE };

	for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
		struct conn *c = TAILQ_FIRST(&all->lists[lists[i]]);

		/* More than a second, as the clock has no parts of it. */
		if (c == NULL || all->now - c->last <= 1)
			continue;
		metrics_add(&all->metrics->crowded_out, 1);
		conn_close(c, ACCESS_LIMIT);
		return true;
	}
	return false;
}

/* One whose octets wait is not read, so nobody hears that it was reset. */
static void
look_again(struct conn *c)
{
	if (!relay_is_blocked(&c->u.relay, c->ends))
		return;
	relay_look(&c->u.relay, c->ends);
	conn_turn(c);
}

/* Those of one list, the most recently active first; those of `since` and
 * before were looked at. */
static void
settle_active(struct conns *all, enum session_limit limit)
{
	uint32_t since = all->swept - SILENT_SECONDS;
	uint32_t seconds = all->now - all->swept;
	struct conn *c = TAILQ_LAST(&all->lists[limit], conn_list), *before;

	for (; c != NULL && (int32_t)(c->last - since) > 0; c = before) {
		before = TAILQ_PREV(c, conn_list, order);
		conn_settle_tick(c, seconds);
		conn_pace(c);
		if (limit == LIMIT_IDLE && all->now - c->last >= SILENT_SECONDS)
			look_again(c);
	}
}

/* Those whose turn could not be asked for, as memory was out. */
static void
wake(struct conns *all)
{
	if (all->nready > 0)
		event_add(&all->requeue, &at_once);
	if (!TAILQ_EMPTY(&all->doomed))
		event_add(&all->doom, &at_once);
	conns_pace_wake(all);
}

void
conns_tick(struct conns *all, uint32_t now)
{
	all->now = now;
	settle_active(all, LIMIT_IDLE);
	settle_active(all, LIMIT_QUIET);
	udp_desk_tick(&all->desk, now);
	for (size_t i = 0; i < SESSION_NLIMITS; i++)
		expire_list(all, (enum session_limit)i);
	all->swept = all->now;
	uses_post(&all->uses, all->main, all->index);
	finds_tick(&all->finds, all->main, all->index);
	stock_trim(&all->stock);
	wake(all);
}
