#include <stdio.h>
#include <string.h>

#include "base/endpoint.h"
#include "tui/act_command.h"

/* ---- opening */

void
act_form_show(struct model *m)
{
	m->overlay = OVERLAY_FORM;
	act_form_check(m);
}

void
act_form_open_connect(struct model *m, const char *why)
{
	struct form *f = &m->form;

	form_open(f, FORM_CONNECT, "Connect", "Connect");
	field_set(form_field(f, FIELD_TEXT, "Endpoint", "unix:, sctp: or tcp:"),
	    m->link.endpoint);
	field_set(form_field(f, FIELD_TEXT, "User", "empty: local, by uid"),
	    m->link.user);
	(void)form_field(f, FIELD_SECRET, "Password", "never saved");
	if (why != NULL)
		(void)snprintf(f->problem, sizeof f->problem, "%s", why);
	act_form_show(m);
}

void
act_form_open_setting(struct model *m)
{
	const struct setting *s = model_setting(m);
	struct field *field;

	if (s == NULL)
		return;
	form_open(&m->form, FORM_SETTING, "", "Stage");
	(void)snprintf(m->form.titled, sizeof m->form.titled, "%s", s->label);
	m->form.title = m->form.titled;
	field = form_field(&m->form, FIELD_TEXT, m->form.titled, "");
	if (s->staged || s->known)
		field_set(field, s->staged ? s->next : s->value);
	act_form_show(m);
}

/* On the prompt line: a filter or a text to find. */
void
act_form_open_prompt(struct model *m, enum form_kind kind)
{
	const struct list *l = &m->lists[m->view];
	struct field *field;

	m->recalled = 0;
	form_open(&m->form, kind, "", "");
	field = form_field(&m->form, FIELD_TEXT, "", "");
	field->most = kind == FORM_COMMAND ? FIELD_MOST : MODEL_FILTER - 1;
	if (kind == FORM_FILTER)
		field_set(field, l->filter);
	act_form_show(m);
}

void
act_form_close(struct model *m)
{
	form_wipe(&m->form);
	m->saving = false;
	m->edit.n = 0;
	m->edit.stale = false;
	m->overlay = OVERLAY_NONE;
}

/* ---- checking, after every key */

static void
check_setting(struct model *m)
{
	const struct setting *s = settings_find(&m->settings, m->form.titled);
	struct field *f = &m->form.fields[0];

	s = s != NULL ? s : model_setting(m);
	if (s != NULL)
		(void)settings_check(s, f->text, f->problem, sizeof f->problem);
}

/* The saved daemon whose name stands where an endpoint would; or NULL. */
static const struct node *
typed_node(const struct model *m)
{
	return m->nodes == NULL ? NULL
				: nodes_find(m->nodes, m->form.fields[0].text);
}

static void
check_connect(struct model *m)
{
	const struct node *node = typed_node(m);
	struct field *f = m->form.fields;
	struct endpoint endpoint;
	const char *why = "";
	bool user = f[1].len > 0 || (node != NULL && *node->user != '\0');

	if (!endpoint_parse(
		&endpoint, node != NULL ? node->endpoint : f[0].text, &why)) {
		(void)snprintf(f[0].problem, sizeof f[0].problem, "%s", why);
		return;
	}
	if (endpoint.kind != ENDPOINT_UNIX && !user)
		(void)snprintf(
		    f[1].problem, sizeof f[1].problem, "a user is needed");
	if (user && f[2].len == 0)
		(void)snprintf(
		    f[2].problem, sizeof f[2].problem, "a password is needed");
}

static void
take_prompt(struct model *m, char *to)
{
	(void)snprintf(to, MODEL_FILTER, "%.63s", m->form.fields[0].text);
}

void
act_form_check(struct model *m)
{
	struct form *f = &m->form;

	for (int i = 0; i < f->n; i++) {
		memcpy(f->fields[i].problem, f->fields[i].refused,
		    sizeof f->fields[i].problem);
		f->fields[i].warning[0] = '\0';
	}
	switch (f->kind) {
	case FORM_USER_ADD:
	case FORM_USER_EDIT:
	case FORM_USER_PASSWORD:
		form_user_check(m);
		break;
	case FORM_RULE_ADD:
	case FORM_RULE_TEST:
		form_rule_check(m);
		break;
	case FORM_SAVE:
		save_check(m);
		break;
	case FORM_SETTING:
		check_setting(m);
		break;
	case FORM_CONNECT:
		check_connect(m);
		break;
	case FORM_FILTER:
		take_prompt(m, m->lists[m->view].filter);
		rows_arrange(m, m->view);
		break;
	case FORM_SEARCH:
		take_prompt(m, m->lists[m->view].search);
		search_typed(m);
		break;
	case FORM_COMMAND:
	case FORM_KINDS:
		break;
	}
}

/* ---- doing */

/* The name of a saved daemon stands for its endpoint, and its user. */
static void
take_node(const struct model *m, struct field *f)
{
	const struct node *node = typed_node(m);

	if (node == NULL)
		return;
	field_set(&f[0], node->endpoint);
	if (f[1].len == 0)
		field_set(&f[1], node->user);
}

