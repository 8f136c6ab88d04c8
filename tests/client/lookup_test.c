/*
 * Names of servers, with a resolver that answers when the test lets it: it
 * takes the place of the system's, which is asked for addresses in digits
 * alone.
 */

#include <netdb.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "client/client.h"

enum { PATIENCE_MS = 20000 };

/* What the resolver waits for: 'y' gives 127.0.0.1, 'n' nothing. */
static int resolver[2];
static _Atomic unsigned answered;
static unsigned asked;

int __real_getaddrinfo(
    const char *, const char *, const struct addrinfo *, struct addrinfo **);
int __wrap_getaddrinfo(
    const char *, const char *, const struct addrinfo *, struct addrinfo **);

int
__wrap_getaddrinfo(const char *host, const char *port,
    const struct addrinfo *hints, struct addrinfo **list)
{
	char answer = 'n';
	int err = EAI_NONAME;

	if (hints->ai_flags & AI_NUMERICHOST)
		return __real_getaddrinfo(host, port, hints, list);
	if (read(resolver[1], &answer, 1) == 1 && answer == 'y')
		err = __real_getaddrinfo("127.0.0.1", port, hints, list);
	answered++;
	return err;
}

struct play {
	struct event_base *base;
	struct client *client;
	struct client_config config;
	int told;
};

static void
on_changed(struct client *c, enum client_state state, void *arg)
{
	struct play *p = arg;

	(void)c;
	(void)state;
	p->told++;
}

static void
open_client(struct play *p)
{
	asked++;
	p->client = client_open(p->base, &p->config);
	assert_non_null(p->client);
}

static void
begin(struct play *p)
{
	*p = (struct play){ .config = { .user = "root" } };
	p->base = event_base_new();
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, resolver), 0);
	p->config.endpoint.kind = ENDPOINT_TCP;
	p->config.endpoint.port = 1; /* nobody listens there */
	strcpy(p->config.endpoint.host, "proxy.example.net");
	p->config.changed = on_changed;
	p->config.arg = p;
	asked = 0;
	answered = 0;
	open_client(p);
}

/* Not before the last thread has its answer. */
static void
end(struct play *p)
{
	client_close(p->client);
	event_base_free(p->base);
	shutdown(resolver[0], SHUT_RDWR);
	while (answered < asked)
		sched_yield();
	close(resolver[0]);
	close(resolver[1]);
}

static void
until_told(struct play *p)
{
	uint64_t late = clock_ms() + PATIENCE_MS;

	while (p->told == 0) {
		assert_true(event_base_loop(p->base, EVLOOP_ONCE) != -1);
		assert_true(clock_ms() < late);
	}
}

static void
answer(char how)
{
	assert_int_equal(write(resolver[0], &how, 1), 1);
}

static void
a_name_that_is_being_resolved_holds_up_nobody(void **state)
{
	struct play p;

	(void)state;
	begin(&p);
	assert_int_equal(event_base_loop(p.base, EVLOOP_NONBLOCK), 0);
	assert_int_equal(client_state(p.client), CLIENT_CONNECTING);
	answer('y');
	until_told(&p);
	/* It was found: now it is the port that fails. */
	assert_int_equal(client_end(p.client), CLIENT_UNREACHABLE);
	assert_non_null(strstr(client_why(p.client), "refused"));
	end(&p);
}

static void
a_name_without_an_address_is_told_with_why(void **state)
{
	struct play p;

	(void)state;
	begin(&p);
	answer('n');
	until_told(&p);
	assert_int_equal(client_end(p.client), CLIENT_UNREACHABLE);
	assert_non_null(strstr(client_why(p.client), "proxy.example.net: "));
	assert_non_null(strstr(client_why(p.client), gai_strerror(EAI_NONAME)));
	end(&p);
}

static void
a_resolver_that_never_answers_ends_at_the_limit(void **state)
{
	struct play p;

	(void)state;
	begin(&p);
	client_close(p.client);
	p.config.connect_ms = 1;
	open_client(&p);
	until_told(&p);
	assert_int_equal(client_end(p.client), CLIENT_UNREACHABLE);
	assert_non_null(strstr(
	    client_why(p.client), "the resolver gave no answer for 1 ms"));
	end(&p);
}

static void
an_answer_that_comes_after_the_client_was_closed_is_let_go(void **state)
{
	struct play p;

	(void)state;
	begin(&p);
	client_close(p.client);
	p.client = NULL;
	answer('y');
	assert_int_equal(event_base_loop(p.base, EVLOOP_NONBLOCK), 1);
	assert_int_equal(p.told, 0);
	end(&p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_name_that_is_being_resolved_holds_up_nobody),
		cmocka_unit_test(a_name_without_an_address_is_told_with_why),
		cmocka_unit_test(
		    a_resolver_that_never_answers_ends_at_the_limit),
		cmocka_unit_test(
		    an_answer_that_comes_after_the_client_was_closed_is_let_go),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
