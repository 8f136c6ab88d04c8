#include "client/client.h"

#include <errno.h>
#include <event2/event_struct.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/sctp.h"
#include "client/connect.h"
#include "proto/frame.h"

enum {
	CONNECT_MS = 10 * 1000,
	ANSWER_MS = 30 * 1000,
	RETRY_MS = 20,     /* when a Unix socket's backlog is full */
	ASKS_MOST = 65536, /* a power of two, as the ring's size is */
	ASKS_FIRST = 64,
	OUT_MOST = 1 << 20,
	OUT_FIRST = 4096,
	ROUNDS = 16, /* reads before others have their turn */
};

struct ask {
	enum admin_id id;
	client_answered *answered;
	void *arg;
};

struct client {
	struct event_base *base;
	struct client_config config;
	enum client_state state;
	enum client_end end;
	char why[ENDPOINT_TEXT + 160];
	const char *unresolved; /* why the name has no address */

	struct connect_addr addrs[CONNECT_MOST];
	size_t naddrs, tried;
	uint64_t connect_until_ms;
	uint64_t heard_ms; /* of the last octet, or of the first request */

	struct event event; /* of the socket */
	struct event timer;
	int fd;                  /* -1: none; the event is added when not */
	bool connected;          /* the kernel says so */
	bool readable, writable; /* since the last EAGAIN */
	bool scheduled;          /* a run is due in this loop's turn */

	/* Within a callback client_close() only marks. */
	unsigned depth;
	bool closed;

	uint8_t *out; /* unsent: out[out_at..out_len) */
	size_t out_at, out_len, out_size;
	struct ask *asks; /* a ring */
	size_t first, nasks, asks_size;
	char *rows; /* of the answer being read */
	size_t in_len;
	uint8_t in[FRAME_ANSWER_MOST + 16 * 1024];
};

/* ---- the end */

static void
destroy(struct client *c)
{
	secret_wipe(&c->config.password);
	if (c->out != NULL)
		explicit_bzero(c->out, c->out_size);
	free(c->out);
	free(c->asks);
	free(c->rows);
	free(c);
}

static void
disconnect(struct client *c)
{
	(void)event_del(&c->timer);
	if (c->fd == -1)
		return;
	(void)event_del(&c->event);
	close(c->fd);
	c->fd = -1;
	c->readable = c->writable = c->connected = false;
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

static struct ask
take_ask(struct client *c)
{
	struct ask ask = c->asks[c->first];

	c->first = (c->first + 1) & (c->asks_size - 1);
	c->nasks--;
	return ask;
}

static void __attribute__((format(printf, 3, 4)))
go_down(struct client *c, enum client_end end, const char *format, ...)
{
	struct client_answer lost = { .status = ADMIN_LOST };
	struct ask ask;
	va_list args;

	va_start(args, format);
	(void)vsnprintf(c->why, sizeof c->why, format, args);
	va_end(args);
	disconnect(c);
	c->state = CLIENT_DOWN;
	c->end = end;
	while (c->nasks > 0 && !c->closed) {
		ask = take_ask(c);
		lost.id = ask.id;
		ask.answered(&lost, ask.arg);
	}
	if (c->config.changed != NULL && !c->closed)
		c->config.changed(c, CLIENT_DOWN, c->config.arg);
}

/* ---- time */

static void
set_timer(struct client *c, uint64_t ms)
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
	if (c->state != CLIENT_UP || c->nasks == 0)
		return;
	if (!event_pending(&c->timer, EV_TIMEOUT, NULL)) {
		c->heard_ms = clock_ms();
		set_timer(c, c->config.answer_ms);
	}
}

/* ---- output */

static void
flush(struct client *c)
{
	size_t n;
	ssize_t sent;

	while (c->writable && c->out_at < c->out_len) {
		n = c->out_len - c->out_at;
		if (c->config.endpoint.kind == ENDPOINT_SCTP &&
		    n > SCTP_SEND_MOST)
			n = SCTP_SEND_MOST;
		sent = send(c->fd, c->out + c->out_at, n, MSG_NOSIGNAL);
		if (sent > 0)
			c->out_at += (size_t)sent;
		else if (errno != EINTR)
			/* An error is told once what came is read. */
			c->writable = false;
	}
	if (c->out_at == c->out_len)
		c->out_at = c->out_len = 0;
}

/* Room for n octets more. */
static bool
make_room(struct client *c, size_t n)
{
	size_t size = c->out_size == 0 ? OUT_FIRST : c->out_size;
	uint8_t *bigger;

	if (c->out_at > 0) {
		memmove(c->out, c->out + c->out_at, c->out_len - c->out_at);
		c->out_len -= c->out_at;
		c->out_at = 0;
	}
	if (c->out_len + n > OUT_MOST)
		return false;
	while (size < c->out_len + n)
		size *= 2;
	if (size == c->out_size)
		return true;
	/* Not realloc(): it might leave passwords behind. */
	bigger = malloc(size);
	if (bigger == NULL)
		return false;
	if (c->out != NULL) {
		memcpy(bigger, c->out, c->out_len);
		explicit_bzero(c->out, c->out_size);
		free(c->out);
	}
	c->out = bigger;
	c->out_size = size;
	return true;
}

