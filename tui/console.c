#include "tui/console_loop.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "tui/paint.h"
#include "tui/save.h"
#include "tui/tty.h"

void
console_after(struct event *timer, uint64_t ms)
{
	struct timeval tv = { (time_t)(ms / 1000),
		(suseconds_t)(ms % 1000 * 1000) };

	(void)event_add(timer, &tv);
}

/* ---- events */

void
console_happen(struct console *con, struct event *e)
{
	char clock[12];
	uint64_t now = clock_ms(), wake;

	if (con->replay != NULL && e->kind == EVENT_TICK)
		return; /* its time is another */
	e->now = con->replay != NULL ? con->model.now : now;
	e->wall = (uint64_t)time(NULL);
	if (con->record != NULL)
		record_event(con->record, &con->model, e);
	if (e->kind == EVENT_ANSWER) { /* one of many; nothing is due */
		update(&con->model, e, &con->effects);
		return;
	}
	console_clock(clock);
	e->clock = clock;
	update(&con->model, e, &con->effects);
	if (con->replay != NULL) {
		effects_wipe(&con->effects);
		return;
	}
	console_carry_out(con);
	wake = model_wake(&con->model);
	console_after(con->wake, wake > now ? wake - now : 0);
}

static void
on_feed(struct event *e, void *arg)
{
	struct console *con = arg;

	console_happen(con, e);
	/* Behind UP comes the first poll: one frame is enough. */
	if (e->kind != EVENT_ANSWER && e->kind != EVENT_UP && con->wake != NULL)
		console_draw_soon(con);
}

static void
on_wake(evutil_socket_t fd, short what, void *arg)
{
	struct event e = { .kind = EVENT_TICK };

	struct console *con = arg;

	(void)fd;
	(void)what;
	if (con->replay != NULL) {
		console_replay_step(con);
		return;
	}
	console_happen(con, &e);
	/* When a poll has just gone out, its answer is drawn with the rest. */
	if (!con->model.polling || con->model.polled_at != con->model.now)
		console_draw_soon(con);
}

void
console_quit(struct console *con, int by_signal)
{
	con->done = true;
	con->killed_by = by_signal;
	(void)event_base_loopbreak(con->base);
}

/* ---- begin and end */

