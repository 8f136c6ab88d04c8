#include "tui/act.h"

/* The mark of a shown row and how many there are; NULL: it cannot have one. */
static bool *
mark_of(struct model *m, int row, size_t **marked)
{
	struct session *s;
	struct user *u;

	if (m->view == VIEW_SESSIONS) {
		s = sessions_row(&m->sessions, row);
		*marked = &m->sessions.marked;
		return s != NULL ? &s->marked : NULL;
	}
	u = m->view == VIEW_USERS ? users_row(&m->users, row) : NULL;
	*marked = &m->users.marked;
	return u != NULL ? &u->marked : NULL;
}

static void
set(struct model *m, int row, bool on)
{
	size_t *marked;
	bool *mark = mark_of(m, row, &marked);

	if (mark == NULL || *mark == on)
		return;
	*mark = on;
	*marked += on ? 1 : (size_t)-1;
}

/* The row under the cursor begins the next range, or none does. */
static void
begin(struct model *m, bool on)
{
	struct list *l = &m->lists[m->view];

	l->begun = on;
	l->begun_id = l->id;
	l->begun_name = l->name;
}

/* The row that begins the range, if it still has its mark; else the cursor's.
 */
static int
begun_row(struct model *m)
{
	const struct list *l = &m->lists[m->view];
	size_t *marked;
	const bool *mark;
	int row = -1;

	if (l->begun && m->view == VIEW_SESSIONS)
		row = sessions_place(&m->sessions, l->begun_id);
	else if (l->begun && m->view == VIEW_USERS)
		row = users_place(&m->users, &l->begun_name);
	mark = mark_of(m, row, &marked);
	return mark != NULL && *mark ? row : l->row;
}

void
mark_row(struct model *m)
{
	struct list *l = &m->lists[m->view];
	size_t *marked;
	const bool *mark = mark_of(m, l->row, &marked);
	bool on = mark != NULL && !*mark;

	set(m, l->row, on);
	begin(m, on);
	rows_select(m, m->view, l->row + 1);
}

void
mark_range(struct model *m)
{
	int from = begun_row(m), to = m->lists[m->view].row;
	int by = from < to ? 1 : -1;

	for (int row = from; row != to; row += by)
		set(m, row, true);
	set(m, to, true);
	begin(m, true);
}

/* On: those that are shown; off: the others too. */
void
mark_all(struct model *m, bool on)
{
	struct sessions *s = &m->sessions;
	struct users *u = &m->users;

	for (int row = 0; on && row < (int)rows_count(m, m->view); row++)
		set(m, row, true);
	if (!on && m->view == VIEW_SESSIONS) {
		for (size_t i = 0; i < s->page.n; i++)
			s->page.all[i].marked = false;
		s->marked = 0;
	} else if (!on && m->view == VIEW_USERS) {
		for (size_t i = 0; i < u->page.n; i++)
			u->page.all[i].marked = false;
		u->marked = 0;
	}
}