static bool
write_login(struct client *c, const struct client_config *config)
{
	/* Without a name, a local administrator: any will do then. */
	const char *user = *config->user == '\0' ? "local" : config->user;
	struct frame_login login = { .password = config->password };
	struct wr out;

	if (!make_room(c, FRAME_LOGIN_MOST))
		return false;
	layout_text_set(&login.name, user, strlen(user));
	if (*config->user == '\0' && login.password.len == 0)
		secret_set(&login.password, "local", 5);
	out = wr_of(c->out, c->out_size);
	frame_login_write(&out, &login);
	c->out_len = wr_len(&out);
	secret_wipe(&login.password);
	return true;
}

/* ---- input */

/* False: no more than a part of an answer is there, or it is all over. */
static bool
take_verdict(struct client *c, struct rd *in)
{
	enum frame_verdict verdict;
	enum parse found = frame_verdict_parse(in, &verdict);

	if (found == PARSE_MORE)
		return false;
	if (found == PARSE_BAD) {
		go_down(c, CLIENT_GARBLED,
		    "the server does not speak the admin protocol");
		return false;
	}
	if (verdict != FRAME_ACCEPTED) {
		go_down(c, CLIENT_REFUSED, "%s",
		    verdict == FRAME_REFUSED
			? "the server refused the login"
			: "the server speaks another version");
		return false;
	}
	c->state = CLIENT_UP;
	(void)event_del(&c->timer);
	watch_silence(c);
	if (c->config.changed != NULL)
		c->config.changed(c, CLIENT_UP, c->config.arg);
	return c->state == CLIENT_UP && !c->closed;
}

static bool
take_answer(struct client *c, struct rd *in)
{
	struct client_answer answer = { .rows = c->rows };
	enum parse found = PARSE_BAD;
	struct ask ask;

	if (c->nasks > 0) {
		answer.id = c->asks[c->first].id;
		found = frame_answer_parse(in, answer.id, &answer.status,
		    c->rows, FRAME_LIST_MOST, &answer.count);
	}
	if (found == PARSE_MORE)
		return false;
	if (found == PARSE_BAD) {
		go_down(c, CLIENT_GARBLED,
		    "the server sent what is no answer to us");
		return false;
	}
	ask = take_ask(c);
	ask.answered(&answer, ask.arg);
	return c->state == CLIENT_UP && !c->closed;
}

static void
parse(struct client *c)
{
	struct rd in = rd_of(c->in, c->in_len);
	bool more = true;

	while (more && rd_left(&in) > 0)
		more = c->state == CLIENT_UP ? take_answer(c, &in)
					     : take_verdict(c, &in);
	c->in_len = rd_left(&in);
	memmove(c->in, in.at, c->in_len);
}

static void
receive(struct client *c)
{
	ssize_t n = recv(c->fd, c->in + c->in_len, sizeof c->in - c->in_len, 0);

	if (n > 0) {
		c->in_len += (size_t)n;
		c->heard_ms = clock_ms();
		parse(c);
	} else if (n == 0) {
		go_down(c, CLIENT_LOST, "the server closed the connection");
	} else if (errno == EAGAIN) {
		c->readable = false;
	} else if (errno != EINTR) {
		go_down(c, CLIENT_LOST, "the connection broke: %s",
		    strerror(errno));
	}
}

/* ---- connecting */

static void on_socket(evutil_socket_t, short, void *);

/* The next address, and so on until one is on its way. */
static void
try_next(struct client *c, int err)
{
	const struct connect_addr *addr;
	char where[ENDPOINT_TEXT];
	uint64_t now = clock_ms(), left;

	disconnect(c);
	while (c->tried < c->naddrs && now < c->connect_until_ms) {
		left = c->connect_until_ms - now;
		addr = &c->addrs[c->tried];
		c->fd = connect_start(c->config.endpoint.kind, addr);
		if (c->fd == -EAGAIN) {
			c->fd = -1;
			set_timer(c, RETRY_MS);
			return;
		}
		c->tried++;
		if (c->fd >= 0) {
			(void)event_assign(&c->event, c->base, c->fd,
			    EV_READ | EV_WRITE | EV_ET | EV_PERSIST, on_socket,
			    c);
			(void)event_add(&c->event, NULL);
			/* Each address has an equal part of what is left. */
			set_timer(c, left / (c->naddrs - c->tried + 1));
			return;
		}
		err = -c->fd;
		c->fd = -1;
	}
	(void)endpoint_print(&c->config.endpoint, where);
	go_down(c, CLIENT_UNREACHABLE, "cannot connect to %s: %s", where,
	    strerror(err));
}

/* Is the connection there? False: not yet, or it failed. */
static bool
check_connected(struct client *c, short what)
{
	uint64_t now = clock_ms();
	int err = 0;
	socklen_t len = sizeof err;

	(void)getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &err, &len);
	if (err != 0) {
		try_next(c, err);
		return false;
	}
	if (!(what & EV_WRITE))
		return false;
	c->connected = true;
	if (now > c->connect_until_ms)
		now = c->connect_until_ms;
	set_timer(c, c->connect_until_ms - now);
	return true;
}

