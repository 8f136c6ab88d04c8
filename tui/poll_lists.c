#include <math.h>
#include <string.h>

#include "tui/act.h"
#include "tui/inverse.h"

/* The selected session's own history. */
static void
watch(struct model *m, uint64_t *watched, uint64_t id, uint64_t from, double up,
    double down)
{
	if (*watched != id) {
		*watched = id;
		memset(m->watched, 0, sizeof m->watched);
		from = m->now;
	}
	if (isnan(up) || isnan(down))
		return;
	ring_add(&m->watched[0], from, m->now, up);
	ring_add(&m->watched[1], from, m->now, down);
}

static void
answer_sessions(struct model *m, const struct event *e)
{
	const struct session *one;

	if (e->first)
		sessions_begin(&m->sessions);
	sessions_add(&m->sessions, e->rows, e->count, m->now);
	if (e->more)
		return;
	sessions_end(&m->sessions);
	rows_arrange(m, VIEW_SESSIONS);
	one = model_session(m);
	if (one != NULL && m->view == VIEW_SESSIONS)
		watch(m, &m->watched_session, one->id, m->now - 1000,
		    one->up_rate, one->down_rate);
}

static void
answer_names(struct model *m, const struct event *e)
{
	users_begin(&m->users);
	users_add_names(&m->users, e->rows, e->count);
	users_end(&m->users);
	rows_arrange(m, VIEW_USERS);
}

static void
answer_accounts(struct model *m, const struct event *e)
{
	const struct user *one;

	if (e->first)
		users_begin(&m->users);
	users_add(&m->users, e->rows, e->count, m->now);
	if (e->more)
		return;
	conflict_follow(m);
	users_end(&m->users);
	rows_arrange(m, VIEW_USERS);
	conflict_open(m);
	one = model_user(m);
	if (one == NULL || m->view != VIEW_USERS)
		return;
	if (!model_same(&one->name, &m->watched_user)) {
		m->watched_user = one->name;
		m->watched_session = 0;
	}
	watch(m, &m->watched_session, UINT64_MAX, m->now - 1000, one->up_rate,
	    one->down_rate);
}

static void
answer_settings(struct model *m, const struct event *e)
{
	if (e->first)
		settings_begin(&m->settings);
	settings_add(&m->settings, e->rows, e->count);
	if (e->more)
		return;
	settings_end(&m->settings);
	rows_arrange(m, VIEW_SETTINGS);
}

static void
answer_lines(struct model *m, const struct event *e)
{
	uint64_t before = m->lines.count;

	lines_add(&m->lines, e->rows, e->count);
	if (!e->more && (m->lines.count != before || m->lines.shown == 0))
		rows_arrange(m, VIEW_LOGS);
}

static void
answer_findings(struct model *m, const struct event *e)
{
	uint64_t before = m->findings.count;

	findings_add(&m->findings, e->rows, e->count);
	if (m->findings.count != before)
		rows_arrange(m, VIEW_FINDINGS);
}

static void
answer_metrics(struct model *m, const struct event *e)
{
	const struct admin_metric *rows = e->rows;

	for (size_t i = 0; i < e->count; i++)
		for (int k = 0; k < REASONS; k++)
			if (rows[i].name.len == strlen(reason_rows[k].metric) &&
			    memcmp(rows[i].name.bytes, reason_rows[k].metric,
				rows[i].name.len) == 0) {
				m->reason_totals[k] = rows[i].value;
				trail_add(&m->reasons[k], m->now, 1000,
				    rows[i].value);
			}
}

static void
answer_histograms(struct model *m, const struct event *e)
{
	double ms;

	if (e->first)
		latency_begin(&m->latency);
	latency_add(&m->latency, e->rows, e->count);
	if (e->more)
		return;
	latency_end(&m->latency, m->now);
	ms = latency_part(&m->latency, LATENCY_SETUP, 0.95);
	if (!isnan(ms))
		ring_add(
		    &m->live.rings[SERIES_SETUP], m->now - 1000, m->now, ms);
}

/* The cursor goes to the rule that was put in. */
static void
select_added(struct model *m)
{
	struct admin_rule_id id = { .id = m->rule_before };

	if (!m->rule_added || inverse_settle(m, ADMIN_rule_del, &id) != 1)
		return;
	m->lists[VIEW_RULES].id = id.id;
	m->lists[VIEW_RULES].moved = true;
	m->rule_added = false;
}

static void
answer_rules(struct model *m, const struct event *e)
{
	if (e->first)
		rules_list_begin(&m->rules);
	rules_list_add(&m->rules, e->rows, e->count);
	if (e->more)
		return;
	rules_list_end(&m->rules);
	select_added(m);
	rows_arrange(m, VIEW_RULES);
}

static void
answer_listeners(struct model *m, const struct event *e)
{
	if (e->first)
		listeners_begin(&m->listeners);
	listeners_add(&m->listeners, e->rows, e->count);
}

static void
answer_user(struct model *m, const struct event *e)
{
	struct user *u = users_find(&m->users, e->name);

	if (e->status == ADMIN_UNKNOWN || e->status == ADMIN_FAILED)
		m->no_user_sessions = true;
	if (u != NULL && e->status == ADMIN_OK)
		u->sessions = (int64_t)(e->value < 65535 ? e->value : 65535);
}

/* What is frozen stays; and no list is made of some of its pages. */
static bool
is_left_out(struct model *m, const struct event *e)
{
	struct reading *r = &m->reading[e->id];
	bool still = (m->paused || m->saving) && !m->edit.stale;

	if (!admin_commands[e->id].many)
		return false;
	r->torn = still || (r->torn && !e->first);
	return r->torn;
}

bool
poll_list(struct model *m, const struct event *e)
{
	static const struct {
		enum admin_id id;
		void (*take)(struct model *, const struct event *);
	} rows[] = {
		{ ADMIN_user_connections, answer_user },
		{ ADMIN_user_list, answer_names },
		{ ADMIN_account_list, answer_accounts },
		{ ADMIN_session_list, answer_sessions },
		{ ADMIN_get, answer_settings },
		{ ADMIN_log_list, answer_lines },
		{ ADMIN_finding_list, answer_findings },
		{ ADMIN_rule_list, answer_rules },
		{ ADMIN_listener_list, answer_listeners },
		{ ADMIN_metrics, answer_metrics },
		{ ADMIN_histogram_list, answer_histograms },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (rows[i].id == e->id) {
			if (!is_left_out(m, e))
				rows[i].take(m, e);
			return true;
		}
	return false;
}
