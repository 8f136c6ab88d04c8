#include "tests/net/stage.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/net/peer.h"

static void
take(const struct mail *letter, void *arg)
{
	struct stage *s = arg;

	if (letter->kind == MAIL_CHECK) {
		s->asked = letter->u.p;
	} else if (letter->kind == MAIL_USED) {
		free(s->used);
		s->used = letter->u.p;
	} else if (letter->kind == MAIL_FOUND) {
		finding_batch_free(s->found);
		s->found = letter->u.p;
	}
}

static struct stage *on_stage;

static void
turn(void)
{
	turns(on_stage, 1);
}

static void
on_came(void *arg)
{
	((struct stage *)arg)->came++;
}

static void
on_left(void *arg)
{
	((struct stage *)arg)->left++;
}

static void
make_base(struct stage *s)
{
	struct event_config *config = event_config_new();

	event_config_set_flag(config, EVENT_BASE_FLAG_NOLOCK);
	event_config_require_features(config, EV_FEATURE_ET);
	s->conns.base = event_base_new_with_config(config);
	event_config_free(config);
}

/* A name server that never says a word. */
static void
make_resolver(struct stage *s)
{
	struct resolver_options options = resolver_defaults;
	struct sockaddr_in sa = { .sin_family = AF_INET };

	s->dns = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	sa.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(bind(s->dns, (struct sockaddr *)&sa, sizeof sa), 0);
	struct addr at = peer_name(s->dns);

	addr_print(&at, s->servers);
	options.servers = s->servers;
	s->conns.resolver = resolver_new(s->conns.base, &options);
	assert_non_null(s->conns.resolver);
}

int
set_up(void **state)
{
	struct stage *s = calloc(1, sizeof *s);

	peer_log.count = 0;
	on_stage = s;
	peer_turn = turn;
	make_base(s);
	make_resolver(s);
	s->main = mailbox_new(s->conns.base, take, s);
	s->login = mailbox_new(s->conns.base, take, s);
	s->book = book_new();
	s->listener = peer_listen("127.0.0.1", &s->door);
	s->target = peer_listen("127.0.0.1", &s->target_at);
	s->policy.accounts = book_accounts(s->book);
	s->policy.limits = peer_limits;
	s->conns.metrics = &s->metrics;
	s->conns.shared = &s->shared;
	s->conns.main = s->main;
	s->conns.login = s->login;
	s->conns.index = 3;
	s->conns.came = on_came;
	s->conns.left = on_left;
	s->conns.arg = s;
	assert_int_equal(conns_init(&s->conns), 0);
	conns_use(&s->conns, &s->policy);
	*state = s;
	return 0;
}

int
tear_down(void **state)
{
	struct stage *s = *state;

	conns_free(&s->conns);
	assert_int_equal(s->shared.sessions, 0);
	assert_int_equal(s->shared.users, 0);
	assert_int_equal(s->metrics.sessions, 0);
	assert_int_equal(s->metrics.relaying, 0);
	assert_int_equal(s->came > 0, s->left > 0);
	mailbox_empty(s->main);
	mailbox_free(s->main);
	mailbox_free(s->login);
	resolver_free(s->conns.resolver);
	event_base_free(s->conns.base);
	book_free(s->book);
	close(s->dns);
	close(s->listener);
	close(s->target);
	free(s->used);
	finding_batch_free(s->found);
	free(s);
	peer_turn = NULL;
	return 0;
}

void
turns(struct stage *s, unsigned n)
{
	while (n-- > 0)
		assert_true(event_base_loop(s->conns.base,
				EVLOOP_NONBLOCK | EVLOOP_ONCE) >= 0);
}

/* What a busy machine delivers late is waited for. */
void
turns_to_the_end(struct stage *s)
{
	while (s->conns.count > 0)
		assert_int_equal(
		    event_base_loop(s->conns.base, EVLOOP_ONCE), 0);
}

void
pass(struct stage *s, unsigned seconds)
{
	while (seconds-- > 0) {
		conns_tick(&s->conns, s->conns.now + 1);
		turns(s, 2);
	}
}

int
enter(struct stage *s)
{
	struct addr client;
	int fd = peer_connect(&s->door), inside = peer_accept(s->listener);

	assert_int_equal(fcntl(inside, F_SETFL, O_NONBLOCK), 0);
	client = peer_name(fd);
	atomic_fetch_add(&s->shared.sessions, 1);
	s->opened = conn_open(&s->conns, inside, &client);
	return fd;
}

int
reaches(struct stage *s, int fd)
{
	int target = peer_accept(s->target);

	peer_hears_success(fd, target);
	return target;
}

int
tunnel(struct stage *s, int *target)
{
	int fd = enter(s);

	SAYS(fd, 5, 1, 0);
	HEARS(fd, 5, 0);
	peer_says_request(fd, &s->target_at);
	*target = reaches(s, fd);
	assert_int_equal(s->metrics.relaying, 1);
	return fd;
}

void
add_account(struct stage *s, const char *name)
{
	struct account row = {
		.id = 7,
		.name = name,
		.hash = "$argon2id$not-checked-here",
		.enabled = true,
		.name_len = (uint8_t)strlen(name),
	};

	assert_int_equal(book_load(s->book, &row, NULL), 0);
	s->policy.accounts = book_accounts(s->book);
}

const struct account *
alice(struct stage *s)
{
	return accounts_find(s->policy.accounts, "alice", 5);
}

int
ask_as_alice(struct stage *s)
{
	uint64_t known = s->metrics.auth_ok;
	int fd;

	s->policy.limits.auth_required = true;
	fd = enter(s);
	SAYS(fd, 5, 1, 2, 1, 5, 'a', 'l', 'i', 'c', 'e', 1, 'x');
	HEARS(fd, 5, 2);
	turns_until(s, s->asked != NULL || s->metrics.auth_ok > known);
	return fd;
}

int
enter_as_alice(struct stage *s)
{
	int fd;

	if (s->policy.accounts == NULL || alice(s) == NULL)
		add_account(s, "alice");
	fd = ask_as_alice(s);
	if (s->asked != NULL) {
		s->asked->result = LOGIN_RIGHT;
		conns_verdict(&s->conns, s->asked);
		s->asked = NULL;
	}
	HEARS(fd, 1, 0);
	return fd;
}
