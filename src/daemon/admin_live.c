/* Commands that show and end live sessions; see daemon/admin_do.h. */

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "base/text.h"
#include "core/session.h"
#include "daemon/admin_do.h"
#include "net/listing.h"

static enum admin_status
ask_workers(struct admin_call *call, const struct listing_ask *ask)
{
	int err = supervisor_sessions(call->sup, ask, call->listed, call->arg);

	if (err == 0)
		return ADMIN_LATER;
	call->why = err == -EAGAIN ? "the daemon is starting or stopping"
				   : "out of memory";
	return ADMIN_FAILED;
}

/* Whom the request means; OK, or why not. */
static enum admin_status
take_whom(struct admin_call *call, struct listing_ask *ask,
    const struct layout_text *user, const struct layout_text *filter)
{
	const struct account *a = NULL;

	if (user->len > 0 && (a = admin_find_account(call, user)) == NULL)
		return ADMIN_MISSING;
	ask->account = a != NULL ? a->id : 0;
	if (filter_parse(
		&ask->filter, filter->bytes, filter->len, call->reason))
		return ADMIN_OK;
	call->why = call->reason;
	return ADMIN_INVALID;
}

enum admin_status
do_session_list(struct admin_call *call, const struct admin_live_page *request,
    struct admin_live *answer)
{
	struct listing_ask ask = { .after = request->after,
		.after_key = request->after_key,
		.sort = (enum listing_sort)request->sort };
	enum admin_status status =
	    take_whom(call, &ask, &request->user, &request->filter);

	(void)answer;
	if (status == ADMIN_OK && request->sort >= LISTING_SORTS)
		status = admin_refuse(call, ADMIN_INVALID,
		    "sessions are sorted by id, age, idle, up, down or rate "
		    "(0 to %d), not %" PRIu64,
		    LISTING_SORTS - 1, request->sort);
	return status == ADMIN_OK ? ask_workers(call, &ask) : status;
}

static void
put_addr(struct layout_text *to, const struct addr *addr)
{
	char text[ADDR_TEXT];

	if (addr->family == ADDR_NONE)
		return;
	(void)addr_print(addr, text);
	layout_text_set(to, text, strlen(text));
}

static void
put_state(struct layout_text *to, unsigned state)
{
	const char *name = session_states[state].name;

	layout_text_set(to, name, strlen(name));
	for (char *at = to->bytes; *at != '\0'; at++)
		*at = (char)tolower((unsigned char)*at);
}

/* "example.org:443"; without a name, what was dialled. */
static void
put_target(struct layout_text *to, const struct listed *l)
{
	char text[300];
	int n;

	if (l->target_len == 0) {
		put_addr(to, &l->dialled);
		return;
	}
	n = snprintf(text, sizeof text, "%.*s:%u", l->target_len, l->target,
	    l->dialled.port);
	layout_text_set(to, text, (size_t)n);
}

void
admin_do_live_row(struct admin_live *row, const struct listed *l)
{
	*row = (struct admin_live){
		.id = l->id,
		.age = l->age,
		.idle = l->idle,
		.up = l->up,
		.down = l->down,
		.up_rate = l->up_rate,
		.down_rate = l->down_rate,
		.command = l->command,
		.handshake = l->handshake,
		.login = l->login,
		.resolve = l->resolve,
		.connect = l->connect,
		.key = l->key,
	};
	layout_text_set(&row->user, l->user, l->user_len);
	put_addr(&row->client, &l->client);
	put_state(&row->state, l->state);
	put_target(&row->target, l);
	put_addr(&row->address, &l->dialled);
}

bool
admin_do_live(struct admin_call *call, const struct listed *l)
{
	struct admin_live row;

	admin_do_live_row(&row, l);
	return call->row(call, &row);
}

/* ---- ending them */

enum admin_status
do_session_kill(struct admin_call *call, const struct admin_live_id *request,
    struct admin_nothing *answer)
{
	(void)answer;
	supervisor_kick(call->sup, request->id, &call->actor);
	return ADMIN_OK;
}

static void
log_killed(const struct admin_call *call, const struct admin_live_pick *which)
{
	char by[4 * sizeof call->actor.text], user[4 * 256], filter[4 * 256];

	text_escape(by, sizeof by, call->actor.text, strlen(call->actor.text));
	text_escape(user, sizeof user, which->user.bytes, which->user.len);
	text_escape(
	    filter, sizeof filter, which->filter.bytes, which->filter.len);
	log_info("admin", "sessions closed by hand",
	    "by=%s user=\"%s\" filter=\"%s\"", by, user, filter);
}

enum admin_status
do_session_clear(struct admin_call *call,
    const struct admin_account_name *request, struct admin_nothing *answer)
{
	const struct account *a = admin_find_account(call, &request->name);

	(void)answer;
	if (a == NULL)
		return ADMIN_MISSING;
	supervisor_kick_user(call->sup, a, &call->actor);
	return ADMIN_OK;
}

enum admin_status
do_session_kill_all(struct admin_call *call,
    const struct admin_live_pick *request, struct admin_live_count *answer)
{
	struct listing_ask ask = { .close = true };
	enum admin_status status =
	    take_whom(call, &ask, &request->user, &request->filter);

	(void)answer;
	if (status == ADMIN_OK && ask.account == 0 && ask.filter.count == 0) {
		call->why = "say which: a user, a filter or both; reset closes "
			    "all";
		status = ADMIN_INVALID;
	}
	if (status == ADMIN_OK)
		status = ask_workers(call, &ask);
	if (status == ADMIN_LATER)
		log_killed(call, request);
	return status;
}
