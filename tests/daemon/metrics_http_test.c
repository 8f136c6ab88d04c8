/* Metrics over HTTP: real sockets, a real supervisor, bounds made small. */

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <event2/buffer.h>
#include <event2/bufferevent.h>

#include "core/password.h"
#include "daemon/metrics_http.h"
#include "daemon/metrics_text.h"
#include "daemon/options.h"
#include "daemon/state.h"

struct play {
	struct event_base *base;
	struct supervisor *s;
	struct metrics_http *http;
};

/* A client: what it has got, and whether the server has closed. */
struct visit {
	struct play *play;
	struct bufferevent *bev;
	bool over;
	char got[65536];
	size_t len;
};

static void
set(struct settings *settings, const char *key, const char *value)
{
	char why[160];

	if (settings_set(settings, ORIGIN_FILE, key, value, why) != 0)
		fail_msg("%s", why);
}

static void
begin(struct play *p, const struct metrics_http_limits *limits)
{
	static const struct options nobody;
	struct settings *settings = settings_new();
	char why[SUPERVISOR_WHY];
	struct addr a;

	assert_int_equal(password_start(), 0);
	set(settings, "listen", "127.0.0.1:0");
	set(settings, "workers", "2");
	set(settings, "store", "memory:");
	set(settings, "access-log", "off");
	p->base = event_base_new();
	p->s = supervisor_new(p->base, settings, "-");
	assert_non_null(p->s);
	assert_int_equal(supervisor_bind(p->s, why), 0);
	assert_int_equal(supervisor_load(p->s, &nobody, why), 0);
	assert_true(addr_parse(&a, "127.0.0.1:0", 0));
	assert_int_equal(
	    metrics_http_new(&p->http, p->base, p->s, &a, limits), 0);
	a = metrics_http_addr(p->http);
	assert_int_not_equal(a.port, 0);
	assert_int_equal(supervisor_start(p->s, why), 0);
}

static void
end(struct play *p)
{
	metrics_http_free(p->http);
	supervisor_stop(p->s);
	/* The workers may be gone since a visit: then no loop ends by itself.
	 */
	while (p->s->running > 0)
		event_base_loop(p->base, EVLOOP_ONCE);
	supervisor_free(p->s);
	event_base_free(p->base);
}

static void
on_read(struct bufferevent *bev, void *arg)
{
	struct visit *v = arg;

	v->len +=
	    bufferevent_read(bev, v->got + v->len, sizeof v->got - 1 - v->len);
	v->got[v->len] = '\0';
}

static void
on_event(struct bufferevent *bev, short what, void *arg)
{
	struct visit *v = arg;

	(void)bev;
	if ((what & (BEV_EVENT_EOF | BEV_EVENT_ERROR)) != 0)
		v->over = true;
}

static void
come(struct visit *v, struct play *p, const char *text)
{
	struct addr a = metrics_http_addr(p->http);
	struct sockaddr_storage ss;
	socklen_t len = addr_sockaddr(&a, &ss);

	memset(v, 0, sizeof *v);
	v->play = p;
	v->bev = bufferevent_socket_new(p->base, -1, BEV_OPT_CLOSE_ON_FREE);
	bufferevent_setcb(v->bev, on_read, NULL, on_event, v);
	bufferevent_enable(v->bev, EV_READ | EV_WRITE);
	assert_int_equal(bufferevent_socket_connect(
			     v->bev, (struct sockaddr *)&ss, (int)len),
	    0);
	bufferevent_write(v->bev, text, strlen(text));
}

static void
wait_end(struct visit *v)
{
	while (!v->over)
		event_base_loop(v->play->base, EVLOOP_ONCE);
}

/* One whole conversation: the answer is in v->got. */
static void
ask(struct visit *v, struct play *p, const char *text)
{
	come(v, p, text);
	wait_end(v);
	bufferevent_free(v->bev);
}

static const char *
body(const struct visit *v)
{
	const char *at = strstr(v->got, "\r\n\r\n");

	assert_non_null(at);
	return at + 4;
}

static void
assert_status(const struct visit *v, const char *status)
{
	if (strncmp(v->got, "HTTP/1.", 7) != 0 ||
	    strncmp(v->got + 9, status, strlen(status)) != 0)
		fail_msg("not %s: %.200s", status, v->got);
}

