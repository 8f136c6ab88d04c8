#include <stdio.h>

#include "tui/act.h"

enum { REVEAL_MS = 10000 };

/* ---- the log */

static void
level(struct model *m, unsigned level)
{
	m->log_level = level;
	rows_arrange(m, VIEW_LOGS);
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

	if (!act_may_write(m) || !act_knows(m, ADMIN_finding_clear))
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
		level(m, (m->log_level + 1) % 4);
		break;
	case ACTION_ERRORS:
		level(m, m->log_level == 0 ? 2 : 0);
		break;
	case ACTION_REVEAL_FINDING:
		if (model_finding(m) != NULL)
			m->reveal_until = m->now + REVEAL_MS;
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
