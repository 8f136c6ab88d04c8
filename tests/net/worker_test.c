/*
 * A worker as main knows it: a thread that serves SOCKS and is led by letters.
 * The tests are its clients, its targets, main and the login thread.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/secret.h"
#include "core/book.h"
#include "core/login.h"
#include "net/finds.h"
#include "net/worker.h"
#include "tests/net/peer.h"

enum { LETTERS = 64 };

struct stage {
	struct event_base *base;
	struct mailbox *main, *login;
	struct worker_shared shared;
	struct book *book;
	struct policy policy, next; /* the worker holds one of them */
	struct worker *worker;
	struct addr at;
	int target;
	struct addr target_at;
	struct mail got[LETTERS]; /* to main and the login thread */
	size_t ngot;
};

static const char hash[] = "$argon2id$not-checked-here";

static void
take(const struct mail *letter, void *arg)
{
	struct stage *s = arg;

	assert_true(s->ngot < LETTERS);
	s->got[s->ngot++] = *letter;
}

/* The next letter of that kind, whenever it comes; others are dropped. */
static struct mail
letter(struct stage *s, enum mail_kind kind)
{
	for (;;) {
		for (size_t i = 0; i < s->ngot; i++) {
			struct mail it = s->got[i];

			if (it.kind != kind)
				continue;
			memmove(&s->got[i], &s->got[i + 1],
			    (s->ngot - i - 1) * sizeof it);
			s->ngot--;
			return it;
		}
		assert_int_equal(event_base_loop(s->base, EVLOOP_ONCE), 0);
	}
}

static void
add_account(struct stage *s, uint64_t id, const char *name)
{
	struct account row = {
		.id = id,
		.name = name,
		.hash = hash,
		.enabled = true,
		.name_len = (uint8_t)strlen(name),
	};

	assert_int_equal(book_load(s->book, &row, NULL), 0);
}

static void
use_policy(struct stage *s, struct policy *p)
{
	p->accounts = book_accounts(s->book);
	assert_int_equal(
	    mail_post(worker_mailbox(s->worker), MAIL_POLICY, 0, p), 0);
	(void)letter(s, MAIL_RETURNED);
}

static int
set_up(void **state)
{
	struct stage *s = calloc(1, sizeof *s);
	struct worker_config config;
	const struct addr *failed;
	struct addr any;

	s->base = event_base_new();
	s->main = mailbox_new(s->base, take, s);
	s->login = mailbox_new(s->base, take, s);
	s->book = book_new();
	s->target = peer_listen("127.0.0.1", &s->target_at);
	s->policy.limits = (struct policy_limits){
		.buffer_size = 65536,
		.pipe_size = 262144,
		.selector_timeout = 7,
		.connection_timeout = 255,
		.handshake_timeout = 10,
		.connect_timeout = 10,
		.max_connections = 100,
		.cleanup = true,
		.splice = true,
		.access_log = true,
	};
	s->policy.accounts = book_accounts(s->book);
	s->next = s->policy;
	assert_true(addr_parse(&any, "127.0.0.1", 0));
	config = (struct worker_config){
		.index = 0,
		.listen = &any,
		.nlisten = 1,
		.policy = &s->policy,
		.shared = &s->shared,
		.main = s->main,
		.login = s->login,
	};
	peer_log.count = 0;
	assert_int_equal(worker_new(&s->worker, &config, &failed), 0);
	s->at = worker_listen_addr(s->worker, 0);
	assert_int_equal(worker_start(s->worker), 0);
	*state = s;
	return 0;
}

static void
end_worker(struct stage *s)
{
	(void)letter(s, MAIL_GONE);
	worker_free(s->worker);
	s->worker = NULL;
}

