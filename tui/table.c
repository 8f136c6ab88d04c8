#include "tui/table.h"

#include <stdio.h>
#include <stdlib.h>

enum { MARKER = 2, MARKS = 3, GAP = 2 };

struct place {
	int x, w; /* w == 0: left out */
};

static int
marker(const struct table *t)
{
	return t->marked != NULL ? MARKS : MARKER;
}

static int
gap(const struct table *t)
{
	return t->gap > 0 ? t->gap : GAP;
}

static int
needed(const struct table *t, int most)
{
	int w = marker(t) - gap(t);

	for (int i = 0; i < t->ncolumns; i++)
		if (t->columns[i].priority <= most)
			w += t->columns[i].width + gap(t);
	return w;
}

/* Leave out columns until the rest fits, then share what is left over. */
static void
arrange(const struct table *t, struct rect r, struct place *places)
{
	int most = TABLE_NEVER - 1, grow = 0, rest, x = r.x + marker(t);

	while (most > 0 && needed(t, most) > r.w)
		most--;
	for (int i = 0; i < t->ncolumns; i++)
		if (t->columns[i].priority <= most)
			grow += t->columns[i].grow;
	rest = r.w - needed(t, most);
	for (int i = 0; i < t->ncolumns; i++) {
		const struct table_column *c = &t->columns[i];

		places[i] = (struct place){ x, 0 };
		if (c->priority > most)
			continue;
		places[i].w = c->width;
		if (c->grow > 0 && grow > 0)
			places[i].w += rest * c->grow / grow;
		if (places[i].w < 1)
			places[i].w = 1;
		x += places[i].w + gap(t);
	}
}

static void
cell_draw(struct canvas *c, struct place p, int y, enum role role,
    const struct table_column *column, const char *text)
{
	int w = canvas_width(text);

	if (column->meter && text[0] >= '0' && text[0] <= '9') {
		canvas_meter(c, p.x, y, p.w, atoi(text) / 1000.0, role);
		return;
	}
	canvas_cut(c, column->right && w < p.w ? p.x + p.w - w : p.x, y, p.w,
	    role, text);
}

static void
head(struct canvas *c, struct rect r, const struct table *t,
    const struct place *places)
{
	for (int i = 0; i < t->ncolumns; i++) {
		const struct table_column *column = &t->columns[i];
		struct place p = places[i];
		int w = canvas_width(column->title), x = p.x;

		if (p.w == 0)
			continue;
		if (t->sorts != NULL && t->sorts[i] >= 0)
			canvas_spot(c, (struct rect){ p.x, r.y, p.w, 1 },
			    SPOT_SORT, (uint32_t)t->sorts[i]);
		if (column->right && w < p.w)
			x = p.x + p.w - w;
		x = canvas_cut(c, x, r.y, p.w, ROLE_TITLE, column->title);
		if (column->sorted)
			canvas_put(c,
			    !column->right ? x + 1
			    : w + 2 <= p.w ? x - w - 2
					   : x - w - 1,
			    r.y,
			    canvas_glyph(c, t->reverse ? GLYPH_DOWN : GLYPH_UP),
			    ROLE_KEY);
	}
	canvas_hline(c, r.x, r.y + 1, r.w);
	if (t->note != NULL && t->note[0] != '\0')
		canvas_print(
		    c, r.x + marker(t) - 1, r.y + 1, ROLE_DIM, " %s ", t->note);
}

static void
row_draw(struct canvas *c, struct rect r, const struct table *t,
    const struct place *places, size_t row, int y)
{
	char text[TABLE_CELL];
	bool here = (int)row == t->row;

	canvas_spot(
	    c, (struct rect){ r.x, y, r.w, 1 }, SPOT_ROW, (uint32_t)row);
	if (here)
		canvas_put(c, r.x, y, '>', ROLE_TEXT);
	if (t->marked != NULL && t->marked(t->ctx, row))
		canvas_put(c, r.x + 1, y, '*', ROLE_WARN);
	for (int i = 0; i < t->ncolumns; i++) {
		enum role role;

		if (places[i].w == 0)
			continue;
		role = t->cell(t->ctx, row, i, text);
		cell_draw(c, places[i], y, role, &t->columns[i], text);
	}
	if (!here)
		return;
	canvas_tint(c, (struct rect){ r.x, y, r.w, 1 }, ROLE_CURSOR);
	c->cursor_x = r.x;
	c->cursor_y = y;
}

/* The first row to show so that the cursor's is among them. */
static int
first_row(const struct table *t, int visible)
{
	int top = t->top;

	if (t->row >= top + visible)
		top = t->row - visible + 1;
	if (t->row < top)
		top = t->row;
	if (top > (int)t->rows - visible)
		top = (int)t->rows - visible;
	return top < 0 ? 0 : top;
}

void
table_draw(struct canvas *c, struct rect r, const struct table *t)
{
	struct place places[TABLE_COLUMNS];
	struct rect old = canvas_clip(c, r);
	int visible = r.h - 2, top = first_row(t, visible);

	arrange(t, r, places);
	head(c, r, t, places);
	if (t->rows == 0)
		canvas_text(c, r.x + marker(t), r.y + 2, ROLE_DIM, t->empty);
	for (int i = 0; i < visible && top + i < (int)t->rows; i++)
		row_draw(c, r, t, places, (size_t)(top + i), r.y + 2 + i);
	if (visible > 0 && (int)t->rows > visible) {
		char text[64];

		(void)snprintf(text, sizeof text, " %d-%d of %zu ", top + 1,
		    top + visible, t->rows);
		canvas_right(c, r.x + r.w - 1, r.y + 1, ROLE_DIM, text);
	}
	c->clip = old;
}
