#include "tui/prefs.h"
#include "tui/screen.h"

enum { BOX_W = 78, KEY_W = 10, VALUE_W = 13 };

static void
row_draw(struct canvas *c, struct rect in, int y, enum pref_id id,
    const struct prefs *now, bool here)
{
	char value[PREFS_WORD];
	int x = in.x + 2;

	canvas_spot(
	    c, (struct rect){ in.x, y, in.w, 1 }, SPOT_LINE, (uint32_t)id);
	canvas_put(c, in.x, y, here ? '>' : ' ', ROLE_KEY);
	canvas_cut(c, x, y, KEY_W, ROLE_TEXT, pref_rows[id].key);
	canvas_cut(c, x + KEY_W, y, VALUE_W - 1, ROLE_TITLE,
	    prefs_word(value, id, now->value[id]));
	x += KEY_W + VALUE_W;
	canvas_cut(
	    c, x, y, in.x + in.w - x - 1, ROLE_DIM, pref_rows[id].meaning);
	if (!here)
		return;
	canvas_tint(c, (struct rect){ in.x, y, in.w, 1 }, ROLE_CURSOR);
	c->cursor_x = in.x;
	c->cursor_y = y;
}

void
setup_draw(const struct model *m, struct canvas *c)
{
	struct prefs now;
	struct rect in;
	int y;

	prefs_take(&now, m);
	in = canvas_box(c, screen_middle(c, BOX_W, PREF_COUNT + 1), "Setup",
	    c->w >= BOX_W ? "holds at once, and is kept" : NULL);
	y = in.y;
	for (int i = 0; i < PREF_COUNT; i++)
		if (!prefs_is_set((enum pref_id)i))
			row_draw(c, in, y++, (enum pref_id)i, &now,
			    i == m->menu_row);
}
