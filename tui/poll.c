#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tui/act.h"
#include "tui/utf8.h"

enum {
	SELDOM = 5, /* polls, for lists that are not on the screen */
	RARELY = 30,
	MANY_SESSIONS = 2000, /* more are not read for a dashboard each time */
};

/* ---- what is asked when */

/* The next reading of a list; NULL: it is out, or cannot be. */
static struct effect *
ask(struct model *m, struct effects *fx, enum admin_id id)
{
	struct reading *r = &m->reading[id];
	struct effect *e;

	if (r->out)
		return NULL;
	e = effects_add(fx, EFFECT_READ);
	e->id = id;
	r->out = true;
	r->want = false;
	r->at = m->now;
	return e;
}

static bool
every(const struct model *m, unsigned n)
{
	return m->polls % n == 0;
}

static bool
sessions_due(const struct model *m)
{
	bool many = m->live.value[FIGURE_SESSIONS] > MANY_SESSIONS;
	struct layout_text asked;

	sessions_filter(m->lists[VIEW_SESSIONS].filter, &asked);
	if (many && asked.len > 0)
		return m->view == VIEW_SESSIONS;
	return (m->view == VIEW_SESSIONS || m->view == VIEW_DASH) &&
	       every(m, many ? SELDOM : 1);
}

/* Of very many only those that pass the filter, if the server can tell. */
static void
ask_sessions(struct model *m, struct effects *fx)
{
	struct effect *e;

	if (!m->link.knows[ADMIN_session_list] ||
	    (!sessions_due(m) && !m->reading[ADMIN_session_list].want) ||
	    (e = ask(m, fx, ADMIN_session_list)) == NULL)
		return;
	if (m->live.value[FIGURE_SESSIONS] > MANY_SESSIONS)
		sessions_filter(m->lists[VIEW_SESSIONS].filter,
		    &e->request.session_list.filter);
}

static bool
users_due(const struct model *m)
{
	if (m->view == VIEW_USERS || m->view == VIEW_DASH)
		return true;
	return every(m, SELDOM);
}

static void
ask_if(struct model *m, struct effects *fx, enum admin_id id, bool due)
{
	if (m->link.knows[id] && (due || m->reading[id].want))
		(void)ask(m, fx, id);
}

/* Lists that only grow are read from where they ended. */
static void
ask_behind(struct model *m, struct effects *fx)
{
	struct effect *e;
	bool seen = m->view == VIEW_FINDINGS || every(m, SELDOM);

	if (m->link.knows[ADMIN_log_list] &&
	    (e = ask(m, fx, ADMIN_log_list)) != NULL)
		e->request.log_list.after = m->lines.last;
	if (m->link.knows[ADMIN_finding_list] &&
	    (seen || m->reading[ADMIN_finding_list].want) &&
	    (e = ask(m, fx, ADMIN_finding_list)) != NULL)
		e->request.finding_list.after = m->findings.last;
}

static void
ask_lists(struct model *m, struct effects *fx)
{
	if (m->paused || m->saving) {
		if (m->edit.stale) /* somebody waits for it */
			ask_if(m, fx, ADMIN_account_list, true);
		return;
	}
	if (!m->link.extended) {
		if (users_due(m) || m->reading[ADMIN_user_list].want)
			(void)ask(m, fx, ADMIN_user_list);
		return;
	}
	ask_if(m, fx, ADMIN_account_list, users_due(m));
	ask_sessions(m, fx);
	ask_if(m, fx, ADMIN_get,
	    every(m, m->view == VIEW_SETTINGS ? SELDOM : RARELY));
	ask_if(m, fx, ADMIN_listener_list, every(m, RARELY));
	ask_if(m, fx, ADMIN_rule_list, m->view == VIEW_RULES);
	ask_if(m, fx, ADMIN_histogram_list, m->view == VIEW_DASH);
	ask_if(
	    m, fx, ADMIN_metrics, every(m, m->view == VIEW_DASH ? 2 : SELDOM));
	ask_behind(m, fx);
}

