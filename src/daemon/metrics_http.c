#include "daemon/metrics_http.h"

#include <errno.h>
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/http.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "daemon/metrics_text.h"

enum {
	BACKLOG = 64,
	HEADERS_MOST = 8192,
	BODY_MOST = 1024,
	METHOD_NOT_ALLOWED = 405,
};

/*
 * evhttp has no limit on connections nor on their time as a whole. So each
 * bufferevent is counted here too: we hold a reference, and know that evhttp is
 * done with it when its callbacks are gone.
 */
struct visitor {
	struct bufferevent *bev;
	uint64_t since_ms;
};

struct metrics_http {
	struct event_base *base;
	struct supervisor *supervisor;
	struct metrics_http_limits limits;
	struct evhttp *http;
	struct event *sweep;
	struct addr addr;
	size_t nvisitors;
	struct visitor visitors[METRICS_HTTP_VISITORS]; /* the oldest first */
};

const struct metrics_http_limits metrics_http_default = {
	.whole_ms = 10000,
	.sweep_ms = 500,
	.visitors = METRICS_HTTP_VISITORS,
};

/* ---- visitors */

static bool
is_over(const struct visitor *v)
{
	bufferevent_data_cb on_read, on_write;
	bufferevent_event_cb on_event;
	void *arg;

	bufferevent_getcb(v->bev, &on_read, &on_write, &on_event, &arg);
	return on_read == NULL && on_write == NULL && on_event == NULL;
}

static void
forget(struct metrics_http *h, size_t i)
{
	(void)bufferevent_decref(h->visitors[i].bev);
	h->nvisitors--;
	memmove(&h->visitors[i], &h->visitors[i + 1],
	    (h->nvisitors - i) * sizeof *h->visitors);
}

/* evhttp sees the end of the connection, and closes it. */
static void
cut_off(struct metrics_http *h, size_t i)
{
	evutil_socket_t fd = bufferevent_getfd(h->visitors[i].bev);

	if (fd != -1)
		(void)shutdown(fd, SHUT_RDWR);
	forget(h, i);
}

static void
look_at_visitors(struct metrics_http *h)
{
	uint64_t now = clock_ms();
	size_t i = 0;

	while (i < h->nvisitors)
		if (is_over(&h->visitors[i]))
			forget(h, i);
		else if (now - h->visitors[i].since_ms >= h->limits.whole_ms)
			cut_off(h, i);
		else
			i++;
}

static void
sweep_again(struct metrics_http *h)
{
	struct timeval tv = { (time_t)(h->limits.sweep_ms / 1000),
		(suseconds_t)(h->limits.sweep_ms % 1000 * 1000) };

	if (h->nvisitors > 0)
		(void)event_add(h->sweep, &tv);
}

static void
on_sweep(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	look_at_visitors(arg);
	sweep_again(arg);
}

/* evhttp wants a bufferevent for a connection it has accepted. */
static struct bufferevent *
on_visitor(struct event_base *base, void *arg)
{
	struct metrics_http *h = arg;
	struct bufferevent *bev =
	    bufferevent_socket_new(base, -1, BEV_OPT_CLOSE_ON_FREE);

	look_at_visitors(h);
	if (bev == NULL)
		return NULL;
	if (h->nvisitors == h->limits.visitors)
		cut_off(h, 0);
	bufferevent_incref(bev);
	h->visitors[h->nvisitors++] =
	    (struct visitor){ .bev = bev, .since_ms = clock_ms() };
	sweep_again(h);
	return bev;
}

/* ---- pages: each fills in the body and gives the status */

static int
show_metrics(struct metrics_http *h, struct evbuffer *body)
{
	return metrics_text(body, h->supervisor) ? HTTP_OK : HTTP_INTERNAL;
}

static int
show_health(struct metrics_http *h, struct evbuffer *body)
{
	(void)h;
	return evbuffer_add_printf(body, "ok\n") > 0 ? HTTP_OK : HTTP_INTERNAL;
}

static int
show_readiness(struct metrics_http *h, struct evbuffer *body)
{
	const char *why;
	bool ready = supervisor_ready(h->supervisor, &why);

	if (evbuffer_add_printf(body, "%s\n", ready ? "ok" : why) < 0)
		return HTTP_INTERNAL;
	return ready ? HTTP_OK : HTTP_SERVUNAVAIL;
}

static const struct page {
	const char *path, *type;
	int (*show)(struct metrics_http *, struct evbuffer *body);
} pages[] = {
	{ "/metrics", "text/plain; version=0.0.4; charset=utf-8",
	    show_metrics },
	{ "/healthz", "text/plain; charset=utf-8", show_health },
	{ "/readyz", "text/plain; charset=utf-8", show_readiness },
};

static const struct page *
find_page(struct evhttp_request *req)
{
	const struct evhttp_uri *uri = evhttp_request_get_evhttp_uri(req);
	const char *path = uri == NULL ? NULL : evhttp_uri_get_path(uri);

	for (size_t i = 0; path != NULL && i < sizeof pages / sizeof *pages;
	     i++)
		if (strcmp(pages[i].path, path) == 0)
			return &pages[i];
	return NULL;
}

