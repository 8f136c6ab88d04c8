#include "tui/console.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/endpoint.h"
#include "tui/feed.h"
#include "tui/input.h"
#include "tui/out.h"
#include "tui/paint.h"
#include "tui/screen.h"
#include "tui/tty.h"
#include "tui/update.h"

enum {
	FRAME_MS = 100, /* data is drawn at most this often */
	RESIZE_MS = 50, /* resizes are gathered this long */
	FLUSH_MS = 1000,
};

static const int handled[] = { SIGWINCH, SIGCONT, SIGTSTP, SIGTERM, SIGHUP,
	SIGINT, SIGQUIT };

enum { HANDLED = sizeof handled / sizeof *handled };

struct console {
	struct event_base *base;
	struct console_options *options;
	struct feed *feed;
	struct model model;
	struct effects effects;
	struct canvas canvas;
	struct input input;
	struct out out;
	struct event *keys, *wake, *esc, *frame, *resize, *signals[HANDLED];
	int tty;
	int killed_by; /* a signal that ends the program */
	bool acting;   /* inside act(): effects wait their turn */
	bool away;     /* the terminal belongs to the shell */
	bool dirty, done;
	uint64_t drawn; /* ms of the last frame */
};

void
console_clock(char text[12])
{
	time_t now = time(NULL);
	struct tm t;

	if (localtime_r(&now, &t) == NULL || strftime(text, 12, "%T", &t) == 0)
		text[0] = '\0';
}

bool
console_needs_login(const struct console_options *o)
{
	struct endpoint e;
	const char *why;

	if (!endpoint_parse(&e, o->endpoint, &why))
		return false;
	if (o->user[0] == '\0')
		return e.kind != ENDPOINT_UNIX;
	return o->password.len == 0;
}

static void
after(struct event *timer, uint64_t ms)
{
	struct timeval tv = { (time_t)(ms / 1000),
		(suseconds_t)(ms % 1000 * 1000) };

	(void)event_add(timer, &tv);
}

/* ---- drawing */

static void
draw(struct console *con)
{
	if (con->away || out_busy(&con->out)) {
		con->dirty = true; /* resume(), on_drained() come back to it */
		return;
	}
	con->dirty = false;
	con->drawn = clock_ms();
	screen_draw(&con->model, &con->canvas);
	paint_frame(&con->canvas);
	out_pump(&con->out);
}

static void
on_drained(void *arg)
{
	struct console *con = arg;

	if (con->dirty)
		draw(con);
}

static void
on_frame(evutil_socket_t fd, short what, void *arg)
{
	struct console *con = arg;

	(void)fd;
	(void)what;
	if (con->dirty)
		draw(con);
}

/* Soon, but not at every answer. */
static void
draw_soon(struct console *con)
{
	uint64_t now = clock_ms(), next = con->drawn + FRAME_MS;

	con->dirty = true;
	if (!evtimer_pending(con->frame, NULL))
		after(con->frame, next > now ? next - now : 0);
}

/* ---- events and effects */

static void carry_out(struct console *);

static void
happen(struct console *con, struct event *e)
{
	char clock[12];
	uint64_t now = clock_ms(), wake;

	e->now = now;
	if (e->kind == EVENT_ANSWER) { /* one of many; nothing is due */
		update(&con->model, e, &con->effects);
		return;
	}
	console_clock(clock);
	e->clock = clock;
	update(&con->model, e, &con->effects);
	carry_out(con);
	wake = model_wake(&con->model);
	after(con->wake, wake > now ? wake - now : 0);
}

static void
on_feed(struct event *e, void *arg)
{
	struct console *con = arg;

	happen(con, e);
	if (e->kind != EVENT_ANSWER && con->wake != NULL)
		draw_soon(con);
}

static void
on_wake(evutil_socket_t fd, short what, void *arg)
{
	struct event e = { .kind = EVENT_TICK };

	(void)fd;
	(void)what;
	happen(arg, &e);
	draw_soon(arg);
}

static void
quit(struct console *con, int by_signal)
{
	con->done = true;
	con->killed_by = by_signal;
	(void)event_base_loopbreak(con->base);
}

