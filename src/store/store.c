#include "store/store.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "store/store_kind.h"

static const struct store_ops *const kinds[] = { &store_memory, &store_sqlite };

void
store_answer(struct change *c, enum change_result result, const char *why)
{
	c->result = result;
	(void)snprintf(c->why, sizeof c->why, "%s", why);
}

void
store_answer_missing(struct change *c)
{
	store_answer(c, CHANGE_MISSING,
	    c->kind == CHANGE_UNSET ? "it has no run-time value"
				    : "there is no such account");
}

void
store_answer_taken(struct change *c)
{
	store_answer(c, CHANGE_TAKEN, "an account of that name exists");
}

/* NULL, or the kind with what follows its scheme. */
static const struct store_ops *
find_kind(const char *url, const char **rest)
{
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		size_t len = strlen(kinds[i]->scheme);

		*rest = url + len;
		if (strncmp(url, kinds[i]->scheme, len) == 0)
			return kinds[i];
	}
	return NULL;
}

void
store_wait(const char *url, unsigned ms)
{
	const char *rest;
	const struct store_ops *kind = find_kind(url, &rest);

	if (kind != NULL && kind->wait != NULL)
		kind->wait(rest, ms);
}

struct store *
store_open(const char *url, char why[STORE_WHY])
{
	const char *rest;
	const struct store_ops *kind = find_kind(url, &rest);

	if (kind != NULL)
		return kind->open(rest, why);
	(void)snprintf(why, STORE_WHY,
	    "store: \"%s\" is neither sqlite:PATH nor memory:", url);
	return NULL;
}

int
store_load(
    struct store *s, const struct store_reader *reader, char why[STORE_WHY])
{
	return s->ops->load(s, reader, why);
}

void
store_close(struct store *s)
{
	if (s != NULL)
		s->ops->close(s);
}

/* ---- changes: what can never be right is refused here, for every kind */

static const char *
wrong_name(const struct change *c)
{
	if (text_is_name(c->name, strnlen(c->name, sizeof c->name)))
		return NULL;
	return "a name is 1 to 255 octets of UTF-8 without control characters";
}

static const char *
wrong_hash(const struct change *c)
{
	size_t len = strnlen(c->hash, sizeof c->hash);

	return len > 0 && len < sizeof c->hash ? NULL : "no password was given";
}

static const char *
wrong_role(const struct change *c)
{
	if (c->role <= ROLE_OBSERVER)
		return NULL;
	return "a role is regular, admin or observer";
}

static const char *
wrong_limit(const struct change *c)
{
	if (c->column < COLUMNS_COUNT && column_may_be(c->column, c->number))
		return NULL;
	return "that is no limit of an account";
}

static const char *
wrong_setting(const struct change *c)
{
	size_t len = strnlen(c->key, sizeof c->key);

	if (len == 0 || len == sizeof c->key)
		return "no setting was named";
	if (c->kind == CHANGE_SET && c->value == NULL)
		return "no value was given";
	return NULL;
}

static const char *
wrong_account(const struct change *c)
{
	const char *what = wrong_name(c);

	what = what == NULL ? wrong_hash(c) : what;
	return what == NULL ? wrong_role(c) : what;
}

static const char *
wrong_restored(const struct change *c)
{
	if (c->account == 0 || c->nuses != 1)
		return "there is no such account to restore";
	for (size_t i = 0; i < COLUMNS_COUNT; i++)
		if (!column_may_be((enum column_id)i, c->own[i]))
			return "that is no limit of an account";
	return wrong_account(c);
}

static const char *
wrong(const struct change *c)
{
	switch (c->kind) {
	case CHANGE_ADD:
		return wrong_account(c);
	case CHANGE_RESTORE:
		return wrong_restored(c);
	case CHANGE_RENAME:
		return wrong_name(c);
	case CHANGE_PASSWORD:
		return wrong_hash(c);
	case CHANGE_ROLE:
		return wrong_role(c);
	case CHANGE_LIMIT:
		return wrong_limit(c);
	case CHANGE_SET:
	case CHANGE_UNSET:
		return wrong_setting(c);
	case CHANGE_REMOVE:
	case CHANGE_ENABLE:
	case CHANGE_USE:
	case CHANGE_FIND:
	case CHANGE_FORGET:
		return NULL;
	case CHANGE_LISTEN:
	case CHANGE_RESET:
		break;
	}
	return "there is no such change";
}

void
store_change(struct store *s, struct change *c)
{
	const char *what = wrong(c);

	if (what != NULL)
		store_answer(c, CHANGE_INVALID, what);
	else
		s->ops->change(s, c);
}
