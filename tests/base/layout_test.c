/* Records as field tables: words in, text and JSON out. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/layout.h"

struct thing {
	uint64_t number, flag, choice;
	struct layout_text text;
	struct secret secret;
};

#define AT(member)                      \
	offsetof(struct thing, member), \
	{                               \
		8, 1, 0                 \
	}

static const struct layout_field fields[] = {
	{ "number", "bytes", "a number", LAYOUT_NUMBER, LAYOUT_WORD,
	    AT(number) },
	{ "flag", "", "a flag", LAYOUT_FLAG, LAYOUT_WORD, AT(flag) },
	{ "choice", "red green blue", "a choice", LAYOUT_CHOICE, LAYOUT_WORD,
	    AT(choice) },
	{ "text", "", "a text", LAYOUT_TEXT, LAYOUT_WORD, AT(text) },
	{ "secret", "", "a secret", LAYOUT_SECRET, LAYOUT_WORD, AT(secret) },
};

enum { NUMBER, FLAG, CHOICE, TEXT, SECRET };

static void
assert_scan(unsigned field, const char *word, uint64_t value)
{
	struct thing t = { .number = 99, .flag = 99, .choice = 99 };
	const char *why;

	assert_true(layout_scan(&fields[field], &t, word, &why));
	assert_true(layout_number(&fields[field], &t) == value);
}

static void
assert_no_scan(unsigned field, const char *word)
{
	struct thing t = { .number = 99, .flag = 99, .choice = 99 };
	const char *why = NULL;

	assert_false(layout_scan(&fields[field], &t, word, &why));
	assert_non_null(why);
	if (field < TEXT)
		assert_true(layout_number(&fields[field], &t) == 99);
}

static void
numbers_are_read_whole_or_not_at_all(void **state)
{
	(void)state;
	assert_scan(NUMBER, "0", 0);
	assert_scan(NUMBER, "007", 7);
	assert_scan(NUMBER, "18446744073709551609", UINT64_MAX - 6);
	assert_no_scan(NUMBER, "");
	assert_no_scan(NUMBER, "-1");
	assert_no_scan(NUMBER, "1k");
	assert_no_scan(NUMBER, " 1");
	assert_no_scan(NUMBER, "18446744073709551616");
	assert_no_scan(NUMBER, "99999999999999999999999");
}

static void
flags_and_choices_are_words(void **state)
{
	(void)state;
	assert_scan(FLAG, "yes", 1);
	assert_scan(FLAG, "on", 1);
	assert_scan(FLAG, "1", 1);
	assert_scan(FLAG, "no", 0);
	assert_scan(FLAG, "off", 0);
	assert_scan(FLAG, "0", 0);
	assert_no_scan(FLAG, "maybe");
	assert_no_scan(FLAG, "");
	assert_scan(CHOICE, "red", 0);
	assert_scan(CHOICE, "blue", 2);
	assert_no_scan(CHOICE, "re");
	assert_no_scan(CHOICE, "redd");
	assert_no_scan(CHOICE, "");
}

static void
texts_have_1_to_255_octets(void **state)
{
	char long_[257];

	(void)state;
	memset(long_, 'x', sizeof long_);
	long_[256] = '\0';
	assert_no_scan(TEXT, "");
	assert_no_scan(SECRET, "");
	assert_no_scan(TEXT, long_);
	assert_no_scan(SECRET, long_);
}

static void
assert_printed(
    unsigned field, const struct thing *t, const char *plain, const char *json)
{
	char text[LAYOUT_PRINT];

	assert_int_equal(
	    layout_print(&fields[field], t, text, sizeof text), strlen(plain));
	assert_string_equal(text, plain);
	assert_int_equal(
	    layout_json(&fields[field], t, text, sizeof text), strlen(json));
	assert_string_equal(text, json);
}

static void
values_are_printed_for_people_and_as_json(void **state)
{
	struct thing t = { UINT64_MAX, 1, 1, { 0 }, { 0 } };

	(void)state;
	layout_text_set(&t.text, "ann\xc3\xa9", 5);
	secret_set(&t.secret, "hidden", 6);
	assert_printed(
	    NUMBER, &t, "18446744073709551615", "18446744073709551615");
	assert_printed(FLAG, &t, "yes", "true");
	assert_printed(CHOICE, &t, "green", "\"green\"");
	assert_printed(TEXT, &t, "ann\xc3\xa9", "\"ann\xc3\xa9\"");
	layout_text_set(&t.text, "a\\b\"", 4);
	assert_printed(TEXT, &t, "a\\x5cb\"", "\"a\\\\b\\\"\"");
	assert_printed(SECRET, &t, "***", "\"***\"");
	t.choice = 3; /* a newer server may know more */
	assert_printed(CHOICE, &t, "3", "\"3\"");
}

static void
text_can_forge_neither_lines_nor_json(void **state)
{
	struct thing t = { 0 };

	(void)state;
	layout_text_set(&t.text, "a\n\"b\\\x1b[2J\xff", 10);
	assert_printed(TEXT, &t, "a\\x0a\"b\\x5c\\x1b[2J\\xff",
	    "\"a\\\\x0a\\\"b\\\\x5c\\\\x1b[2J\\\\xff\"");
	/* A name in which the direction turns: the same to a program. */
	layout_text_set(&t.text,
	    "a\xe2\x80\xae"
	    "b",
	    5);
	assert_printed(TEXT, &t,
	    "a\\xe2\\x80\\xae"
	    "b",
	    "\"a\\u202eb\"");
}

static void
printing_never_writes_behind_its_buffer(void **state)
{
	char text[LAYOUT_PRINT + 1];
	struct thing t = { UINT64_MAX, 1, 1, { 0 }, { 0 } };
	char octets[255];

	(void)state;
	memset(octets, '"', sizeof octets);
	layout_text_set(&t.text, octets, sizeof octets);
	for (unsigned f = 0; f <= SECRET; f++)
		for (size_t size = 4; size < LAYOUT_PRINT; size++) {
			text[size] = 'K';
			assert_true(
			    layout_print(&fields[f], &t, text, size) < size);
			assert_int_equal(text[size], 'K');
			assert_true(
			    layout_json(&fields[f], &t, text, size) < size);
			assert_int_equal(text[size], 'K');
		}
	memset(octets, 1, sizeof octets);
	layout_text_set(&t.text, octets, sizeof octets);
	assert_true(
	    layout_json(&fields[TEXT], &t, text, LAYOUT_PRINT) == 255 * 5 + 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_are_read_whole_or_not_at_all),
		cmocka_unit_test(flags_and_choices_are_words),
		cmocka_unit_test(texts_have_1_to_255_octets),
		cmocka_unit_test(values_are_printed_for_people_and_as_json),
		cmocka_unit_test(text_can_forge_neither_lines_nor_json),
		cmocka_unit_test(printing_never_writes_behind_its_buffer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
