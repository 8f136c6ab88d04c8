#include "tests/client/play.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/addr.h"
#include "base/clock.h"

static void
on_changed(struct client *c, enum client_state state, void *arg)
{
	struct play *p = arg;

	assert_ptr_equal(c, p->client);
	assert_true(p->nstates < 8);
	p->states[p->nstates++] = state;
}

void
on_answer(const struct client_answer *a, void *arg)
{
	struct play *p = arg;
	size_t i = p->nheard++ % HEARD;
	const struct admin_user_row *user = a->rows;
	const struct admin_total_connections *number = a->rows;

	p->heard[i].id = a->id;
	p->heard[i].status = a->status;
	p->heard[i].count = a->count;
	assert_true(strlen(a->why) > 0);
	if (a->status != ADMIN_OK)
		strcpy(p->heard[i].name, a->why);
	if (a->id == ADMIN_total_connections && a->count == 1)
		p->heard[i].number = number->total_connections;
	if (a->id == ADMIN_user_list && a->count > 0)
		strcpy(p->heard[i].name, user[a->count - 1].name.bytes);
	if (p->ask_at_answer)
		(void)client_ask(p->client, ADMIN_users, NULL, on_answer, p);
	p->ask_at_answer = false;
	if (p->close_at_answer) {
		client_close(p->client);
		p->client = NULL;
	}
}

void
prepare(struct play *p)
{
	struct sockaddr_storage ss;
	struct addr addr;
	socklen_t len;

	*p = (struct play){ .fd = -1 };
	p->base = event_base_new();
	p->listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	assert_true(addr_parse(&addr, "127.0.0.1:0", 0));
	len = addr_sockaddr(&addr, &ss);
	assert_int_equal(bind(p->listener, (struct sockaddr *)&ss, len), 0);
	assert_int_equal(listen(p->listener, 8), 0);
	len = sizeof ss;
	getsockname(p->listener, (struct sockaddr *)&ss, &len);
	p->config.endpoint.kind = ENDPOINT_TCP;
	p->config.endpoint.port = addr_of((struct sockaddr *)&ss).port;
	strcpy(p->config.endpoint.host, "127.0.0.1");
	p->config.user = "root";
	secret_set(&p->config.password, "secret", 6);
	p->config.changed = on_changed;
	p->config.arg = p;
}

void
open_client(struct play *p)
{
	p->client = client_open(p->base, &p->config);
	assert_non_null(p->client);
	assert_int_equal(client_state(p->client), CLIENT_CONNECTING);
}

void
turn(struct play *p)
{
	assert_true(event_base_loop(p->base, EVLOOP_NONBLOCK) != -1);
}

void
expect_bytes(struct play *p, const char *bytes, size_t len)
{
	uint64_t until = clock_ms() + PATIENCE_MS;
	char got[1024];
	size_t n = 0;
	ssize_t more;

	assert_true(len <= sizeof got);
	while (n < len) {
		turn(p);
		if (p->fd == -1)
			p->fd = accept4(p->listener, NULL, NULL, 0);
		more = recv(p->fd, got + n, len - n, MSG_DONTWAIT);
		assert_true(more != 0);
		n += more > 0 ? (size_t)more : 0;
		assert_true(clock_ms() < until);
	}
	assert_memory_equal(got, bytes, len);
}

void
say_bytes(struct play *p, const char *bytes, size_t len)
{
	assert_int_equal(send(p->fd, bytes, len, MSG_NOSIGNAL), len);
}

void
play_begin(struct play *p)
{
	prepare(p);
	open_client(p);
	expect(p, "\1\4root\6secret");
}

void
play_end(struct play *p)
{
	client_close(p->client);
	event_base_free(p->base);
	if (p->fd != -1)
		close(p->fd);
	close(p->listener);
}

void
ask(struct play *p, enum admin_id id)
{
	assert_int_equal(client_ask(p->client, id, NULL, on_answer, p), 0);
}

void
until_heard(struct play *p, size_t n)
{
	uint64_t until = clock_ms() + PATIENCE_MS;

	while (p->nheard < n) {
		turn(p);
		assert_true(clock_ms() < until);
	}
	assert_int_equal(p->nheard, n);
}

void
until_down(struct play *p, enum client_end why)
{
	uint64_t until = clock_ms() + PATIENCE_MS;

	while (client_state(p->client) != CLIENT_DOWN) {
		turn(p);
		assert_true(clock_ms() < until);
	}
	assert_int_equal(client_end(p->client), why);
	assert_true(strlen(client_why(p->client)) > 0);
	assert_int_equal(p->states[p->nstates - 1], CLIENT_DOWN);
	assert_int_equal(client_pending(p->client), 0);
	assert_int_equal(
	    client_ask(p->client, ADMIN_users, NULL, on_answer, p), -ENOTCONN);
}
