/*
 * The rules of a policy: the operator's, then the daemon's own. A daemon that
 * serves others than this host must not lead them into it.
 */

#include <errno.h>
#include <ifaddrs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "core/rule.h"
#include "daemon/state.h"

enum { OWN_TEXT = 96 };

/* The daemon's own rules, as rule_print() writes them. */
struct own {
	char (*texts)[OWN_TEXT];
	size_t n, room;
	bool failed;  /* out of memory */
	bool unknown; /* this host does not tell its addresses just now */
};

/* What a host means by itself: Linux dials loopback for 0.0.0.0 and ::. */
static const char *const inside[] = {
	"deny to 127.0.0.0/8",
	"deny to ::1",
	"deny to 0.0.0.0/8",
	"deny to ::",
	"deny to 169.254.0.0/16",
	"deny to fe80::/10",
};

static void
add(struct own *own, const char *text)
{
	size_t room = own->room == 0 ? 16 : own->room * 2;
	char(*more)[OWN_TEXT] = own->texts;

	if (own->n == own->room) {
		more = realloc(own->texts, room * sizeof *more);
		if (more == NULL) {
			own->failed = true;
			return;
		}
		own->texts = more;
		own->room = room;
	}
	(void)snprintf(own->texts[own->n++], OWN_TEXT, "%s", text);
}

static void
add_endpoint(struct own *own, const struct addr *a, uint16_t port)
{
	struct addr plain = rule_plain(a);
	struct rule r = { .to = RULE_TO_NET, .low = port, .high = port };
	char text[RULE_TEXT];

	r.to_net = rule_net_of(&plain, plain.family == ADDR_V4 ? 32 : 128);
	(void)rule_print(&r, text);
	add(own, text);
}

/* An endpoint on any address is on all that this host has just now. */
static void
add_everywhere(struct own *own, const struct addr *any)
{
	struct ifaddrs *all, *i;
	struct addr a;

	if (getifaddrs(&all) == -1) {
		own->unknown = true;
		return;
	}
	for (i = all; i != NULL; i = i->ifa_next) {
		if (i->ifa_addr == NULL)
			continue;
		a = addr_of(i->ifa_addr);
		if (a.family == any->family)
			add_endpoint(own, &a, any->port);
	}
	freeifaddrs(all);
}

static bool
is_beyond_loopback(const struct supervisor *s)
{
	for (size_t i = 0; i < s->nlisten; i++) {
		struct addr a = rule_plain(&s->listen[i]);

		if (!addr_is_loopback(&a))
			return true;
	}
	return false;
}

/* No change waits for an address: what was protected last stays so. */
static void
keep_own(const struct supervisor *s, struct own *own)
{
	own->failed = own->failed || s->rules == NULL;
	own->n = 0;
	for (size_t i = 0; i < rules_count(s->rules); i++) {
		struct rules_row row = rules_row(s->rules, i);

		if (row.own)
			add(own, row.text);
	}
}

static void
list_own(const struct supervisor *s, struct own *own)
{
	if (!is_beyond_loopback(s))
		return;
	for (size_t i = 0; i < sizeof inside / sizeof *inside; i++)
		add(own, inside[i]);
	for (size_t i = 0; i < s->nguarded; i++) {
		add_endpoint(own, &s->guarded[i], s->guarded[i].port);
		if (addr_is_any(&s->guarded[i]))
			add_everywhere(own, &s->guarded[i]);
	}
	if (own->unknown)
		keep_own(s, own);
}

/* All rules as they should be: theirs, then ours. */
struct draft {
	struct own own;
	const char **texts;
	size_t n, theirs;
};

/* False: out of memory. draft_free() in any case. */
static bool
draft_make(const struct supervisor *s, struct draft *d)
{
	const char *const *items =
	    settings_list(s->settings, SETTING_rule, &d->theirs);

	list_own(s, &d->own);
	d->n = d->theirs + d->own.n;
	d->texts = calloc(d->n + 1, sizeof(const char *));
	if (d->own.failed || d->texts == NULL)
		return false;
	for (size_t i = 0; i < d->theirs; i++)
		d->texts[i] = items[i];
	for (size_t i = 0; i < d->own.n; i++)
		d->texts[d->theirs + i] = d->own.texts[i];
	return true;
}

static bool
draft_holds(const struct supervisor *s, const struct draft *d)
{
	return s->rules != NULL &&
	       rules_are(s->rules, d->texts, d->n, d->theirs);
}

static void
draft_free(struct draft *d)
{
	free(d->texts);
	free(d->own.texts);
}

int
guard_refresh(struct supervisor *s, struct rules **before)
{
	struct draft d = { 0 };
	struct rules *fresh = NULL;
	int err = -ENOMEM;

	*before = NULL;
	if (draft_make(s, &d)) {
		if (draft_holds(s, &d))
			err = 0;
		else
			fresh = rules_new(d.texts, d.n, d.theirs, s->rules);
	}
	draft_free(&d);
	if (fresh == NULL)
		return err;
	*before = s->rules;
	s->rules = fresh;
	return 0;
}

void
guard_watch(struct supervisor *s)
{
	struct draft d = { 0 };
	bool anywhere = false, changed;

	for (size_t i = 0; i < s->nguarded; i++)
		anywhere = anywhere || addr_is_any(&s->guarded[i]);
	if (!anywhere || s->stopping || !is_beyond_loopback(s))
		return;
	changed = draft_make(s, &d) && !draft_holds(s, &d);
	draft_free(&d);
	if (changed && publish(s, NULL) == NULL)
		log_error("main", "rules not renewed", "out of memory");
}

/* Behind one of these no rule opens this host. */
static bool
is_barrier(const char *text)
{
	return strcmp(text, "deny") == 0 || strcmp(text, inside[0]) == 0;
}

/* Does it allow without saying where to? */
static bool
is_broad(const char *text)
{
	char why[RULE_WHY];
	unsigned word = 0;
	struct rule r;

	return rule_parse(&r, &text, &word, why) && r.allow &&
	       r.to == RULE_TO_ANY;
}

void
guard_warn(const struct supervisor *s)
{
	size_t n = is_beyond_loopback(s) ? rules_count(s->rules) : 0;

	for (size_t i = 0; i < n; i++) {
		struct rules_row row = rules_row(s->rules, i);

		if (row.own || is_barrier(row.text))
			return;
		if (!is_broad(row.text))
			continue;
		log_warn("main", "not protecting",
		    "rule=\"%s\" opens this host's loopback too: say where "
		    "to, or deny that before",
		    row.text);
		return;
	}
}

void
guard_say(const struct supervisor *s)
{
	if (is_beyond_loopback(s))
		log_info("main", "protecting",
		    "clients reach loopback, link-local addresses and %zu "
		    "admin endpoints only where a rule allows it",
		    s->nguarded);
	guard_warn(s);
}

int
supervisor_guard(struct supervisor *s, const struct addr *endpoint)
{
	struct addr *more =
	    realloc(s->guarded, (s->nguarded + 1) * sizeof *more);

	if (more == NULL)
		return -ENOMEM;
	s->guarded = more;
	s->guarded[s->nguarded++] = *endpoint;
	return 0;
}

const struct rules *
supervisor_rules(const struct supervisor *s)
{
	return s->rules;
}
