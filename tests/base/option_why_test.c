/* base/option_why: what is wrong with an option is said in one way. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/option_why.h"

static const struct option known[] = {
	{ "server", required_argument, NULL, 's' },
	{ "json", no_argument, NULL, 'j' }, /* and no letter -j */
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

/* Why the last of two words is not taken. */
static const char *
why(const char *first, const char *last)
{
	static char text[OPTION_WHY];
	char words[2][40], *argv[] = { "program", words[0], words[1], NULL };
	int c;

	(void)snprintf(words[0], sizeof words[0], "%s", first);
	(void)snprintf(words[1], sizeof words[1], "%s", last);
	opterr = 0;
	optind = 0;
	while (
	    (c = getopt_long(3, argv, "+:s:h", known, NULL)) != '?' && c != ':')
		assert_int_not_equal(c, -1);
	option_why(text, c, known, argv[optind - 1]);
	return text;
}

static void
an_unknown_option_is_named_and_what_may_be_meant(void **state)
{
	(void)state;
	assert_string_equal(why("-h", "-x"), "-x is not an option");
	assert_string_equal(why("-h", "-hxh"), "-x is not an option");
	assert_string_equal(why("--json", "-xh"), "-x is not an option");
	assert_string_equal(why("-h", "-\033"), "-\\x1b is not an option");
	assert_string_equal(why("--server=x", "-jh"), "-j is not an option");
	assert_string_equal(why("-h", "--zzzz=3"), "--zzzz is not an option");
	assert_string_equal(
	    why("-h", "--jsn"), "--jsn is not an option; is json meant?");
	assert_string_equal(
	    why("-h", "--\033[m"), "--\\x1b[m is not an option");
}

static void
a_missing_argument_names_its_option(void **state)
{
	(void)state;
	assert_string_equal(why("-h", "-s"), "-s needs an argument");
	assert_string_equal(why("-h", "-hs"), "-s needs an argument");
	assert_string_equal(
	    why("-h", "--server"), "--server needs an argument");
}

static void
an_argument_that_is_not_expected_names_its_option(void **state)
{
	(void)state;
	assert_string_equal(why("-h", "--json=3"), "--json takes no argument");
	assert_string_equal(why("-h", "--help="), "--help takes no argument");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    an_unknown_option_is_named_and_what_may_be_meant),
		cmocka_unit_test(a_missing_argument_names_its_option),
		cmocka_unit_test(
		    an_argument_that_is_not_expected_names_its_option),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
