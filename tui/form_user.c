#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "tui/act.h"
#include "tui/form_limits.h"

enum { NAME, ROLE, STATE, FIRST_LIMIT }; /* fields of an edit */

/* Fields of an add, behind the name. */
enum { ADD_PASSWORD = 1, ADD_AGAIN, ADD_ROLE, ADD_LIMIT };

static void
role_field(struct model *m, unsigned choice)
{
	struct field *f =
	    form_field(&m->form, FIELD_CHOICE, "Role", "regular: SOCKS alone");

	f->names[0] = "regular";
	f->names[1] = "admin";
	f->names[2] = m->link.extended ? "observer" : NULL;
	f->choice = choice;
}

void
form_user_add(struct model *m, const char *name, unsigned role)
{
	struct form *f = &m->form;

	form_open(f, FORM_USER_ADD, "Add user", "Add");
	field_set(
	    form_field(f, FIELD_TEXT, "Name", "what it logs in as"), name);
	(void)form_field(f, FIELD_SECRET, "Password", "1 to 255 octets");
	(void)form_field(f, FIELD_SECRET, "Again", "the same");
	role_field(m, role);
	form_limit_fields(m, NULL);
	f->focus = name[0] != '\0' ? ADD_PASSWORD : NAME;
	act_form_show(m);
}

void
form_user_password(struct model *m, const struct layout_text *name)
{
	const struct user *u = users_find(&m->users, name);
	struct form *f = &m->form;

	if (!act_may_write(m))
		return;
	if (u == NULL) {
		model_say(
		    m, LEVEL_BAD, "There is no user \"%.60s\".", name->bytes);
		return;
	}
	form_open(f, FORM_USER_PASSWORD, "", "Change");
	(void)snprintf(f->titled, sizeof f->titled, "Password of %s", u->shown);
	f->title = f->titled;
	(void)form_field(f, FIELD_SECRET, "Password", "1 to 255 octets");
	(void)form_field(f, FIELD_SECRET, "Again", "the same");
	m->edit.was = *u;
	act_form_show(m);
}

void
form_user_edit(struct model *m, int focus)
{
	const struct user *u = model_user(m);
	struct form *f = &m->form;
	struct field *state;

	if (u == NULL || !act_may_write(m))
		return;
	form_open(f, FORM_USER_EDIT, "", "Save");
	(void)snprintf(f->titled, sizeof f->titled, "Change %s", u->shown);
	f->title = f->titled;
	field_set(
	    form_field(f, FIELD_TEXT, "Name", "its sessions go on"), u->shown);
	role_field(m, u->role > 0 ? (unsigned)u->role : 0);
	state = form_field(f, FIELD_CHOICE, "Log in", "off ends its sessions");
	state->names[0] = "on";
	state->names[1] = "off";
	state->choice = u->enabled == 0;
	form_limit_fields(m, u);
	m->edit.was = *u;
	m->edit.stale = false;
	m->edit.moved.len = 0;
	f->focus = focus;
	act_form_show(m);
}

/* A role is too much for one key: its form, with the next one chosen. */
void
form_user_role(struct model *m)
{
	form_user_edit(m, ROLE);
	if (m->overlay != OVERLAY_FORM)
		return;
	(void)form_key(&m->form, (struct key){ .code = ' ' });
	act_form_check(m);
}

/* ---- checking */

static void
problem(struct field *f, const char *text)
{
	if (f->problem[0] == '\0')
		(void)snprintf(f->problem, sizeof f->problem, "%s", text);
}

static void
warn(struct field *f, const char *text)
{
	(void)snprintf(f->warning, sizeof f->warning, "%s", text);
}

static void
check_name(struct model *m, struct field *f, const struct user *allowed)
{
	struct layout_text name;
	const struct user *other;

	layout_text_set(&name, f->text, f->len);
	other = users_find(&m->users, &name);
	if (f->len == 0)
		problem(f, "a name is needed");
	else if (!text_is_name(f->text, f->len))
		problem(f, "control characters");
	else if (other != NULL &&
		 (allowed == NULL || !model_same(&other->name, &allowed->name)))
		problem(f, "exists already");
	else if (f->text[0] == ' ' || f->text[f->len - 1] == ' ')
		warn(f, "blanks belong to it");
}

