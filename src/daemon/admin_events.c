/*
 * What administrators who subscribed are told, gathered ten times a second
 * while there are any; see daemon/admin_parts.h.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log_memory.h"
#include "core/access.h"
#include "daemon/admin_parts.h"
#include "net/news.h"

enum {
	TICK_MS = 100,
	LINES = 1000, /* of the logs, in a tick */
};

/* ---- one event, to all who wish for it */

struct telling {
	enum admin_event event;
	bool not_admins, not_others; /* whom it is not for */
	uint64_t lost; /* events of that kind instead of a frame */
	size_t len;
	uint8_t frame[FRAME_EVENT_MOST];
};

static void
tell_one(struct admin_session *s, void *arg)
{
	const struct telling *t = arg;

	if (s->feed == NULL ||
	    !admin_event_is_wanted(t->event, &s->feed->asked) ||
	    (s->call.role == ROLE_ADMIN ? t->not_admins : t->not_others))
		return;
	if (t->lost > 0)
		feed_lose(s->feed, t->lost);
	else
		feed_put(s->feed, t->frame, t->len);
}

static void
pack(struct telling *t, enum admin_event event, const void *record)
{
	struct wr out = wr_of(t->frame, sizeof t->frame);

	t->event = event;
	t->not_admins = t->not_others = false;
	t->lost = 0;
	frame_event_write(&out, event, record);
	t->len = wr_len(&out);
}

/*
 * Tell an event to those who subscribed to its kind; the record is what its row
 * names. Costs next to nothing if nobody has.
 */
static void
tell(struct admin_server *server, enum admin_event event, const void *record)
{
	struct telling t;

	if (!admin_server_hub(server)->ticking)
		return; /* nobody is there to be told */
	pack(&t, event, record);
	admin_server_each(server, tell_one, &t);
}

static void
tell_lost(struct admin_server *server, enum admin_event event, uint64_t count)
{
	struct telling t = { .event = event, .lost = count };

	if (count > 0)
		admin_server_each(server, tell_one, &t);
}

/* ---- sessions */

static void
tell_closed(struct admin_server *server, const struct news_row *row,
    const struct admin_live *live)
{
	const char *why = row->kind == NEWS_REFUSED
			      ? "refused"
			      : access_why_word((enum access_why)row->why);
	struct admin_closed closed = {
		.id = live->id,
		.user = live->user,
		.client = live->client,
		.target = live->target,
		.up = live->up,
		.down = live->down,
		.seconds = live->age,
		.rep = row->rep,
	};

	layout_text_set(&closed.why, why, strlen(why));
	tell(server, ADMIN_EVENT_session_closed, &closed);
}

void
admin_server_news(struct admin_server *server, const struct news_batch *batch)
{
	struct admin_live live;

	for (size_t i = 0; i < batch->count; i++) {
		const struct news_row *row = &batch->rows[i];

		admin_do_live_row(&live, &row->session);
		if (row->kind == NEWS_OPENED)
			tell(server, ADMIN_EVENT_session_opened, &live);
		else
			tell_closed(server, row, &live);
	}
	tell_lost(server, ADMIN_EVENT_session_opened, batch->lost);
}

void
admin_server_finding(struct admin_server *server, const struct finding *f)
{
	struct admin_finding row;
	struct telling t;

	if (!admin_server_hub(server)->ticking)
		return;
	admin_do_finding(&row, f, ROLE_ADMIN);
	pack(&t, ADMIN_EVENT_finding, &row);
	t.not_others = true;
	admin_server_each(server, tell_one, &t);
	admin_do_finding(&row, f, ROLE_OBSERVER);
	pack(&t, ADMIN_EVENT_finding, &row);
	t.not_admins = true;
	admin_server_each(server, tell_one, &t);
}

/* ---- changes */

static void
put(struct layout_text *to, const char *text)
{
	layout_text_set(to, text, strlen(text));
}

static void
tell_account(struct admin_server *server, const char *what, const char *name,
    const struct actor *actor)
{
	struct admin_account_news news = { 0 };

	put(&news.name, name);
	put(&news.what, what);
	put(&news.by, actor->text);
	tell(server, ADMIN_EVENT_account_changed, &news);
}

static void
tell_rules(struct admin_server *server, const struct actor *actor)
{
	struct admin_rules_news news = { 0 };

	put(&news.by, actor->text);
	tell(server, ADMIN_EVENT_rules_changed, &news);
}

static void
tell_setting(struct admin_server *server, const char *key, const char *value,
    const struct actor *actor)
{
	struct admin_setting_news news = { 0 };
	int id = settings_find(key);

	put(&news.key, key);
	put(&news.by, actor->text);
	if (id >= 0)
		admin_do_setting_value(&news.value,
		    supervisor_settings(admin_server_hub(server)->sup),
		    (enum setting_id)id);
	else
		put(&news.value, value);
	tell(server, ADMIN_EVENT_setting_changed, &news);
	if (*key == '\0' || id == SETTING_rule)
		tell_rules(server, actor);
}

/* What has changed of an account, as a person reads it. */
static const char *
what_of(const struct change *c)
{
	switch (c->kind) {
	case CHANGE_ADD:
		return "added";
	case CHANGE_REMOVE:
		return "removed";
	case CHANGE_RESTORE:
		return "restored";
	case CHANGE_PASSWORD:
		return "password";
	case CHANGE_RENAME:
		return "name";
	case CHANGE_ROLE:
		return "role";
	case CHANGE_LIMIT:
		return c->key;
	case CHANGE_ENABLE:
		return c->enabled ? "enabled" : "disabled";
	default:
		return "changed";
	}
}

