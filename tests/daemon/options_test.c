/* daemon/options: the command line of socks5d. */

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "daemon/options.h"

enum { WORDS = 64 };

struct line {
	struct options o;
	struct settings *s;
	char *argv[WORDS + 1];
	int argc;
	char why[240];
	enum options_wish wish;
};

/* Read "socks5d" and the words given, up to NULL. */
static void
read_words(struct line *l, const char *word, ...)
{
	va_list ap;

	memset(l, 0, sizeof *l);
	l->s = settings_new();
	assert_non_null(l->s);
	l->argv[l->argc++] = strdup("socks5d");
	va_start(ap, word);
	for (; word != NULL && l->argc < WORDS; word = va_arg(ap, char *))
		l->argv[l->argc++] = strdup(word);
	va_end(ap);
	l->wish = options_parse(&l->o, l->s, l->argc, l->argv, l->why);
}

static void
done(struct line *l)
{
	for (int i = 0; i < l->argc; i++)
		free(l->argv[i]);
	settings_free(l->s);
}

static void
assert_setting(struct line *l, enum setting_id id, const char *expected)
{
	char text[SETTING_TEXT];

	if (l->wish != OPTIONS_RUN)
		fail_msg("%s", l->why);
	settings_print(l->s, id, text);
	assert_string_equal(text, expected);
	assert_int_equal(settings_origin(l->s, id), ORIGIN_OPTION);
}

static void
assert_bad(struct line *l, const char *why)
{
	assert_int_equal(l->wish, OPTIONS_BAD);
	assert_string_equal(l->why, why);
	done(l);
}

static void
nothing_given_changes_nothing(void **state)
{
	struct line l;

	(void)state;
	read_words(&l, NULL);
	assert_int_equal(l.wish, OPTIONS_RUN);
	assert_null(l.o.file);
	assert_false(l.o.foreground);
	for (int i = 0; i < SETTINGS_COUNT; i++)
		assert_int_equal(
		    settings_origin(l.s, (enum setting_id)i), ORIGIN_DEFAULT);
	done(&l);
}

static void
switches_may_stand_together(void **state)
{
	struct line l;

	(void)state;
	read_words(&l, "-fNc", "x.conf", NULL);
	assert_int_equal(l.wish, OPTIONS_RUN);
	assert_true(l.o.foreground);
	assert_string_equal(l.o.file, "x.conf");
	assert_setting(&l, SETTING_dissector, "no");
	done(&l);
}

static void
help_version_and_check_are_told(void **state)
{
	struct line l;

	(void)state;
	read_words(&l, "-h", NULL);
	assert_int_equal(l.wish, OPTIONS_HELP);
	done(&l);
	read_words(&l, "--help", NULL);
	assert_int_equal(l.wish, OPTIONS_HELP);
	done(&l);
	read_words(&l, "-f", "--version", NULL);
	assert_int_equal(l.wish, OPTIONS_VERSION);
	done(&l);
	read_words(&l, "-v", NULL);
	assert_int_equal(l.wish, OPTIONS_VERSION);
	done(&l);
	read_words(&l, "-t", "-c", "x.conf", NULL);
	assert_int_equal(l.wish, OPTIONS_CHECK);
	assert_string_equal(l.o.file, "x.conf");
	done(&l);
}

static void
addresses_get_the_port_of_p_wherever_it_stands(void **state)
{
	struct line l;

	(void)state;
	read_words(&l, "-l", "10.0.0.1", "-p", "9000", "-l", "[::1]:7", "-l",
	    "::1", NULL);
	assert_setting(&l, SETTING_listen, "10.0.0.1:9000 [::1]:7 [::1]:9000");
	done(&l);
}

static void
a_port_alone_moves_both_loopback_listeners(void **state)
{
	struct line l;

	(void)state;
	read_words(&l, "-p", "0", NULL);
	assert_setting(&l, SETTING_listen, "127.0.0.1:0 [::1]:0");
	done(&l);
}

