/* What each kind of change needs, does and says; see changes.c for their way.
 */

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "daemon/state.h"

bool
change_refuse(struct change *c, enum change_result result, const char *why)
{
	c->result = result;
	(void)snprintf(c->why, sizeof c->why, "%s", why);
	return false;
}

/* ---- checks */

static bool
check_name(const struct supervisor *s, struct change *c)
{
	size_t len = strnlen(c->name, sizeof c->name);

	if (!text_is_name(c->name, len)) {
		(void)text_refuse(c->why, "a name", c->name, len);
		c->result = CHANGE_INVALID;
		return false;
	}
	if (accounts_find(book_accounts(s->book), c->name, len) != NULL)
		return change_refuse(
		    c, CHANGE_TAKEN, "an account of that name exists");
	return true;
}

static bool
check_password(struct change *c)
{
	if (c->password.len == 0)
		return change_refuse(
		    c, CHANGE_INVALID, "a password is 1 to 255 octets");
	return true;
}

static bool
check_role(struct change *c)
{
	if (c->role > ROLE_OBSERVER)
		return change_refuse(
		    c, CHANGE_INVALID, "a role is regular, admin or observer");
	return true;
}

/* Would the change leave nobody who can administer, or saw off a branch? */
static bool
check_loss(const struct supervisor *s, const struct request *r,
    const struct account *a)
{
	bool admin = a->role == ROLE_ADMIN && a->enabled;

	if (a->id == r->actor.account)
		return change_refuse(r->change, CHANGE_REFUSED,
		    "that account is your own: another administrator can");
	if (admin && accounts_admins(book_accounts(s->book)) == 1)
		return change_refuse(r->change, CHANGE_REFUSED,
		    "that is the last administrator");
	return true;
}

static bool
check_limit(
    const struct supervisor *s, struct request *r, const struct account *a)
{
	struct change *c = r->change;
	int id = column_find(c->key, strlen(c->key));

	if (id < 0) {
		c->result = CHANGE_INVALID;
		column_refuse(c->key, c->why);
		return false;
	}
	c->column = (enum column_id)id;
	if (column_parse(c->column, c->value, &c->number, c->why) != 0) {
		c->result = CHANGE_INVALID;
		return false;
	}
	column_print(c->column, a->own[c->column], r->before);
	/* Who is past its end may not administer either. */
	return c->column != COLUMN_expires || c->number == COLUMN_DEFAULT ||
	       a->role != ROLE_ADMIN || check_loss(s, r, a);
}

static const struct account *
find(const struct supervisor *s, struct request *r)
{
	struct change *c = r->change;
	const struct accounts *set = book_accounts(s->book);
	const struct account *a;

	if (c->account != 0)
		a = accounts_find_id(set, c->account);
	else
		a = accounts_find(set, c->name, strnlen(c->name, 255));
	if (a == NULL) {
		supervisor_no_account(s, c->name,
		    strnlen(c->name, sizeof c->name), c->why, sizeof c->why);
		c->result = CHANGE_MISSING;
		return NULL;
	}
	c->account = a->id;
	if (c->revision != 0 && c->revision != account_revision(a)) {
		change_refuse(c, CHANGE_STALE,
		    "somebody changed that account meanwhile: look again");
		return NULL;
	}
	(void)text_escape(
	    r->before, sizeof r->before, a->name, strlen(a->name));
	r->role = a->role;
	r->enabled = a->enabled;
	return a;
}

static bool
is_way(int id)
{
	return id == SETTING_source || id == SETTING_interface ||
	       id == SETTING_mark || id == SETTING_keepalive;
}

/* Can what was set be had on this host? Fills in why. */
static bool
can_be_had(int id, const struct settings *trial, char why[160])
{
	const char *log = settings_text(trial, SETTING_access_log);
	char shown[104];
	int err;

	if (is_way(id))
		return publish_try_way(trial, why) != id;
	if (id != SETTING_access_log || (err = log_try(log)) == 0)
		return true;
	text_escape(shown, sizeof shown, log, strlen(log));
	(void)snprintf(why, 160, "%s: %s: %s", setting_rows[id].key, shown,
	    strerror(-err));
	return false;
}

static bool
check_setting(struct supervisor *s, struct request *r)
{
	struct change *c = r->change;
	int id = settings_find(c->key);
	struct settings *trial;
	bool refused;
	int err;

	if (id >= 0 && setting_rows[id].effect == EFFECT_RESTART)
		return change_refuse(c, CHANGE_REFUSED,
		    "takes effect at a restart only: change it in the file");
	if (c->edit.kind != RULE_EDIT_NONE && !rule_edit(s, r))
		return false;
	if (id >= 0 && c->edit.kind == RULE_EDIT_NONE)
		settings_print(s->settings, (enum setting_id)id, r->before);
	if ((trial = settings_copy(s->settings)) == NULL)
		return change_refuse(c, CHANGE_FAILED, "out of memory");
	if (c->kind == CHANGE_SET)
		err = settings_set(
		    trial, ORIGIN_RUNTIME, c->key, c->value, c->why);
	else
		err = settings_unset(trial, ORIGIN_RUNTIME, c->key);
	refused =
	    err == 0 && c->kind == CHANGE_SET && !can_be_had(id, trial, c->why);
	settings_free(trial);
	if (refused) {
		c->result = CHANGE_REFUSED;
		return false;
	}
	if (err == -ENOENT && c->kind == CHANGE_UNSET)
		return change_refuse(
		    c, CHANGE_MISSING, "it has no run-time value");
	c->result = err == -ENOENT   ? CHANGE_MISSING
		    : err == -ENOMEM ? CHANGE_FAILED
				     : CHANGE_INVALID;
	return err == 0;
}

