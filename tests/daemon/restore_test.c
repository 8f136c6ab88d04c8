/*
 * Taking back that an account was removed or got another password, in a whole
 * supervisor with a store in memory; the time is the test's.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/password.h"
#include "daemon/state.h"
#include "tests/daemon/supervisor_stage.h"

/* The time of what is kept. */
static uint64_t now;

static uint64_t
now_ms(void)
{
	return now;
}

static int
begin_in_time(void **state)
{
	struct play *p;
	int err = begin(state);

	p = *state;
	now = 1000;
	p->s->now_ms = now_ms;
	return err;
}

static struct change *
password(const char *name, const char *text)
{
	struct change *c = change(CHANGE_PASSWORD, name);

	secret_set(&c->password, text, strlen(text));
	return c;
}

static bool
lets_in(struct play *p, const char *name, const char *text)
{
	struct secret s;

	secret_set(&s, text, strlen(text));
	return password_check(find(p, name)->hash, &s);
}

static struct answer
restore(struct play *p, const char *name)
{
	return ask(p, change(CHANGE_RESTORE, name));
}

static void
what_was_removed_comes_back_with_all_it_had(void **state)
{
	struct play *p = *state;
	struct change *c = change(CHANGE_LIMIT, "erin");
	uint64_t id, revision;
	int64_t created;

	ask(p, adding("erin", ROLE_OBSERVER));
	(void)snprintf(c->key, sizeof c->key, "quota");
	c->value = strdup("5G");
	assert_int_equal(ask(p, c).result, CHANGE_DONE);
	assert_int_equal(
	    ask(p, change(CHANGE_ENABLE, "erin")).result, CHANGE_DONE);
	id = find(p, "erin")->id;
	created = find(p, "erin")->created;
	revision = account_revision(find(p, "erin"));
	atomic_store(&find(p, "erin")->live->up, 77);
	assert_int_equal(
	    book_used(p->s->book, id, 1700000000, "example.org:443"), 0);

	assert_int_equal(
	    ask(p, change(CHANGE_REMOVE, "erin")).result, CHANGE_DONE);
	assert_null(find(p, "erin"));
	now += 59999;
	assert_int_equal(restore(p, "erin").result, CHANGE_DONE);
	assert_int_equal(find(p, "erin")->id, id);
	assert_int_equal(find(p, "erin")->created, created);
	assert_true(account_revision(find(p, "erin")) == revision);
	assert_true(lets_in(p, "erin", "secret"));
	assert_true(find(p, "erin")->kept);
	assert_int_equal(atomic_load(&find(p, "erin")->live->up), 77);
	assert_string_equal(
	    account_last_target(find(p, "erin")), "example.org:443");
	assert_int_equal(
	    account_limit(find(p, "erin")->live, COLUMN_quota), 5LL << 30);
	assert_int_equal(restore(p, "erin").result, CHANGE_MISSING);
	assert_int_equal(p->s->former.count, 0);
}

static void
a_password_comes_back_and_the_new_one_is_gone(void **state)
{
	struct play *p = *state;

	ask(p, adding("erin", ROLE_REGULAR));
	assert_int_equal(
	    ask(p, password("erin", "second")).result, CHANGE_DONE);
	assert_int_equal(ask(p, password("erin", "third")).result, CHANGE_DONE);
	assert_int_equal(restore(p, "erin").result, CHANGE_DONE);
	assert_true(lets_in(p, "erin", "second"));
	assert_false(lets_in(p, "erin", "third"));
	assert_int_equal(restore(p, "erin").result, CHANGE_DONE);
	assert_true(lets_in(p, "erin", "secret"));
	assert_int_equal(restore(p, "erin").result, CHANGE_MISSING);
}

static void
after_a_minute_nothing_is_kept(void **state)
{
	struct play *p = *state;
	struct answer a;

	ask(p, adding("erin", ROLE_REGULAR));
	ask(p, adding("frank", ROLE_REGULAR));
	ask(p, password("frank", "second"));
	ask(p, change(CHANGE_REMOVE, "erin"));
	assert_int_equal(p->s->former.count, 2);
	now += 60000;
	a = restore(p, "erin");
	assert_int_equal(a.result, CHANGE_MISSING);
	assert_string_equal(a.why,
	    "erin: nothing to take back: an account can be restored for 60 s "
	    "after it was removed or its password changed");
	assert_int_equal(restore(p, "frank").result, CHANGE_MISSING);
	assert_true(lets_in(p, "frank", "second"));
	former_expire(&p->s->former, now);
	assert_int_equal(p->s->former.count, 0);
}

