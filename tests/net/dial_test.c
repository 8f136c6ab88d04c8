/* Connecting to what a client named (RFC 1928 section 5, RFC 8305 section 5).
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <arpa/inet.h>
#include <cmocka.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/dial.h"
#include "tests/net/fake_dns.h"

/* The address that each test lets listen, hang or refuse is up to the test. */
static const struct fake_name names[] = {
	{ "one", FAKE_GOOD, FAKE_NONE, { "127.0.0.1" }, { NULL }, 0 },
	{ "two", FAKE_GOOD, FAKE_NONE, { "127.0.0.2", "127.0.0.1" }, { NULL },
	    0 },
	{ "three", FAKE_GOOD, FAKE_NONE,
	    { "127.0.0.3", "127.0.0.2", "127.0.0.1" }, { NULL }, 0 },
	{ "both", FAKE_GOOD, FAKE_GOOD, { "127.0.0.1" }, { "::1" }, 0 },
	{ "late6", FAKE_GOOD, FAKE_HELD, { "127.0.0.1" }, { "::1" }, 0 },
	{ "dead", FAKE_SILENT, FAKE_SILENT, { NULL }, { NULL }, 0 },
	{ NULL, FAKE_NONE, FAKE_NONE, { NULL }, { NULL }, 0 },
};

enum { LISTENERS = 4, FILLERS = 8 };

struct stage {
	struct event_base *base;
	struct fake_dns *dns;
	struct resolver *resolver;
	struct metrics metrics;
	struct end end;
	struct dial *dial;
	bool done;
	unsigned connected; /* dials that were */
	int err;
	struct addr about;
	uint16_t port; /* of every listener */
	int most;      /* an address may end in this at most */
	int listeners[LISTENERS], fillers[FILLERS];
	size_t nlisteners, nfillers;
};

static struct stage *on_stage; /* for ready(), which gets the end alone */

static size_t
descriptors(void)
{
	DIR *dir = opendir("/proc/self/fd");
	size_t n = 0;

	while (readdir(dir) != NULL)
		n++;
	closedir(dir);
	return n;
}

static void
begin(struct stage *s)
{
	struct resolver_options options = resolver_defaults;

	memset(s, 0, sizeof *s);
	s->base = event_base_new();
	s->dns = fake_dns_new(s->base, names);
	options.servers = fake_dns_server(s->dns);
	options.timeout_ms = 5000;
	options.delay_ms = 5;
	s->resolver = resolver_new(s->base, &options);
	assert_non_null(s->resolver);
	end_init(&s->end, 0);
	s->most = 255;
	on_stage = s;
}

static void
end(struct stage *s)
{
	end_close(&s->end);
	for (size_t i = 0; i < s->nlisteners; i++)
		close(s->listeners[i]);
	for (size_t i = 0; i < s->nfillers; i++)
		close(s->fillers[i]);
	resolver_free(s->resolver);
	fake_dns_free(s->dns);
	event_base_free(s->base);
}

static void
on_ready(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	assert_ptr_equal(end_heard(what, arg), &on_stage->end);
	if (on_stage->dial != NULL)
		dial_ready(on_stage->dial);
}

static void
on_done(int err, const struct addr *about, void *arg)
{
	struct stage *s = arg;

	assert_false(s->done);
	s->done = true;
	s->dial = NULL;
	s->err = err;
	s->about = *about;
	event_base_loopbreak(s->base);
}

static struct addr
addr(const char *ip, uint16_t port)
{
	struct addr a;

	assert_true(addr_parse(&a, ip, port));
	return a;
}

