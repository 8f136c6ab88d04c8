/* The database file on disks that fail, and after crashes. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/store.h"
#include "tests/store/faulty.h"
#include "tests/store/sqlite_stage.h"

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
		c.account = kind == CHANGE_RESTORE ? 3 : 1;
		strcpy(c.key, "cleanup");
		c.value = (char *)"no";
		c.role = ROLE_ADMIN;
		c.enabled = false;
		c.uses = uses;
		c.nuses = kind == CHANGE_RESTORE ? 1 : 2;
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

static void
lose_log(void)
{
	char log[SCRATCH_PATH + 8];

	snprintf(log, sizeof log, "%s-wal", scratch.file);
	(void)unlink(log); /* it may be gone already */
}

enum { CHANGES = 4 };

/* Somebody takes the log away while the changes from that one on are written,
 * but for the last, and the daemon dies. Its exit status would say what was
 * refused. */
static void
lose_log_and_die(unsigned kept)
{
	struct store *s = open_it();
	struct change c;
	char name[24];

	if (s == NULL)
		_exit(1);
	for (unsigned i = 0; i < CHANGES; i++) {
		snprintf(name, sizeof name, "u%u", i);
		if (i == kept)
			lose_log();
		faulty_meanwhile =
		    i >= kept && i + 1 < CHANGES ? lose_log : NULL;
		if (add(s, name, &c) != CHANGE_DONE)
			_exit(2);
	}
	raise(SIGKILL);
}

static void
every_answered_change_is_there_though_the_log_was_deleted(void **state)
{
	(void)state;
	for (unsigned kept = 0; kept < CHANGES; kept++) {
		struct store *s;
		int status;
		pid_t child;

		scratch_remove(&scratch);
		scratch_make(&scratch);
		child = fork();
		assert_int_not_equal(child, -1);
		if (child == 0)
			lose_log_and_die(kept);
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_true(WIFSIGNALED(status));
		s = must_open();
		store_look(s, &seen);
		assert_int_equal(seen.naccounts, CHANGES);
		store_close(s);
	}
}

static void
a_log_that_another_program_has_emptied_is_no_harm(void **state)
{
	struct store *s = must_open();
	sqlite3 *other;

	(void)state;
	must_add(s, "alice");
	other = other_program("PRAGMA wal_checkpoint(TRUNCATE)");
	must_add(s, "bob"); /* though the other goes on */
	must_add(s, "carol");
	sqlite3_close(other);
	store_look(s, &seen);
	assert_int_equal(seen.naccounts, 3);
	store_close(s);
}

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

#define WITH_SCRATCH(test) \
	cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_SCRATCH(
		    a_full_disk_refuses_changes_and_is_fine_again_when_there_is_room),
		WITH_SCRATCH(
		    each_write_and_sync_may_fail_once_without_losing_an_answer),
		WITH_SCRATCH(a_dead_disk_answers_every_change_with_the_reason),
		WITH_SCRATCH(every_answered_change_is_there_after_kill_9),
		WITH_SCRATCH(
		    every_answered_change_is_there_though_the_log_was_deleted),
		WITH_SCRATCH(a_log_that_another_program_has_emptied_is_no_harm),
		WITH_SCRATCH(a_store_killed_while_it_is_made_can_be_made_again),
	};

	faulty_install();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