static void
add_header(struct evhttp_request *req, const char *name, const char *value)
{
	(void)evhttp_add_header(
	    evhttp_request_get_output_headers(req), name, value);
}

/* An answer to HEAD has the header of one to GET, and no body. */
static void
send_page(struct metrics_http *h, struct evhttp_request *req,
    const struct page *page, struct evbuffer *body)
{
	int status = page->show(h, body);
	char length[24];

	(void)snprintf(length, sizeof length, "%zu", evbuffer_get_length(body));
	add_header(req, "Content-Type", page->type);
	add_header(req, "Content-Length", length);
	if (evhttp_request_get_command(req) == EVHTTP_REQ_HEAD)
		(void)evbuffer_drain(body, evbuffer_get_length(body));
	evhttp_send_reply(req, status,
	    status == HTTP_OK            ? "OK"
	    : status == HTTP_SERVUNAVAIL ? "Service Unavailable"
					 : "Internal Server Error",
	    body);
}

static void
on_request(struct evhttp_request *req, void *arg)
{
	enum evhttp_cmd_type method = evhttp_request_get_command(req);
	const struct page *page = find_page(req);
	struct evbuffer *body = evbuffer_new();

	add_header(req, "Connection", "close");
	if (method != EVHTTP_REQ_GET && method != EVHTTP_REQ_HEAD) {
		add_header(req, "Allow", "GET, HEAD");
		evhttp_send_reply(
		    req, METHOD_NOT_ALLOWED, "Method Not Allowed", NULL);
	} else if (page == NULL) {
		evhttp_send_reply(req, HTTP_NOTFOUND, "Not Found", NULL);
	} else if (body == NULL) {
		evhttp_send_reply(
		    req, HTTP_INTERNAL, "Internal Server Error", NULL);
	} else {
		send_page(arg, req, page, body);
	}
	if (body != NULL)
		evbuffer_free(body);
}

/* ---- life */

static int
listen_on(const struct addr *a)
{
	static const int on = 1;
	struct sockaddr_storage ss;
	socklen_t len = addr_sockaddr(a, &ss);
	int fd, err;

	fd =
	    socket(ss.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd == -1)
		return -errno;
	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == -1 ||
	    (a->family == ADDR_V6 && setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY,
					 &on, sizeof on) == -1) ||
	    bind(fd, (struct sockaddr *)&ss, len) == -1 ||
	    listen(fd, BACKLOG) == -1) {
		err = errno;
		close(fd);
		return -err;
	}
	return fd;
}

static struct addr
addr_of_socket(int fd)
{
	struct sockaddr_storage ss = { 0 };
	socklen_t len = sizeof ss;

	(void)getsockname(fd, (struct sockaddr *)&ss, &len);
	return addr_of((struct sockaddr *)&ss);
}

static void
set_up(struct metrics_http *h)
{
	evhttp_set_bevcb(h->http, on_visitor, h);
	evhttp_set_gencb(h->http, on_request, h);
	evhttp_set_max_headers_size(h->http, HEADERS_MOST);
	evhttp_set_max_body_size(h->http, BODY_MOST);
	/* All that evhttp knows: what is not served is answered 405. */
	evhttp_set_allowed_methods(h->http,
	    EVHTTP_REQ_GET | EVHTTP_REQ_HEAD | EVHTTP_REQ_POST |
		EVHTTP_REQ_PUT | EVHTTP_REQ_DELETE | EVHTTP_REQ_OPTIONS |
		EVHTTP_REQ_TRACE | EVHTTP_REQ_CONNECT | EVHTTP_REQ_PATCH);
}

int
metrics_http_new(struct metrics_http **out, struct event_base *base,
    struct supervisor *supervisor, const struct addr *a,
    const struct metrics_http_limits *limits)
{
	struct metrics_http *h = calloc(1, sizeof *h);
	int fd, err = -ENOMEM;

	if (h == NULL)
		return -ENOMEM;
	h->base = base;
	h->supervisor = supervisor;
	h->limits = *limits;
	h->http = evhttp_new(base);
	h->sweep = evtimer_new(base, on_sweep, h);
	if (h->http == NULL || h->sweep == NULL)
		goto fail;
	if ((fd = listen_on(a)) < 0) {
		err = fd;
		goto fail;
	}
	h->addr = addr_of_socket(fd);
	set_up(h);
	if (evhttp_accept_socket(h->http, fd) != 0) {
		close(fd);
		goto fail;
	}
	*out = h;
	return 0;

fail:
	metrics_http_free(h);
	return err;
}

struct addr
metrics_http_addr(const struct metrics_http *h)
{
	return h->addr;
}

void
metrics_http_free(struct metrics_http *h)
{
	if (h == NULL)
		return;
	if (h->http != NULL)
		evhttp_free(h->http);
	while (h->nvisitors > 0)
		forget(h, h->nvisitors - 1);
	if (h->sweep != NULL)
		event_free(h->sweep);
	free(h);
}