static void
a_name_that_is_taken_again_is_not_taken_back(void **state)
{
	struct play *p = *state;
	struct answer a;

	ask(p, adding("erin", ROLE_ADMIN));
	ask(p, change(CHANGE_REMOVE, "erin"));
	ask(p, adding("erin", ROLE_REGULAR));
	a = restore(p, "erin");
	assert_int_equal(a.result, CHANGE_TAKEN);
	assert_non_null(strstr(a.why, "erin: another account has that name"));
	assert_int_equal(find(p, "erin")->role, ROLE_REGULAR);
}

static void
the_revision_says_which_of_two_is_meant(void **state)
{
	struct play *p = *state;
	struct change *c;
	uint64_t revision;

	ask(p, adding("erin", ROLE_OBSERVER));
	revision = account_revision(find(p, "erin"));
	ask(p, change(CHANGE_REMOVE, "erin"));
	ask(p, adding("erin", ROLE_REGULAR));
	ask(p, change(CHANGE_REMOVE, "erin"));
	c = change(CHANGE_RESTORE, "erin");
	c->revision = revision;
	assert_int_equal(ask(p, c).result, CHANGE_DONE);
	assert_int_equal(find(p, "erin")->role, ROLE_OBSERVER);
	ask(p, password("erin", "second"));
	c = change(CHANGE_RESTORE, "erin");
	c->revision = revision;
	assert_int_equal(ask(p, c).result, CHANGE_STALE);
}

static void
an_account_of_this_run_is_restored_without_the_store(void **state)
{
	struct play *p = *state;

	ask(p, adding("ops", ROLE_ADMIN));
	assert_int_equal(
	    ask(p, change(CHANGE_REMOVE, "root")).result, CHANGE_DONE);
	assert_int_equal(restore(p, "root").result, CHANGE_DONE);
	assert_false(find(p, "root")->kept);
	assert_true(lets_in(p, "root", "secret"));
	assert_int_equal(accounts_admins(supervisor_accounts(p->s)), 2);
}

static void
an_account_of_this_run_gets_another_password_and_its_own_back(void **state)
{
	struct play *p = *state;

	assert_int_equal(
	    ask(p, password("root", "second")).result, CHANGE_DONE);
	assert_true(lets_in(p, "root", "second"));
	assert_int_equal(restore(p, "root").result, CHANGE_DONE);
	assert_true(lets_in(p, "root", "secret"));
}

static void
who_was_never_there_cannot_be_restored(void **state)
{
	struct play *p = *state;

	assert_int_equal(restore(p, "nobody").result, CHANGE_MISSING);
	assert_int_equal(restore(p, "root").result, CHANGE_MISSING);
}

static void
who_is_removed_cannot_have_asked_to_be_restored(void **state)
{
	struct play *p = *state;
	struct actor mallory = { .text = "mallory@tcp:127.0.0.1:1" };
	struct answer removed = { 0 }, asked = { 0 }, other = { 0 };

	ask(p, adding("mallory", ROLE_ADMIN));
	mallory.account = find(p, "mallory")->id;
	supervisor_change(p->s, change(CHANGE_REMOVE, "mallory"), &p->root,
	    on_done, &removed);
	supervisor_change(
	    p->s, change(CHANGE_RESTORE, "mallory"), &mallory, on_done, &asked);
	supervisor_change(
	    p->s, adding("erin", ROLE_ADMIN), &p->root, on_done, &other);
	while (!other.there)
		event_base_loop(p->base, EVLOOP_ONCE);
	assert_int_equal(removed.result, CHANGE_DONE);
	assert_int_equal(asked.result, CHANGE_REFUSED);
	assert_string_equal(
	    asked.why, "whoever asked is no administrator any more");
	assert_null(find(p, "mallory"));
	assert_int_equal(other.result, CHANGE_DONE);
}

static void
no_more_is_kept_than_there_is_room_for(void **state)
{
	struct play *p = *state;
	const struct account *root = find(p, "root");

	for (uint64_t i = 0; i < FORMER_MOST + 2; i++)
		former_keep(&p->s->former, root, true, now + i);
	assert_int_equal(p->s->former.count, FORMER_MOST);
	assert_int_equal(TAILQ_FIRST(&p->s->former.list)->until,
	    now + 2 + FORMER_SECONDS * 1000);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin_in_time, end)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(what_was_removed_comes_back_with_all_it_had),
		TEST(a_password_comes_back_and_the_new_one_is_gone),
		TEST(after_a_minute_nothing_is_kept),
		TEST(a_name_that_is_taken_again_is_not_taken_back),
		TEST(the_revision_says_which_of_two_is_meant),
		TEST(an_account_of_this_run_is_restored_without_the_store),
		TEST(
		    an_account_of_this_run_gets_another_password_and_its_own_back),
		TEST(who_was_never_there_cannot_be_restored),
		TEST(who_is_removed_cannot_have_asked_to_be_restored),
		TEST(no_more_is_kept_than_there_is_room_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
