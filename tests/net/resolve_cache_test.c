/* What a resolver remembers and shares (RFC 1035 section 7.3, RFC 2308). */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <errno.h>

#include "base/clock.h"
#include "net/resolve.h"
#include "tests/net/fake_dns.h"

static const struct fake_name names[] = {
	{ "both", FAKE_GOOD, FAKE_GOOD, { "10.0.0.1" }, { "2001:db8::1" }, 0 },
	{ "empty", FAKE_NONE, FAKE_NONE, { NULL }, { NULL }, 0 },
	{ "half", FAKE_GOOD, FAKE_FAILED, { "10.0.0.1" }, { NULL }, 0 },
	{ "failed", FAKE_FAILED, FAKE_FAILED, { NULL }, { NULL }, 0 },
	{ "held", FAKE_HELD, FAKE_HELD, { "10.0.0.1" }, { "2001:db8::1" }, 0 },
	{ "late6", FAKE_GOOD, FAKE_HELD, { "10.0.0.1" }, { "2001:db8::1" }, 0 },
	{ NULL, FAKE_NONE, FAKE_NONE, { NULL }, { NULL }, 0 },
};

/* The time is the test's. */
static uint32_t now;

uint32_t __wrap_clock_s(void);

uint32_t
__wrap_clock_s(void)
{
	return now;
}

struct told {
	size_t count;
	unsigned calls;
	bool last;
	int err;
	struct lookup *cancel; /* from inside found() */
};

struct fixture {
	struct event_base *base;
	struct fake_dns *dns;
	struct resolver *resolver;
	struct metrics metrics;
};

static void
begin(struct fixture *f)
{
	struct resolver_options options = {
		.timeout_ms = 5000, .tries = 1, .most = 4, .delay_ms = 0
	};

	memset(f, 0, sizeof *f);
	now = 1000;
	f->base = event_base_new();
	f->dns = fake_dns_new(f->base, names);
	options.servers = fake_dns_server(f->dns);
	options.metrics = &f->metrics;
	f->resolver = resolver_new(f->base, &options);
	assert_non_null(f->resolver);
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
	t->count += found->count;
	t->calls++;
	t->last = found->last;
	t->err = found->err;
	if (t->cancel != NULL)
		resolve_cancel(t->cancel);
}

static struct lookup *
start(struct fixture *f, const char *name, struct told *t)
{
	struct lookup *l =
	    resolve_start(f->resolver, name, strlen(name), on_found, t);

	assert_non_null(l);
	return l;
}

static void
wait_asked(struct fixture *f, unsigned n)
{
	while (fake_dns_asked(f->dns) < n)
		event_base_loop(f->base, EVLOOP_ONCE);
}

/* What a lookup finds, and how many questions it costs. */
static unsigned
questions(struct fixture *f, const char *name, struct told *t)
{
	unsigned before = fake_dns_asked(f->dns);

	*t = (struct told){ 0 };
	start(f, name, t);
	assert_int_equal(t->calls, 0);
	while (!t->last)
		event_base_loop(f->base, EVLOOP_ONCE);
	return fake_dns_asked(f->dns) - before;
}

/* ---- for how long */

static void
a_name_is_asked_for_again_when_its_ttl_is_over(void **state)
{
	static const struct {
		uint32_t ttl, kept;
	} rows[] = { { 60, 60 }, { 0, 1 }, { 1, 1 }, { 86400, 3600 } };
	struct fixture f;
	struct told t;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		begin(&f);
		fake_dns_ttl(f.dns, rows[i].ttl);
		assert_int_equal(questions(&f, "both.test", &t), 2);
		assert_int_equal(t.count, 2);
		now += rows[i].kept - 1;
		assert_int_equal(questions(&f, "both.test", &t), 0);
		assert_int_equal(t.count, 2);
		assert_int_equal(t.calls, 1);
		now++;
		assert_int_equal(questions(&f, "both.test", &t), 2);
		assert_int_equal(f.metrics.names_known, 1);
		assert_int_equal(f.metrics.names_asked, 2);
		end(&f);
	}
}

