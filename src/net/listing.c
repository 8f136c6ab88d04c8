#include "net/listing.h"

#include <string.h>

#include "net/conn.h"

/*
 * Those with the smallest ids, in order. The lists are nearly in that order, so
 * most of what does not belong here is greater than the last one.
 */
struct choice {
	size_t count;
	const struct conn *best[LISTING_ROWS];
};

static void
choose(struct choice *choice, struct listing *page, const struct conn *c)
{
	size_t at = choice->count;

	if (choice->count == LISTING_ROWS) {
		page->more = true;
		if (c->id > choice->best[LISTING_ROWS - 1]->id)
			return;
		at--;
	} else {
		choice->count++;
	}
	for (; at > 0 && choice->best[at - 1]->id > c->id; at--)
		choice->best[at] = choice->best[at - 1];
	choice->best[at] = c;
}

static bool
is_wanted(const struct listing *page, const struct conn *c)
{
	const struct account_live *live;

	if (c->id <= page->after)
		return false;
	if (page->account == 0)
		return true;
	live = conn_live(c);
	return live != NULL && live->id == page->account;
}

static uint32_t
since(const struct conns *all, uint32_t then)
{
	return all->now > then ? all->now - then : 0;
}

static void
fill_names(struct listed *row, const struct names *names)
{
	row->user_len = names->user_len;
	memcpy(row->user, names->text, names->user_len);
	row->target_len = names->target_len;
	memcpy(row->target, names->text + names->user_len, names->target_len);
}

static void
fill_octets(struct listed *row, const struct conn *c)
{
	if (c->state == SESSION_RELAYING) {
		row->up = c->u.relay.pumps[CLIENT].total;
		row->down = c->u.relay.pumps[TARGET].total;
	} else if (c->state == SESSION_ASSOCIATED) {
		row->up = association_up(c->u.udp);
		row->down = association_down(c->u.udp);
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
	};
	if (octets)
		fill_octets(row, c);
	if (c->names != NULL)
		fill_names(row, c->names);
}

void
listing_fill(struct listing *page, const struct conns *all)
{
	struct choice choice = { 0 };
	const struct conn *c;

	page->more = false;
	for (size_t i = 0; i < SESSION_NLIMITS; i++)
		TAILQ_FOREACH (c, &all->lists[i], order)
			if (is_wanted(page, c))
				choose(&choice, page, c);
	page->count = choice.count;
	for (size_t i = 0; i < choice.count; i++)
		listing_row(&page->rows[i], choice.best[i], true);
}
