/* The store thread, as main sees it: by its letters. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/password.h"
#include "daemon/store_thread.h"
#include "tests/daemon/postbox.h"

static struct postbox chief;
static struct store *store;
static struct store_thread *thread;

static int
set_up(void **state)
{
	char why[STORE_WHY];

	(void)state;
	postbox_open(&chief);
	store = store_open("memory:", why);
	assert_non_null(store);
	assert_int_equal(store_thread_new(&thread, store, chief.box), 0);
	return 0;
}

static void
post_quit(void)
{
	assert_int_equal(mail_post_number(store_thread_mailbox(thread),
			     MAIL_QUIT, MAIL_FROM_MAIN, 0),
	    0);
}

static int
tear_down(void **state)
{
	(void)state;
	post_quit();
	store_thread_free(thread);
	store_close(store);
	mailbox_empty(chief.box);
	for (size_t i = 0; i < chief.count; i++)
		if (chief.letters[i].kind == MAIL_CHANGED)
			change_free(chief.letters[i].u.p);
	postbox_close(&chief);
	return 0;
}

static struct change *
change(enum change_kind kind, const char *name, const char *password)
{
	struct change *c = calloc(1, sizeof *c);

	assert_non_null(c);
	c->kind = kind;
	c->enabled = true;
	snprintf(c->name, sizeof c->name, "%s", name);
	secret_set(&c->password, password, strlen(password));
	return c;
}

static void
post(struct change *c)
{
	assert_int_equal(mail_post(store_thread_mailbox(thread), MAIL_CHANGE,
			     MAIL_FROM_MAIN, c),
	    0);
}

static struct change *
changed(size_t i)
{
	postbox_wait(&chief, i + 1);
	assert_int_equal(chief.letters[i].kind, MAIL_CHANGED);
	assert_int_equal(chief.letters[i].from, MAIL_FROM_STORE);
	return chief.letters[i].u.p;
}

static void
a_new_account_comes_back_with_its_hash_and_without_its_password(void **state)
{
	struct change *c = change(CHANGE_ADD, "alice", "geheim");
	struct secret password = c->password, none = { 0 };

	(void)state;
	post(c);
	assert_ptr_equal(changed(0), c);
	assert_int_equal(c->result, CHANGE_DONE);
	assert_int_not_equal(c->account, 0);
	assert_true(password_check(c->hash, &password));
	assert_memory_equal(&c->password, &none, sizeof none);
}

static void
a_new_password_is_hashed_as_well(void **state)
{
	struct change *c = change(CHANGE_PASSWORD, "", "neu");
	struct secret password = c->password;

	(void)state;
	post(change(CHANGE_ADD, "alice", "geheim"));
	c->account = changed(0)->account;
	post(c);
	assert_int_equal(changed(1)->result, CHANGE_DONE);
	assert_true(password_check(c->hash, &password));
}

static void
an_account_without_a_password_is_refused(void **state)
{
	(void)state;
	post(change(CHANGE_ADD, "alice", ""));
	assert_int_equal(changed(0)->result, CHANGE_INVALID);
	assert_string_not_equal(changed(0)->why, "");
}

static void
changes_are_answered_in_the_order_they_came(void **state)
{
	(void)state;
	for (size_t i = 0; i < 500; i++) {
		char key[16];

		snprintf(key, sizeof key, "key%zu", i);
		post(change_setting(CHANGE_SET, key, ""));
	}
	for (size_t i = 0; i < 500; i++) {
		char key[16];

		snprintf(key, sizeof key, "key%zu", i);
		assert_string_equal(changed(i)->key, key);
		assert_int_equal(changed(i)->result, CHANGE_DONE);
	}
}

static void
answers_wait_for_a_main_whose_box_is_full(void **state)
{
	size_t filled = postbox_fill(&chief);

	(void)state;
	for (size_t i = 0; i < 10; i++)
		post(change_setting(CHANGE_SET, "key", ""));
	postbox_wait(&chief, filled + 10);
	for (size_t i = filled; i < filled + 10; i++)
		assert_int_equal(changed(i)->result, CHANGE_DONE);
}

static void
what_came_before_the_end_is_still_carried_out(void **state)
{
	(void)state;
	post(change(CHANGE_ADD, "alice", "geheim"));
	post(change(CHANGE_ADD, "bob", "geheim"));
	post_quit();
	postbox_wait(&chief, 3);
	assert_int_equal(changed(1)->result, CHANGE_DONE);
	assert_int_equal(chief.letters[2].kind, MAIL_GONE);
	assert_int_equal(chief.letters[2].from, MAIL_FROM_STORE);
	post(change(CHANGE_ADD, "carol", "x")); /* freed, not carried out */
}

#define WITH_THREAD(test) \
	cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_THREAD(
		    a_new_account_comes_back_with_its_hash_and_without_its_password),
		WITH_THREAD(a_new_password_is_hashed_as_well),
		WITH_THREAD(an_account_without_a_password_is_refused),
		WITH_THREAD(changes_are_answered_in_the_order_they_came),
		WITH_THREAD(answers_wait_for_a_main_whose_box_is_full),
		WITH_THREAD(what_came_before_the_end_is_still_carried_out),
	};

	if (password_start() != 0)
		return 99;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
