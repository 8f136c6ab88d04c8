/* Main's book of accounts: versions that are held, names, limits. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <string.h>

#include "tests/core/book_rows.h"

static void
a_set_stays_as_it_was_while_a_worker_holds_it(void **state)
{
	struct book *b = book_new();
	const struct accounts *held;
	struct garbage *g[3];
	struct account a;
	uint64_t alice = add(b, 1, "alice");

	(void)state;
	held = book_accounts(b);
	a = row(alice, "alicia");
	assert_int_equal(book_change(b, &a, &g[0]), 0);
	a = row(2, "bob");
	assert_int_equal(book_add(b, &a, NULL, &g[1]), 0);
	assert_int_equal(book_remove(b, alice, &g[2]), 0);

	assert_string_equal(accounts_find_id(held, alice)->name, "alice");
	assert_non_null(accounts_find(held, "alice", 5));
	assert_null(accounts_find(held, "alicia", 6));
	assert_int_equal(accounts_count(held), 1);
	assert_null(find(b, "alice"));
	assert_non_null(find(b, "bob"));
	for (size_t i = 0; i < 3; i++)
		book_release(b, g[i]);
	book_free(b);
}

static void
a_renamed_account_keeps_its_live_part_and_its_fast_hash(void **state)
{
	struct book *b = book_new();
	const struct account *was = NULL, *is;
	struct account_live *live;
	struct secret password;
	struct garbage *g;
	struct account a;

	(void)state;
	secret_set(&password, "geheim", 6);
	add(b, 1, "alice");
	was = find(b, "alice");
	live = was->live;
	accounts_fast_learn(was, &password);

	a = account_columns(was);
	a.name = "alicia";
	assert_int_equal(book_change(b, &a, &g), 0);
	book_release(b, g);
	is = find(b, "alicia");
	assert_ptr_equal(is->live, live);
	assert_int_equal(is->name_len, 6);
	assert_true(accounts_fast_check(is, &password));

	a = account_columns(is);
	a.hash = "$argon2id$another";
	assert_int_equal(book_change(b, &a, &g), 0);
	book_release(b, g);
	assert_false(accounts_fast_check(find(b, "alicia"), &password));
	book_free(b);
}

static void
the_live_part_of_a_removed_account_outlives_its_sessions(void **state)
{
	struct book *b = book_new();
	struct account_live *live;
	struct garbage *g;
	uint64_t id = add(b, 1, "alice");

	(void)state;
	live = find(b, "alice")->live;
	assert_int_equal(account_enter(live), ACCOUNT_FIRST);
	assert_int_equal(account_enter(live), ACCOUNT_NEXT);
	assert_int_equal(book_remove(b, id, &g), 0);
	book_release(b, g);
	assert_false(account_leave(live)); /* the sanitizer looks here */
	assert_int_equal(book_collect(b, NULL, 0), 0);
	assert_true(account_leave(live));
	assert_int_equal(book_collect(b, NULL, 0), 0);
	book_free(b);
}

static void
accounts_of_this_run_get_ids_that_no_store_gives(void **state)
{
	struct book *b = book_new();
	struct account a = row(0, "alice"), c = row(0, "carol");

	(void)state;
	a.kept = false;
	assert_int_equal(book_load(b, &a, NULL), 0);
	assert_int_equal(book_load(b, &c, NULL), 0);
	assert_true(find(b, "alice")->id >= BOOK_RUN_ID);
	assert_true(find(b, "carol")->id > find(b, "alice")->id);
	assert_int_equal(book_load(b, &a, NULL), -EEXIST);
	book_free(b);
}

static void
only_enabled_administrators_count(void **state)
{
	struct book *b = book_new();
	struct account a = row(1, "root"), c = row(2, "ruth");
	struct garbage *g;

	(void)state;
	a.role = c.role = ROLE_ADMIN;
	assert_int_equal(book_load(b, &a, NULL), 0);
	assert_int_equal(book_load(b, &c, NULL), 0);
	assert_int_equal(accounts_admins(book_accounts(b)), 2);
	c.enabled = false;
	assert_int_equal(book_change(b, &c, &g), 0);
	book_release(b, g);
	assert_int_equal(accounts_admins(book_accounts(b)), 1);
	assert_int_equal(book_remove(b, 2, &g), 0);
	book_release(b, g);
	assert_int_equal(accounts_admins(book_accounts(b)), 1);
	book_free(b);
}

/* ---- limits */

