#include "daemon/former.h"

#include <stdlib.h>
#include <string.h>

#include "core/ledger.h"

void
former_init(struct former_list *l)
{
	TAILQ_INIT(&l->list);
	l->count = 0;
}

void
former_drop(struct former_list *l, struct former *f)
{
	TAILQ_REMOVE(&l->list, f, entry);
	l->count--;
	explicit_bzero(f, sizeof *f);
	free(f);
}

void
former_clear(struct former_list *l)
{
	struct former *f;

	while ((f = TAILQ_FIRST(&l->list)) != NULL)
		former_drop(l, f);
}

void
former_expire(struct former_list *l, uint64_t now)
{
	struct former *f;

	while ((f = TAILQ_FIRST(&l->list)) != NULL && f->until <= now)
		former_drop(l, f);
}

void
former_keep(
    struct former_list *l, const struct account *a, bool removed, uint64_t now)
{
	struct former *f = malloc(sizeof *f);

	if (f == NULL)
		return;
	if (l->count == FORMER_MOST)
		former_drop(l, TAILQ_FIRST(&l->list));
	f->until = now + FORMER_SECONDS * UINT64_C(1000);
	f->removed = removed;
	f->row = account_columns(a);
	f->row.live = NULL;
	f->row.name = strcpy(f->name, a->name);
	f->row.hash = strcpy(f->hash, a->hash);
	ledger_read(a->live, &f->use);
	TAILQ_INSERT_TAIL(&l->list, f, entry);
	l->count++;
}

static bool
is_removed(const struct former *f, const char *name, uint64_t revision)
{
	return f->removed && strcmp(f->name, name) == 0 &&
	       (revision == 0 || revision == account_revision(&f->row));
}

struct former *
former_removed(const struct former_list *l, const char *name, uint64_t revision,
    uint64_t now)
{
	struct former *f, *last = NULL;

	TAILQ_FOREACH (f, &l->list, entry)
		if (f->until > now && is_removed(f, name, revision))
			last = f;
	return last;
}

struct former *
former_password(const struct former_list *l, uint64_t id, uint64_t now)
{
	struct former *f, *last = NULL;

	TAILQ_FOREACH (f, &l->list, entry)
		if (f->until > now && !f->removed && f->row.id == id)
			last = f;
	return last;
}
