/*
 * The client's side of the admin protocol, against a server that the test plays
 * octet by octet, friendly or hostile.
 */

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/addr.h"
#include "base/clock.h"
#include "client/client.h"

enum { PATIENCE_MS = 20000, HEARD = 64 };

struct play {
	struct event_base *base;
	struct client *client;
	struct client_config config;
	int listener, fd; /* the server's */

	/* What the client told. */
	enum client_state states[8];
	size_t nstates;
	struct {
		enum admin_id id;
		enum admin_status status;
		size_t count;
		uint64_t number;
		char name[256];
	} heard[HEARD];
	size_t nheard;
	bool close_at_answer, ask_at_answer, close_when_told;
	size_t ntold;
};

static void
on_changed(struct client *c, enum client_state state, void *arg)
{
	struct play *p = arg;

	assert_ptr_equal(c, p->client);
	assert_true(p->nstates < 8);
	p->states[p->nstates++] = state;
}

static void
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

static void
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

static void
open_client(struct play *p)
{
	p->client = client_open(p->base, &p->config);
	assert_non_null(p->client);
	assert_int_equal(client_state(p->client), CLIENT_CONNECTING);
}

static void
turn(struct play *p)
{
	assert_true(event_base_loop(p->base, EVLOOP_NONBLOCK) != -1);
}

/* The server reads exactly these octets. */
static void
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

#define expect(p, text) expect_bytes(p, text, sizeof(text) - 1)

static void
say_bytes(struct play *p, const char *bytes, size_t len)
{
	assert_int_equal(send(p->fd, bytes, len, MSG_NOSIGNAL), len);
}

#define say(p, text) say_bytes(p, text, sizeof(text) - 1)

static void
begin(struct play *p)
{
	prepare(p);
	open_client(p);
	expect(p, "\1\4root\6secret");
}

static void
end(struct play *p)
{
	client_close(p->client);
	event_base_free(p->base);
	if (p->fd != -1)
		close(p->fd);
	close(p->listener);
}

static void
ask(struct play *p, enum admin_id id)
{
	assert_int_equal(client_ask(p->client, id, NULL, on_answer, p), 0);
}

static void
until_heard(struct play *p, size_t n)
{
	uint64_t until = clock_ms() + PATIENCE_MS;

	while (p->nheard < n) {
		turn(p);
		assert_true(clock_ms() < until);
	}
	assert_int_equal(p->nheard, n);
}

static void
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

/* ---- friendly */

static void
requests_go_out_behind_the_login_and_are_answered_in_order(void **state)
{
	struct play p;

	(void)state;
	prepare(&p);
	open_client(&p);
	ask(&p, ADMIN_total_connections);
	ask(&p, ADMIN_user_list);
	ask(&p, ADMIN_users);
	assert_int_equal(client_pending(p.client), 3);
	expect(&p, "\1\4root\6secret\0\1\0\0\0\7");
	assert_int_equal(p.nstates, 0);
	say(&p, "\1\0\0\1\0\0\0\0\0\0\1\2\0\0\2\1a\3bob\0\7\2");
	until_heard(&p, 3);
	assert_int_equal(p.states[0], CLIENT_UP);
	assert_true(p.heard[0].number == 258);
	assert_int_equal(p.heard[1].count, 2);
	assert_string_equal(p.heard[1].name, "bob");
	assert_int_equal(p.heard[2].status, ADMIN_OK);
	assert_int_equal(client_pending(p.client), 0);
	end(&p);
}

static void
answers_may_arrive_octet_by_octet(void **state)
{
	static const char stream[] =
	    "\1\0\0\1\0\0\0\0\0\0\0\11\0\0\1\5alice\1\0\2";
	struct admin_user_new zoe = { 0 };
	struct play p;

	(void)state;
	begin(&p);
	ask(&p, ADMIN_total_connections);
	ask(&p, ADMIN_user_list);
	layout_text_set(&zoe.name, "zoe", 3);
	secret_set(&zoe.password, "pw", 2);
	zoe.role = 1;
	assert_int_equal(
	    client_ask(p.client, ADMIN_user_add, &zoe, on_answer, &p), 0);
	expect(&p, "\0\1\0\0\1\0\3zoe\2pw\1");
	for (size_t i = 0; i < sizeof stream - 1; i++) {
		assert_true(p.nheard < 3);
		say_bytes(&p, stream + i, 1);
		for (unsigned k = 0; k < 5; k++)
			turn(&p);
	}
	until_heard(&p, 3);
	assert_true(p.heard[0].number == 9);
	assert_string_equal(p.heard[1].name, "alice");
	assert_int_equal(p.heard[2].status, ADMIN_INVALID);
	end(&p);
}

