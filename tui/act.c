#include "tui/act.h"

#include <stdio.h>
#include <string.h>

#include "tui/users.h"

unsigned
act_where(enum view view)
{
	switch (view) {
	case VIEW_DASH:
		return IN_DASH;
	case VIEW_USERS:
		return IN_USERS;
	case VIEW_SETTINGS:
		return IN_SETTINGS;
	case VIEW_SESSIONS:
	case VIEW_LOGS:
	case VIEW_FINDINGS:
	case VIEW_COUNT:
		break;
	}
	return 0;
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
	else
		return true;
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
		*w = (struct write){ .used = true, .id = id };
		*effect = effects_add(fx, EFFECT_ASK);
		(*effect)->id = id;
		(*effect)->tag = i;
		return w;
	}
	model_say(m, LEVEL_WARN, "Too many changes are under way.");
	return NULL;
}

/* ---- views */

static void
go(struct model *m, enum view view, struct effects *fx)
{
	if (!view_offered(view)) {
		model_say(m, LEVEL_WARN,
		    "%s: needs the extended protocol; "
		    "the base one cannot tell.",
		    view_names[view]);
		return;
	}
	m->view = view;
	if (view == VIEW_USERS)
		m->poll_at = m->now;
	(void)fx;
}

static void
step(struct model *m, int by, struct effects *fx)
{
	int view = (int)m->view;

	do {
		view = (view + by + VIEW_COUNT) % VIEW_COUNT;
	} while (!view_offered((enum view)view));
	go(m, (enum view)view, fx);
}

static void
pause(struct model *m)
{
	if (m->paused) {
		m->paused = false;
		users_free(&m->frozen.users);
		users_arrange(&m->live.users, &m->list);
		return;
	}
	memcpy(m->frozen.value, m->live.value, sizeof m->live.value);
	memcpy(m->frozen.known, m->live.known, sizeof m->live.known);
	memcpy(m->frozen.rings, m->live.rings, sizeof m->live.rings);
	m->frozen.at = m->live.at;
	m->paused = users_copy(&m->frozen.users, &m->live.users) == 0;
}

static void
pace(struct model *m, bool faster)
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
		m->want_users = true;
		m->poll_at = m->now;
	} else if (m->link.retry_at != 0) {
		m->link.retry_at = 0;
		m->link.failures = 0;
		(void)effects_add(fx, EFFECT_RECONNECT);
	}
}

static void
open_confirm(struct model *m, enum confirm_kind kind)
{
	m->overlay = OVERLAY_CONFIRM;
	m->confirm = (struct confirm){ .kind = kind, .opened = m->now };
}

static void
quit(struct model *m, struct effects *fx)
{
	if (model_staged(m) > 0 || model_writing(m) > 0)
		open_confirm(m, CONFIRM_QUIT);
	else
		(void)effects_add(fx, EFFECT_QUIT);
}

static void
delete_user(struct model *m)
{
	const struct user *u = model_user(m);

	if (u == NULL || !act_may_write(m))
		return;
	open_confirm(m, CONFIRM_USER_DEL);
	m->confirm.name = u->name;
	memcpy(m->confirm.shown, u->shown, sizeof u->shown);
}

/* ---- rows */

static void
move(struct model *m, int by)
{
	if (m->view == VIEW_USERS) {
		users_select(&model_data(m)->users, &m->list, m->list.row + by);
		return;
	}
	m->setting += by;
	if (m->setting >= SETTING_COUNT)
		m->setting = SETTING_COUNT - 1;
	if (m->setting < 0)
		m->setting = 0;
}

static void
arrange(struct model *m)
{
	users_arrange(m->paused ? &m->frozen.users : &m->live.users, &m->list);
}

static void
act_rows(struct model *m, enum action action)
{
	switch (action) {
	case ACTION_DOWN:
		move(m, 1);
		break;
	case ACTION_UP:
		move(m, -1);
		break;
	case ACTION_FIRST:
		move(m, -100000);
		break;
	case ACTION_LAST:
		move(m, 100000);
		break;
	case ACTION_PAGE_DOWN:
		move(m, model_page(m));
		break;
	case ACTION_PAGE_UP:
		move(m, -model_page(m));
		break;
	case ACTION_SORT:
		m->list.by_sessions = !m->list.by_sessions;
		arrange(m);
		break;
	case ACTION_REVERSE:
		m->list.reverse = !m->list.reverse;
		arrange(m);
		break;
	case ACTION_UNFILTER:
		m->list.filter[0] = '\0';
		arrange(m);
		break;
	default:
		break;
	}
}

