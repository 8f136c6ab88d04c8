/*
 * base/log: lines arrive whole and in order, and whoever logs never waits for
 * a disk or a reader. A test that waits for ever is ended by its alarm.
 */

#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/log.h"
#include "base/log_ring.h"
#include "core/access.h"

enum {
	THREADS = 4,
	LINES = 2000, /* of each thread; they fit in its ring */
	MOST = 1 << 20,
};

/* A name must not be a way out of the log. */
_Static_assert((int)ACCESS_LINE <= (int)LOG_RING_LINE, "every line fits");

static char dir[32];
static int saved_stderr;

/* Each test has a directory, and a file there in place of standard error. */
static int
set_up(void **state)
{
	int fd;

	(void)state;
	strcpy(dir, "log_test.XXXXXX");
	if (mkdtemp(dir) == NULL || chdir(dir) == -1)
		return -1;
	saved_stderr = dup(STDERR_FILENO);
	fd = open("stderr", O_RDWR | O_CREAT | O_APPEND, 0600);
	if (saved_stderr == -1 || dup2(fd, STDERR_FILENO) == -1)
		return -1;
	log_set_level(LOG_LEVEL_INFO);
	alarm(120);
	return close(fd);
}

static int
tear_down(void **state)
{
	static const char *const names[] = { "stderr", "access", "old", "fifo",
		"other" };

	(void)state;
	alarm(0);
	log_stop();
	dup2(saved_stderr, STDERR_FILENO);
	close(saved_stderr);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		(void)remove(names[i]); /* not every test makes all */
	return chdir("..") == 0 ? rmdir(dir) : -1;
}

static void
start(const char *access)
{
	const struct log_target t = { "-", access };
	const char *what = "";

	if (log_start(&t, &what) != 0)
		fail_msg("cannot start: %s", what);
}

/* A whole file, ended by NUL; valid until the next call. */
static const char *
contents(const char *name)
{
	static char text[MOST];
	int fd = open(name, O_RDONLY);
	size_t len = 0;
	ssize_t n;

	assert_int_not_equal(fd, -1);
	while ((n = read(fd, text + len, sizeof text - 1 - len)) > 0)
		len += (size_t)n;
	close(fd);
	text[len] = '\0';
	return text;
}

static size_t
count_lines(const char *text)
{
	size_t n = 0;

	for (; (text = strchr(text, '\n')) != NULL; text++)
		n++;
	return n;
}

static void
put_line(int who, int i)
{
	char line[64];
	int n = snprintf(line, sizeof line, "thread %d line %d\n", who, i);

	log_access(line, (size_t)n);
}

static void
lines_before_the_start_are_written_at_once(void **state)
{
	const char *text;

	(void)state;
	log_info("main", "starting", "pid=%d", 7);
	text = contents("stderr");
	assert_int_equal(strlen(text), strlen("2026-11-21T10:02:11.123456Z"
					      " info main starting pid=7\n"));
	assert_int_equal(text[10], 'T');
	assert_string_equal(text + 27, " info main starting pid=7\n");
}

static void
a_line_without_details_ends_after_the_event(void **state)
{
	(void)state;
	log_error("main", "gone", NULL);
	assert_string_equal(contents("stderr") + 27, " error main gone\n");
}

static void
less_important_lines_are_left_out(void **state)
{
	(void)state;
	assert_false(log_wanted(LOG_LEVEL_DEBUG));
	log_debug("main", "not this one", NULL);
	log_set_level(LOG_LEVEL_DEBUG);
	log_debug("main", "this one", NULL);
	log_set_level(LOG_LEVEL_ERROR);
	log_warn("main", "not this one", NULL);
	assert_string_equal(contents("stderr") + 27, " debug main this one\n");
}

static void
a_line_that_is_too_long_is_cut_and_still_ends(void **state)
{
	char *value = malloc(10000);
	const char *text;

	(void)state;
	assert_non_null(value);
	memset(value, 'a', 9999);
	value[9999] = '\0';
	start("off");
	log_info("main", "long", "value=%s", value);
	log_info("main", "next", NULL);
	log_stop();
	text = contents("stderr");
	assert_int_equal(count_lines(text), 2);
	assert_true(strlen(text) < 9000);
	assert_non_null(strstr(text, "aaa\n"));
	free(value);
}

static void
the_access_log_is_a_file_that_others_may_not_read(void **state)
{
	mode_t before = umask(0);
	struct stat st;

	(void)state;
	start("access");
	umask(before);
	put_line(1, 1);
	log_stop();
	assert_int_equal(stat("access", &st), 0);
	assert_int_equal(st.st_mode & 07777, 0640);
	assert_string_equal(contents("access"), "thread 1 line 1\n");
	assert_string_equal(contents("stderr"), "");
}

