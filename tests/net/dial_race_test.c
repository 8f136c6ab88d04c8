/*
 * Connecting to a name with several addresses (RFC 8305): which goes first, who
 * overtakes whom, and what is told when all fail.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <sys/socket.h>

#include "tests/net/dial_stage.h"

static void
when_one_address_refuses_the_next_is_tried(void **state)
{
	struct stage s;

	(void)state;
	stage_begin(&s);
	bind_all(&s, (const char *[]){ "127.0.0.1", "127.0.0.2", NULL });
	serve(&s, 0);
	start_name(&s, "two.test.");
	finish(&s);
	assert_connected(&s, "127.0.0.1");
	stage_end(&s);
}

static void
when_one_address_is_silent_the_next_overtakes_it(void **state)
{
	struct stage s;
	size_t before;

	(void)state;
	stage_begin(&s);
	bind_all(&s, (const char *[]){ "127.0.0.1", "127.0.0.2", NULL });
	serve(&s, 0);
	hang(&s, 1);
	before = descriptors();
	start_name(&s, "two.test.");
	finish(&s);
	assert_connected(&s, "127.0.0.1");
	assert_int_equal(descriptors(), before + 1); /* the loser is closed */
	stage_end(&s);
}

static void
ipv6_goes_first_and_ipv4_overtakes_it_when_it_is_silent(void **state)
{
	struct stage s;

	(void)state;
	for (unsigned silent = 0; silent < 2; silent++) {
		stage_begin(&s);
		bind_all(&s, (const char *[]){ "::1", "127.0.0.1", NULL });
		silent ? hang(&s, 0) : serve(&s, 0);
		serve(&s, 1);
		start_name(&s, "both.test.");
		finish(&s);
		assert_connected(&s, silent ? "127.0.0.1" : "::1");
		stage_end(&s);
	}
}

static void
the_family_that_is_preferred_goes_first(void **state)
{
	static const char *const want[] = { [PREFER_AUTO] = "::1",
		[PREFER_IPV4] = "127.0.0.1",
		[PREFER_IPV6] = "::1" };
	struct stage s;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		stage_begin(&s);
		bind_all(&s, (const char *[]){ "::1", "127.0.0.1", NULL });
		serve(&s, 0);
		serve(&s, 1);
		resolver_prefer(s.resolver, (enum setting_prefer)i);
		start_name(&s, "both.test.");
		finish(&s);
		assert_connected(&s, want[i]);
		stage_end(&s);
	}
}

static void
when_ipv4_had_to_help_out_it_goes_first_the_next_time(void **state)
{
	struct stage s;

	(void)state;
	stage_begin(&s);
	bind_all(&s, (const char *[]){ "::1", "127.0.0.1", NULL });
	serve(&s, 1);
	start_name(&s, "both.test.");
	finish(&s);
	assert_connected(&s, "127.0.0.1");
	end_close(&s.end);
	serve(&s, 0);
	start_name(&s, "both.test.");
	finish(&s);
	assert_connected(&s, "127.0.0.1");
	stage_end(&s);
}

static void
addresses_that_come_late_are_tried_as_well(void **state)
{
	struct stage s;

	(void)state;
	for (unsigned silent = 0; silent < 2; silent++) {
		stage_begin(&s);
		bind_all(&s, (const char *[]){ "::1", "127.0.0.1", NULL });
		serve(&s, 0);
		if (silent)
			hang(&s, 1);
		start_name(&s, "late6.test.");
		while (fake_dns_asked(s.dns) < 2)
			turns(&s, 1);
		turns(&s, 3);
		assert_false(s.done);
		fake_dns_release(s.dns);
		finish(&s);
		assert_connected(&s, "::1");
		stage_end(&s);
	}
}

/* It listens, and nobody came. */
static void
assert_not_called(struct stage *s, size_t i)
{
	assert_int_equal(accept(s->listeners[i], NULL, NULL), -1);
	assert_int_equal(errno, EAGAIN);
}

static void
addresses_that_may_not_be_dialled_are_passed_over(void **state)
{
	struct stage s;

	(void)state;
	stage_begin(&s);
	bind_all(&s,
	    (const char *[]){ "127.0.0.1", "127.0.0.2", "127.0.0.3", NULL });
	for (size_t i = 0; i < 3; i++)
		serve(&s, i);
	s.most = 1;
	start_name(&s, "three.test.");
	finish(&s);
	assert_connected(&s, "127.0.0.1");
	assert_not_called(&s, 1);
	assert_not_called(&s, 2);
	stage_end(&s);
}

static void
when_no_address_may_be_dialled_none_is(void **state)
{
	static const char *const targets[] = { "two.test.", "127.0.0.1" };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct stage s;

		stage_begin(&s);
		bind_all(
		    &s, (const char *[]){ "127.0.0.1", "127.0.0.2", NULL });
		serve(&s, 0);
		serve(&s, 1);
		s.most = 0;
		start_name(&s, targets[i]);
		finish(&s);
		assert_int_equal(s.err, -EACCES);
		assert_int_equal(s.end.fd, -1);
		assert_not_called(&s, 0);
		assert_not_called(&s, 1);
		stage_end(&s);
	}
}

