/* Names to addresses (RFC 1928 section 5, RFC 8305 sections 3 and 4). */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <ares.h>
#include <cmocka.h>
#include <errno.h>

#include "core/families.h"
#include "net/resolve.h"
#include "tests/net/fake_dns.h"

static const struct fake_name names[] = {
	{ "both", FAKE_GOOD, FAKE_GOOD, { "10.0.0.1", "10.0.0.2" },
	    { "2001:db8::1", "2001:db8::2" }, 0 },
	{ "four", FAKE_GOOD, FAKE_NONE, { "10.0.0.1" }, { NULL }, 0 },
	{ "six", FAKE_NONE, FAKE_GOOD, { NULL }, { "2001:db8::1" }, 0 },
	{ "dead", FAKE_SILENT, FAKE_SILENT, { NULL }, { NULL }, 0 },
	{ "dead6", FAKE_GOOD, FAKE_SILENT, { "10.0.0.1" }, { NULL }, 0 },
	{ "late6", FAKE_GOOD, FAKE_HELD, { "10.0.0.1" }, { "2001:db8::1" }, 0 },
	{ "late4", FAKE_HELD, FAKE_GOOD, { "10.0.0.1" }, { "2001:db8::1" }, 0 },
	{ "held", FAKE_HELD, FAKE_NONE, { "10.0.0.1" }, { NULL }, 0 },
	{ "failed", FAKE_FAILED, FAKE_FAILED, { NULL }, { NULL }, 0 },
	{ "rubbish", FAKE_RUBBISH, FAKE_RUBBISH, { NULL }, { NULL }, 0 },
	{ "rubbish6", FAKE_GOOD, FAKE_RUBBISH, { "10.0.0.1" }, { NULL }, 0 },
	{ "many", FAKE_GOOD, FAKE_NONE, { NULL }, { NULL }, 28 },
	{ NULL, FAKE_NONE, FAKE_NONE, { NULL }, { NULL }, 0 },
};

/* What a lookup has told. */
struct told {
	struct event_base *base;
	struct addr addrs[2 * RESOLVE_MOST];
	size_t count;
	unsigned calls;
	bool last;
	int err;
	bool stop;             /* leave the loop after each call */
	struct lookup *cancel; /* from inside found() */
};

struct fixture {
	struct event_base *base;
	struct fake_dns *dns;
	struct resolver *resolver;
	struct told told;
};

static const struct resolver_options quick = {
	.timeout_ms = 20,
	.tries = 2,
	.most = 4,
	.delay_ms = 5,
};

static void
begin_with(struct fixture *f, struct resolver_options options)
{
	memset(f, 0, sizeof *f);
	f->base = event_base_new();
	f->dns = fake_dns_new(f->base, names);
	options.servers = fake_dns_server(f->dns);
	f->resolver = resolver_new(f->base, &options);
	assert_non_null(f->resolver);
	f->told.base = f->base;
}

static void
begin(struct fixture *f)
{
	begin_with(f, quick);
}

static void
end(struct fixture *f)
{
	resolver_free(f->resolver);
	fake_dns_free(f->dns);
	event_base_free(f->base);
}

static void
on_found(const struct found *found, void *arg)
{
	struct told *t = arg;

	assert_false(t->last);
	assert_true(found->last || found->count > 0);
	memcpy(t->addrs + t->count, found->addrs,
	    found->count * sizeof t->addrs[0]);
	t->count += found->count;
	t->calls++;
	t->last = found->last;
	t->err = found->err;
	if (t->cancel != NULL)
		resolve_cancel(t->cancel);
	if (t->last || t->stop || t->cancel != NULL)
		event_base_loopbreak(t->base);
}

static struct lookup *
start(struct fixture *f, const char *name)
{
	return resolve_start(
	    f->resolver, name, strlen(name), on_found, &f->told);
}

/* A name of its own for each. */
static struct lookup *
start_numbered(
    struct fixture *f, const char *name, size_t number, struct told *told)
{
	char text[32];
	int len = snprintf(text, sizeof text, "%s%zu.", name, number);
	struct lookup *l =
	    resolve_start(f->resolver, text, (size_t)len, on_found, told);

	assert_non_null(l);
	return l;
}

static void
ask(struct fixture *f, const char *name)
{
	assert_non_null(start(f, name));
	assert_int_equal(f->told.calls, 0);
	event_base_dispatch(f->base);
	assert_true(f->told.last);
}

static void
assert_told(const struct fixture *f, size_t i, const char *want)
{
	char text[ADDR_TEXT];

	assert_true(i < f->told.count);
	addr_ip(&f->told.addrs[i], text);
	assert_string_equal(text, want);
	assert_int_equal(f->told.addrs[i].port, 0);
}

/* ---- answers */

