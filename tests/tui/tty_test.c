/* What libraries print while there is a screen: kept, bounded, shown later. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tui/tty.h"

static char told[2 * TTY_ERRORS];

/* Run it in a process of its own; what its standard error got, its status. */
static int
run(void (*body)(void), size_t *len)
{
	int ends[2], status;
	ssize_t n;
	pid_t child;

	assert_int_equal(pipe(ends), 0);
	child = fork();
	if (child == 0) {
		(void)dup2(ends[1], STDERR_FILENO);
		(void)close(ends[0]);
		(void)close(ends[1]);
		body();
		_exit(0);
	}
	(void)close(ends[1]);
	*len = 0;
	while (*len < sizeof told - 1 &&
	       (n = read(ends[0], told + *len, sizeof told - 1 - *len)) > 0)
		*len += (size_t)n;
	told[*len] = '\0';
	(void)close(ends[0]);
	assert_int_equal(waitpid(child, &status, 0), child);
	return status;
}

static void
say(void)
{
	tty_hide_errors();
	(void)fputs("something is odd\n", stderr);
	(void)!write(STDERR_FILENO, "and more\n", 9);
	tty_show_errors();
	(void)fputs("after\n", stderr);
}

static void
errors_are_kept_and_shown_in_order(void **state)
{
	size_t len;

	(void)state;
	assert_int_equal(run(say, &len), 0);
	assert_string_equal(told, "something is odd\nand more\nafter\n");
}

static void
babble(void)
{
	tty_hide_errors();
	for (int i = 0; i < 100000; i++)
		(void)fprintf(stderr, "line %d of far too many\n", i);
	tty_show_errors();
}

static void
what_never_stops_is_cut_after_the_first_words(void **state)
{
	size_t len;

	(void)state;
	assert_int_equal(run(babble, &len), 0);
	assert_true(len <= TTY_ERRORS);
	assert_true(len > TTY_ERRORS / 2);
	assert_memory_equal(told, "line 0 of", 9);
}

static void
crash(void)
{
	tty_guard(-1);
	tty_hide_errors();
	(void)fputs("last words\n", stderr);
	(void)raise(SIGSEGV);
}

static void
a_crash_shows_them_and_is_still_one(void **state)
{
	size_t len;
	int status;

	(void)state;
	status = run(crash, &len);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGSEGV);
	assert_string_equal(told, "last words\n");
}

/* Each call keeps its part of the stack: none is the last thing done. */
static int
sink(volatile char *above)
{
	volatile char here[4096];

	here[0] = above[0];
	if (here[0] == 0) /* it never is */
		return 0;
	return sink(here) + here[0];
}

static void
overflow(void)
{
	struct rlimit small = { 1 << 20, 1 << 20 };
	volatile char begin = 1;

	(void)setrlimit(RLIMIT_STACK, &small);
	tty_guard(-1);
	tty_hide_errors();
	(void)fputs("too deep\n", stderr);
	(void)sink(&begin);
}

static void
a_stack_that_is_used_up_is_a_crash_like_others(void **state)
{
	size_t len;
	int status;

	(void)state;
	status = run(overflow, &len);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGSEGV);
	assert_string_equal(told, "too deep\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(errors_are_kept_and_shown_in_order),
		cmocka_unit_test(what_never_stops_is_cut_after_the_first_words),
		cmocka_unit_test(a_crash_shows_them_and_is_still_one),
		cmocka_unit_test(
		    a_stack_that_is_used_up_is_a_crash_like_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
