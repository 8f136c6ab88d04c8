/* core/filter: which sessions a line means. */

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/coarse.h"
#include "core/filter.h"

static const struct addr client = {
	.ip = { 10, 0, 3, 17 },
	.port = 51220,
	.family = ADDR_V4,
};
static const struct addr dialled = {
	.ip = { 0x20, 1, 0xd, 0xb8, [15] = 1 },
	.port = 443,
	.family = ADDR_V6,
};

static bool
reads(struct filter *f, const char *line)
{
	char why[FILTER_WHY] = "";
	bool good = filter_parse(f, line, strlen(line), why);

	assert_int_equal(good, *why == '\0');
	return good;
}

static void
is_refused(const char *line, const char *because)
{
	char why[FILTER_WHY] = "";
	struct filter f;

	assert_false(filter_parse(&f, line, strlen(line), why));
	assert_string_equal(why, because);
}

/* Alice, who came from 10.0.3.17 and reached example.org. */
static bool
fits(const char *line)
{
	struct filter_subject s = { .user = "Alice",
		.user_len = 5,
		.target = "Example.org",
		.target_len = 11,
		.client = &client,
		.dialled = &dialled,
		.state = "RELAYING" };
	struct filter f;

	assert_true(reads(&f, line));
	return filter_fits(&f, &s);
}

static void
a_word_is_looked_for_in_every_column(void **state)
{
	(void)state;
	assert_true(fits("LIC"));
	assert_true(fits("10.0.3."));
	assert_true(fits(":51220"));
	assert_true(fits("example.ORG:443"));
	assert_true(fits("2001:db8"));
	assert_true(fits("[2001:DB8::1]:443"));
	assert_true(fits("bed lic 10.0 2001:DB8:") == false);
	assert_true(fits("lic 10.0 2001:DB8: 17: :443 ::1] e.o 7:5"));
	assert_false(fits("relaying"));
	assert_false(fits("10.0.3.1:"));
}

static void
a_key_names_one_column(void **state)
{
	(void)state;
	assert_true(fits("user=alice"));
	assert_false(fits("user=alic"));
	assert_false(fits("user="));
	assert_true(fits("state=Relaying"));
	assert_false(fits("state=relay"));
	assert_true(fits("client=10.0"));
	assert_false(fits("client=2001"));
	assert_true(fits("target=example"));
	assert_true(fits("target=2001"));
	assert_false(fits("target=10.0"));
	assert_true(fits("target="));
}

static void
all_terms_must_fit(void **state)
{
	(void)state;
	assert_true(fits(""));
	assert_true(fits("   "));
	assert_true(fits("  alice   state=relaying "));
	assert_false(fits("alice state=dialing"));
}

static void
who_has_no_name_and_no_target_is_found_by_its_address(void **state)
{
	static const struct addr none;
	struct filter_subject s = {
		.client = &client, .dialled = &none, .state = "GREETING"
	};
	struct filter f;

	(void)state;
	assert_true(reads(&f, "user= 10.0.3.17"));
	assert_true(filter_fits(&f, &s));
	assert_true(reads(&f, "target=-"));
	assert_false(filter_fits(&f, &s));
}

static void
what_is_no_filter_is_refused(void **state)
{
	char line[300];
	struct filter f;

	(void)state;
	assert_false(reads(&f, "colour=red"));
	assert_false(reads(&f, "a b c d e f g h i"));
	assert_true(reads(&f, "a b c d e f g h"));
	assert_false(reads(&f, "a\tb"));
	assert_false(reads(&f, "\xff"));
	memset(line, 'x', sizeof line);
	line[255] = '\0';
	assert_true(reads(&f, line));
	line[255] = 'x';
	line[256] = '\0';
	assert_false(reads(&f, line));
}

static void
a_refusal_names_the_term_and_what_would_be_right(void **state)
{
	char line[256] = { 0 }, why[FILTER_WHY];
	struct filter f;

	(void)state;
	is_refused(
	    "10.0 usr=bob", "a filter has no key \"usr=\"; is user= meant?");
	is_refused("Clients=10.0",
	    "a filter has no key \"Clients=\"; is client= meant?");
	is_refused("colour=red=blue",
	    "a filter has no key \"colour=\"; its keys are user=, state=, "
	    "client= and target=");
	is_refused("=",
	    "a filter has no key \"=\"; its keys are user=, state=, "
	    "client= and target=");
	is_refused("a b c d e f g h next",
	    "a filter has up to 8 terms; \"next\" is one more");
	is_refused("a\tb",
	    "a filter is 1 to 255 octets of UTF-8 without control "
	    "characters; octet 2 is \\x09");
	/* What is long or turns the writing direction is cut and escaped. */
	is_refused("\xe2\x80\xae=",
	    "a filter has no key \"\\xe2\\x80\\xae=\"; its keys are user=, "
	    "state=, client= and target=");
	memset(line, 'x', 250);
	line[250] = '=';
	assert_false(filter_parse(&f, line, 251, why));
	assert_non_null(strstr(why, "target="));
}

static void
every_prefix_of_a_filter_is_one_or_is_refused(void **state)
{
	static const char line[] = "user=alice state=relaying 10.0 target=x=y";
	char why[FILTER_WHY];
	struct filter f;

	(void)state;
	for (size_t n = 0; n < sizeof line; n++)
		if (filter_parse(&f, line, n, why))
			assert_true(f.count <= FILTER_TERMS);
}

/* base/coarse.h */
static void
coarse_numbers_are_at_most_a_two_thousandth_too_small(void **state)
{
	(void)state;
	for (uint64_t n = 0; n < 5000; n++)
		assert_true(coarse_value(coarse_pack(n)) <= n &&
			    n - coarse_value(coarse_pack(n)) <= n / 1024);
	for (unsigned bit = 11; bit < 42; bit++) {
		uint64_t n = (UINT64_C(1) << bit) + (UINT64_C(1) << bit) / 3;
		uint64_t back = coarse_value(coarse_pack(n));

		assert_true(back <= n && n - back <= n / 1024);
		assert_int_equal(coarse_pack(back), coarse_pack(n));
		assert_true(coarse_pack(n + n / 512) > coarse_pack(n));
	}
	assert_true(
	    coarse_value(coarse_pack(UINT64_MAX)) == UINT64_C(2047) << 31);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_word_is_looked_for_in_every_column),
		cmocka_unit_test(a_key_names_one_column),
		cmocka_unit_test(all_terms_must_fit),
		cmocka_unit_test(
		    who_has_no_name_and_no_target_is_found_by_its_address),
		cmocka_unit_test(what_is_no_filter_is_refused),
		cmocka_unit_test(
		    a_refusal_names_the_term_and_what_would_be_right),
		cmocka_unit_test(every_prefix_of_a_filter_is_one_or_is_refused),
		cmocka_unit_test(
		    coarse_numbers_are_at_most_a_two_thousandth_too_small),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