void
admin_server_changed(struct admin_server *server, const struct change *c,
    const char *name, const struct actor *actor)
{
	if (!admin_server_hub(server)->ticking)
		return;
	if (c == NULL)
		tell_setting(server, "", "", actor);
	else if (c->kind == CHANGE_SET || c->kind == CHANGE_UNSET)
		tell_setting(server, c->key, "", actor);
	else if (c->kind == CHANGE_LISTEN)
		tell_setting(
		    server, "running", c->enabled ? "yes" : "no", actor);
	else if (c->kind == CHANGE_RESET)
		tell_setting(server, "reset", "", actor);
	else if (c->kind == CHANGE_FORGET)
		tell_setting(server, "findings", "", actor);
	else
		tell_account(server, what_of(c), name, actor);
}

/* ---- each tick */

static void
tell_lines(struct admin_server *server, struct admin_hub *hub)
{
	struct admin_log_row row;
	struct log_kept line;

	for (unsigned i = 0; i < LINES; i++) {
		if (!log_kept_after(hub->told_line, &line))
			return;
		/* Some were written over before anybody had told them. */
		tell_lost(
		    server, ADMIN_EVENT_log_line, line.id - hub->told_line - 1);
		hub->told_line = line.id;
		admin_do_log_row(&row, &line);
		tell(server, ADMIN_EVENT_log_line, &row);
	}
}

/* Figures are looked up once for all whose time has come. */
struct figures {
	struct supervisor *sup;
	uint64_t now;
	struct telling telling;
};

static void
tell_figures(struct admin_session *s, void *arg)
{
	struct figures *f = arg;
	struct admin_feed *feed = s->feed;
	struct admin_overview overview;

	if (feed == NULL || feed->asked.figures == 0 || f->now < feed->due_ms)
		return;
	if (f->telling.len == 0) {
		admin_do_overview(f->sup, &overview);
		pack(&f->telling, ADMIN_EVENT_figures, &overview);
	}
	feed_put(feed, f->telling.frame, f->telling.len);
	feed->due_ms += feed->asked.figures;
	if (feed->due_ms < f->now)
		feed->due_ms = f->now + feed->asked.figures;
}

static void
wake(struct admin_session *s, void *server)
{
	if (s->feed != NULL && (s->feed->len > 0 || s->feed->lost > 0))
		admin_server_resume(server, s);
}

static void
on_tick(evutil_socket_t fd, short what, void *arg)
{
	struct admin_server *server = arg;
	struct admin_hub *hub = admin_server_hub(server);
	struct figures figures = { hub->sup, clock_ms(), { .len = 0 } };

	(void)fd;
	(void)what;
	if (hub->wishes.log)
		tell_lines(server, hub);
	if (hub->wishes.figures)
		admin_server_each(server, tell_figures, &figures);
	admin_server_each(server, wake, server);
}

/* ---- who wants what */

static void
add_wishes(struct admin_session *s, void *arg)
{
	struct admin_subscription *all = arg;

	if (s->feed == NULL)
		return;
	all->figures |= s->feed->asked.figures;
	all->sessions |= s->feed->asked.sessions;
	all->log |= s->feed->asked.log;
	all->changes |= s->feed->asked.changes;
	all->findings |= s->feed->asked.findings;
}

static bool
wants_any(const struct admin_subscription *s)
{
	return (s->figures | s->sessions | s->log | s->changes | s->findings) !=
	       0;
}

/* Some session's wishes are others than before. */
static void
settle(struct admin_server *server)
{
	static const struct timeval tick = { .tv_usec = TICK_MS * 1000 };
	struct admin_hub *hub = admin_server_hub(server);
	struct admin_subscription all = { 0 };
	bool any;

	admin_server_each(server, add_wishes, &all);
	any = wants_any(&all);
	if (all.log && !hub->wishes.log)
		hub->told_line = log_kept_last();
	if ((all.sessions != 0) != (hub->wishes.sessions != 0))
		supervisor_watch(hub->sup, all.sessions != 0);
	hub->wishes = all;
	if (any && !hub->ticking)
		(void)event_add(hub->tick, &tick);
	else if (!any && hub->ticking)
		(void)event_del(hub->tick);
	hub->ticking = any;
}

enum admin_status
admin_events_subscribe(
    struct admin_call *call, const struct admin_subscription *asked)
{
	struct admin_session *s = call->arg;

	if (asked->figures > 0 && asked->figures < TICK_MS) {
		call->why = "figures come each 100 ms at most";
		return ADMIN_INVALID;
	}
	if (!wants_any(asked)) {
		admin_events_end(s);
		return ADMIN_OK;
	}
	if (s->feed == NULL)
		s->feed = calloc(1, sizeof *s->feed);
	if (s->feed == NULL)
		return ADMIN_FAILED;
	s->feed->asked = *asked;
	s->feed->due_ms = clock_ms();
	settle(s->server);
	return ADMIN_OK;
}

void
admin_events_end(struct admin_session *s)
{
	if (s->feed == NULL)
		return;
	free(s->feed);
	s->feed = NULL;
	settle(s->server);
}

int
admin_hub_init(struct admin_server *server, struct event_base *base,
    struct supervisor *sup)
{
	struct admin_hub *hub = admin_server_hub(server);

	hub->sup = sup;
	hub->tick = event_new(base, -1, EV_PERSIST, on_tick, server);
	return hub->tick == NULL ? -1 : 0;
}
