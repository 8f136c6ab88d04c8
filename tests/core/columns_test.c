/* Limits of accounts: their words, their values, and which one holds. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/columns.h"
#include "core/settings.h"
#include "proto/admin.h"

static uint64_t
read_as(enum column_id id, const char *text)
{
	char why[COLUMN_WHY] = "";
	uint64_t own = 4711;

	if (column_parse(id, text, &own, why) != 0)
		fail_msg("%s: %s", text, why);
	return own;
}

static void
refused_naming(enum column_id id, const char *text, const char *what)
{
	char why[COLUMN_WHY] = "";
	uint64_t own;

	assert_true(column_parse(id, text, &own, why) < 0);
	assert_non_null(strstr(why, column_rows[id].word));
	if (strstr(why, what) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", why, what);
}

/* Completion and help have them from the protocol's table. */
static void
the_protocol_names_the_same_columns(void **state)
{
	const struct layout_field *f = &admin_account_limit.fields[1];
	const char *at = f->unit;

	(void)state;
	assert_string_equal(f->name, "column");
	for (int i = 0; i < COLUMNS_COUNT; i++) {
		size_t len = strcspn(at, " ");

		assert_int_equal(column_find(at, len), i);
		at += len + (at[len] == ' ');
	}
	assert_string_equal(at, "");
}

static void
a_column_is_found_by_its_word_with_either_dash(void **state)
{
	(void)state;
	for (int i = 0; i < COLUMNS_COUNT; i++) {
		const char *word = column_rows[i].word;

		assert_int_equal(column_find(word, strlen(word)), i);
	}
	assert_int_equal(column_find("rate_up", 7), COLUMN_rate_up);
	assert_int_equal(column_find("rate-upwards", 12), -1);
	assert_int_equal(column_find("rate-u", 6), -1);
	assert_int_equal(column_find("", 0), -1);
}

static void
an_unknown_column_is_answered_with_all_there_are(void **state)
{
	char why[COLUMN_WHY];

	(void)state;
	column_refuse("colour\n", why);
	assert_string_equal(why,
	    "\"colour\\x0a\" is not max-sessions, rate-up, rate-down, quota "
	    "or expires");
}

static void
octets_may_have_units_and_numbers_may_not(void **state)
{
	(void)state;
	assert_true(read_as(COLUMN_quota, "10G") == UINT64_C(10) << 30);
	assert_true(read_as(COLUMN_quota, "1t") == UINT64_C(1) << 40);
	assert_true(read_as(COLUMN_rate_up, "512k") == 512 << 10);
	assert_true(read_as(COLUMN_rate_down, "7") == 7);
	assert_true(read_as(COLUMN_max_sessions, "12") == 12);
	refused_naming(COLUMN_max_sessions, "1K", "1K");
	refused_naming(COLUMN_max_sessions, "1000001", "a number");
	refused_naming(COLUMN_quota, "10X", "10X");
	refused_naming(COLUMN_quota, "-1", "-1");
	refused_naming(COLUMN_quota, "", "none");
	refused_naming(COLUMN_quota, "99999999T", "T count in 1024");
}

static void
a_date_is_midnight_utc_or_a_moment(void **state)
{
	(void)state;
	assert_true(read_as(COLUMN_expires, "2027-01-31") == 1801353600);
	assert_true(
	    read_as(COLUMN_expires, "2027-01-31T18:00:01Z") == 1801418401);
	assert_true(read_as(COLUMN_expires, "2028-02-29") == 1835395200);
	assert_true(read_as(COLUMN_expires, "never") == COLUMN_DEFAULT);
	refused_naming(COLUMN_expires, "2027-02-29", "2027-02-29");
	refused_naming(COLUMN_expires, "2027-13-01", "a date such as");
	refused_naming(COLUMN_expires, "2027-1-31", "never");
	refused_naming(COLUMN_expires, "31.01.2027", "2027-01-31");
	refused_naming(COLUMN_expires, "2027-01-31T18:00Z", "T18:00:00Z");
	refused_naming(COLUMN_expires, "1970-01-01", "1970-01-01");
	refused_naming(COLUMN_expires, "none", "never");
	refused_naming(COLUMN_expires, "10G", "10G");
}

static void
what_is_printed_reads_as_the_same(void **state)
{
	static const uint64_t values[] = { COLUMN_DEFAULT, COLUMN_NONE, 1, 1000,
		1023, 1024, 1 << 20, 1801353600, 1801418401,
		UINT64_C(3) << 40 };
	char text[COLUMN_TEXT];

	(void)state;
	for (int i = 0; i < COLUMNS_COUNT; i++)
		for (size_t v = 0; v < sizeof values / sizeof *values; v++) {
			enum column_id id = (enum column_id)i;

			if (!column_may_be(id, values[v]))
				continue;
			column_print(id, values[v], text);
			assert_true(read_as(id, text) == values[v]);
		}
	column_print(COLUMN_quota, UINT64_C(10) << 30, text);
	assert_string_equal(text, "10G");
	column_print(COLUMN_expires, 1801353600, text);
	assert_string_equal(text, "2027-01-31");
}

static void
an_own_value_goes_before_the_setting(void **state)
{
	(void)state;
	assert_int_equal(column_limit(COLUMN_DEFAULT, 0), 0);
	assert_int_equal(column_limit(COLUMN_DEFAULT, 7), 7);
	assert_int_equal(column_limit(3, 7), 3);
	assert_int_equal(column_limit(9, 7), 9);
	assert_int_equal(column_limit(COLUMN_NONE, 7), 0);
}

static void
a_setting_takes_what_its_column_takes(void **state)
{
	(void)state;
	for (size_t i = 0; i < COLUMNS_COUNT; i++)
		if (column_rows[i].fallback != COLUMN_ALONE)
			assert_true(
			    setting_rows[column_rows[i].fallback].most ==
			    column_rows[i].most);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_protocol_names_the_same_columns),
		cmocka_unit_test(
		    a_column_is_found_by_its_word_with_either_dash),
		cmocka_unit_test(
		    an_unknown_column_is_answered_with_all_there_are),
		cmocka_unit_test(octets_may_have_units_and_numbers_may_not),
		cmocka_unit_test(a_date_is_midnight_utc_or_a_moment),
		cmocka_unit_test(what_is_printed_reads_as_the_same),
		cmocka_unit_test(an_own_value_goes_before_the_setting),
		cmocka_unit_test(a_setting_takes_what_its_column_takes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