static int
tear_down(void **state)
{
	struct stage *s = *state;

	if (s->worker != NULL) {
		assert_int_equal(mail_post_number(worker_mailbox(s->worker),
				     MAIL_QUIT, 0, 0),
		    0);
		end_worker(s);
	}
	for (size_t i = 0; i < s->ngot; i++)
		if (s->got[i].kind == MAIL_USED)
			free(s->got[i].u.p);
		else if (s->got[i].kind == MAIL_FOUND)
			finding_batch_free(s->got[i].u.p);
		else if (s->got[i].kind == MAIL_CHECK)
			login_free(s->got[i].u.p);
	close(s->target);
	mailbox_free(s->main);
	mailbox_free(s->login);
	book_free(s->book);
	event_base_free(s->base);
	free(s);
	return 0;
}

static void
post(struct stage *s, enum mail_kind kind, uint64_t n)
{
	assert_int_equal(
	    mail_post_number(worker_mailbox(s->worker), kind, 0, n), 0);
}

static void
says_request(struct stage *s, int fd)
{
	const uint8_t *ip = s->target_at.ip;
	uint16_t port = s->target_at.port;

	SAYS(fd, 5, 1, 0, 1, ip[0], ip[1], ip[2], ip[3], (uint8_t)(port >> 8),
	    (uint8_t)port);
}

/* The reply with the address the target sees. */
static void
hears_success(int fd, int target)
{
	struct sockaddr_storage sa = { 0 };
	socklen_t len = sizeof sa;
	struct addr seen;

	assert_int_equal(getpeername(target, (struct sockaddr *)&sa, &len), 0);
	seen = addr_of((struct sockaddr *)&sa);
	HEARS(fd, 5, 0, 0, 1, seen.ip[0], seen.ip[1], seen.ip[2], seen.ip[3],
	    (uint8_t)(seen.port >> 8), (uint8_t)seen.port);
}

/* A tunnel without a login; *target is its other end. */
static int
tunnel(struct stage *s, int *target)
{
	int fd = peer_connect(&s->at);

	SAYS(fd, 5, 1, 0);
	HEARS(fd, 5, 0);
	says_request(s, fd);
	*target = peer_accept(s->target);
	hears_success(fd, *target);
	return fd;
}

static void
says_login(int fd, const char *name, const char *password)
{
	uint8_t name_len = (uint8_t)strlen(name);
	uint8_t password_len = (uint8_t)strlen(password);

	SAYS(fd, 1, name_len);
	peer_says(fd, name, name_len);
	SAYS(fd, password_len);
	peer_says(fd, password, password_len);
}

static void
answer_login(struct stage *s, enum login_result result)
{
	struct login *login = letter(s, MAIL_CHECK).u.p;

	login->result = result;
	assert_int_equal(
	    mail_post(worker_mailbox(s->worker), MAIL_VERDICT, 0, login), 0);
}

/* ---- */

static void
connects_and_passes_octets_both_ways(void **state)
{
	struct stage *s = *state;
	int target, fd = tunnel(s, &target);

	peer_says(fd, "ping", 4);
	peer_hears(target, "ping", 4);
	peer_says(target, "pong", 4);
	peer_hears(fd, "pong", 4);
	close(fd);
	peer_hears_end(target);
	close(target);
}

static void
half_close_is_passed_on_both_ways(void **state)
{
	struct stage *s = *state;
	int target, fd = tunnel(s, &target);

	peer_says(fd, "question", 8);
	shutdown(fd, SHUT_WR);
	peer_hears(target, "question", 8);
	peer_hears_end(target);
	peer_says(target, "answer", 6);
	close(target);
	peer_hears(fd, "answer", 6);
	peer_hears_end(fd);
	close(fd);
}

static void
reset_by_the_target_is_passed_on(void **state)
{
	struct stage *s = *state;
	int target, fd = tunnel(s, &target);

	peer_resets(target);
	peer_hears_reset(fd);
	close(fd);
}