static void
check_passwords(struct field *f)
{
	if (f[0].len == 0)
		problem(&f[0], "a password is needed");
	else if (f[1].len != f[0].len ||
		 memcmp(f[0].text, f[1].text, f[0].len) != 0)
		problem(&f[1], f[1].len == 0 ? "once more" : "does not match");
}

static void
check_limits(struct model *m, int first)
{
	for (int i = 0; first + i < m->form.n; i++) {
		struct field *f = &m->form.fields[first + i];

		problem(f, form_limit_problem(i, f->text));
		warn(f, form_limit_warning(i, f->text, m->wall));
	}
}

/* What the choice does that one may not expect. */
static void
check_state(struct model *m)
{
	const struct user *was = &m->edit.was;
	struct field *f = &m->form.fields[STATE];

	if (f->choice != 0 && was->enabled != 0 && was->sessions > 0)
		warn(f, "ends its sessions");
}

void
form_user_check(struct model *m)
{
	struct field *f = m->form.fields;

	if (m->form.kind == FORM_USER_ADD) {
		check_name(m, &f[NAME], NULL);
		check_passwords(&f[ADD_PASSWORD]);
		check_limits(m, ADD_LIMIT);
	} else if (m->form.kind == FORM_USER_PASSWORD) {
		check_passwords(f);
	} else {
		if (strcmp(f[NAME].text, m->edit.was.shown) != 0)
			check_name(m, &f[NAME], &m->edit.was);
		check_state(m);
		check_limits(m, FIRST_LIMIT);
	}
}

/* ---- sending */

static void
under_way(struct model *m)
{
	m->form.busy = true;
	m->form.problem[0] = '\0';
}

static void
send_add(struct model *m, struct effects *fx)
{
	struct field *f = m->form.fields;
	union admin_request r = { 0 };

	layout_text_set(&r.user_add.name, f[NAME].text, f[NAME].len);
	secret_set(
	    &r.user_add.password, f[ADD_PASSWORD].text, f[ADD_PASSWORD].len);
	r.user_add.role = f[ADD_ROLE].choice;
	if (act_send(m, ADMIN_user_add, &r, fx) != NULL)
		under_way(m);
	explicit_bzero(&r, sizeof r);
}

static void
send_password(struct model *m, struct effects *fx)
{
	struct field *f = m->form.fields;
	union admin_request r = { 0 };

	r.account_password.name = m->edit.was.name;
	secret_set(&r.account_password.password, f[0].text, f[0].len);
	if (act_send(m, ADMIN_account_password, &r, fx) != NULL)
		under_way(m);
	explicit_bzero(&r, sizeof r);
}

static union admin_request *
add_step(struct model *m, enum admin_id id, int field)
{
	struct edit *edit = &m->edit;

	edit->steps[edit->n].id = id;
	edit->steps[edit->n].field = field;
	memset(&edit->steps[edit->n].request, 0,
	    sizeof edit->steps[edit->n].request);
	return &edit->steps[edit->n++].request;
}

static void
limit_step(struct model *m, int limit)
{
	const char *text = m->form.fields[FIRST_LIMIT + limit].text;
	char was[FORM_LIMIT];

	form_limit_text(&m->edit.was, limit, was);
	if (strcmp(was, text) != 0)
		form_limit_put(
		    add_step(m, ADMIN_account_set, FIRST_LIMIT + limit),
		    &m->edit.was, limit, text);
}

/* What differs from what it was, as steps; the name comes last. */
static void
collect(struct model *m)
{
	const struct user *was = &m->edit.was;
	const struct field *f = m->form.fields;
	union admin_request *r;

	m->edit.n = m->edit.at = 0;
	m->edit.added = false;
	plan_free(&m->edit.back);
	if ((int)f[ROLE].choice != was->role) {
		r = add_step(m, ADMIN_account_role, ROLE);
		r->account_role.name = was->name;
		r->account_role.role = f[ROLE].choice;
	}
	if ((f[STATE].choice == 0) != (was->enabled != 0)) {
		r = add_step(m, ADMIN_account_enable, STATE);
		r->account_enable.name = was->name;
		r->account_enable.enabled = f[STATE].choice == 0;
	}
	for (int i = 0; FIRST_LIMIT + i < m->form.n; i++)
		limit_step(m, i);
	if (strcmp(f[NAME].text, was->shown) != 0) {
		r = add_step(m, ADMIN_account_rename, NAME);
		r->account_rename.name = was->name;
		layout_text_set(
		    &r->account_rename.new_name, f[NAME].text, f[NAME].len);
	}
}