static void
when_all_refuse_the_dial_is_refused(void **state)
{
	struct stage s;

	(void)state;
	stage_begin(&s);
	bind_all(&s,
	    (const char *[]){ "127.0.0.1", "127.0.0.2", "127.0.0.3", NULL });
	start_name(&s, "three.test.");
	finish(&s);
	assert_int_equal(s.err, -ECONNREFUSED);
	assert_about(&s, "127.0.0.3");
	stage_end(&s);
}

static void
a_refusal_tells_more_than_a_silence(void **state)
{
	struct stage s;
	struct addr about;

	(void)state;
	stage_begin(&s);
	bind_all(&s, (const char *[]){ "127.0.0.1", "127.0.0.2", NULL });
	hang(&s, 0);
	start_name(&s, "two.test.");
	while (s.end.fd == -1) /* the last one left goes into the end */
		turns(&s, 1);
	assert_int_equal(dial_expire(s.dial, &about), -ECONNREFUSED);
	s.about = about;
	assert_about(&s, "127.0.0.2");
	stage_end(&s);
}

static void
failures_are_ranked_by_what_they_tell(void **state)
{
	static const int order[] = { ECONNREFUSED, ETIMEDOUT, EHOSTUNREACH,
		EMFILE, ENETUNREACH, EAFNOSUPPORT, 0 };

	(void)state;
	for (size_t i = 0; i + 1 < sizeof order / sizeof order[0]; i++) {
		assert_int_equal(
		    dial_telling(-order[i], -order[i + 1]), -order[i]);
		assert_int_equal(
		    dial_telling(-order[i + 1], -order[i]), -order[i]);
	}
	assert_int_equal(dial_telling(-EMFILE, -ENFILE), -EMFILE);
	assert_int_equal(dial_telling(0, 0), 0);
}

static void
a_race_may_be_cancelled_at_any_moment(void **state)
{
	struct stage s;
	size_t before;

	(void)state;
	stage_begin(&s);
	bind_all(&s,
	    (const char *[]){ "127.0.0.1", "127.0.0.2", "127.0.0.3", NULL });
	for (size_t i = 0; i < 3; i++)
		hang(&s, i);
	before = descriptors();
	start_name(&s, "three.test.");
	while (resolver_busy(s.resolver) > 0)
		turns(&s, 1);
	while (descriptors() < before + 2)
		turns(&s, 1);
	dial_cancel(s.dial);
	assert_int_equal(descriptors(), before);
	event_base_loop(s.base, EVLOOP_NONBLOCK);
	assert_false(s.done);
	stage_end(&s);
}

/* The name server's descriptors are two at most. */
static void
a_name_with_many_silent_addresses_holds_few_descriptors(void **state)
{
	struct stage s;
	size_t before, most = 0, now;

	(void)state;
	stage_begin(&s);
	bind_all(&s, (const char *[]){ "0.0.0.0", NULL });
	hang(&s, 0);
	before = descriptors();
	start_name(&s, "dozen.test.");
	while (s.tried < 12) {
		turns(&s, 1);
		now = descriptors() - before;
		most = now > most ? now : most;
	}
	assert_in_range(most, 8, 8 + 2);
	dial_cancel(s.dial);
	stage_end(&s);
}

static void
no_attempt_is_given_up_for_addresses_that_cannot_be_tried(void **state)
{
	struct stage s;
	size_t under_way;

	(void)state;
	stage_begin(&s);
	bind_all(&s, (const char *[]){ "0.0.0.0", NULL });
	hang(&s, 0);
	s.most = 8; /* of twelve */
	start_name(&s, "dozen.test.");
	while (s.tried < 8)
		turns(&s, 1);
	under_way = descriptors();
	while (s.tried < 12)
		turns(&s, 1);
	assert_int_equal(descriptors(), under_way);
	dial_cancel(s.dial);
	stage_end(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(when_one_address_refuses_the_next_is_tried),
		cmocka_unit_test(
		    when_one_address_is_silent_the_next_overtakes_it),
		cmocka_unit_test(
		    ipv6_goes_first_and_ipv4_overtakes_it_when_it_is_silent),
		cmocka_unit_test(the_family_that_is_preferred_goes_first),
		cmocka_unit_test(
		    when_ipv4_had_to_help_out_it_goes_first_the_next_time),
		cmocka_unit_test(addresses_that_come_late_are_tried_as_well),
		cmocka_unit_test(
		    addresses_that_may_not_be_dialled_are_passed_over),
		cmocka_unit_test(when_no_address_may_be_dialled_none_is),
		cmocka_unit_test(when_all_refuse_the_dial_is_refused),
		cmocka_unit_test(a_refusal_tells_more_than_a_silence),
		cmocka_unit_test(failures_are_ranked_by_what_they_tell),
		cmocka_unit_test(a_race_may_be_cancelled_at_any_moment),
		cmocka_unit_test(
		    a_name_with_many_silent_addresses_holds_few_descriptors),
		cmocka_unit_test(
		    no_attempt_is_given_up_for_addresses_that_cannot_be_tried),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