/* ---- pages */

static void
every_counter_of_the_table_is_shown_with_help_and_type(void **state)
{
	char name[METRICS_TEXT_NAME], line[512];
	struct play p;
	struct visit v;

	(void)state;
	begin(&p, &metrics_http_default);
	ask(&v, &p, "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n");
	assert_status(&v, "200");
	for (size_t i = 0; i < METRICS_COUNT; i++) {
		const struct metric_row *row = &metric_rows[i];

		metrics_text_name(name, row);
		(void)snprintf(line, sizeof line,
		    "\n# HELP %s %s\n# TYPE %s %s\n%s 0\n", name, row->meaning,
		    name, row->kind == METRIC_COUNTER ? "counter" : "gauge",
		    name);
		if (strstr(body(&v), line) == NULL)
			fail_msg("missing: %s", line);
	}
	assert_non_null(
	    strstr(body(&v), "\nsocks5d_worker_sessions{worker=\"1\"} 0\n"));
	assert_non_null(strstr(body(&v), "\nsocks5d_workers 2\n"));
	end(&p);
}

static void
names_are_made_of_unit_and_id(void **state)
{
	static const struct {
		struct metric_row row;
		const char *name;
	} rows[] = {
		{ { "sent", "bytes", "", METRIC_COUNTER, 0 },
		    "socks5d_sent_bytes_total" },
		{ { "denied", "requests", "", METRIC_COUNTER, 0 },
		    "socks5d_requests_denied_total" },
		{ { "sessions", "sessions", "", METRIC_GAUGE, 0 },
		    "socks5d_sessions" },
		{ { "relaying", "sessions", "", METRIC_GAUGE, 0 },
		    "socks5d_sessions_relaying" },
		{ { "held", "bytes", "", METRIC_GAUGE, 0 },
		    "socks5d_held_bytes" },
	};
	char name[METRICS_TEXT_NAME];

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		metrics_text_name(name, &rows[i].row);
		assert_string_equal(name, rows[i].name);
	}
}

