#include "tui/console_loop.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/paint.h"
#include "tui/screen.h"

enum { GAP_MOST = 1000 }; /* in ms: nothing happened any longer than that */

/* The event at hand goes in, the next one is waited for. */
static void
step(struct console *con)
{
	struct replay_step *s = &con->step;
	uint64_t gap;

	if (s->there && s->event.kind != EVENT_RESIZE)
		update(&con->model, &s->event, &con->effects);
	effects_wipe(&con->effects); /* nobody is asked anything */
	s->there = replay_next(con->replay, &s->event);
	if (!s->there) {
		model_say(&con->model,
		    replay_wrong(con->replay) == 0 ? LEVEL_INFO : LEVEL_BAD,
		    replay_wrong(con->replay) == 0
			? "End of the recording; q quits."
			: "Line %u is no event; q quits.",
		    replay_wrong(con->replay));
		return;
	}
	gap = s->event.now > con->model.now ? s->event.now - con->model.now : 0;
	console_after(con->wake, gap < GAP_MOST ? gap : GAP_MOST);
}

void
console_replay_step(struct console *con)
{
	step(con);
	console_draw_soon(con);
}

void
console_replay_key(struct console *con, struct key key)
{
	switch (key.code) {
	case 'q':
	case INPUT_ESC:
	case INPUT_CTRL('C'):
	case INPUT_F(10):
		console_quit(con, 0);
		break;
	case INPUT_CTRL('L'):
		paint_redraw();
		con->dirty = true;
		break;
	case INPUT_CTRL('Z'):
		console_suspend(con);
		break;
	default:
		if (con->step.there)
			console_replay_step(con);
		break;
	}
}

static int
complain(const char *path, const char *why)
{
	fprintf(stderr, "socks5tui: --replay: %s: %s\n", path, why);
	return CONSOLE_USAGE;
}

int
console_replay_open(struct console *con, const char *path)
{
	struct replay_head head;
	const char *why = NULL;
	FILE *file = fopen(path, "re");

	if (file == NULL)
		return complain(path, strerror(errno));
	con->replay = replay_open(file, &con->model, &head, &why);
	return con->replay != NULL ? 0 : complain(path, why);
}

/* ---- its end alone, as text */

static int
play_all(struct replay *r, struct model *m, int *w, int *h)
{
	static struct effects effects;
	struct event e;

	while (replay_next(r, &e)) {
		if (e.kind == EVENT_RESIZE) {
			*w = e.w;
			*h = e.h;
		}
		update(m, &e, &effects);
		effects_wipe(&effects);
	}
	return replay_wrong(r) == 0 ? CONSOLE_OK : CONSOLE_USAGE;
}

int
console_replay_once(const char *path, void (*print)(const struct canvas *))
{
	struct model *m = calloc(1, sizeof *m);
	struct replay_head head;
	struct canvas canvas = { 0 };
	const char *why = "out of memory";
	struct replay *r = NULL;
	FILE *file = fopen(path, "re");
	char text[64];
	int status;

	if (file == NULL || m == NULL) {
		free(m);
		return complain(path, file == NULL ? strerror(errno) : why);
	}
	r = replay_open(file, m, &head, &why);
	if (r == NULL) {
		free(m);
		return complain(path, why);
	}
	status = play_all(r, m, &head.w, &head.h);
	(void)snprintf(
	    text, sizeof text, "line %u is no event", replay_wrong(r));
	if (status != CONSOLE_OK)
		(void)complain(path, text);
	if (canvas_open(&canvas, head.w, head.h, head.glyphs) == 0) {
		screen_draw(m, &canvas);
		print(&canvas);
	}
	canvas_close(&canvas);
	replay_close(r);
	model_close(m);
	free(m);
	return status;
}
