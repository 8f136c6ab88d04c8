/* Commands about the rules; see daemon/admin_do.h. */

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "daemon/admin_do.h"
#include "proto/socks5.h"

/* As the origins of settings; then the daemon's own. */
enum { BUILT_IN = ORIGINS_COUNT };

/* What does not fit ends in "...". */
static void
put_text(struct layout_text *to, const char *text)
{
	size_t len = strlen(text);

	layout_text_set(to, text, len);
	if (len > 255)
		memcpy(to->bytes + 252, "...", 3);
}

enum admin_status
do_rule_list(struct admin_call *call, const struct admin_rule_page *request,
    struct admin_rule *row)
{
	const struct rules *set = supervisor_rules(call->sup);
	enum setting_origin origin =
	    settings_origin(supervisor_settings(call->sup), SETTING_rule);
	size_t i = 0;

	if (request->after != 0)
		i = rules_find_id(set, request->after);
	if (i == RULES_NONE) {
		call->why = "that rule is gone: list them from the first";
		return ADMIN_STALE;
	}
	for (i += request->after != 0; i < rules_count(set); i++) {
		struct rules_row rule = rules_row(set, i);

		row->id = rule.id;
		row->place = i + 1;
		row->origin = rule.own ? BUILT_IN : origin;
		row->hits = rule.hits;
		put_text(&row->text, rule.text);
		if (!call->row(call, row))
			break;
	}
	return ADMIN_OK;
}

/* ---- what would become of a request */

/* A question with room for what it points to. */
struct question {
	struct rules_ask ask;
	struct addr client, to;
	char name[256];
};

/* "HOST:PORT"; false: it is none. */
static bool
take_target(struct question *q, const char *target)
{
	const char *colon = strrchr(target, ':');
	unsigned long port = 0;
	int end = 0;

	if (addr_parse(&q->to, target, 0) && q->to.port != 0) {
		q->ask.to = &q->to;
		q->ask.port = q->to.port;
		return true;
	}
	if (colon == NULL || !isdigit((unsigned char)colon[1]) ||
	    sscanf(colon, ":%5lu%n", &port, &end) != 1 || colon[end] != '\0' ||
	    port < 1 || port > 65535)
		return false;
	q->ask.port = (uint16_t)port;
	q->ask.name_len = (size_t)(colon - target);
	memcpy(q->name, target, q->ask.name_len);
	q->ask.name = q->name;
	return text_is_name(q->name, q->ask.name_len) &&
	       strchr(q->name, ':') == NULL;
}

/* Always false, with why: what it should be, and what it is. */
static bool
refuse(
    struct admin_call *call, const char *right, const struct layout_text *given)
{
	char shown[64];

	(void)text_escape(shown, sizeof shown, given->bytes, given->len);
	(void)admin_refuse(call, ADMIN_INVALID, "%s, not \"%s\"", right, shown);
	return false;
}

static bool
take_address(struct admin_call *call, struct question *q,
    const struct layout_text *address)
{
	if (address->len == 0)
		return true;
	if (q->ask.to != NULL) {
		(void)admin_refuse(call, ADMIN_INVALID,
		    "the target is an address: want a name for another one");
		return false;
	}
	if (!addr_parse(&q->to, address->bytes, 0))
		return refuse(call,
		    "an address is like 192.0.2.1 or 2001:db8::1", address);
	q->ask.to = &q->to;
	return true;
}

/* False: with why. */
static bool
take_question(struct admin_call *call, struct question *q,
    const struct admin_rule_ask *request)
{
	const char *client =
	    request->client.len > 0 ? request->client.bytes : "127.0.0.1";

	if (request->command > SOCKS_ASSOCIATE - SOCKS_CONNECT) {
		(void)admin_refuse(call, ADMIN_INVALID,
		    "a command is connect, bind or udp (0 to 2), "
		    "not %" PRIu64,
		    request->command);
		return false;
	}
	q->ask.command = (uint8_t)(SOCKS_CONNECT + request->command);
	if (!addr_parse(&q->client, client, 0))
		return refuse(call, "a client is an address like 192.0.2.1",
		    &request->client);
	q->ask.client = &q->client;
	if (!take_target(q, request->target.bytes))
		return refuse(call,
		    "a target is HOST:PORT, like example.org:443",
		    &request->target);
	return take_address(call, q, &request->address);
}

static void
put_depends(struct layout_text *to, const size_t list[], size_t n)
{
	char text[280];
	size_t at = 0;

	for (size_t i = 0; i < n && at < 256; i++)
		at += (size_t)snprintf(text + at, sizeof text - at, "%s%zu",
		    i > 0 ? " " : "", list[i] + 1);
	put_text(to, at > 0 ? text : "");
}

static void
judge(const struct rules *set, const struct rules_ask *ask,
    struct admin_rule_verdict *answer)
{
	struct rules_found found = rules_find(set, ask);
	size_t list[128], n = 0, rule = found.rule;
	bool allow = found.verdict == RULES_ALLOW;

	if (found.verdict == RULES_DEPENDS) {
		n = rules_depend(
		    set, ask, list, sizeof list / sizeof *list, &rule);
		allow = rule == RULES_NONE || rules_row(set, rule).allow;
	}
	answer->verdict = n > 0   ? RULES_DEPENDS
			  : allow ? RULES_ALLOW
				  : RULES_DENY;
	if (rule != RULES_NONE) {
		answer->id = rules_row(set, rule).id;
		answer->place = rule + 1;
		put_text(&answer->text, rules_row(set, rule).text);
	}
	put_depends(&answer->depends, list, n < 128 ? n : 128);
}

enum admin_status
do_rule_test(struct admin_call *call, const struct admin_rule_ask *request,
    struct admin_rule_verdict *answer)
{
	const struct layout_text *user = &request->user;
	struct question q = { .ask = { .user = user->bytes,
				  .user_len = user->len } };

	if (user->len > 0 && admin_find_account(call, user) == NULL)
		return ADMIN_MISSING;
	if (!take_question(call, &q, request))
		return ADMIN_INVALID;
	memset(answer, 0, sizeof *answer);
	judge(supervisor_rules(call->sup), &q.ask, answer);
	return ADMIN_OK;
}

/* ---- changing them */

static enum admin_status
change(struct admin_call *call, const struct rule_edit *edit, const char *rule)
{
	struct change *c =
	    change_setting(CHANGE_SET, setting_rows[SETTING_rule].key, rule);

	if (c != NULL)
		c->edit = *edit;
	return admin_ask(call, c);
}

enum admin_status
do_rule_add(struct admin_call *call, const struct admin_rule_new *request,
    struct admin_nothing *answer)
{
	struct rule_edit edit = { .kind = RULE_EDIT_ADD,
		.place = request->place };

	(void)answer;
	if (!admin_is_name(call, "a rule", &request->rule))
		return ADMIN_INVALID;
	return change(call, &edit, request->rule.bytes);
}

enum admin_status
do_rule_move(struct admin_call *call, const struct admin_rule_place *request,
    struct admin_nothing *answer)
{
	struct rule_edit edit = { .kind = RULE_EDIT_MOVE,
		.id = request->id,
		.place = request->place };

	(void)answer;
	return change(call, &edit, "");
}

enum admin_status
do_rule_del(struct admin_call *call, const struct admin_rule_id *request,
    struct admin_nothing *answer)
{
	struct rule_edit edit = { .kind = RULE_EDIT_REMOVE, .id = request->id };

	(void)answer;
	return change(call, &edit, "");
}