static void
an_answer_to_head_has_the_length_and_no_body(void **state)
{
	struct play p;
	struct visit v;

	(void)state;
	begin(&p, &metrics_http_default);
	ask(&v, &p, "HEAD /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
	assert_status(&v, "200");
	assert_non_null(strstr(v.got, "Content-Length: 3\r\n"));
	assert_string_equal(body(&v), "");
	end(&p);
}

static void
one_request_is_answered_and_the_connection_closed(void **state)
{
	struct play p;
	struct visit v;

	(void)state;
	begin(&p, &metrics_http_default);
	ask(&v, &p,
	    "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
	    "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
	assert_status(&v, "200");
	assert_string_equal(body(&v), "ok\n");
	end(&p);
}

static void
what_is_not_served_is_refused(void **state)
{
	static const struct {
		const char *request, *status;
	} rows[] = {
		{ "GET / HTTP/1.0\r\n\r\n", "404" },
		{ "GET /metrics/ HTTP/1.0\r\n\r\n", "404" },
		{ "GET //metrics HTTP/1.0\r\n\r\n", "404" },
		{ "GET /metrics?x=1 HTTP/1.0\r\n\r\n", "200" },
		{ "POST /metrics HTTP/1.0\r\nContent-Length: 0\r\n\r\n",
		    "405" },
		{ "DELETE /healthz HTTP/1.0\r\n\r\n", "405" },
		{ "BREW /healthz HTTP/1.0\r\n\r\n", "501" },
		{ "nonsense\r\n\r\n", "400" },
		{ "GET /metrics HTTP/1.0\r\nContent-Length: 9999\r\n\r\n",
		    "413" },
	};
	struct play p;
	struct visit v;

	(void)state;
	begin(&p, &metrics_http_default);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char expected[16];

		ask(&v, &p, rows[i].request);
		(void)snprintf(
		    expected, sizeof expected, "%s ", rows[i].status);
		if (strncmp(v.got + 9, expected, 4) != 0)
			fail_msg("%s -> %.60s", rows[i].request, v.got);
	}
	end(&p);
}

static void
endless_headers_are_refused(void **state)
{
	static char text[20000] = "GET /metrics HTTP/1.1\r\nX: ";
	struct play p;
	struct visit v;

	(void)state;
	memset(text + strlen(text), 'x', sizeof text - 1 - strlen(text));
	begin(&p, &metrics_http_default);
	ask(&v, &p, text);
	assert_true(v.len == 0 || strncmp(v.got + 9, "400", 3) == 0 ||
		    strncmp(v.got + 9, "413", 3) == 0);
	ask(&v, &p, "GET /healthz HTTP/1.0\r\n\r\n");
	assert_status(&v, "200");
	end(&p);
}

static void
a_daemon_that_stops_is_healthy_and_not_ready(void **state)
{
	struct play p;
	struct visit v;

	(void)state;
	begin(&p, &metrics_http_default);
	ask(&v, &p, "GET /readyz HTTP/1.0\r\n\r\n");
	assert_status(&v, "200");
	assert_string_equal(body(&v), "ok\n");
	supervisor_stop(p.s); /* and takes effect when the loop runs */
	come(&v, &p, "GET /readyz HTTP/1.0\r\n\r\n");
	wait_end(&v);
	bufferevent_free(v.bev);
	assert_status(&v, "503");
	assert_string_equal(body(&v), "stopping\n");
	ask(&v, &p, "GET /healthz HTTP/1.0\r\n\r\n");
	assert_status(&v, "200");
	end(&p);
}

/* ---- bounds */

/* Sends one more octet whenever the loop comes round. */
static void
trickle(evutil_socket_t fd, short what, void *arg)
{
	struct visit *v = arg;

	(void)fd;
	(void)what;
	if (!v->over)
		bufferevent_write(v->bev, "x", 1);
}

static void
a_client_that_trickles_is_cut_off(void **state)
{
	static const struct metrics_http_limits small = { 80, 10, 4 };
	static const struct timeval now_and_then = { 0, 5000 };
	struct event *more;
	struct play p;
	struct visit v;

	(void)state;
	begin(&p, &small);
	come(&v, &p, "GET /metrics HTTP/1.1\r\nX: ");
	more = event_new(p.base, -1, EV_PERSIST, trickle, &v);
	event_add(more, &now_and_then);
	wait_end(&v); /* a hang if it is not */
	event_free(more);
	bufferevent_free(v.bev);
	end(&p);
}

static void
a_client_that_says_nothing_is_cut_off(void **state)
{
	static const struct metrics_http_limits small = { 30, 10, 4 };
	struct play p;
	struct visit v;

	(void)state;
	begin(&p, &small);
	ask(&v, &p, "");
	assert_int_equal(v.len, 0);
	end(&p);
}

static void
above_the_limit_the_oldest_connection_goes(void **state)
{
	static const struct metrics_http_limits few = { 600000, 10, 4 };
	static struct visit idle[20];
	struct play p;
	struct visit v;
	size_t over = 0;

	(void)state;
	begin(&p, &few);
	for (size_t i = 0; i < 20; i++)
		come(&idle[i], &p, "GET /");
	for (size_t i = 0; i < 16; i++)
		wait_end(&idle[i]);
	ask(&v, &p, "GET /healthz HTTP/1.0\r\n\r\n");
	assert_status(&v, "200");
	for (size_t i = 0; i < 20; i++) {
		over += idle[i].over;
		bufferevent_free(idle[i].bev);
	}
	assert_in_range(over, 16, 17);
	end(&p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    every_counter_of_the_table_is_shown_with_help_and_type),
		cmocka_unit_test(names_are_made_of_unit_and_id),
		cmocka_unit_test(an_answer_to_head_has_the_length_and_no_body),
		cmocka_unit_test(
		    one_request_is_answered_and_the_connection_closed),
		cmocka_unit_test(what_is_not_served_is_refused),
		cmocka_unit_test(endless_headers_are_refused),
		cmocka_unit_test(a_daemon_that_stops_is_healthy_and_not_ready),
		cmocka_unit_test(a_client_that_trickles_is_cut_off),
		cmocka_unit_test(a_client_that_says_nothing_is_cut_off),
		cmocka_unit_test(above_the_limit_the_oldest_connection_goes),
	};

	(void)signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