static void
reset_by_the_client_is_passed_on(void **state)
{
	struct stage *s = *state;
	int target, fd = tunnel(s, &target);

	peer_resets(fd);
	peer_hears_reset(target);
	close(target);
}

static void
reset_behind_octets_is_not_overlooked(void **state)
{
	struct stage *s = *state;
	int target, fd = tunnel(s, &target);

	/* One batch: the worker learns of both at once, or nearly. */
	peer_says(target, "last words", 10);
	peer_resets(target);
	peer_hears(fd, "last words", 10);
	peer_hears_reset(fd);
	close(fd);
}

static void
octets_sent_ahead_are_the_relay_s_first(void **state)
{
	struct stage *s = *state;
	const uint8_t *ip = s->target_at.ip;
	uint16_t port = s->target_at.port;
	int target, fd = peer_connect(&s->at);

	SAYS(fd, 5, 1, 0, 5, 1, 0, 1, ip[0], ip[1], ip[2], ip[3],
	    (uint8_t)(port >> 8), (uint8_t)port, 'e', 'a', 'r', 'l', 'y');
	target = peer_accept(s->target);
	peer_hears(target, "early", 5);
	HEARS(fd, 5, 0);
	hears_success(fd, target);
	close(fd);
	peer_hears_end(target);
	close(target);
}

static void
refused_target_is_told_and_the_client_s_rest_is_read(void **state)
{
	struct stage *s = *state;
	struct addr nobody;
	int fd, gone = peer_listen("127.0.0.1", &nobody);

	close(gone);
	fd = peer_connect(&s->at);
	SAYS(fd, 5, 1, 0, 5, 1, 0, 1, 127, 0, 0, 1, (uint8_t)(nobody.port >> 8),
	    (uint8_t)nobody.port);
	HEARS(fd, 5, 0, 5, 5, 0, 1, 0, 0, 0, 0, 0, 0);
	peer_hears_end(fd);
	close(fd);
}

static struct rules *
rules(struct policy *p, const char *text)
{
	struct rules *set = rules_new(&text, 1, 1, NULL);

	assert_non_null(set);
	p->rules = set;
	return set;
}

static uint64_t
count(struct stage *s, size_t metric)
{
	struct metrics *m = worker_metrics(s->worker);
	struct metrics_sum sum;

	metrics_sum(&sum, &m, 1);
	return *(uint64_t *)((char *)&sum + metric_rows[metric].offset);
}

static void
a_denied_target_is_told_as_02_until_the_rule_is_gone(void **state)
{
	struct stage *s = *state;
	struct policy *next = &s->next, *before = &s->policy;
	struct rules *set = rules(next, "deny to 127.0.0.0/8");
	uint16_t port = s->target_at.port;
	int fd, target;

	use_policy(s, next);
	fd = peer_connect(&s->at);
	SAYS(fd, 5, 1, 0);
	HEARS(fd, 5, 0);
	says_request(s, fd);
	HEARS(fd, 5, 2, 0, 1, 0, 0, 0, 0, 0, 0);
	peer_hears_end(fd);
	close(fd);
	/* As a name, as IPv6, as no address. */
	fd = peer_connect(&s->at);
	SAYS(fd, 5, 1, 0, 5, 1, 0, 3, 9, '1', '2', '7', '.', '0', '.', '0', '.',
	    '1', (uint8_t)(port >> 8), (uint8_t)port);
	HEARS(fd, 5, 0, 5, 2, 0, 1, 0, 0, 0, 0, 0, 0);
	peer_hears_end(fd); /* it is counted before */
	close(fd);
	fd = peer_connect(&s->at);
	SAYS(fd, 5, 1, 0, 5, 1, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff,
	    127, 0, 0, 1, (uint8_t)(port >> 8), (uint8_t)port);
	HEARS(fd, 5, 0, 5, 2, 0, 1, 0, 0, 0, 0, 0, 0);
	peer_hears_end(fd); /* it is counted before */
	close(fd);
	fd = peer_connect(&s->at);
	SAYS(fd, 5, 1, 0, 5, 1, 0, 1, 0, 0, 0, 0, (uint8_t)(port >> 8),
	    (uint8_t)port);
	HEARS(fd, 5, 0, 5, 2, 0, 1, 0, 0, 0, 0, 0, 0);
	peer_hears_end(fd); /* it is counted before */
	close(fd);
	assert_int_equal(count(s, METRICS_INDEX_denied), 4);
	assert_int_equal(count(s, METRICS_INDEX_refused), 4);
	assert_int_equal(rules_row(set, 0).hits, 4);
	use_policy(s, before);
	rules_free(set);
	fd = tunnel(s, &target);
	close(fd);
	peer_hears_end(target);
	close(target);
}