static void
connect_to(struct console *con)
{
	struct effects *fx = &con->effects;
	struct event e = { .kind = EVENT_DOWN, .refused = true };

	if (!feed_connect(
		con->feed, fx->endpoint, fx->user, &fx->password, &e.why))
		update(&con->model, &e, fx);
}

static void suspend(struct console *);

static void
one_effect(struct console *con, const struct effect *e)
{
	switch (e->kind) {
	case EFFECT_CONNECT:
		connect_to(con);
		break;
	case EFFECT_RECONNECT:
		feed_again(con->feed);
		break;
	case EFFECT_POLL:
		feed_poll(con->feed, e, &con->model.live.users);
		break;
	case EFFECT_ASK:
		feed_ask(con->feed, e);
		break;
	case EFFECT_SUSPEND:
		suspend(con);
		break;
	case EFFECT_REDRAW:
		paint_redraw();
		con->dirty = true;
		break;
	case EFFECT_QUIT:
		quit(con, 0);
		break;
	}
}

/* An effect may have events that add effects: they queue up behind. */
static void
carry_out(struct console *con)
{
	struct effects *fx = &con->effects;

	if (con->acting)
		return;
	con->acting = true;
	for (size_t i = 0; i < fx->n && !con->done; i++)
		one_effect(con, &fx->list[i]);
	con->acting = false;
	effects_wipe(fx);
}

/* ---- the terminal */

static void
key(struct console *con, struct key k)
{
	struct event e = { .kind = EVENT_KEY, .key = k };

	happen(con, &e);
}

static void
on_keys(evutil_socket_t fd, short what, void *arg)
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
		quit(con, SIGHUP);
		return;
	}
	if (input_wait_ms(&con->input) > 0)
		after(con->esc, input_wait_ms(&con->input));
	if (!con->done)
		draw(con);
}

static void
on_esc(evutil_socket_t fd, short what, void *arg)
{
	struct console *con = arg;
	struct key k;

	(void)fd;
	(void)what;
	if (!input_timeout(&con->input, &k))
		return;
	key(con, k);
	if (!con->done)
		draw(con);
}

static void
fit(struct console *con)
{
	struct event e = { .kind = EVENT_RESIZE };

	tty_size(con->tty, &e.w, &e.h);
	if (canvas_open(&con->canvas, e.w, e.h, con->options->glyphs) != 0)
		return; /* the old size goes on */
	happen(con, &e);
	paint_resize(con->canvas.w, con->canvas.h);
	draw(con);
}

static void
on_resize(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	fit(arg);
}

static bool
open_paint(struct console *con, const char **why)
{
	return paint_open(con->out.near, getenv("TERM"), con->canvas.w,
	    con->canvas.h, con->options->mono, why);
}

/* Back from another program, which may have changed all. */
static void
resume(struct console *con)
{
	const char *why;

	(void)tty_raw(con->tty);
	if (con->away && !open_paint(con, &why)) {
		quit(con, SIGHUP);
		return;
	}
	con->away = false;
	out_put(&con->out, tty_paste_on);
	con->model.poll_at = 0; /* ask at once */
	fit(con);
}

static void
suspend(struct console *con)
{
	struct event *stop = con->signals[2];

	con->away = true;
	paint_close();
	out_put(&con->out, tty_paste_off);
	out_flush(&con->out, FLUSH_MS);
	tty_restore(con->tty);
	(void)event_del(stop); /* the usual way to stop */
	(void)kill(getpid(), SIGTSTP);
	(void)event_add(stop, NULL);
	/* SIGCONT is waiting by now and resumes. */
}

static void
on_signal(evutil_socket_t number, short what, void *arg)
{
	struct console *con = arg;

	(void)what;
	switch ((int)number) {
	case SIGWINCH:
		if (!evtimer_pending(con->resize, NULL))
			after(con->resize, RESIZE_MS);
		break;
	case SIGCONT:
		resume(con);
		break;
	case SIGTSTP:
		suspend(con);
		break;
	default:
		quit(con, (int)number);
		break;
	}
}

/* ---- begin and end */

