#include <stdio.h>

#include "tui/act.h"
#include "tui/screen.h"

enum { DIALOG_W = 64, LABEL_W = 12, ENDING = 6, LEAD = 5 };

/* How much at the beginning is the same, but for what leads to the rest. */
static size_t
alike(const struct conflict_row *row, int w)
{
	size_t n = 0;

	if (canvas_width(row->mine) < w && canvas_width(row->theirs) < w)
		return 0;
	while (row->mine[n] != '\0' && row->mine[n] == row->theirs[n])
		n++;
	n = n > LEAD ? n - LEAD : 0;
	while (n > 0 && (row->mine[n] & 0xc0) == 0x80)
		n--;
	return n;
}

static void
value(struct canvas *c, int x, int y, int w, enum role role, const char *text,
    size_t from)
{
	if (from > 0) {
		canvas_put(c, x++, y, canvas_glyph(c, GLYPH_MORE), ROLE_DIM);
		w--;
	}
	canvas_cut(c, x, y, w, role, *text != '\0' ? text + from : "(empty)");
}

static void
line(struct canvas *c, struct rect in, int y, const char *label,
    const struct conflict_row *row)
{
	int w = (in.w - LABEL_W) / 2, x = in.x + LABEL_W;
	size_t from = alike(row, w);

	canvas_cut(c, in.x, y, LABEL_W - 1, ROLE_DIM, label);
	value(c, x, y, w - 1, row->touched ? ROLE_TITLE : ROLE_DIM, row->mine,
	    from);
	value(c, x + w, y, w, row->changed ? ROLE_WARN : ROLE_DIM, row->theirs,
	    from);
}

/* What differs, as far as there is room; returns the row behind it. */
static int
lines(const struct model *m, struct canvas *c, struct rect in)
{
	int y = in.y, w = (in.w - LABEL_W) / 2;
	struct conflict_row row;

	canvas_cut(c, in.x + LABEL_W, y, w - 1, ROLE_DIM, "here");
	canvas_cut(c, in.x + LABEL_W + w, y++, w, ROLE_DIM, "there now");
	for (int i = 0; i < m->form.n && y < in.y + in.h; i++)
		if (conflict_row(m, i, &row))
			line(c, in, y++, m->form.fields[i].label, &row);
	if (y == in.y + 1)
		canvas_cut(c, in.x, y++, in.w, ROLE_TEXT,
		    "Nothing that is shown differs; its password may.");
	return y;
}

static void
choices(struct canvas *c, struct rect in, int y)
{
	static const struct {
		const char *key, *does;
	} rows[] = {
		{ "m", "save mine: what you changed, on top of what is there" },
		{ "t", "take theirs: what you changed is dropped" },
		{ "e", "go on editing; what you did not touch is theirs" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++, y++) {
		canvas_text(c, in.x, y, ROLE_KEY, rows[i].key);
		canvas_cut(c, in.x + 3, y, in.w - 3, ROLE_TEXT, rows[i].does);
	}
}

void
conflict_draw(const struct model *m, struct canvas *c)
{
	char title[USERS_SHOWN + 40];
	struct conflict_row row;
	struct rect in;
	int n = 0, h, y;

	for (int i = 0; i < m->form.n; i++)
		n += conflict_row(m, i, &row);
	n = n > 0 ? n : 1;
	/* A name that is long is cut at its end, so it comes last. */
	(void)snprintf(
	    title, sizeof title, "Somebody else changed %s", m->edit.was.shown);
	h = n + ENDING + 3 < c->h - 2 ? n + ENDING + 3 : c->h - 2;
	in = canvas_box(c, screen_middle(c, DIALOG_W, h), title, NULL);
	in = (struct rect){ in.x + 2, in.y, in.w - 4, in.h };
	if (in.h >= n + ENDING + 1) /* else the key bar has to do */
		in.y++;
	y = lines(m, c, in);
	if (in.y + in.h - y >= ENDING - 2)
		choices(c, in, y + 1);
	c->cursor_x = in.x;
	c->cursor_y = in.y + 1;
}
