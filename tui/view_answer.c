#include <stdio.h>
#include <string.h>

#include "tui/screen.h"

enum { LINE_MOST = 1024, NARROWEST = 40 };

static void
note_of(const struct answer *a, int shown, char note[64])
{
	note[0] = '\0';
	if (a->out)
		(void)snprintf(note, 64, "asking...");
	else if (a->cut)
		(void)snprintf(note, 64, "the first %zu", a->count);
	else if ((size_t)shown < a->lines)
		(void)snprintf(note, 64, "%d-%d of %zu", a->top + 1,
		    a->top + shown, a->lines);
}

/* The header of a list stands out. */
static enum role
role_of(const struct answer *a, int line)
{
	return line == 0 && a->count > 1 ? ROLE_TITLE : ROLE_TEXT;
}

void
answer_draw(const struct model *m, struct canvas *c)
{
	const struct answer *a = &m->answer;
	int most = answer_visible(c->h), rows = (int)a->lines - a->top;
	int w = a->widest + 4;
	char text[LINE_MOST], note[64];
	const char *line = answer_line(a, a->top);
	struct rect r, in;

	rows = rows > most ? most : rows < 1 ? 1 : rows;
	w = w < NARROWEST ? NARROWEST : w;
	note_of(a, rows, note);
	r = screen_middle(c, w, rows + 2);
	in = canvas_box(c, r, a->title, note[0] != '\0' ? note : NULL);
	for (int i = 0; i < rows && line != NULL && *line != '\0'; i++) {
		size_t len = strcspn(line, "\n");

		(void)snprintf(text, sizeof text, "%.*s", (int)len, line);
		line += len + 1;
		canvas_cut(c, in.x + 1, in.y + i, in.w - 2,
		    role_of(a, a->top + i), text);
	}
	c->cursor_x = in.x;
	c->cursor_y = in.y;
}
