#include "tui/table.h"

#include <stdio.h>
#include <stdlib.h>

#include "tui/input.h"

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

/* Columns in the order they are shown in. */
struct chosen {
	int column[TABLE_COLUMNS];
	int n;
	int width; /* with all gaps, at least */
	bool more; /* others are further right */
};

static void
add(const struct table *t, struct chosen *c, int column)
{
	c->width += t->columns[column].width + (c->n > 0 ? gap(t) : 0);
	c->column[c->n++] = column;
}

static struct chosen
up_to(const struct table *t, int priority)
{
	struct chosen c = { .width = marker(t) };

	for (int i = 0; i < t->ncolumns; i++)
		if (t->columns[i].priority <= priority)
			add(t, &c, i);
	return c;
}

/* Leave out the least important columns until the rest fits. */
static struct chosen
by_priority(const struct table *t, int w)
{
	int priority = TABLE_NEVER - 1, all = up_to(t, priority).n;
	struct chosen c = up_to(t, priority);

	while (priority > 0 && c.width > w)
		c = up_to(t, --priority);
	c.more = c.n < all;
	return c;
}

/* The first one, and of the others those from the left-th on that fit. */
static struct chosen
from(const struct table *t, int w, int first, int left)
{
	struct chosen c = { .width = marker(t) };

	add(t, &c, first);
	for (int i = 0; i < t->ncolumns && !c.more; i++) {
		if (i == first || t->columns[i].priority >= TABLE_NEVER ||
		    --left > 0)
			continue;
		c.more = c.n > 1 && c.width + gap(t) + t->columns[i].width > w;
		if (!c.more)
			add(t, &c, i);
	}
	return c;
}

int
table_left(const struct table *t, int w)
{
	struct chosen c = by_priority(t, w);
	int first = c.n > 0 ? c.column[0] : 0, left = 0;

	while (c.more)
		c = from(t, w, first, ++left);
	return left;
}

static struct chosen
choose(const struct table *t, int w)
{
	struct chosen c = by_priority(t, w);
	int most = t->left > 0 ? table_left(t, w) : 0;

	return most == 0
		   ? c
		   : from(t, w, c.column[0], t->left < most ? t->left : most);
}

/* Share what room is left over. */
static void
arrange(const struct table *t, struct rect r, const struct chosen *chosen,
    struct place *places)
{
	int grow = 0, rest = r.w - chosen->width, x = r.x + marker(t);

	for (int i = 0; i < t->ncolumns; i++)
		places[i] = (struct place){ x, 0 };
	for (int i = 0; i < chosen->n; i++)
		grow += t->columns[chosen->column[i]].grow;
	for (int i = 0; i < chosen->n; i++) {
		const struct table_column *c = &t->columns[chosen->column[i]];
		struct place *p = &places[chosen->column[i]];

		*p = (struct place){ x, c->width };
		if (c->grow > 0 && grow > 0)
			p->w += rest * c->grow / grow;
		if (p->w < 1)
			p->w = 1;
		x += p->w + gap(t);
	}
}

/* What there is on either side, and a click that goes there. */
static void
marks(struct canvas *c, struct rect r, const struct table *t, bool more)
{
	int y = r.y + 1, right = r.x + r.w - 1;

	if (t->left > 0) {
		canvas_put(c, r.x, y, canvas_glyph(c, GLYPH_LEFT), ROLE_KEY);
		canvas_spot(
		    c, (struct rect){ r.x, r.y, 2, 2 }, SPOT_KEY, INPUT_LEFT);
	}
	if (more) {
		canvas_put(c, right, y, canvas_glyph(c, GLYPH_RIGHT), ROLE_KEY);
		canvas_spot(c, (struct rect){ right, r.y, 1, 2 }, SPOT_KEY,
		    INPUT_RIGHT);
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
	struct chosen chosen = choose(t, r.w);
	struct rect old = canvas_clip(c, r);
	int visible = r.h - 2, top = first_row(t, visible);

	arrange(t, r, &chosen, places);
	head(c, r, t, places);
	marks(c, r, t, chosen.more);
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
