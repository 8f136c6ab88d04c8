#include "tui/act.h"

#include <stdio.h>
#include <string.h>

unsigned
act_where(enum view view)
{
	return 1u << view;
}

bool
act_may_write(struct model *m)
{
	if (m->read_only)
		model_say(m, LEVEL_WARN,
		    "Changes are off: started with --read-only.");
	else if (m->link.state != LINK_UP)
		model_say(
		    m, LEVEL_WARN, "Changes are off while the daemon is away.");
	else if (m->link.observer)
		model_say(m, LEVEL_WARN,
		    "Changes are off: %s is an observer, not an administrator.",
		    m->link.user[0] != '\0' ? m->link.user : "this user");
	else
		return true;
	return false;
}

bool
act_knows(struct model *m, enum admin_id id)
{
	if (model_knows(m, id))
		return true;
	model_say(m, LEVEL_WARN,
	    "This server cannot do that: it needs the extended protocol.");
	return false;
}

struct write *
act_write(struct model *m, enum admin_id id, struct effects *fx,
    struct effect **effect)
{
	for (unsigned i = 0; i < MODEL_WRITES; i++) {
		struct write *w = &m->writes[i];

		if (w->used)
			continue;
		memset(w, 0, sizeof *w);
		w->used = true;
		w->id = id;
		*effect = effects_add(fx, EFFECT_ASK);
		(*effect)->id = id;
		(*effect)->tag = i;
		return w;
	}
	model_say(m, LEVEL_WARN, "Too many changes are under way.");
	return NULL;
}

/* ---- views */

void
act_go(struct model *m, enum view view)
{
	if (view == VIEW_NODES && m->nnodes == 0) {
		model_say(m, LEVEL_INFO,
		    "No daemon has a name: socks5tui --save NAME gives one.");
		return;
	}
	if (!view_offered(m, view)) {
		model_say(m, LEVEL_WARN,
		    "%s: needs the extended protocol; "
		    "the base one cannot tell.",
		    view_names[view]);
		return;
	}
	m->view = view;
	m->detail = false;
	if (view != VIEW_DASH)
		m->poll_at = m->now;
}

static void
step(struct model *m, int by)
{
	int view = (int)m->view;

	do {
		view = (view + by + VIEW_COUNT) % VIEW_COUNT;
	} while (!view_offered(m, (enum view)view));
	act_go(m, (enum view)view);
}

static void
pause(struct model *m)
{
	m->paused = !m->paused;
	if (m->paused)
		m->frozen = m->live;
	else
		poll_want(m);
}

void
act_pace(struct model *m, bool faster)
{
	static const unsigned paces[] = { 200, 500, 1000, 2000, 5000, 10000,
		30000, 60000 };
	int n = sizeof paces / sizeof *paces, at = 0;

	while (at < n - 1 && paces[at] < m->interval_ms)
		at++;
	if (faster && at > 0)
		at--;
	if (!faster && at < n - 1 && paces[at] <= m->interval_ms)
		at++;
	m->interval_ms = paces[at];
	m->poll_at = m->now + m->interval_ms;
}

static void
refresh(struct model *m, struct effects *fx)
{
	if (m->link.state == LINK_UP) {
		poll_want(m);
		m->poll_at = m->now;
	} else if (m->link.retry_at != 0) {
		m->link.retry_at = 0;
		m->link.failures = 0;
		(void)effects_add(fx, EFFECT_RECONNECT);
	}
}

static void
quit(struct model *m, struct effects *fx)
{
	if (m->view == VIEW_SESSIONS && m->detail)
		m->detail = false;
	else if (model_staged(m) > 0 || model_writing(m) > 0)
		confirm_open(m, CONFIRM_QUIT);
	else
		(void)effects_add(fx, EFFECT_QUIT);
}

static void
act_dash(struct model *m, enum action action)
{
	if (action == ACTION_WINDOW_LESS && m->window > 0)
		m->window--;
	if (action == ACTION_WINDOW_MORE && m->window < MODEL_WINDOWS - 1)
		m->window++;
	if (action == ACTION_PAN_BACK && m->pan < 400)
		m->pan++;
	if (action == ACTION_PAN_ON && m->pan > 0)
		m->pan--;
	if (action == ACTION_SCALE)
		m->logarithmic = !m->logarithmic;
	if (action == ACTION_OTHER)
		m->other++;
}

