/* What the rules say to a conn's wishes; net/conn.h. */

#include "base/log.h"
#include "core/rules.h"
#include "net/conn.h"

static void
tell(const struct conn *c, const struct rules_found *found)
{
	char tag[CONN_TAG], from[ADDR_TEXT];

	if (!log_wanted(LOG_LEVEL_DEBUG))
		return;
	conn_tag(c, tag);
	(void)addr_print(&c->client, from);
	log_line(LOG_LEVEL_DEBUG, tag, "denied", "client=%s rule=\"%s\"", from,
	    rules_row(c->all->policy->rules, found->rule).text);
}

/* The rest of the question is the caller's. */
static bool
may(const struct conn *c, struct rules_ask *ask)
{
	const struct rules *rules = c->all->policy->rules;
	const struct names *who = c->names;
	struct rules_found found;

	if (rules_count(rules) == 0)
		return true;
	ask->client = &c->client;
	if (who != NULL && who->live != NULL) {
		ask->user = who->text;
		ask->user_len = who->user_len;
	}
	found = rules_find(rules, ask);
	rules_count_hit(rules, &found);
	if (found.verdict == RULES_DENY)
		tell(c, &found);
	return found.verdict != RULES_DENY;
}

bool
conn_may(const struct conn *c, uint8_t command, const char *name,
    size_t name_len, const struct addr *to, uint16_t port)
{
	struct rules_ask ask = {
		.command = command,
		.name = name,
		.name_len = name_len,
		.to = to,
		.port = port,
	};

	return may(c, &ask);
}

bool
conn_may_associate(struct conn *c)
{
	struct rules_ask ask = { .command = SOCKS_ASSOCIATE, .any_port = true };

	if (may(c, &ask))
		return true;
	c->flags |= CONN_DENIED;
	return false;
}

bool
conn_may_reach(struct conn *c, uint8_t command, const struct addr *to)
{
	const struct names *names = c->names;
	const char *name = NULL;
	size_t len = 0;

	if (names != NULL && names->target_len > 0) {
		name = names->text + names->user_len;
		len = names->target_len;
	}
	if (conn_may(c, command, name, len, to, c->dialled.port))
		return true;
	c->flags |= CONN_DENIED;
	return false;
}
