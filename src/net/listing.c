#include "net/listing.h"

#include <stdlib.h>
#include <string.h>

#include "base/coarse.h"
#include "net/conn.h"

/* ---- who */

struct user {
	const char *name;
	size_t len; /* 0: nobody */
};

/* By the name it has now: accounts are renamed while they have sessions. */
static struct user
user_of(const struct conn *c)
{
	const struct account_live *live = conn_live(c);
	const struct account *a = NULL;

	if (live != NULL)
		a = accounts_find_id(c->all->policy->accounts, live->id);
	if (a != NULL)
		return (struct user){ a->name, a->name_len };
	if (c->names != NULL)
		return (struct user){ c->names->text, c->names->user_len };
	return (struct user){ "", 0 };
}

/* ---- which */

static bool
is_wanted(const struct listing_ask *ask, const struct conn *c)
{
	struct filter_subject subject = {
		.client = &c->client,
		.dialled = &c->dialled,
		.state = session_states[c->state].name,
	};
	const struct account_live *live = conn_live(c);
	struct user user;

	if (ask->account != 0 && (live == NULL || live->id != ask->account))
		return false;
	if (ask->filter.count == 0)
		return true;
	user = user_of(c);
	subject.user = user.name;
	subject.user_len = user.len;
	if (c->names != NULL) {
		subject.target = c->names->text + c->names->user_len;
		subject.target_len = c->names->target_len;
	}
	return filter_fits(&ask->filter, &subject);
}

static uint64_t
rate(const struct conn *c, size_t way)
{
	return coarse_value(c->rate[way]);
}

/* Times as they do not change with time. */
static uint64_t
key_of(const struct conn *c, enum listing_sort sort)
{
	switch (sort) {
	case LISTING_BY_AGE:
		return UINT32_MAX - conn_start(c);
	case LISTING_BY_IDLE:
		return UINT32_MAX - c->last;
	case LISTING_BY_UP:
		return conn_passed(c, CLIENT);
	case LISTING_BY_DOWN:
		return conn_passed(c, TARGET);
	case LISTING_BY_RATE:
		return rate(c, CLIENT) + rate(c, TARGET);
	default:
		return 0;
	}
}

/* ---- a page: the first LISTING_ROWS of those behind the last one */

struct pick {
	uint64_t key, id;
	const struct conn *conn;
};

/* A heap whose first is the last in order, and goes when a better one comes. */
struct choice {
	size_t count;
	bool more;
	struct pick picks[LISTING_ROWS];
};

static bool
is_before(const struct pick *a, const struct pick *b)
{
	return listing_before(a->key, a->id, b->key, b->id);
}

static void
sink(struct choice *choice, struct pick p)
{
	size_t at = 0, child;

	while ((child = 2 * at + 1) < choice->count) {
		if (child + 1 < choice->count &&
		    is_before(&choice->picks[child], &choice->picks[child + 1]))
			child++;
		if (!is_before(&p, &choice->picks[child]))
			break;
		choice->picks[at] = choice->picks[child];
		at = child;
	}
	choice->picks[at] = p;
}

static void
rise(struct choice *choice, struct pick p)
{
	size_t at = choice->count++, parent;

	for (; at > 0; at = parent) {
		parent = (at - 1) / 2;
		if (!is_before(&choice->picks[parent], &p))
			break;
		choice->picks[at] = choice->picks[parent];
	}
	choice->picks[at] = p;
}

/* The costly question comes last. */
static void
consider(
    struct choice *choice, const struct listing_ask *ask, const struct conn *c)
{
	struct pick p = { key_of(c, ask->sort), c->id, c };
	bool full = choice->count == LISTING_ROWS;

	if (ask->after != 0 &&
	    !listing_before(ask->after_key, ask->after, p.key, p.id))
		return;
	if (full && choice->more && !is_before(&p, &choice->picks[0]))
		return;
	if (!is_wanted(ask, c))
		return;
	choice->more = full;
	if (!full)
		rise(choice, p);
	else if (is_before(&p, &choice->picks[0]))
		sink(choice, p);
}

static int
compare(const void *a, const void *b)
{
	return is_before(a, b) ? -1 : 1;
}

/* ---- rows */

static uint32_t
since(const struct conns *all, uint32_t then)
{
	return all->now > then ? all->now - then : 0;
}

static void
fill_names(struct listed *row, const struct conn *c)
{
	const struct names *names = c->names;
	struct user user = user_of(c);

	row->user_len = (uint8_t)user.len;
	memcpy(row->user, user.name, user.len);
	row->target_len = names->target_len;
	memcpy(row->target, names->text + names->user_len, names->target_len);
}

static uint8_t
command_of(const struct conn *c)
{
	switch ((enum session_state)c->state) {
	case SESSION_DIALING:
		return SOCKS_CONNECT;
	case SESSION_BINDING:
	case SESSION_AWAITING:
		return SOCKS_BIND;
	case SESSION_ASSOCIATING:
	case SESSION_ASSOCIATED:
		return SOCKS_ASSOCIATE;
	case SESSION_RELAYING:
		return c->flags & CONN_CALLED ? SOCKS_BIND : SOCKS_CONNECT;
	default:
		return 0;
	}
}

void
listing_row(struct listed *row, const struct conn *c, bool octets)
{
	*row = (struct listed){
		.id = c->id,
		.state = c->state,
		.client = c->client,
		.dialled = c->dialled,
		.age = since(c->all, conn_start(c)),
		.idle = since(c->all, c->last),
		.up_rate = rate(c, CLIENT),
		.down_rate = rate(c, TARGET),
		.command = command_of(c),
		.handshake = coarse_value(c->ends[CLIENT].took),
		.login = c->names != NULL ? coarse_value(c->names->login) : 0,
		.resolve = coarse_value(c->resolve),
		.connect = coarse_value(c->ends[TARGET].took),
	};
	if (octets) {
		row->up = conn_passed(c, CLIENT);
		row->down = conn_passed(c, TARGET);
	}
	if (c->names != NULL)
		fill_names(row, c);
}

static void
fill_page(struct listing *page, const struct conns *all)
{
	struct choice choice = { 0 };
	const struct conn *c;

	for (size_t i = 0; i < SESSION_NLIMITS; i++)
		TAILQ_FOREACH (c, &all->lists[i], order)
			consider(&choice, &page->ask, c);
	qsort(choice.picks, choice.count, sizeof *choice.picks, compare);
	for (size_t i = 0; i < choice.count; i++) {
		listing_row(&page->rows[i], choice.picks[i].conn, true);
		page->rows[i].key = choice.picks[i].key;
	}
	page->more = choice.more;
	page->count = choice.count;
}

static void
close_all(struct listing *page, struct conns *all)
{
	struct conn *c, *next;

	for (size_t i = 0; i < SESSION_NLIMITS; i++)
		for (c = TAILQ_FIRST(&all->lists[i]); c != NULL; c = next) {
			next = TAILQ_NEXT(c, order);
			if (!is_wanted(&page->ask, c))
				continue;
			conn_doom(c, ACCESS_KILLED);
			page->count++;
		}
}

void
listing_fill(struct listing *page, struct conns *all)
{
	page->count = 0;
	page->more = false;
	if (page->ask.close)
		close_all(page, all);
	else
		fill_page(page, all);
}
