/* The login thread, as workers and main see it: by its letters. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/login.h"
#include "core/password.h"
#include "daemon/login_thread.h"
#include "tests/daemon/postbox.h"

enum { WORKERS = 2 };

static struct postbox chief, workers[WORKERS];
static struct login_thread *thread;
static char hash[ACCOUNT_HASH];

static struct secret
secret(const char *text)
{
	struct secret s;

	secret_set(&s, text, strlen(text));
	return s;
}

static int
set_up(void **state)
{
	struct mailbox *boxes[WORKERS];

	(void)state;
	postbox_open(&chief);
	for (size_t i = 0; i < WORKERS; i++) {
		postbox_open(&workers[i]);
		boxes[i] = workers[i].box;
	}
	assert_int_equal(login_thread_new(&thread, chief.box), 0);
	assert_int_equal(login_thread_start(thread, boxes, WORKERS), 0);
	return 0;
}

static void
free_letters(struct postbox *p)
{
	for (size_t i = 0; i < p->count; i++) {
		if (p->letters[i].kind == MAIL_VERDICT)
			login_free(p->letters[i].u.p);
		else if (p->letters[i].kind == MAIL_SUSPECT)
			free(p->letters[i].u.p);
	}
	p->count = 0;
}

static int
tear_down(void **state)
{
	(void)state;
	login_thread_free(thread);
	mailbox_empty(chief.box);
	free_letters(&chief);
	for (size_t i = 0; i < WORKERS; i++) {
		mailbox_empty(workers[i].box);
		free_letters(&workers[i]);
		postbox_close(&workers[i]);
	}
	postbox_close(&chief);
	return 0;
}

static struct login *
login(unsigned from, unsigned source, const char *slow, const char *password)
{
	struct addr a = { .family = ADDR_V4,
		.ip = { 10, 0, (uint8_t)(source >> 8), (uint8_t)source } };
	struct account account = { .id = 7, .hash = slow };
	struct secret s = secret(password);
	struct login *l =
	    login_new(NULL, from, &a, *slow == '\0' ? NULL : &account, &s);

	assert_non_null(l);
	return l;
}

static void
post(struct login *l)
{
	assert_int_equal(
	    mail_post(login_thread_mailbox(thread), MAIL_CHECK, l->from, l), 0);
}

static enum login_result
verdict(const struct postbox *p, size_t i)
{
	assert_int_equal(p->letters[i].kind, MAIL_VERDICT);
	assert_int_equal(p->letters[i].from, MAIL_FROM_LOGIN);
	return ((struct login *)p->letters[i].u.p)->result;
}

static void
a_right_password_is_told_to_the_asker_alone(void **state)
{
	(void)state;
	post(login(1, 1, hash, "geheim"));
	postbox_wait(&workers[1], 1);
	assert_int_equal(verdict(&workers[1], 0), LOGIN_RIGHT);
	post(login(MAIL_FROM_MAIN, 1, hash, "geheim"));
	postbox_wait(&chief, 1);
	assert_int_equal(verdict(&chief, 0), LOGIN_RIGHT);
	mailbox_empty(workers[0].box);
	assert_int_equal(workers[0].count, 0);
}

static void
a_wrong_password_makes_its_source_suspect_before_the_verdict(void **state)
{
	struct addr *a;

	(void)state;
	post(login(0, 5, hash, "wrong"));
	postbox_wait(&workers[0], 2);
	assert_int_equal(workers[0].letters[0].kind, MAIL_SUSPECT);
	a = workers[0].letters[0].u.p;
	assert_int_equal(a->ip[3], 5);
	assert_int_equal(verdict(&workers[0], 1), LOGIN_WRONG);
	postbox_wait(&workers[1], 1);
	assert_int_equal(workers[1].letters[0].kind, MAIL_SUSPECT);
	postbox_wait(&chief, 1);
	assert_int_equal(chief.letters[0].kind, MAIL_SUSPECT);
}

static void
an_unknown_name_is_as_wrong_as_a_wrong_password(void **state)
{
	(void)state;
	post(login(0, 5, "", "geheim"));
	postbox_wait(&workers[0], 2);
	assert_int_equal(workers[0].letters[0].kind, MAIL_SUSPECT);
	assert_int_equal(verdict(&workers[0], 1), LOGIN_WRONG);
}

static void
a_thousand_first_logins_at_once_are_all_answered(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 1000; i++)
		post(login(0, 9, hash, "geheim"));
	postbox_wait(&workers[0], 1000);
	for (size_t i = 0; i < 1000; i++)
		assert_int_equal(verdict(&workers[0], i), LOGIN_RIGHT);
}

static void
what_was_right_once_is_not_right_with_another_hash(void **state)
{
	struct secret s = secret("neu");
	char other[ACCOUNT_HASH];

	(void)state;
	assert_int_equal(password_hash(other, &s), 0);
	post(login(0, 1, hash, "geheim"));
	post(login(0, 1, other, "geheim"));
	post(login(0, 1, other, "neu"));
	postbox_wait(&workers[0], 4);
	assert_int_equal(verdict(&workers[0], 0), LOGIN_RIGHT);
	assert_int_equal(workers[0].letters[1].kind, MAIL_SUSPECT);
	assert_int_equal(verdict(&workers[0], 2), LOGIN_WRONG);
	assert_int_equal(verdict(&workers[0], 3), LOGIN_RIGHT);
}

static void
a_fast_hash_that_came_along_is_enough(void **state)
{
	struct login *l = login(0, 1, "$argon2id$unreadable", "geheim");

	(void)state;
	l->fast_known = true;
	accounts_fast_make(l->fast, l->account, &l->password);
	post(l);
	postbox_wait(&workers[0], 1);
	assert_int_equal(verdict(&workers[0], 0), LOGIN_RIGHT);
}

static void
an_abandoned_login_comes_back_unchecked(void **state)
{
	struct login *l = login(0, 1, hash, "wrong");

	(void)state;
	login_abandon(l);
	post(l);
	postbox_wait(&workers[0], 1);
	assert_int_equal(verdict(&workers[0], 0), LOGIN_WRONG);
}

static void
a_source_out_of_failures_does_not_hold_up_another(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 15; i++)
		post(login(0, 1, hash, "wrong"));
	post(login(1, 2, hash, "geheim"));
	/* Ten failures; five wait for minutes, and the other does not. */
	postbox_wait(&workers[0], 20);
	postbox_wait(&workers[1], 11);
	login_thread_stop(thread);
	mailbox_empty(workers[1].box);
	for (size_t i = 0, n = 0; i < workers[1].count; i++)
		if (workers[1].letters[i].kind == MAIL_VERDICT) {
			assert_int_equal(verdict(&workers[1], i), LOGIN_RIGHT);
			assert_int_equal(++n, 1);
		}
	/* Those that waited were answered at the end. */
	mailbox_empty(workers[0].box);
	assert_int_equal(workers[0].count, 25);
	for (size_t i = 20; i < 25; i++)
		assert_int_equal(verdict(&workers[0], i), LOGIN_WRONG);
	mailbox_empty(chief.box);
	assert_int_equal(chief.letters[chief.count - 1].kind, MAIL_GONE);
}