static void
what_is_asked_in_an_answer_goes_out_too(void **state)
{
	struct play p;

	(void)state;
	begin(&p);
	p.ask_at_answer = true;
	ask(&p, ADMIN_users);
	expect(&p, "\0\7");
	say(&p, "\1\0\0\7\1");
	until_heard(&p, 1);
	expect(&p, "\0\7");
	say(&p, "\0\7\2");
	until_heard(&p, 2);
	end(&p);
}

static void
a_client_may_be_closed_from_its_own_answer(void **state)
{
	struct play p;

	(void)state;
	begin(&p);
	p.close_at_answer = true;
	ask(&p, ADMIN_users);
	ask(&p, ADMIN_users);
	say(&p, "\1\0\0\7\1\0\7\1");
	until_heard(&p, 1);
	for (unsigned i = 0; i < 5; i++)
		turn(&p);
	assert_int_equal(p.nheard, 1);
	end(&p);
}

static void
without_a_name_a_local_administrator_is_assumed(void **state)
{
	struct play p;

	(void)state;
	prepare(&p);
	p.config.user = "";
	secret_wipe(&p.config.password);
	open_client(&p);
	expect(&p, "\1\5local\5local");
	end(&p);
}

static void
a_thousand_requests_are_one_flight(void **state)
{
	struct play p;
	char wire[2000], answers[3000];

	(void)state;
	begin(&p);
	for (unsigned i = 0; i < 1000; i++) {
		ask(&p, ADMIN_users);
		memcpy(wire + 2 * i, "\0\7", 2);
		memcpy(answers + 3 * i, "\0\7\5", 3);
	}
	say(&p, "\1\0");
	expect_bytes(&p, wire, 1000);
	expect_bytes(&p, wire, 1000);
	say_bytes(&p, answers, sizeof answers);
	until_heard(&p, 1000);
	end(&p);
}

static void
too_much_at_once_is_refused_and_nothing_is_lost(void **state)
{
	struct play p;
	struct admin_user_name long_ = { 0 };
	char name[255];
	size_t asked = 0;
	int err;

	(void)state;
	begin(&p);
	memset(name, 'x', sizeof name);
	layout_text_set(&long_.name, name, sizeof name);
	do {
		err = client_ask(
		    p.client, ADMIN_user_connections, &long_, on_answer, &p);
		asked += err == 0;
	} while (err == 0);
	assert_int_equal(err, -ENOBUFS);
	assert_true(asked * 258 <= 1 << 20);
	assert_true((asked + 4) * 258 > 1 << 20);
	assert_int_equal(client_pending(p.client), asked);
	end(&p);
}

/* ---- the extension */

#define HELLO "\2\0\0\0\0\0"

static void
begin_extended(struct play *p)
{
	prepare(p);
	p->config.extended = true;
	open_client(p);
	expect(p, "\1\4root\6secret" HELLO);
}

static void
until_up(struct play *p)
{
	uint64_t until = clock_ms() + PATIENCE_MS;

	while (client_state(p->client) != CLIENT_UP) {
		turn(p);
		assert_true(clock_ms() < until);
	}
}

/* Nothing of what is asked goes out before. */
static void
hello_is_said_first_and_tells_what_the_server_knows(void **state)
{
	struct play p;

	(void)state;
	begin_extended(&p);
	ask(&p, ADMIN_users);
	assert_null(client_hello(p.client));
	assert_false(client_knows(p.client, ADMIN_hello));
	assert_int_equal(
	    client_ask(p.client, ADMIN_hello, NULL, on_answer, &p), -ENOSYS);
	say(&p, "\1\0\2\0\0\0\0\0\x1a\1\1\1n\1s\0\0\0\7"
		"\0\0\0\0\0\0\0\1\0\0\0\0\0\0\0\2");
	until_up(&p);
	assert_int_equal(p.nstates, 1);
	assert_string_equal(client_hello(p.client)->node.bytes, "n");
	assert_int_equal(client_hello(p.client)->uptime, 7);
	assert_true(client_knows(p.client, ADMIN_hello));
	/* It knows to delete that way, but not to add. */
	assert_true(admin_hello_knows(client_hello(p.client), ADMIN_user_del));
	assert_false(admin_hello_knows(client_hello(p.client), ADMIN_user_add));
	expect(&p, "\0\7");
	say(&p, "\0\7\3");
	until_heard(&p, 1);
	end(&p);
}

