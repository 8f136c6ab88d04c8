#include <stdio.h>
#include <string.h>

#include "tui/act.h"
#include "tui/inverse.h"

static void
about(struct write *w, const struct layout_text *name)
{
	w->name = *name;
	model_safe(w->shown, name);
}

static void
becomes(struct write *w, const struct layout_text *text)
{
	model_safe(w->now, text);
}

static void
put(char text[MODEL_SHOWN], const char *what)
{
	(void)snprintf(text, MODEL_SHOWN, "%s", what);
}

static void
put_number(char text[MODEL_SHOWN], uint64_t n)
{
	(void)snprintf(text, MODEL_SHOWN, "%llu", (unsigned long long)n);
}

static void
put_rule(const struct model *m, struct write *w, uint64_t id)
{
	for (size_t i = 0; i < m->rules.n; i++)
		if (m->rules.all[i].id == id)
			put(w->shown, m->rules.all[i].text);
	if (w->shown[0] == '\0')
		put_number(w->shown, id);
}

static void
put_session(const struct model *m, struct write *w, uint64_t id)
{
	const struct session *one = sessions_find(&m->sessions, id);

	if (one == NULL)
		(void)snprintf(w->shown, sizeof w->shown,
		    "%llu, if it was still there, is", (unsigned long long)id);
	else
		(void)snprintf(w->shown, sizeof w->shown, "of %.40s to %.80s",
		    one->user != 0 ? sessions_text(&m->sessions, one->user)
				   : "nobody",
		    sessions_text(&m->sessions, one->target));
}

static void
put_limit(struct write *w, const struct admin_account_limit *r)
{
	char column[MODEL_SHOWN], value[MODEL_SHOWN];

	model_safe(column, &r->column);
	model_safe(value, &r->value);
	(void)snprintf(w->now, sizeof w->now, "%.20s %.100s", column, value);
}

/* Most requests about an account begin with its name. */
static void
put_name(struct write *w, const void *request)
{
	const struct layout *l = admin_commands[w->id].request;

	if (l->nfields > 0 && l->fields[0].kind == LAYOUT_TEXT &&
	    strcmp(l->fields[0].name, "name") == 0)
		about(w, (const void *)((const char *)request +
					l->fields[0].offset));
}

static void
describe_account(struct write *w, const union admin_request *r)
{
	static const char *const roles[] = { "regular", "admin", "observer" };

	put_name(w, r);
	if (w->id == ADMIN_user_add)
		w->role = (unsigned)r->user_add.role;
	else if (w->id == ADMIN_account_role)
		put(w->now, roles[r->account_role.role % 3]);
	else if (w->id == ADMIN_account_enable)
		put(w->now, r->account_enable.enabled != 0 ? "on" : "off");
	else if (w->id == ADMIN_account_rename)
		becomes(w, &r->account_rename.new_name);
	else if (w->id == ADMIN_account_set)
		put_limit(w, &r->account_set);
}

/* What a change is about, and what becomes of that, for people. */
static void
describe(const struct model *m, struct write *w, const union admin_request *r)
{
	switch (w->id) {
	case ADMIN_session_kill:
		put_session(m, w, r->session_kill.id);
		break;
	case ADMIN_session_kill_all:
		model_safe(w->shown, &r->session_kill_all.filter);
		break;
	case ADMIN_rule_add:
		model_safe(w->shown, &r->rule_add.rule);
		break;
	case ADMIN_rule_del:
		put_rule(m, w, r->rule_del.id);
		break;
	case ADMIN_rule_move:
		put_number(w->now, r->rule_move.place);
		put_rule(m, w, r->rule_move.id);
		break;
	case ADMIN_set_running:
		put(w->now, r->set_running.running != 0 ? "on" : "off");
		break;
	case ADMIN_set:
		w->setting = r->set.key;
		becomes(w, &r->set.value);
		break;
	case ADMIN_unset:
		w->setting = r->unset.key;
		break;
	default:
		describe_account(w, r);
		break;
	}
}

struct write *
act_send(
    struct model *m, enum admin_id id, const void *request, struct effects *fx)
{
	struct effect *e;
	struct write *w = act_write(m, id, fx, &e);

	if (w == NULL)
		return NULL;
	memcpy(&e->request, request, admin_commands[id].request->size);
	describe(m, w, &e->request);
	w->undoable = inverse_of(m, id, &e->request, &w->inverse, &w->undo);
	return w;
}
