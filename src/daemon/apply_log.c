/*
 * What became of a change, for the log: who asked for it and from where, what
 * was before and what is now. A password has no value here.
 */

#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "base/text.h"
#include "daemon/state.h"

/* Those that turn something on or off have a second one, for on. */
static const char *const stories[][2] = {
	[CHANGE_ADD] = { "account added" },
	[CHANGE_REMOVE] = { "account removed" },
	[CHANGE_PASSWORD] = { "account password changed" },
	[CHANGE_RENAME] = { "account renamed" },
	[CHANGE_ROLE] = { "account role changed" },
	[CHANGE_ENABLE] = { "account disabled", "account enabled" },
	[CHANGE_LIMIT] = { "account limit changed" },
	[CHANGE_RESTORE] = { "account restored" },
	[CHANGE_SET] = { "setting changed" },
	[CHANGE_UNSET] = { "setting back" },
	[CHANGE_FORGET] = { "findings cleared" },
	[CHANGE_LISTEN] = { "proxy stopped", "proxy started" },
	[CHANGE_RESET] = { "proxy reset" },
};

static const char *
story(const struct change *c)
{
	const char *const *s = stories[c->kind];

	if (c->kind == CHANGE_PASSWORD && c->restored)
		return "account password restored";
	return s[c->enabled && s[1] != NULL];
}

static const char *const roles[] = {
	[ROLE_REGULAR] = "regular",
	[ROLE_ADMIN] = "admin",
	[ROLE_OBSERVER] = "observer",
};

enum { SHOWN = 4 * 256 + 1 }; /* a name with each octet escaped */

static void
log_setting(
    const struct supervisor *s, const struct request *r, const char *actor)
{
	const struct change *c = r->change;
	char before[SHOWN], after[SETTING_TEXT], shown[SHOWN];
	int id = settings_find(c->key);

	after[0] = '\0';
	if (id >= 0)
		settings_print(s->settings, (enum setting_id)id, after);
	text_escape(before, sizeof before, r->before, strlen(r->before));
	text_escape(shown, sizeof shown, after, strlen(after));
	log_info("admin", story(c), "by=%s key=%s before=\"%s\" after=\"%s\"",
	    actor, c->key, before, shown);
}

static void
log_limit(const struct request *r, const struct account *a, const char *actor)
{
	const struct change *c = r->change;
	char name[SHOWN], after[COLUMN_TEXT];

	text_escape(name, sizeof name, a->name, a->name_len);
	column_print(c->column, c->number, after);
	log_info("admin", story(c),
	    "by=%s id=%llu name=\"%s\" column=%s before=%s after=%s", actor,
	    (unsigned long long)a->id, name, column_rows[c->column].word,
	    r->before, after);
}

static void
log_refusal(const struct change *c, const char *actor)
{
	const char *about = c->key[0] != '\0' ? c->key : c->name;
	char shown[SHOWN];

	text_escape(shown, sizeof shown, about, strlen(about));
	log_at(c->result == CHANGE_FAILED ? LOG_LEVEL_ERROR : LOG_LEVEL_WARN,
	    "admin", "change refused", "by=%s about=\"%s\": %s", actor, shown,
	    c->why);
}

/* a is NULL if it is gone. */
static void
log_account(const struct request *r, const struct account *a, const char *actor)
{
	const struct change *c = r->change;
	const char *before = "", *after = "";
	char name[SHOWN];

	(void)snprintf(
	    name, sizeof name, "%s", r->before); /* escaped already */
	if (a != NULL)
		text_escape(name, sizeof name, a->name, a->name_len);
	switch (c->kind) {
	case CHANGE_ADD:
	case CHANGE_RESTORE:
		after = roles[c->role];
		break;
	case CHANGE_REMOVE:
		before = roles[r->role];
		break;
	case CHANGE_RENAME:
		before = r->before;
		after = name;
		break;
	case CHANGE_ROLE:
		before = roles[r->role];
		after = roles[c->role];
		break;
	case CHANGE_ENABLE:
		before = r->enabled ? "yes" : "no";
		after = c->enabled ? "yes" : "no";
		break;
	default:
		break;
	}
	log_info("admin", story(c),
	    "by=%s id=%llu name=\"%s\" before=\"%s\" after=\"%s\"", actor,
	    (unsigned long long)c->account, name, before, after);
}

void
apply_log(const struct supervisor *s, const struct request *r)
{
	const struct change *c = r->change;
	const struct account *a;
	char actor[SHOWN];

	text_escape(actor, sizeof actor, r->actor.text, strlen(r->actor.text));
	if (c->result != CHANGE_DONE) {
		log_refusal(c, actor);
		return;
	}
	if (c->kind == CHANGE_SET || c->kind == CHANGE_UNSET) {
		if (c->edit.kind != RULE_EDIT_NONE)
			rule_edit_log(s, r, actor);
		else
			log_setting(s, r, actor);
		if (settings_find(c->key) == SETTING_rule)
			guard_warn(s);
		return;
	}
	if (c->kind == CHANGE_LISTEN || c->kind == CHANGE_RESET) {
		log_info("admin", story(c), "by=%s running=%s", actor,
		    s->closed ? "no" : "yes");
		return;
	}
	if (c->kind == CHANGE_FORGET) {
		log_info("admin", story(c), "by=%s", actor);
		return;
	}
	a = accounts_find_id(book_accounts(s->book), c->account);
	if (c->kind == CHANGE_LIMIT && a != NULL)
		log_limit(r, a, actor);
	else
		log_account(r, a, actor);
}
