/* The file of passwords: its lines, who may read it, disks that are full. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/findings_file.h"

static char folder[] = "/tmp/socks5d-XXXXXX", path[64], why[FINDINGS_FILE_WHY];

static int
set_up(void **state)
{
	(void)state;
	strcpy(folder, "/tmp/socks5d-XXXXXX");
	if (mkdtemp(folder) == NULL)
		return -1;
	snprintf(path, sizeof path, "%s/findings", folder);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	(void)unlink(path);
	return rmdir(folder);
}

static struct finding *
finding(uint64_t id, const char *login, const char *password)
{
	const struct finding head = {
		.id = id, .time = 1700000000, .confirmed = id % 2, .plain = true
	};
	const struct finding_text texts[FINDING_PARTS] = {
		[FINDING_CLIENT] = { "127.0.0.1:5", 11 },
		[FINDING_TARGET] = { "mail.example:110", 16 },
		[FINDING_PROTOCOL] = { "POP3", 4 },
		[FINDING_LOGIN] = { login, strlen(login) },
		[FINDING_PASSWORD] = { password, strlen(password) },
	};
	struct finding *f = finding_new(&head, texts);

	assert_non_null(f);
	return f;
}

static int
append(size_t n, uint64_t after)
{
	struct finding *list[10] = { NULL };
	int err;

	for (size_t i = 0; i < n; i++)
		list[i] = finding(i + 1, "bob", "pass word");
	err = findings_file_append(path, list, n, after, why);
	assert_int_equal(err == 0, why[0] == '\0');
	for (size_t i = 0; i < n; i++)
		finding_free(list[i]);
	return err;
}

/* All of the file; NUL behind it. */
static const char *
content(void)
{
	static char text[4096];
	FILE *f = fopen(path, "r");
	size_t n;

	assert_non_null(f);
	n = fread(text, 1, sizeof text - 1, f);
	text[n] = '\0';
	fclose(f);
	return text;
}

static void
each_finding_is_a_line_of_an_owner_s_file(void **state)
{
	struct stat st;

	(void)state;
	assert_int_equal(append(0, 0), 0);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(append(2, 0), 0);
	assert_string_equal(content(),
	    "2023-11-14T22:13:20Z\t-\t127.0.0.1:5\tmail.example:110\tPOP3\tbob"
	    "\tpass word\tconfirmed\n"
	    "2023-11-14T22:13:20Z\t-\t127.0.0.1:5\tmail.example:110\tPOP3\tbob"
	    "\tpass word\trefused\n");
}

static void
what_was_written_before_is_not_written_again(void **state)
{
	(void)state;
	assert_int_equal(append(2, 1), 0);
	assert_int_equal(append(2, 2), 0);
	assert_null(strstr(content(), "confirmed"));
	assert_non_null(strstr(content(), "refused\n"));
	assert_int_equal(strlen(strstr(content(), "refused\n")), 8);
}

static void
no_login_and_no_password_forges_a_line(void **state)
{
	char line[FINDINGS_FILE_LINE + 1], all[256];
	struct finding *f;
	size_t len, tabs = 0;

	(void)state;
	for (size_t i = 0; i < 255; i++)
		all[i] = (char)(i + 1);
	all[255] = '\0';
	f = finding(1, all, all);
	len = findings_file_line(line, f);
	assert_in_range(len, 1, FINDINGS_FILE_LINE);
	for (size_t i = 0; i < len; i++) {
		tabs += line[i] == '\t';
		assert_true(line[i] != '\n' || i == len - 1);
	}
	assert_int_equal(tabs, FINDING_PARTS + 1);
	finding_free(f);
}

static void
the_longest_line_has_room(void **state)
{
	char line[FINDINGS_FILE_LINE + 1], text[FINDING_TEXT];
	struct finding_text texts[FINDING_PARTS];
	struct finding *f;

	(void)state;
	memset(text, 1, sizeof text);
	for (size_t i = 0; i < FINDING_PARTS; i++)
		texts[i] = (struct finding_text){ text, sizeof text };
	f = finding_new(&(struct finding){ .time = 253402300799 }, texts);
	assert_non_null(f);
	line[FINDINGS_FILE_LINE] = 'x';
	assert_in_range(
	    findings_file_line(line, f), 4 * FINDING_TEXT, FINDINGS_FILE_LINE);
	assert_int_equal(line[FINDINGS_FILE_LINE], 'x');
	finding_free(f);
}

static void
a_file_that_others_may_read_is_refused(void **state)
{
	int fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);

	(void)state;
	assert_int_not_equal(fd, -1);
	assert_int_equal(fchmod(fd, 0640), 0);
	close(fd);
	assert_int_equal(append(1, 0), -1);
	assert_non_null(strstr(why, path));
	assert_non_null(strstr(why, "chmod 600"));
	assert_string_equal(content(), "");
}

static void
what_is_no_file_is_refused_and_not_waited_for(void **state)
{
	(void)state;
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(append(1, 0), -1);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(symlink("/dev/null", path), 0);
	assert_int_equal(append(1, 0), -1);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkdir(path, 0700), 0);
	assert_int_equal(append(1, 0), -1);
	assert_int_equal(rmdir(path), 0);
}

static void
a_batch_that_does_not_fit_is_not_there_in_part(void **state)
{
	struct rlimit before, small = { .rlim_cur = 100 };
	char was[4096];

	(void)state;
	assert_int_equal(append(1, 0), 0);
	strcpy(was, content());
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	small.rlim_cur = strlen(was) + 100; /* a line and a piece */
	small.rlim_max = before.rlim_max;
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	assert_int_equal(append(3, 0), -1);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	assert_non_null(strstr(why, "too large"));
	assert_string_equal(content(), was);
	assert_int_equal(append(3, 0), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(each_finding_is_a_line_of_an_owner_s_file),
		TEST(what_was_written_before_is_not_written_again),
		TEST(no_login_and_no_password_forges_a_line),
		TEST(the_longest_line_has_room),
		TEST(a_file_that_others_may_read_is_refused),
		TEST(what_is_no_file_is_refused_and_not_waited_for),
		TEST(a_batch_that_does_not_fit_is_not_there_in_part),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