static void
an_access_log_that_is_off_costs_no_line(void **state)
{
	uint64_t before = log_dropped();

	(void)state;
	start("off");
	put_line(1, 1);
	log_stop();
	assert_string_equal(contents("stderr"), "");
	assert_int_equal(log_dropped(), before);
}

static void *
log_lines(void *arg)
{
	const int *who = arg;

	for (int i = 0; i < LINES; i++) {
		put_line(*who, i);
		if (i % 100 == 0)
			log_info("test", "progress", "who=%d i=%d", *who, i);
	}
	return NULL;
}

/* Every thread's lines are there, whole, once and in its order. */
static void
check_lines(const char *text)
{
	int next[THREADS] = { 0 }, who, i, n;

	for (; *text != '\0'; text += n) {
		assert_int_equal(
		    sscanf(text, "thread %d line %d\n%n", &who, &i, &n), 2);
		assert_in_range(who, 0, THREADS - 1);
		assert_int_equal(i, next[who]++);
	}
	for (who = 0; who < THREADS; who++)
		assert_int_equal(next[who], LINES);
}

static void
run_threads(void)
{
	static int who[THREADS];
	pthread_t threads[THREADS];

	for (int i = 0; i < THREADS; i++) {
		who[i] = i;
		assert_int_equal(
		    pthread_create(&threads[i], NULL, log_lines, &who[i]), 0);
	}
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
}

static void
lines_of_many_threads_arrive_whole_and_in_order(void **state)
{
	uint64_t before = log_dropped();

	(void)state;
	start("access");
	run_threads();
	log_stop();
	assert_int_equal(log_dropped(), before);
	check_lines(contents("access"));
	assert_int_equal(
	    count_lines(contents("stderr")), THREADS * LINES / 100);
}

static void *
log_one_line(void *arg)
{
	const int *i = arg;

	put_line(0, *i);
	return NULL;
}

static void
lines_of_threads_that_ended_are_kept(void **state)
{
	static int i;
	pthread_t thread;

	(void)state;
	start("access");
	for (i = 0; i < 200; i++) {
		assert_int_equal(
		    pthread_create(&thread, NULL, log_one_line, &i), 0);
		pthread_join(thread, NULL);
	}
	log_stop();
	assert_int_equal(count_lines(contents("access")), 200);
}

/* ---- targets that do not take what they get */

static int
make_fifo(void)
{
	int fd;

	assert_int_equal(mkfifo("fifo", 0600), 0);
	fd = open("fifo", O_RDONLY | O_NONBLOCK);
	assert_int_not_equal(fd, -1);
	return fd;
}

/* Log until lines are lost. Returns how many were logged. */
static int
fill_up(void)
{
	uint64_t before = log_dropped();
	int n = 0;

	while (log_dropped() == before)
		put_line(0, n++);
	return n;
}

/* Lines as they come from a FIFO; returns their number. */
static int
read_lines_of(int fd, int wanted)
{
	static char text[MOST];
	int who, i, n, lines = 0;
	size_t len = 0;
	ssize_t got;
	char *at;

	fcntl(fd, F_SETFL, 0);
	while (lines < wanted) {
		got = read(fd, text + len, sizeof text - 1 - len);
		assert_true(got > 0);
		len += (size_t)got;
		text[len] = '\0';
		for (at = text; strchr(at, '\n') != NULL; at += n) {
			assert_int_equal(
			    sscanf(at, "thread %d line %d\n%n", &who, &i, &n),
			    2);
			assert_int_equal(i, lines++);
		}
		len -= (size_t)(at - text);
		memmove(text, at, len);
	}
	return lines;
}

static void
a_full_pipe_blocks_nobody_and_loses_only_what_is_counted(void **state)
{
	uint64_t before = log_dropped();
	int fd = make_fifo(), logged;
	char expected[80];

	(void)state;
	start("fifo");
	logged = fill_up();
	assert_int_equal(log_dropped(), before + 1);
	log_info("test", "the daemon's log goes on", NULL);
	assert_int_equal(read_lines_of(fd, logged - 1), logged - 1);
	log_stop();
	close(fd);
	assert_non_null(strstr(contents("stderr"), "the daemon's log goes on"));
	snprintf(expected, sizeof expected,
	    " warn log lines lost log=access lines=1\n");
	assert_non_null(strstr(contents("stderr"), expected));
}

static void
a_full_pipe_s_losses_are_told_while_it_is_full(void **state)
{
	int fd = make_fifo();

	(void)state;
	start("fifo");
	(void)fill_up();
	log_stop();
	close(fd);
	assert_non_null(strstr(
	    contents("stderr"), " warn log lines lost log=access lines=1\n"));
}