static void
refusals_of_the_extension_say_why(void **state)
{
	struct admin_user_name name = { 0 };
	struct play p;

	(void)state;
	begin_extended(&p);
	say(&p, "\1\0\2\0\0\0\0\0\x1a\1\1\1n\1s\0\0\0\7"
		"\0\0\0\0\0\0\0\1\0\0\0\0\0\0\0\2");
	until_up(&p);
	layout_text_set(&name.name, "a", 1);
	assert_int_equal(
	    client_ask(p.client, ADMIN_user_del, &name, on_answer, &p), 0);
	expect(&p, "\3\1\0\0\0\x0a\1a\0\0\0\0\0\0\0\0");
	say(&p, "\3\1\4\0\0\0\3\2no");
	until_heard(&p, 1);
	assert_int_equal(p.heard[0].status, ADMIN_REFUSED);
	assert_string_equal(p.heard[0].name, "no");
	end(&p);
}

/* ---- events */

/* A server that knows hello and subscribe. */
#define SUBSCRIBABLE                             \
	"\1\0\2\0\0\0\0\0\x1a\1\1\1n\1s\0\0\0\7" \
	"\0\0\0\0\0\0\x20\1\0\0\0\0\0\0\0\0"

static void
on_told(struct client *c, enum admin_event event,
    const union admin_event_record *record, void *arg)
{
	struct play *p = arg;

	assert_ptr_equal(c, p->client);
	assert_int_equal(event, ADMIN_EVENT_rules_changed);
	assert_string_equal(record->rules_changed.by.bytes, "x");
	p->ntold++;
	if (p->close_when_told) {
		client_close(p->client);
		p->client = NULL;
	}
}

static void
begin_told(struct play *p, unsigned answer_ms)
{
	prepare(p);
	p->config.extended = true;
	p->config.told = on_told;
	p->config.answer_ms = answer_ms;
	open_client(p);
	expect(p, "\1\4root\6secret" HELLO);
	say(p, SUBSCRIBABLE);
	until_up(p);
}

static void
subscribe(struct play *p)
{
	static const struct admin_subscription all = { .sessions = 1 };

	assert_int_equal(
	    client_ask(p->client, ADMIN_subscribe, &all, on_answer, p), 0);
	expect(p, "\2\x0d\0\0\0\x08\0\0\0\0\1\0\0\0");
}

static void
until_told(struct play *p, size_t n)
{
	uint64_t until = clock_ms() + PATIENCE_MS;

	while (p->ntold < n) {
		turn(p);
		assert_true(clock_ms() < until);
	}
}

static void
events_are_told_between_answers_and_unknown_ones_left_out(void **state)
{
	struct play p;

	(void)state;
	begin_told(&p, 0);
	subscribe(&p);
	say(&p, "\2\x0d\0\0\0\0\0"
		"\4\x08\0\0\0\2\1x"
		"\4\x3f\0\0\0\1z");
	until_heard(&p, 1);
	ask(&p, ADMIN_users);
	expect(&p, "\0\7");
	say(&p, "\4\x08\0\0\0\4\1x"
		"yy"
		"\0\7\3\4\x08\0\0\0\2\1x");
	until_told(&p, 3);
	until_heard(&p, 2);
	end(&p);
}

static void
a_client_may_be_closed_when_it_is_told(void **state)
{
	struct play p;

	(void)state;
	begin_told(&p, 0);
	p.close_when_told = true;
	say(&p, "\4\x08\0\0\0\2\1x\4\x08\0\0\0\2\1x");
	until_told(&p, 1);
	turn(&p);
	assert_int_equal(p.ntold, 1);
	end(&p);
}

static void
events_alone_do_not_keep_a_silent_server_alive(void **state)
{
	struct play p;

	(void)state;
	begin_told(&p, 20);
	ask(&p, ADMIN_users);
	expect(&p, "\0\7");
	while (client_state(p.client) != CLIENT_DOWN) {
		(void)send(p.fd, "\4\x08\0\0\0\2\1x", 8, MSG_NOSIGNAL);
		turn(&p);
	}
	assert_int_equal(client_end(p.client), CLIENT_LOST);
	end(&p);
}

static void
an_event_that_is_none_ends_the_connection(void **state)
{
	static const char inside[] = "\4\x08\0\0\0\2\5x";
	static const char endless[] = "\4\x08\0\1\0\1";
	struct play p;

	(void)state;
	for (int i = 0; i < 2; i++) {
		begin_told(&p, 0);
		say_bytes(&p, i == 0 ? inside : endless,
		    i == 0 ? sizeof inside - 1 : sizeof endless - 1);
		until_down(&p, CLIENT_GARBLED);
		end(&p);
	}
}

/* What a server with the base protocol alone says to hello: FF FF and the end,
 * TYPE FF, nothing but the end. */
