#include "tui/columns.h"
#include "tui/screen.h"

enum { BOX_W = 54, TITLE_W = 10 };

void
columns_draw(const struct model *m, struct canvas *c)
{
	int h = COLUMNS + 2 < c->h - 2 ? COLUMNS + 2 : c->h - 2;
	struct rect in = canvas_box(c, screen_middle(c, BOX_W, h),
	    "Columns of Sessions", m->w >= BOX_W ? "Space" : NULL);
	int top = m->menu_row >= in.h ? m->menu_row - in.h + 1 : 0;

	for (int i = top; i < COLUMNS && i - top < in.h; i++) {
		int y = in.y + i - top, x = in.x + 2;
		bool here = i == m->menu_row;
		bool hidden = (m->hidden >> i & 1) != 0;

		canvas_spot(c, (struct rect){ in.x, y, in.w, 1 }, SPOT_LINE,
		    (uint32_t)i);
		canvas_put(c, in.x, y, here ? '>' : ' ', ROLE_KEY);
		canvas_text(c, x, y, ROLE_KEY, hidden ? "[ ]" : "[x]");
		canvas_cut(c, x + 4, y, TITLE_W, hidden ? ROLE_DIM : ROLE_TEXT,
		    column_rows[i].title);
		canvas_cut(c, x + 4 + TITLE_W, y, in.w - 7 - TITLE_W, ROLE_DIM,
		    column_rows[i].help);
		if (!here)
			continue;
		canvas_tint(c, (struct rect){ in.x, y, in.w, 1 }, ROLE_CURSOR);
		c->cursor_x = in.x;
		c->cursor_y = y;
	}
}
