#include "tui/update.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tui/act.h"
#include "tui/users.h"

enum {
	LIST_EVERY = 5, /* polls, while the list of users is not on screen */
	RETRY_FIRST = 500,
	RETRY_MOST = 10000,
};

struct effect *
effects_add(struct effects *fx, enum effect_kind kind)
{
	struct effect *e;

	e = &fx->list[fx->n < EFFECTS_MOST ? fx->n++ : EFFECTS_MOST - 1];
	memset(e, 0, sizeof *e);
	e->kind = kind;
	return e;
}

void
effects_wipe(struct effects *fx)
{
	if (fx->n > 0)
		explicit_bzero(fx, sizeof *fx);
}

/* ---- polls */

static void
poll_now(struct model *m, struct effects *fx)
{
	struct effect *e = effects_add(fx, EFFECT_POLL);
	bool seen = m->view == VIEW_USERS;

	e->users = m->want_users || seen || m->polls % LIST_EVERY == 0;
	e->sessions = !m->no_user_sessions && (seen || m->view == VIEW_DASH ||
						  m->polls % LIST_EVERY == 0);
	m->want_users = false;
	m->polling = true;
	m->polled_at = m->now;
	m->poll_at += m->interval_ms;
	if (m->poll_at <= m->now)
		m->poll_at = m->now + m->interval_ms;
	m->polls++;
	memset(&m->incoming.known, 0, sizeof m->incoming.known);
}

static void
answer_user(struct model *m, const struct event *e)
{
	struct user *u = users_find(&m->live.users, e->name);

	if (e->status == ADMIN_UNKNOWN || e->status == ADMIN_FAILED)
		m->no_user_sessions = true;
	if (u != NULL && e->status == ADMIN_OK)
		u->sessions = (int32_t)(e->value < 65535 ? e->value : 65535);
}

static void
answer(struct model *m, const struct event *e)
{
	if (e->id == ADMIN_user_connections) {
		answer_user(m, e);
		return;
	}
	if (e->status != ADMIN_OK || e->id >= ADMIN_COMMANDS)
		return;
	if (e->id == ADMIN_user_list) {
		(void)users_take(&m->live.users, e->rows, e->count);
		return; /* without memory the old list stays */
	}
	m->incoming.value[e->id] = e->value;
	m->incoming.known[e->id] = true;
}

/* Growth a second since the last sample; NAN after a reset or a gap. */
static double
rate(const struct model *m, enum admin_id id, uint64_t at)
{
	const struct data *d = &m->live;
	uint64_t was = d->value[id], is = m->incoming.value[id];

	if (!d->known[id] || !m->incoming.known[id] || d->at == 0 ||
	    at <= d->at || is < was || d->at < m->link.since)
		return NAN;
	return (double)(is - was) * 1000.0 / (double)(at - d->at);
}

static void
sample(struct model *m, enum series series, uint64_t at, double value)
{
	uint64_t from = m->live.at < m->link.since ? at : m->live.at;

	if (!isnan(value))
		ring_add(&m->live.rings[series], from, at, value);
}

static double
level(const struct model *m, enum admin_id id)
{
	return m->incoming.known[id] ? (double)m->incoming.value[id] : NAN;
}

static void
take_settings(struct model *m)
{
	for (int i = 0; i < SETTING_COUNT; i++) {
		enum admin_id id = setting_rows[i].query;

		if (id >= ADMIN_COMMANDS || !m->incoming.known[id])
			continue;
		m->settings[i].known = true;
		m->settings[i].value = m->incoming.value[id];
	}
}

static void
polled(struct model *m, const struct event *e)
{
	struct data *d = &m->live;

	m->polling = false;
	m->link.rtts[m->link.nrtts++ % 8] = e->rtt_ms;
	m->in_now = rate(m, ADMIN_received_bytes, e->at);
	m->out_now = rate(m, ADMIN_sent_bytes, e->at);
	m->new_now = rate(m, ADMIN_total_connections, e->at);
	sample(m, SERIES_IN, e->at, m->in_now);
	sample(m, SERIES_OUT, e->at, m->out_now);
	sample(m, SERIES_NEW, e->at, m->new_now);
	sample(m, SERIES_SESSIONS, e->at, level(m, ADMIN_connections));
	sample(m, SERIES_USERS, e->at, level(m, ADMIN_users_connected));
	if (d->known[ADMIN_users] && m->incoming.known[ADMIN_users] &&
	    d->value[ADMIN_users] != m->incoming.value[ADMIN_users])
		m->want_users = true;
	memcpy(d->value, m->incoming.value, sizeof d->value);
	memcpy(d->known, m->incoming.known, sizeof d->known);
	d->at = e->at;
	take_settings(m);
	users_arrange(&m->live.users, &m->list);
}

