/* daemon/config: the configuration file and what it includes. */

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "daemon/config.h"

static char why[CONFIG_WHY];
static char dir[64];

static struct settings *
parse(const char *text)
{
	struct settings *s = settings_new();

	assert_non_null(s);
	if (config_parse(s, "t.conf", text, strlen(text), why) != 0)
		fail_msg("%s", why);
	return s;
}

static void
assert_refused(const char *text, size_t len, const char *message)
{
	struct settings *s = settings_new();
	char before[160];

	assert_non_null(s);
	assert_int_equal(
	    settings_set(s, ORIGIN_FILE, "workers", "7", before), 0);
	assert_true(config_parse(s, "t.conf", text, len, why) < 0);
	assert_string_equal(why, message);
	assert_int_equal(settings_number(s, SETTING_workers), 7);
	for (int i = 0; i < SETTINGS_COUNT; i++)
		if (i != SETTING_workers)
			assert_int_equal(settings_origin(s, (enum setting_id)i),
			    ORIGIN_DEFAULT);
	settings_free(s);
}

static const char *
in_dir(const char *name)
{
	static char path[128];

	snprintf(path, sizeof path, "%s/%s", dir, name);
	return path;
}

static void
write_file(const char *name, const char *text)
{
	FILE *f = fopen(in_dir(name), "w");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static int
make_dir(void **state)
{
	(void)state;
	strcpy(dir, "config_test.XXXXXX");
	return mkdtemp(dir) == NULL ? -1 : 0;
}

static int
remove_dir(void **state)
{
	static const char *const names[] = { "a.conf", "b.conf", "fifo",
		"sub/c.conf", "sub" };

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		(void)remove(in_dir(names[i])); /* not every test makes all */
	return rmdir(dir);
}

static void
lines_hold_a_key_a_value_and_comments(void **state)
{
	struct settings *s = parse("# one\n"
				   "\n"
				   "workers 3\n"
				   "\t buffer-size \t 64K  # half of it\r\n"
				   "access-log /var/log/a#b\n"
				   "#auth no\n"
				   "auth yes");

	(void)state;
	assert_int_equal(settings_number(s, SETTING_workers), 3);
	assert_int_equal(settings_origin(s, SETTING_workers), ORIGIN_FILE);
	assert_int_equal(settings_number(s, SETTING_buffer_size), 65536);
	assert_string_equal(
	    settings_text(s, SETTING_access_log), "/var/log/a#b");
	assert_int_equal(settings_number(s, SETTING_auth), AUTH_YES);
	settings_free(s);
}

static void
a_bad_rule_is_found_by_its_line_and_word(void **state)
{
	static const char text[] = "# rules\n"
				   "rule allow to *.example.org port 443\n"
				   "rule deny to 10.0.0.0/8 prot 25\n";

	(void)state;
	assert_refused(text, strlen(text),
	    "t.conf:3: rule: word 4, \"prot\": not user, from, to, port or "
	    "command");
}

static void
repeatable_keys_add_up_and_others_are_replaced(void **state)
{
	struct settings *s =
	    parse("listen 10.0.0.1\nworkers 1\nlisten 10.0.0.2\nworkers 2\n");
	size_t count;

	(void)state;
	settings_list(s, SETTING_listen, &count);
	assert_int_equal(count, 2);
	assert_int_equal(settings_number(s, SETTING_workers), 2);
	settings_free(s);
}

static void
a_reload_forgets_what_the_file_no_longer_says(void **state)
{
	struct settings *s = parse("workers 3\nlisten 10.0.0.1\n");
	static const char text[] = "listen 10.0.0.2\n";
	size_t count;

	(void)state;
	assert_int_equal(config_parse(s, "t.conf", text, strlen(text), why), 0);
	assert_int_equal(settings_origin(s, SETTING_workers), ORIGIN_DEFAULT);
	assert_string_equal(
	    settings_list(s, SETTING_listen, &count)[0], "10.0.0.2:1080");
	assert_int_equal(count, 1);
	settings_free(s);
}

static void
other_origins_are_left_alone(void **state)
{
	struct settings *s = settings_new();
	static const char text[] = "workers 3\n";

	(void)state;
	assert_int_equal(
	    settings_set(s, ORIGIN_OPTION, "workers", "9", why), 0);
	assert_int_equal(config_parse(s, "t.conf", text, strlen(text), why), 0);
	assert_int_equal(settings_number(s, SETTING_workers), 9);
	settings_free(s);
}

static void
a_bad_line_is_named_and_changes_nothing(void **state)
{
	static const char nul[] = "auth yes\nauth\0 no\n";
	static const char bad[] = "auth yes\n\nworkers 0\n";
	static const char unknown[] = "auth yes\nworker 1";
	static const char lonely[] = "auth\n";

	(void)state;
	assert_refused(bad, strlen(bad),
	    "t.conf:3: workers: \"0\" is not between 1 and 256 threads");
	assert_refused(unknown, strlen(unknown),
	    "t.conf:2: \"worker\" is not a setting; is workers meant?");
	assert_refused(lonely, strlen(lonely),
	    "t.conf:1: auth: \"\" is not auto, yes or no");
	assert_refused(
	    nul, sizeof nul - 1, "t.conf:2: a NUL octet in the line");
	assert_refused(
	    "include", 7, "t.conf:1: include: want the name of a file");
	assert_refused("include nowhere/x", 17,
	    "t.conf:1: include nowhere/x: No such file or directory");
}

static void
every_prefix_of_a_file_is_taken_or_refused_with_a_reason(void **state)
{
	static const char text[] = "listen 10.0.0.1:80 [::1] # both\n"
				   "buffer-size 64K\n\tauth auto\r\n"
				   "admin tcp:[::1]:9 unix:/a\n";

	(void)state;
	for (size_t len = 0; len <= strlen(text); len++) {
		struct settings *s = settings_new();

		if (config_parse(s, "t.conf", text, len, why) < 0)
			assert_int_equal(strncmp(why, "t.conf:", 7), 0);
		else
			assert_string_equal(why, "");
		settings_free(s);
	}
}

static void
a_file_includes_others_beside_it(void **state)
{
	struct settings *s = settings_new();

	(void)state;
	assert_int_equal(mkdir(in_dir("sub"), 0700), 0);
	write_file("a.conf", "include sub/c.conf\nworkers 2\n");
	write_file("b.conf", "auth no\n");
	write_file("sub/c.conf", "workers 1\ninclude ../b.conf\n");
	if (config_load(s, in_dir("a.conf"), why) != 0)
		fail_msg("%s", why);
	assert_int_equal(settings_number(s, SETTING_workers), 2);
	assert_int_equal(settings_number(s, SETTING_auth), AUTH_NO);
	settings_free(s);
}

static void
an_error_in_an_included_file_names_that_file(void **state)
{
	struct settings *s = settings_new();
	char expected[200];

	(void)state;
	write_file("a.conf", "include b.conf\n");
	write_file("b.conf", "\n\nauth perhaps\n");
	assert_true(config_load(s, in_dir("a.conf"), why) < 0);
	snprintf(expected, sizeof expected,
	    "%s/b.conf:3: auth: \"perhaps\" is not auto, yes or no", dir);
	assert_string_equal(why, expected);
	settings_free(s);
}

static void
a_file_that_includes_itself_is_refused(void **state)
{
	struct settings *s = settings_new();
	char expected[200];

	(void)state;
	write_file("a.conf", "workers 3\ninclude a.conf\n");
	assert_true(config_load(s, in_dir("a.conf"), why) < 0);
	snprintf(expected, sizeof expected,
	    "%s/a.conf:2: include: files include each other too deep", dir);
	assert_string_equal(why, expected);
	assert_int_equal(settings_origin(s, SETTING_workers), ORIGIN_DEFAULT);
	settings_free(s);
}

static void
what_is_included_must_be_a_plain_file(void **state)
{
	struct settings *s = settings_new();

	(void)state;
	assert_int_equal(mkfifo(in_dir("fifo"), 0600), 0);
	write_file("a.conf", "include fifo\n");
	assert_true(config_load(s, in_dir("a.conf"), why) < 0);
	assert_non_null(strstr(why, ": not a plain file"));
	settings_free(s);
}

static void
a_missing_file_is_named(void **state)
{
	struct settings *s = settings_new();

	(void)state;
	assert_true(config_load(s, "no/such.conf", why) < 0);
	assert_string_equal(why, "no/such.conf: No such file or directory");
	settings_free(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_bad_rule_is_found_by_its_line_and_word),
		cmocka_unit_test(lines_hold_a_key_a_value_and_comments),
		cmocka_unit_test(
		    repeatable_keys_add_up_and_others_are_replaced),
		cmocka_unit_test(a_reload_forgets_what_the_file_no_longer_says),
		cmocka_unit_test(other_origins_are_left_alone),
		cmocka_unit_test(a_bad_line_is_named_and_changes_nothing),
		cmocka_unit_test(
		    every_prefix_of_a_file_is_taken_or_refused_with_a_reason),
		cmocka_unit_test_setup_teardown(
		    a_file_includes_others_beside_it, make_dir, remove_dir),
		cmocka_unit_test_setup_teardown(
		    an_error_in_an_included_file_names_that_file, make_dir,
		    remove_dir),
		cmocka_unit_test_setup_teardown(
		    a_file_that_includes_itself_is_refused, make_dir,
		    remove_dir),
		cmocka_unit_test_setup_teardown(
		    what_is_included_must_be_a_plain_file, make_dir,
		    remove_dir),
		cmocka_unit_test(a_missing_file_is_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