static int
bound(const char *ip, uint16_t port)
{
	struct addr a = addr(ip, port);
	struct sockaddr_storage ss;
	socklen_t len = addr_sockaddr(&a, &ss);
	int fd =
	    socket(ss.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	assert_int_not_equal(fd, -1);
	if (bind(fd, (struct sockaddr *)&ss, len) == 0)
		return fd;
	close(fd);
	return -1;
}

static uint16_t
port_of(int fd)
{
	struct sockaddr_storage ss;
	socklen_t len = sizeof ss;

	assert_int_equal(getsockname(fd, (struct sockaddr *)&ss, &len), 0);
	return addr_of((struct sockaddr *)&ss).port;
}

/* One port on each of the addresses (NULL ends them), bound, not listening. */
static void
bind_all(struct stage *s, const char *const ips[])
{
	size_t n = 0;

	for (int tries = 0; tries < 50; tries++) {
		s->port = 0;
		for (n = 0; ips[n] != NULL; n++) {
			s->listeners[n] = bound(ips[n], s->port);
			if (s->listeners[n] == -1)
				break;
			s->port = port_of(s->listeners[n]);
		}
		if (ips[n] == NULL)
			break;
		while (n > 0)
			close(s->listeners[--n]);
	}
	assert_null(ips[n]);
	s->nlisteners = n;
}

static void
serve(struct stage *s, size_t i)
{
	assert_int_equal(listen(s->listeners[i], 16), 0);
}

/* A listener whose backlog is full answers no further SYN. */
static void
hang(struct stage *s, size_t i)
{
	struct sockaddr_storage ss;
	socklen_t len = sizeof ss;
	struct pollfd p = { .events = POLLOUT };

	assert_int_equal(listen(s->listeners[i], 0), 0);
	getsockname(s->listeners[i], (struct sockaddr *)&ss, &len);
	do {
		assert_true(s->nfillers < FILLERS);
		p.fd = socket(ss.ss_family,
		    SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
		s->fillers[s->nfillers++] = p.fd;
		(void)connect(p.fd, (struct sockaddr *)&ss, len);
	} while (poll(&p, 1, 20) > 0);
}

static int
check(const struct addr *a, void *arg)
{
	const struct stage *s = arg;

	assert_int_equal(a->port, s->port);
	return a->family == ADDR_V4 && a->ip[3] > s->most ? -EACCES : 0;
}

static const struct dial_how *
how(struct stage *s)
{
	static struct dial_how h;

	h = (struct dial_how){ .base = s->base,
		.resolver = s->resolver,
		.metrics = &s->metrics,
		.end = &s->end,
		.ready = on_ready,
		.done = on_done,
		.arg = s,
		.check = check };
	return &h;
}

static void
start_addr(struct stage *s, const char *ip)
{
	struct addr a = addr(ip, s->port);

	s->done = false;
	s->dial = dial_addr(how(s), &a);
	assert_non_null(s->dial);
	assert_false(s->done);
}

static void
start_name(struct stage *s, const char *name)
{
	s->done = false;
	s->dial = dial_name(how(s), name, strlen(name), s->port);
	assert_non_null(s->dial);
	assert_false(s->done);
}

static void
finish(struct stage *s)
{
	event_base_dispatch(s->base);
	assert_true(s->done);
}

static void
turns(struct stage *s, unsigned n)
{
	while (n-- > 0)
		event_base_loop(s->base, EVLOOP_ONCE);
}

static void
assert_about(const struct stage *s, const char *ip)
{
	struct addr want = addr(ip, s->port);

	assert_true(addr_same_ip(&s->about, &want));
	assert_int_equal(s->about.port, s->port);
}

/* The end holds a socket that is connected to ip, and is watched. */
static void
assert_connected(struct stage *s, const char *ip)
{
	struct sockaddr_storage ss;
	socklen_t len = sizeof ss;
	int on = 0;
	struct histogram_sum took = { 0 };
	struct addr peer;

	assert_int_equal(s->err, 0);
	assert_about(s, ip);
	histogram_sum(&took, &s->metrics.connect);
	assert_int_equal(took.count, ++s->connected);
	assert_int_not_equal(s->end.fd, -1);
	assert_int_equal(
	    getpeername(s->end.fd, (struct sockaddr *)&ss, &len), 0);
	peer = addr_of((struct sockaddr *)&ss);
	assert_true(addr_same_ip(&peer, &s->about));
	len = sizeof on;
	getsockopt(s->end.fd, IPPROTO_TCP, TCP_NODELAY, &on, &len);
	assert_int_not_equal(on, 0);
	assert_true(fcntl(s->end.fd, F_GETFL) & O_NONBLOCK);
	while (!(s->end.can & END_WRITE))
		event_base_loop(s->base, EVLOOP_ONCE);
}

/* ---- one address */

static void
an_address_is_dialled_in_the_callers_own_end(void **state)
{
	static const char *const ips[] = { "127.0.0.1", "::1" };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct stage s;
		int fd;

		begin(&s);
		bind_all(&s, (const char *[]){ ips[i], NULL });
		serve(&s, 0);
		start_addr(&s, ips[i]);
		fd = s.end.fd;
		assert_int_not_equal(fd, -1);
		finish(&s);
		assert_connected(&s, ips[i]);
		assert_int_equal(s.end.fd, fd);
		end(&s);
	}
}

static void
an_address_that_refuses_is_reported_as_refused(void **state)
{
	struct stage s;

	(void)state;
	begin(&s);
	bind_all(&s, (const char *[]){ "127.0.0.1", NULL });
	start_addr(&s, "127.0.0.1");
	finish(&s);
	assert_int_equal(s.err, -ECONNREFUSED);
	assert_about(&s, "127.0.0.1");
	assert_int_equal(s.end.fd, -1);
	end(&s);
}

static void
a_failure_at_once_is_reported_from_the_loop_only(void **state)
{
	struct stage s;

	(void)state;
	begin(&s);
	s.port = 1;
	start_addr(&s, "255.255.255.255"); /* no stream goes there */
	assert_int_equal(s.end.fd, -1);
	finish(&s);
	assert_true(s.err < 0);
	assert_about(&s, "255.255.255.255");
	end(&s);
}

static void
without_a_descriptor_left_the_dial_fails_and_says_so(void **state)
{
	struct stage s;
	struct rlimit before, none;

	(void)state;
	begin(&s);
	bind_all(&s, (const char *[]){ "127.0.0.1", NULL });
	serve(&s, 0);
	getrlimit(RLIMIT_NOFILE, &before);
	none = (struct rlimit){ 0, before.rlim_max };
	setrlimit(RLIMIT_NOFILE, &none);
	start_addr(&s, "127.0.0.1");
	setrlimit(RLIMIT_NOFILE, &before);
	finish(&s);
	assert_int_equal(s.err, -EMFILE);
	end(&s);
}

static void
a_target_that_talks_first_is_connected(void **state)
{
	struct stage s;
	int fd;

	(void)state;
	begin(&s);
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
	end(&s);
}

static void
a_target_that_resets_before_it_is_seen_is_reported_as_reset(void **state)
{
	static const struct linger reset = { 1, 0 };
	struct stage s;
	int fd;

	(void)state;
	begin(&s);
	bind_all(&s, (const char *[]){ "127.0.0.1", NULL });
	serve(&s, 0);
	start_addr(&s, "127.0.0.1");
	fd = accept(s.listeners[0], NULL, NULL);
	setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
	close(fd);
	finish(&s);
	assert_int_equal(s.err, -ECONNRESET);
	assert_int_equal(s.end.fd, -1);
	end(&s);
}

static void
an_address_that_keeps_silent_times_out(void **state)
{
	struct stage s;
	struct addr about;

	(void)state;
	begin(&s);
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
	end(&s);
}

/* ---- names */

static void
an_address_written_as_a_name_needs_no_resolver(void **state)
{
	static const char *const ips[] = { "127.0.0.1", "::1" };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct stage s;

		begin(&s);
		bind_all(&s, (const char *[]){ ips[i], NULL });
		serve(&s, 0);
		resolver_free(s.resolver);
		s.resolver = NULL;
		start_name(&s, ips[i]);
		finish(&s);
		assert_connected(&s, ips[i]);
		assert_int_equal(fake_dns_asked(s.dns), 0);
		end(&s);
	}
}