static void
send_connect(struct model *m, struct effects *fx)
{
	struct field *f = m->form.fields;
	struct layout_text user;

	take_node(m, f);
	(void)effects_add(fx, EFFECT_CONNECT);
	memcpy(fx->endpoint, f[0].text, sizeof fx->endpoint);
	memcpy(fx->user, f[1].text, sizeof fx->user);
	secret_set(&fx->password, f[2].text, f[2].len);
	if (strcmp(m->link.endpoint, f[0].text) != 0)
		model_forget(m);
	(void)snprintf(
	    m->link.endpoint, sizeof m->link.endpoint, "%s", f[0].text);
	layout_text_set(&user, f[1].text, f[1].len);
	model_safe(m->link.user, &user);
	m->link.state = LINK_CONNECTING;
	m->link.retry_at = 0;
	m->link.failures = 0;
	poll_end(m);
	m->form.busy = true;
	m->form.touched = false;
	m->form.problem[0] = '\0';
}

static void
submit_setting(struct model *m)
{
	struct setting *s = settings_find(&m->settings, m->form.titled);

	s = s != NULL ? s : model_setting(m);
	if (s != NULL)
		act_setting_stage(m, s, m->form.fields[0].text);
}

/* What it does may open a form of its own. */
static void
submit_command(struct model *m, struct effects *fx)
{
	char text[FIELD_MOST + 1];

	memcpy(text, m->form.fields[0].text, sizeof text);
	act_form_close(m);
	command_do(m, text, fx);
}

static void
submit(struct model *m, struct effects *fx)
{
	act_form_check(m);
	if (m->form.busy)
		return;
	if (!form_good(&m->form)) {
		for (int i = m->form.n - 1; i >= 0; i--)
			if (m->form.fields[i].problem[0] != '\0')
				m->form.focus = i;
		return;
	}
	switch (m->form.kind) {
	case FORM_USER_ADD:
	case FORM_USER_EDIT:
	case FORM_USER_PASSWORD:
		form_user_send(m, fx);
		return;
	case FORM_RULE_ADD:
	case FORM_RULE_TEST:
		form_rule_send(m, fx);
		return;
	case FORM_SAVE:
		save_send(m, fx);
		return;
	case FORM_CONNECT:
		send_connect(m, fx);
		return;
	case FORM_SETTING:
		submit_setting(m);
		break;
	case FORM_SEARCH:
		rows_search(m, 1, true);
		break;
	case FORM_COMMAND:
		submit_command(m, fx);
		return;
	case FORM_FILTER:
	case FORM_KINDS:
		break;
	}
	act_form_close(m);
}

bool
act_form_is_last(const struct model *m)
{
	return m->form.kind == FORM_CONNECT && !m->link.was_up &&
	       m->nnodes == 0;
}

static void
cancel(struct model *m, struct effects *fx)
{
	bool first = m->form.kind == FORM_CONNECT && !m->link.was_up;
	bool last = act_form_is_last(m);

	if (m->form.kind == FORM_FILTER) {
		field_clear(&m->form.fields[0]);
		act_form_check(m);
	} else if (m->form.kind == FORM_SEARCH) {
		search_cancel(m);
	}
	act_form_close(m);
	if (last)
		(void)effects_add(fx, EFFECT_QUIT);
	else if (first)
		m->view = VIEW_NODES;
}

static void
clear_field(struct form *f)
{
	if (f->focus >= f->n)
		return;
	field_clear(&f->fields[f->focus]);
	f->fields[f->focus].refused[0] = '\0';
	f->answer[0] = '\0';
}

static void
act_form(struct model *m, enum action action, struct effects *fx)
{
	struct form *f = &m->form;

	switch (action) {
	case ACTION_FIELD_NEXT:
		if (f->kind == FORM_COMMAND)
			command_complete(m);
		else
			form_move(f, 1);
		break;
	case ACTION_FIELD_BACK:
		if (f->kind == FORM_COMMAND)
			command_recall(m);
		else
			form_move(f, -1);
		break;
	case ACTION_FORM_ENTER:
		if (f->focus >= f->n - 1 || f->kind == FORM_CONNECT)
			submit(m, fx);
		else
			form_move(f, 1);
		break;
	case ACTION_FORM_SAVE:
		submit(m, fx);
		break;
	case ACTION_REVEAL:
		f->reveal = !f->reveal;
		break;
	case ACTION_FIELD_CLEAR:
		clear_field(f);
		break;
	case ACTION_FORM_CANCEL:
		cancel(m, fx);
		return;
	case ACTION_NODE_NEXT:
		if (f->kind == FORM_CONNECT && m->nnodes > 0) {
			act_form_close(m);
			act_node(m, action, fx);
		}
		return;
	default:
		break;
	}
	if (m->overlay == OVERLAY_FORM)
		act_form_check(m);
}

/* To a field, or what is chosen in one. */
void
act_form_click(struct model *m, const struct spot *hit)
{
	bool choice = hit->kind == SPOT_CHOICE;

	if (m->overlay != OVERLAY_FORM || m->form.busy)
		return;
	form_go(&m->form, (int)(choice ? hit->value >> 8 : hit->value));
	if (choice)
		form_choose(&m->form, hit->value & 0xff);
	act_form_check(m);
}

void
act_form_key(struct model *m, struct key k, struct effects *fx)
{
	enum action action =
	    k.pasted ? ACTION_NONE : keys_find(IN_FORM, k.code);

	if (action != ACTION_NONE && action != ACTION_CHOOSE) {
		act_form(m, action, fx);
		return;
	}
	if (m->form.busy)
		return;
	if (form_key(&m->form, k)) {
		if (m->form.kind == FORM_CONNECT)
			m->link.retry_at = 0;
		act_form_check(m);
	}
}
