#include "daemon/admin_do.h"

#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "proto/frame.h"

static enum admin_status
deny(struct admin_call *call, enum admin_id id)
{
	const char *role = call->role == ROLE_OBSERVER ? "observer" : "regular";
	char by[4 * sizeof call->actor.text];

	text_escape(by, sizeof by, call->actor.text, strlen(call->actor.text));
	log_warn("admin", "command denied", "by=%s command=\"%s\" role=%s", by,
	    admin_commands[id].words, role);
	return admin_refuse(call, ADMIN_DENIED,
	    "your role (%s) does not allow it: an administrator can", role);
}

enum admin_status
admin_do(struct admin_call *call, enum admin_id id,
    const union admin_request *request, union admin_answer *answer)
{
	if (admin_commands[id].need == ADMIN_CHANGE && call->role != ROLE_ADMIN)
		return deny(call, id);
	switch (id) {
#define COMMAND(id, ...) \
	case ADMIN_##id: \
		return do_##id(call, &request->id, &answer->id);
#include "proto/admin.def"
	case ADMIN_COMMANDS:
		break;
	}
	return ADMIN_UNKNOWN;
}

/* ---- the server itself */

enum {
	EXTENSION = 1, /* its version */
};

enum admin_status
do_hello(struct admin_call *call, const struct admin_nothing *request,
    struct admin_hello *answer)
{
	static const char program[] = "socks5d " PACKAGE_VERSION;
	char node[256] = "";

	(void)request;
	/* Without a name it is still a node. */
	(void)gethostname(node, sizeof node - 1);
	answer->version = EXTENSION;
	answer->role = call->role;
	layout_text_set(&answer->node, node, strlen(node));
	layout_text_set(&answer->program, program, sizeof program - 1);
	answer->uptime = (clock_ms() - supervisor_started_ms(call->sup)) / 1000;
	answer->queries = admin_extended_known(2);
	answer->modifications = admin_extended_known(3);
	return ADMIN_OK;
}

enum admin_status
do_subscribe(struct admin_call *call, const struct admin_subscription *request,
    struct admin_nothing *answer)
{
	(void)answer;
	if (call->subscribe != NULL)
		return call->subscribe(call, request);
	call->why = "there are no events here";
	return ADMIN_REFUSED;
}

/* ---- queries */

static const struct metrics_sum *
sums(struct admin_call *call)
{
	if (!call->summed)
		supervisor_metrics(call->sup, &call->sum);
	call->summed = true;
	return &call->sum;
}

static uint64_t
shared(const _Atomic uint64_t *figure)
{
	return atomic_load_explicit(figure, memory_order_relaxed);
}

static uint64_t
sessions_of(const struct account *a)
{
	return a == NULL ? 0
			 : atomic_load_explicit(
			       &a->live->sessions, memory_order_relaxed);
}

enum admin_status
do_user_list(struct admin_call *call, const struct admin_nothing *request,
    struct admin_user_row *row)
{
	const struct account *list[FRAME_LIST_MOST];
	size_t n = supervisor_account_list(
	    call->sup, NULL, list, sizeof list / sizeof *list);

	(void)request;
	for (size_t i = 0; i < n; i++) {
		layout_text_set(&row->name, list[i]->name, list[i]->name_len);
		if (!call->row(call, row))
			break;
	}
	return ADMIN_OK;
}

enum admin_status
do_total_connections(struct admin_call *call,
    const struct admin_nothing *request, struct admin_total_connections *answer)
{
	(void)request;
	answer->total_connections = sums(call)->accepted;
	return ADMIN_OK;
}

enum admin_status
do_connections(struct admin_call *call, const struct admin_nothing *request,
    struct admin_connections *answer)
{
	(void)request;
	answer->connections = shared(&supervisor_shared(call->sup)->sessions);
	return ADMIN_OK;
}

enum admin_status
do_peak_connections(struct admin_call *call,
    const struct admin_nothing *request, struct admin_peak_connections *answer)
{
	(void)request;
	answer->peak_connections = shared(&supervisor_shared(call->sup)->peak);
	return ADMIN_OK;
}

enum admin_status
do_sent_bytes(struct admin_call *call, const struct admin_nothing *request,
    struct admin_sent_bytes *answer)
{
	(void)request;
	answer->sent_bytes = sums(call)->sent;
	return ADMIN_OK;
}

enum admin_status
do_received_bytes(struct admin_call *call, const struct admin_nothing *request,
    struct admin_received_bytes *answer)
{
	(void)request;
	answer->received_bytes = sums(call)->received;
	return ADMIN_OK;
}

enum admin_status
do_users_connected(struct admin_call *call, const struct admin_nothing *request,
    struct admin_users_connected *answer)
{
	(void)request;
	answer->users_connected = shared(&supervisor_shared(call->sup)->users);
	return ADMIN_OK;
}

enum admin_status
do_users(struct admin_call *call, const struct admin_nothing *request,
    struct admin_users *answer)
{
	(void)request;
	answer->users = accounts_count(supervisor_accounts(call->sup));
	return ADMIN_OK;
}

enum admin_status
do_own_connections(struct admin_call *call, const struct admin_nothing *request,
    struct admin_own_connections *answer)
{
	(void)request;
	answer->own_connections = sessions_of(accounts_find_id(
	    supervisor_accounts(call->sup), call->actor.account));
	return ADMIN_OK;
}