static void
a_full_disk_is_told_before_anything_is_lost(void **state)
{
	uint64_t before = log_dropped();

	(void)state;
	start("/dev/full");
	put_line(0, 0);
	log_stop();
	assert_int_equal(log_dropped(), before + 1); /* given up at the end */
	assert_non_null(strstr(contents("stderr"),
	    " error log cannot write log=access path=/dev/full why=\"No "
	    "space left on device\"\n"));
}

static void
lines_longer_than_a_pipe_takes_at_once_are_not_torn(void **state)
{
	static char line[7000];
	int fd = make_fifo();
	size_t got = 0;
	ssize_t n;

	(void)state;
	memset(line, 'x', sizeof line - 1);
	line[sizeof line - 1] = '\n';
	start("fifo");
	for (int i = 0; i < 20; i++)
		log_access(line, sizeof line);
	fcntl(fd, F_SETFL, 0);
	while (got < 20 * sizeof line) {
		n = read(fd, line, sizeof line - got % sizeof line);
		assert_true(n > 0);
		got += (size_t)n;
		assert_int_equal(
		    line[n - 1], got % sizeof line == 0 ? '\n' : 'x');
	}
	log_stop();
	close(fd);
}

static void
a_full_pipe_does_not_hold_up_the_end(void **state)
{
	int fd = make_fifo();

	(void)state;
	start("fifo");
	fill_up();
	log_stop();
	close(fd);
}

static void
a_full_disk_loses_lines_and_leaves_the_other_log_alone(void **state)
{
	(void)state;
	start("/dev/full");
	fill_up();
	log_info("test", "still here", NULL);
	log_stop();
	assert_non_null(strstr(contents("stderr"), "still here"));
}

static void
a_pipe_without_a_reader_is_refused(void **state)
{
	const struct log_target t = { "-", "fifo" };
	const char *what = "";

	(void)state;
	assert_int_equal(mkfifo("fifo", 0600), 0);
	assert_true(log_start(&t, &what) < 0);
	assert_string_equal(what, "fifo");
}

/* ---- changing targets */

static void
reopening_goes_on_in_a_new_file(void **state)
{
	struct stat st;

	(void)state;
	start("access");
	put_line(0, 0);
	while (stat("access", &st) == 0 && st.st_size == 0)
		sched_yield();
	assert_int_equal(rename("access", "old"), 0);
	log_reopen();
	while (stat("access", &st) == -1)
		sched_yield();
	put_line(0, 1);
	log_stop();
	assert_string_equal(contents("old"), "thread 0 line 0\n");
	assert_string_equal(contents("access"), "thread 0 line 1\n");
}

static void
a_new_target_takes_over_and_a_bad_one_changes_nothing(void **state)
{
	const struct log_target bad = { "-", "no/such/file" };
	const struct log_target good = { "-", "other" };
	const char *what = "";

	(void)state;
	start("access");
	assert_true(log_retarget(&bad, &what) < 0);
	assert_string_equal(what, "no/such/file");
	put_line(0, 0);
	log_stop();
	assert_string_equal(contents("access"), "thread 0 line 0\n");
	start("access");
	assert_int_equal(log_retarget(&good, &what), 0);
	log_stop();
	assert_string_equal(contents("other"), "");
}

int
main(void)
{
#define LOG_TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		LOG_TEST(lines_before_the_start_are_written_at_once),
		LOG_TEST(a_line_without_details_ends_after_the_event),
		LOG_TEST(less_important_lines_are_left_out),
		LOG_TEST(a_line_that_is_too_long_is_cut_and_still_ends),
		LOG_TEST(the_access_log_is_a_file_that_others_may_not_read),
		LOG_TEST(an_access_log_that_is_off_costs_no_line),
		LOG_TEST(lines_of_many_threads_arrive_whole_and_in_order),
		LOG_TEST(lines_of_threads_that_ended_are_kept),
		LOG_TEST(
		    a_full_pipe_blocks_nobody_and_loses_only_what_is_counted),
		LOG_TEST(a_full_pipe_s_losses_are_told_while_it_is_full),
		LOG_TEST(a_full_disk_is_told_before_anything_is_lost),
		LOG_TEST(lines_longer_than_a_pipe_takes_at_once_are_not_torn),
		LOG_TEST(a_full_pipe_does_not_hold_up_the_end),
		LOG_TEST(
		    a_full_disk_loses_lines_and_leaves_the_other_log_alone),
		LOG_TEST(a_pipe_without_a_reader_is_refused),
		LOG_TEST(reopening_goes_on_in_a_new_file),
		LOG_TEST(a_new_target_takes_over_and_a_bad_one_changes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
