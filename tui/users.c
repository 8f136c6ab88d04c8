#include "tui/users.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

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
users_find(struct users *u, const struct layout_text *name)
{
	struct user key = { .name = *name };

	if (u->count == 0)
		return NULL;
	return bsearch(&key, u->all, u->count, sizeof *u->all, by_name);
}

static void
fill(struct user *user, const struct layout_text *name, struct users *old)
{
	struct user *known = users_find(old, name);

	if (known != NULL) {
		*user = *known;
		return;
	}
	*user = (struct user){ .name = *name, .sessions = -1 };
	model_safe(user->shown, name);
}

int
users_take(struct users *u, const struct admin_user_row *rows, size_t n)
{
	struct user *all = calloc(n + 1, sizeof *all);
	uint32_t *order = calloc(n + 1, sizeof *order);

	if (all == NULL || order == NULL) {
		free(all);
		free(order);
		return -ENOMEM;
	}
	for (size_t i = 0; i < n; i++)
		fill(&all[i], &rows[i].name, u);
	qsort(all, n, sizeof *all, by_name);
	users_free(u);
	*u = (struct users){
		.all = all,
		.order = order,
		.count = n,
		.room = n,
		.listed = true,
	};
	return 0;
}

/* Should a stand before b? */
static bool
first(const struct user *a, const struct user *b, const struct list *l)
{
	int d = compare_names(&a->name, &b->name);

	if (l->by_sessions && a->sessions != b->sessions)
		d = a->sessions > b->sessions ? -1 : 1;
	return l->reverse ? d > 0 : d < 0;
}

/* Insertion sort: the order hardly changes from one time to the next. */
static void
sort(struct users *u, const struct list *l)
{
	for (size_t i = 1; i < u->shown; i++) {
		uint32_t one = u->order[i];
		size_t at = i;

		for (; at > 0 &&
		       first(&u->all[one], &u->all[u->order[at - 1]], l);
		     at--)
			u->order[at] = u->order[at - 1];
		u->order[at] = one;
	}
}

void
users_arrange(struct users *u, struct list *l)
{
	int row = l->row;

	u->shown = 0;
	for (uint32_t i = 0; i < u->count; i++)
		if (l->filter[0] == '\0' ||
		    strcasestr(u->all[i].shown, l->filter) != NULL)
			u->order[u->shown++] = i;
	sort(u, l);
	for (size_t i = 0; i < u->shown; i++)
		if (model_same(&u->all[u->order[i]].name, &l->id))
			row = (int)i;
	users_select(u, l, row);
}

void
users_select(const struct users *u, struct list *l, int row)
{
	if (row >= (int)u->shown)
		row = (int)u->shown - 1;
	if (row < 0)
		row = 0;
	l->row = row;
	if (u->shown > 0)
		l->id = u->all[u->order[row]].name;
}

int
users_copy(struct users *to, const struct users *from)
{
	struct user *all = calloc(from->room + 1, sizeof *all);
	uint32_t *order = calloc(from->room + 1, sizeof *order);

	if (all == NULL || order == NULL) {
		free(all);
		free(order);
		return -ENOMEM;
	}
	if (from->count > 0) {
		memcpy(all, from->all, from->count * sizeof *all);
		memcpy(order, from->order, from->shown * sizeof *order);
	}
	users_free(to);
	*to = *from;
	to->all = all;
	to->order = order;
	return 0;
}

void
users_free(struct users *u)
{
	free(u->all);
	free(u->order);
	*u = (struct users){ 0 };
}

size_t
users_top(const struct users *u, const struct user **top, size_t n)
{
	size_t have = 0;

	for (size_t i = 0; i < u->count; i++) {
		const struct user *one = &u->all[i];
		size_t at;

		if (one->sessions <= 0)
			continue;
		at = have < n ? have++ : n;
		for (; at > 0 && top[at - 1]->sessions < one->sessions; at--)
			if (at < n)
				top[at] = top[at - 1];
		if (at < n)
			top[at] = one;
	}
	return have;
}
