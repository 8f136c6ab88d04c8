/* Who a worker lets in: accounts, the login thread, suspects, eviction. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/net/peer.h"
#include "tests/net/worker_stage.h"

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

/* From now on only alice may enter. */
static void
require_login(struct stage *s)
{
	add_account(s, 7, "alice");
	s->next.limits.auth_required = true;
	use_policy(s, &s->next);
}

/* A client that says it is alice. */
static int
enter_as_alice(struct stage *s, const char *password)
{
	int fd = peer_connect(&s->at);

	SAYS(fd, 5, 1, 2);
	HEARS(fd, 5, 2);
	says_login(fd, "alice", password);
	return fd;
}

static void
answer_login(struct stage *s, enum login_result result)
{
	struct login *login = letter(s, MAIL_CHECK).u.p;

	login->result = result;
	assert_int_equal(
	    mail_post(worker_mailbox(s->worker), MAIL_VERDICT, 0, login), 0);
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
	fd = enter_as_alice(s, "wonder");
	answer_login(s, LOGIN_RIGHT);
	HEARS(fd, 1, 0);
	peer_says_request(fd, &s->target_at);
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
login_is_asked_once_and_then_known(void **state)
{
	struct stage *s = *state;
	struct use_batch *used;
	int target, fd;

	require_login(s);
	fd = peer_connect(&s->at);
	SAYS(fd, 5, 2, 0, 2);
	HEARS(fd, 5, 2);
	says_login(fd, "alice", "wonder");
	answer_login(s, LOGIN_RIGHT);
	HEARS(fd, 1, 0);
	peer_says_request(fd, &s->target_at);
	target = peer_accept(s->target);
	peer_hears_success(fd, target);
	used = letter(s, MAIL_USED).u.p;
	assert_int_equal(used->count, 1);
	assert_int_equal(used->rows[0].account, 7);
	assert_memory_equal(used->rows[0].target, "127.0.0.1:", 10);
	free(used);
	close(fd);
	close(target);

	/* The second time nobody needs to be asked. */
	fd = enter_as_alice(s, "wonder");
	HEARS(fd, 1, 0);
	close(fd);
}

static void
wrong_password_is_refused_and_closed(void **state)
{
	struct stage *s = *state;
	int fd;

	require_login(s);
	fd = enter_as_alice(s, "guess");
	answer_login(s, LOGIN_WRONG);
	HEARS(fd, 1, 1);
	peer_hears_end(fd);
	close(fd);
}

static void
suspect_source_is_asked_about_even_with_the_right_password(void **state)
{
	struct stage *s = *state;
	struct addr *source = malloc(sizeof *source);
	int fd;

	require_login(s);
	for (int round = 0; round < 2; round++) {
		if (round == 1) {
			assert_true(addr_parse(source, "127.0.0.1", 0));
			assert_int_equal(mail_post(worker_mailbox(s->worker),
					     MAIL_SUSPECT, 0, source),
			    0);
		}
		fd = enter_as_alice(s, "wonder");
		answer_login(s, LOGIN_RIGHT);
		HEARS(fd, 1, 0);
		close(fd);
	}
}

static void
guess_makes_its_source_suspect_before_the_verdict(void **state)
{
	struct stage *s = *state;
	struct login *guess;
	int first, fd;

	require_login(s);
	fd = enter_as_alice(s, "wonder");
	answer_login(s, LOGIN_RIGHT);
	HEARS(fd, 1, 0);
	close(fd);
	first = enter_as_alice(s, "guess");
	guess = letter(s, MAIL_CHECK).u.p;
	/* The right one must wait its turn behind a guess in the dark. */
	fd = enter_as_alice(s, "wonder");
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
	int target, fd, other_target, other;

	other = tunnel(s, &other_target);
	require_login(s);
	fd = enter_as_alice(s, "wonder");
	answer_login(s, LOGIN_RIGHT);
	HEARS(fd, 1, 0);
	peer_says_request(fd, &s->target_at);
	target = peer_accept(s->target);
	peer_hears_success(fd, target);
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

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_rule_for_a_user_is_for_who_has_logged_in),
		TEST(login_is_asked_once_and_then_known),
		TEST(wrong_password_is_refused_and_closed),
		TEST(
		    suspect_source_is_asked_about_even_with_the_right_password),
		TEST(guess_makes_its_source_suspect_before_the_verdict),
		TEST(client_that_leaves_before_the_verdict_leaves_no_trace),
		TEST(eviction_closes_the_account_s_sessions_and_no_others),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
