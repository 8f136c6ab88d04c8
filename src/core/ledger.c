#include "core/ledger.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct active {
	struct active *next;
	struct account_live *live; /* NULL: the account was removed */
	bool always;               /* collect it even if nothing changed */
	uint64_t opened, up, down; /* as collected last */
	int64_t last;
};

int
ledger_enter(struct ledger *l, struct account_live *live)
{
	struct active *active = live->active;

	if (active == NULL) {
		active = calloc(1, sizeof *active);
		if (active == NULL)
			return -ENOMEM;
		active->live = live;
		active->next = l->first;
		l->first = active;
		live->active = active;
	}
	active->always = true;
	return 0;
}

void
ledger_strike(struct account_live *live)
{
	if (live->active != NULL)
		live->active->live = NULL;
	live->active = NULL;
}

void
ledger_read(const struct account_live *live, struct account_use *use)
{
	*use = (struct account_use){
		.account = live->id,
		.opened =
		    atomic_load_explicit(&live->opened, memory_order_relaxed),
		.up = atomic_load_explicit(&live->up, memory_order_relaxed),
		.down = atomic_load_explicit(&live->down, memory_order_relaxed),
		.last = atomic_load_explicit(&live->last, memory_order_relaxed),
		.day = live->day,
		.day_start = atomic_load_explicit(
		    &live->day_start, memory_order_relaxed),
	};
	if (live->last_target != NULL)
		strncpy(use->last_target, live->last_target,
		    sizeof use->last_target - 1);
}

static bool
changed(const struct active *a, const struct account_use *now)
{
	return a->always || a->opened != now->opened || a->up != now->up ||
	       a->down != now->down || a->last != now->last;
}

static void
remember(struct active *a, const struct account_use *now)
{
	a->always = false;
	a->opened = now->opened;
	a->up = now->up;
	a->down = now->down;
	a->last = now->last;
}

/* Collect one: true if it is in *use. *idle: it may be forgotten. */
static bool
collect_one(struct active *a, struct account_use *use, bool *idle)
{
	*idle = true;
	if (a->live == NULL)
		return false;
	/* Before the totals: a session adds to them first and leaves last. */
	*idle =
	    atomic_load_explicit(&a->live->sessions, memory_order_acquire) == 0;
	ledger_read(a->live, use);
	if (!changed(a, use))
		return false;
	remember(a, use);
	return true;
}

size_t
ledger_collect(struct ledger *l, struct account_use *uses, size_t n)
{
	struct active **at = &l->first, *a;
	size_t got = 0;
	bool idle;

	while ((a = *at) != NULL && got < n) {
		if (collect_one(a, &uses[got], &idle))
			got++;
		if (!idle) {
			at = &a->next;
			continue;
		}
		*at = a->next;
		if (a->live != NULL)
			a->live->active = NULL;
		free(a);
	}
	return got;
}

void
ledger_free(struct ledger *l)
{
	struct active *a;

	while ((a = l->first) != NULL) {
		l->first = a->next;
		free(a);
	}
}