static void
what_does_not_exist_is_kept_for_ten_seconds(void **state)
{
	static const char *const asked[] = { "missing.test", "empty.test" };
	struct fixture f;
	struct told t;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		begin(&f);
		assert_true(questions(&f, asked[i], &t) >= 2);
		now += 9;
		assert_int_equal(questions(&f, asked[i], &t), 0);
		assert_int_equal(t.err, -EHOSTUNREACH);
		now++;
		assert_true(questions(&f, asked[i], &t) >= 2);
		end(&f);
	}
}

static void
failures_are_kept_for_a_second_only(void **state)
{
	static const char *const asked[] = { "failed.test", "half.test" };
	struct fixture f;
	struct told t;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		begin(&f);
		assert_true(questions(&f, asked[i], &t) > 0);
		assert_int_equal(questions(&f, asked[i], &t), 0);
		assert_int_equal(t.count, i);
		now++;
		assert_true(questions(&f, asked[i], &t) > 0);
		end(&f);
	}
}

static void
names_in_the_hosts_file_are_read_again_after_ten_seconds(void **state)
{
	char path[] = "/tmp/socks5d-hosts-XXXXXX";
	static const char text[] = "192.0.2.7 mine.test\n";
	int fd = mkstemp(path);
	struct fixture f;
	struct told t;

	(void)state;
	assert_int_equal(write(fd, text, sizeof text - 1), sizeof text - 1);
	close(fd);
	setenv("CARES_HOSTS", path, 1);
	begin(&f);
	assert_int_equal(questions(&f, "mine.test", &t), 0);
	assert_int_equal(truncate(path, 0), 0);
	now += 9;
	assert_int_equal(questions(&f, "Mine.test", &t), 0);
	assert_int_equal(t.count, 1);
	now++;
	assert_true(questions(&f, "mine.test", &t) > 0);
	assert_int_equal(t.count, 0);
	end(&f);
	unsetenv("CARES_HOSTS");
	unlink(path);
}

/* ---- which names are the same */

static void
case_and_a_final_dot_make_no_other_name(void **state)
{
	static const char *const same[] = { "both.test", "BOTH.test",
		"both.test.", "Both.Test." };
	struct fixture f;
	struct told t;

	(void)state;
	setenv("LOCALDOMAIN", "", 1);
	begin(&f);
	assert_int_equal(questions(&f, "both.TEST", &t), 2);
	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(questions(&f, same[i], &t), 0);
		assert_int_equal(t.count, 2);
	}
	(void)questions(&f, "both.test..", &t);
	assert_int_equal(t.err, -EHOSTUNREACH);
	end(&f);
	unsetenv("LOCALDOMAIN");
}

static void
a_final_dot_counts_where_domains_are_searched(void **state)
{
	struct fixture f;
	struct told t;

	(void)state;
	setenv("LOCALDOMAIN", "example.test", 1);
	begin(&f);
	assert_true(questions(&f, "both", &t) >= 2); /* both.example.test */
	assert_int_equal(t.count, 2);
	assert_int_equal(questions(&f, "both.", &t), 2);
	assert_int_equal(questions(&f, "both.", &t), 0);
	end(&f);
	unsetenv("LOCALDOMAIN");
}

/* ---- one lookup for all */

static void
a_name_is_asked_for_once_whoever_waits(void **state)
{
	enum { ASKERS = 100 };
	static struct told told[ASKERS];
	struct lookup *l[ASKERS];
	struct fixture f;
	struct told t;

	(void)state;
	memset(told, 0, sizeof told);
	begin(&f);
	for (size_t i = 0; i < ASKERS; i++)
		l[i] = start(&f, i % 2 ? "held.test" : "HELD.test", &told[i]);
	assert_int_equal(resolver_busy(f.resolver), 1);
	for (size_t i = 0; i < ASKERS; i += 3)
		resolve_cancel(l[i]);
	wait_asked(&f, 2);
	fake_dns_release(f.dns);
	while (!told[1].last)
		event_base_loop(f.base, EVLOOP_ONCE);
	for (size_t i = 0; i < ASKERS; i++) {
		assert_int_equal(told[i].last, i % 3 != 0);
		assert_int_equal(told[i].count, i % 3 != 0 ? 2 : 0);
	}
	assert_int_equal(fake_dns_asked(f.dns), 2);
	assert_int_equal(f.metrics.names_asked, 1);
	assert_int_equal(f.metrics.names_known, ASKERS - 1);
	assert_int_equal(questions(&f, "held.test", &t), 0);
	end(&f);
}