static int
open_events(struct console *con)
{
	con->keys =
	    event_new(con->base, con->tty, EV_READ | EV_PERSIST, on_keys, con);
	con->wake = evtimer_new(con->base, on_wake, con);
	con->esc = evtimer_new(con->base, on_esc, con);
	con->frame = evtimer_new(con->base, on_frame, con);
	con->resize = evtimer_new(con->base, on_resize, con);
	con->feed = feed_open(con->base, on_feed, con);
	if (con->keys == NULL || con->wake == NULL || con->esc == NULL ||
	    con->frame == NULL || con->resize == NULL || con->feed == NULL)
		return -ENOMEM;
	for (int i = 0; i < HANDLED; i++) {
		con->signals[i] =
		    evsignal_new(con->base, handled[i], on_signal, con);
		if (con->signals[i] == NULL ||
		    event_add(con->signals[i], NULL) == -1)
			return -ENOMEM;
	}
	return event_add(con->keys, NULL) == -1 ? -ENOMEM : 0;
}

static void
free_event(struct event *e)
{
	if (e != NULL)
		event_free(e);
}

static void
close_all(struct console *con)
{
	feed_close(con->feed);
	for (int i = 0; i < HANDLED; i++)
		free_event(con->signals[i]);
	free_event(con->keys);
	free_event(con->wake);
	free_event(con->esc);
	free_event(con->frame);
	free_event(con->resize);
	model_close(&con->model);
	canvas_close(&con->canvas);
	effects_wipe(&con->effects);
}

static int
open_terminal(struct console *con, const char **why)
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
	tty_size(con->tty, &w, &h);
	if (canvas_open(&con->canvas, w, h, con->options->glyphs) != 0)
		return -1;
	return open_paint(con, why) ? 0 : -1;
}

/* Connect as the options say, or ask who it is first. */
static void
begin(struct console *con)
{
	struct console_options *o = con->options;
	struct event e = { .kind = EVENT_DOWN, .refused = true };

	if (console_needs_login(o)) {
		e.why = "please log in";
		happen(con, &e);
	} else if (!feed_connect(
		       con->feed, o->endpoint, o->user, &o->password, &e.why)) {
		happen(con, &e);
	}
	secret_wipe(&o->password);
	fit(con);
}

static void
leave(struct console *con)
{
	paint_close();
	out_put(&con->out, tty_paste_off);
	out_flush(&con->out, FLUSH_MS);
	tty_restore(con->tty);
	out_close(&con->out);
	tty_show_errors();
}

static int
failed(const char *what, const char *why)
{
	const char *term = getenv("TERM");

	fprintf(stderr,
	    "socks5tui: %s%s%s%s; --once prints a snapshot without "
	    "one\n",
	    what, term != NULL ? term : "", *why != '\0' ? ": " : "", why);
	return CONSOLE_USAGE;
}

static void
end_by(int number)
{
	(void)signal(number, SIG_DFL);
	(void)raise(number);
}

int
console_run(struct console_options *options)
{
	struct console *con = calloc(1, sizeof *con);
	const char *why = "";
	int by;

	if (con == NULL || (con->base = event_base_new()) == NULL)
		return failed("out of memory", "");
	con->options = options;
	con->tty = tty_open();
	if (con->tty < 0)
		return failed("no terminal ", strerror(-con->tty));
	model_open(&con->model, options->endpoint, options->user);
	con->model.read_only = options->read_only;
	con->model.interval_ms = options->interval_ms;
	con->model.now = clock_ms();
	input_start(&con->input, getenv("ESCDELAY") != NULL
				     ? (unsigned)atoi(getenv("ESCDELAY"))
				     : 0);
	if (open_terminal(con, &why) != 0) {
		paint_close();
		return failed("terminal ", why);
	}
	tty_guard(con->tty);
	tty_hide_errors();
	(void)tty_raw(con->tty);
	out_put(&con->out, tty_paste_on);
	if (open_events(con) == 0) {
		begin(con);
		if (!con->done)
			(void)event_base_dispatch(con->base);
	}
	leave(con);
	by = con->killed_by;
	close_all(con);
	event_base_free(con->base);
	(void)close(con->tty);
	free(con);
	if (by != 0)
		end_by(by);
	return CONSOLE_OK;
}
