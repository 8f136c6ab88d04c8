/* Slow hashes: what they accept, and that nobody costs as much as somebody. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/password.h"

static struct secret
secret(const char *text)
{
	struct secret s;

	secret_set(&s, text, strlen(text));
	return s;
}

static void
a_hash_accepts_its_password_and_no_other(void **state)
{
	struct secret right = secret("geheim"), wrong = secret("geheimnis");
	char hash[ACCOUNT_HASH], again[ACCOUNT_HASH];

	(void)state;
	assert_int_equal(password_hash(hash, &right), 0);
	assert_true(password_check(hash, &right));
	assert_false(password_check(hash, &wrong));
	assert_int_equal(password_hash(again, &right), 0);
	assert_string_not_equal(hash, again);
}

static void
a_password_may_have_any_octets_and_any_length(void **state)
{
	struct secret all = { .len = 255 }, other;
	char hash[ACCOUNT_HASH];

	(void)state;
	for (size_t i = 0; i < sizeof all.bytes; i++)
		all.bytes[i] = (char)i;
	other = all;
	other.bytes[254] ^= 1;
	assert_int_equal(password_hash(hash, &all), 0);
	assert_true(password_check(hash, &all));
	assert_false(password_check(hash, &other));
}

static void
hashes_name_the_parameters_that_unknown_names_cost(void **state)
{
	struct secret s = secret("x");
	char hash[ACCOUNT_HASH];

	(void)state;
	assert_int_equal(password_hash(hash, &s), 0);
	assert_memory_equal(hash, "$argon2id$v=19$m=19456,t=2,p=1$", 31);
	assert_memory_equal(password_nobody, hash, 31);
	assert_int_equal(strlen(password_nobody), strlen(hash));
}

static void
an_unknown_name_is_never_right(void **state)
{
	struct secret empty = secret(""), word = secret("word");

	(void)state;
	assert_false(password_check("", &empty));
	assert_false(password_check("", &word));
}

static void
a_hash_that_is_none_is_never_right(void **state)
{
	struct secret s = secret("x");

	(void)state;
	assert_false(password_check("x", &s));
	assert_false(password_check("$argon2id$v=19$m=1,t=1,p=1$", &s));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_hash_accepts_its_password_and_no_other),
		cmocka_unit_test(a_password_may_have_any_octets_and_any_length),
		cmocka_unit_test(
		    hashes_name_the_parameters_that_unknown_names_cost),
		cmocka_unit_test(an_unknown_name_is_never_right),
		cmocka_unit_test(a_hash_that_is_none_is_never_right),
	};

	if (password_start() != 0)
		return 99;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
