/* How settings, accounts and rules reach the workers; see core/policy.h. */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/text.h"
#include "daemon/state.h"
#include "net/listen.h"
#include "net/way.h"

/*
 * Smaller pipes cost more wake-ups than splicing saves, so a size nobody asked
 * for is not taken as the pipe's.
 */
/* Measured: a fourth of a pipe of 256 KiB's cost on a bulk stream is saved. */
enum { PIPE_SIZE = 1024 * 1024 };

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

/* What of the policy is about the way to targets. */
static void
fill_way(const struct settings *settings, struct policy_way *w)
{
	size_t count;
	const char *const *list =
	    settings_list(settings, SETTING_source, &count);
	const char *interface = settings_text(settings, SETTING_interface);
	struct addr a;

	*w = (struct policy_way){ 0 };
	for (size_t i = 0; i < count; i++)
		if (addr_parse(&a, list[i], 0))
			*(a.family == ADDR_V6 ? &w->v6 : &w->v4) = a;
		else
			w->same = true; /* the only word */
	if (strcmp(interface, "any") != 0)
		(void)snprintf(
		    w->interface, sizeof w->interface, "%s", interface);
	w->mark = (uint32_t)settings_number(settings, SETTING_mark);
	w->keepalive = (uint32_t)settings_number(settings, SETTING_keepalive);
}

int
publish_try_way(const struct settings *settings, char why[160])
{
	const char *key = "", *hint = "", *name;
	char value[SETTING_TEXT], shown[64];
	struct policy_way way;
	int err, id;

	fill_way(settings, &way);
	name = settings_text(settings, SETTING_interface);
	/* A longer name is no interface's; and cut it might be another's. */
	err =
	    strlen(name) < sizeof way.interface ? way_try(&way, &key) : -ENODEV;
	if (err == 0)
		return -1;
	if (*key == '\0')
		key = setting_rows[SETTING_interface].key;
	if (err == -EPERM)
		hint = ": CAP_NET_ADMIN is missing";
	id = settings_find(key);
	(void)settings_print(settings, (enum setting_id)id, value);
	text_escape(shown, sizeof shown, value, strlen(value));
	(void)snprintf(
	    why, 160, "%s: %s: %s%s", key, shown, strerror(-err), hint);
	return id;
}

void
publish_warn_way(const struct supervisor *s)
{
	char why[160];

	if (publish_try_way(s->settings, why) >= 0)
		log_error("main", "no way to targets", "%s", why);
	if (flag(s, SETTING_tcp_fastopen) && !listen_may_fastopen())
		log_warn("main", "tcp-fastopen has no effect",
		    "the kernel needs net.ipv4.tcp_fastopen with 2 in it");
}

void
publish_fill(struct supervisor *s, struct policy *p)
{
	struct policy_limits *l = &p->limits;

	ends_limits(s);
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
	l->max_sessions_per_address =
	    number(s, SETTING_max_sessions_per_address);
	l->connections_per_second = number(s, SETTING_connections_per_second);
	fill_way(s->settings, &l->way);
	l->tcp_fastopen = flag(s, SETTING_tcp_fastopen);
	l->prefer = (uint8_t)number(s, SETTING_prefer);
	l->cleanup = flag(s, SETTING_cleanup);
	l->dissector = flag(s, SETTING_dissector);
	l->passwords = s->findings_file != NULL;
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