static void
letters_to_a_full_box_wait_without_holding_up_another(void **state)
{
	size_t filled = postbox_fill(&workers[0]);

	(void)state;
	for (unsigned i = 0; i < 50; i++)
		post(login(0, 1, hash, "geheim"));
	post(login(1, 2, hash, "geheim"));
	postbox_wait(&workers[1], 1);
	assert_int_equal(verdict(&workers[1], 0), LOGIN_RIGHT);

	postbox_wait(&workers[0], filled + 50);
	for (size_t i = filled; i < filled + 50; i++)
		assert_int_equal(verdict(&workers[0], i), LOGIN_RIGHT);
}

static void
logins_that_come_after_the_end_are_freed(void **state)
{
	(void)state;
	login_thread_stop(thread);
	post(login(0, 1, hash, "geheim")); /* the sanitizer looks here */
}

#define WITH_THREAD(test) \
	cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_THREAD(a_right_password_is_told_to_the_asker_alone),
		WITH_THREAD(
		    a_wrong_password_makes_its_source_suspect_before_the_verdict),
		WITH_THREAD(an_unknown_name_is_as_wrong_as_a_wrong_password),
		WITH_THREAD(a_thousand_first_logins_at_once_are_all_answered),
		WITH_THREAD(what_was_right_once_is_not_right_with_another_hash),
		WITH_THREAD(a_fast_hash_that_came_along_is_enough),
		WITH_THREAD(an_abandoned_login_comes_back_unchecked),
		WITH_THREAD(a_source_out_of_failures_does_not_hold_up_another),
		WITH_THREAD(
		    letters_to_a_full_box_wait_without_holding_up_another),
		WITH_THREAD(logins_that_come_after_the_end_are_freed),
	};
	struct secret right = secret("geheim");

	if (password_start() != 0 || password_hash(hash, &right) != 0)
		return 99;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