static void
an_account_has_its_own_limit_or_the_settings(void **state)
{
	struct book *b = book_new();
	struct account own = row(1, "own"), free = row(2, "free"), a;
	uint64_t fallback[COLUMNS_COUNT] = { 0 };
	struct account_live *live;
	struct garbage *g;

	(void)state;
	own.own[COLUMN_max_sessions] = 2;
	free.own[COLUMN_max_sessions] = COLUMN_NONE;
	assert_int_equal(book_load(b, &own, NULL), 0);
	assert_int_equal(book_load(b, &free, NULL), 0);
	add(b, 3, "plain");
	live = find(b, "plain")->live;
	assert_int_equal(account_limit(live, COLUMN_max_sessions), 0);
	fallback[COLUMN_max_sessions] = 1;
	book_limit(b, fallback);
	assert_int_equal(account_limit(live, COLUMN_max_sessions), 1);
	assert_int_equal(account_enter(live), ACCOUNT_FIRST);
	assert_int_equal(account_enter(live), ACCOUNT_FULL);
	assert_true(account_leave(live));
	a = account_columns(find(b, "plain"));
	a.own[COLUMN_max_sessions] = 7;
	assert_int_equal(book_change(b, &a, &g), 0);
	book_release(b, g);
	assert_int_equal(account_limit(live, COLUMN_max_sessions), 7);
	live = find(b, "own")->live;
	assert_int_equal(account_limit(live, COLUMN_max_sessions), 2);
	live = find(b, "free")->live;
	assert_int_equal(account_limit(live, COLUMN_max_sessions), 0);
	book_free(b);
}

static void
a_quota_is_of_the_day_and_survives_a_restart_within_it(void **state)
{
	struct account_use use = { .account = 1, .up = 100, .down = 50 };
	struct book *b = book_new();
	struct account a = row(1, "alice"), c = row(2, "bob"), d = row(3, "c");
	struct account_live *live;
	struct account_use uses[4];

	(void)state;
	book_day(b, 500);
	a.own[COLUMN_quota] = 40;
	use.day = 500;
	use.day_start = 120;
	assert_int_equal(book_load(b, &a, &use), 0);
	live = find(b, "alice")->live;
	assert_int_equal(account_used(live), 30);
	assert_false(account_is_spent(live));
	atomic_fetch_add(&live->down, 10);
	assert_true(account_is_spent(live));
	assert_int_equal(book_used(b, 1, 9, "t:1"), 0);
	assert_int_equal(book_collect(b, uses, 4), 1);
	assert_int_equal(uses[0].day, 500);
	assert_int_equal(uses[0].day_start, 120);
	book_day(b, 501);
	assert_false(account_is_spent(live));
	assert_int_equal(account_used(live), 0);
	/* What was written down yesterday, or makes no sense, says nothing. */
	use.day = 500;
	assert_int_equal(book_load(b, &c, &use), 0);
	assert_int_equal(account_used(find(b, "bob")->live), 0);
	use.day = 501;
	use.day_start = 151;
	assert_int_equal(book_load(b, &d, &use), 0);
	assert_int_equal(account_used(find(b, "c")->live), 0);
	book_free(b);
}

static void
note_end(const struct account *a, void *names)
{
	strcat(names, a->name);
	strcat(names, " ");
}

static void
ends_are_told_when_they_come(void **state)
{
	struct book *b = book_new();
	struct account a = row(1, "a"), c = row(2, "b"), never = row(3, "c");
	struct garbage *g;
	char names[64] = "";

	(void)state;
	a.own[COLUMN_expires] = 1000;
	c.own[COLUMN_expires] = 2000;
	assert_int_equal(book_load(b, &c, NULL), 0);
	assert_int_equal(book_load(b, &never, NULL), 0);
	book_ended(b, 1500, note_end, names);
	assert_string_equal(names, "");
	assert_int_equal(book_add(b, &a, NULL, &g), 0);
	book_release(b, g);
	assert_true(account_is_expired(find(b, "a")->live, 1000));
	assert_false(account_is_expired(find(b, "a")->live, 999));
	assert_false(account_is_expired(find(b, "c")->live, 1 << 30));
	book_ended(b, 1500, note_end, names);
	assert_string_equal(names, "a ");
	book_ended(b, 1999, note_end, names);
	book_ended(b, 2000, note_end, names);
	book_ended(b, 2001, note_end, names);
	assert_string_equal(names, "a b ");
	c.own[COLUMN_expires] = 3000;
	assert_int_equal(book_change(b, &c, &g), 0);
	book_release(b, g);
	book_ended(b, 3000, note_end, names);
	assert_string_equal(names, "a b b ");
	/* The clock is set back: what has not come yet comes again. */
	book_ended(b, 1500, note_end, names);
	book_ended(b, 2999, note_end, names);
	assert_string_equal(names, "a b b ");
	book_ended(b, 3001, note_end, names);
	assert_string_equal(names, "a b b b ");
	book_free(b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_set_stays_as_it_was_while_a_worker_holds_it),
		cmocka_unit_test(
		    a_renamed_account_keeps_its_live_part_and_its_fast_hash),
		cmocka_unit_test(
		    the_live_part_of_a_removed_account_outlives_its_sessions),
		cmocka_unit_test(
		    accounts_of_this_run_get_ids_that_no_store_gives),
		cmocka_unit_test(only_enabled_administrators_count),
		cmocka_unit_test(an_account_has_its_own_limit_or_the_settings),
		cmocka_unit_test(
		    a_quota_is_of_the_day_and_survives_a_restart_within_it),
		cmocka_unit_test(ends_are_told_when_they_come),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