static void
who_comes_between_the_families_hears_both(void **state)
{
	struct told first = { 0 }, second = { 0 };
	struct fixture f;

	(void)state;
	begin(&f);
	start(&f, "late6.test", &first);
	while (first.calls == 0)
		event_base_loop(f.base, EVLOOP_ONCE);
	start(&f, "late6.test", &second);
	while (second.calls == 0)
		event_base_loop(f.base, EVLOOP_ONCE);
	assert_int_equal(first.calls, 1);
	assert_int_equal(second.count, 1);
	wait_asked(&f, 2);
	fake_dns_release(f.dns);
	while (!first.last || !second.last)
		event_base_loop(f.base, EVLOOP_ONCE);
	assert_int_equal(first.count, 2);
	assert_int_equal(second.count, 2);
	end(&f);
}

static void
who_is_told_may_cancel_those_who_wait_with_him(void **state)
{
	struct told a = { 0 }, b = { 0 };
	struct fixture f;

	(void)state;
	begin(&f);
	b.cancel = start(&f, "both.test", &a);
	a.cancel = start(&f, "both.test", &b);
	while (!a.last && !b.last)
		event_base_loop(f.base, EVLOOP_ONCE);
	event_base_loop(f.base, EVLOOP_NONBLOCK);
	assert_int_equal(a.calls + b.calls, 1); /* whoever came first */
	end(&f);
}

static void
an_answer_that_nobody_waits_for_any_more_is_kept(void **state)
{
	struct told t = { 0 };
	struct fixture f;

	(void)state;
	begin(&f);
	resolve_cancel(start(&f, "both.test", &t));
	while (resolver_busy(f.resolver) > 0)
		event_base_loop(f.base, EVLOOP_ONCE);
	assert_int_equal(questions(&f, "both.test", &t), 0);
	assert_int_equal(t.count, 2);
	end(&f);
}

/* ---- reloading */

static void
a_reload_forgets_what_was_known(void **state)
{
	struct fixture f;
	struct told t;

	(void)state;
	begin(&f);
	(void)questions(&f, "both.test", &t);
	assert_int_equal(resolver_reload(f.resolver), 0);
	assert_int_equal(questions(&f, "both.test", &t), 2);
	end(&f);
}

static void
a_reload_asks_again_for_what_was_being_asked(void **state)
{
	struct told t = { 0 }, forgotten = { 0 };
	struct fixture f;

	(void)state;
	begin(&f);
	start(&f, "held.test", &t);
	resolve_cancel(start(&f, "held.other", &forgotten));
	wait_asked(&f, 4);
	assert_int_equal(resolver_reload(f.resolver), 0);
	assert_int_equal(t.calls, 0);
	assert_int_equal(resolver_busy(f.resolver), 1);
	wait_asked(&f, 6);
	fake_dns_release(f.dns);
	while (!t.last)
		event_base_loop(f.base, EVLOOP_ONCE);
	assert_int_equal(t.count, 2);
	end(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    a_name_is_asked_for_again_when_its_ttl_is_over),
		cmocka_unit_test(what_does_not_exist_is_kept_for_ten_seconds),
		cmocka_unit_test(failures_are_kept_for_a_second_only),
		cmocka_unit_test(
		    names_in_the_hosts_file_are_read_again_after_ten_seconds),
		cmocka_unit_test(case_and_a_final_dot_make_no_other_name),
		cmocka_unit_test(a_final_dot_counts_where_domains_are_searched),
		cmocka_unit_test(a_name_is_asked_for_once_whoever_waits),
		cmocka_unit_test(who_comes_between_the_families_hears_both),
		cmocka_unit_test(
		    who_is_told_may_cancel_those_who_wait_with_him),
		cmocka_unit_test(
		    an_answer_that_nobody_waits_for_any_more_is_kept),
		cmocka_unit_test(a_reload_forgets_what_was_known),
		cmocka_unit_test(a_reload_asks_again_for_what_was_being_asked),
	};

	return cmocka_run_group_tests_name("resolve_cache", tests, NULL, NULL);
}
