#include "net/conn.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"

/* ---- opening */

static void
count_peak(struct worker_shared *shared)
{
	uint64_t now = atomic_load(&shared->sessions);
	uint64_t peak = atomic_load(&shared->peak);

	while (now > peak &&
	       !atomic_compare_exchange_weak(&shared->peak, &peak, now))
		;
}

static struct conn *
conn_of(struct end *e)
{
	return (
	    struct conn *)((char *)(e - e->side) - offsetof(struct conn, ends));
}

/*
 * An end whose octets the other does not take is not read. What is heard of it
 * may be a reset: silent two seconds from now, it is looked at.
 */
static void
heed(struct conn *c)
{
	if (relay_is_blocked(&c->u.relay, c->ends))
		conn_touch(c);
}

static void
on_client(struct end *e)
{
	struct conn *c = conn_of(e);

	if (c->state == SESSION_RELAYING) {
		heed(c);
		conn_turn(c);
	} else {
		conn_talk(c);
	}
}

/* 0 or -errno. */
static int
make(struct conn **made, struct conns *all, int fd, const struct addr *client)
{
	struct conn *c = malloc(sizeof *c);
	int err;

	if (c == NULL)
		return -ENOMEM;
	memset(&c->u, 0, sizeof *c - offsetof(struct conn, u));
	end_init(&c->ends[CLIENT], CLIENT);
	end_init(&c->ends[TARGET], TARGET);
	c->all = all;
	c->client = *client;
	c->u.hs.came_us = clock_us();
	session_begin(&c->u.hs.session, all->policy->limits.auth_required);
	err = end_watch(&c->ends[CLIENT], all->watch, fd, on_client);
	if (err == 0)
		*made = c;
	else
		free(c);
	return err;
}

static void
turn_away(struct conns *all, int fd, const struct addr *client, bool counted)
{
	close(fd);
	if (counted)
		origins_leave(all->shared->origins, origins_key(client));
	atomic_fetch_sub(&all->shared->sessions, 1);
}

int
conn_open(struct conns *all, int fd, const struct addr *client)
{
	struct admission admission = conn_admit(all, client);
	struct conn *c = NULL;
	int err = admission.away ? 0 : make(&c, all, fd, client);

	if (c == NULL) {
		turn_away(all, fd, client, admission.counted);
		return err;
	}
	c->u.hs.denial = admission.denial;
	if (admission.counted)
		c->flags |= CONN_COUNTED;
	c->id = (uint64_t)all->now << 32 |
		(uint64_t)(++all->last_number & 0xffffff) << 8 | all->index;
	c->last = all->now;
	c->state = SESSION_GREETING;
	TAILQ_INSERT_TAIL(
	    &all->lists[session_states[c->state].limit], c, order);
	if (all->count++ == 0)
		all->came(all->arg);
	count_peak(all->shared);
	metrics_add(&all->metrics->accepted, 1);
	metrics_add(&all->metrics->sessions, 1);
	metrics_add(&all->metrics->handshaking, 1);
	/* A fresh socket has room, and its first bytes have woken us. */
	c->ends[CLIENT].can = END_READ | END_WRITE;
	conn_talk(c);
	return 0;
}

/* ---- time */

struct conn_list *
conn_list(const struct conn *c)
{
	if (c->flags & CONN_DOOMED)
		return &c->all->doomed;
	return &c->all->lists[session_states[c->state].limit];
}

/* Sessions in its state are n more, or, as unsigned numbers go, fewer. */
static void
count_state(const struct conn *c, uint64_t n)
{
	struct metrics *m = c->all->metrics;

	switch ((enum session_state)c->state) {
#define STATE(id, counter, ...)              \
	case SESSION_##id:                   \
		metrics_add(&m->counter, n); \
		break;
#include "core/session.def"
	case SESSION_NSTATES:
		break;
	}
}

void
conn_enter(struct conn *c, enum session_state state)
{
	struct conn_list *before = conn_list(c);

	if (c->state == state)
		return;
	count_state(c, (uint64_t)-1);
	c->state = (uint8_t)state;
	count_state(c, 1);
	if (conn_list(c) == before)
		return; /* the limit goes on */
	TAILQ_REMOVE(before, c, order);
	TAILQ_INSERT_TAIL(conn_list(c), c, order);
	c->last = c->all->now;
}

/* The list moves at most once a second for each conn. */
void
conn_touch(struct conn *c)
{
	if (c->last == c->all->now)
		return;
	c->last = c->all->now;
	TAILQ_REMOVE(conn_list(c), c, order);
	TAILQ_INSERT_TAIL(conn_list(c), c, order);
}

/* ---- relaying */

static struct pump_how
how(struct conn *c)
{
	return (struct pump_how){
		.stock = &c->all->stock,
		.metrics = c->all->metrics,
		.buffer = c->all->policy->limits.buffer_size,
		.tap = c->flags & CONN_READ ? conn_dissect_tap : NULL,
		.tap_blind = conn_dissect_blind,
		.tap_arg = c,
	};
}

static enum access_why
why_of(enum relay_end by)
{
	switch (by) {
	case RELAY_BY_FIRST:
		return ACCESS_CLIENT;
	case RELAY_BY_SECOND:
		return ACCESS_TARGET;
	default:
		return ACCESS_ERROR;
	}
}

