/*
 * The rules in force: the operator's first, then those with which a daemon that
 * serves beyond loopback protects its own host.
 */

#include <ifaddrs.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>

#include "core/password.h"
#include "daemon/options.h"
#include "daemon/state.h"
#include "proto/socks5.h"

struct play {
	struct event_base *base;
	struct supervisor *s;
};

/* This host does not tell its addresses, as when descriptors have run out. */
static bool silent;

int __real_getifaddrs(struct ifaddrs **);
int __wrap_getifaddrs(struct ifaddrs **);

int
__wrap_getifaddrs(struct ifaddrs **all)
{
	if (!silent)
		return __real_getifaddrs(all);
	errno = EMFILE;
	return -1;
}

static void
set(struct settings *settings, const char *key, const char *value)
{
	char why[160];

	if (settings_set(settings, ORIGIN_FILE, key, value, why) != 0)
		fail_msg("%s", why);
}

/* A daemon that listens there, under one rule, and guards one endpoint. */
static void
begin(struct play *p, const char *listen, const char *rule, const char *guarded)
{
	static const struct options nobody;
	struct settings *settings = settings_new();
	char why[SUPERVISOR_WHY];
	struct addr a;

	assert_int_equal(password_start(), 0);
	set(settings, "listen", listen);
	set(settings, "store", "memory:");
	set(settings, "access-log", "off");
	set(settings, "rule", rule);
	p->base = event_base_new();
	p->s = supervisor_new(p->base, settings, "-");
	assert_non_null(p->s);
	assert_int_equal(supervisor_bind(p->s, why), 0);
	assert_int_equal(supervisor_load(p->s, &nobody, why), 0);
	assert_true(addr_parse(&a, guarded, 0));
	assert_int_equal(supervisor_guard(p->s, &a), 0);
	assert_int_equal(supervisor_start(p->s, why), 0);
}

static void
end(struct play *p)
{
	supervisor_stop(p->s);
	event_base_dispatch(p->base);
	supervisor_free(p->s);
	event_base_free(p->base);
}

static bool
may_reach(struct play *p, const char *where)
{
	static const struct addr client = { .ip = { 198, 51, 100, 1 },
		.family = ADDR_V4 };
	struct rules_ask ask = { .client = &client, .command = SOCKS_CONNECT };
	struct addr to;

	assert_true(addr_parse(&to, where, 80));
	ask.to = &to;
	ask.port = to.port;
	return rules_find(supervisor_rules(p->s), &ask).verdict == RULES_ALLOW;
}

static void
a_daemon_on_loopback_has_no_rules_of_its_own(void **state)
{
	struct play p;

	(void)state;
	begin(&p, "127.0.0.1:0 [::1]:0", "none", "127.0.0.1:8080");
	assert_int_equal(rules_count(supervisor_rules(p.s)), 0);
	assert_true(may_reach(&p, "127.0.0.1:8080"));
	end(&p);
}

static void
a_daemon_beyond_loopback_protects_its_host(void **state)
{
	static const char *const inside[] = { "127.0.0.1", "127.1.2.3",
		"0.0.0.0", "0.1.2.3", "169.254.169.254", "[::1]", "[::]",
		"[fe80::1]", "[febf::1]", "[::ffff:127.0.0.1]",
		"[::ffff:0.0.0.0]", "[::ffff:169.254.1.1]", "192.0.2.9:8080" };
	static const char *const outside[] = { "192.0.2.9", "198.51.100.7:8080",
		"[2001:db8::1]", "[fec0::1]", "10.0.0.1" };
	struct play p;

	(void)state;
	begin(&p, "127.0.0.1:0 0.0.0.0:0", "none", "192.0.2.9:8080");
	for (size_t i = 0; i < sizeof inside / sizeof *inside; i++)
		assert_false(may_reach(&p, inside[i]));
	for (size_t i = 0; i < sizeof outside / sizeof *outside; i++)
		assert_true(may_reach(&p, outside[i]));
	assert_true(rules_row(supervisor_rules(p.s), 0).own);
	end(&p);
}

static void
the_operators_rules_come_first(void **state)
{
	struct play p;

	(void)state;
	begin(&p, "0.0.0.0:0",
	    "allow to 127.0.0.1 port 80 allow to 192.0.2.9 port 8080",
	    "192.0.2.9:8080");
	assert_true(may_reach(&p, "127.0.0.1:80"));
	assert_true(may_reach(&p, "0.0.0.0:80"));
	assert_false(may_reach(&p, "127.0.0.1:81"));
	assert_true(may_reach(&p, "192.0.2.9:8080"));
	assert_false(rules_row(supervisor_rules(p.s), 1).own);
	assert_true(rules_row(supervisor_rules(p.s), 2).own);
	end(&p);
}

