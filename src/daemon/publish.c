/* How settings, accounts and rules reach the workers; see core/policy.h. */

#include <stdlib.h>
#include <string.h>

#include "daemon/state.h"

/*
 * Smaller pipes cost more wake-ups than splicing saves, so a size nobody asked
 * for is not taken as the pipe's.
 */
enum { PIPE_SIZE = 256 * 1024 };

static uint32_t
number(const struct supervisor *s, enum setting_id id)
{
	return (uint32_t)settings_number(s->settings, id);
}

static bool
flag(const struct supervisor *s, enum setting_id id)
{
	return settings_number(s->settings, id) != 0;
}

/* Once there was an account, losing the last one does not open the proxy. */
static bool
auth_required(struct supervisor *s)
{
	if (accounts_count(book_accounts(s->book)) > 0)
		s->auth_seen = true;
	switch (number(s, SETTING_auth)) {
	case AUTH_YES:
		return true;
	case AUTH_NO:
		return false;
	default:
		return s->auth_seen;
	}
}

static void
fill_berth(const struct supervisor *s, struct policy_berth *b,
    enum setting_id addrs, enum setting_id ports)
{
	uint32_t range = number(s, ports);
	size_t count;
	const char *const *list = settings_list(s->settings, addrs, &count);
	struct addr a;

	*b = (struct policy_berth){ 0 };
	b->low = (uint16_t)(range >> 16);
	b->high = (uint16_t)range;
	for (size_t i = 0; i < count; i++)
		if (addr_parse(&a, list[i], 0))
			*(a.family == ADDR_V6 ? &b->v6 : &b->v4) = a;
}

void
publish_fill(struct supervisor *s, struct policy *p)
{
	struct policy_limits *l = &p->limits;

	p->accounts = book_accounts(s->book);
	p->rules = s->rules;
	p->reloads = s->reloads;
	l->buffer_size = number(s, SETTING_buffer_size);
	l->pipe_size = l->buffer_size;
	if (settings_origin(s->settings, SETTING_buffer_size) == ORIGIN_DEFAULT)
		l->pipe_size = PIPE_SIZE;
	l->selector_timeout = number(s, SETTING_selector_timeout);
	l->connection_timeout = number(s, SETTING_connection_timeout);
	l->handshake_timeout = number(s, SETTING_handshake_timeout);
	l->connect_timeout = number(s, SETTING_connect_timeout);
	l->bind_timeout = number(s, SETTING_bind_timeout);
	fill_berth(s, &l->bind, SETTING_bind_address, SETTING_bind_ports);
	fill_berth(s, &l->udp, SETTING_udp_address, SETTING_udp_ports);
	l->max_connections = number(s, SETTING_max_connections);
	l->prefer = (uint8_t)number(s, SETTING_prefer);
	l->cleanup = flag(s, SETTING_cleanup);
	l->dissector = flag(s, SETTING_dissector);
	l->splice = flag(s, SETTING_splice);
	l->auth_required = auth_required(s);
	l->access_log =
	    strcmp(settings_text(s->settings, SETTING_access_log), "off") != 0;
	l->access_json =
	    number(s, SETTING_access_log_format) == ACCESS_LOG_JSON;
}

struct policy *
publish(struct supervisor *s, struct garbage *after)
{
	struct policy *fresh = calloc(1, sizeof *fresh), *old = s->policy;

	if (fresh == NULL || guard_refresh(s, &old->rules_after) != 0) {
		free(fresh);
		return NULL;
	}
	fresh->revision = old->revision + 1;
	publish_fill(s, fresh);
	old->after = after;
	s->policy = fresh;
	for (size_t i = 0; i < s->nworkers; i++)
		outbox_post(
		    &s->out, worker_mailbox(s->workers[i]), MAIL_POLICY, fresh);
	fresh->holders = (unsigned)s->nworkers;
	return old;
}

bool
publish_returned(struct supervisor *s, struct policy *p)
{
	p->holders--;
	return publish_over(s, p);
}

bool
publish_over(struct supervisor *s, struct policy *p)
{
	if (p == s->policy || p->holders > 0)
		return false;
	if (p->after != NULL)
		book_release(s->book, p->after);
	rules_free(p->rules_after);
	free(p);
	return true;
}
