/* base/log_memory: the last lines of both logs, read while they are written. */

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/log.h"
#include "base/log_memory.h"
#include "base/log_ring.h"

enum {
	FLOOD = 200000, /* lines; the ring is written over many times */
};

static void
keep(enum log_which which, size_t body, size_t more, const char *text)
{
	struct log_record record = { .len = (uint16_t)strlen(text),
		.body = (uint16_t)body,
		.more = (uint16_t)more,
		.level = LOG_LEVEL_WARN };

	log_keep(which, &record, text);
}

static void
lines_of_both_logs_come_in_the_order_they_were_kept(void **state)
{
	uint64_t before = log_kept_last();
	struct log_kept line;

	(void)state;
	keep(LOG_DAEMON_LINES, 33, 0,
	    "1970-01-01T00:00:01.000007Z warn main started\n");
	keep(LOG_ACCESS_LINES, 0, 0, "1970-01-01T00:00:02Z\talice\tA\n");
	keep(LOG_DAEMON_LINES, 7, 20, "T warn main stopped why=x\n");
	assert_int_equal(log_kept_last(), before + 3);

	assert_true(log_kept_after(before, &line));
	assert_int_equal(line.id, before + 1);
	assert_string_equal(line.text, "main started");
	assert_int_equal(line.more, line.len);
	assert_int_equal(line.level, LOG_LEVEL_WARN);
	assert_int_equal(line.wall_us, 1000007);
	assert_true(log_kept_after(before + 1, &line));
	assert_int_equal(line.which, LOG_ACCESS_LINES);
	assert_int_equal(line.wall_us, 2000000);
	assert_string_equal(line.text, "alice\tA");
	assert_true(log_kept_after(before + 2, &line));
	assert_string_equal(line.text + line.more, "why=x");
	assert_false(log_kept_after(before + 3, &line));
}

static void
old_lines_make_way_and_new_ones_are_all_there(void **state)
{
	uint64_t first = log_kept_last() + 1, seen = 0;
	struct log_kept line = { .id = first - 1 };
	char text[64];

	(void)state;
	for (unsigned i = 0; i < 3 * LOG_KEPT_LINES; i++) {
		(void)snprintf(text, sizeof text, "%u\n", i);
		keep(LOG_DAEMON_LINES, 0, 0, text);
	}
	while (log_kept_after(line.id, &line)) {
		(void)snprintf(text, sizeof text, "%llu",
		    (unsigned long long)(line.id - first));
		assert_string_equal(line.text, text);
		seen++;
	}
	assert_int_equal(line.id, log_kept_last());
	assert_int_equal(seen, LOG_KEPT_LINES - 1);
}

static void
a_line_that_is_too_long_is_cut_and_the_next_is_whole(void **state)
{
	uint64_t before = log_kept_last();
	char text[LOG_RING_LINE];
	struct log_kept line;

	(void)state;
	memset(text, 'x', sizeof text);
	text[sizeof text - 2] = '\n';
	text[sizeof text - 1] = '\0';
	keep(LOG_DAEMON_LINES, 0, LOG_KEPT_TEXT + 5, text);
	keep(LOG_DAEMON_LINES, 0, 0, "y\n");
	assert_true(log_kept_after(before, &line));
	assert_int_equal(line.len, LOG_KEPT_TEXT);
	assert_int_equal(line.more, LOG_KEPT_TEXT);
	assert_true(log_kept_after(before + 1, &line));
	assert_string_equal(line.text, "y");
}

/* ---- a reader beside the writer */

static _Atomic bool flooding;

/* All of one letter, and as long as the letter says. */
static void *
flood(void *arg)
{
	char text[LOG_KEPT_TEXT + 2];

	for (unsigned i = 0; i < FLOOD; i++) {
		size_t len = 1 + i % 26 * 30;

		memset(text, (char)('a' + i % 26), len);
		text[len] = '\n';
		text[len + 1] = '\0';
		keep(LOG_DAEMON_LINES, 0, 0, text);
	}
	atomic_store(&flooding, false);
	return arg;
}

static void
a_line_that_is_read_while_others_are_written_is_whole(void **state)
{
	struct log_kept line = { .id = log_kept_last() };
	uint64_t before = 0;
	pthread_t writer;

	(void)state;
	atomic_store(&flooding, true);
	assert_int_equal(pthread_create(&writer, NULL, flood, NULL), 0);
	while (atomic_load(&flooding) || line.id < log_kept_last()) {
		if (!log_kept_after(line.id, &line))
			continue;
		assert_true(line.id > before);
		before = line.id;
		assert_int_equal(line.len, 1 + (line.text[0] - 'a') * 30);
		for (size_t i = 0; i < line.len; i++)
			assert_int_equal(line.text[i], line.text[0]);
	}
	pthread_join(writer, NULL);
}

static void *
alternate(void *arg)
{
	for (unsigned i = 0; i < LOG_KEPT_LINES; i++)
		keep(i % 2 == 0 ? LOG_DAEMON_LINES : LOG_ACCESS_LINES, 0, 0,
		    "x\n");
	return arg;
}

static void
follow_two_logs(void)
{
	uint64_t before = log_kept_last(), last = before + LOG_KEPT_LINES;
	struct log_kept line = { .id = before };
	pthread_t writer;

	assert_int_equal(pthread_create(&writer, NULL, alternate, NULL), 0);
	for (; before < last; before = line.id)
		if (log_kept_after(before, &line))
			assert_int_equal(line.id, before + 1);
		else
			line.id = before;
	pthread_join(writer, NULL);
}

static void
no_line_of_two_logs_is_passed_over(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 100; i++)
		follow_two_logs();
}

static void
lines_that_are_logged_are_kept(void **state)
{
	uint64_t before = log_kept_last();
	struct log_kept line;

	(void)state;
	log_line(LOG_LEVEL_ERROR, "w2/s8", "dial failed", "rep=%d", 5);
	assert_true(log_kept_after(before, &line));
	assert_string_equal(line.text, "w2/s8 dial failed rep=5");
	assert_string_equal(line.text + line.more, "rep=5");
	assert_int_equal(line.level, LOG_LEVEL_ERROR);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    lines_of_both_logs_come_in_the_order_they_were_kept),
		cmocka_unit_test(old_lines_make_way_and_new_ones_are_all_there),
		cmocka_unit_test(
		    a_line_that_is_too_long_is_cut_and_the_next_is_whole),
		cmocka_unit_test(
		    a_line_that_is_read_while_others_are_written_is_whole),
		cmocka_unit_test(no_line_of_two_logs_is_passed_over),
		cmocka_unit_test(lines_that_are_logged_are_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
