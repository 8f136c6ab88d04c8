#include "tui/console_loop.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "tui/clip.h"
#include "tui/paint.h"
#include "tui/screen.h"
#include "tui/tty.h"

enum {
	FRAME_MS = 100, /* data is drawn at most this often */
	RESIZE_MS = 50, /* resizes are gathered this long */
	FLUSH_MS = 1000,
};

enum { STOP = 2 }; /* SIGTSTP's place below */

const int console_signals[CONSOLE_SIGNALS] = { SIGWINCH,
	SIGCONT, [STOP] = SIGTSTP, SIGTERM, SIGHUP, SIGINT, SIGQUIT };

void
console_draw(struct console *con)
{
	if (con->away || out_busy(&con->out)) {
		con->dirty = true; /* resume(), on_drained() come back to it */
		return;
	}
	con->dirty = false;
	screen_draw(&con->model, &con->canvas);
	paint_frame(&con->canvas);
	out_pump(&con->out);
}

static void
on_drained(void *arg)
{
	struct console *con = arg;

	if (con->dirty)
		console_draw(con);
}

void
console_on_frame(evutil_socket_t fd, short what, void *arg)
{
	struct console *con = arg;

	(void)fd;
	(void)what;
	con->drawn = clock_ms();
	if (con->dirty)
		console_draw(con);
}

/* Soon, but not at every answer. */
void
console_draw_soon(struct console *con)
{
	uint64_t now = clock_ms(), next = con->drawn + FRAME_MS;

	con->dirty = true;
	if (!evtimer_pending(con->frame, NULL))
		console_after(con->frame, next > now ? next - now : 0);
}

/* A click means what was drawn there, unless that is another screen by now. */
static struct spot
spot_there(const struct console *con)
{
	const struct canvas *c = &con->canvas;

	if (c->scene != screen_scene(&con->model))
		return (struct spot){ .kind = SPOT_NONE };
	return canvas_hit(c, con->input.x, con->input.y);
}

static void
key(struct console *con, struct key k)
{
	struct event e = { .kind = EVENT_KEY, .key = k };

	if (k.code >= INPUT_CLICK && k.code <= INPUT_WHEEL_RIGHT) {
		e.kind = EVENT_MOUSE;
		e.spot = spot_there(con);
	}
	if (con->replay != NULL)
		console_replay_key(con, k);
	else
		console_happen(con, &e);
}

void
console_on_keys(evutil_socket_t fd, short what, void *arg)
{
	struct console *con = arg;
	uint8_t bytes[1024];
	struct key k;
	ssize_t n;

	(void)what;
	(void)event_del(con->esc);
	while ((n = read((int)fd, bytes, sizeof bytes)) > 0)
		for (ssize_t i = 0; i < n && !con->done; i++)
			if (input_byte(&con->input, bytes[i], &k))
				key(con, k);
	explicit_bzero(bytes, sizeof bytes); /* passwords pass here */
	if (n == 0 || (n == -1 && errno != EAGAIN && errno != EINTR)) {
		console_quit(con, SIGHUP);
		return;
	}
	if (input_wait_ms(&con->input) > 0)
		console_after(con->esc, input_wait_ms(&con->input));
	if (!con->done)
		console_draw(con);
}

void
console_on_esc(evutil_socket_t fd, short what, void *arg)
{
	struct console *con = arg;
	struct key k;

	(void)fd;
	(void)what;
	if (!input_timeout(&con->input, &k))
		return;
	key(con, k);
	if (!con->done)
		console_draw(con);
}

void
console_fit(struct console *con)
{
	struct event e = { .kind = EVENT_RESIZE };

	tty_size(con->tty, &e.w, &e.h);
	if (canvas_open(&con->canvas, e.w, e.h, con->options->glyphs) != 0)
		return; /* the old size goes on */
	console_happen(con, &e);
	paint_resize(con->canvas.w, con->canvas.h);
	console_draw(con);
}

void
console_look(struct console *con)
{
	struct prefs now;

	prefs_take(&now, &con->model);
	console_looks(con->options, &now);
	paint_theme(con->options->theme);
	console_fit(con);
}

void
console_on_resize(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	console_fit(arg);
}

static bool
open_paint(struct console *con, const char **why)
{
	return paint_open(con->out.near, getenv("TERM"), con->canvas.w,
	    con->canvas.h, con->options->theme, why);
}

/* Back from another program, which may have changed all. */
static void
resume(struct console *con)
{
	const char *why;

	(void)tty_raw(con->tty);
	if (con->away && !open_paint(con, &why)) {
		console_quit(con, SIGHUP);
		return;
	}
	con->away = false;
	out_put(&con->out, tty_paste_on);
	console_mouse(con, con->model.mouse);
	con->model.poll_at = 0; /* ask at once */
	console_fit(con);
}

void
console_suspend(struct console *con)
{
	struct event *stop = con->signals[STOP];

	con->away = true;
	paint_close();
	console_mouse(con, false);
	out_put(&con->out, tty_paste_off);
	out_flush(&con->out, FLUSH_MS);
	tty_restore(con->tty);
	(void)event_del(stop); /* the usual way to stop */
	(void)kill(getpid(), SIGTSTP);
	(void)event_add(stop, NULL);
	/* SIGCONT is waiting by now and resumes. */
}

/* Others would show what they do not know, or wait for its end. */
bool
console_knows_sequences(void)
{
	static const char *const types[] = { "xterm", "tmux", "screen", "foot",
		"alacritty", "rxvt", "st", "vte", "konsole", "contour" };
	const char *term = getenv("TERM");

	for (size_t i = 0; term != NULL && i < sizeof types / sizeof *types;
	     i++)
		if (strncmp(term, types[i], strlen(types[i])) == 0)
			return true;
	return false;
}

void
console_mouse(struct console *con, bool on)
{
	out_put(&con->out, tty_mouse(on && !con->model.old_terminal));
}

void
console_copy(struct console *con, const char *text)
{
	char row[CLIP_MOST + 1], out[CLIP_ROOM];
	const char *from = text;

	if (*text == '\0') {
		(void)canvas_row(
		    &con->canvas, con->canvas.cursor_y, row, sizeof row);
		from = row + strspn(row, " >");
	}
	(void)clip_write(out, from);
	out_put(&con->out, out);
}

void
console_on_signal(evutil_socket_t number, short what, void *arg)
{
	struct console *con = arg;

	(void)what;
	switch ((int)number) {
	case SIGWINCH:
		if (!evtimer_pending(con->resize, NULL))
			console_after(con->resize, RESIZE_MS);
		break;
	case SIGCONT:
		resume(con);
		break;
	case SIGTSTP:
		console_suspend(con);
		break;
	default:
		console_quit(con, (int)number);
		break;
	}
}

int
console_open_terminal(struct console *con, const char **why)
{
	const char *term = getenv("TERM");
	int w, h;

	if (term == NULL || *term == '\0') {
		*why = "TERM is not set";
		return -1;
	}
	if (out_open(&con->out, con->base, con->tty, on_drained, con) != 0) {
		*why = "out of memory";
		return -1;
	}
	con->out.whole = console_knows_sequences();
	tty_size(con->tty, &w, &h);
	if (canvas_open(&con->canvas, w, h, con->options->glyphs) != 0)
		return -1;
	return open_paint(con, why) ? 0 : -1;
}

void
console_leave(struct console *con)
{
	paint_close();
	console_mouse(con, false);
	out_put(&con->out, tty_paste_off);
	out_flush(&con->out, FLUSH_MS);
	tty_restore(con->tty);
	out_close(&con->out);
	tty_show_errors();
}
