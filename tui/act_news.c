#include <stdio.h>
#include <string.h>

#include "tui/act.h"

enum { REVEAL_MS = 10000 };

/* ---- the log */

/* Of the log, or of the events on the dashboard. */
static void
level(struct model *m, enum action action)
{
	static const char *const names[] = { "errors only",
		"warnings and errors", "all", "debugging too" };
	unsigned *now = m->view == VIEW_DASH ? &m->event_level : &m->log_level;

	if (action == ACTION_LEVEL)
		*now = (*now + 1) % 4;
	else
		*now = *now == 0 ? 2 : 0;
	if (m->view == VIEW_DASH)
		model_say(m, LEVEL_INFO, "Events: %s.", names[*now]);
	rows_arrange(m, m->view);
}

static void
follow(struct model *m)
{
	struct list *l = &m->lists[VIEW_LOGS];

	if (!l->moved)
		m->log_seen = m->lines.count;
	l->moved = !l->moved;
	rows_arrange(m, VIEW_LOGS);
}

/* ---- findings */

/* What the daemon itself masks stays so; then it is said who could change it.
 */
static void
reveal(struct model *m)
{
	const struct finding *one = model_finding(m);
	const struct setting *s =
	    settings_find(&m->settings, "dissector-passwords");

	if (one == NULL)
		return;
	m->reveal_until = m->now + REVEAL_MS;
	if (!findings_is_masked(one))
		return;
	if (m->link.observer)
		model_say(
		    m, LEVEL_WARN, "The daemon masks passwords for observers.");
	else if (s == NULL || strcmp(s->value, "plain") != 0)
		model_say(m, LEVEL_WARN,
		    "The daemon masks it: its setting dissector-passwords "
		    "is not plain.");
	else
		model_say(m, LEVEL_WARN,
		    "It was seen while dissector-passwords was masked.");
}

static void
open_session(struct model *m)
{
	const struct finding *one = model_finding(m);
	struct list *l = &m->lists[VIEW_SESSIONS];

	if (one == NULL || !view_offered(m, VIEW_SESSIONS))
		return;
	if (sessions_find(&m->sessions, one->session) == NULL &&
	    m->sessions.listed) {
		model_say(m, LEVEL_INFO, "Its session #%llu may have ended.",
		    (unsigned long long)one->session);
	}
	l->filter[0] = '\0';
	l->id = one->session;
	l->moved = true;
	act_go(m, VIEW_SESSIONS);
	rows_arrange(m, VIEW_SESSIONS);
}

static void
clear(struct model *m)
{
	struct target t = { 0 };

	if (!act_may_write(m))
		return;
	t.id = m->findings.last;
	t.revision = findings_kept(&m->findings);
	confirm_open(m, CONFIRM_FINDINGS_CLEAR);
	(void)confirm_add(m, &t);
}

void
act_news(struct model *m, enum action action)
{
	switch (action) {
	case ACTION_FOLLOW:
		follow(m);
		break;
	case ACTION_LEVEL:
	case ACTION_ERRORS:
		level(m, action);
		break;
	case ACTION_LOG_TIME:
		m->log_time = (m->log_time + 1) % LOG_TIMES;
		break;
	case ACTION_REVEAL_FINDING:
		reveal(m);
		break;
	case ACTION_FINDING_SESSION:
		open_session(m);
		break;
	case ACTION_FINDINGS_CLEAR:
		clear(m);
		break;
	default:
		break;
	}
}
