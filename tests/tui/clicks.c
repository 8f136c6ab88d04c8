#include "tests/tui/clicks.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "tui/screen.h"

int
clicks_begin(void **state)
{
	struct play *p;

	if (play_set_up_extended(state) != 0)
		return -1;
	p = *state;
	play_resize(p, CLICKS_W, CLICKS_H);
	play_key(p, 'm');
	assert_true(p->m.mouse);
	return 0;
}

void
clicks_look(struct play *p)
{
	if (canvas_open(&p->c, p->m.w, p->m.h, GLYPHS_ASCII) != 0)
		abort();
	screen_draw(&p->m, &p->c);
}

void
clicks_report(struct play *p, uint32_t code, int x, int y)
{
	struct event e = {
		.kind = EVENT_MOUSE,
		.key = { code, false },
		.spot = canvas_hit(&p->c, x, y),
	};

	play_happen(p, &e);
}

void
clicks_find(struct play *p, const char *text, int *x, int *y)
{
	char line[4 * 1000 + 1];
	const char *at;

	clicks_look(p);
	for (*y = 0; *y < p->c.h; ++*y) {
		(void)canvas_row(&p->c, *y, line, sizeof line);
		at = strstr(line, text);
		*x = at == NULL ? 0 : (int)(at - line);
		if (at != NULL)
			return;
	}
	fail_msg("\"%s\" is not on the screen", text);
}

void
clicks_on(struct play *p, const char *text)
{
	int x, y;

	clicks_find(p, text, &x, &y);
	clicks_report(p, INPUT_CLICK, x, y);
}

void
clicks_turn(struct play *p, uint32_t code)
{
	clicks_look(p);
	clicks_report(p, code, p->c.w / 2, p->c.h / 2);
}
