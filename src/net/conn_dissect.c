/*
 * Relays that the dissector reads; net/conn.h. Its state lies behind the conn's
 * names, so that a tunnel that is not read carries nothing for it.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "core/dissect.h"
#include "net/conn.h"

enum {
	ALIGN = 16,
	TARGET_TEXT = 255 + sizeof "[]:65535",
};

static size_t
size_of(const struct names *n)
{
	return sizeof *n + n->user_len + n->target_len;
}

static size_t
place_of(const struct names *n)
{
	return (size_of(n) + ALIGN - 1) / ALIGN * ALIGN;
}

static struct dissect *
state_of(const struct conn *c)
{
	return (struct dissect *)((char *)c->names + place_of(c->names));
}

/* "example.org:443", "[2001:db8::1]:443"; returns the length. */
static size_t
print_target(char text[TARGET_TEXT], const struct access *a)
{
	bool v6 = memchr(a->target, ':', a->target_len) != NULL;

	return (size_t)snprintf(text, TARGET_TEXT, "%s%.*s%s:%u", v6 ? "[" : "",
	    (int)a->target_len, a->target, v6 ? "]" : "", a->port);
}

/*
 * Hand a finding on to main; `a` says all there is to say of it, with the
 * password masked.
 */
static void
hand_on(
    struct conn *c, const struct access *a, const struct dissect_finding *found)
{
	bool plain =
	    c->all->policy->limits.passwords && found->password != NULL;
	char client[ADDR_TEXT], target[TARGET_TEXT];
	const struct finding_text texts[FINDING_PARTS] = {
		[FINDING_USER] = { a->user, a->user_len },
		[FINDING_CLIENT] = { client, addr_print(a->client, client) },
		[FINDING_TARGET] = { target, print_target(target, a) },
		[FINDING_PROTOCOL] = { a->protocol, strlen(a->protocol) },
		[FINDING_LOGIN] = { a->login, a->login_len },
		[FINDING_PASSWORD] = { plain ? found->password : a->password,
		    plain ? found->password_len : a->password_len },
	};
	const struct finding head = {
		.session = c->id,
		.time = a->wall_us / 1000000,
		.confirmed = a->confirmed,
		.plain = plain,
	};

	if (!finds_add(&c->all->finds, finding_new(&head, texts), c->all->main,
		c->all->index))
		metrics_add(&c->all->metrics->findings_lost, 1);
}

static void
on_found(const struct dissect_finding *f, void *arg)
{
	struct conn *c = arg;
	char line[ACCESS_LINE], ip[ADDR_TEXT], mask[DISSECT_MASKED];
	struct access a = {
		.event = ACCESS_FINDING,
		.wall_us = clock_wall_us(),
		.protocol = f->protocol,
		.login = f->login,
		.login_len = f->login_len,
		.password = mask,
		.password_len =
		    dissect_mask(mask, f->password, f->password_len),
		.confirmed = f->confirmed,
	};

	metrics_add(&c->all->metrics->findings, 1);
	conn_describe(c, &a, ip);
	hand_on(c, &a, f);
	if (c->all->policy->limits.access_log)
		log_access(line, access_line(line, &c->all->clock, &a,
				     c->all->policy->limits.access_json));
}

/* Give the state's memory back. */
static void
forget(struct conn *c)
{
	struct names *names = c->names;
	size_t size = size_of(names);

	dissect_wipe(state_of(c));
	c->flags &= (uint16_t)~CONN_READ;
	c->all->reads--;
	if (size == sizeof *names && names->live == NULL) {
		free(names);
		c->names = NULL;
	} else if ((names = realloc(names, size)) != NULL) {
		c->names = names; /* else it stays as large as it is */
	}
}

static bool
make_room(struct conn *c)
{
	static const struct names nobody = { 0 };
	const struct names *before = c->names != NULL ? c->names : &nobody;
	struct names *names =
	    realloc(c->names, place_of(before) + dissect_size());

	if (names == NULL)
		return false;
	if (c->names == NULL)
		*names = nobody;
	c->names = names;
	return true;
}

void
conn_dissect(struct conn *c, const uint8_t *early, size_t len)
{
	if (!make_room(c))
		return;
	c->flags |= CONN_READ;
	c->all->reads++;
	(void)dissect_begin(state_of(c), c->dialled.port, on_found, c);
	conn_dissect_tap(c, CLIENT, early, len);
}

static enum dissect_side
side_of(uint8_t side)
{
	return side == CLIENT ? DISSECT_CLIENT : DISSECT_SERVER;
}

/* It may have been let go earlier in this turn. */
uint64_t
conn_dissect_blind(void *arg, uint8_t side)
{
	const struct conn *c = arg;

	return c->flags & CONN_READ ? dissect_blind(state_of(c), side_of(side))
				    : UINT64_MAX;
}

void
conn_dissect_tap(void *arg, uint8_t side, const uint8_t *bytes, size_t len)
{
	struct conn *c = arg;

	if (!(c->flags & CONN_READ) || len == 0)
		return;
	if (bytes == NULL)
		dissect_pass(state_of(c), side_of(side), len);
	else if (!dissect_feed(state_of(c), side_of(side), bytes, len))
		forget(c);
}

void
conn_dissect_end(struct conn *c)
{
	dissect_end(state_of(c));
	forget(c);
}

void
conn_dissect_drop(struct conn *c)
{
	forget(c);
}
