#include "tui/inverse.h"

#include <string.h>

#include "tui/form_limits.h"

/* A text that the daemon cut ends in "...": it cannot be sent back. */
enum { WHOLE_TEXT = 250 };

/* ---- accounts */

static bool
of_role(const struct user *u, const struct admin_account_role *r,
    union admin_request *back)
{
	if (u->role < 0)
		return false;
	back->account_role.name = r->name;
	back->account_role.role = (uint64_t)u->role;
	return true;
}

static bool
of_enable(const struct user *u, const struct admin_account_enable *r,
    union admin_request *back)
{
	if (u->enabled < 0)
		return false;
	back->account_enable.name = r->name;
	back->account_enable.enabled = u->enabled != 0;
	return true;
}

static bool
of_limit(const struct user *u, const struct admin_account_limit *r,
    union admin_request *back)
{
	char text[FORM_LIMIT];
	int limit = form_limit_find(r->column.bytes);

	if (limit < 0 || !u->whole)
		return false;
	form_limit_text(u, limit, text);
	form_limit_put(back, u, limit, text);
	return true;
}

static bool
of_account(const struct model *m, enum admin_id id,
    const union admin_request *r, union admin_request *back)
{
	/* All of them begin with the name. */
	const struct user *u = users_find(&m->users, &r->account_role.name);

	if (u == NULL)
		return false;
	if (id == ADMIN_account_role)
		return of_role(u, &r->account_role, back);
	if (id == ADMIN_account_enable)
		return of_enable(u, &r->account_enable, back);
	return of_limit(u, &r->account_set, back);
}

bool
inverse_restores(const struct model *m)
{
	return m->link.extended && m->link.knows[ADMIN_account_restore];
}

/* The server knows what it was; the revision says which of that name. */
static bool
of_lost(const struct model *m, const struct layout_text *name,
    uint64_t revision, enum admin_id *inverse, union admin_request *back)
{
	*inverse = ADMIN_account_restore;
	back->account_restore.name = *name;
	back->account_restore.revision = revision;
	return inverse_restores(m);
}

/* ---- rules */

static const struct rule_shown *
rule_of(const struct model *m, uint64_t id)
{
	for (size_t i = 0; i < m->rules.n; i++)
		if (m->rules.all[i].id == id)
			return &m->rules.all[i];
	return NULL;
}

static uint64_t
last_rule(const struct model *m)
{
	uint64_t last = 0;

	for (size_t i = 0; i < m->rules.n; i++)
		if (m->rules.all[i].id > last)
			last = m->rules.all[i].id;
	return last;
}

static bool
of_rule_del(const struct model *m, uint64_t id, union admin_request *back)
{
	const struct rule_shown *rule = rule_of(m, id);
	size_t len = rule == NULL ? 0 : strlen(rule->text);

	if (rule == NULL || len >= WHOLE_TEXT)
		return false;
	back->rule_add.place = rule->place;
	layout_text_set(&back->rule_add.rule, rule->text, len);
	return true;
}

static bool
of_rule_move(const struct model *m, uint64_t id, union admin_request *back)
{
	const struct rule_shown *rule = rule_of(m, id);

	if (rule == NULL)
		return false;
	back->rule_move.id = id;
	back->rule_move.place = rule->place;
	return true;
}

/* Ids rise: it is the only one with a higher id than there was. */
size_t
inverse_settle(const struct model *m, enum admin_id inverse, void *back)
{
	struct admin_rule_id *rule = back;
	uint64_t before;
	size_t found = 0;

	if (inverse != ADMIN_rule_del)
		return 1;
	before = rule->id;
	for (size_t i = 0; i < m->rules.n; i++)
		if (m->rules.all[i].id > before) {
			rule->id = m->rules.all[i].id;
			found++;
		}
	if (found != 1)
		rule->id = before;
	return found;
}

/* ---- settings */

/* The setting that a command of the base protocol is for, or NULL. */
static const struct setting *
base_setting(const struct model *m, enum admin_id id)
{
	for (size_t i = 0; i < m->settings.n; i++) {
		const struct setting *s = &m->settings.all[i];

		if (s->base >= 0 && settings_base[s->base].set == id)
			return s;
	}
	return NULL;
}

static bool
of_setting(const struct model *m, const struct setting *s,
    enum admin_id *inverse, union admin_request *back)
{
	struct setting old;

	if (s == NULL || !s->known || strlen(s->value) >= WHOLE_TEXT)
		return false;
	old = *s;
	memcpy(old.next, s->value, sizeof old.next);
	old.unset = m->link.extended && s->origin != ORIGIN_RUNTIME;
	*inverse = settings_request(&old, m->link.extended, back);
	return true;
}

/* ---- */

/* What changes nothing is not undone: that would stop the server. */
static bool
is_running(const struct model *m, bool on)
{
	return m->live.known[FIGURE_RUNNING] &&
	       (m->live.value[FIGURE_RUNNING] != 0) == on;
}

bool
inverse_of(const struct model *m, enum admin_id id,
    const union admin_request *r, enum admin_id *inverse,
    union admin_request *back)
{
	memset(back, 0, sizeof *back);
	*inverse = id;
	switch (id) {
	case ADMIN_account_role:
	case ADMIN_account_enable:
	case ADMIN_account_set:
		return of_account(m, id, r, back);
	case ADMIN_account_rename:
		back->account_rename.name = r->account_rename.new_name;
		back->account_rename.new_name = r->account_rename.name;
		return true;
	case ADMIN_user_del:
		return of_lost(
		    m, &r->user_del.name, r->user_del.revision, inverse, back);
	case ADMIN_account_password:
		return of_lost(m, &r->account_password.name, 0, inverse, back);
	case ADMIN_user_add:
		*inverse = ADMIN_user_del;
		back->user_del.name = r->user_add.name;
		return true;
	case ADMIN_rule_add:
		*inverse = ADMIN_rule_del;
		back->rule_del.id = last_rule(m);
		return m->rules.listed;
	case ADMIN_rule_del:
		*inverse = ADMIN_rule_add;
		return of_rule_del(m, r->rule_del.id, back);
	case ADMIN_rule_move:
		return of_rule_move(m, r->rule_move.id, back);
	case ADMIN_set_running:
		back->set_running.running = !r->set_running.running;
		return !is_running(m, r->set_running.running != 0);
	case ADMIN_set:
	case ADMIN_unset:
		return of_setting(m,
		    settings_find(&m->settings, r->set.key.bytes), inverse,
		    back);
	default:
		return of_setting(m, base_setting(m, id), inverse, back);
	}
}
