#include "tui/act.h"

void
sort_open(struct model *m)
{
	m->overlay = OVERLAY_SORT;
	m->menu_row = m->lists[m->view].sort;
}

static void
sort_by(struct model *m, int sort, bool reverse)
{
	struct list *l = &m->lists[m->view];

	l->sort = sort;
	l->reverse = reverse;
	rows_arrange(m, m->view);
}

void
sort_key(struct model *m, struct key k)
{
	const struct list *l = &m->lists[m->view];
	enum action action =
	    k.pasted ? ACTION_NONE : keys_find(IN_SORT, k.code);
	int n = (int)rows_sorts(m->view);

	if (action == ACTION_MENU_DOWN)
		m->menu_row = (m->menu_row + 1) % n;
	else if (action == ACTION_MENU_UP)
		m->menu_row = (m->menu_row + n - 1) % n;
	else if (action == ACTION_REVERSE)
		sort_by(m, l->sort, !l->reverse);
	else if (action == ACTION_SORT_PICK)
		sort_by(m, m->menu_row, l->reverse);
	if (action == ACTION_SORT_PICK || action == ACTION_SORT_CLOSE)
		m->overlay = OVERLAY_NONE;
}
