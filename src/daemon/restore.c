/* Taking back that an account was removed or got another password: former.h. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "daemon/state.h"

enum { SHOWN = 48 }; /* of a name, in what a refusal says */

static bool
refuse(struct change *c, enum change_result result, const char *why)
{
	char name[SHOWN];

	(void)text_escape(name, sizeof name, c->name, strlen(c->name));
	c->result = result;
	(void)snprintf(c->why, sizeof c->why, "%s: %s", name, why);
	return false;
}

static bool
refuse_nothing(struct change *c)
{
	return refuse(c, CHANGE_MISSING,
	    "nothing to take back: an account can be restored for 60 s after "
	    "it was removed or its password changed");
}

/* The account is there: the change becomes one of its password. */
static bool
check_password(
    const struct supervisor *s, struct request *r, const struct account *a)
{
	struct change *c = r->change;
	const struct former *f =
	    former_password(&s->former, a->id, s->now_ms());

	if (f == NULL &&
	    former_removed(&s->former, c->name, 0, s->now_ms()) != NULL)
		return refuse(c, CHANGE_TAKEN,
		    "another account has that name now: rename or remove that "
		    "first");
	if (f == NULL)
		return refuse_nothing(c);
	if (c->revision != 0 && c->revision != account_revision(a))
		return change_refuse(c, CHANGE_STALE,
		    "somebody changed that account meanwhile: look again");
	c->kind = CHANGE_PASSWORD;
	c->account = a->id;
	(void)snprintf(c->hash, sizeof c->hash, "%s", f->hash);
	return true;
}

static bool
check_removed(const struct supervisor *s, struct request *r)
{
	struct change *c = r->change;
	const struct former *f =
	    former_removed(&s->former, c->name, c->revision, s->now_ms());

	if (f == NULL)
		return refuse_nothing(c);
	if ((c->uses = malloc(sizeof *c->uses)) == NULL)
		return change_refuse(c, CHANGE_FAILED, "out of memory");
	*c->uses = f->use;
	c->nuses = 1;
	c->account = f->row.id;
	c->created = f->row.created;
	c->role = f->row.role;
	c->enabled = f->row.enabled;
	memcpy(c->own, f->row.own, sizeof c->own);
	(void)snprintf(c->hash, sizeof c->hash, "%s", f->hash);
	return true;
}

bool
restore_check(const struct supervisor *s, struct request *r)
{
	struct change *c = r->change;
	const struct account *a =
	    accounts_find(book_accounts(s->book), c->name, strlen(c->name));

	c->restored = true;
	return a != NULL ? check_password(s, r, a) : check_removed(s, r);
}

void
restore_keep(
    struct supervisor *s, const struct change *c, const struct account *was)
{
	struct former *f = NULL;
	uint64_t now = s->now_ms();

	if (c->kind == CHANGE_RESTORE)
		f = former_removed(&s->former, c->name, c->revision, now);
	else if (c->restored)
		f = former_password(&s->former, c->account, now);
	else if (c->kind == CHANGE_REMOVE || c->kind == CHANGE_PASSWORD)
		former_keep(&s->former, was, c->kind == CHANGE_REMOVE, now);
	if (f != NULL)
		former_drop(&s->former, f);
}
