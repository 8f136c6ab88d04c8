#include "tui/act.h"

/* The marked sessions, or else the selected one, into the question. */
static void
kill_these(struct model *m)
{
	const struct sessions *s = &m->sessions;
	const struct session *one = model_session(m);
	struct target t = { 0 };

	if (one == NULL || !act_may_write(m))
		return;
	confirm_open(m, CONFIRM_SESSION_KILL);
	if (s->marked == 0) {
		t.id = one->id;
		sessions_user(s, one, &t.name);
		(void)confirm_add(m, &t);
	}
	for (size_t i = 0; s->marked > 0 && i < s->page.n; i++) {
		if (!s->page.all[i].marked)
			continue;
		t.id = s->page.all[i].id;
		sessions_user(s, &s->page.all[i], &t.name);
		if (!confirm_add(m, &t))
			break;
	}
}

static void
clear_user(struct model *m)
{
	const struct session *one = model_session(m);
	struct target t = { 0 };

	if (one == NULL || !act_may_write(m))
		return;
	sessions_user(&m->sessions, one, &t.name);
	if (t.name.len == 0) {
		model_say(m, LEVEL_WARN, "Nobody has logged in here.");
		return;
	}
	confirm_open(m, CONFIRM_USER_CLEAR);
	(void)confirm_add(m, &t);
}

void
act_session(struct model *m, enum action action, struct effects *fx)
{
	(void)fx;
	if (action == ACTION_SESSION_KILL)
		kill_these(m);
	else if (action == ACTION_SESSION_CLEAR)
		clear_user(m);
	else if (action == ACTION_DETAIL)
		m->detail = !m->detail;
}
