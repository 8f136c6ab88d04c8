/* What limits say to a conn's wishes; net/conn.h. */

#include "base/clock.h"
#include "base/log.h"
#include "net/conn.h"

static void
count(struct metrics *m, enum denial denial)
{
	switch (denial) {
#define DENIAL(id, text)                         \
	case DENIAL_##id:                        \
		metrics_add(&m->denied_##id, 1); \
		break;
#include "net/denial.def"
	case DENIAL_NONE:
		break;
	}
}

static void
tell(const struct conn *c, enum denial denial)
{
	static const char *const texts[] = {
#define DENIAL(id, text) [DENIAL_##id] = text,
#include "net/denial.def"
	};
	char tag[CONN_TAG], from[ADDR_TEXT];

	if (!log_wanted(LOG_LEVEL_DEBUG))
		return;
	conn_tag(c, tag);
	(void)addr_print(&c->client, from);
	log_line(LOG_LEVEL_DEBUG, tag, "denied", "client=%s limit=\"%s\"", from,
	    texts[denial]);
}

/* ---- when it comes */

/*
 * Of those over a limit so many a second, of each address, are let in to be
 * told (REP 02); the others are closed without a word, so that a flood holds
 * next to nothing.
 */
enum { TOLD_PER_SECOND = 10 };

/* Whom they are told for paces on its own. */
static bool
may_be_told(struct origins *o, uint64_t key)
{
	return origins_pace(o, ~key, TOLD_PER_SECOND, clock_us());
}

struct admission
conn_admit(struct conns *all, const struct addr *client)
{
	const struct policy_limits *l = &all->policy->limits;
	struct origins *o = all->shared->origins;
	struct admission a = { .denial = DENIAL_NONE };
	enum origins_enter entered = ORIGINS_UNCOUNTED;
	uint64_t key;

	if ((l->max_sessions_per_address | l->connections_per_second) == 0 ||
	    o == NULL)
		return a;
	key = origins_key(client);
	if (l->connections_per_second != 0 &&
	    !origins_pace(o, key, l->connections_per_second, clock_us()))
		a.denial = DENIAL_rate;
	else if (l->max_sessions_per_address != 0)
		entered = origins_enter(o, key, l->max_sessions_per_address);
	if (entered == ORIGINS_FULL)
		a.denial = DENIAL_address;
	a.counted = entered == ORIGINS_ENTERED;
	a.away = a.denial != DENIAL_NONE && !may_be_told(o, key);
	if (a.away)
		count(all->metrics, (enum denial)a.denial);
	return a;
}

void
conns_count_all(struct conns *all)
{
	struct conn *c;

	for (size_t i = 0; i < SESSION_NLIMITS; i++)
		TAILQ_FOREACH (c, &all->lists[i], order)
			if (!(c->flags & CONN_COUNTED) &&
			    origins_enter(all->shared->origins,
				origins_key(&c->client), 0) == ORIGINS_ENTERED)
				c->flags |= CONN_COUNTED;
}

/* ---- when it asks */

/* What was decided when it came or logged in, or what its account says now. */
static enum denial
decide(const struct conn *c)
{
	const struct account_live *live = conn_live(c);

	if (c->u.hs.denial != DENIAL_NONE)
		return (enum denial)c->u.hs.denial;
	if (live == NULL)
		return DENIAL_NONE;
	if (account_limit(live, COLUMN_expires) != 0 &&
	    account_is_expired(live, clock_wall_us() / 1000000))
		return DENIAL_expired;
	return account_is_spent(live) ? DENIAL_quota : DENIAL_NONE;
}

bool
conn_is_limited(struct conn *c)
{
	enum denial denial = decide(c);

	if (denial == DENIAL_NONE)
		return false;
	count(c->all->metrics, denial);
	tell(c, denial);
	return true;
}

void
conn_spend(struct conn *c)
{
	struct account_live *live = conn_live(c);

	if (account_limit(live, COLUMN_quota) == 0 || !account_is_spent(live) ||
	    atomic_exchange_explicit(&live->spent, true, memory_order_relaxed))
		return;
	/* Without room in main's box it is told a second later. */
	if (mail_post_number(
		c->all->main, MAIL_SPENT, c->all->index, live->id) != 0)
		atomic_store_explicit(
		    &live->spent, false, memory_order_relaxed);
}
