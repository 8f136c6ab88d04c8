#include "tui/once.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "base/endpoint.h"
#include "tui/feed.h"
#include "tui/screen.h"
#include "tui/talk.h"

enum { POLLS = 3, SOON_MS = 1000 }; /* two samples make a rate */

struct once {
	const struct once_wish *wish;
	struct event_base *base;
	struct feed *feed;
	struct model model;
	struct effects effects;
	struct event *wake;
	struct canvas canvas;
	unsigned polled, printed, interval_ms;
	int status;
	bool acting;
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
carry_out(struct once *o)
{
	struct effects *fx = &o->effects;

	if (o->acting)
		return;
	o->acting = true;
	for (size_t i = 0; i < fx->n; i++)
		if (fx->list[i].kind == EFFECT_RECONNECT)
			feed_again(o->feed);
		else
			(void)feed_do(o->feed, &fx->list[i], &o->model.users);
	o->acting = false;
	effects_wipe(fx);
}

static void
end(struct once *o, int status)
{
	o->status = status;
	(void)event_base_loopbreak(o->base);
}

/* True if that was the last time. */
static bool
print(struct once *o)
{
	screen_draw(&o->model, &o->canvas);
	o->wish->print(&o->canvas);
	if (fflush(stdout) != 0 || ferror(stdout)) {
		perror("socks5tui: standard output");
		end(o, CONSOLE_LOST);
		return true;
	}
	if (++o->printed != o->wish->times)
		return false;
	end(o, CONSOLE_OK);
	return true;
}

/* Rates need several polls: however long it rests later, these come soon. */
static void
begin_soon(struct once *o)
{
	o->polled = 0;
	if (o->interval_ms > SOON_MS)
		o->model.interval_ms = SOON_MS;
}

static bool
polled(struct once *o)
{
	struct model *m = &o->model;

	if (++o->polled < POLLS)
		return false;
	if (m->interval_ms != o->interval_ms) {
		m->interval_ms = o->interval_ms;
		m->poll_at = m->now + m->interval_ms;
	}
	return print(o);
}

/* The link came or went; true: that ends it. */
static bool
link_changed(struct once *o, const struct event *e)
{
	const struct link *l = &o->model.link;

	if (e->kind == EVENT_UP && l->was_up) {
		(void)talk_complain(CONSOLE_OK, l->endpoint, "connected again");
		begin_soon(o);
	}
	/* What was tried again in vain was told when it went. */
	if (e->kind != EVENT_DOWN || (l->state == LINK_LOST && !e->refused))
		return false;
	(void)talk_gone(CONSOLE_LOST, l->endpoint, e->why);
	if (l->was_up && !e->refused && o->wish->again) {
		(void)talk_complain(
		    CONSOLE_LOST, l->endpoint, "trying to connect again");
		return false;
	}
	end(o, e->refused ? CONSOLE_REFUSED : CONSOLE_LOST);
	return true;
}

static void
happen(struct event *e, void *arg)
{
	struct once *o = arg;
	struct timeval tv = { 0 };
	char clock[12];
	uint64_t wake;

	if (link_changed(o, e))
		return;
	console_clock(clock);
	e->now = clock_ms();
	e->wall = (uint64_t)time(NULL);
	e->clock = clock;
	update(&o->model, e, &o->effects);
	if (e->kind == EVENT_POLLED && polled(o))
		return;
	carry_out(o);
	wake = model_wake(&o->model) - e->now;
	tv.tv_sec = (time_t)(wake / 1000);
	tv.tv_usec = (suseconds_t)(wake % 1000 * 1000);
	(void)event_add(o->wake, &tv);
}

static void
on_wake(evutil_socket_t fd, short what, void *arg)
{
	struct event e = { .kind = EVENT_TICK };

	(void)fd;
	(void)what;
	happen(&e, arg);
}

static bool
start(struct once *o, struct console_options *options)
{
	const char *why = "out of memory";

	if (o->base != NULL) {
		o->wake = evtimer_new(o->base, on_wake, o);
		o->feed = feed_open(o->base, !options->base, happen, o);
	}
	if (o->wake != NULL && o->feed != NULL &&
	    feed_connect(o->feed, options->endpoint, options->user,
		&options->password, &why))
		return true;
	fprintf(stderr, "socks5tui: %s\n", why);
	return false;
}

int
once_run(struct console_options *options, const struct once_wish *wish)
{
	struct once *o = calloc(1, sizeof *o);
	int status;

	if (o == NULL)
		return CONSOLE_LOST;
	o->base = event_base_new();
	o->wish = wish;
	o->status = CONSOLE_LOST;
	model_open(&o->model, options->endpoint, options->user);
	o->interval_ms = o->model.interval_ms =
	    options->begin.value[PREF_INTERVAL];
	begin_soon(o);
	o->model.view = (enum view)wish->view;
	if (canvas_open(&o->canvas, wish->w, wish->h, options->glyphs) == 0 &&
	    start(o, options))
		(void)event_base_dispatch(o->base);
	secret_wipe(&options->password);
	status = o->status;
	canvas_close(&o->canvas);
	feed_close(o->feed);
	if (o->wake != NULL)
		event_free(o->wake);
	if (o->base != NULL)
		event_base_free(o->base);
	model_close(&o->model);
	free(o);
	return status;
}