static void
a_name_with_one_address_is_dialled_in_the_callers_own_end(void **state)
{
	struct stage s;

	(void)state;
	begin(&s);
	bind_all(&s, (const char *[]){ "127.0.0.1", NULL });
	hang(&s, 0);
	start_name(&s, "one.test.");
	while (s.end.fd == -1)
		turns(&s, 1);
	dial_cancel(s.dial);
	end(&s);
}

static void
a_name_without_an_address_is_unreachable(void **state)
{
	struct stage s;

	(void)state;
	begin(&s);
	s.port = 80;
	start_name(&s, "missing.test.");
	finish(&s);
	assert_int_equal(s.err, -EHOSTUNREACH);
	assert_int_equal(s.about.family, ADDR_NONE);
	end(&s);
}

static void
a_dead_resolver_is_given_up_at_the_limit(void **state)
{
	struct stage s;
	struct addr about;

	(void)state;
	begin(&s);
	start_name(&s, "dead.test.");
	while (fake_dns_asked(s.dns) < 2)
		turns(&s, 1);
	assert_int_equal(dial_expire(s.dial, &about), -EHOSTUNREACH);
	assert_int_equal(about.family, ADDR_NONE);
	end(&s);
}

static void
when_one_address_refuses_the_next_is_tried(void **state)
{
	struct stage s;

	(void)state;
	begin(&s);
	bind_all(&s, (const char *[]){ "127.0.0.1", "127.0.0.2", NULL });
	serve(&s, 0);
	start_name(&s, "two.test.");
	finish(&s);
	assert_connected(&s, "127.0.0.1");
	end(&s);
}