bool
apply_check(struct supervisor *s, struct request *r)
{
	struct change *c = r->change;
	const struct account *a;

	switch (c->kind) {
	case CHANGE_ADD:
		c->created = clock_wall_us() / 1000000;
		return check_name(s, c) && check_password(c) && check_role(c);
	case CHANGE_REMOVE:
		return (a = find(s, r)) != NULL && check_loss(s, r, a);
	case CHANGE_PASSWORD:
		return find(s, r) != NULL && check_password(c);
	case CHANGE_RENAME:
		return find(s, r) != NULL && check_name(s, c);
	case CHANGE_ROLE:
		return (a = find(s, r)) != NULL && check_role(c) &&
		       (c->role == ROLE_ADMIN || check_loss(s, r, a));
	case CHANGE_ENABLE:
		return (a = find(s, r)) != NULL &&
		       (c->enabled || check_loss(s, r, a));
	case CHANGE_LIMIT:
		return (a = find(s, r)) != NULL && check_limit(s, r, a);
	case CHANGE_RESTORE:
		return restore_check(s, r);
	case CHANGE_SET:
	case CHANGE_UNSET:
		return check_setting(s, r);
	case CHANGE_FORGET:
		c->last_gone = findings_last(s->findings);
		return true;
	case CHANGE_LISTEN:
	case CHANGE_RESET:
		return true;
	case CHANGE_USE:
	case CHANGE_FIND:
		break; /* the supervisor's own, never asked for */
	}
	return change_refuse(c, CHANGE_INVALID, "no such change");
}

/* ---- carrying out */

/* Add an account, or put back one that was removed. */
static int
apply_new(struct supervisor *s, const struct change *c, struct garbage **after)
{
	struct account row = {
		.id = c->account,
		.created = c->created,
		.name = c->name,
		.hash = c->hash,
		.role = c->role,
		.enabled = c->enabled,
		.kept = c->account < BOOK_RUN_ID,
	};

	memcpy(row.own, c->own, sizeof row.own);
	return book_add(s->book, &row, c->uses, after);
}

static int
apply_columns(struct supervisor *s, const struct change *c,
    const struct account *old, struct garbage **after)
{
	struct account row = account_columns(old);

	if (c->kind == CHANGE_RENAME)
		row.name = c->name;
	if (c->kind == CHANGE_PASSWORD)
		row.hash = c->hash;
	if (c->kind == CHANGE_ROLE)
		row.role = c->role;
	if (c->kind == CHANGE_ENABLE)
		row.enabled = c->enabled;
	if (c->kind == CHANGE_LIMIT)
		row.own[c->column] = c->number;
	return book_change(s->book, &row, after);
}

static int
apply_account(
    struct supervisor *s, const struct change *c, struct garbage **after)
{
	/* It stays until the garbage is released. */
	const struct account *old =
	    accounts_find_id(book_accounts(s->book), c->account);
	int err = -ENOENT;

	if (c->kind == CHANGE_ADD || c->kind == CHANGE_RESTORE)
		err = apply_new(s, c, after);
	else if (old != NULL && c->kind == CHANGE_REMOVE)
		err = book_remove(s->book, c->account, after);
	else if (old != NULL)
		err = apply_columns(s, c, old, after);
	if (err == 0)
		restore_keep(s, c, old);
	return err;
}

int
apply(struct supervisor *s, struct request *r)
{
	struct change *c = r->change;
	int err = 0;

	switch (c->kind) {
	case CHANGE_LISTEN:
	case CHANGE_RESET:
		break; /* the letters went out, and the policy behind them */
	case CHANGE_FORGET:
		findings_forgot(s, c);
		break;
	case CHANGE_SET:
		err = settings_set(
		    s->settings, ORIGIN_RUNTIME, c->key, c->value, c->why);
		break;
	case CHANGE_UNSET:
		err = settings_unset(s->settings, ORIGIN_RUNTIME, c->key);
		break;
	default:
		err = apply_account(s, c, &r->after);
	}
	if (err != 0)
		return err;
	if (r->after == NULL)
		apply_log_settings(s);
	c->result = CHANGE_DONE;
	c->why[0] = '\0';
	return 0;
}

void
apply_log_settings(struct supervisor *s)
{
	struct log_target target = {
		.daemon = s->daemon_log,
		.access = settings_text(s->settings, SETTING_access_log),
	};
	const char *what;
	char shown[256];
	int err;

	log_set_level(
	    (enum log_level)settings_number(s->settings, SETTING_log_level));
	if (strcmp(target.access, s->access_log) == 0)
		return;
	if ((err = log_retarget(&target, &what)) == 0) {
		(void)snprintf(
		    s->access_log, sizeof s->access_log, "%s", target.access);
	} else {
		text_escape(shown, sizeof shown, what, strlen(what));
		log_error("main", "cannot open access log",
		    "path=%s error=\"%s\"; lines go to %s as before", shown,
		    strerror(-err), s->access_log);
	}
}
