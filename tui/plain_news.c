#include "tui/plain_news.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "tui/plain_rows.h"
#include "tui/unit.h"

enum { WATCH_S = 2 };

static void announce(struct plain_news *, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void
announce(struct plain_news *p, const char *format, ...)
{
	va_list ap;

	if (p->prompting)
		(void)putchar('\n');
	(void)fputs("ANN: ", stdout);
	va_start(ap, format);
	(void)vprintf(format, ap);
	va_end(ap);
	(void)putchar('\n');
	if (p->prompting)
		(void)fputs(p->prompt, stdout);
	(void)fflush(stdout);
}

static void
on_subscribed(const struct client_answer *a, void *arg)
{
	(void)a; /* without events one is still told of the link */
	(void)arg;
}

/* Once for each connection; a daemon that is older only gets watched. */
static void
subscribe(struct plain_news *p)
{
	struct admin_subscription wish = {
		.log = 1, .changes = 1, .findings = 1
	};

	if (client_knows(p->talk->client, ADMIN_subscribe))
		(void)client_ask(
		    p->talk->client, ADMIN_subscribe, &wish, on_subscribed, p);
}

static void
on_told(struct talk *t, enum admin_event event,
    const union admin_event_record *record, void *arg)
{
	const struct admin_event_row *row = &admin_events[event];
	char *text = NULL;
	size_t size;
	FILE *f;

	(void)t;
	/* Lines that only tell how things go would drown the others. */
	if (event == ADMIN_EVENT_log_line &&
	    (record->log_line.level > 1 ||
		strcmp(record->log_line.tag.bytes, "access") == 0))
		return;
	f = open_memstream(&text, &size);
	if (f == NULL)
		return;
	plain_row(f, row->fields, record);
	if (fclose(f) == 0)
		announce(arg, "%s: %.*s", row->help, (int)(size - 1), text);
	free(text);
}

static void
on_changed(struct talk *t, enum client_state state, void *arg)
{
	struct plain_news *p = arg;

	p->has_seen = false;
	if (state == CLIENT_UP) {
		announce(p, "connected again");
		subscribe(p);
	}
	if (state == CLIENT_DOWN && !p->lost)
		announce(p, "connection lost: %s%s", client_why(t->client),
		    p->ends ? "" : "; trying again");
	p->lost = state == CLIENT_DOWN;
	p->over = p->lost && p->ends;
}

static void
grown(struct plain_news *p, uint64_t was, uint64_t is, const char *what)
{
	char n[UNIT_TEXT];

	if (is > was)
		announce(p, "%s %s", unit_count(n, is - was), what);
}

static void
on_status(const struct client_answer *a, void *arg)
{
	struct plain_news *p = arg;
	const struct admin_overview *now = a->rows, *was = &p->seen;

	if (a->status != ADMIN_OK || a->count != 1)
		return;
	if (p->has_seen && now->uptime < was->uptime) {
		announce(p, "the daemon has been started again");
	} else if (p->has_seen) {
		grown(p, was->auth_failed, now->auth_failed, "logins refused");
		grown(p, was->peak, now->peak,
		    "more sessions at once than ever before");
		if (now->sessions >= now->most && was->sessions < was->most)
			announce(p, "no more sessions fit in");
	}
	p->seen = *now;
	p->has_seen = true;
}

static void
lost(struct plain_news *p)
{
	p->over = p->ends;
	if (!p->over)
		talk_again(p->talk);
}

static void
on_watch(evutil_socket_t fd, short what, void *arg)
{
	struct plain_news *p = arg;
	struct talk *t = p->talk;

	(void)fd;
	(void)what;
	if (t->waiting)
		return;
	if (t->client == NULL || client_state(t->client) == CLIENT_DOWN)
		lost(p);
	else if (client_knows(t->client, ADMIN_status))
		(void)client_ask(t->client, ADMIN_status, NULL, on_status, p);
}

bool
plain_news_open(struct plain_news *p, struct talk *talk, bool ends)
{
	static const struct timeval often = { .tv_sec = WATCH_S };

	p->talk = talk;
	p->ends = ends;
	p->watch = event_new(talk->base, -1, EV_PERSIST, on_watch, p);
	if (p->watch == NULL || event_add(p->watch, &often) != 0)
		return false;
	talk->changed = on_changed;
	talk->told = on_told;
	talk->arg = p;
	subscribe(p);
	on_watch(-1, 0, p);
	return true;
}

void
plain_news_close(struct plain_news *p)
{
	if (p->watch != NULL)
		event_free(p->watch);
	p->watch = NULL;
}