static void
a_name_with_addresses_of_both_families_gives_them_all(void **state)
{
	struct fixture f;

	(void)state;
	begin(&f);
	ask(&f, "both.test.");
	assert_int_equal(f.told.err, 0);
	assert_int_equal(f.told.count, 4);
	families_alternate(f.told.addrs, f.told.count, ADDR_V6);
	assert_told(&f, 0, "2001:db8::1");
	assert_told(&f, 1, "10.0.0.1");
	assert_told(&f, 2, "2001:db8::2");
	assert_told(&f, 3, "10.0.0.2");
	end(&f);
}

static void
a_name_with_one_family_is_told_once_and_whole(void **state)
{
	static const char *const asked[] = { "four.test.", "six.test." };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct fixture f;

		begin(&f);
		ask(&f, asked[i]);
		assert_int_equal(f.told.calls, 1);
		assert_int_equal(f.told.count, 1);
		assert_told(&f, 0, i == 0 ? "10.0.0.1" : "2001:db8::1");
		end(&f);
	}
}

static void
names_that_fail_in_any_way_are_unreachable(void **state)
{
	static const char *const asked[] = { "missing.test.", "failed.test.",
		"rubbish.test.", "dead.test." };

	(void)state;
	for (size_t i = 0; i < sizeof asked / sizeof asked[0]; i++) {
		struct fixture f;

		begin(&f);
		ask(&f, asked[i]);
		assert_int_equal(f.told.count, 0);
		assert_int_equal(f.told.err, -EHOSTUNREACH);
		assert_int_equal(resolver_busy(f.resolver), 0);
		end(&f);
	}
}

static void
octets_that_are_no_name_are_unreachable_without_a_question(void **state)
{
	static const struct {
		const char *name;
		size_t len;
	} bad[] = { { "", 0 }, { "a\0b.test", 8 }, { "a..test", 7 },
		{ "x.onion", 7 }, { "a\\098.test", 10 } };
	char longest[255];

	(void)state;
	for (size_t i = 0; i <= sizeof bad / sizeof bad[0]; i++) {
		struct fixture f;

		begin(&f);
		memset(longest, 'a', sizeof longest);
		if (i < sizeof bad / sizeof bad[0])
			assert_non_null(resolve_start(f.resolver, bad[i].name,
			    bad[i].len, on_found, &f.told));
		else
			assert_non_null(resolve_start(f.resolver, longest,
			    sizeof longest, on_found, &f.told));
		event_base_dispatch(f.base);
		assert_int_equal(f.told.err, -EHOSTUNREACH);
		assert_int_equal(fake_dns_asked(f.dns), 0);
		end(&f);
	}
}

static void
of_many_addresses_the_first_sixteen_are_kept(void **state)
{
	struct fixture f;

	(void)state;
	begin(&f);
	ask(&f, "many.test.");
	assert_int_equal(f.told.count, RESOLVE_MOST);
	assert_told(&f, 15, "127.1.0.16");
	end(&f);
}

static void
rubbish_for_one_family_does_not_spoil_the_other(void **state)
{
	struct fixture f;

	(void)state;
	begin(&f);
	ask(&f, "rubbish6.test.");
	assert_int_equal(f.told.count, 1);
	assert_told(&f, 0, "10.0.0.1");
	end(&f);
}

static void
a_server_that_is_not_there_is_unreachable(void **state)
{
	struct fixture f;
	struct resolver_options options = quick;

	(void)state;
	begin(&f);
	resolver_free(f.resolver);
	options.servers = fake_dns_server(f.dns);
	f.resolver = resolver_new(f.base, &options);
	fake_dns_free(f.dns);
	ask(&f, "both.test.");
	assert_int_equal(f.told.err, -EHOSTUNREACH);
	f.dns = fake_dns_new(f.base, names);
	end(&f);
}

/* ---- two families (RFC 8305 section 3) */

static void
ipv4_does_not_wait_for_a_server_that_is_silent_about_ipv6(void **state)
{
	struct fixture f;
	struct lookup *l;

	(void)state;
	begin(&f);
	f.told.stop = true;
	l = start(&f, "dead6.test.");
	event_base_dispatch(f.base);
	assert_int_equal(f.told.count, 1);
	assert_false(f.told.last);
	resolve_cancel(l);
	end(&f);
}

static void
the_later_family_is_told_in_a_second_call(void **state)
{
	static const char *const asked[] = { "late6.test.", "late4.test." };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct fixture f;

		begin_with(&f, (struct resolver_options){ .timeout_ms = 5000,
				   .tries = 1,
				   .most = 4,
				   .delay_ms = 5 });
		f.told.stop = true;
		assert_non_null(start(&f, asked[i]));
		event_base_dispatch(f.base);
		assert_int_equal(f.told.calls, 1);
		assert_told(&f, 0, i == 0 ? "10.0.0.1" : "2001:db8::1");
		fake_dns_release(f.dns);
		event_base_dispatch(f.base);
		assert_int_equal(f.told.calls, 2);
		assert_true(f.told.last);
		assert_int_equal(f.told.count, 2);
		assert_told(&f, 1, i == 1 ? "10.0.0.1" : "2001:db8::1");
		end(&f);
	}
}