/* ---- the link */

static void
up(struct model *m, struct effects *fx)
{
	struct link *l = &m->link;

	if (l->was_up) {
		l->reconnects++;
		model_log(m, LEVEL_GOOD, "connected again");
		model_say(m, LEVEL_GOOD, "Connected again.");
	} else {
		model_log(m, LEVEL_INFO, "connected to %s", l->endpoint);
	}
	l->state = LINK_UP;
	l->was_up = true;
	l->since = m->now;
	l->failures = 0;
	l->retry_at = 0;
	l->nrtts = 0;
	l->why[0] = '\0';
	if (m->overlay == OVERLAY_FORM && m->form.kind == FORM_CONNECT)
		act_form_close(m);
	m->want_users = true;
	m->poll_at = m->now;
	poll_now(m, fx);
}

/* Doubled up to a limit, and a fifth more or less so that consoles disperse. */
static uint64_t
backoff(const struct model *m)
{
	unsigned n = m->link.failures < 6 ? m->link.failures : 6;
	uint64_t ms = (uint64_t)RETRY_FIRST << n;
	uint64_t odd = (m->now * 2654435761u >> 7) % 41;

	ms = ms < RETRY_MOST ? ms : RETRY_MOST;
	return ms * (80 + odd) / 100;
}

static void
down(struct model *m, const struct event *e)
{
	struct link *l = &m->link;

	if (l->state == LINK_UP)
		model_log(m, LEVEL_BAD, "connection lost: %s", e->why);
	if (l->state == LINK_UP || l->since == 0)
		l->since = m->now;
	(void)snprintf(l->why, sizeof l->why, "%s", e->why);
	l->state = e->refused  ? LINK_REFUSED
		   : l->was_up ? LINK_LOST
			       : LINK_FAILED;
	l->retry_at = e->refused ? 0 : m->now + backoff(m);
	l->failures++;
	m->polling = false;
	m->in_now = m->out_now = m->new_now = NAN;
	if (l->state == LINK_LOST)
		return;
	if (m->overlay == OVERLAY_FORM && m->form.kind == FORM_CONNECT) {
		m->form.busy = false;
		if (m->form.touched)
			l->retry_at = 0;
	} else {
		act_form_open_connect(m, NULL);
	}
}

/* ---- changes that were answered */

static const char *
refusal(enum admin_status status)
{
	if (status == ADMIN_LOST)
		return "unknown: the connection ended first, please check";
	return admin_status_text(status);
}

static void
done_setting(struct model *m, const struct write *w, enum admin_status status)
{
	const struct setting_row *row = &setting_rows[w->setting];
	struct setting *s = &m->settings[w->setting];

	s->note = status == ADMIN_OK ? NOTE_OK : NOTE_REFUSED;
	if (status != ADMIN_OK) {
		(void)snprintf(s->text, sizeof s->text, "%s", refusal(status));
		model_log(m, LEVEL_BAD, "%s: %s", row->label, s->text);
		model_say(m, LEVEL_BAD, "%s: %s.", row->label, s->text);
		return;
	}
	(void)snprintf(s->text, sizeof s->text, "ok, set %s", m->clock);
	if (row->kind == SETTING_SWITCH)
		model_log(m, LEVEL_GOOD, "%s turned %s", row->label,
		    w->next ? "on" : "off");
	else
		model_log(m, LEVEL_GOOD, "%s set to %llu %s", row->label,
		    (unsigned long long)w->next, row->unit);
	if (s->staged && s->next == w->next)
		s->staged = false;
	s->known = true;
	s->value = w->next;
	memcpy(s->when, m->clock, sizeof s->when);
	if (model_writing(m) == 0)
		model_say(m, LEVEL_GOOD, "Settings changed.");
}