static void
when_one_address_is_silent_the_next_overtakes_it(void **state)
{
	struct stage s;
	size_t before;

	(void)state;
	begin(&s);
	bind_all(&s, (const char *[]){ "127.0.0.1", "127.0.0.2", NULL });
	serve(&s, 0);
	hang(&s, 1);
	before = descriptors();
	start_name(&s, "two.test.");
	finish(&s);
	assert_connected(&s, "127.0.0.1");
	assert_int_equal(descriptors(), before + 1); /* the loser is closed */
	end(&s);
}

static void
ipv6_goes_first_and_ipv4_overtakes_it_when_it_is_silent(void **state)
{
	struct stage s;

	(void)state;
	for (unsigned silent = 0; silent < 2; silent++) {
		begin(&s);
		bind_all(&s, (const char *[]){ "::1", "127.0.0.1", NULL });
		silent ? hang(&s, 0) : serve(&s, 0);
		serve(&s, 1);
		start_name(&s, "both.test.");
		finish(&s);
		assert_connected(&s, silent ? "127.0.0.1" : "::1");
		end(&s);
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
		begin(&s);
		bind_all(&s, (const char *[]){ "::1", "127.0.0.1", NULL });
		serve(&s, 0);
		serve(&s, 1);
		resolver_prefer(s.resolver, (enum setting_prefer)i);
		start_name(&s, "both.test.");
		finish(&s);
		assert_connected(&s, want[i]);
		end(&s);
	}
}

static void
when_ipv4_had_to_help_out_it_goes_first_the_next_time(void **state)
{
	struct stage s;

	(void)state;
	begin(&s);
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
	end(&s);
}

static void
addresses_that_come_late_are_tried_as_well(void **state)
{
	struct stage s;

	(void)state;
	for (unsigned silent = 0; silent < 2; silent++) {
		begin(&s);
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
		end(&s);
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
	begin(&s);
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
	end(&s);
}

static void
when_no_address_may_be_dialled_none_is(void **state)
{
	static const char *const targets[] = { "two.test.", "127.0.0.1" };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct stage s;

		begin(&s);
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
		end(&s);
	}
}

static void
when_all_refuse_the_dial_is_refused(void **state)
{
	struct stage s;

	(void)state;
	begin(&s);
	bind_all(&s,
	    (const char *[]){ "127.0.0.1", "127.0.0.2", "127.0.0.3", NULL });
	start_name(&s, "three.test.");
	finish(&s);
	assert_int_equal(s.err, -ECONNREFUSED);
	assert_about(&s, "127.0.0.3");
	end(&s);
}

static void
a_refusal_tells_more_than_a_silence(void **state)
{
	struct stage s;
	struct addr about;

	(void)state;
	begin(&s);
	bind_all(&s, (const char *[]){ "127.0.0.1", "127.0.0.2", NULL });
	hang(&s, 0);
	start_name(&s, "two.test.");
	while (s.end.fd == -1) /* the last one left goes into the end */
		turns(&s, 1);
	assert_int_equal(dial_expire(s.dial, &about), -ECONNREFUSED);
	s.about = about;
	assert_about(&s, "127.0.0.2");
	end(&s);
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

/* ---- cancelling */

/* After each number of turns of the loop, until the dial is over by itself. */
static void
cancel_after_every_number_of_turns(const char *name, bool silent)
{
	bool over = false;

	for (unsigned n = 0; !over; n++) {
		struct stage s;
		size_t before;

		begin(&s);
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
		end(&s);
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

static void
a_race_may_be_cancelled_at_any_moment(void **state)
{
	struct stage s;
	size_t before;

	(void)state;
	begin(&s);
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
	end(&s);
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
		begin(&s);
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
		end(&s);
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
		cmocka_unit_test(a_dial_may_be_cancelled_at_any_moment),
		cmocka_unit_test(a_race_may_be_cancelled_at_any_moment),
		cmocka_unit_test(
		    any_allocation_may_fail_and_the_caller_is_told),
	};

	return cmocka_run_group_tests_name("dial", tests, NULL, NULL);
}