void
poll_tear(struct model *m, enum admin_id id)
{
	m->reading[id].torn = true; /* until its next first page */
	m->reading[id].want = true;
}

void
poll_want(struct model *m)
{
	for (int i = 0; i < ADMIN_COMMANDS; i++)
		m->reading[i].want = true;
}

/* The other daemons are asked while somebody looks. */
static void
ask_nodes(struct model *m, struct effects *fx)
{
	if (m->view == VIEW_NODES)
		(void)effects_add(fx, EFFECT_NODES);
	else if (m->fleet_out)
		(void)effects_add(fx, EFFECT_NODES_END);
	m->fleet_out = m->view == VIEW_NODES;
}

static void
poll_now(struct model *m, struct effects *fx)
{
	struct effect *e = effects_add(fx, EFFECT_POLL);
	bool seen = m->view == VIEW_USERS || m->view == VIEW_DASH;

	e->sessions = !m->no_user_sessions && (seen || every(m, SELDOM));
	m->polling = true;
	m->polled_at = m->now;
	m->poll_at += m->interval_ms;
	if (m->poll_at <= m->now)
		m->poll_at = m->now + m->interval_ms;
	memset(&m->incoming.known, 0, sizeof m->incoming.known);
	ask_lists(m, fx);
	ask_nodes(m, fx);
	m->polls++;
}

void
poll_tick(struct model *m, struct effects *fx)
{
	if (m->link.state == LINK_UP && !m->polling && m->now >= m->poll_at)
		poll_now(m, fx);
	if (m->link.state == LINK_UP || m->now < m->poll_at)
		return;
	ask_nodes(m, fx); /* they are up all the same */
	m->poll_at = m->now + m->interval_ms;
}

void
poll_begin(struct model *m, const struct event *e)
{
	struct link *l = &m->link;

	l->extended = e->hello != NULL;
	l->observer = l->extended && e->hello->role == ROLE_OBSERVER;
	memset(l->knows, 0, sizeof l->knows);
	l->node[0] = l->program[0] = '\0';
	m->live.clock = 0;
	if (l->extended) {
		memcpy(l->knows, e->knows, sizeof l->knows);
		(void)utf8_safe(l->node, sizeof l->node, e->hello->node.bytes,
		    e->hello->node.len);
		(void)utf8_safe(l->program, sizeof l->program,
		    e->hello->program.bytes, e->hello->program.len);
	}
	/* Another daemon counts its lines anew. */
	listeners_begin(&m->listeners);
	lines_free(&m->lines);
	findings_free(&m->findings);
	poll_want(m);
	m->poll_at = m->now;
}

void
poll_end(struct model *m)
{
	m->polling = false;
	memset(m->reading, 0, sizeof m->reading);
	m->in_now = m->out_now = m->new_now = m->cpu_now = NAN;
}

/* ---- figures */

static const struct {
	const char *base, *overview;
} figure_rows[FIGURES] = {
#define FIGURE(id, base, overview) [FIGURE_##id] = { base, overview },
#include "tui/figures.def"
};

static void
figure_base(struct model *m, enum admin_id id, uint64_t value)
{
	const char *name = admin_commands[id].name;

	for (int i = 0; i < FIGURES; i++)
		if (strcmp(figure_rows[i].base, name) == 0) {
			m->incoming.value[i] = value;
			m->incoming.known[i] = true;
		}
	if (id == ADMIN_connections)
		m->incoming.clock = 0;
	settings_told(&m->settings, id, value);
}

static void
figures_extended(struct model *m, const struct admin_overview *o)
{
	const struct layout *t = &admin_overview;

	for (size_t f = 0; f < t->nfields; f++)
		for (int i = 0; i < FIGURES; i++)
			if (strcmp(figure_rows[i].overview,
				t->fields[f].name) == 0) {
				m->incoming.value[i] =
				    layout_number(&t->fields[f], o);
				m->incoming.known[i] = true;
			}
	m->incoming.clock = o->clock;
}