static void
mark_added(struct model *m, const struct write *w)
{
	struct user *u = users_find(&m->live.users, &w->name);

	if (u == NULL)
		return;
	u->admin = w->admin;
	u->regular = !w->admin;
	u->here = true;
}

static void
done_add(struct model *m, const struct write *w, enum admin_status status)
{
	bool open = m->overlay == OVERLAY_FORM && m->form.kind == FORM_USER_ADD;
	struct admin_user_row rows[1 + 255];
	size_t n = 0;

	if (open)
		m->form.busy = false;
	if (status != ADMIN_OK) {
		if (open && status == ADMIN_TAKEN)
			(void)snprintf(m->form.fields[0].problem,
			    sizeof m->form.fields[0].problem, "taken already");
		if (open)
			(void)snprintf(m->form.problem, sizeof m->form.problem,
			    "Not added: %s.", refusal(status));
		model_say(m, LEVEL_BAD, "User \"%s\" not added: %s.", w->shown,
		    refusal(status));
		return;
	}
	if (open)
		act_form_close(m);
	/* Show it at once; the next list confirms it. */
	for (; n < m->live.users.count && n < 255; n++)
		rows[n].name = m->live.users.all[n].name;
	if (users_find(&m->live.users, &w->name) == NULL)
		rows[n++].name = w->name;
	(void)users_take(&m->live.users, rows, n);
	mark_added(m, w);
	m->list.id = w->name;
	m->list.filter[0] = '\0';
	users_arrange(&m->live.users, &m->list);
	m->want_users = true;
	model_log(m, LEVEL_GOOD, "user %s added", w->shown);
	model_say(m, LEVEL_GOOD, "User \"%s\" added.", w->shown);
}

static void
done_del(struct model *m, const struct write *w, enum admin_status status)
{
	m->want_users = true;
	if (status == ADMIN_OK) {
		model_log(m, LEVEL_GOOD, "user %s deleted", w->shown);
		model_say(m, LEVEL_GOOD, "User \"%s\" deleted.", w->shown);
		return;
	}
	model_log(
	    m, LEVEL_BAD, "user %s not deleted: %s", w->shown, refusal(status));
	model_say(m, LEVEL_BAD, "User \"%s\" not deleted: %s.", w->shown,
	    refusal(status));
}

static void
done(struct model *m, const struct event *e)
{
	struct write w;

	if (e->tag >= MODEL_WRITES || !m->writes[e->tag].used)
		return;
	w = m->writes[e->tag];
	m->writes[e->tag].used = false;
	if (w.id == ADMIN_user_add)
		done_add(m, &w, e->status);
	else if (w.id == ADMIN_user_del)
		done_del(m, &w, e->status);
	else
		done_setting(m, &w, e->status);
	m->poll_at = m->now; /* show what became of it */
}

/* ---- time */

static void
tick(struct model *m, struct effects *fx)
{
	struct link *l = &m->link;

	if (m->now >= m->toast_until)
		m->toast.text[0] = '\0';
	if (l->state == LINK_UP && !m->polling && m->now >= m->poll_at)
		poll_now(m, fx);
	if (l->state != LINK_UP && l->retry_at != 0 && m->now >= l->retry_at) {
		l->retry_at = 0;
		(void)effects_add(fx, EFFECT_RECONNECT);
	}
}

void
update(struct model *m, const struct event *e, struct effects *fx)
{
	m->now = e->now;
	if (e->clock != NULL)
		(void)snprintf(m->clock, sizeof m->clock, "%s", e->clock);
	switch (e->kind) {
	case EVENT_TICK:
		break;
	case EVENT_KEY:
		act_key(m, e->key, fx);
		break;
	case EVENT_RESIZE:
		m->w = e->w;
		m->h = e->h;
		break;
	case EVENT_UP:
		up(m, fx);
		break;
	case EVENT_DOWN:
		down(m, e);
		break;
	case EVENT_ANSWER:
		answer(m, e);
		break;
	case EVENT_POLLED:
		polled(m, e);
		break;
	case EVENT_DONE:
		done(m, e);
		break;
	}
	if (e->kind != EVENT_ANSWER)
		tick(m, fx);
}
