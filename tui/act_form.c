#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/endpoint.h"
#include "base/text.h"
#include "tui/act.h"
#include "tui/users.h"
#include "tui/utf8.h"

/* ---- opening */

static void
show(struct model *m)
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
	show(m);
}

void
act_form_open_user(struct model *m)
{
	struct form *f = &m->form;
	struct field *role;

	form_open(f, FORM_USER_ADD, "Add user", "Add");
	(void)form_field(f, FIELD_TEXT, "Name", "1 to 255 bytes");
	(void)form_field(f, FIELD_SECRET, "Password", "1 to 255 bytes");
	(void)form_field(f, FIELD_SECRET, "Again", "the same");
	role = form_field(f, FIELD_CHOICE, "Role", "Space changes it");
	role->names[0] = "regular";
	role->names[1] = "admin";
	show(m);
}

void
act_form_open_setting(struct model *m)
{
	const struct setting_row *row = &setting_rows[m->setting];
	const struct setting *s = &m->settings[m->setting];
	struct field *field;
	char text[32] = "";

	form_open(&m->form, FORM_SETTING, row->label, "Stage");
	field = form_field(&m->form, FIELD_TEXT, row->label, row->unit);
	if (s->staged || s->known)
		(void)snprintf(text, sizeof text, "%llu",
		    (unsigned long long)(s->staged ? s->next : s->value));
	field->most = 12;
	field_set(field, text);
	show(m);
}

void
act_form_open_filter(struct model *m)
{
	struct field *field;

	form_open(&m->form, FORM_FILTER, "Filter", "");
	field = form_field(&m->form, FIELD_TEXT, "filter", "");
	field->most = sizeof m->list.filter - 1;
	field_set(field, m->list.filter);
	show(m);
}

void
act_form_close(struct model *m)
{
	form_wipe(&m->form);
	m->overlay = OVERLAY_NONE;
}

/* ---- checking, after every key */

static void
problem(struct field *f, const char *text)
{
	(void)snprintf(f->problem, sizeof f->problem, "%s", text);
}

static void
check_user(struct model *m)
{
	struct field *f = m->form.fields;
	struct layout_text name;

	layout_text_set(&name, f[0].text, f[0].len);
	if (f[0].len == 0)
		problem(&f[0], "a name is needed");
	else if (!text_is_name(f[0].text, f[0].len))
		problem(&f[0], "not a name");
	else if (users_find(&m->live.users, &name) != NULL)
		problem(&f[0], "exists already");
	if (f[1].len == 0)
		problem(&f[1], "a password is needed");
	else if (f[2].len != f[1].len ||
		 memcmp(f[1].text, f[2].text, f[1].len) != 0)
		problem(&f[2], f[2].len == 0 ? "once more" : "does not match");
}

/* The number in a field, if it is one of the row's. */
static bool
number(const struct field *f, const struct setting_row *row, uint64_t *value)
{
	char *end;

	errno = 0;
	*value = strtoull(f->text, &end, 10);
	return f->len > 0 && f->text[0] != '-' && f->text[0] != '+' &&
	       *end == '\0' && errno == 0 && *value >= row->least &&
	       *value <= row->most;
}

static void
check_setting(struct model *m)
{
	const struct setting_row *row = &setting_rows[m->setting];
	struct field *f = &m->form.fields[0];
	uint64_t value;

	if (!number(f, row, &value))
		(void)snprintf(f->problem, sizeof f->problem,
		    "a whole number from %llu to %llu",
		    (unsigned long long)row->least,
		    (unsigned long long)row->most);
}

static void
check_connect(struct model *m)
{
	struct field *f = m->form.fields;
	struct endpoint endpoint;
	const char *why = "";

	if (!endpoint_parse(&endpoint, f[0].text, &why)) {
		problem(&f[0], why);
		return;
	}
	if (endpoint.kind != ENDPOINT_UNIX && f[1].len == 0)
		problem(&f[1], "a user is needed");
	if (f[1].len > 0 && f[2].len == 0)
		problem(&f[2], "a password is needed");
}