/* What opens something on top of the view; false: it does not. */
static bool
open_window(struct model *m, enum action action)
{
	switch (action) {
	case ACTION_HELP:
		m->overlay = OVERLAY_HELP;
		memset(&m->help, 0, sizeof m->help);
		return true;
	case ACTION_CONNECT:
		act_form_open_connect(m, NULL);
		return true;
	case ACTION_COLUMNS:
		columns_open(m);
		return true;
	case ACTION_SETUP:
		setup_open(m);
		return true;
	case ACTION_SORT_MENU:
		sort_open(m);
		return true;
	case ACTION_SAVE:
		act_save(m);
		return true;
	case ACTION_COMMAND:
		act_form_open_prompt(m, FORM_COMMAND);
		return true;
	case ACTION_SERVER:
		server_open(m);
		return true;
	default:
		return false;
	}
}

/* What the program does, rather than its screen; false: it does not. */
static bool
do_effect(struct model *m, enum action action, struct effects *fx)
{
	switch (action) {
	case ACTION_REFRESH:
		refresh(m, fx);
		return true;
	case ACTION_COPY:
	case ACTION_COPY_ROW:
		act_copy(m, action == ACTION_COPY_ROW, fx);
		return true;
	case ACTION_REDRAW:
		(void)effects_add(fx, EFFECT_REDRAW);
		return true;
	case ACTION_SUSPEND:
		(void)effects_add(fx, EFFECT_SUSPEND);
		return true;
	case ACTION_MOUSE:
		act_mouse_toggle(m, fx);
		return true;
	case ACTION_UNDO:
		act_undo(m, fx);
		return true;
	case ACTION_NODE_GO:
	case ACTION_NODE_NEXT:
		act_node(m, action, fx);
		return true;
	case ACTION_QUIT:
		quit(m, fx);
		return true;
	default:
		return false;
	}
}

static void
act_everywhere(struct model *m, enum action action, struct effects *fx)
{
	if (open_window(m, action) || do_effect(m, action, fx))
		return;
	if (action == ACTION_VIEW_NEXT || action == ACTION_VIEW_BACK)
		step(m, action == ACTION_VIEW_NEXT ? 1 : -1);
	else if (action == ACTION_PAUSE)
		pause(m);
	else if (action == ACTION_FASTER || action == ACTION_SLOWER)
		act_pace(m, action == ACTION_FASTER);
	else
		act_dash(m, action);
}

void
act_view(struct model *m, enum action action, struct effects *fx)
{
	bool view = action >= ACTION_VIEW_DASH && action <= ACTION_VIEW_NODES;

	if (!view && m->link.state == LINK_UP && !model_offers(m, action))
		(void)(act_knows(m, keys_need(action)) &&
		       act_may_write(m)); /* which say so */
	else if (view)
		act_go(m, (enum view)(action - ACTION_VIEW_DASH));
	else if (action >= ACTION_DOWN && action <= ACTION_BACK)
		act_rows(m, action);
	else if (action >= ACTION_DETAIL && action <= ACTION_SESSION_CLEAR)
		act_session(m, action, fx);
	else if (action >= ACTION_USER_ADD && action <= ACTION_USER_SESSIONS)
		act_user(m, action, fx);
	else if (action >= ACTION_EDIT && action <= ACTION_DISCARD)
		act_setting(m, action, fx);
	else if (action >= ACTION_RULE_ADD && action <= ACTION_RULE_TEST)
		act_rule(m, action, fx);
	else if (action >= ACTION_FOLLOW && action <= ACTION_FINDINGS_CLEAR)
		act_news(m, action);
	else
		act_everywhere(m, action, fx);
}

void
act_key(struct model *m, struct key k, struct effects *fx)
{
	if (k.code == INPUT_CTRL('Z') && !k.pasted) {
		(void)effects_add(fx, EFFECT_SUSPEND);
		return;
	}
	switch (m->overlay) {
	case OVERLAY_FORM:
		act_form_key(m, k, fx);
		break;
	case OVERLAY_CONFIRM:
		confirm_key(m, k, fx);
		break;
	case OVERLAY_HELP:
		act_help_key(m, k, fx);
		break;
	case OVERLAY_COLUMNS:
		columns_key(m, k);
		break;
	case OVERLAY_SORT:
		sort_key(m, k);
		break;
	case OVERLAY_CONFLICT:
		conflict_key(m, k, fx);
		break;
	case OVERLAY_SETUP:
		setup_key(m, k, fx);
		break;
	case OVERLAY_ANSWER:
		answer_key(m, k, fx);
		break;
	case OVERLAY_MENU:
		menu_key(m, k, fx);
		break;
	case OVERLAY_NONE:
		if (!k.pasted)
			act_view(m, keys_find(act_where(m->view), k.code), fx);
		break;
	}
}
