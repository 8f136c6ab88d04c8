#include "tui/rules_list.h"

#include <stdlib.h>

#include "tui/match.h"
#include "tui/utf8.h"

const char *const rules_origins[] = { "default", "file", "option", "runtime",
	"built-in" };

static const char *const column_names[] = { "rule", "origin", NULL };

void
rules_list_begin(struct rules_list *r)
{
	r->nnext = 0;
}

static bool
reserve(struct rules_list *r, size_t n)
{
	size_t room = r->room == 0 ? 32 : r->room;
	struct rule_shown *all, *next;
	uint32_t *order;

	if (n <= r->room)
		return true;
	while (room < n)
		room *= 2;
	if (n > RULES_MOST)
		return false;
	all = realloc(r->all, room * sizeof *all);
	r->all = all != NULL ? all : r->all;
	next = realloc(r->next, room * sizeof *next);
	r->next = next != NULL ? next : r->next;
	order = realloc(r->order, room * sizeof *order);
	r->order = order != NULL ? order : r->order;
	if (all == NULL || next == NULL || order == NULL)
		return false;
	r->room = room;
	return true;
}

void
rules_list_add(struct rules_list *r, const struct admin_rule *rows, size_t n)
{
	if (!reserve(r, r->nnext + n))
		return;
	for (size_t i = 0; i < n; i++) {
		struct rule_shown *one = &r->next[r->nnext++];

		one->id = rows[i].id;
		one->hits = rows[i].hits;
		one->place = (uint32_t)rows[i].place;
		one->origin = rows[i].origin < 5 ? (unsigned)rows[i].origin : 0;
		(void)utf8_safe(one->text, sizeof one->text, rows[i].text.bytes,
		    rows[i].text.len);
	}
}

void
rules_list_end(struct rules_list *r)
{
	struct rule_shown *old = r->all;

	r->all = r->next;
	r->n = r->nnext;
	r->next = old;
	r->shown = 0;
	r->listed = true;
}

void
rules_list_arrange(struct rules_list *r, const char *filter)
{
	struct match match;

	r->shown = 0;
	match_read(&match, filter, column_names);
	for (size_t i = 0; i < r->n; i++) {
		const char *texts[] = { r->all[i].text,
			rules_origins[r->all[i].origin] };

		if (match_row(&match, texts, 2))
			r->order[r->shown++] = (uint32_t)i;
	}
}

const struct rule_shown *
rules_list_row(const struct rules_list *r, int row)
{
	if (row < 0 || (size_t)row >= r->shown)
		return NULL;
	return &r->all[r->order[row]];
}

int
rules_list_place(const struct rules_list *r, uint64_t id)
{
	for (size_t i = 0; i < r->shown; i++)
		if (r->all[r->order[i]].id == id)
			return (int)i;
	return -1;
}

bool
rules_list_has(const struct rules_list *r, int row, const char *word)
{
	const struct rule_shown *one = rules_list_row(r, row);

	return one != NULL && match_has(one->text, word);
}

void
rules_list_free(struct rules_list *r)
{
	free(r->all);
	free(r->next);
	free(r->order);
	*r = (struct rules_list){ 0 };
}