static void
an_admin_address_is_sctp_beside_the_unix_socket(void **state)
{
	char text[SETTING_TEXT];
	struct line l;

	(void)state;
	read_words(&l, "-L", "10.0.0.1", "-P", "9", "-L", "::1", "-L",
	    "admin.example", NULL);
	assert_int_equal(l.wish, OPTIONS_RUN);
	settings_print(l.s, SETTING_admin, text);
	assert_int_equal(strncmp(text, "unix:/", 6), 0);
	assert_string_equal(strchr(text, ' '),
	    " sctp:10.0.0.1:9 sctp:[::1]:9 sctp:admin.example:9");
	assert_true(l.o.sctp_implied);
	done(&l);
}

static void
an_admin_endpoint_is_taken_as_it_is(void **state)
{
	struct line l;

	(void)state;
	read_words(&l, "-L", "unix:/run/x", "-L", "tcp:127.0.0.1:9", NULL);
	assert_setting(&l, SETTING_admin, "unix:/run/x tcp:127.0.0.1:9");
	assert_false(l.o.sctp_implied);
	done(&l);
}

static void
an_endpoint_without_a_port_has_that_of_P(void **state)
{
	struct line l;

	(void)state;
	read_words(&l, "-L", "/run/x", "-L", "tcp:127.0.0.1", "-L", "tcp:[::1]",
	    "-L", "tcp:[::1]:8", "-L", "sctp:host", "-L", "/run/a:b", "-P", "9",
	    NULL);
	assert_setting(&l, SETTING_admin,
	    "unix:/run/x tcp:127.0.0.1:9 tcp:[::1]:9 tcp:[::1]:8 sctp:host:9 "
	    "unix:/run/a:b");
	assert_false(l.o.sctp_implied);
	done(&l);
}

static void
sctp_is_not_implied_once_it_was_named(void **state)
{
	struct line l;

	(void)state;
	read_words(&l, "-L", "10.0.0.1", "-L", "sctp:10.0.0.2", NULL);
	assert_false(l.o.sctp_implied);
	done(&l);
}

/* Where Bottler is by default after these words. */
static void
assert_bottler(const char *want, const char *one, const char *two,
    const char *three, const char *four)
{
	char text[SETTING_TEXT];
	struct line l;

	read_words(&l, one, two, three, four, NULL);
	assert_int_equal(l.wish, OPTIONS_RUN);
	options_defaults(l.s, &l.o);
	settings_print(l.s, SETTING_bottler, text);
	assert_string_equal(text, want);
	done(&l);
}

static void
bottler_goes_where_administration_goes_unless_it_has_a_place(void **state)
{
	(void)state;
	assert_bottler("127.0.0.1:8080", NULL, NULL, NULL, NULL);
	assert_bottler("127.0.0.1:9", "-P", "9", NULL, NULL);
	assert_bottler("10.0.0.1:8080", "-L", "10.0.0.1", NULL, NULL);
	assert_bottler("10.0.0.1:9", "-L", "10.0.0.1", "-P", "9");
	assert_bottler("[::1]:7", "-L", "[::1]:7", "-P", "9");
	assert_bottler("127.0.0.1:8080", "-L", "tcp:10.0.0.1:9", NULL, NULL);
	assert_bottler("127.0.0.1:8080", "-L", "unix:/run/x", NULL, NULL);
	assert_bottler("off", "-P", "9", "-o", "bottler=off");
}

static void
settings_of_the_file_may_be_given_with_o(void **state)
{
	struct line l;

	(void)state;
	read_words(&l, "-o", "workers=3", "-o", "store=sqlite:/x=y", NULL);
	assert_setting(&l, SETTING_workers, "3");
	assert_setting(&l, SETTING_store, "sqlite:/x=y");
	done(&l);
}

