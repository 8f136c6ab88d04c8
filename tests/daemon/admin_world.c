#include "tests/daemon/admin_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"

enum { PATIENCE_MS = 20000 };

void
world_begin(struct world *w, const struct admin_limits *limits)
{
	struct endpoint asked = { .kind = ENDPOINT_TCP, .host = "127.0.0.1" };

	w->base = event_base_new();
	w->sup = fake_new(w->base);
	w->server = admin_server_new(w->base, w->sup, limits);
	assert_non_null(w->server);
	fake_serve(w->sup, w->server);
	fake_account(w->sup, "root", "secret", ROLE_ADMIN);
	fake_account(w->sup, "watcher", "secret", ROLE_OBSERVER);
	fake_account(w->sup, "alice", "secret", ROLE_REGULAR);
	assert_int_equal(admin_server_listen(w->server, &asked), 0);
	assert_true(admin_server_endpoint(w->server, 0, &w->where));
	assert_int_not_equal(w->where.port, 0);
	assert_false(admin_server_endpoint(w->server, 1, &asked));
}

void
world_end(struct world *w)
{
	admin_server_free(w->server);
	fake_free(w->sup);
	event_base_free(w->base);
	w->base = NULL;
}

int
world_set_up(void **state)
{
	*state = calloc(1, sizeof(struct world));
	world_begin(*state, &admin_limits_default);
	return 0;
}

int
world_tear_down(void **state)
{
	struct world *w = *state;

	if (w->base != NULL)
		world_end(w);
	if (w->folder[0] != '\0')
		assert_int_equal(rmdir(w->folder), 0);
	free(w);
	return 0;
}

void
world_limit(struct world *w, const struct admin_limits *limits)
{
	world_end(w);
	world_begin(w, limits);
}

void
turn(struct world *w)
{
	assert_true(event_base_loop(w->base, EVLOOP_NONBLOCK) != -1);
}

int
visit_from(struct world *w, const char *source)
{
	struct addr addr;
	struct sockaddr_storage ss;
	socklen_t len;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_true(addr_parse(&addr, source, 0));
	len = addr_sockaddr(&addr, &ss);
	assert_int_equal(bind(fd, (struct sockaddr *)&ss, len), 0);
	assert_true(addr_parse(&addr, w->where.host, w->where.port));
	len = addr_sockaddr(&addr, &ss);
	assert_int_equal(connect(fd, (struct sockaddr *)&ss, len), 0);
	return fd;
}

int
visit(struct world *w)
{
	return visit_from(w, "127.0.0.1");
}

void
say_bytes(int fd, const char *bytes, size_t len)
{
	assert_int_equal(send(fd, bytes, len, MSG_NOSIGNAL), len);
}

size_t
hear(struct world *w, int fd, uint8_t *bytes, size_t len)
{
	uint64_t until = clock_ms() + PATIENCE_MS;
	size_t got = 0;
	ssize_t n;

	while (got < len) {
		turn(w);
		n = recv(fd, bytes + got, len - got, MSG_DONTWAIT);
		if (n == 0 || (n == -1 && errno != EAGAIN))
			break;
		if (n > 0)
			got += (size_t)n;
		assert_true(clock_ms() < until);
	}
	return got;
}

int
enter(struct world *w)
{
	int fd = visit(w);

	say(fd, LOGIN);
	assert_hears(w, fd, "\1\0");
	return fd;
}

void
reset(int fd)
{
	static const struct linger now = { .l_onoff = 1, .l_linger = 0 };

	assert_int_equal(
	    setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now), 0);
	close(fd);
}

void
assert_closed(struct world *w, int fd)
{
	uint8_t octet;

	assert_int_equal(hear(w, fd, &octet, 1), 0);
	close(fd);
}

void
assert_silent(struct world *w, int fd)
{
	uint8_t octet;

	for (unsigned i = 0; i < 20; i++)
		turn(w);
	assert_int_equal(recv(fd, &octet, 1, MSG_DONTWAIT), -1);
	assert_int_equal(errno, EAGAIN);
}

void
until(struct world *w, bool (*holds)(struct world *))
{
	uint64_t limit = clock_ms() + PATIENCE_MS;

	while (!holds(w)) {
		turn(w);
		assert_true(clock_ms() < limit);
	}
}

bool
nobody_is_there(struct world *w)
{
	return admin_server_sessions(w->server) == 0;
}

bool
a_change_was_asked(struct world *w)
{
	return fake_changed(w->sup) > 0;
}

bool
a_login_was_asked(struct world *w)
{
	return fake_checks(w->sup) > 0;
}
