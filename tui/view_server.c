#include <math.h>
#include <stdio.h>

#include "tui/screen.h"
#include "tui/unit.h"

enum { MENU_W = 64 };

/* What a line would do now, in numbers. */
static void
effect(const struct model *m, int row, char text[80])
{
	const struct data *d = &m->live;
	char n[UNIT_TEXT];
	const char *sessions = unit_count(n, d->value[FIGURE_SESSIONS]);
	bool running = d->value[FIGURE_RUNNING] != 0;

	if (!m->link.knows[server_rows[row].needs]) {
		(void)snprintf(text, 80, "- this server cannot");
		return;
	}
	switch (row) {
	case SERVER_START:
		(void)snprintf(
		    text, 80, "%s", running ? "it does already" : "");
		break;
	case SERVER_DRAIN:
		(void)snprintf(text, 80, "%s%s session%s go%s on",
		    running ? "" : "stopped already; ", sessions,
		    d->value[FIGURE_SESSIONS] == 1 ? "" : "s",
		    d->value[FIGURE_SESSIONS] == 1 ? "es" : "");
		break;
	default:
		(void)snprintf(text, 80, "closes %s; type %s", sessions,
		    server_rows[row].word);
		break;
	}
}

void
menu_draw(const struct model *m, struct canvas *c)
{
	bool running = m->live.value[FIGURE_RUNNING] != 0;
	struct rect r = screen_middle(c, MENU_W, SERVER_ROWS + 4), in;
	char text[80];

	in = canvas_box(c, r, "Server",
	    !m->live.known[FIGURE_RUNNING] ? NULL
	    : running                      ? "serving"
					   : "STOPPED");
	for (int i = 0; i < SERVER_ROWS; i++) {
		int y = in.y + 1 + i, x = in.x + 2;
		bool here = i == m->menu_row;

		canvas_spot(c, (struct rect){ in.x, y, in.w, 1 }, SPOT_KEY,
		    (uint32_t)server_rows[i].key);
		canvas_put(c, in.x + 1, y, here ? '>' : ' ', ROLE_KEY);
		canvas_put(c, x + 1, y, (uint32_t)server_rows[i].key, ROLE_KEY);
		x = canvas_cut(
		    c, x + 4, y, 28, ROLE_TEXT, server_rows[i].label);
		effect(m, i, text);
		canvas_cut(c, in.x + 36, y, in.w - 37, ROLE_DIM, text);
		if (!here)
			continue;
		canvas_tint(
		    c, (struct rect){ in.x + 1, y, in.w - 2, 1 }, ROLE_CURSOR);
		c->cursor_x = in.x + 1;
		c->cursor_y = y;
	}
}