static void
accounts_are_kept_and_passwords_may_hold_colons(void **state)
{
	struct line l;

	(void)state;
	read_words(&l, "-u", "alice:a:b", "-ubob:c", "-a", "root:d", NULL);
	assert_int_equal(l.wish, OPTIONS_RUN);
	assert_int_equal(l.o.nusers, 2);
	assert_int_equal(l.o.nadmins, 1);
	assert_string_equal(l.o.users[0].name, "alice");
	assert_int_equal(l.o.users[0].password.len, 3);
	assert_memory_equal(l.o.users[0].password.bytes, "a:b", 3);
	assert_string_equal(l.o.users[1].name, "bob");
	assert_string_equal(l.o.admins[0].name, "root");
	options_wipe(&l.o);
	assert_int_equal(l.o.users[0].password.len, 0);
	done(&l);
}

static void
passwords_are_wiped_from_the_command_line(void **state)
{
	static const char zeros[9];
	struct line l;

	(void)state;
	read_words(&l, "-u", "alice:secret12", "-abob:secret12", NULL);
	assert_string_equal(l.argv[2], "alice:");
	assert_memory_equal(l.argv[2] + 6, zeros, 9);
	assert_string_equal(l.argv[3], "-abob:");
	assert_memory_equal(l.argv[3] + 6, zeros, 9);
	done(&l);
}

static void
passwords_are_wiped_even_when_the_line_is_wrong(void **state)
{
	static const char zeros[7];
	struct line l;

	(void)state;
	read_words(&l, "-o", "wrong", "-a", "bob:secret", "-u", "secret", NULL);
	assert_int_equal(l.wish, OPTIONS_BAD);
	assert_memory_equal(l.argv[4] + 4, zeros, 7);
	assert_memory_equal(l.argv[6], zeros, 7);
	assert_null(strstr(l.why, "secret"));
	done(&l);
}

static void
ten_accounts_of_each_kind_fit_and_not_eleven(void **state)
{
	struct line l;

	(void)state;
	read_words(&l, "-u0:p", "-u1:p", "-u2:p", "-u3:p", "-u4:p", "-u5:p",
	    "-u6:p", "-u7:p", "-u8:p", "-u9:p", "-aa:p", NULL);
	assert_int_equal(l.wish, OPTIONS_RUN);
	assert_int_equal(l.o.nusers, 10);
	done(&l);
	read_words(&l, "-u0:p", "-u1:p", "-u2:p", "-u3:p", "-u4:p", "-u5:p",
	    "-u6:p", "-u7:p", "-u8:p", "-u9:p", "-uten:p", NULL);
	assert_bad(&l, "-u: \"ten\" is one more than 10");
}

static void
bad_usage_names_option_value_and_what_would_be_right(void **state)
{
	struct line l;

	(void)state;
	read_words(&l, "-x", NULL);
	assert_bad(&l, "-x is not an option");
	read_words(&l, "-f", "--config", "x", NULL);
	assert_bad(&l, "--config is not an option");
	read_words(&l, "-fx", NULL);
	assert_bad(&l, "-x is not an option");
	read_words(&l, "--help=me", NULL);
	assert_bad(&l, "--help takes no argument");
	read_words(&l, "-p", NULL);
	assert_bad(&l, "-p needs an argument");
	read_words(&l, "start", NULL);
	assert_bad(&l, "\"start\" is not expected");
	read_words(&l, "-p", "65536", NULL);
	assert_bad(&l, "-p: \"65536\" is not a port, 0 to 65535");
	read_words(&l, "-P", "http", NULL);
	assert_bad(&l, "-P: \"http\" is not a port, 0 to 65535");
	read_words(&l, "-l", "here", NULL);
	assert_bad(&l, "-l: listen: \"here\" is not an address like "
		       "127.0.0.1:1080 or [::1]:1080");
	read_words(&l, "-o", "workers", NULL);
	assert_bad(&l, "-o: \"workers\" is not key=value");
	read_words(&l, "-o", "workers=0", NULL);
	assert_bad(&l, "-o: workers: \"0\" is not between 1 and 256 threads");
	read_words(&l, "-o", "worker=1", NULL);
	assert_bad(&l, "-o: \"worker\" is not a setting; is workers meant?");
	read_words(&l, "-u", "alice", NULL);
	assert_bad(&l, "-u: want name:password");
	read_words(&l, "-u", ":x", NULL);
	assert_bad(&l, "-u: a name is 1 to 255 octets of UTF-8 without "
		       "control characters; it has 0");
	read_words(&l, "-a", "alice:", NULL);
	assert_bad(&l, "-a: the password of \"alice\" has 0 octets, not 1 to "
		       "255");
	read_words(&l, "-u", "alice:x", "-a", "alice:y", NULL);
	assert_bad(&l, "-a: \"alice\" is given twice");
}

