#include "core/targets.h"

#include <stdlib.h>
#include <string.h>

#include "base/map.h"

enum {
	FIRST_ROOM = 4,
	NONE = UINT16_MAX,
	KEY = offsetof(struct addr, family) + 1,
};

struct target {
	struct addr addr;
	uint16_t chain;        /* the next with the same head */
	uint16_t older, newer; /* in the order of writing */
};

static bool
is(const struct target *row, const struct addr *a)
{
	return memcmp(&row->addr, a, KEY) == 0;
}

static uint16_t *
head(const struct targets *t, const struct addr *a)
{
	return &t->heads[map_hash(a, KEY) & (t->room - 1u)];
}

static uint16_t
find(const struct targets *t, const struct addr *a)
{
	uint16_t i;

	if (t->count == 0)
		return NONE;
	if (is(&t->rows[t->newest], a))
		return t->newest;
	for (i = *head(t, a); i != NONE && !is(&t->rows[i], a);
	     i = t->rows[i].chain)
		;
	return i;
}

bool
targets_has(const struct targets *t, const struct addr *a)
{
	return find(t, a) != NONE;
}

/* ---- the order */

static void
unlink_row(struct targets *t, uint16_t i)
{
	struct target *row = &t->rows[i];

	if (row->older != NONE)
		t->rows[row->older].newer = row->newer;
	else
		t->oldest = row->newer;
	if (row->newer != NONE)
		t->rows[row->newer].older = row->older;
	else
		t->newest = row->older;
}

static void
link_newest(struct targets *t, uint16_t i)
{
	struct target *row = &t->rows[i];

	row->older = t->newest;
	row->newer = NONE;
	if (t->newest != NONE)
		t->rows[t->newest].newer = i;
	else
		t->oldest = i;
	t->newest = i;
}

/* ---- the chains */

static void
chain(struct targets *t, uint16_t i)
{
	uint16_t *first = head(t, &t->rows[i].addr);

	t->rows[i].chain = *first;
	*first = i;
}

static void
unchain(struct targets *t, uint16_t i)
{
	uint16_t *at = head(t, &t->rows[i].addr);

	while (*at != i)
		at = &t->rows[*at].chain;
	*at = t->rows[i].chain;
}

static bool
grow(struct targets *t)
{
	uint16_t room = (uint16_t)(t->room == 0 ? FIRST_ROOM : t->room * 2);
	struct target *rows = realloc(t->rows, room * sizeof *rows);
	uint16_t *heads;

	if (rows == NULL)
		return false;
	t->rows = rows;
	heads = realloc(t->heads, room * sizeof *heads);
	if (heads == NULL)
		return false;
	t->heads = heads;
	if (t->room == 0)
		t->newest = t->oldest = NONE;
	t->room = room;
	memset(heads, 0xff, room * sizeof *heads);
	for (uint16_t i = 0; i < t->count; i++)
		chain(t, i);
	return true;
}

/* A row to be filled in: a new one, or the oldest. */
static uint16_t
take_row(struct targets *t)
{
	uint16_t i = t->oldest;

	if (t->count < t->room)
		return t->count++;
	unlink_row(t, i);
	unchain(t, i);
	return i;
}

bool
targets_note(struct targets *t, const struct addr *a)
{
	uint16_t i = find(t, a);

	if (i != NONE) {
		if (i != t->newest) {
			unlink_row(t, i);
			link_newest(t, i);
		}
		return true;
	}
	if (t->count == t->room && t->room < TARGETS_MOST && !grow(t) &&
	    t->count == 0)
		return false;
	i = take_row(t);
	t->rows[i].addr = *a;
	chain(t, i);
	link_newest(t, i);
	return true;
}

void
targets_free(struct targets *t)
{
	free(t->rows);
	free(t->heads);
	*t = (struct targets){ 0 };
}
