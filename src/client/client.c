#include "client/client.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "client/parts.h"

enum {
	CONNECT_MS = 10 * 1000,
	ANSWER_MS = 30 * 1000,
	RETRY_MS = 20, /* when a Unix socket's backlog is full */
	ROUNDS = 16,   /* reads before others have their turn */
};

/* ---- the end */

static void
destroy(struct client *c)
{
	secret_wipe(&c->config.password);
	outbox_free(&c->greeting);
	outbox_free(&c->out);
	asks_free(&c->asks);
	free(c->rows);
	free(c);
}

static void
disconnect(struct client *c)
{
	(void)event_del(&c->timer);
	link_close(&c->link);
}

/* Every callback runs between these two. */
static void
enter(struct client *c)
{
	c->depth++;
}

static void
leave(struct client *c)
{
	if (--c->depth == 0 && c->closed)
		destroy(c);
}

void
client_down(struct client *c, enum client_end end, const char *format, ...)
{
	struct client_answer lost = { .status = ADMIN_LOST,
		.why = admin_status_text(ADMIN_LOST) };
	struct ask ask;
	va_list args;

	va_start(args, format);
	(void)vsnprintf(c->why, sizeof c->why, format, args);
	va_end(args);
	disconnect(c);
	c->state = CLIENT_DOWN;
	c->end = end;
	while (c->asks.count > 0 && !c->closed) {
		ask = asks_take(&c->asks);
		lost.id = ask.id;
		ask.answered(&lost, ask.arg);
	}
	if (c->config.changed != NULL && !c->closed)
		c->config.changed(c, CLIENT_DOWN, c->config.arg);
}

/* ---- time */

void
client_set_timer(struct client *c, uint64_t ms)
{
	const struct timeval tv = {
		.tv_sec = (time_t)(ms / 1000),
		.tv_usec = (suseconds_t)(ms % 1000 * 1000),
	};

	(void)event_add(&c->timer, &tv);
}

static void
watch_silence(struct client *c)
{
	if (c->state != CLIENT_UP || c->asks.count == 0)
		return;
	if (!event_pending(&c->timer, EV_TIMEOUT, NULL)) {
		c->heard_ms = clock_ms();
		client_set_timer(c, c->config.answer_ms);
	}
}

/* ---- output */

static void
send_box(struct client *c, struct outbox *box)
{
	ssize_t n;

	while (c->link.writable && box->at < box->len) {
		n = link_send(
		    &c->link, box->bytes + box->at, box->len - box->at);
		/* An error is told once what came is read. */
		if (n > 0)
			outbox_sent(box, (size_t)n);
	}
}

static void
flush(struct client *c)
{
	send_box(c, &c->greeting);
	if (c->state == CLIENT_UP || !c->config.extended)
		send_box(c, &c->out);
}

/* ---- up */

bool
client_up(struct client *c)
{
	c->state = CLIENT_UP;
	secret_wipe(&c->config.password);
	(void)event_del(&c->timer);
	watch_silence(c);
	flush(c);
	if (c->config.changed != NULL)
		c->config.changed(c, CLIENT_UP, c->config.arg);
	return c->state == CLIENT_UP && !c->closed;
}

/* ---- connecting */

static void
try_next(struct client *c, int err)
{
	char where[ENDPOINT_TEXT];
	uint64_t now = clock_ms();

	err = now < c->connect_until_ms ? link_next(&c->link, err) : -err;
	if (err == 0) {
		/* Each address has an equal part of what is left. */
		client_set_timer(
		    c, (c->connect_until_ms - now) / (link_left(&c->link) + 1));
	} else if (err == -EAGAIN) {
		client_set_timer(c, RETRY_MS);
	} else {
		(void)endpoint_print(&c->config.endpoint, where);
		client_down(c, CLIENT_UNREACHABLE, "cannot connect to %s: %s",
		    where,
		    err == -EPROTONOSUPPORT
			? "there is no SCTP in this kernel or build"
			: strerror(-err));
	}
}

/* Is the connection there? False: not yet, or it failed. */
static bool
check_connected(struct client *c, short what)
{
	uint64_t now = clock_ms();
	int found = link_check(&c->link, what);

	if (found < 0)
		try_next(c, -found);
	if (found <= 0)
		return false;
	client_set_timer(
	    c, now < c->connect_until_ms ? c->connect_until_ms - now : 0);
	return true;
}

/* ---- events */

static void
run(struct client *c)
{
	for (unsigned i = 0; i < ROUNDS; i++) {
		flush(c);
		if (!c->link.readable)
			return;
		client_receive(c);
		if (c->closed || c->link.fd == -1)
			return;
	}
	link_wake(&c->link); /* there may be more */
}

static void
on_socket(evutil_socket_t fd, short what, void *arg)
{
	struct client *c = arg;

	(void)fd;
	enter(c);
	if (c->link.connected || check_connected(c, what)) {
		c->scheduled = false;
		link_note(&c->link, what);
		run(c);
	}
	leave(c);
}

