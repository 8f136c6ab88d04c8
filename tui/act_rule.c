#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/addr.h"
#include "base/text.h"

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

	if (!act_may_write(m))
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

__attribute__((format(printf, 2, 3))) static void
problem(struct field *f, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	(void)vsnprintf(f->problem, sizeof f->problem, format, ap);
	va_end(ap);
}

static bool
begins_with(const char *text, const char *word)
{
	size_t len = strlen(word);

	return strncmp(text, word, len) == 0 && strchr(" ", text[len]) != NULL;
}

static void
check_add(const struct model *m, struct field *f)
{
	uint64_t place = 0, last = m->rules.n + 1;

	if (!begins_with(f[RULE_TEXT].text, "allow") &&
	    !begins_with(f[RULE_TEXT].text, "deny"))
		problem(&f[RULE_TEXT], "begins with allow or deny");
	if (f[RULE_PLACE].len > 0 &&
	    (!text_number(f[RULE_PLACE].text, false, &place) || place > last))
		problem(&f[RULE_PLACE], "1 to %llu, or nothing",
		    (unsigned long long)last);
}

static void
check_test(struct field *f)
{
	const char *colon = strrchr(f[TEST_TARGET].text, ':');
	uint64_t port = 0;
	struct addr client;

	if (colon == NULL || colon == f[TEST_TARGET].text ||
	    !text_number(colon + 1, false, &port) || port == 0 || port > 65535)
		problem(&f[TEST_TARGET], "as example.net:443");
	if (f[TEST_CLIENT].len > 0 &&
	    !addr_parse(&client, f[TEST_CLIENT].text, 0))
		problem(&f[TEST_CLIENT], "as 192.0.2.7");
}

void
form_rule_check(struct model *m)
{
	if (m->form.kind == FORM_RULE_ADD)
		check_add(m, m->form.fields);
	else
		check_test(m->form.fields);
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

	if (one == NULL || !act_may_write(m))
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

	if (one == NULL || !act_may_write(m))
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
