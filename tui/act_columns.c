#include "tui/act.h"
#include "tui/columns.h"

void
columns_open(struct model *m)
{
	m->overlay = OVERLAY_COLUMNS;
	m->menu_row = 0;
}

/* Show the column again, or hide it unless it is the last one. */
static void
toggle(struct model *m, int column)
{
	unsigned all = (1u << COLUMNS) - 1, hidden = m->hidden;

	hidden ^= 1u << column;
	if ((hidden & all) != all)
		m->hidden = hidden & all;
}

void
columns_key(struct model *m, struct key k)
{
	enum action action =
	    k.pasted ? ACTION_NONE : keys_find(IN_COLUMNS, k.code);

	if (action == ACTION_MENU_DOWN)
		m->menu_row = (m->menu_row + 1) % COLUMNS;
	else if (action == ACTION_MENU_UP)
		m->menu_row = (m->menu_row + COLUMNS - 1) % COLUMNS;
	else if (action == ACTION_COLUMN_TOGGLE)
		toggle(m, m->menu_row);
	else if (action == ACTION_COLUMNS_ALL)
		m->hidden = 0;
	else if (action == ACTION_COLUMNS_CLOSE)
		m->overlay = OVERLAY_NONE;
}
