/*
 * Connecting to what a client named (RFC 1928 section 5): one address, a name,
 * and ends that come early.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/net/dial_stage.h"

/* ---- one address */

static void
an_address_is_dialled_in_the_callers_own_end(void **state)
{
	static const char *const ips[] = { "127.0.0.1", "::1" };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct stage s;
		int fd;

		stage_begin(&s);
		bind_all(&s, (const char *[]){ ips[i], NULL });
		serve(&s, 0);
		start_addr(&s, ips[i]);
		fd = s.end.fd;
		assert_int_not_equal(fd, -1);
		finish(&s);
		assert_connected(&s, ips[i]);
		assert_int_equal(s.end.fd, fd);
		stage_end(&s);
	}
}

static void
an_address_that_refuses_is_reported_as_refused(void **state)
{
	struct stage s;

	(void)state;
	stage_begin(&s);
	bind_all(&s, (const char *[]){ "127.0.0.1", NULL });
	start_addr(&s, "127.0.0.1");
	finish(&s);
	assert_int_equal(s.err, -ECONNREFUSED);
	assert_about(&s, "127.0.0.1");
	assert_int_equal(s.end.fd, -1);
	stage_end(&s);
}

static void
a_failure_at_once_is_reported_from_the_loop_only(void **state)
{
	struct stage s;

	(void)state;
	stage_begin(&s);
	s.port = 1;
	start_addr(&s, "255.255.255.255"); /* no stream goes there */
	assert_int_equal(s.end.fd, -1);
	finish(&s);
	assert_true(s.err < 0);
	assert_about(&s, "255.255.255.255");
	stage_end(&s);
}

static void
without_a_descriptor_left_the_dial_fails_and_says_so(void **state)
{
	struct stage s;
	struct rlimit before, none;

	(void)state;
	stage_begin(&s);
	bind_all(&s, (const char *[]){ "127.0.0.1", NULL });
	serve(&s, 0);
	getrlimit(RLIMIT_NOFILE, &before);
	none = (struct rlimit){ 0, before.rlim_max };
	setrlimit(RLIMIT_NOFILE, &none);
	start_addr(&s, "127.0.0.1");
	setrlimit(RLIMIT_NOFILE, &before);
	finish(&s);
	assert_int_equal(s.err, -EMFILE);
	stage_end(&s);
}

static void
a_target_that_talks_first_is_connected(void **state)
{
	struct stage s;
	int fd;

	(void)state;
	stage_begin(&s);
	bind_all(&s, (const char *[]){ "127.0.0.1", NULL });
	serve(&s, 0);
	start_addr(&s, "127.0.0.1");
	fd = accept(s.listeners[0], NULL, NULL);
	assert_int_equal(write(fd, "hello", 5), 5);
	shutdown(fd, SHUT_WR);
	finish(&s);
	assert_connected(&s, "127.0.0.1");
	assert_true(s.end.can & END_READ);
	close(fd);
	stage_end(&s);
}

static void
a_target_that_resets_before_it_is_seen_is_reported_as_reset(void **state)
{
	static const struct linger reset = { 1, 0 };
	struct stage s;
	int fd;

	(void)state;
	stage_begin(&s);
	bind_all(&s, (const char *[]){ "127.0.0.1", NULL });
	serve(&s, 0);
	start_addr(&s, "127.0.0.1");
	fd = accept(s.listeners[0], NULL, NULL);
	setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
	close(fd);
	finish(&s);
	assert_int_equal(s.err, -ECONNRESET);
	assert_int_equal(s.end.fd, -1);
	stage_end(&s);
}

static void
an_address_that_keeps_silent_times_out(void **state)
{
	struct stage s;
	struct addr about;

	(void)state;
	stage_begin(&s);
	bind_all(&s, (const char *[]){ "127.0.0.1", NULL });
	hang(&s, 0);
	start_addr(&s, "127.0.0.1");
	event_base_loop(s.base, EVLOOP_NONBLOCK);
	assert_false(s.done);
	assert_int_equal(dial_expire(s.dial, &about), -ETIMEDOUT);
	s.about = about;
	assert_about(&s, "127.0.0.1");
	assert_int_equal(s.end.fd, -1);
	event_base_loop(s.base, EVLOOP_NONBLOCK);
	assert_false(s.done);
	stage_end(&s);
}

/* ---- names */

static void
an_address_written_as_a_name_needs_no_resolver(void **state)
{
	static const char *const ips[] = { "127.0.0.1", "::1" };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct stage s;

		stage_begin(&s);
		bind_all(&s, (const char *[]){ ips[i], NULL });
		serve(&s, 0);
		resolver_free(s.resolver);
		s.resolver = NULL;
		start_name(&s, ips[i]);
		finish(&s);
		assert_connected(&s, ips[i]);
		assert_int_equal(fake_dns_asked(s.dns), 0);
		stage_end(&s);
	}
}