/* ---- /etc/hosts */

static void
a_name_in_the_hosts_file_is_not_asked_for(void **state)
{
	char path[] = "/tmp/socks5d-hosts-XXXXXX";
	static const char text[] =
	    "192.0.2.7 both.test\n2001:db8::7 both.test\n"
	    "192.0.2.8 four.test\n";
	int fd = mkstemp(path);
	struct fixture f;

	(void)state;
	assert_int_not_equal(fd, -1);
	assert_int_equal(write(fd, text, sizeof text - 1), sizeof text - 1);
	close(fd);
	setenv("CARES_HOSTS", path, 1);
	begin(&f);
	ask(&f, "both.test");
	assert_int_equal(f.told.count, 2);
	f.told = (struct told){ .base = f.base };
	ask(&f, "four.test");
	assert_int_equal(f.told.count, 1);
	assert_told(&f, 0, "192.0.2.8");
	assert_int_equal(fake_dns_asked(f.dns), 0);
	end(&f);
	unsetenv("CARES_HOSTS");
	unlink(path);
}

static void
localhost_is_this_host_and_nobody_is_asked(void **state)
{
	struct fixture f;

	(void)state;
	begin(&f);
	ask(&f, "localhost");
	assert_true(f.told.count > 0);
	for (size_t i = 0; i < f.told.count; i++)
		assert_true(addr_is_loopback(&f.told.addrs[i]));
	assert_int_equal(fake_dns_asked(f.dns), 0);
	end(&f);
}

/* ---- limits and cancelling */

static void
lookups_beyond_the_limit_wait_in_line_and_are_answered(void **state)
{
	enum { ASKERS = 20 };
	struct fixture f;
	static struct told told[ASKERS];
	unsigned done = 0;

	(void)state;
	begin(&f);
	for (size_t i = 0; i < ASKERS; i++) {
		told[i] = (struct told){ .base = f.base };
		start_numbered(&f, "four.test", i, &told[i]);
	}
	assert_int_equal(resolver_busy(f.resolver), quick.most);
	while (done < ASKERS) {
		event_base_loop(f.base, EVLOOP_ONCE);
		assert_true(resolver_busy(f.resolver) <= quick.most);
		done = 0;
		for (size_t i = 0; i < ASKERS; i++)
			done += told[i].last;
	}
	end(&f);
}

static void
a_long_line_of_names_that_fail_at_once_is_no_deep_recursion(void **state)
{
	enum { ASKERS = 50000 };
	struct fixture f;
	struct told *told = calloc(ASKERS + 1, sizeof *told);

	(void)state;
	begin_with(
	    &f, (struct resolver_options){
		    .timeout_ms = 5000, .tries = 1, .most = 1, .delay_ms = 5 });
	told[0].base = f.base;
	assert_non_null(
	    resolve_start(f.resolver, "held.test.", 10, on_found, &told[0]));
	for (size_t i = 1; i <= ASKERS; i++) {
		told[i].base = f.base;
		(void)start_numbered(&f, "a..test", i, &told[i]);
	}
	while (fake_dns_asked(f.dns) < 2)
		event_base_loop(f.base, EVLOOP_ONCE);
	fake_dns_release(f.dns);
	while (!told[ASKERS].last)
		event_base_loop(f.base, EVLOOP_ONCE);
	free(told);
	end(&f);
}

static void
a_cancelled_lookup_says_nothing_whenever_that_happens(void **state)
{
	struct fixture f;
	struct lookup *l[7];

	(void)state;
	begin(&f);
	l[0] = start(&f, "localhost"); /* about to tell */
	l[1] = start(&f, "");          /* about to fail */
	for (size_t i = 2; i < 6; i++) /* asked */
		l[i] = start_numbered(&f, "both.test", i, &f.told);
	l[6] = start(&f, "both.test."); /* in line */
	for (size_t i = 0; i < 7; i++)
		resolve_cancel(l[i]);
	assert_int_equal(resolver_busy(f.resolver), 4);
	while (resolver_busy(f.resolver) > 0)
		event_base_loop(f.base, EVLOOP_ONCE);
	event_base_loop(f.base, EVLOOP_NONBLOCK);
	assert_int_equal(f.told.calls, 0);
	end(&f);
}

static void
a_lookup_may_be_cancelled_from_inside_found(void **state)
{
	struct fixture f;

	(void)state;
	begin(&f);
	f.told.cancel = start(&f, "dead6.test.");
	event_base_dispatch(f.base);
	assert_int_equal(f.told.calls, 1);
	end(&f);
}

