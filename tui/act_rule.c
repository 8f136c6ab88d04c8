#include <stdio.h>
#include <string.h>

#include "tui/act.h"

enum { RULE_TEXT, RULE_PLACE };                             /* of an add */
enum { TEST_TARGET, TEST_USER, TEST_COMMAND, TEST_CLIENT }; /* of a test */

/* ---- forms */

static void
open_add(struct model *m)
{
	const struct rule_shown *one = model_rule(m);
	struct form *f = &m->form;
	char place[16] = "";

	if (!act_may_write(m) || !act_knows(m, ADMIN_rule_add))
		return;
	form_open(f, FORM_RULE_ADD, "Add rule", "Add");
	form_field(f, FIELD_TEXT, "Rule", "")->wide = true;
	if (one != NULL)
		(void)snprintf(place, sizeof place, "%u", one->place);
	field_set(form_field(f, FIELD_TEXT, "Before", "its #; empty: the end"),
	    place);
	act_form_show(m);
}

static void
open_test(struct model *m)
{
	struct form *f = &m->form;
	struct field *command;

	if (!act_knows(m, ADMIN_rule_test))
		return;
	form_open(f, FORM_RULE_TEST, "Who may reach what?", "Ask");
	(void)form_field(f, FIELD_TEXT, "Target", "HOST:PORT");
	(void)form_field(f, FIELD_TEXT, "User", "empty: nobody");
	command = form_field(f, FIELD_CHOICE, "Command", "");
	command->names[0] = "connect";
	command->names[1] = "bind";
	command->names[2] = "udp";
	(void)form_field(f, FIELD_TEXT, "Client", "empty: 127.0.0.1");
	act_form_show(m);
}

void
form_rule_check(struct model *m)
{
	struct field *f = m->form.fields;
	const char *colon;

	if (m->form.kind == FORM_RULE_ADD) {
		if (strncmp(f[RULE_TEXT].text, "allow", 5) != 0 &&
		    strncmp(f[RULE_TEXT].text, "deny", 4) != 0)
			(void)snprintf(f[RULE_TEXT].problem, sizeof f->problem,
			    "begins with allow or deny");
		if (strspn(f[RULE_PLACE].text, "0123456789") !=
		    f[RULE_PLACE].len)
			(void)snprintf(f[RULE_PLACE].problem, sizeof f->problem,
			    "a number, or nothing");
		return;
	}
	colon = strrchr(f[TEST_TARGET].text, ':');
	if (colon == NULL || colon[1] == '\0')
		(void)snprintf(f[TEST_TARGET].problem, sizeof f->problem,
		    "HOST:PORT, as example.net:443");
}

static void
take(struct layout_text *to, const struct field *f)
{
	layout_text_set(to, f->text, f->len);
}

void
form_rule_send(struct model *m, struct effects *fx)
{
	struct field *f = m->form.fields;
	bool add = m->form.kind == FORM_RULE_ADD;
	union admin_request r = { 0 };

	if (add && !act_may_write(m))
		return;
	if (add) {
		take(&r.rule_add.rule, &f[RULE_TEXT]);
		r.rule_add.place = form_number(&f[RULE_PLACE]);
	} else {
		take(&r.rule_test.target, &f[TEST_TARGET]);
		take(&r.rule_test.user, &f[TEST_USER]);
		take(&r.rule_test.client, &f[TEST_CLIENT]);
		r.rule_test.command = f[TEST_COMMAND].choice;
	}
	if (act_send(m, add ? ADMIN_rule_add : ADMIN_rule_test, &r, fx) == NULL)
		return;
	m->form.busy = true;
	m->form.problem[0] = '\0';
	m->form.answer[0] = '\0';
}

/* ---- keys */

static void
move_rule(struct model *m, int by, struct effects *fx)
{
	const struct rule_shown *one = model_rule(m);
	union admin_request r = { 0 };

	if (one == NULL || !act_may_write(m) || !act_knows(m, ADMIN_rule_move))
		return;
	if ((by < 0 && one->place <= 1) || (by > 0 && one->place >= m->rules.n))
		return;
	r.rule_move.id = one->id;
	r.rule_move.place = (uint64_t)((int)one->place + by);
	if (act_send(m, ADMIN_rule_move, &r, fx) != NULL)
		m->lists[VIEW_RULES].moved = true; /* the cursor goes along */
}

static void
delete_rule(struct model *m)
{
	const struct rule_shown *one = model_rule(m);
	struct target t = { 0 };

	if (one == NULL || !act_may_write(m) || !act_knows(m, ADMIN_rule_del))
		return;
	t.id = one->id;
	t.revision = one->place;
	layout_text_set(&t.name, one->text, strlen(one->text));
	confirm_open(m, CONFIRM_RULE_DEL);
	(void)confirm_add(m, &t);
}

void
act_rule(struct model *m, enum action action, struct effects *fx)
{
	switch (action) {
	case ACTION_RULE_ADD:
		open_add(m);
		break;
	case ACTION_RULE_DEL:
		delete_rule(m);
		break;
	case ACTION_RULE_DOWN:
		move_rule(m, 1, fx);
		break;
	case ACTION_RULE_UP:
		move_rule(m, -1, fx);
		break;
	case ACTION_RULE_TEST:
		open_test(m);
		break;
	default:
		break;
	}
}