static void
a_name_with_one_address_is_dialled_in_the_callers_own_end(void **state)
{
	struct stage s;

	(void)state;
	stage_begin(&s);
	bind_all(&s, (const char *[]){ "127.0.0.1", NULL });
	hang(&s, 0);
	start_name(&s, "one.test.");
	while (s.end.fd == -1)
		turns(&s, 1);
	dial_cancel(s.dial);
	stage_end(&s);
}

static void
a_name_without_an_address_is_unreachable(void **state)
{
	struct stage s;

	(void)state;
	stage_begin(&s);
	s.port = 80;
	start_name(&s, "missing.test.");
	finish(&s);
	assert_int_equal(s.err, -EHOSTUNREACH);
	assert_int_equal(s.about.family, ADDR_NONE);
	stage_end(&s);
}

static void
a_dead_resolver_is_given_up_at_the_limit(void **state)
{
	struct stage s;
	struct addr about;

	(void)state;
	stage_begin(&s);
	start_name(&s, "dead.test.");
	while (fake_dns_asked(s.dns) < 2)
		turns(&s, 1);
	assert_int_equal(dial_expire(s.dial, &about), -EHOSTUNREACH);
	assert_int_equal(about.family, ADDR_NONE);
	stage_end(&s);
}

/* ---- cancelling */

/* After each number of turns of the loop, until the dial is over by itself. */
static void
cancel_after_every_number_of_turns(const char *name, bool silent)
{
	bool over = false;

	for (unsigned n = 0; !over; n++) {
		struct stage s;
		size_t before;

		stage_begin(&s);
		bind_all(
		    &s, (const char *[]){ "127.0.0.1", "127.0.0.2", NULL });
		serve(&s, 0);
		if (silent)
			hang(&s, 1);
		start_name(&s, name); /* c-ares opens its sockets */
		before = descriptors() - (s.end.fd != -1);
		turns(&s, n);
		over = s.done;
		if (!over) {
			dial_cancel(s.dial);
			assert_int_equal(s.end.fd, -1);
			assert_true(descriptors() <= before);
			while (resolver_busy(s.resolver) > 0)
				turns(&s, 1);
			event_base_loop(s.base, EVLOOP_NONBLOCK);
			assert_false(s.done);
		}
		stage_end(&s);
	}
}

static void
a_dial_may_be_cancelled_at_any_moment(void **state)
{
	(void)state;
	cancel_after_every_number_of_turns("127.0.0.1", false);
	cancel_after_every_number_of_turns("127.0.0.2", false);
	cancel_after_every_number_of_turns("two.test.", false);
	cancel_after_every_number_of_turns("missing.test.", false);
}

/* ---- memory */

static long allocations_left = -1; /* -1: no limit */

void *__real_calloc(size_t n, size_t size);
void *__wrap_calloc(size_t n, size_t size);

void *
__wrap_calloc(size_t n, size_t size)
{
	if (allocations_left > 0)
		allocations_left--;
	else if (allocations_left == 0)
		return NULL;
	return __real_calloc(n, size);
}

static void
any_allocation_may_fail_and_the_caller_is_told(void **state)
{
	struct stage s;
	long n = 0;

	(void)state;
	do {
		stage_begin(&s);
		bind_all(
		    &s, (const char *[]){ "127.0.0.1", "127.0.0.2", NULL });
		serve(&s, 0);
		allocations_left = n++;
		s.dial = dial_name(how(&s), "two.test.", 9, s.port);
		if (s.dial != NULL) {
			struct addr about;

			/* Without memory for a watch nothing may come. */
			for (int i = 0; i < 12 && !s.done; i++)
				turns(&s, 1);
			if (!s.done)
				s.err = dial_expire(s.dial, &about);
		} else {
			s.err = -ENOMEM;
		}
		allocations_left = -1;
		stage_end(&s);
		assert_true(n < 20);
	} while (s.err != 0);
	assert_true(n > 3);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_address_is_dialled_in_the_callers_own_end),
		cmocka_unit_test(
		    an_address_that_refuses_is_reported_as_refused),
		cmocka_unit_test(
		    a_failure_at_once_is_reported_from_the_loop_only),
		cmocka_unit_test(
		    without_a_descriptor_left_the_dial_fails_and_says_so),
		cmocka_unit_test(a_target_that_talks_first_is_connected),
		cmocka_unit_test(
		    a_target_that_resets_before_it_is_seen_is_reported_as_reset),
		cmocka_unit_test(an_address_that_keeps_silent_times_out),
		cmocka_unit_test(
		    an_address_written_as_a_name_needs_no_resolver),
		cmocka_unit_test(
		    a_name_with_one_address_is_dialled_in_the_callers_own_end),
		cmocka_unit_test(a_name_without_an_address_is_unreachable),
		cmocka_unit_test(a_dead_resolver_is_given_up_at_the_limit),
		cmocka_unit_test(a_dial_may_be_cancelled_at_any_moment),
		cmocka_unit_test(
		    any_allocation_may_fail_and_the_caller_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