static void
a_rule_for_a_user_is_for_who_has_logged_in(void **state)
{
	struct stage *s = *state;
	struct policy *next = &s->next, *before = &s->policy;
	struct rules *set = rules(next, "deny user alice");
	int fd, target;

	add_account(s, 7, "alice");
	use_policy(s, next);
	fd = peer_connect(&s->at);
	SAYS(fd, 5, 1, 2);
	HEARS(fd, 5, 2);
	says_login(fd, "alice", "wonder");
	answer_login(s, LOGIN_RIGHT);
	HEARS(fd, 1, 0);
	says_request(s, fd);
	HEARS(fd, 5, 2, 0, 1, 0, 0, 0, 0, 0, 0);
	close(fd);
	fd = tunnel(s, &target); /* nobody is not alice */
	close(fd);
	peer_hears_end(target);
	close(target);
	use_policy(s, before);
	rules_free(set);
}

static void
unknown_commands_are_refused_with_07(void **state)
{
	struct stage *s = *state;
	int fd;

	for (uint8_t command = 4; command <= 6; command++) {
		fd = peer_connect(&s->at);
		SAYS(fd, 5, 1, 0, 5, command, 0, 1, 127, 0, 0, 1, 0, 80);
		HEARS(fd, 5, 0, 5, 7, 0, 1, 0, 0, 0, 0, 0, 0);
		peer_hears_end(fd);
		close(fd);
	}
}

static void
login_is_asked_once_and_then_known(void **state)
{
	struct stage *s = *state;
	struct policy *next = &s->next;
	struct use_batch *used;
	int target, fd;

	add_account(s, 7, "alice");
	next->limits.auth_required = true;
	use_policy(s, next);
	fd = peer_connect(&s->at);
	SAYS(fd, 5, 2, 0, 2);
	HEARS(fd, 5, 2);
	says_login(fd, "alice", "wonder");
	answer_login(s, LOGIN_RIGHT);
	HEARS(fd, 1, 0);
	says_request(s, fd);
	target = peer_accept(s->target);
	hears_success(fd, target);
	used = letter(s, MAIL_USED).u.p;
	assert_int_equal(used->count, 1);
	assert_int_equal(used->rows[0].account, 7);
	assert_memory_equal(used->rows[0].target, "127.0.0.1:", 10);
	free(used);
	close(fd);
	close(target);

	/* The second time nobody needs to be asked. */
	fd = peer_connect(&s->at);
	SAYS(fd, 5, 1, 2);
	HEARS(fd, 5, 2);
	says_login(fd, "alice", "wonder");
	HEARS(fd, 1, 0);
	close(fd);
}

static void
wrong_password_is_refused_and_closed(void **state)
{
	struct stage *s = *state;
	struct policy *next = &s->next;
	int fd;

	add_account(s, 7, "alice");
	next->limits.auth_required = true;
	use_policy(s, next);
	fd = peer_connect(&s->at);
	SAYS(fd, 5, 1, 2);
	HEARS(fd, 5, 2);
	says_login(fd, "alice", "guess");
	answer_login(s, LOGIN_WRONG);
	HEARS(fd, 1, 1);
	peer_hears_end(fd);
	close(fd);
}