static void
a_server_without_the_extension_is_asked_again_without_hello(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
	} said[] = { { "\1\0\xff\xff", 4 }, { "\1\0\2\xff", 4 }, { "\1\0", 2 },
		{ "\1\0\2\0\7\0\0\0\0", 9 } };
	struct play p;

	(void)state;
	for (size_t i = 0; i < sizeof said / sizeof *said; i++) {
		begin_extended(&p);
		ask(&p, ADMIN_users);
		say_bytes(&p, said[i].bytes, said[i].len);
		shutdown(p.fd, SHUT_WR);
		close(p.fd);
		p.fd = -1;
		expect(&p, "\1\4root\6secret\0\7");
		say(&p, "\1\0\0\7\5");
		until_heard(&p, 1);
		assert_int_equal(p.heard[0].status, ADMIN_OK);
		assert_int_equal(p.nstates, 1);
		assert_null(client_hello(p.client));
		assert_false(client_knows(p.client, ADMIN_hello));
		end(&p);
	}
}

static void
a_login_refused_is_not_tried_again_without_hello(void **state)
{
	struct play p;

	(void)state;
	begin_extended(&p);
	say(&p, "\1\1");
	until_down(&p, CLIENT_REFUSED);
	end(&p);
}

static void
a_blocking_caller_waits_for_all_answers(void **state)
{
	struct play p;

	(void)state;
	begin(&p);
	say(&p, "\1\0");
	assert_int_equal(client_wait(p.client), 0);
	assert_int_equal(client_state(p.client), CLIENT_UP);
	ask(&p, ADMIN_users);
	ask(&p, ADMIN_users);
	expect(&p, "\0\7\0\7");
	say(&p, "\0\7\1\0\7\2");
	assert_int_equal(client_wait(p.client), 0);
	assert_int_equal(p.nheard, 2);
	close(p.fd);
	p.fd = -1;
	ask(&p, ADMIN_users);
	assert_int_equal(client_wait(p.client), -1);
	assert_int_equal(p.heard[2].status, ADMIN_LOST);
	end(&p);
}

/* ---- refusals and losses */

static void
a_refused_login_is_told_as_such(void **state)
{
	struct play p;

	(void)state;
	begin(&p);
	ask(&p, ADMIN_users);
	say(&p, "\1\1");
	until_down(&p, CLIENT_REFUSED);
	assert_int_equal(p.nheard, 1);
	assert_int_equal(p.heard[0].status, ADMIN_LOST);
	assert_int_equal(p.nstates, 1);
	end(&p);
}

static void
another_version_is_told_as_such(void **state)
{
	struct play p;

	(void)state;
	begin(&p);
	say(&p, "\1\2");
	until_down(&p, CLIENT_REFUSED);
	end(&p);
}

static void
a_lost_connection_answers_all_that_was_asked(void **state)
{
	struct play p;

	(void)state;
	begin(&p);
	say(&p, "\1\0\0\7\1");
	for (unsigned i = 0; i < 3; i++)
		ask(&p, ADMIN_users);
	until_heard(&p, 1);
	close(p.fd);
	p.fd = -1;
	until_down(&p, CLIENT_LOST);
	assert_int_equal(p.nheard, 3);
	assert_int_equal(p.heard[1].status, ADMIN_LOST);
	assert_int_equal(p.heard[2].status, ADMIN_LOST);
	end(&p);
}

static void
a_closed_port_is_unreachable(void **state)
{
	struct play p;

	(void)state;
	prepare(&p);
	assert_int_equal(shutdown(p.listener, SHUT_RDWR), 0);
	open_client(&p);
	ask(&p, ADMIN_users);
	until_down(&p, CLIENT_UNREACHABLE);
	assert_int_equal(p.heard[0].status, ADMIN_LOST);
	end(&p);
}

static void
a_name_without_an_address_is_unreachable(void **state)
{
	struct play p;

	(void)state;
	prepare(&p);
	strcpy(p.config.endpoint.host, "no such host");
	open_client(&p);
	until_down(&p, CLIENT_UNREACHABLE);
	end(&p);
}

static void
a_missing_socket_file_is_unreachable(void **state)
{
	struct play p;

	(void)state;
	prepare(&p);
	p.config.endpoint.kind = ENDPOINT_UNIX;
	strcpy(p.config.endpoint.host, "/nonexistent/admin.sock");
	open_client(&p);
	until_down(&p, CLIENT_UNREACHABLE);
	end(&p);
}

static void
a_server_that_never_answers_the_login_is_given_up(void **state)
{
	struct play p;

	(void)state;
	prepare(&p);
	p.config.connect_ms = 50;
	open_client(&p);
	until_down(&p, CLIENT_LOST);
	end(&p);
}

