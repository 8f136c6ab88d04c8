#include "tests/net/dial_stage.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

/* The address that each test lets listen, hang or refuse is up to the test. */
static const struct fake_name names[] = {
	{ "one", FAKE_GOOD, FAKE_NONE, { "127.0.0.1" }, { NULL }, 0 },
	{ "two", FAKE_GOOD, FAKE_NONE, { "127.0.0.2", "127.0.0.1" }, { NULL },
	    0 },
	{ "three", FAKE_GOOD, FAKE_NONE,
	    { "127.0.0.3", "127.0.0.2", "127.0.0.1" }, { NULL }, 0 },
	{ "both", FAKE_GOOD, FAKE_GOOD, { "127.0.0.1" }, { "::1" }, 0 },
	{ "late6", FAKE_GOOD, FAKE_HELD, { "127.0.0.1" }, { "::1" }, 0 },
	{ "dozen", FAKE_GOOD, FAKE_NONE, { NULL }, { NULL }, 12 },
	{ "dead", FAKE_SILENT, FAKE_SILENT, { NULL }, { NULL }, 0 },
	{ NULL, FAKE_NONE, FAKE_NONE, { NULL }, { NULL }, 0 },
};

static struct stage *on_stage; /* for ready(), which gets the end alone */

size_t
descriptors(void)
{
	DIR *dir = opendir("/proc/self/fd");
	size_t n = 0;

	while (readdir(dir) != NULL)
		n++;
	closedir(dir);
	return n;
}

void
stage_begin(struct stage *s)
{
	struct resolver_options options = resolver_defaults;

	memset(s, 0, sizeof *s);
	s->base = event_base_new();
	s->watch = watch_new(s->base);
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

void
stage_end(struct stage *s)
{
	end_close(&s->end);
	for (size_t i = 0; i < s->nlisteners; i++)
		close(s->listeners[i]);
	for (size_t i = 0; i < s->nfillers; i++)
		close(s->fillers[i]);
	resolver_free(s->resolver);
	fake_dns_free(s->dns);
	watch_free(s->watch);
	event_base_free(s->base);
}

static void
on_ready(struct end *e)
{
	assert_ptr_equal(e, &on_stage->end);
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

void
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

void
serve(struct stage *s, size_t i)
{
	assert_int_equal(listen(s->listeners[i], 16), 0);
}

void
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
	struct stage *s = arg;

	s->tried++;
	assert_int_equal(a->port, s->port);
	return a->family == ADDR_V4 && a->ip[3] > s->most ? -EACCES : 0;
}

const struct dial_how *
how(struct stage *s)
{
	static struct dial_how h;

	h = (struct dial_how){ .base = s->base,
		.watch = s->watch,
		.resolver = s->resolver,
		.metrics = &s->metrics,
		.end = &s->end,
		.ready = on_ready,
		.done = on_done,
		.arg = s,
		.check = check };
	return &h;
}

void
start_addr(struct stage *s, const char *ip)
{
	struct addr a = addr(ip, s->port);

	s->done = false;
	s->dial = dial_addr(how(s), &a);
	assert_non_null(s->dial);
	assert_false(s->done);
}

void
start_name(struct stage *s, const char *name)
{
	s->done = false;
	s->dial = dial_name(how(s), name, strlen(name), s->port);
	assert_non_null(s->dial);
	assert_false(s->done);
}

void
finish(struct stage *s)
{
	event_base_dispatch(s->base);
	assert_true(s->done);
}

void
turns(struct stage *s, unsigned n)
{
	while (n-- > 0)
		event_base_loop(s->base, EVLOOP_ONCE);
}

void
assert_about(const struct stage *s, const char *ip)
{
	struct addr want = addr(ip, s->port);

	assert_true(addr_same_ip(&s->about, &want));
	assert_int_equal(s->about.port, s->port);
}

void
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