void
act_form_check(struct model *m)
{
	for (int i = 0; i < m->form.n; i++)
		m->form.fields[i].problem[0] = '\0';
	switch (m->form.kind) {
	case FORM_USER_ADD:
		check_user(m);
		break;
	case FORM_SETTING:
		check_setting(m);
		break;
	case FORM_CONNECT:
		check_connect(m);
		break;
	case FORM_FILTER:
		(void)snprintf(m->list.filter, sizeof m->list.filter, "%.63s",
		    m->form.fields[0].text);
		users_arrange(
		    m->paused ? &m->frozen.users : &m->live.users, &m->list);
		break;
	}
}

/* ---- doing */

static void
send_user(struct model *m, struct effects *fx)
{
	struct field *f = m->form.fields;
	struct effect *e;
	struct write *w;

	if (!act_may_write(m) ||
	    (w = act_write(m, ADMIN_user_add, fx, &e)) == NULL)
		return;
	layout_text_set(&w->name, f[0].text, f[0].len);
	model_safe(w->shown, &w->name);
	w->admin = f[3].choice == 1;
	e->request.user_add.name = w->name;
	secret_set(&e->request.user_add.password, f[1].text, f[1].len);
	e->request.user_add.role = w->admin;
	m->form.busy = true;
	m->form.problem[0] = '\0';
}

static void
send_connect(struct model *m, struct effects *fx)
{
	struct field *f = m->form.fields;
	struct layout_text user;

	(void)effects_add(fx, EFFECT_CONNECT);
	memcpy(fx->endpoint, f[0].text, sizeof fx->endpoint);
	memcpy(fx->user, f[1].text, sizeof fx->user);
	secret_set(&fx->password, f[2].text, f[2].len);
	(void)snprintf(
	    m->link.endpoint, sizeof m->link.endpoint, "%s", f[0].text);
	layout_text_set(&user, f[1].text, f[1].len);
	model_safe(m->link.user, &user);
	m->link.state = LINK_CONNECTING;
	m->link.retry_at = 0;
	m->link.failures = 0;
	m->form.busy = true;
	m->form.touched = false;
	m->form.problem[0] = '\0';
}

static void
submit(struct model *m, struct effects *fx)
{
	uint64_t value;

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
		send_user(m, fx);
		return;
	case FORM_CONNECT:
		send_connect(m, fx);
		return;
	case FORM_SETTING:
		if (number(
			&m->form.fields[0], &setting_rows[m->setting], &value))
			act_setting_stage(m, m->setting, value);
		break;
	case FORM_FILTER:
		break;
	}
	act_form_close(m);
}

static void
cancel(struct model *m, struct effects *fx)
{
	bool first = m->form.kind == FORM_CONNECT && !m->link.was_up;

	if (m->form.kind == FORM_FILTER) {
		field_clear(&m->form.fields[0]);
		act_form_check(m);
	}
	act_form_close(m);
	if (first)
		(void)effects_add(fx, EFFECT_QUIT);
}

static void
act_form(struct model *m, enum action action, struct effects *fx)
{
	struct form *f = &m->form;

	switch (action) {
	case ACTION_FIELD_NEXT:
		form_move(f, 1);
		break;
	case ACTION_FIELD_BACK:
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
		if (f->focus < f->n)
			field_clear(&f->fields[f->focus]);
		break;
	case ACTION_FORM_CANCEL:
		cancel(m, fx);
		return;
	default:
		break;
	}
	if (m->overlay == OVERLAY_FORM)
		act_form_check(m);
}

void
act_form_key(struct model *m, struct key k, struct effects *fx)
{
	enum action action =
	    k.pasted ? ACTION_NONE : keys_find(IN_FORM, k.code);

	if (action != ACTION_NONE) {
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
