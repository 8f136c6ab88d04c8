/* The client and the extension: hello, reasons, events, older servers. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "tests/client/play.h"

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
	play_end(&p);
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
	play_end(&p);
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
	play_end(&p);
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
	play_end(&p);
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
	play_end(&p);
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
		play_end(&p);
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
		play_end(&p);
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
	play_end(&p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
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
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