/* Each address of this host in the family of what is listened on. */
static void
an_endpoint_on_any_address_is_protected_on_all(void **state)
{
	struct ifaddrs *all, *i;
	char text[ADDR_TEXT];
	struct play p;
	struct addr a;
	size_t n = 0;

	(void)state;
	begin(&p, "0.0.0.0:0", "allow to 127.0.0.0/8 port 80", "0.0.0.0:8080");
	assert_int_equal(getifaddrs(&all), 0);
	for (i = all; i != NULL; i = i->ifa_next) {
		a = i->ifa_addr != NULL ? addr_of(i->ifa_addr)
					: (struct addr){ 0 };
		if (a.family != ADDR_V4)
			continue;
		n++;
		a.port = 8080;
		addr_print(&a, text);
		assert_false(may_reach(&p, text));
	}
	freeifaddrs(all);
	assert_true(n > 0);
	end(&p);
}

/* As if an address had come: what is listed no longer fits what is there. */
static void
the_hosts_addresses_are_looked_at_again(void **state)
{
	const struct rules *before;
	struct play p;
	struct addr any;

	(void)state;
	begin(&p, "0.0.0.0:0", "allow to 127.0.0.1 port 80", "192.0.2.9:8080");
	before = supervisor_rules(p.s);
	guard_watch(p.s);
	assert_ptr_equal(supervisor_rules(p.s), before);
	assert_true(addr_parse(&any, "0.0.0.0:80", 0));
	assert_int_equal(supervisor_guard(p.s, &any), 0);
	guard_watch(p.s);
	/* The old set is there until the loop runs. */
	assert_ptr_not_equal(supervisor_rules(p.s), before);
	assert_true(rules_count(supervisor_rules(p.s)) > rules_count(before));
	before = supervisor_rules(p.s);
	guard_watch(p.s);
	assert_ptr_equal(supervisor_rules(p.s), before);
	end(&p);
}

static void
on_done(struct change *c, void *arg)
{
	assert_int_equal(c->result, CHANGE_DONE);
	*(bool *)arg = true;
}

static void
change(
    struct play *p, enum change_kind kind, const char *key, const char *value)
{
	struct actor root = { .text = "local:0" };
	struct change *c = change_setting(kind, key, value);
	bool done = false;

	supervisor_change(p->s, c, &root, on_done, &done);
	while (!done)
		event_base_loop(p->base, EVLOOP_ONCE);
}

static void
rules_change_at_run_time_and_keep_their_counts(void **state)
{
	struct rules_found first = { .verdict = RULES_DENY, .rule = 0 };
	const struct rules *before;
	struct play p;

	(void)state;
	begin(&p, "127.0.0.1:0", "deny to 10.0.0.0/8", "127.0.0.1:8080");
	rules_count_hit(supervisor_rules(p.s), &first);
	change(
	    &p, CHANGE_SET, "rule", "allow to 10.1.0.0/16 deny to 10.0.0.0/8");
	assert_true(may_reach(&p, "10.1.0.1"));
	assert_false(may_reach(&p, "10.2.0.1"));
	assert_int_equal(rules_row(supervisor_rules(p.s), 0).hits, 0);
	assert_int_equal(rules_row(supervisor_rules(p.s), 1).hits, 1);
	/* Other changes leave the set alone. */
	before = supervisor_rules(p.s);
	change(&p, CHANGE_SET, "buffer-size", "4096");
	assert_ptr_equal(supervisor_rules(p.s), before);
	change(&p, CHANGE_SET, "rule", "none");
	assert_true(may_reach(&p, "10.2.0.1"));
	change(&p, CHANGE_UNSET, "rule", "");
	assert_false(may_reach(&p, "10.1.0.1"));
	end(&p);
}

static void
a_change_takes_effect_though_the_hosts_addresses_cannot_be_had(void **state)
{
	const struct rules *before;
	struct play p;
	size_t n;

	(void)state;
	begin(&p, "0.0.0.0:0", "none", "0.0.0.0:8080");
	before = supervisor_rules(p.s);
	n = rules_count(before);
	silent = true;
	change(&p, CHANGE_SET, "buffer-size", "4096");
	assert_ptr_equal(supervisor_rules(p.s), before);
	change(&p, CHANGE_SET, "rule", "deny to 192.0.2.9");
	silent = false;
	assert_int_equal(rules_count(supervisor_rules(p.s)), n + 1);
	assert_false(may_reach(&p, "192.0.2.9:80"));
	assert_false(may_reach(&p, "127.0.0.1:80"));
	end(&p);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_daemon_on_loopback_has_no_rules_of_its_own),
		cmocka_unit_test(a_daemon_beyond_loopback_protects_its_host),
		cmocka_unit_test(the_operators_rules_come_first),
		cmocka_unit_test(the_hosts_addresses_are_looked_at_again),
		cmocka_unit_test(
		    an_endpoint_on_any_address_is_protected_on_all),
		cmocka_unit_test(
		    rules_change_at_run_time_and_keep_their_counts),
		cmocka_unit_test(
		    a_change_takes_effect_though_the_hosts_addresses_cannot_be_had),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