static void
the_first_mistake_is_the_one_that_is_told(void **state)
{
	struct line l;

	(void)state;
	read_words(&l, "-o", "workers=0", "-h", "-x", NULL);
	assert_bad(&l, "-o: workers: \"0\" is not between 1 and 256 threads");
}

static void
the_machine_gives_defaults_that_stay_defaults(void **state)
{
	char text[SETTING_TEXT];
	struct line l;

	(void)state;
	read_words(&l, "-f", NULL);
	options_defaults(l.s, &l.o);
	assert_in_range(settings_number(l.s, SETTING_workers), 1, 256);
	assert_in_range(
	    settings_number(l.s, SETTING_max_connections), 16, 1000000);
	assert_string_equal(settings_text(l.s, SETTING_access_log), "-");
	assert_int_equal(
	    strncmp(settings_text(l.s, SETTING_store), "sqlite:/", 8), 0);
	settings_print(l.s, SETTING_admin, text);
	assert_int_equal(strncmp(text, "unix:/", 6), 0);
	assert_non_null(strstr(text, " sctp:127.0.0.1:8080 sctp:[::1]:8080"));
	for (int i = 0; i < SETTINGS_COUNT; i++)
		assert_int_equal(
		    settings_origin(l.s, (enum setting_id)i), ORIGIN_DEFAULT);
	done(&l);
}

static void
the_usage_names_every_option_of_the_table(void **state)
{
	static const char letters[] = {
#define OPTION(letter, argument, meaning) letter,
#include "daemon/options.def"
	};
	char text[4096] = "", want[8];
	FILE *out = fmemopen(text, sizeof text, "w");
	const char *synopsis;

	(void)state;
	assert_non_null(out);
	options_print_usage(out);
	fclose(out);
	for (size_t i = 0; i < sizeof letters; i++) {
		snprintf(want, sizeof want, "\n  -%c ", letters[i]);
		assert_non_null(strstr(text, want));
		synopsis = strchr(text, '[');
		assert_non_null(synopsis);
		assert_in_range(strchr(synopsis, letters[i]) - text, 1,
		    strstr(text, "\n  -") - text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_given_changes_nothing),
		cmocka_unit_test(switches_may_stand_together),
		cmocka_unit_test(help_version_and_check_are_told),
		cmocka_unit_test(
		    addresses_get_the_port_of_p_wherever_it_stands),
		cmocka_unit_test(a_port_alone_moves_both_loopback_listeners),
		cmocka_unit_test(
		    an_admin_address_is_sctp_beside_the_unix_socket),
		cmocka_unit_test(an_admin_endpoint_is_taken_as_it_is),
		cmocka_unit_test(an_endpoint_without_a_port_has_that_of_P),
		cmocka_unit_test(sctp_is_not_implied_once_it_was_named),
		cmocka_unit_test(
		    bottler_goes_where_administration_goes_unless_it_has_a_place),
		cmocka_unit_test(settings_of_the_file_may_be_given_with_o),
		cmocka_unit_test(
		    accounts_are_kept_and_passwords_may_hold_colons),
		cmocka_unit_test(passwords_are_wiped_from_the_command_line),
		cmocka_unit_test(
		    passwords_are_wiped_even_when_the_line_is_wrong),
		cmocka_unit_test(ten_accounts_of_each_kind_fit_and_not_eleven),
		cmocka_unit_test(
		    bad_usage_names_option_value_and_what_would_be_right),
		cmocka_unit_test(the_first_mistake_is_the_one_that_is_told),
		cmocka_unit_test(the_machine_gives_defaults_that_stay_defaults),
		cmocka_unit_test(the_usage_names_every_option_of_the_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
