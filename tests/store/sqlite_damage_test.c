/* Database files that are damaged, or not what they seem. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/store.h"
#include "tests/store/faulty.h"
#include "tests/store/sqlite_stage.h"

static void
write_file(const void *octets, size_t count)
{
	FILE *f = fopen(scratch.file, "wb");

	assert_non_null(f);
	assert_int_equal(fwrite(octets, 1, count, f), count);
	assert_int_equal(fclose(f), 0);
}

static void
assert_damaged(const void *octets, size_t count)
{
	write_file(octets, count);
	assert_refused_naming("damaged");
	assert_non_null(strstr(why, "backup in its place, with no -wal file"));
	assert_untouched(octets, count);
}

static void
a_file_with_a_zeroed_header_is_refused_and_not_touched(void **state)
{
	struct bytes b;

	(void)state;
	make_with(50);
	b = read_file();
	memset(b.octets, 0, 100);
	assert_damaged(b.octets, b.count);
	free(b.octets);
}

static void
a_file_that_was_cut_is_refused_and_not_touched(void **state)
{
	struct bytes b;

	(void)state;
	make_with(50);
	b = read_file();
	assert_damaged(b.octets, 0);
	assert_damaged(b.octets, 50);
	assert_damaged(b.octets, 4096);
	assert_damaged(b.octets, b.count / 2);
	assert_damaged(b.octets, b.count - 4096);
	free(b.octets);
}

static void
a_file_that_is_no_database_is_refused_and_not_touched(void **state)
{
	static char text[5000];

	(void)state;
	memset(text, 'x', sizeof text);
	assert_damaged(text, sizeof text);
	assert_damaged("listen 127.0.0.1", 16);
}

static void
a_page_of_no_kind_is_refused_and_not_touched(void **state)
{
	struct bytes b;

	(void)state;
	make_with(50);
	b = read_file();
	for (size_t page = 1; page < b.count / 4096; page++) {
		uint8_t kind = b.octets[page * 4096];

		b.octets[page * 4096] = 0x77;
		assert_damaged(b.octets, b.count);
		b.octets[page * 4096] = kind;
	}
	free(b.octets);
}

/* Any octet may be wrong: it is found, or the rest makes sense; no crash. */
static void
flipped_octets_are_refused_or_harmless(void **state)
{
	size_t refused = 0, at;
	struct bytes b;

	(void)state;
	make_with(50);
	b = read_file();
	for (size_t i = 0; i < 250; i++) {
		struct store *s;

		at = i < 100 ? i : i * 7919 % b.count;
		b.octets[at] ^= 0xa5;
		write_file(b.octets, b.count);
		s = open_it();
		if (s == NULL || store_load(s, &store_ignored, why) != 0) {
			assert_non_null(strstr(why, scratch.file));
			refused++;
		}
		if (s == NULL)
			assert_untouched(b.octets, b.count);
		store_close(s);
		b.octets[at] ^= 0xa5;
	}
	assert_in_range(refused, 40, 250);
	free(b.octets);
}

static void
an_account_that_makes_no_sense_is_named(void **state)
{
	static const char *const nonsense[] = {
		"UPDATE account SET role = 9 WHERE id = 2",
		"UPDATE account SET role = 1, name = x'0a' WHERE id = 2",
		"UPDATE account SET name = 'bob', hash = 'x' WHERE id = 2",
	};
	struct store *s;

	(void)state;
	make_with(3);
	for (size_t i = 0; i < sizeof nonsense / sizeof *nonsense; i++) {
		sqlite3_close(other_program(nonsense[i]));
		s = must_open();
		assert_int_equal(store_load(s, &store_ignored, why), -1);
		assert_non_null(strstr(why, "account 2"));
		assert_non_null(strstr(why, scratch.file));
		store_close(s);
	}
}

#define WITH_SCRATCH(test) \
	cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_SCRATCH(
		    a_file_with_a_zeroed_header_is_refused_and_not_touched),
		WITH_SCRATCH(a_file_that_was_cut_is_refused_and_not_touched),
		WITH_SCRATCH(
		    a_file_that_is_no_database_is_refused_and_not_touched),
		WITH_SCRATCH(a_page_of_no_kind_is_refused_and_not_touched),
		WITH_SCRATCH(flipped_octets_are_refused_or_harmless),
		WITH_SCRATCH(an_account_that_makes_no_sense_is_named),
	};

	faulty_install();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