static void
silent_servers_do_not_keep_their_places_for_ever(void **state)
{
	struct fixture f;

	(void)state;
	begin(&f);
	for (size_t i = 0; i < quick.most; i++)
		resolve_cancel(start_numbered(&f, "dead.test", i, &f.told));
	assert_int_equal(resolver_busy(f.resolver), quick.most);
	ask(&f, "four.test.");
	assert_int_equal(f.told.count, 1);
	end(&f);
}

static void
a_resolver_may_end_while_c_ares_waits_for_cancelled_lookups(void **state)
{
	struct fixture f;

	(void)state;
	begin(&f);
	resolve_cancel(start(&f, "dead.test."));
	event_base_loop(f.base, EVLOOP_NONBLOCK);
	end(&f); /* the sanitizers see what would be left */
	resolver_free(NULL);
}

static void
servers_that_are_no_addresses_are_refused(void **state)
{
	struct event_base *base = event_base_new();
	struct resolver_options options = quick;

	(void)state;
	options.servers = "not an address";
	assert_null(resolver_new(base, &options));
	assert_int_equal(errno, EINVAL);
	event_base_free(base);
}

/* ---- memory */

static long allocations_left = -1; /* -1: no limit */

static bool
allowed(void)
{
	if (allocations_left > 0)
		allocations_left--;
	else if (allocations_left == 0)
		return false;
	return true;
}

static void *
our_malloc(size_t n)
{
	return allowed() ? malloc(n) : NULL;
}

static void *
our_realloc(void *p, size_t n)
{
	return allowed() ? realloc(p, n) : NULL;
}

void *__real_calloc(size_t n, size_t size);
void *__wrap_calloc(size_t n, size_t size);

void *
__wrap_calloc(size_t n, size_t size)
{
	return allowed() ? __real_calloc(n, size) : NULL;
}

static bool
survives(struct fixture *f, long allocations)
{
	struct resolver_options options = quick;
	struct resolver *r;

	options.servers = fake_dns_server(f->dns);
	allocations_left = allocations;
	f->told = (struct told){ .base = f->base };
	r = resolver_new(f->base, &options);
	if (r == NULL) {
		assert_true(errno == ENOMEM || errno == EINVAL);
		return false;
	}
	if (resolve_start(r, "both.test.", 10, on_found, &f->told) != NULL) {
		event_base_dispatch(f->base);
		assert_true(f->told.last);
		assert_true(f->told.count > 0 || f->told.err < 0);
	}
	allocations_left = -1;
	resolver_free(r);
	return f->told.count == 4;
}

static void
any_allocation_may_fail_and_the_asker_is_told(void **state)
{
	struct fixture f;
	long n = 0;

	(void)state;
	begin(&f);
	ares_library_init_mem(ARES_LIB_INIT_ALL, our_malloc, free, our_realloc);
	while (!survives(&f, n)) {
		allocations_left = -1;
		assert_true(n++ < 1000);
	}
	assert_true(n > 10);
	end(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    a_name_with_addresses_of_both_families_gives_them_all),
		cmocka_unit_test(a_name_with_one_family_is_told_once_and_whole),
		cmocka_unit_test(names_that_fail_in_any_way_are_unreachable),
		cmocka_unit_test(
		    octets_that_are_no_name_are_unreachable_without_a_question),
		cmocka_unit_test(of_many_addresses_the_first_sixteen_are_kept),
		cmocka_unit_test(
		    rubbish_for_one_family_does_not_spoil_the_other),
		cmocka_unit_test(a_server_that_is_not_there_is_unreachable),
		cmocka_unit_test(
		    ipv4_does_not_wait_for_a_server_that_is_silent_about_ipv6),
		cmocka_unit_test(the_later_family_is_told_in_a_second_call),
		cmocka_unit_test(a_name_in_the_hosts_file_is_not_asked_for),
		cmocka_unit_test(localhost_is_this_host_and_nobody_is_asked),
		cmocka_unit_test(
		    lookups_beyond_the_limit_wait_in_line_and_are_answered),
		cmocka_unit_test(
		    a_long_line_of_names_that_fail_at_once_is_no_deep_recursion),
		cmocka_unit_test(
		    a_cancelled_lookup_says_nothing_whenever_that_happens),
		cmocka_unit_test(a_lookup_may_be_cancelled_from_inside_found),
		cmocka_unit_test(
		    silent_servers_do_not_keep_their_places_for_ever),
		cmocka_unit_test(
		    a_resolver_may_end_while_c_ares_waits_for_cancelled_lookups),
		cmocka_unit_test(servers_that_are_no_addresses_are_refused),
		cmocka_unit_test(any_allocation_may_fail_and_the_asker_is_told),
	};

	return cmocka_run_group_tests_name("resolve", tests, NULL, NULL);
}