static int
open_events(struct console *con)
{
	con->keys = event_new(
	    con->base, con->tty, EV_READ | EV_PERSIST, console_on_keys, con);
	con->wake = evtimer_new(con->base, on_wake, con);
	con->esc = evtimer_new(con->base, console_on_esc, con);
	con->frame = evtimer_new(con->base, console_on_frame, con);
	con->resize = evtimer_new(con->base, console_on_resize, con);
	con->save = evtimer_new(con->base, console_on_save, con);
	con->feed = feed_open(con->base, !con->options->base, on_feed, con);
	if (con->keys == NULL || con->wake == NULL || con->esc == NULL ||
	    con->frame == NULL || con->resize == NULL || con->save == NULL ||
	    con->feed == NULL)
		return -ENOMEM;
	for (int i = 0; i < CONSOLE_SIGNALS; i++) {
		con->signals[i] = evsignal_new(
		    con->base, console_signals[i], console_on_signal, con);
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
	fleet_close(con->fleet);
	(void)record_close(con->record);
	replay_close(con->replay);
	for (int i = 0; i < CONSOLE_SIGNALS; i++)
		free_event(con->signals[i]);
	free_event(con->keys);
	free_event(con->wake);
	free_event(con->esc);
	free_event(con->frame);
	free_event(con->resize);
	free_event(con->save);
	save_close(con->saving);
	model_close(&con->model);
	canvas_close(&con->canvas);
	effects_wipe(&con->effects);
	if (con->base != NULL)
		event_base_free(con->base);
	if (con->tty >= 0)
		(void)close(con->tty);
}

static void
open_fleet(struct console *con)
{
	const struct console_options *o = con->options;

	if (o->nodes == NULL || o->nodes->n == 0)
		return;
	model_nodes(&con->model, o->nodes);
	con->fleet = fleet_open(
	    con->base, o->nodes, &o->password, !o->base, on_feed, con);
}

/* Connect as the options say, or ask who it is first. */
static void
begin(struct console *con)
{
	struct console_options *o = con->options;
	struct event e = { .kind = EVENT_DOWN, .refused = true };

	if (con->replay == NULL)
		open_fleet(con);
	if (con->replay != NULL) {
		console_replay_step(con);
	} else if (console_needs_login(o)) {
		e.why = "please log in";
		console_happen(con, &e);
	} else if (!feed_connect(
		       con->feed, o->endpoint, o->user, &o->password, &e.why)) {
		console_happen(con, &e);
	}
	secret_wipe(&o->password);
	console_fit(con);
}

static int
failed(const char *what, const char *which, const char *why)
{
	fprintf(stderr, "socks5tui: %s%s: %s; --plain and --once need none\n",
	    what, which, why);
	return CONSOLE_USAGE;
}

static void
end_by(int number)
{
	(void)signal(number, SIG_DFL);
	(void)raise(number);
}

/* From here on the terminal is ours, until console_leave(). */
static void
loop(struct console *con)
{
	tty_guard(con->tty);
	tty_hide_errors();
	(void)tty_raw(con->tty);
	out_put(&con->out, tty_paste_on);
	console_mouse(con, con->model.mouse);
	if (open_events(con) == 0) {
		begin(con);
		if (!con->done)
			(void)event_base_dispatch(con->base);
	}
	console_leave(con);
}

static void
start_model(struct console *con)
{
	struct model *m = &con->model;
	const struct console_options *o = con->options;

	model_open(m, o->endpoint, o->user);
	m->read_only = o->read_only;
	prefs_apply(&o->begin, m);
	m->view = (enum view)o->view;
	m->nodes = o->nodes;
	m->now = clock_ms();
	m->old_terminal = !console_knows_sequences();
}

/* 0, or the exit status, told. */
static int
prepare(struct console *con)
{
	const struct console_options *o = con->options;
	const char *esc = getenv("ESCDELAY");

	input_start(&con->input, esc != NULL ? (unsigned)atoi(esc) : 0);
	if (o->replay != NULL)
		return console_replay_open(con, o->replay);
	start_model(con);
	if (o->record == NULL)
		return 0;
	con->record = record_open(
	    o->record, &con->model, o->glyphs, (uint64_t)time(NULL));
	if (con->record != NULL)
		return 0;
	fprintf(stderr, "socks5tui: --record: %s: %s\n", o->record,
	    strerror(errno));
	return CONSOLE_USAGE;
}

static void
end_record(struct console *con)
{
	int err = record_close(con->record);

	con->record = NULL;
	if (err != 0)
		fprintf(stderr, "socks5tui: --record: %s: %s\n",
		    con->options->record, strerror(-err));
}

/* Keep what was changed with keys; an option holds for one run only. */
static void
save_prefs(const struct console *con)
{
	const struct console_options *o = con->options;
	struct prefs now = o->prefs;
	int err = 0;

	prefs_take(&now, &con->model);
	for (int i = 0; i < PREF_COUNT; i++)
		if (now.value[i] == o->begin.value[i])
			now.value[i] = o->prefs.value[i];
	if (con->replay == NULL && !prefs_same(&now, &o->prefs))
		err = prefs_save(&now);
	if (err != 0)
		fprintf(stderr, "socks5tui: preferences: %s\n", strerror(-err));
}

static int
run(struct console *con)
{
	const char *term = getenv("TERM"), *why = "out of memory";
	int status;

	con->tty = tty_open();
	if (con->tty < 0)
		return failed("no terminal", "", strerror(-con->tty));
	con->base = event_base_new();
	status = prepare(con);
	if (status != 0)
		return status;
	if (con->base == NULL || console_open_terminal(con, &why) != 0) {
		paint_close();
		out_close(&con->out);
		return failed("terminal ", term != NULL ? term : "", why);
	}
	loop(con);
	end_record(con);
	save_prefs(con);
	return CONSOLE_OK;
}

int
console_run(struct console_options *options)
{
	struct console *con = calloc(1, sizeof *con);
	int status, by;

	if (con == NULL)
		return failed("no memory", "", strerror(ENOMEM));
	con->options = options;
	status = run(con);
	by = con->killed_by;
	close_all(con);
	free(con);
	if (by != 0)
		end_by(by);
	return status;
}