/* Only the first step can be beaten by somebody else: it has the revision. */
static void
put_revision(union admin_request *r, enum admin_id id, uint64_t revision)
{
	if (id == ADMIN_account_role)
		r->account_role.revision = revision;
	else if (id == ADMIN_account_enable)
		r->account_enable.revision = revision;
	else if (id == ADMIN_account_rename)
		r->account_rename.revision = revision;
	else if (id == ADMIN_account_set)
		r->account_set.revision = revision;
}

void
form_edit_next(struct model *m, struct effects *fx)
{
	struct edit *edit = &m->edit;
	union admin_request r = edit->steps[edit->at].request;
	enum admin_id id = edit->steps[edit->at].id;
	struct write *w;

	if (edit->at == 0)
		put_revision(&r, id, edit->was.revision);
	w = act_send(m, id, &r, fx);
	if (w != NULL) {
		w->editing = true;
		return;
	}
	edit->n = 0;
	m->form.busy = false;
}

/* ---- values of its fields */

static const char *
choice_of(const struct field *f, const struct user *u, int i)
{
	int choice = i == ROLE ? u->role : u->enabled == 0;

	return choice >= 0 && choice < FORM_CHOICES && f->names[choice] != NULL
		   ? f->names[choice]
		   : "";
}

void
form_user_value(const struct form *form, int i, const struct user *u,
    char text[CONFLICT_TEXT])
{
	const struct field *f = &form->fields[i];
	char limit[FORM_LIMIT] = "";

	if (u != NULL && i >= FIRST_LIMIT)
		form_limit_text(u, i - FIRST_LIMIT, limit);
	(void)snprintf(text, CONFLICT_TEXT, "%s",
	    u == NULL && f->kind == FIELD_CHOICE ? f->names[f->choice]
	    : u == NULL                          ? f->text
	    : i == NAME                          ? u->shown
	    : i >= FIRST_LIMIT                   ? limit
						 : choice_of(f, u, i));
}

void
form_user_take(struct form *form, int i, const struct user *u)
{
	struct field *f = &form->fields[i];
	char text[CONFLICT_TEXT];

	form_user_value(form, i, u, text);
	f->refused[0] = '\0';
	if (f->kind != FIELD_CHOICE)
		field_set(f, text);
	else if (i == ROLE)
		f->choice = u->role > 0 ? (unsigned)u->role : 0;
	else
		f->choice = u->enabled == 0;
}

/* The limits that were typed, into the form that changes the account. */
static void
go_on_editing(struct model *m, const struct user *u)
{
	struct field typed[FORM_FIELDS];
	int focus = m->form.focus - ADD_LIMIT + FIRST_LIMIT;

	memcpy(typed, m->form.fields, sizeof typed);
	form_user_edit(m, focus > NAME ? focus : ROLE);
	for (int i = 0; FIRST_LIMIT + i < m->form.n; i++)
		field_set(&m->form.fields[FIRST_LIMIT + i],
		    typed[ADD_LIMIT + i].text);
	explicit_bzero(typed, sizeof typed);
	m->edit.was = *u;
	m->form.touched = true;
	act_form_check(m);
}

bool
form_user_added(struct model *m, struct effects *fx)
{
	const struct user *u = model_user(m);
	bool limited = false;

	for (int i = ADD_LIMIT; i < m->form.n; i++)
		limited |= m->form.fields[i].len > 0;
	if (!limited || u == NULL)
		return false;
	go_on_editing(m, u);
	collect(m);
	if (m->edit.n == 0)
		return false;
	m->edit.added = true;
	under_way(m);
	form_edit_next(m, fx);
	return true;
}

void
form_user_send(struct model *m, struct effects *fx)
{
	if (!act_may_write(m))
		return;
	if (m->form.kind == FORM_USER_ADD) {
		send_add(m, fx);
		return;
	}
	if (m->form.kind == FORM_USER_PASSWORD) {
		send_password(m, fx);
		return;
	}
	collect(m);
	if (m->edit.n == 0) {
		act_form_close(m);
		model_say(m, LEVEL_INFO, "Nothing was changed.");
		return;
	}
	under_way(m);
	form_edit_next(m, fx);
}
