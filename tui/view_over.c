#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "tui/act.h"
#include "tui/screen.h"

enum { DIALOG_W = 64 };

/* ---- help */

/* Names 14 wide at the left, then what the key does. */
static void
help_line(struct canvas *c, struct rect in, int y, const struct keys_row *row,
    int n, bool here)
{
	char names[KEYS_NAMES];
	int w = in.w < 50 ? 10 : 16;

	canvas_spot(
	    c, (struct rect){ in.x, y, in.w, 1 }, SPOT_LINE, (uint32_t)n);
	canvas_put(c, in.x, y, here ? '>' : ' ', ROLE_KEY);
	canvas_cut(c, in.x + 2, y, w - 1, ROLE_KEY, keys_names(names, row));
	canvas_cut(c, in.x + 2 + w, y, in.w - w - 2, ROLE_TEXT, row->help);
	if (!here)
		return;
	canvas_tint(c, (struct rect){ in.x, y, in.w, 1 }, ROLE_CURSOR);
	c->cursor_x = in.x;
	c->cursor_y = y;
}

/* Lines down to the highlighted one, with the headings between. */
static int
line_of(const struct model *m, int row)
{
	int line = 0, n = 0, group = -1;

	for (size_t i = 0; i < keys_count; i++) {
		if (!help_shows(m, &keys_rows[i]))
			continue;
		if ((int)keys_rows[i].group != group) {
			group = (int)keys_rows[i].group;
			line++;
		}
		if (n++ == row)
			return line;
		line++;
	}
	return line;
}

static int
help_top(const struct model *m, int h)
{
	int top = line_of(m, m->help.row) - h + 2;

	return top < 0 ? 0 : top;
}

static void
help_lines(const struct model *m, struct canvas *c, struct rect in)
{
	int line = 0, n = 0, group = -1, top = help_top(m, in.h);

	for (size_t i = 0; i < keys_count; i++) {
		const struct keys_row *row = &keys_rows[i];

		if (!help_shows(m, row))
			continue;
		if ((int)row->group != group) {
			group = (int)row->group;
			if (line >= top)
				canvas_text(c, in.x, in.y + line - top,
				    ROLE_TITLE, keys_group_name(row->group));
			line++;
		}
		if (line >= top)
			help_line(
			    c, in, in.y + line - top, row, n, n == m->help.row);
		n++;
		line++;
	}
	if (n == 0)
		canvas_text(c, in.x + 2, in.y, ROLE_DIM, "no key like that");
}

/* Which lines these are, where there are more. */
static void
help_place(const struct model *m, struct canvas *c, struct rect r, int h)
{
	int top = help_top(m, h), all = line_of(m, INT_MAX);
	int last = top + h < all ? top + h : all;
	char text[40];

	if (all <= h)
		return;
	(void)snprintf(text, sizeof text, " %d-%d of %d ", top + 1, last, all);
	canvas_text(c, r.x + r.w - 1 - (int)strlen(text), r.y + r.h - 1,
	    ROLE_DIM, text);
}

void
help_draw(const struct model *m, struct canvas *c)
{
	struct rect r = screen_middle(c, 76, c->h - 4 < 10 ? c->h : c->h - 4),
		    in, old;
	char title[48], note[64];

	(void)snprintf(title, sizeof title, "Help: %s",
	    m->help.all ? "all keys" : view_names[m->view]);
	(void)snprintf(
	    note, sizeof note, "type to filter: %s_", m->help.filter);
	if (r.h > 34)
		r = screen_middle(c, 76, 34);
	in = canvas_box(c, r, title, note);
	in.x++;
	in.w -= 2;
	old = canvas_clip(c, in);
	help_lines(m, c, in);
	c->clip = old;
	canvas_text(c, r.x + 3, r.y + r.h - 1, ROLE_DIM,
	    r.w < 60      ? " Enter runs it  Esc "
	    : m->help.all ? " Enter runs it  Tab this view  Esc closes "
			  : " Enter runs it  Tab all views  Esc closes ");
	help_place(m, c, r, in.h);
}

/* ---- connect */

/* Names that may be typed instead of an endpoint, as many as there is room. */
static bool
saved_nodes(const struct model *m, char text[DIALOG_W])
{
	size_t at = (size_t)snprintf(text, DIALOG_W, "saved:");
	unsigned i = 0;

	for (; m->nodes != NULL && i < m->nodes->n; i++) {
		const char *name = m->nodes->all[i].name;

		if (at + strlen(name) + 6 >= DIALOG_W)
			break;
		at += (size_t)snprintf(text + at, DIALOG_W - at, " %s", name);
	}
	return i > 0;
}

void
connect_draw(const struct model *m, struct canvas *c)
{
	const struct link *l = &m->link;
	char why[sizeof l->why + 2], wait[64] = "";
	char saved[DIALOG_W];
	const char *notes[5] = { NULL };
	int n = 0;

	if (m->overlay != OVERLAY_FORM) {
		struct rect in = canvas_box(
		    c, screen_middle(c, DIALOG_W, 5), "Connecting", NULL);

		canvas_cut(
		    c, in.x + 2, in.y + 1, in.w - 4, ROLE_TEXT, l->endpoint);
		return;
	}
	if (l->why[0] != '\0' && l->state != LINK_UP) {
		(void)snprintf(why, sizeof why, "! %s", l->why);
		notes[n++] = why;
		if (strncmp(why, "! cannot connect", 16) == 0)
			notes[n++] =
			    "Is socks5d running, and administered there?";
	}
	if (l->state == LINK_CONNECTING)
		notes[0] = "connecting...", n = 1;
	else if (l->retry_at > m->now)
		(void)snprintf(wait, sizeof wait,
		    "trying again in %llu s; typing stops that",
		    (unsigned long long)((l->retry_at - m->now + 999) / 1000));
	if (wait[0] != '\0')
		notes[n++] = wait;
	if (saved_nodes(m, saved))
		notes[n++] = saved;
	form_draw(c, &m->form, notes);
}
