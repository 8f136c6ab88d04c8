/* Commands of the extension that show and change accounts; see admin_do.h. */

#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "daemon/admin_do.h"
#include "proto/frame.h"

static uint64_t
shared(const _Atomic uint64_t *figure)
{
	return atomic_load_explicit(figure, memory_order_relaxed);
}

/* ---- showing */

/* The words of the limits that are its own. */
static void
fill_own(struct layout_text *own, const struct account *a)
{
	char words[COLUMN_WHY];
	size_t at = 0;

	for (size_t i = 0; i < COLUMNS_COUNT; i++)
		if (a->own[i] != COLUMN_DEFAULT)
			at += (size_t)snprintf(words + at, sizeof words - at,
			    "%s%s", at > 0 ? " " : "", column_rows[i].word);
	layout_text_set(own, words, at);
}

static void
fill(struct admin_account *row, const struct account *a)
{
	const char *target = account_last_target(a);
	int64_t last =
	    atomic_load_explicit(&a->live->last, memory_order_relaxed);

	row->role = a->role;
	row->enabled = a->enabled;
	row->sessions =
	    atomic_load_explicit(&a->live->sessions, memory_order_relaxed);
	row->opened = shared(&a->live->opened);
	row->up = shared(&a->live->up);
	row->down = shared(&a->live->down);
	row->last = last > 0 ? (uint64_t)last : 0;
	row->created = a->created > 0 ? (uint64_t)a->created : 0;
	row->revision = account_revision(a);
	row->max_sessions = account_limit(a->live, COLUMN_max_sessions);
	row->rate_up = account_limit(a->live, COLUMN_rate_up);
	row->rate_down = account_limit(a->live, COLUMN_rate_down);
	row->quota = account_limit(a->live, COLUMN_quota);
	row->used = account_used(a->live);
	row->expires = account_limit(a->live, COLUMN_expires);
	row->auth_failed = shared(&a->live->auth_failed);
	row->udp_up = shared(&a->live->datagrams[0]);
	row->udp_down = shared(&a->live->datagrams[1]);
	fill_own(&row->own, a);
	layout_text_set(&row->name, a->name, strlen(a->name));
	layout_text_set(&row->target, target, strlen(target));
}

enum admin_status
do_account_list(struct admin_call *call,
    const struct admin_account_page *request, struct admin_account *row)
{
	/* One more than fits: then the page says that there is more. */
	const struct account *list[FRAME_LIST_MOST + 1];
	const char *after =
	    request->after.len > 0 ? request->after.bytes : NULL;
	size_t n = supervisor_account_list(
	    call->sup, after, list, sizeof list / sizeof *list);

	for (size_t i = 0; i < n; i++) {
		fill(row, list[i]);
		if (!call->row(call, row))
			break;
	}
	return ADMIN_OK;
}

enum admin_status
do_account_show(struct admin_call *call,
    const struct admin_account_name *request, struct admin_account *answer)
{
	const struct account *a = admin_find_account(call, &request->name);

	if (a == NULL)
		return ADMIN_MISSING;
	fill(answer, a);
	return ADMIN_OK;
}

/* ---- changing */

/* A change of the account of that name; NULL with *status: why there is none.
 */
static struct change *
begin(struct admin_call *call, enum change_kind kind,
    const struct layout_text *name, uint64_t revision,
    enum admin_status *status)
{
	const struct account *a;
	struct change *c = NULL;

	*status = ADMIN_INVALID;
	if (!admin_is_name(call, "a name", name))
		return NULL;
	*status = ADMIN_MISSING;
	a = admin_find_account(call, name);
	if (a != NULL && (c = change_new(kind)) == NULL)
		*status = ADMIN_FAILED;
	if (c != NULL) {
		c->account = a->id;
		c->revision = revision;
	}
	return c;
}

enum admin_status
do_account_password(struct admin_call *call,
    const struct admin_account_password *request, struct admin_nothing *answer)
{
	enum admin_status status;
	struct change *c;

	(void)answer;
	if (request->password.len == 0)
		return admin_refuse(
		    call, ADMIN_INVALID, "a password is 1 to 255 octets");
	c = begin(
	    call, CHANGE_PASSWORD, &request->name, request->revision, &status);
	if (c == NULL)
		return status;
	c->password = request->password;
	return admin_ask(call, c);
}

/* Which account it is, if there is one, is found out when its turn comes. */
enum admin_status
do_account_restore(struct admin_call *call,
    const struct admin_user_name *request, struct admin_nothing *answer)
{
	struct change *c;

	(void)answer;
	if (!admin_is_name(call, "a name", &request->name))
		return ADMIN_INVALID;
	if ((c = change_new(CHANGE_RESTORE)) == NULL)
		return ADMIN_FAILED;
	memcpy(c->name, request->name.bytes, request->name.len);
	c->revision = request->revision;
	return admin_ask(call, c);
}

enum admin_status
do_account_rename(struct admin_call *call,
    const struct admin_account_rename *request, struct admin_nothing *answer)
{
	const struct layout_text *to = &request->new_name;
	enum admin_status status;
	struct change *c;

	(void)answer;
	if (!admin_is_name(call, "a name", to))
		return ADMIN_INVALID;
	c = begin(
	    call, CHANGE_RENAME, &request->name, request->revision, &status);
	if (c == NULL)
		return status;
	memcpy(c->name, to->bytes, to->len);
	return admin_ask(call, c);
}

enum admin_status
do_account_role(struct admin_call *call,
    const struct admin_account_role *request, struct admin_nothing *answer)
{
	enum admin_status status;
	struct change *c;

	(void)answer;
	if (request->role > ROLE_OBSERVER)
		return admin_refuse(call, ADMIN_INVALID,
		    "a role is regular, admin or observer (0 to 2), "
		    "not %" PRIu64,
		    request->role);
	c = begin(
	    call, CHANGE_ROLE, &request->name, request->revision, &status);
	if (c == NULL)
		return status;
	c->role = (enum role)request->role;
	return admin_ask(call, c);
}

enum admin_status
do_account_enable(struct admin_call *call,
    const struct admin_account_enable *request, struct admin_nothing *answer)
{
	enum admin_status status;
	struct change *c;

	(void)answer;
	if (!admin_is_flag(call, "enabled", request->enabled))
		return ADMIN_INVALID;
	c = begin(
	    call, CHANGE_ENABLE, &request->name, request->revision, &status);
	if (c == NULL)
		return status;
	c->enabled = request->enabled == 1;
	return admin_ask(call, c);
}

enum admin_status
do_account_set(struct admin_call *call,
    const struct admin_account_limit *request, struct admin_nothing *answer)
{
	const struct layout_text *column = &request->column;
	const struct layout_text *value = &request->value;
	const size_t room = 4 * sizeof value->bytes; /* each octet escaped */
	enum admin_status status;
	struct change *c = begin(
	    call, CHANGE_LIMIT, &request->name, request->revision, &status);

	(void)answer;
	if (c == NULL)
		return status;
	/* What they mean is found out with the account at hand. */
	text_escape(c->key, sizeof c->key, column->bytes, column->len);
	if ((c->value = malloc(room)) == NULL) {
		change_free(c);
		return ADMIN_FAILED;
	}
	text_escape(c->value, room, value->bytes, value->len);
	return admin_ask(call, c);
}
