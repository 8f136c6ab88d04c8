#include "tui/act.h"

#include <stdio.h>

/* What names the selected row; NULL: there is none, or it is no name. */
static const char *
name_of(const struct model *m)
{
	const struct session *session;

	switch (m->view) {
	case VIEW_SESSIONS:
		session = model_session(m);
		return session == NULL
			   ? NULL
			   : sessions_text(&m->sessions, session->target);
	case VIEW_USERS:
		return model_user(m) == NULL ? NULL : model_user(m)->shown;
	case VIEW_SETTINGS:
		return model_setting(m)->value;
	case VIEW_FINDINGS:
		return model_finding(m) == NULL ? NULL
						: model_finding(m)->login;
	case VIEW_RULES:
		return model_rule(m) == NULL ? NULL : model_rule(m)->text;
	case VIEW_NODES:
		return m->node_rows[m->lists[VIEW_NODES].row].node.endpoint;
	case VIEW_DASH:
	case VIEW_LOGS:
	case VIEW_COUNT:
		break;
	}
	return "";
}

void
act_copy(struct model *m, bool row, struct effects *fx)
{
	const char *name = row ? "" : name_of(m);

	if (m->old_terminal) {
		model_say(m, LEVEL_WARN, "This terminal has no clipboard.");
		return;
	}
	if (name == NULL) {
		model_say(m, LEVEL_WARN, "There is no row.");
		return;
	}
	(void)effects_add(fx, EFFECT_COPY);
	(void)snprintf(fx->copy, sizeof fx->copy, "%s", name);
	/* Whether it takes it, no terminal says. */
	model_say(m, LEVEL_INFO, "Sent to the terminal's clipboard: %s",
	    *name == '\0' ? "the row as it is shown" : name);
}
