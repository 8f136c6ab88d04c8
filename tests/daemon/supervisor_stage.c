#include "tests/daemon/supervisor_stage.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/password.h"
#include "daemon/options.h"

static void
given(struct options_account *a, const char *name)
{
	(void)snprintf(a->name, sizeof a->name, "%s", name);
	secret_set(&a->password, "secret", 6);
}

static int
begin_with(void **state, const struct options *options)
{
	struct play *p = calloc(1, sizeof *p);
	struct settings *settings = settings_new();
	char why[SUPERVISOR_WHY];

	assert_int_equal(password_start(), 0);
	assert_non_null(p);
	assert_int_equal(
	    settings_set(settings, ORIGIN_OPTION, "listen", "127.0.0.1:0", why),
	    0);
	assert_int_equal(
	    settings_set(settings, ORIGIN_OPTION, "store", "memory:", why), 0);
	assert_int_equal(
	    settings_set(settings, ORIGIN_OPTION, "workers", "2", why), 0);
	assert_int_equal(
	    settings_set(settings, ORIGIN_OPTION, "access-log", "off", why), 0);
	p->base = event_base_new();
	p->s = supervisor_new(p->base, settings, "-");
	assert_non_null(p->s);
	assert_int_equal(supervisor_bind(p->s, why), 0);
	assert_int_equal(supervisor_load(p->s, options, why), 0);
	assert_int_equal(supervisor_start(p->s, why), 0);
	(void)snprintf(p->root.text, sizeof p->root.text, "local:0");
	*state = p;
	return 0;
}

int
begin(void **state)
{
	static struct options options;

	given(&options.admins[0], "root");
	options.nadmins = 1;
	return begin_with(state, &options);
}

int
begin_with_a_regular_user(void **state)
{
	static struct options options;

	given(&options.users[0], "alice");
	options.nusers = 1;
	return begin_with(state, &options);
}

int
end_at_once(void **state)
{
	struct play *p = *state;

	supervisor_free(p->s);
	event_base_free(p->base);
	free(p);
	return 0;
}

int
end(void **state)
{
	struct play *p = *state;

	supervisor_stop(p->s);
	event_base_dispatch(p->base);
	return end_at_once(state);
}

void
on_done(struct change *c, void *arg)
{
	struct answer *a = arg;

	a->there = true;
	a->result = c->result;
	(void)snprintf(a->why, sizeof a->why, "%s", c->why);
}

struct answer
ask(struct play *p, struct change *c)
{
	struct answer a = { 0 };

	if (supervisor_change(p->s, c, &p->root, on_done, &a) != 0)
		return (struct answer){ true, CHANGE_FAILED, "" };
	assert_false(a.there);
	while (!a.there)
		event_base_loop(p->base, EVLOOP_ONCE);
	return a;
}

struct change *
change(enum change_kind kind, const char *name)
{
	struct change *c = change_new(kind);

	(void)snprintf(c->name, sizeof c->name, "%s", name);
	return c;
}

struct change *
adding(const char *name, enum role role)
{
	struct change *c = change(CHANGE_ADD, name);

	secret_set(&c->password, "secret", 6);
	c->role = role;
	c->enabled = true;
	return c;
}

const struct account *
find(struct play *p, const char *name)
{
	return accounts_find(supervisor_accounts(p->s), name, strlen(name));
}