static void
suspect_source_is_asked_about_even_with_the_right_password(void **state)
{
	struct stage *s = *state;
	struct policy *next = &s->next;
	struct addr *source = malloc(sizeof *source);
	int fd;

	add_account(s, 7, "alice");
	next->limits.auth_required = true;
	use_policy(s, next);
	for (int round = 0; round < 2; round++) {
		if (round == 1) {
			assert_true(addr_parse(source, "127.0.0.1", 0));
			assert_int_equal(mail_post(worker_mailbox(s->worker),
					     MAIL_SUSPECT, 0, source),
			    0);
		}
		fd = peer_connect(&s->at);
		SAYS(fd, 5, 1, 2);
		HEARS(fd, 5, 2);
		says_login(fd, "alice", "wonder");
		answer_login(s, LOGIN_RIGHT);
		HEARS(fd, 1, 0);
		close(fd);
	}
}

static int
says_hello_and_login(struct stage *s, const char *password)
{
	int fd = peer_connect(&s->at);

	SAYS(fd, 5, 1, 2);
	HEARS(fd, 5, 2);
	says_login(fd, "alice", password);
	return fd;
}

static void
guess_makes_its_source_suspect_before_the_verdict(void **state)
{
	struct stage *s = *state;
	struct policy *next = &s->next;
	struct login *guess;
	int first, fd;

	add_account(s, 7, "alice");
	next->limits.auth_required = true;
	use_policy(s, next);
	fd = says_hello_and_login(s, "wonder");
	answer_login(s, LOGIN_RIGHT);
	HEARS(fd, 1, 0);
	close(fd);
	first = says_hello_and_login(s, "guess");
	guess = letter(s, MAIL_CHECK).u.p;
	/* The right one must wait its turn behind a guess in the dark. */
	fd = says_hello_and_login(s, "wonder");
	answer_login(s, LOGIN_RIGHT);
	HEARS(fd, 1, 0);
	close(fd);
	guess->result = LOGIN_WRONG;
	assert_int_equal(
	    mail_post(worker_mailbox(s->worker), MAIL_VERDICT, 0, guess), 0);
	HEARS(first, 1, 1);
	close(first);
}

static void
client_that_leaves_before_the_verdict_leaves_no_trace(void **state)
{
	struct stage *s = *state;
	struct policy *next = &s->next;
	struct login *login;
	int fd;

	next->limits.auth_required = true;
	use_policy(s, next);
	fd = peer_connect(&s->at);
	SAYS(fd, 5, 1, 2);
	HEARS(fd, 5, 2);
	says_login(fd, "nobody", "x");
	login = letter(s, MAIL_CHECK).u.p;
	peer_resets(fd);
	post(s, MAIL_DRAIN, 0);
	end_worker(s);
	assert_true(atomic_load(&login->abandoned));
	login_free(login);
}

static void
eviction_closes_the_account_s_sessions_and_no_others(void **state)
{
	struct stage *s = *state;
	struct policy *next = &s->next;
	int target, fd, other_target, other;

	other = tunnel(s, &other_target);
	add_account(s, 7, "alice");
	next->limits.auth_required = true;
	use_policy(s, next);
	fd = peer_connect(&s->at);
	SAYS(fd, 5, 1, 2);
	HEARS(fd, 5, 2);
	says_login(fd, "alice", "wonder");
	answer_login(s, LOGIN_RIGHT);
	HEARS(fd, 1, 0);
	says_request(s, fd);
	target = peer_accept(s->target);
	hears_success(fd, target);
	assert_int_equal(atomic_load(&s->shared.users), 1);

	post(s, MAIL_EVICT, 7);
	peer_hears_end(fd);
	peer_hears_end(target);
	assert_int_equal(atomic_load(&s->shared.users), 0);
	peer_says(other, "still here", 10);
	peer_hears(other_target, "still here", 10);
	close(fd);
	close(target);
	close(other);
	close(other_target);
}