static void
relay_turn(struct conn *c)
{
	struct relay *r = &c->u.relay;
	uint64_t up = r->pumps[CLIENT].total, down = r->pumps[TARGET].total;
	struct pump_how with = how(c);
	enum relay_turn turn = relay_step(r, &with, c->ends);
	enum relay_end by;

	conn_account_for(c, up, down);
	if (!(c->flags & CONN_ENDING) &&
	    (by = relay_ended_by(r)) != RELAY_LASTS) {
		c->flags |= CONN_ENDING;
		c->why = (uint8_t)why_of(by);
	}
	if (turn == RELAY_OVER)
		conn_close(c, (enum access_why)c->why);
	else if (turn == RELAY_AGAIN ||
		 (conn_is_paced(c) && conn_pace_again(c)))
		conns_queue(c->all, c);
}

void
conn_turn(struct conn *c)
{
	if (c->state == SESSION_ASSOCIATED)
		association_turn(c->u.udp);
	else
		relay_turn(c);
}

void
conn_on_target(struct end *e)
{
	struct conn *c = conn_of(e);

	if (c->state == SESSION_RELAYING) {
		heed(c);
		relay_turn(c);
	} else if (c->state == SESSION_DIALING) {
		dial_ready(c->u.hs.dial);
	}
}

void
conn_relay(struct conn *c)
{
	const struct policy_limits *limits = &c->all->policy->limits;
	uint8_t *early = c->u.hs.bytes;
	uint32_t len = c->u.hs.have;
	struct pump_how with;
	int err = 0;

	with = how(c);
	/* The relay takes the handshake's place. */
	relay_init(&c->u.relay,
	    limits->splice ? stock_pipe_size(limits->pipe_size) : 0);
	conn_pace(c);
	c->ends[TARGET].can |= END_WRITE;
	if (limits->dissector)
		conn_dissect(c, early, len);
	if (len > 0)
		err =
		    pump_preload(&c->u.relay.pumps[CLIENT], &with, early, len);
	free(early);
	if (err != 0)
		conn_close(c, ACCESS_ERROR);
	else
		relay_turn(c);
}

/* ---- closing */

static void
stop(struct conn *c)
{
	bool datagrams = c->state == SESSION_ASSOCIATED;

	if (c->state != SESSION_RELAYING && !datagrams) {
		conn_leave_account(c);
		conn_end_talk(c->all, &c->u.hs);
		end_close(&c->ends[CLIENT]);
		end_close(&c->ends[TARGET]);
		return;
	}
	if (c->flags & CONN_READ)
		conn_dissect_end(c);
	conn_tell(c, NEWS_CLOSED);
	conn_log_access(c, ACCESS_CLOSE);
	conn_settle(c);
	conn_pace_end(c);
	conn_leave_account(c);
	if (datagrams) {
		metrics_sub(&c->all->metrics->associations, 1);
		conn_dissociate(c->all, c->u.udp);
		end_close(&c->ends[CLIENT]);
	} else {
		relay_close(&c->u.relay, &c->all->stock, c->ends);
	}
}

void
conn_release(struct conn *c)
{
	if (!(c->flags & (CONN_QUEUED | CONN_LISTED)))
		free(c);
}

void
conn_close(struct conn *c, enum access_why why)
{
	struct conns *all = c->all;

	c->why = (uint8_t)why;
	TAILQ_REMOVE(conn_list(c), c, order);
	count_state(c, (uint64_t)-1);
	stop(c);
	free(c->names);
	c->names = NULL;
	if (c->flags & CONN_COUNTED)
		origins_leave(all->shared->origins, origins_key(&c->client));
	all->count--;
	metrics_sub(&all->metrics->sessions, 1);
	atomic_fetch_sub(&all->shared->sessions, 1);
	c->flags |= CONN_GONE;
	/* It cannot be both: only relays are queued. */
	if (c->flags & CONN_ASKED)
		TAILQ_INSERT_TAIL(&all->gone, c, order);
	else
		conn_release(c);
	all->left(all->arg);
}

/* ---- the access log */

void
conn_describe(const struct conn *c, struct access *a, char ip[ADDR_TEXT])
{
	const struct names *names = c->names;

	a->client = &c->client;
	a->port = c->dialled.port;
	a->rep = c->rep;
	if (names != NULL && names->user_len > 0) {
		a->user = names->text;
		a->user_len = names->user_len;
	}
	if (names != NULL && names->target_len > 0) {
		a->target = names->text + names->user_len;
		a->target_len = names->target_len;
	} else {
		a->target = ip;
		a->target_len = addr_ip(&c->dialled, ip);
	}
}

void
conn_log_access(struct conn *c, enum access_event event)
{
	const struct policy_limits *limits = &c->all->policy->limits;
	char line[ACCESS_LINE], ip[ADDR_TEXT];
	struct access a = { .event = event, .wall_us = clock_wall_us() };

	if (!limits->access_log)
		return;
	conn_describe(c, &a, ip);
	if (event == ACCESS_CLOSE) {
		a.up = conn_passed(c, CLIENT);
		a.down = conn_passed(c, TARGET);
		a.seconds = clock_s() - conn_start(c);
		a.why = (enum access_why)c->why;
	}
	log_access(
	    line, access_line(line, &c->all->clock, &a, limits->access_json));
}
