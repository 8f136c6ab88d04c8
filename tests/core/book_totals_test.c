/* What accounts have used, on its way from workers to the store. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>

#include "tests/core/book_rows.h"

static void
totals_are_collected_once_for_each_change_and_then_no_more(void **state)
{
	struct account_use uses[4];
	struct book *b = book_new();
	uint64_t id = add(b, 5, "alice");
	struct account_live *live = find(b, "alice")->live;

	(void)state;
	assert_int_equal(book_collect(b, uses, 4), 0);
	account_enter(live);
	atomic_store(&live->opened, 1);
	assert_int_equal(book_used(b, id, 1234, "example.org:443"), 0);
	assert_int_equal(book_collect(b, uses, 4), 1);
	assert_int_equal(uses[0].account, id);
	assert_int_equal(uses[0].opened, 1);
	assert_int_equal(uses[0].last, 1234);
	assert_string_equal(uses[0].last_target, "example.org:443");
	assert_string_equal(
	    account_last_target(find(b, "alice")), "example.org:443");

	assert_int_equal(book_collect(b, uses, 4), 0);
	atomic_store(&live->up, 99);
	assert_int_equal(book_collect(b, uses, 4), 1);
	assert_int_equal(uses[0].up, 99);
	atomic_store(&live->down, 7);
	account_leave(live);
	assert_int_equal(book_collect(b, uses, 4), 1);
	assert_int_equal(book_collect(b, uses, 4), 0);
	assert_null(live->active);
	book_free(b);
}

static void
totals_that_could_not_be_written_come_again(void **state)
{
	struct account_use uses[4];
	struct book *b = book_new();
	uint64_t id = add(b, 5, "alice");

	(void)state;
	assert_int_equal(book_used(b, id, 1, "a:1"), 0);
	assert_int_equal(book_collect(b, uses, 4), 1);
	assert_int_equal(book_collect(b, uses + 1, 3), 0);
	book_uncollect(b, uses, 1);
	assert_int_equal(book_collect(b, uses, 4), 1);
	assert_int_equal(uses[0].account, id);
	book_free(b);
}

static void
totals_of_many_accounts_come_in_portions_without_a_gap(void **state)
{
	struct account_use uses[3];
	bool seen[11] = { false };
	struct book *b = book_new();
	size_t got, count = 0;
	char name[8];

	(void)state;
	for (size_t i = 1; i <= 10; i++) {
		snprintf(name, sizeof name, "u%zu", i);
		add(b, i, name);
		assert_int_equal(book_used(b, i, 1, "a:1"), 0);
	}
	while ((got = book_collect(b, uses, 3)) != 0)
		for (size_t i = 0; i < got; i++, count++) {
			assert_false(seen[uses[i].account]);
			seen[uses[i].account] = true;
		}
	assert_int_equal(count, 10);
	book_free(b);
}

static void
totals_of_removed_and_unkept_accounts_are_not_collected(void **state)
{
	struct account_use uses[4];
	struct book *b = book_new();
	struct account a = row(0, "runner");
	struct garbage *g;

	(void)state;
	a.kept = false;
	assert_int_equal(book_load(b, &a, NULL), 0);
	add(b, 1, "alice");
	assert_int_equal(book_used(b, 1, 1, "a:1"), 0);
	assert_int_equal(book_used(b, BOOK_RUN_ID, 1, "b:1"), 0);
	assert_int_equal(book_used(b, 77, 1, "c:1"), 0);
	assert_string_equal(account_last_target(find(b, "runner")), "b:1");
	assert_int_equal(book_remove(b, 1, &g), 0);
	book_release(b, g);
	assert_int_equal(book_collect(b, uses, 4), 0);
	book_free(b);
}

static void
totals_from_the_store_are_where_an_account_goes_on(void **state)
{
	struct account_use use = { 1, 10, 20, 30, 40, "old.example:80", 0, 0 };
	struct account a = row(1, "alice");
	struct book *b = book_new();

	(void)state;
	assert_int_equal(book_load(b, &a, &use), 0);
	assert_int_equal(find(b, "alice")->live->opened, 10);
	assert_int_equal(find(b, "alice")->live->up, 20);
	assert_int_equal(find(b, "alice")->live->down, 30);
	assert_int_equal(find(b, "alice")->live->last, 40);
	assert_string_equal(
	    account_last_target(find(b, "alice")), "old.example:80");
	book_free(b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    totals_are_collected_once_for_each_change_and_then_no_more),
		cmocka_unit_test(totals_that_could_not_be_written_come_again),
		cmocka_unit_test(
		    totals_of_many_accounts_come_in_portions_without_a_gap),
		cmocka_unit_test(
		    totals_of_removed_and_unkept_accounts_are_not_collected),
		cmocka_unit_test(
		    totals_from_the_store_are_where_an_account_goes_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
