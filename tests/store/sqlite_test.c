/* The database file: who may have it, what made it, how much it holds. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "core/book.h"
#include "store/sqlite_file.h"
#include "store/store.h"
#include "tests/store/faulty.h"
#include "tests/store/sqlite_stage.h"

/* ---- the file itself */

static unsigned
mode_of(const char *end)
{
	char path[SCRATCH_PATH + 8];
	struct stat st;

	snprintf(path, sizeof path, "%s%s", scratch.file, end);
	assert_int_equal(stat(path, &st), 0);
	return st.st_mode & 07777;
}

static void
only_its_owner_can_read_it(void **state)
{
	mode_t before = umask(0);
	struct store *s = must_open();

	(void)state;
	umask(before);
	must_add(s, "alice");
	assert_int_equal(mode_of(""), 0600);
	assert_int_equal(mode_of("-wal"), 0600);
	assert_int_equal(mode_of("-shm"), 0600);
	assert_int_equal(mode_of(".lock"), 0600);
	store_close(s);
}

static void
missing_folders_are_made_for_its_owner_only(void **state)
{
	char url[SCRATCH_PATH + 64], folder[SCRATCH_PATH];
	static const char *const files[] = { "db", "db.lock" };
	struct store *s;
	struct stat st;

	(void)state;
	snprintf(url, sizeof url, "sqlite:%s/a/b/db", scratch.folder);
	s = store_open(url, why);
	assert_string_equal(why, "");
	assert_non_null(s);
	store_close(s);
	strcpy(folder, scratch.folder);
	strcat(folder, "/a");
	assert_int_equal(stat(folder, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0700);
	for (size_t i = 0; i < 2; i++) {
		snprintf(url, sizeof url, "%s/b/%s", folder, files[i]);
		assert_int_equal(unlink(url), 0);
	}
	snprintf(url, sizeof url, "%s/b", folder);
	assert_int_equal(rmdir(url), 0);
	assert_int_equal(rmdir(folder), 0);
}

static void
a_path_that_cannot_be_is_refused_with_the_reason(void **state)
{
	char url[SCRATCH_PATH + 32];

	(void)state;
	make_with(1);
	snprintf(url, sizeof url, "sqlite:%s/under/a/file", scratch.file);
	assert_null(store_open(url, why));
	assert_non_null(strstr(why, "Not a directory"));
	snprintf(url, sizeof url, "sqlite:%s", scratch.folder);
	assert_null(store_open(url, why));
	assert_non_null(strstr(why, scratch.folder));
	snprintf(url, sizeof url, "%s.lock", scratch.folder);
	assert_int_equal(unlink(url), 0);
}

static void
a_second_daemon_is_kept_out_while_the_first_lives(void **state)
{
	struct store *s = must_open();

	(void)state;
	assert_refused_naming("another socks5d");
	store_close(s);
	store_close(must_open());
}

static void
what_a_start_that_was_cut_short_left_behind_is_no_hindrance(void **state)
{
	char path[SCRATCH_PATH + 8];
	int fd;

	(void)state;
	snprintf(path, sizeof path, "%s.new", scratch.file);
	fd = open(path, O_WRONLY | O_CREAT, 0600);
	assert_int_equal(write(fd, "rubbish", 7), 7);
	close(fd);
	store_close(must_open());
	assert_int_equal(access(path, F_OK), -1);
}

/* ---- what made it */

/* What socks5d made before accounts had limits. */
static void
make_first_version(void)
{
	static const char sql[] =
	    "CREATE TABLE account (id INTEGER PRIMARY KEY AUTOINCREMENT,"
	    " name TEXT NOT NULL UNIQUE, role INTEGER NOT NULL,"
	    " enabled INTEGER NOT NULL, created INTEGER NOT NULL,"
	    " hash TEXT NOT NULL, opened INTEGER NOT NULL DEFAULT 0,"
	    " up INTEGER NOT NULL DEFAULT 0, down INTEGER NOT NULL DEFAULT 0,"
	    " last INTEGER NOT NULL DEFAULT 0,"
	    " last_target TEXT NOT NULL DEFAULT '');"
	    "CREATE TABLE setting (key TEXT PRIMARY KEY, value TEXT NOT NULL)"
	    " WITHOUT ROWID;"
	    "INSERT INTO account VALUES (7, 'alice', 1, 1, 11, '$h', 5, 60, 70,"
	    " 99, 'example.org:443');"
	    "INSERT INTO account (name, role, enabled, created, hash)"
	    " VALUES ('bob', 0, 0, 12, '$i');"
	    "INSERT INTO setting VALUES ('cleanup', 'no');";
	char stamp[96];
	sqlite3 *db;

	snprintf(stamp, sizeof stamp,
	    "PRAGMA application_id = %d; PRAGMA user_version = 1",
	    SQLITE_FILE_ID);
	assert_int_equal(sqlite3_open(scratch.file, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, stamp, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
}

static void
a_file_of_the_first_version_is_opened_and_can_hold_limits(void **state)
{
	struct change limit = { .kind = CHANGE_LIMIT,
		.account = 7,
		.column = COLUMN_quota,
		.number = 4711 };
	const struct store_row *alice;
	struct store *s;

	(void)state;
	make_first_version();
	for (int round = 0; round < 2; round++) {
		s = must_open();
		store_look(s, &seen);
		assert_int_equal(seen.naccounts, 2);
		alice = store_row(&seen, "alice");
		assert_int_equal(alice->id, 7);
		assert_int_equal(alice->use.up + alice->use.down, 130);
		assert_string_equal(alice->use.last_target, "example.org:443");
		assert_int_equal(alice->own[COLUMN_quota], round * 4711);
		assert_int_equal(alice->own[COLUMN_rate_up], COLUMN_DEFAULT);
		assert_false(store_row(&seen, "bob")->enabled);
		assert_string_equal(store_setting(&seen, "cleanup"), "no");
		store_change(s, &limit);
		assert_int_equal(limit.result, CHANGE_DONE);
		store_close(s);
	}
}

static void
a_file_from_before_findings_is_brought_up_to_date(void **state)
{
	static const struct finding head = { .id = 1 };
	static const struct finding_text texts[FINDING_PARTS];
	struct finding *list[1] = { finding_new(&head, texts) };
	struct change c = { .kind = CHANGE_FIND, .nfound = 1, .found = list };
	struct store *s;

	(void)state;
	make_first_version();
	s = must_open();
	store_change(s, &c);
	assert_int_equal(c.result, CHANGE_DONE);
	store_look(s, &seen);
	assert_int_equal(seen.naccounts, 2);
	assert_int_equal(seen.nfindings, 1);
	store_close(s);
	finding_free(seen.finding);
	seen.finding = NULL;
	finding_free(list[0]);
}

static void
a_file_of_a_later_version_is_refused_and_not_touched(void **state)
{
	struct bytes b;

	(void)state;
	make_with(3);
	sqlite3_close(other_program("PRAGMA user_version = 99"));
	b = read_file();
	assert_refused_naming("version 99");
	assert_non_null(strstr(why, "newer socks5d"));
	assert_untouched(b.octets, b.count);
	free(b.octets);
}

static void
a_database_of_another_program_is_refused_and_not_touched(void **state)
{
	struct bytes b;

	(void)state;
	sqlite3_close(other_program("CREATE TABLE recipe (title TEXT)"));
	b = read_file();
	assert_refused_naming("not one of socks5d");
	assert_untouched(b.octets, b.count);
	free(b.octets);
}

/* ---- other programs */

static void
a_change_while_another_program_writes_fails_and_the_next_works(void **state)
{
	struct store *s = must_open();
	struct change c;
	sqlite3 *db;

	(void)state;
	must_add(s, "alice");
	db = other_program("BEGIN IMMEDIATE");
	assert_int_equal(add(s, "bob", &c), CHANGE_FAILED);
	assert_non_null(strstr(c.why, "locked"));
	store_look(s, &seen); /* reading goes on */
	assert_int_equal(seen.naccounts, 1);
	assert_int_equal(
	    sqlite3_exec(db, "COMMIT", NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
	must_add(s, "bob");
	store_close(s);
}

static void
a_file_that_another_program_keeps_for_itself_is_refused(void **state)
{
	sqlite3 *db;

	(void)state;
	make_with(3);
	db = other_program("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE");
	assert_refused_naming("locked by another program");
	sqlite3_close(db);
	store_close(must_open());
}

/* ---- size */

static bool
into_book(const struct account *a, const struct account_use *use, void *arg)
{
	return book_load(arg, a, use) == 0;
}

static void
a_hundred_thousand_accounts_are_loaded(void **state)
{
	struct book *b = book_new();
	struct store_reader reader = store_ignored;
	struct timespec start, opened, end;
	struct store *s;
	sqlite3 *db;

	(void)state;
	reader.account = into_book;
	reader.arg = b;
	make_with(1);
	db = other_program(
	    "BEGIN; WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1"
	    " FROM n WHERE i < 99999) INSERT INTO account"
	    " (name, role, enabled, created, hash, last_target)"
	    " SELECT 'someone' || (i * 7919 % 100003), 0, 1, 1700000000,"
	    " '$argon2id$v=19$m=19456,t=2,p=1$' || hex(randomblob(32)),"
	    " 'www.example.org:443' FROM n; COMMIT");
	sqlite3_close(db);
	clock_gettime(CLOCK_MONOTONIC, &start);
	s = must_open();
	clock_gettime(CLOCK_MONOTONIC, &opened);
	assert_int_equal(store_load(s, &reader, why), 0);
	clock_gettime(CLOCK_MONOTONIC, &end);
	assert_int_equal(accounts_count(book_accounts(b)), 100000);
	print_message("100000 accounts: checked in %.0f ms, loaded in %.0f\n",
	    (double)(opened.tv_sec - start.tv_sec) * 1e3 +
		(double)(opened.tv_nsec - start.tv_nsec) / 1e6,
	    (double)(end.tv_sec - opened.tv_sec) * 1e3 +
		(double)(end.tv_nsec - opened.tv_nsec) / 1e6);
	store_close(s);
	book_free(b);
}

#define WITH_SCRATCH(test) \
	cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_SCRATCH(only_its_owner_can_read_it),
		WITH_SCRATCH(missing_folders_are_made_for_its_owner_only),
		WITH_SCRATCH(a_path_that_cannot_be_is_refused_with_the_reason),
		WITH_SCRATCH(a_second_daemon_is_kept_out_while_the_first_lives),
		WITH_SCRATCH(
		    what_a_start_that_was_cut_short_left_behind_is_no_hindrance),
		WITH_SCRATCH(
		    a_file_of_the_first_version_is_opened_and_can_hold_limits),
		WITH_SCRATCH(a_file_from_before_findings_is_brought_up_to_date),
		WITH_SCRATCH(
		    a_file_of_a_later_version_is_refused_and_not_touched),
		WITH_SCRATCH(
		    a_database_of_another_program_is_refused_and_not_touched),
		WITH_SCRATCH(
		    a_change_while_another_program_writes_fails_and_the_next_works),
		WITH_SCRATCH(
		    a_file_that_another_program_keeps_for_itself_is_refused),
		WITH_SCRATCH(a_hundred_thousand_accounts_are_loaded),
	};

	faulty_install();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
