#include "tui/plan.h"

#include <stdlib.h>
#include <string.h>

static bool
grow(struct plan *p)
{
	size_t room = p->room == 0 ? 8 : p->room * 2;
	struct step *all = realloc(p->all, room * sizeof *all);

	if (all == NULL)
		return false;
	p->all = all;
	p->room = room;
	return true;
}

bool
plan_add(struct plan *p, enum admin_id id, const void *request)
{
	size_t size = admin_commands[id].request->size;
	struct step *s;

	if (p->n == p->room && !grow(p))
		return false;
	s = &p->all[p->n];
	*s = (struct step){ id, malloc(size > 0 ? size : 1) };
	if (s->request == NULL)
		return false;
	memcpy(s->request, request, size);
	p->n++;
	return true;
}

void
plan_turn(struct plan *p)
{
	struct step one;

	for (size_t i = 0; i < p->n / 2; i++) {
		one = p->all[i];
		p->all[i] = p->all[p->n - 1 - i];
		p->all[p->n - 1 - i] = one;
	}
}

void
plan_free(struct plan *p)
{
	for (size_t i = 0; i < p->n; i++)
		free(p->all[i].request);
	free(p->all);
	*p = (struct plan){ 0 };
}
