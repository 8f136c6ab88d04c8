#include "tui/sessions.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tui/unit.h"

enum { SPARE_FROM = 1000 };

const char *
sessions_text(const struct sessions *s, uint32_t at)
{
	return texts_at(&s->page.texts, at);
}

/* ---- heard */

static struct session *
find(const struct sessions_page *p, uint64_t id)
{
	size_t low = 0, high = p->n;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (p->all[middle].id < id)
			low = middle + 1;
		else
			high = middle;
	}
	return low < p->n && p->all[low].id == id ? &p->all[low] : NULL;
}

struct session *
sessions_find(const struct sessions *s, uint64_t id)
{
	return find(&s->page, id);
}

void
sessions_begin(struct sessions *s)
{
	s->next.n = 0;
	s->next.texts.n = 0;
	s->next.raw.n = 0;
}

static float
larger(float a, float b)
{
	return isnan(a) || b > a ? b : a;
}

/* A list asked for between two polls is no time to measure over. */
static void
compare_with(struct session *now, const struct session *old)
{
	uint64_t ms = now->heard > old->since ? now->heard - old->since : 0;

	now->marked = old->marked;
	if (ms >= RATE_OVER) {
		now->up_rate = (float)unit_growth(old->up_then, now->up, ms);
		now->down_rate =
		    (float)unit_growth(old->down_then, now->down, ms);
	} else {
		now->up_rate = old->up_rate;
		now->down_rate = old->down_rate;
		now->since = old->since;
		now->up_then = old->up_then;
		now->down_then = old->down_then;
	}
	now->up_most = larger(old->up_most, now->up_rate);
	now->down_most = larger(old->down_most, now->down_rate);
}

/* A daemon that measures them itself knows rates better. */
static void
told_rates(struct session *now, const struct admin_live *row)
{
	if (row->up_rate == 0 && row->down_rate == 0)
		return;
	now->up_rate = (float)row->up_rate;
	now->down_rate = (float)row->down_rate;
	now->up_most = larger(now->up_most, now->up_rate);
	now->down_most = larger(now->down_most, now->down_rate);
}

/* The user as sent: a length in front of octets. */
static uint32_t
keep_raw(struct texts *t, const struct layout_text *name)
{
	size_t need = t->n + name->len + 2;
	char *all;

	if (need > t->room) {
		all = realloc(t->all, need * 2);
		if (all == NULL)
			return 0;
		t->all = all;
		t->room = need * 2;
	}
	if (t->n == 0)
		t->all[t->n++] = 0; /* place 0: no name */
	if (name->len == 0)
		return 0;
	t->all[t->n] = (char)name->len;
	memcpy(t->all + t->n + 1, name->bytes, name->len);
	t->n += (size_t)name->len + 1;
	return (uint32_t)(t->n - name->len - 1);
}

void
sessions_user(const struct sessions *s, const struct session *one,
    struct layout_text *name)
{
	const struct texts *t = &s->page.raw;

	*name = (struct layout_text){ 0 };
	if (one->raw > 0 && one->raw < t->n)
		layout_text_set(
		    name, t->all + one->raw + 1, (uint8_t)t->all[one->raw]);
}

static bool
reserve(struct sessions_page *p, size_t n)
{
	size_t room = p->room == 0 ? 256 : p->room;
	struct session *all;

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

static uint32_t
short_number(uint64_t n)
{
	return n < UINT32_MAX ? (uint32_t)n : UINT32_MAX;
}

static void
add(struct sessions *s, const struct admin_live *row, uint64_t now)
{
	struct sessions_page *p = &s->next;
	const struct session *old = find(&s->page, row->id);

	p->all[p->n] = (struct session){
		.id = row->id,
		.up = row->up,
		.down = row->down,
		.heard = now,
		.since = now,
		.up_then = row->up,
		.down_then = row->down,
		.up_rate = NAN,
		.down_rate = NAN,
		.up_most = NAN,
		.down_most = NAN,
		.age = short_number(row->age),
		.idle = short_number(row->idle),
		.user = texts_add(&p->texts, &row->user),
		.client = texts_add(&p->texts, &row->client),
		.target = texts_add_host(&p->texts, &row->target),
		.address = texts_add(&p->texts, &row->address),
		.state = texts_add(&p->texts, &row->state),
		.raw = keep_raw(&p->raw, &row->user),
		.handshake = short_number(row->handshake),
		.login = short_number(row->login),
		.resolve = short_number(row->resolve),
		.connect = short_number(row->connect),
		.command = (uint8_t)row->command,
	};
	if (old != NULL)
		compare_with(&p->all[p->n], old);
	told_rates(&p->all[p->n], row);
	p->n++;
}

void
sessions_add(
    struct sessions *s, const struct admin_live *rows, size_t n, uint64_t now)
{
	if (s->next.n + n > SESSIONS_MOST || !reserve(&s->next, s->next.n + n))
		return;
	for (size_t i = 0; i < n; i++)
		add(s, &rows[i], now);
}

static int
by_id(const void *a, const void *b)
{
	const struct session *x = a, *y = b;

	return x->id < y->id ? -1 : x->id > y->id;
}

/* A list whose order moved while it was read may have a row twice. */
static void
once_each(struct sessions_page *p)
{
	size_t n = 0;
	bool sorted = true;

	for (size_t i = 1; i < p->n && sorted; i++)
		sorted = p->all[i - 1].id < p->all[i].id;
	if (sorted)
		return;
	qsort(p->all, p->n, sizeof *p->all, by_id);
	for (size_t i = 0; i < p->n; i++)
		if (n == 0 || p->all[n - 1].id != p->all[i].id)
			p->all[n++] = p->all[i];
	p->n = n;
}

static void
page_free(struct sessions_page *p)
{
	free(p->all);
	texts_free(&p->texts);
	texts_free(&p->raw);
	*p = (struct sessions_page){ 0 };
}

/*
 * Between two readings of many rows only one of the lists is held, and no more
 * room than it takes.
 */
static void
spare(struct sessions *s)
{
	struct sessions_page *p = &s->page;
	struct session *all;

	if (p->n < SPARE_FROM)
		return;
	page_free(&s->next);
	all = realloc(p->all, p->n * sizeof *all);
	if (all != NULL) {
		p->all = all;
		p->room = p->n;
	}
	texts_fit(&p->texts);
	texts_fit(&p->raw);
}

void
sessions_end(struct sessions *s)
{
	struct sessions_page old = s->page;

	once_each(&s->next);
	s->page = s->next;
	s->next = old;
	spare(s);
	s->order.n = 0;
	s->listed = true;
	s->marked = 0;
	for (size_t i = 0; i < s->page.n; i++)
		s->marked += s->page.all[i].marked;
}

uint64_t
sessions_setup(const struct session *one)
{
	return (uint64_t)one->handshake + one->login + one->resolve +
	       one->connect;
}

void
sessions_free(struct sessions *s)
{
	page_free(&s->page);
	page_free(&s->next);
	order_free(&s->order);
	*s = (struct sessions){ 0 };
}