/* ---- events */

static void
run(struct client *c)
{
	for (unsigned i = 0; i < ROUNDS; i++) {
		flush(c);
		if (!c->readable)
			return;
		receive(c);
		if (c->closed || c->state == CLIENT_DOWN)
			return;
	}
	event_active(&c->event, EV_READ, 0); /* there may be more */
}

static void
on_socket(evutil_socket_t fd, short what, void *arg)
{
	struct client *c = arg;

	(void)fd;
	enter(c);
	if (c->connected || check_connected(c, what)) {
		c->scheduled = false;
		c->readable |= (what & EV_READ) != 0;
		c->writable |= (what & EV_WRITE) != 0;
		run(c);
	}
	leave(c);
}

static void
on_late(struct client *c)
{
	uint64_t now = clock_ms();

	if (c->state == CLIENT_UP && c->nasks > 0) {
		if (now - c->heard_ms >= c->config.answer_ms)
			go_down(c, CLIENT_LOST, "no answer for %u ms",
			    c->config.answer_ms);
		else
			set_timer(c, c->heard_ms + c->config.answer_ms - now);
	} else if (c->state == CLIENT_CONNECTING && c->connected) {
		go_down(c, CLIENT_LOST, "no answer to the login for %u ms",
		    c->config.connect_ms);
	}
}

static void
on_timer(evutil_socket_t fd, short what, void *arg)
{
	struct client *c = arg;

	(void)fd;
	(void)what;
	enter(c);
	if (c->state == CLIENT_CONNECTING && c->naddrs == 0)
		go_down(c, CLIENT_UNREACHABLE, "%s: %s",
		    c->config.endpoint.host, c->unresolved);
	else if (c->state == CLIENT_CONNECTING && !c->connected)
		try_next(c, ETIMEDOUT);
	else
		on_late(c);
	leave(c);
}

/* ---- contract */

static size_t
largest_answer(void)
{
	size_t most = 0;

	for (size_t i = 0; i < ADMIN_COMMANDS; i++)
		if (admin_commands[i].answer->size > most)
			most = admin_commands[i].answer->size;
	return most;
}

struct client *
client_open(struct event_base *base, const struct client_config *config)
{
	struct client *c = calloc(1, sizeof *c);

	if (c == NULL)
		return NULL;
	c->base = base;
	c->fd = -1;
	c->config = *config;
	c->config.user = NULL; /* the caller's; sent from here */
	secret_wipe(&c->config.password);
	if (c->config.connect_ms == 0)
		c->config.connect_ms = CONNECT_MS;
	if (c->config.answer_ms == 0)
		c->config.answer_ms = ANSWER_MS;
	c->rows = calloc(FRAME_LIST_MOST, largest_answer());
	if (c->rows == NULL || !write_login(c, config) ||
	    event_assign(&c->timer, base, -1, 0, on_timer, c) != 0) {
		destroy(c);
		errno = ENOMEM;
		return NULL;
	}
	c->naddrs =
	    connect_resolve(&c->config.endpoint, c->addrs, &c->unresolved);
	c->heard_ms = clock_ms();
	c->connect_until_ms = c->heard_ms + c->config.connect_ms;
	set_timer(c, 0);
	return c;
}

static bool
grow_asks(struct client *c)
{
	size_t size = c->asks_size == 0 ? ASKS_FIRST : c->asks_size * 2;
	struct ask *bigger = calloc(size, sizeof *bigger);

	if (bigger == NULL)
		return false;
	for (size_t i = 0; i < c->nasks; i++)
		bigger[i] = c->asks[(c->first + i) & (c->asks_size - 1)];
	free(c->asks);
	c->asks = bigger;
	c->asks_size = size;
	c->first = 0;
	return true;
}

/* All requests of one turn of the loop go out together. */
static void
schedule(struct client *c)
{
	if (!c->connected || c->scheduled)
		return;
	c->scheduled = true;
	event_active(&c->event, 0, 0);
}

int
client_ask(struct client *c, enum admin_id id, const void *request,
    client_answered *answered, void *arg)
{
	struct wr out;

	if (c->state == CLIENT_DOWN)
		return -ENOTCONN;
	if (admin_base_code(id) < 0)
		return -ENOSYS;
	if (c->nasks == ASKS_MOST || !make_room(c, FRAME_REQUEST_MOST) ||
	    (c->nasks == c->asks_size && !grow_asks(c)))
		return -ENOBUFS;
	out = wr_of(c->out + c->out_len, c->out_size - c->out_len);
	frame_request_write(&out, id, request);
	c->out_len += wr_len(&out);
	c->asks[(c->first + c->nasks++) & (c->asks_size - 1)] =
	    (struct ask){ id, answered, arg };
	watch_silence(c);
	schedule(c);
	return 0;
}

int
client_wait(struct client *c)
{
	while (c->state != CLIENT_DOWN &&
	       (c->state == CLIENT_CONNECTING || c->nasks > 0))
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
	return c->nasks;
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
