#include "tests/net/peer.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"

enum { PATIENCE_MS = 20000 };

struct peer_log peer_log;
void (*peer_turn)(void);

const struct policy_limits peer_limits = {
	.buffer_size = 65536,
	.pipe_size = 65536,
	.selector_timeout = 7,
	.connection_timeout = 100,
	.handshake_timeout = 10,
	.connect_timeout = 10,
	.max_connections = 100,
	.cleanup = true,
	.splice = true,
	.access_log = true,
};

/* The log, for tests that do not link base/log.c. */

void
log_access(const char *line, size_t len)
{
	char *copy = peer_log.access[peer_log.count++ % 16];

	if (len > sizeof *peer_log.access)
		len = sizeof *peer_log.access;
	memcpy(copy, line, len);
	copy[len - 1] = '\0';
}

bool
log_wanted(enum log_level level)
{
	return level <= LOG_LEVEL_WARN;
}

void
log_line(enum log_level level, const char *tag, const char *event,
    const char *format, ...)
{
	(void)level;
	(void)tag;
	(void)event;
	(void)format;
}

static void
wait_for(int fd, short events)
{
	const uint64_t until = clock_ms() + PATIENCE_MS;
	struct pollfd p = { .fd = fd, .events = events };

	while (poll(&p, 1, peer_turn != NULL ? 0 : PATIENCE_MS) != 1) {
		if (clock_ms() >= until)
			fail_msg("descriptor %d: nothing happened in 20 s", fd);
		if (peer_turn != NULL)
			peer_turn();
	}
}

struct addr
peer_name(int fd)
{
	struct sockaddr_storage sa = { 0 };
	socklen_t len = sizeof sa;

	assert_int_equal(getsockname(fd, (struct sockaddr *)&sa, &len), 0);
	return addr_of((struct sockaddr *)&sa);
}

int
peer_listen(const char *ip, struct addr *addr)
{
	struct sockaddr_storage sa;
	socklen_t len;
	int fd;

	assert_true(addr_parse(addr, ip, 0));
	len = addr_sockaddr(addr, &sa);
	fd = socket(sa.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_not_equal(fd, -1);
	assert_int_equal(bind(fd, (struct sockaddr *)&sa, len), 0);
	assert_int_equal(listen(fd, 128), 0);
	*addr = peer_name(fd);
	return fd;
}

int
peer_accept(int listener)
{
	static const int on = 1; /* what is said is said at once */
	int fd;

	wait_for(listener, POLLIN);
	fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	assert_int_not_equal(fd, -1);
	assert_int_equal(
	    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on), 0);
	return fd;
}

int
peer_connect(const struct addr *addr)
{
	static const int on = 1; /* what is said is said at once */
	struct sockaddr_storage sa;
	socklen_t len = addr_sockaddr(addr, &sa);
	int fd = socket(sa.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_int_not_equal(fd, -1);
	assert_int_equal(
	    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on), 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&sa, len), 0);
	return fd;
}

void
peer_says(int fd, const void *bytes, size_t len)
{
	const uint8_t *p = bytes;
	ssize_t n;

	for (; len > 0; p += n, len -= (size_t)n) {
		wait_for(fd, POLLOUT);
		n = send(fd, p, len, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (n == -1 && errno != EAGAIN)
			fail_msg("send: %s", strerror(errno));
		if (n == -1)
			n = 0;
	}
}

void
peer_hears(int fd, const void *bytes, size_t len)
{
	const uint8_t *p = bytes;
	uint8_t got[4096];
	ssize_t n;

	for (; len > 0; p += n, len -= (size_t)n) {
		wait_for(fd, POLLIN);
		n = recv(
		    fd, got, len < sizeof got ? len : sizeof got, MSG_DONTWAIT);
		if (n <= 0)
			fail_msg("%zu octets are missing: %s", len,
			    n == 0 ? "end of file" : strerror(errno));
		assert_memory_equal(got, p, (size_t)n);
	}
}

void
peer_hears_end(int fd)
{
	char more;

	wait_for(fd, POLLIN);
	assert_int_equal(recv(fd, &more, 1, MSG_DONTWAIT), 0);
}

void
peer_hears_reset(int fd)
{
	char more;

	wait_for(fd, POLLIN);
	assert_int_equal(recv(fd, &more, 1, MSG_DONTWAIT), -1);
	assert_int_equal(errno, ECONNRESET);
}

void
peer_says_request(int fd, const struct addr *to)
{
	SAYS(fd, 5, 1, 0, 1, to->ip[0], to->ip[1], to->ip[2], to->ip[3],
	    (uint8_t)(to->port >> 8), (uint8_t)to->port);
}

void
peer_hears_success(int fd, int target)
{
	struct sockaddr_storage sa = { 0 };
	socklen_t len = sizeof sa;
	struct addr seen;

	assert_int_equal(getpeername(target, (struct sockaddr *)&sa, &len), 0);
	seen = addr_of((struct sockaddr *)&sa);
	HEARS(fd, 5, 0, 0, 1, seen.ip[0], seen.ip[1], seen.ip[2], seen.ip[3],
	    (uint8_t)(seen.port >> 8), (uint8_t)seen.port);
}

void
peer_resets(int fd)
{
	const struct linger now = { .l_onoff = 1, .l_linger = 0 };

	assert_int_equal(
	    setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now), 0);
	close(fd);
}
