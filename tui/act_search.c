#include <string.h>

#include "tui/act.h"

static bool
has(const struct model *m, enum view view, int row, const char *word)
{
	const struct setting *s;

	switch (view) {
	case VIEW_SESSIONS:
		return sessions_has(&m->sessions, row, word);
	case VIEW_USERS:
		return users_has(&m->users, row, word);
	case VIEW_SETTINGS:
		s = &m->settings.all[row];
		return strcasestr(s->label, word) != NULL ||
		       strcasestr(s->meaning, word) != NULL;
	case VIEW_LOGS:
		return lines_has(&m->lines, row, word);
	case VIEW_FINDINGS:
		return findings_has(&m->findings, row, word);
	case VIEW_RULES:
		return rules_list_has(&m->rules, row, word);
	case VIEW_NODES:
		return strcasestr(m->node_rows[row].node.name, word) != NULL;
	default:
		return false;
	}
}

/* The next row with the word, from one on; -1: there is none. */
static int
next(const struct model *m, const char *text, int from, int by)
{
	int n = (int)rows_count(m, m->view);
	char word[MODEL_FILTER];

	for (size_t i = 0; i < sizeof word; i++)
		word[i] =
		    (char)(text[i] >= 'A' && text[i] <= 'Z' ? text[i] | 0x20
							    : text[i]);
	for (int i = 0; i < n; i++) {
		int at = ((from + by * i) % n + n) % n;

		if (has(m, m->view, at, word))
			return at;
	}
	return -1;
}

static void
found(struct model *m, int row)
{
	rows_leave(m, &m->lists[m->view]);
	rows_select(m, m->view, row);
}

void
rows_leave(struct model *m, struct list *l)
{
	if (m->view == VIEW_LOGS && !l->moved)
		m->log_seen = m->lines.count;
	l->moved = true;
}

void
rows_search(struct model *m, int by, bool from_here)
{
	const struct list *l = &m->lists[m->view];
	int row;

	if (l->search[0] == '\0' || rows_count(m, m->view) == 0)
		return;
	row = next(m, l->search, l->row + (from_here ? 0 : by), by);
	if (row >= 0)
		found(m, row);
	else
		model_say(m, LEVEL_WARN, "No row contains \"%s\".", l->search);
}

/* ---- while it is typed */

void
search_begin(struct model *m)
{
	m->origin = m->lists[m->view];
	act_form_open_prompt(m, FORM_SEARCH);
}

void
search_cancel(struct model *m)
{
	struct list *l = &m->lists[m->view];
	int row = rows_place(m, m->view, &m->origin);

	rows_select(m, m->view, row < 0 ? m->origin.row : row);
	l->moved = m->origin.moved;
}

void
search_typed(struct model *m)
{
	struct list *l = &m->lists[m->view];
	int row;

	search_cancel(m);
	row = l->search[0] == '\0' ? -1 : next(m, l->search, l->row, 1);
	if (row >= 0)
		found(m, row);
}