enum admin_status
do_user_connections(struct admin_call *call,
    const struct admin_user_name *request,
    struct admin_user_connections *answer)
{
	answer->user_connections =
	    sessions_of(accounts_find(supervisor_accounts(call->sup),
		request->name.bytes, request->name.len));
	return ADMIN_OK;
}

/* ---- settings */

static uint64_t
setting(const struct admin_call *call, enum setting_id id)
{
	return settings_number(supervisor_settings(call->sup), id);
}

enum admin_status
admin_ask(struct admin_call *call, struct change *c)
{
	if (c == NULL || supervisor_change(call->sup, c, &call->actor,
			     call->done, call->arg) != 0)
		return ADMIN_FAILED;
	return ADMIN_LATER;
}

static enum admin_status
set(struct admin_call *call, enum setting_id id, const char *value)
{
	return admin_ask(
	    call, change_setting(CHANGE_SET, setting_rows[id].key, value));
}

static enum admin_status
set_number(struct admin_call *call, enum setting_id id, uint64_t value)
{
	char text[24];

	(void)snprintf(text, sizeof text, "%" PRIu64, value);
	return set(call, id, text);
}

static enum admin_status
set_flag(struct admin_call *call, enum setting_id id, uint64_t value)
{
	if (!admin_is_flag(call, setting_rows[id].key, value))
		return ADMIN_INVALID;
	return set(call, id, value == 1 ? "yes" : "no");
}

enum admin_status
do_get_buffer_size(struct admin_call *call, const struct admin_nothing *request,
    struct admin_buffer_size *answer)
{
	(void)request;
	answer->buffer_size = setting(call, SETTING_buffer_size);
	return ADMIN_OK;
}

enum admin_status
do_get_selector_timeout(struct admin_call *call,
    const struct admin_nothing *request, struct admin_selector_timeout *answer)
{
	(void)request;
	answer->selector_timeout = setting(call, SETTING_selector_timeout);
	return ADMIN_OK;
}

enum admin_status
do_get_connection_timeout(struct admin_call *call,
    const struct admin_nothing *request,
    struct admin_connection_timeout *answer)
{
	(void)request;
	answer->connection_timeout = setting(call, SETTING_connection_timeout);
	return ADMIN_OK;
}

enum admin_status
do_set_buffer_size(struct admin_call *call,
    const struct admin_buffer_size *request, struct admin_nothing *answer)
{
	(void)answer;
	return set_number(call, SETTING_buffer_size, request->buffer_size);
}

enum admin_status
do_set_selector_timeout(struct admin_call *call,
    const struct admin_selector_timeout *request, struct admin_nothing *answer)
{
	(void)answer;
	return set_number(
	    call, SETTING_selector_timeout, request->selector_timeout);
}

enum admin_status
do_set_connection_timeout(struct admin_call *call,
    const struct admin_connection_timeout *request,
    struct admin_nothing *answer)
{
	(void)answer;
	return set_number(
	    call, SETTING_connection_timeout, request->connection_timeout);
}

enum admin_status
do_set_dissector(struct admin_call *call, const struct admin_dissector *request,
    struct admin_nothing *answer)
{
	(void)answer;
	return set_flag(call, SETTING_dissector, request->dissector);
}

enum admin_status
do_set_cleanup(struct admin_call *call, const struct admin_cleanup *request,
    struct admin_nothing *answer)
{
	(void)answer;
	return set_flag(call, SETTING_cleanup, request->cleanup);
}

/* ---- accounts */

enum admin_status
do_user_add(struct admin_call *call, const struct admin_user_new *request,
    struct admin_nothing *answer)
{
	struct change *c;

	(void)answer;
	if (!admin_is_name(call, "a name", &request->name))
		return ADMIN_INVALID;
	if (request->password.len == 0)
		return admin_refuse(
		    call, ADMIN_INVALID, "a password is 1 to 255 octets");
	if (request->role > call->most_role)
		return admin_refuse(call, ADMIN_INVALID,
		    "a role is regular, admin or observer (0 to 2), "
		    "not %" PRIu64,
		    request->role);
	c = change_new(CHANGE_ADD);
	if (c != NULL) {
		memcpy(c->name, request->name.bytes, request->name.len);
		c->password = request->password;
		c->role = (enum role)request->role;
		c->enabled = true;
	}
	return admin_ask(call, c);
}

enum admin_status
do_user_del(struct admin_call *call, const struct admin_user_name *request,
    struct admin_nothing *answer)
{
	struct change *c;

	(void)answer;
	if (!admin_is_name(call, "a name", &request->name))
		return ADMIN_INVALID;
	c = change_new(CHANGE_REMOVE);
	if (c != NULL) {
		memcpy(c->name, request->name.bytes, request->name.len);
		c->revision = request->revision;
	}
	return admin_ask(call, c);
}

enum admin_status
admin_do_status(const struct change *c)
{
	switch (c->result) {
	case CHANGE_DONE:
		return ADMIN_OK;
	case CHANGE_TAKEN:
		return ADMIN_TAKEN;
	case CHANGE_MISSING:
		return ADMIN_MISSING;
	case CHANGE_INVALID:
		return ADMIN_INVALID;
	case CHANGE_REFUSED:
		return ADMIN_REFUSED;
	case CHANGE_STALE:
		return ADMIN_STALE;
	case CHANGE_FAILED:
		break;
	}
	return ADMIN_FAILED;
}