/* An unknown one goes to on, to off, and back to be left alone. */
static void
toggle(struct model *m, struct setting *s)
{
	if (s->known)
		act_setting_stage(
		    m, m->setting, s->staged ? s->value : !s->value);
	else if (s->staged && s->next == 0)
		s->staged = false;
	else
		act_setting_stage(m, m->setting, !s->staged);
}

static void
act_settings(struct model *m, enum action action, struct effects *fx)
{
	struct setting *s = &m->settings[m->setting];
	const struct setting_row *row = &setting_rows[m->setting];

	switch (action) {
	case ACTION_EDIT:
		if (row->kind == SETTING_NUMBER)
			act_form_open_setting(m);
		else
			act_settings(m, ACTION_TOGGLE, fx);
		break;
	case ACTION_TOGGLE:
		if (row->kind == SETTING_SWITCH)
			toggle(m, s);
		break;
	case ACTION_APPLY:
		act_settings_apply(m, fx);
		break;
	case ACTION_REVERT:
		s->staged = false;
		break;
	case ACTION_DEFAULT:
		act_setting_stage(m, m->setting, row->built_in);
		break;
	case ACTION_DISCARD:
		for (int i = 0; i < SETTING_COUNT; i++)
			m->settings[i].staged = false;
		break;
	default:
		break;
	}
}

static void
act_dash(struct model *m, enum action action)
{
	if (action == ACTION_WINDOW_LESS && m->window > 0)
		m->window--;
	if (action == ACTION_WINDOW_MORE && m->window < MODEL_WINDOWS - 1)
		m->window++;
	if (action == ACTION_SCALE)
		m->logarithmic = !m->logarithmic;
}

void
act_view(struct model *m, enum action action, struct effects *fx)
{
	if (action >= ACTION_VIEW_DASH && action <= ACTION_VIEW_FINDINGS) {
		go(m, (enum view)(action - ACTION_VIEW_DASH), fx);
		return;
	}
	if (action >= ACTION_DOWN && action <= ACTION_PAGE_UP) {
		act_rows(m, action);
		return;
	}
	switch (action) {
	case ACTION_HELP:
		m->overlay = OVERLAY_HELP;
		memset(&m->help, 0, sizeof m->help);
		break;
	case ACTION_VIEW_NEXT:
		step(m, 1, fx);
		break;
	case ACTION_VIEW_BACK:
		step(m, -1, fx);
		break;
	case ACTION_PAUSE:
		pause(m);
		break;
	case ACTION_FASTER:
	case ACTION_SLOWER:
		pace(m, action == ACTION_FASTER);
		break;
	case ACTION_REFRESH:
		refresh(m, fx);
		break;
	case ACTION_CONNECT:
		act_form_open_connect(m, NULL);
		break;
	case ACTION_REDRAW:
		(void)effects_add(fx, EFFECT_REDRAW);
		break;
	case ACTION_SUSPEND:
		(void)effects_add(fx, EFFECT_SUSPEND);
		break;
	case ACTION_QUIT:
		quit(m, fx);
		break;
	case ACTION_USER_ADD:
		if (act_may_write(m))
			act_form_open_user(m);
		break;
	case ACTION_USER_DEL:
		delete_user(m);
		break;
	case ACTION_FILTER:
		act_form_open_filter(m);
		break;
	default:
		act_rows(m, action);
		act_settings(m, action, fx);
		act_dash(m, action);
		break;
	}
}

/* ---- questions */

static void
confirmed(struct model *m, struct effects *fx)
{
	struct effect *e;
	struct write *w;

	if (m->confirm.kind == CONFIRM_QUIT) {
		(void)effects_add(fx, EFFECT_QUIT);
		return;
	}
	if (!act_may_write(m) ||
	    (w = act_write(m, ADMIN_user_del, fx, &e)) == NULL)
		return;
	w->name = m->confirm.name;
	memcpy(w->shown, m->confirm.shown, sizeof w->shown);
	e->request.user_del.name = m->confirm.name;
}

static void
confirm_key(struct model *m, struct key k, struct effects *fx)
{
	enum action action = keys_find(IN_CONFIRM, k.code);

	if (k.pasted || m->now - m->confirm.opened < MODEL_GUARD_MS)
		return;
	if (action == ACTION_NONE)
		return;
	m->overlay = OVERLAY_NONE;
	if (action == ACTION_YES)
		confirmed(m, fx);
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
	case OVERLAY_NONE:
		if (!k.pasted)
			act_view(m, keys_find(act_where(m->view), k.code), fx);
		break;
	}
}