static bool
may_connect(const struct addr *at)
{
	struct sockaddr_storage sa;
	socklen_t len = addr_sockaddr(at, &sa);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool ok = connect(fd, (struct sockaddr *)&sa, len) == 0;

	close(fd);
	return ok;
}

static void
listeners_close_and_open_while_tunnels_go_on(void **state)
{
	struct stage *s = *state;
	int target, fd = tunnel(s, &target);

	post(s, MAIL_LISTEN, 0);
	use_policy(s, &s->next); /* letters are taken in order */
	assert_false(may_connect(&s->at));
	peer_says(fd, "on", 2);
	peer_hears(target, "on", 2);
	post(s, MAIL_LISTEN, 1);
	use_policy(s, &s->policy);
	assert_true(may_connect(&s->at));
	close(fd);
	close(target);
}

static void
draining_serves_who_came_before_and_then_leaves(void **state)
{
	struct stage *s = *state;
	int target, fd = tunnel(s, &target);

	post(s, MAIL_DRAIN, 0);
	peer_says(fd, "a while yet", 11);
	peer_hears(target, "a while yet", 11);
	close(fd);
	peer_hears_end(target);
	close(target);
	end_worker(s);
	assert_int_equal(atomic_load(&s->shared.sessions), 0);
}

static void
clearing_closes_all_sessions(void **state)
{
	struct stage *s = *state;
	int target, fd = tunnel(s, &target);

	post(s, MAIL_CLEAR, 0);
	peer_hears_end(fd);
	peer_hears_end(target);
	close(fd);
	close(target);
}

static bool
is_answered(int fd, int wait_ms)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	return poll(&p, 1, wait_ms) == 1;
}

static void
two_clients_take_turns_in_one_slot(void **state)
{
	struct stage *s = *state;
	struct policy *next = &s->next;
	int target, fd, waiting;

	next->limits.max_connections = 1;
	use_policy(s, next);
	fd = tunnel(s, &target);
	waiting = peer_connect(&s->at);
	SAYS(waiting, 5, 1, 0);
	peer_says(fd, "first", 5);
	peer_hears(target, "first", 5);
	assert_false(is_answered(waiting, 0));
	close(fd);
	close(target);
	HEARS(waiting, 5, 0);
	close(waiting);
	assert_int_equal(atomic_load(&s->shared.peak), 1);
}

/* Take descriptors until there are none; they end up in fds. */
static size_t
use_up_descriptors(int fds[], size_t most)
{
	size_t n;

	for (n = 0; n < most; n++)
		if ((fds[n] = open("/dev/null", O_RDONLY | O_CLOEXEC)) == -1)
			break;
	assert_int_equal(errno, EMFILE);
	return n;
}

static void
out_of_descriptors_clients_wait_and_tunnels_go_on(void **state)
{
	struct stage *s = *state;
	struct rlimit before, low;
	int fds[256], target, fd = tunnel(s, &target), waiting;
	size_t n;

	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	low = before;
	low.rlim_cur = 256;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &low), 0);
	waiting = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	n = use_up_descriptors(fds, 256);
	struct sockaddr_storage sa;
	socklen_t len = addr_sockaddr(&s->at, &sa);

	assert_int_equal(connect(waiting, (struct sockaddr *)&sa, len), 0);
	SAYS(waiting, 5, 1, 0);
	peer_says(fd, "alive", 5);
	peer_hears(target, "alive", 5);
	peer_says(target, "and well", 8);
	peer_hears(fd, "and well", 8);
	assert_false(is_answered(waiting, 0));
	for (size_t i = 0; i < n; i++)
		close(fds[i]);
	HEARS(waiting, 5, 0);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
	close(waiting);
	close(fd);
	close(target);
}