static void
a_server_that_falls_silent_is_given_up_only_while_asked(void **state)
{
	struct play p;
	uint64_t asked;

	(void)state;
	prepare(&p);
	p.config.answer_ms = 20;
	open_client(&p);
	expect(&p, "\1\4root\6secret");
	say(&p, "\1\0");
	assert_int_equal(client_wait(p.client), 0);
	/* Without a question silence is no loss. */
	for (asked = clock_ms(); clock_ms() < asked + 50;)
		turn(&p);
	assert_int_equal(client_state(p.client), CLIENT_UP);
	asked = clock_ms();
	ask(&p, ADMIN_users);
	until_down(&p, CLIENT_LOST);
	assert_true(clock_ms() - asked >= 20);
	end(&p);
}

/* ---- hostile */

static void
assert_garbled(const char *bytes, size_t len)
{
	struct play p;

	begin(&p);
	ask(&p, ADMIN_user_list);
	say_bytes(&p, bytes, len);
	until_down(&p, CLIENT_GARBLED);
	end(&p);
}

static void
what_is_no_answer_ends_the_connection(void **state)
{
	(void)state;
	assert_garbled("HTTP/1.1 400", 12);
	assert_garbled("\1\3", 2);
	assert_garbled("\1\0\0\1", 4); /* of another command */
	assert_garbled("\1\0\2", 3);
	assert_garbled("\1\0\xff\xff", 4);
	assert_garbled("\1\0\4\x08\0\0\0\2\1x", 10); /* unasked event */
	assert_garbled("\1\0\0\0\0\0\7", 7); /* nobody asked for a second */
}

static void
an_endless_answer_is_bounded(void **state)
{
	static char flood[1 << 20];
	struct play p;
	uint64_t until = clock_ms() + PATIENCE_MS;
	size_t sent = 0;

	(void)state;
	begin(&p);
	ask(&p, ADMIN_user_list);
	say(&p, "\1\0\0\0\xff");
	memset(flood, 'z', sizeof flood);
	while (client_state(p.client) != CLIENT_DOWN) {
		ssize_t n = send(p.fd, flood + sent, sizeof flood - sent,
		    MSG_NOSIGNAL | MSG_DONTWAIT);

		sent += n > 0 ? (size_t)n : 0;
		turn(&p);
		assert_true(clock_ms() < until);
	}
	assert_int_equal(client_end(p.client), CLIENT_GARBLED);
	end(&p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    requests_go_out_behind_the_login_and_are_answered_in_order),
		cmocka_unit_test(answers_may_arrive_octet_by_octet),
		cmocka_unit_test(what_is_asked_in_an_answer_goes_out_too),
		cmocka_unit_test(a_client_may_be_closed_from_its_own_answer),
		cmocka_unit_test(
		    without_a_name_a_local_administrator_is_assumed),
		cmocka_unit_test(a_thousand_requests_are_one_flight),
		cmocka_unit_test(
		    too_much_at_once_is_refused_and_nothing_is_lost),
		cmocka_unit_test(
		    hello_is_said_first_and_tells_what_the_server_knows),
		cmocka_unit_test(refusals_of_the_extension_say_why),
		cmocka_unit_test(
		    events_are_told_between_answers_and_unknown_ones_left_out),
		cmocka_unit_test(a_client_may_be_closed_when_it_is_told),
		cmocka_unit_test(
		    events_alone_do_not_keep_a_silent_server_alive),
		cmocka_unit_test(an_event_that_is_none_ends_the_connection),
		cmocka_unit_test(
		    a_server_without_the_extension_is_asked_again_without_hello),
		cmocka_unit_test(
		    a_login_refused_is_not_tried_again_without_hello),
		cmocka_unit_test(a_blocking_caller_waits_for_all_answers),
		cmocka_unit_test(a_refused_login_is_told_as_such),
		cmocka_unit_test(another_version_is_told_as_such),
		cmocka_unit_test(a_lost_connection_answers_all_that_was_asked),
		cmocka_unit_test(a_closed_port_is_unreachable),
		cmocka_unit_test(a_name_without_an_address_is_unreachable),
		cmocka_unit_test(a_missing_socket_file_is_unreachable),
		cmocka_unit_test(
		    a_server_that_never_answers_the_login_is_given_up),
		cmocka_unit_test(
		    a_server_that_falls_silent_is_given_up_only_while_asked),
		cmocka_unit_test(what_is_no_answer_ends_the_connection),
		cmocka_unit_test(an_endless_answer_is_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
