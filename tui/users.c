#include "tui/users.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/idn.h"
#include "tui/match.h"
#include "tui/unit.h"
#include "tui/utf8.h"

enum {
	COLUMNS = 3,
	RATE_STILL = 2500, /* in ms: who moved nothing for that long is still */
};

static const char *const column_names[COLUMNS + 1] = { "name", "role", "state",
	NULL };

static int
compare_names(const struct layout_text *a, const struct layout_text *b)
{
	size_t n = a->len < b->len ? a->len : b->len;
	int d = memcmp(a->bytes, b->bytes, n);

	return d != 0 ? d : (int)a->len - (int)b->len;
}

static int
by_name(const void *a, const void *b)
{
	const struct user *x = a, *y = b;

	return compare_names(&x->name, &y->name);
}

struct user *
users_find(const struct users *u, const struct layout_text *name)
{
	size_t low = 0, high = u->page.n;

	while (low < high) {
		size_t middle = (low + high) / 2;
		int d = compare_names(&u->page.all[middle].name, name);

		if (d == 0)
			return &u->page.all[middle];
		if (d < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

/* ---- heard */

static bool
reserve(struct users_page *p, size_t n)
{
	size_t room = p->room == 0 ? 16 : p->room;
	struct user *all;

	if (n > USERS_MOST)
		return false;
	while (room < n)
		room *= 2;
	if (room == p->room)
		return true;
	all = realloc(p->all, room * sizeof *all);
	if (all == NULL)
		return false;
	p->all = all;
	p->room = room;
	return true;
}

static struct user *
next(struct users *u, const struct layout_text *name, const struct user *old)
{
	struct user *one = &u->next.all[u->next.n++];

	if (old != NULL) {
		*one = *old;
		return one;
	}
	*one = (struct user){
		.name = *name,
		.sessions = -1,
		.role = -1,
		.enabled = -1,
		.up_rate = NAN,
		.down_rate = NAN,
	};
	(void)utf8_safe(one->shown, sizeof one->shown, name->bytes, name->len);
	return one;
}

void
users_begin(struct users *u)
{
	u->next.n = 0;
	u->next.cut = false;
}

/* How many of n more there is room for. */
static size_t
room_for(struct users_page *p, size_t n)
{
	size_t left = USERS_MOST - p->n, fit = n < left ? n : left;

	if (!reserve(p, p->n + fit))
		fit = 0;
	p->cut |= fit < n;
	return fit;
}

void
users_add_names(struct users *u, const struct admin_user_row *rows, size_t n)
{
	n = room_for(&u->next, n);
	for (size_t i = 0; i < n; i++)
		(void)next(u, &rows[i].name, users_find(u, &rows[i].name));
}

/*
 * The daemon adds up what accounts moved once a second: two readings closer
 * than that, or of the same sum, would show nothing, then twice as much.
 */
static void
measure(struct user *one, const struct admin_account *a, uint64_t now)
{
	uint64_t ms = now > one->since ? now - one->since : 0;
	bool moved = a->up != one->up_then || a->down != one->down_then;

	if (one->whole && (ms < RATE_OVER || (!moved && ms < RATE_STILL)))
		return;
	if (one->whole) {
		one->up_rate = unit_growth(one->up_then, a->up, ms);
		one->down_rate = unit_growth(one->down_then, a->down, ms);
	}
	one->since = now;
	one->up_then = a->up;
	one->down_then = a->down;
}

static void
fill(struct user *one, const struct admin_account *a, uint64_t now)
{
	measure(one, a, now);
	one->whole = true;
	one->sessions = (int64_t)a->sessions;
	one->role = (int)a->role;
	one->enabled = (int)a->enabled;
	one->opened = a->opened;
	one->up = a->up;
	one->down = a->down;
	one->last = a->last;
	one->created = a->created;
	one->revision = a->revision;
	one->max_sessions = a->max_sessions;
	one->most_up = a->rate_up;
	one->most_down = a->rate_down;
	one->quota = a->quota;
	one->used = a->used;
	one->expires = a->expires;
	one->auth_failed = a->auth_failed;
	one->udp_up = a->udp_up;
	one->udp_down = a->udp_down;
	(void)utf8_safe(one->own, sizeof one->own, a->own.bytes, a->own.len);
	(void)idn_safe(
	    one->target, sizeof one->target, a->target.bytes, a->target.len);
}

void
users_add(
    struct users *u, const struct admin_account *rows, size_t n, uint64_t now)
{
	n = room_for(&u->next, n);
	for (size_t i = 0; i < n; i++)
		fill(next(u, &rows[i].name, users_find(u, &rows[i].name)),
		    &rows[i], now);
}

static void
sort_page(struct users_page *p)
{
	bool sorted = true;

	for (size_t i = 1; i < p->n && sorted; i++)
		sorted = by_name(&p->all[i - 1], &p->all[i]) < 0;
	if (!sorted)
		qsort(p->all, p->n, sizeof *p->all, by_name);
}

void
users_end(struct users *u)
{
	struct users_page old = u->page;

	sort_page(&u->next);
	u->page = u->next;
	u->next = old;
	u->order.n = 0;
	u->listed = true;
	u->marked = 0;
	for (size_t i = 0; i < u->page.n; i++)
		u->marked += u->page.all[i].marked;
}

int
users_insert(struct users *u, const struct layout_text *name)
{
	if (users_find(u, name) != NULL)
		return 0;
	u->next.n = 0;
	u->next.cut = u->page.cut;
	if (!reserve(&u->next, u->page.n + 1))
		return -ENOMEM;
	for (size_t i = 0; i < u->page.n; i++)
		(void)next(u, name, &u->page.all[i]);
	(void)next(u, name, NULL);
	users_end(u);
	return 0;
}

/* ---- shown */

static double
known(double rate)
{
	return isnan(rate) ? 0 : rate;
}

static uint64_t
key_of(const struct user *one, enum users_sort sort)
{
	switch (sort) {
	case USERS_SESSIONS:
		return ~(uint64_t)(one->sessions + 1);
	case USERS_RATE:
		return ~order_number(
		    known(one->up_rate) + known(one->down_rate));
	case USERS_TRAFFIC:
		return ~(one->up + one->down);
	case USERS_LAST:
		return ~one->last;
	case USERS_ROLE:
		return one->role == ROLE_ADMIN      ? 0
		       : one->role == ROLE_OBSERVER ? 1
						    : 2;
	case USERS_ENABLED:
		return one->enabled != 0;
	case USERS_FAILED:
		return ~one->auth_failed;
	case USERS_NAME:
	case USERS_SORTS:
		break;
	}
	return 0; /* the page's own order */
}

struct tie {
	const struct users *u;
	bool reverse;
};

static int
tie(const void *ctx, uint32_t a, uint32_t b)
{
	const struct tie *t = ctx;
	int d = a < b ? -1 : a > b;

	return t->reverse ? -d : d;
}

static void
texts_of(const struct user *one, const char *texts[COLUMNS])
{
	static const char *const roles[] = { "regular", "admin", "observer" };

	texts[0] = one->shown;
	texts[1] = one->role >= 0 && one->role < 3 ? roles[one->role] : "";
	texts[2] = one->enabled == 0 ? "off" : one->enabled > 0 ? "on" : "";
}

void
users_arrange(
    struct users *u, enum users_sort sort, bool reverse, const char *filter)
{
	struct match match;
	struct tie by = { u, reverse && sort == USERS_NAME };
	const char *texts[COLUMNS];

	match_read(&match, filter, column_names);
	if (!order_begin(&u->order, u->page.n))
		return;
	for (size_t i = 0; i < u->page.n; i++) {
		texts_of(&u->page.all[i], texts);
		if (match_row(&match, texts, COLUMNS))
			order_add(&u->order, key_of(&u->page.all[i], sort),
			    (uint32_t)i);
	}
	order_sort(&u->order, reverse, tie, &by);
}

struct user *
users_row(const struct users *u, int row)
{
	long at = order_at(&u->order, row);

	return at < 0 ? NULL : &u->page.all[at];
}

size_t
users_hidden(const struct users *u)
{
	size_t n = u->marked;

	for (size_t i = 0; n > 0 && i < u->order.n; i++)
		n -= u->page.all[u->order.all[i].at].marked;
	return n;
}

int
users_place(const struct users *u, const struct layout_text *name)
{
	const struct user *one = users_find(u, name);

	if (one == NULL)
		return -1;
	return order_place(&u->order, (size_t)(one - u->page.all));
}

bool
users_has(const struct users *u, int row, const char *word)
{
	const struct user *one = users_row(u, row);

	return one != NULL && match_has(one->shown, word);
}

void
users_free(struct users *u)
{
	free(u->page.all);
	free(u->next.all);
	order_free(&u->order);
	*u = (struct users){ 0 };
}

static bool
before(const struct user *a, const struct user *b)
{
	double x = known(a->up_rate) + known(a->down_rate);
	double y = known(b->up_rate) + known(b->down_rate);

	return x > y || (!(x < y) && a->sessions > b->sessions);
}

size_t
users_top(const struct users *u, const struct user **top, size_t n)
{
	size_t have = 0;

	for (size_t i = 0; i < u->page.n; i++) {
		const struct user *one = &u->page.all[i];
		size_t at;

		if (one->sessions <= 0)
			continue;
		at = have < n ? have++ : n;
		for (; at > 0 && before(one, top[at - 1]); at--)
			if (at < n)
				top[at] = top[at - 1];
		if (at < n)
			top[at] = one;
	}
	return have;
}