/* As if the whole system, not this process, had none left. */
static _Atomic bool system_is_out;

int __real_accept4(int, struct sockaddr *, socklen_t *, int);
int __wrap_accept4(int, struct sockaddr *, socklen_t *, int);

int
__wrap_accept4(int fd, struct sockaddr *sa, socklen_t *len, int flags)
{
	if (!system_is_out)
		return __real_accept4(fd, sa, len, flags);
	errno = ENFILE;
	return -1;
}

static void
out_of_the_systems_files_clients_wait_and_tunnels_go_on(void **state)
{
	struct stage *s = *state;
	int target, fd = tunnel(s, &target), waiting;

	system_is_out = true;
	waiting = peer_connect(&s->at);
	SAYS(waiting, 5, 1, 0);
	peer_says(fd, "alive", 5);
	peer_hears(target, "alive", 5);
	assert_false(is_answered(waiting, 0));
	system_is_out = false;
	HEARS(waiting, 5, 0);
	close(waiting);
	close(fd);
	close(target);
}

/* A leak that the address sanitizer sees. */
static void
letters_that_come_when_it_has_left_are_all_taken(void **state)
{
	struct stage *s = *state;

	post(s, MAIL_QUIT, 0);
	(void)letter(s, MAIL_GONE);
	post(s, MAIL_QUIT, 0);
	for (unsigned i = 0; i < 1000; i++) {
		struct addr *source = malloc(sizeof *source);

		assert_true(addr_parse(source, "127.0.0.1", 0));
		assert_int_equal(mail_post(worker_mailbox(s->worker),
				     MAIL_SUSPECT, 0, source),
		    0);
	}
	worker_free(s->worker);
	s->worker = NULL;
}

static void
address_that_cannot_be_served_is_named(void **state)
{
	struct stage *s = *state;
	struct worker_config config = {
		.nlisten = 1,
		.policy = &s->policy,
		.shared = &s->shared,
		.main = s->main,
		.login = s->login,
	};
	const struct addr *failed = NULL;
	struct worker *other;
	struct addr foreign;

	assert_true(addr_parse(&foreign, "192.0.2.1", 1080));
	config.listen = &foreign;
	assert_int_equal(worker_new(&other, &config, &failed), -EADDRNOTAVAIL);
	assert_ptr_equal(failed, &foreign);
	assert_null(other);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(connects_and_passes_octets_both_ways),
		TEST(half_close_is_passed_on_both_ways),
		TEST(reset_by_the_target_is_passed_on),
		TEST(reset_by_the_client_is_passed_on),
		TEST(reset_behind_octets_is_not_overlooked),
		TEST(octets_sent_ahead_are_the_relay_s_first),
		TEST(refused_target_is_told_and_the_client_s_rest_is_read),
		TEST(a_denied_target_is_told_as_02_until_the_rule_is_gone),
		TEST(a_rule_for_a_user_is_for_who_has_logged_in),
		TEST(unknown_commands_are_refused_with_07),
		TEST(login_is_asked_once_and_then_known),
		TEST(wrong_password_is_refused_and_closed),
		TEST(
		    suspect_source_is_asked_about_even_with_the_right_password),
		TEST(guess_makes_its_source_suspect_before_the_verdict),
		TEST(client_that_leaves_before_the_verdict_leaves_no_trace),
		TEST(eviction_closes_the_account_s_sessions_and_no_others),
		TEST(listeners_close_and_open_while_tunnels_go_on),
		TEST(draining_serves_who_came_before_and_then_leaves),
		TEST(clearing_closes_all_sessions),
		TEST(two_clients_take_turns_in_one_slot),
		TEST(out_of_descriptors_clients_wait_and_tunnels_go_on),
		TEST(out_of_the_systems_files_clients_wait_and_tunnels_go_on),
		TEST(letters_that_come_when_it_has_left_are_all_taken),
		TEST(address_that_cannot_be_served_is_named),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
