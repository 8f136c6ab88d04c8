#include <stdio.h>
#include <string.h>

#include "tui/act.h"
#include "tui/utf8.h"

/* ---- help */

/* The places whose keys the help shows. */
static unsigned
where(const struct model *m)
{
	return m->help.all ? ~0U : act_where(m->view);
}

bool
help_shows(const struct model *m, const struct keys_row *row)
{
	char names[KEYS_NAMES];

	if ((row->where & where(m)) == 0 ||
	    (!m->help.all && !model_offers(m, row->action)))
		return false;
	return m->help.len == 0 || strcasestr(row->help, m->help.filter) ||
	       strcasestr(keys_names(names, row), m->help.filter);
}

const struct keys_row *
help_row(const struct model *m, int n)
{
	for (size_t i = 0; i < keys_count; i++)
		if (help_shows(m, &keys_rows[i]) && n-- == 0)
			return &keys_rows[i];
	return NULL;
}

static void
run(struct model *m, struct effects *fx)
{
	const struct keys_row *row = help_row(m, m->help.row);

	m->overlay = OVERLAY_NONE;
	if (row != NULL && (row->where & act_where(m->view)) != 0)
		act_view(m, row->action, fx);
}

static void
type(struct help *h, struct key k)
{
	char one[4];
	size_t n;

	h->row = 0;
	if (k.code == INPUT_BACKSPACE) {
		while (h->len > 0 && (h->filter[--h->len] & 0xc0) == 0x80)
			;
		h->filter[h->len] = '\0';
		return;
	}
	if (k.code < 0x20 || k.code >= INPUT_UP || utf8_width(k.code) == 0)
		return;
	n = utf8_put(one, k.code);
	if (h->len + n >= sizeof h->filter)
		return;
	memcpy(h->filter + h->len, one, n);
	h->len += n;
	h->filter[h->len] = '\0';
}

void
act_help_key(struct model *m, struct key k, struct effects *fx)
{
	switch (k.pasted ? ACTION_NONE : keys_find(IN_HELP, k.code)) {
	case ACTION_HELP_RUN:
		run(m, fx);
		break;
	case ACTION_HELP_DOWN:
		if (help_row(m, m->help.row + 1) != NULL)
			m->help.row++;
		break;
	case ACTION_HELP_UP:
		if (m->help.row > 0)
			m->help.row--;
		break;
	case ACTION_HELP_ALL:
		m->help.all = !m->help.all;
		m->help.row = 0;
		break;
	case ACTION_HELP_CLOSE:
		m->overlay = OVERLAY_NONE;
		break;
	default:
		type(&m->help, k);
		break;
	}
}
