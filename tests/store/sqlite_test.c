/* The database file when things go wrong: disks, crashes, other programs. */

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/book.h"
#include "store/sqlite_file.h"
#include "store/store.h"
#include "tests/store/faulty.h"
#include "tests/store/scratch.h"

static struct scratch scratch;
static struct store_seen seen;
static char why[STORE_WHY];

static int
set_up(void **state)
{
	(void)state;
	faulty_begin(0, 0, false);
	scratch_make(&scratch);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	scratch_remove(&scratch);
	return 0;
}

static struct store *
open_it(void)
{
	char url[SCRATCH_PATH + 8];

	why[0] = '\0';
	snprintf(url, sizeof url, "sqlite:%s", scratch.file);
	return store_open(url, why);
}

static struct store *
must_open(void)
{
	struct store *s = open_it();

	if (s == NULL)
		fail_msg("%s", why);
	return s;
}

static void
assert_refused_naming(const char *what)
{
	struct store *s = open_it();

	assert_null(s);
	assert_non_null(strstr(why, scratch.file));
	if (strstr(why, what) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", why, what);
}

static enum change_result
add(struct store *s, const char *name, struct change *c)
{
	*c = change_add(name);
	store_change(s, c);
	return c->result;
}

static void
must_add(struct store *s, const char *name)
{
	struct change c;

	if (add(s, name, &c) != CHANGE_DONE)
		fail_msg("%s", c.why);
}

static void
make_with(size_t accounts)
{
	struct store *s = must_open();
	char name[32];

	for (size_t i = 0; i < accounts; i++) {
		snprintf(name, sizeof name, "user%zu", i);
		must_add(s, name);
	}
	store_close(s);
}

/* Another program does something to the file. */
static sqlite3 *
other_program(const char *sql)
{
	sqlite3 *db;

	assert_int_equal(sqlite3_open(scratch.file, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	return db;
}

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

/* ---- damage */

struct bytes {
	uint8_t *octets;
	size_t count;
};

static struct bytes
read_file(void)
{
	FILE *f = fopen(scratch.file, "rb");
	struct bytes b;

	assert_non_null(f);
	fseek(f, 0, SEEK_END);
	b.count = (size_t)ftell(f);
	rewind(f);
	b.octets = malloc(b.count + 1);
	assert_non_null(b.octets);
	assert_int_equal(fread(b.octets, 1, b.count, f), b.count);
	fclose(f);
	return b;
}

static void
write_file(const void *octets, size_t count)
{
	FILE *f = fopen(scratch.file, "wb");

	assert_non_null(f);
	assert_int_equal(fwrite(octets, 1, count, f), count);
	assert_int_equal(fclose(f), 0);
}

static void
assert_untouched(const void *octets, size_t count)
{
	struct bytes now = read_file();

	assert_int_equal(now.count, count);
	assert_int_equal(memcmp(now.octets, octets, count), 0);
	free(now.octets);
}

static void
assert_damaged(const void *octets, size_t count)
{
	write_file(octets, count);
	assert_refused_naming("damaged");
	assert_non_null(strstr(why, "backup"));
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

static bool
ignore_account(
    const struct account *a, const struct account_use *use, void *arg)
{
	(void)a;
	(void)use;
	(void)arg;
	return true;
}

static bool
ignore_setting(const char *key, const char *value, void *arg)
{
	(void)key;
	(void)value;
	(void)arg;
	return true;
}

static bool
ignore_finding(struct finding *f, void *arg)
{
	(void)arg;
	finding_free(f);
	return true;
}

static void
ignore_last_finding(uint64_t id, void *arg)
{
	(void)id;
	(void)arg;
}

/* Any octet may be wrong: it is found, or the rest makes sense; no crash. */
static void
flipped_octets_are_refused_or_harmless(void **state)
{
	static const struct store_reader reader = {
		.account = ignore_account,
		.setting = ignore_setting,
		.finding = ignore_finding,
		.last_finding = ignore_last_finding,
	};
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
		if (s == NULL || store_load(s, &reader, why) != 0) {
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
	struct store_reader reader = {
		.account = ignore_account,
		.setting = ignore_setting,
		.finding = ignore_finding,
		.last_finding = ignore_last_finding,
	};
	struct store *s;

	(void)state;
	make_with(3);
	for (size_t i = 0; i < sizeof nonsense / sizeof *nonsense; i++) {
		sqlite3_close(other_program(nonsense[i]));
		s = must_open();
		assert_int_equal(store_load(s, &reader, why), -1);
		assert_non_null(strstr(why, "account 2"));
		assert_non_null(strstr(why, scratch.file));
		store_close(s);
	}
}

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

/* ---- disks */

static void
a_full_disk_refuses_changes_and_is_fine_again_when_there_is_room(void **state)
{
	struct store *s = must_open();
	struct rlimit before, small = { 0 };
	struct change c;
	char name[32];
	size_t added = 0, failed = 0;

	(void)state;
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	small.rlim_cur = 300 * 1024;
	small.rlim_max = before.rlim_max;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	while (failed < 5) {
		snprintf(name, sizeof name, "user%zu", added);
		if (add(s, name, &c) == CHANGE_DONE) {
			assert_in_range(++added, 1, 1000);
			continue;
		}
		assert_int_equal(c.result, CHANGE_FAILED);
		assert_non_null(strstr(c.why, "disk"));
		failed++;
	}
	store_look(s, &seen);
	assert_int_equal(seen.naccounts, added);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	must_add(s, name);
	store_close(s);
	s = must_open();
	store_look(s, &seen);
	assert_int_equal(seen.naccounts, added + 1);
	store_close(s);
}

/* One call of the disk fails: that change may fail, and nothing else may. */
static void
each_write_and_sync_may_fail_once_without_losing_an_answer(void **state)
{
	static const int codes[] = { SQLITE_FULL, SQLITE_IOERR_WRITE,
		SQLITE_IOERR_FSYNC };
	struct store *s = must_open();
	char name[32];
	size_t number = 0, done = 0;

	(void)state;
	for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
		for (size_t at = 1; at < 60; at++) {
			struct change c;

			faulty_begin(at, codes[i], false);
			do {
				snprintf(name, sizeof name, "u%zu", number++);
				if (add(s, name, &c) == CHANGE_DONE) {
					done++;
					continue;
				}
				assert_int_equal(c.result, CHANGE_FAILED);
				if (strstr(c.why, "disk") == NULL)
					fail_msg("%s", c.why);
				assert_true(faulty.failed);
			} while (!faulty.failed);
			faulty_begin(0, 0, false);
			snprintf(name, sizeof name, "u%zu", number++);
			must_add(s, name);
			done++;
		}
		store_look(s, &seen);
		assert_in_range(seen.naccounts, done, number);
	}
	store_close(s);
	s = must_open();
	store_look(s, &seen);
	assert_in_range(seen.naccounts, done, number);
	store_close(s);
}

static void
a_dead_disk_answers_every_change_with_the_reason(void **state)
{
	struct store *s = must_open();
	struct account_use uses[2] = { { .account = 1, .up = 5 },
		{ .account = 2 } };
	struct change c;

	(void)state;
	must_add(s, "alice");
	must_add(s, "bob");
	faulty_begin(1, SQLITE_FULL, true);
	for (enum change_kind kind = CHANGE_ADD; kind <= CHANGE_USE; kind++) {
		c = change_add("carol");
		c.kind = kind;
		strcpy(c.hash, "$argon2id$another");
		c.account = 1;
		strcpy(c.key, "cleanup");
		c.value = (char *)"no";
		c.role = ROLE_ADMIN;
		c.enabled = false;
		c.uses = uses;
		c.nuses = 2;
		store_change(s, &c);
		if (kind == CHANGE_UNSET) /* it has no value to begin with */
			continue;
		assert_int_equal(c.result, CHANGE_FAILED);
		assert_non_null(strstr(c.why, "disk is full"));
	}
	faulty_begin(0, 0, false);
	store_look(s, &seen);
	assert_int_equal(seen.naccounts, 2);
	assert_int_equal(seen.nsettings, 0);
	assert_int_equal(store_row(&seen, "alice")->role, ROLE_REGULAR);
	assert_true(store_row(&seen, "alice")->enabled);
	must_add(s, "carol");
	store_close(s);
}

/* ---- crashes */

/* Add accounts and say so, until killed. */
static void
add_for_ever(int out, unsigned round)
{
	struct store *s = open_it();

	for (unsigned i = 0; s != NULL; i++) {
		struct change c;
		char name[24];

		snprintf(name, sizeof name, "r%u-%u", round, i);
		if (add(s, name, &c) != CHANGE_DONE ||
		    write(out, &i, sizeof i) != sizeof i)
			break;
	}
	_exit(1);
}

/* Returns how many changes were answered before the end. */
static unsigned
kill_after(unsigned round, unsigned answers)
{
	unsigned last, n = 0;
	int ends[2], status;
	pid_t child;

	assert_int_equal(pipe(ends), 0);
	child = fork();
	assert_int_not_equal(child, -1);
	if (child == 0) {
		close(ends[0]);
		add_for_ever(ends[1], round);
	}
	close(ends[1]);
	while (n < answers && read(ends[0], &last, sizeof last) == sizeof last)
		n++;
	kill(child, SIGKILL);
	/* What it answered until it was dead counts as well. */
	while (read(ends[0], &last, sizeof last) == sizeof last)
		n++;
	close(ends[0]);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
	return n;
}

static void
every_answered_change_is_there_after_kill_9(void **state)
{
	enum { ROUNDS = 25 };
	unsigned answered[ROUNDS];
	size_t least = 0;
	struct store *s;
	char name[24];

	(void)state;
	for (unsigned i = 0; i < ROUNDS; i++) {
		answered[i] = kill_after(i, i * 13 % 31);
		least += answered[i];
		s = must_open();
		store_look(s, &seen);
		/* The one that was under way may be there or not. */
		assert_in_range(seen.naccounts, least, least + i + 1);
		for (unsigned r = 0; r <= i; r++)
			for (unsigned k = 0; k < answered[r]; k++) {
				snprintf(name, sizeof name, "r%u-%u", r, k);
				assert_non_null(store_row(&seen, name));
			}
		store_close(s);
	}
}

static void
a_store_killed_while_it_is_made_can_be_made_again(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 20; i++) {
		scratch_remove(&scratch);
		scratch_make(&scratch);
		(void)kill_after(i, 0);
		store_close(must_open());
	}
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
	struct store_reader reader = {
		.account = into_book,
		.setting = ignore_setting,
		.finding = ignore_finding,
		.last_finding = ignore_last_finding,
		.arg = b,
	};
	struct timespec start, opened, end;
	struct store *s;
	sqlite3 *db;

	(void)state;
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
		    a_file_with_a_zeroed_header_is_refused_and_not_touched),
		WITH_SCRATCH(a_file_that_was_cut_is_refused_and_not_touched),
		WITH_SCRATCH(
		    a_file_that_is_no_database_is_refused_and_not_touched),
		WITH_SCRATCH(a_page_of_no_kind_is_refused_and_not_touched),
		WITH_SCRATCH(flipped_octets_are_refused_or_harmless),
		WITH_SCRATCH(an_account_that_makes_no_sense_is_named),
		WITH_SCRATCH(
		    a_file_of_a_later_version_is_refused_and_not_touched),
		WITH_SCRATCH(a_file_from_before_findings_is_brought_up_to_date),
		WITH_SCRATCH(
		    a_file_of_the_first_version_is_opened_and_can_hold_limits),
		WITH_SCRATCH(
		    a_database_of_another_program_is_refused_and_not_touched),
		WITH_SCRATCH(
		    a_change_while_another_program_writes_fails_and_the_next_works),
		WITH_SCRATCH(
		    a_file_that_another_program_keeps_for_itself_is_refused),
		WITH_SCRATCH(
		    a_full_disk_refuses_changes_and_is_fine_again_when_there_is_room),
		WITH_SCRATCH(
		    each_write_and_sync_may_fail_once_without_losing_an_answer),
		WITH_SCRATCH(a_dead_disk_answers_every_change_with_the_reason),
		WITH_SCRATCH(every_answered_change_is_there_after_kill_9),
		WITH_SCRATCH(a_store_killed_while_it_is_made_can_be_made_again),
		WITH_SCRATCH(a_hundred_thousand_accounts_are_loaded),
	};

	faulty_install();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
