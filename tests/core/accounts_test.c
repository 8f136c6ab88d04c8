/* The fast hash: a password that was right once is known again. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/accounts.h"
#include "core/login.h"
#include "core/password.h"

static struct secret
secret(const char *text)
{
	struct secret s;

	secret_set(&s, text, strlen(text));
	return s;
}

static void
nothing_is_right_before_it_was_learnt(void **state)
{
	struct account a = { .id = 1 };
	struct secret empty = secret(""), word = secret("word");

	(void)state;
	assert_false(accounts_fast_check(&a, &empty));
	assert_false(accounts_fast_check(&a, &word));
}

static void
the_password_that_was_learnt_is_right_and_no_other_is(void **state)
{
	struct account a = { .id = 1 };
	struct secret right = secret("correct horse");
	struct secret wrong = secret("correct horsf");
	struct secret prefix = secret("correct hors"), empty = secret("");

	(void)state;
	accounts_fast_learn(&a, &right);
	assert_true(accounts_fast_check(&a, &right));
	assert_false(accounts_fast_check(&a, &wrong));
	assert_false(accounts_fast_check(&a, &prefix));
	assert_false(accounts_fast_check(&a, &empty));
}

static void
two_accounts_with_one_password_have_different_words(void **state)
{
	struct secret word = secret("word");
	uint64_t a[ACCOUNT_FAST_WORDS], b[ACCOUNT_FAST_WORDS];

	(void)state;
	accounts_fast_make(a, 1, &word);
	accounts_fast_make(b, 2, &word);
	assert_false(accounts_fast_equal(a, b));
	accounts_fast_make(b, 1, &word);
	assert_true(accounts_fast_equal(a, b));
}

static void
a_login_carries_what_its_account_has_learnt(void **state)
{
	struct secret right = secret("right"), wrong = secret("wrong");
	struct addr from = { .family = ADDR_V4, .ip = { 10, 0, 0, 1 } };
	struct account a = { .id = 7, .hash = "$argon2id$x" };
	struct login *login;

	(void)state;
	login = login_new(NULL, 3, &from, &a, &right);
	assert_string_equal(login->hash, a.hash);
	assert_int_equal(login->from, 3);
	assert_false(login_fast_check(login));
	login_free(login);
	accounts_fast_learn(&a, &right);
	login = login_new(NULL, 3, &from, &a, &right);
	assert_true(login_fast_check(login));
	login_free(login);
	login = login_new(NULL, 3, &from, &a, &wrong);
	assert_false(login_fast_check(login));
	login_free(login);
	login = login_new(NULL, 3, &from, NULL, &right);
	assert_false(login_fast_check(login));
	assert_string_equal(login->hash, "");
	login_free(login);
}

static void
a_revision_is_another_after_each_change(void **state)
{
	struct account a = {
		.id = 1, .name = "a", .hash = "h", .enabled = true
	};
	struct account others[] = { a, a, a, a, a };
	const uint64_t first = account_revision(&a);

	(void)state;
	others[0].name = "b";
	others[1].hash = "i";
	others[2].role = ROLE_OBSERVER;
	others[3].enabled = false;
	others[4].name = "ah";
	others[4].hash = "";
	assert_true(first != 0);
	assert_true(account_revision(&a) == first);
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		assert_false(account_revision(&others[i]) == first);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_right_before_it_was_learnt),
		cmocka_unit_test(
		    the_password_that_was_learnt_is_right_and_no_other_is),
		cmocka_unit_test(
		    two_accounts_with_one_password_have_different_words),
		cmocka_unit_test(a_revision_is_another_after_each_change),
		cmocka_unit_test(a_login_carries_what_its_account_has_learnt),
	};

	if (password_start() != 0)
		return 99;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