static void
on_late(struct client *c)
{
	uint64_t now = clock_ms();

	if (c->state == CLIENT_UP && c->asks.count > 0) {
		if (now - c->heard_ms >= c->config.answer_ms)
			client_down(c, CLIENT_LOST, "no answer for %u ms",
			    c->config.answer_ms);
		else
			client_set_timer(
			    c, c->heard_ms + c->config.answer_ms - now);
	} else if (c->state == CLIENT_CONNECTING && c->greeted) {
		greet_again(c);
	} else if (c->state == CLIENT_CONNECTING && c->link.connected) {
		client_down(c, CLIENT_LOST, "no answer to the login for %u ms",
		    c->config.connect_ms);
	}
}

/* The name has addresses now, or why it has none. */
static void
on_resolved(const char *why, void *arg)
{
	struct client *c = arg;

	enter(c);
	if (why != NULL)
		client_down(c, CLIENT_UNREACHABLE, "%s: %s",
		    c->config.endpoint.host, why);
	else
		try_next(c, ETIMEDOUT);
	leave(c);
}

static void
on_timer(evutil_socket_t fd, short what, void *arg)
{
	struct client *c = arg;

	(void)fd;
	(void)what;
	enter(c);
	if (c->state == CLIENT_CONNECTING && c->unresolved != NULL)
		client_down(c, CLIENT_UNREACHABLE, "%s: %s",
		    c->config.endpoint.host, c->unresolved);
	else if (c->state == CLIENT_CONNECTING && c->link.lookup != NULL)
		client_down(c, CLIENT_UNREACHABLE,
		    "%s: the resolver gave no answer for %u ms",
		    c->config.endpoint.host, c->config.connect_ms);
	else if (c->state == CLIENT_CONNECTING && !c->link.connected)
		try_next(c, ETIMEDOUT);
	else
		on_late(c);
	leave(c);
}

/* ---- contract */

struct client *
client_open(struct event_base *base, const struct client_config *config)
{
	struct client *c = calloc(1, sizeof *c);

	if (c == NULL)
		return NULL;
	c->base = base;
	c->link.fd = -1;
	c->config = *config;
	c->config.user = c->user;
	(void)snprintf(c->user, sizeof c->user, "%s", config->user);
	if (!config->extended)
		secret_wipe(&c->config.password);
	if (c->config.connect_ms == 0)
		c->config.connect_ms = CONNECT_MS;
	if (c->config.answer_ms == 0)
		c->config.answer_ms = ANSWER_MS;
	c->rows = calloc(FRAME_LIST_MOST, sizeof(union admin_answer));
	if (c->rows == NULL || !greet_write(c, config) ||
	    event_assign(&c->timer, base, -1, 0, on_timer, c) != 0) {
		destroy(c);
		errno = ENOMEM;
		return NULL;
	}
	c->link.ready = on_socket;
	c->link.resolved = on_resolved;
	c->link.arg = c;
	c->unresolved = link_open(&c->link, base, &c->config.endpoint);
	c->heard_ms = clock_ms();
	c->connect_until_ms = c->heard_ms + c->config.connect_ms;
	client_set_timer(c, c->link.lookup != NULL ? c->config.connect_ms : 0);
	return c;
}

/* All requests of one turn of the loop go out together. */
static void
schedule(struct client *c)
{
	if (!c->link.connected || c->scheduled)
		return;
	c->scheduled = true;
	link_wake(&c->link);
}

int
client_ask(struct client *c, enum admin_id id, const void *request,
    client_answered *answered, void *arg)
{
	struct ask ask;
	struct wr out;
	size_t most;

	if (c->state == CLIENT_DOWN)
		return -ENOTCONN;
	if (!client_knows(c, id))
		return -ENOSYS;
	ask = (struct ask){ id, client_form(c, id), answered, arg };
	most = 6 + layout_most(admin_commands[id].request, ask.form);
	if (!outbox_room(&c->out, most, &out) || !asks_push(&c->asks, &ask))
		return -ENOBUFS;
	frame_request_write(&out, ask.form, id, request);
	outbox_add(&c->out, &out);
	watch_silence(c);
	schedule(c);
	return 0;
}

int
client_wait(struct client *c)
{
	while (c->state != CLIENT_DOWN &&
	       (c->state == CLIENT_CONNECTING || c->asks.count > 0))
		if (event_base_loop(c->base, EVLOOP_ONCE) != 0)
			break;
	return c->state == CLIENT_UP ? 0 : -1;
}

enum client_state
client_state(const struct client *c)
{
	return c->state;
}

enum client_end
client_end(const struct client *c)
{
	return c->end;
}

const char *
client_why(const struct client *c)
{
	return c->why;
}

size_t
client_pending(const struct client *c)
{
	return c->asks.count;
}

void
client_close(struct client *c)
{
	if (c == NULL || c->closed)
		return;
	disconnect(c);
	c->state = CLIENT_DOWN;
	c->closed = true;
	if (c->depth == 0)
		destroy(c);
}