/* Growth a second since the last sample; NAN after a reset or a gap. */
static double
rate(const struct model *m, enum figure f, uint64_t at)
{
	const struct data *d = &m->live;
	uint64_t was = d->value[f], is = m->incoming.value[f];
	uint64_t ms = at - d->at;

	if (!d->known[f] || !m->incoming.known[f] || d->at == 0 ||
	    at <= d->at || is < was || d->at < m->link.since)
		return NAN;
	if (d->clock != 0 && m->incoming.clock > d->clock)
		return (double)(is - was) * 1e6 /
		       (double)(m->incoming.clock - d->clock);
	return (double)(is - was) * 1000 / (double)ms;
}

static void
sample(struct model *m, enum series series, uint64_t at, double value)
{
	uint64_t from = m->live.at < m->link.since ? at : m->live.at;

	if (!isnan(value))
		ring_add(&m->live.rings[series], from, at, value);
}

static double
level(const struct model *m, enum figure f)
{
	return m->incoming.known[f] ? (double)m->incoming.value[f] : NAN;
}

static void
take_rates(struct model *m, uint64_t at)
{
	bool relayed = m->incoming.known[FIGURE_UP];
	m->in_now = rate(m, relayed ? FIGURE_UP : FIGURE_READ, at);
	m->out_now = rate(m, relayed ? FIGURE_DOWN : FIGURE_WRITTEN, at);
	m->new_now = rate(m, FIGURE_TOTAL, at);
	m->cpu_now = rate(m, FIGURE_CPU, at) / 1e6;
	sample(m, SERIES_IN, at, m->in_now);
	sample(m, SERIES_OUT, at, m->out_now);
	sample(m, SERIES_NEW, at, m->new_now);
	sample(m, SERIES_SESSIONS, at, level(m, FIGURE_SESSIONS));
	sample(m, SERIES_USERS, at, level(m, FIGURE_USERS_CONNECTED));
}

static void
take_trails(struct model *m, uint64_t at)
{
	const struct data *d = &m->incoming;

	trail_add(&m->accepted, at, 1000, d->value[FIGURE_TOTAL]);
	trail_add(&m->refused, at, 1000, d->value[FIGURE_REFUSED]);
	trail_add(&m->auth_failed, at, 60000, d->value[FIGURE_AUTH_FAILED]);
	trail_add(&m->wrong, at, 1000, d->value[FIGURE_AUTH_FAILED]);
	if (d->known[FIGURE_REFUSED])
		sample(m, SERIES_FAILED, at,
		    (double)(trail_growth(&m->refused, at, 60000) +
			     trail_growth(&m->wrong, at, 60000)));
}

/* What somebody changed elsewhere is read again. */
static void
notice_changes(struct model *m)
{
	static const enum figure tell[] = { FIGURE_USERS, FIGURE_REVISION };

	for (size_t i = 0; i < sizeof tell / sizeof *tell; i++)
		if (m->live.known[tell[i]] && m->incoming.known[tell[i]] &&
		    m->live.value[tell[i]] != m->incoming.value[tell[i]])
			poll_want(m);
}

void
poll_done(struct model *m, const struct event *e)
{
	struct data *d = &m->live;

	m->polling = false;
	m->link.rtts[m->link.nrtts++ % 8] = e->rtt_ms;
	take_rates(m, e->at);
	take_trails(m, e->at);
	notice_changes(m);
	memcpy(d->value, m->incoming.value, sizeof d->value);
	memcpy(d->known, m->incoming.known, sizeof d->known);
	d->clock = m->incoming.clock;
	d->at = e->at;
	alerts_check(m);
	if (!m->link.extended)
		rows_arrange(m, VIEW_USERS); /* their sessions moved */
}

void
poll_answer(struct model *m, const struct event *e)
{
	if (e->id >= ADMIN_COMMANDS)
		return;
	if (!e->more)
		m->reading[e->id].out = false;
	if (e->status != ADMIN_OK && e->id != ADMIN_user_connections)
		return;
	if (e->id == ADMIN_status && e->count == 1)
		figures_extended(m, e->rows);
	else if (!poll_list(m, e))
		figure_base(m, e->id, e->value);
}
