/* Names from outside, endpoints, times: what is shown can forge nothing. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/endpoint.h"
#include "base/text.h"

static void
control_characters_and_broken_utf8_are_written_as_hex(void **state)
{
	static const struct {
		const char *raw, *shown;
	} rows[] = {
		{ "alice", "alice" },
		{ "a\tb\nc\r", "a\\x09b\\x0ac\\x0d" },
		{ "\x1b[2J", "\\x1b[2J" },
		{ "back\\slash", "back\\x5cslash" },
		{ "na\xc3\xafve", "na\xc3\xafve" },
		{ "\xc2\x9b", "\\xc2\\x9b" },
		{ "a\xe2\x80\xaez", "a\\xe2\\x80\\xaez" },
		{ "\xe2\x80\x8b", "\\xe2\\x80\\x8b" },
		{ "\xe2\x81\xa6", "\\xe2\\x81\\xa6" },
		{ "\xef\xbb\xbf", "\\xef\\xbb\\xbf" },
		{ "\xe2\x80\x93", "\xe2\x80\x93" },
		{ "\xc0\x80", "\\xc0\\x80" },
		{ "\xed\xa0\x80", "\\xed\\xa0\\x80" },
		{ "\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80" },
		{ "cut \xe2\x82", "cut \\xe2\\x82" },
	};
	char out[64];

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		assert_int_equal(text_escape(out, sizeof out, rows[i].raw,
				     strlen(rows[i].raw)),
		    strlen(rows[i].shown));
		assert_string_equal(out, rows[i].shown);
	}
}

static void
escaped_text_is_cut_between_characters(void **state)
{
	char out[16];

	(void)state;
	for (size_t size = 1; size <= sizeof out; size++) {
		size_t n = text_escape(out, size, "a\xe2\x82\xac\n", 5);

		assert_true(n < size);
		assert_int_equal(out[n], '\0');
		assert_true(n == 0 || n == 1 || n == 4 || n == 8);
	}
}

static void
names_are_utf8_without_control_characters(void **state)
{
	char longest[256];

	(void)state;
	memset(longest, 'x', sizeof longest);
	assert_true(text_is_name("alice", 5));
	assert_true(text_is_name("\xd0\xb6", 2));
	assert_true(text_is_name(longest, 255));
	assert_false(text_is_name(longest, 256));
	assert_false(text_is_name("", 0));
	assert_false(text_is_name("a\nb", 3));
	assert_false(text_is_name("a\0b", 3));
	assert_false(text_is_name("\x7f", 1));
	assert_false(text_is_name("\xc2\x85", 2));
	assert_false(text_is_name("\xff", 1));
}

static void
endpoints_are_read_and_printed(void **state)
{
	static const struct {
		const char *text, *printed;
	} rows[] = {
		{ "unix:/run/a.sock", "unix:/run/a.sock" },
		{ "/run/a.sock", "unix:/run/a.sock" },
		{ "./a.sock", "unix:./a.sock" },
		{ "sctp:127.0.0.1:80", "sctp:127.0.0.1:80" },
		{ "tcp:[::1]:81", "tcp:[::1]:81" },
		{ "proxy.example", "sctp:proxy.example:8080" },
		{ "tcp:proxy.example", "tcp:proxy.example:8080" },
		{ "[::1]", "sctp:[::1]:8080" },
	};
	char text[ENDPOINT_TEXT];
	const char *why;
	struct endpoint e;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		assert_true(endpoint_parse(&e, rows[i].text, &why));
		assert_int_equal(
		    endpoint_print(&e, text), strlen(rows[i].printed));
		assert_string_equal(text, rows[i].printed);
	}
}

static void
what_is_no_endpoint_is_refused_with_a_reason(void **state)
{
	static const char *const bad[] = { "", "unix:", "tcp:", "sctp::80",
		"tcp:a:65536", "tcp:a:b", "tcp:::1", "tcp:[::1", "tcp:[::1]80",
		"tcp:a:", "tcp:[[x]:80", "tcp:[localhost]:80", "tcp:a]:80" };
	char path[200];
	const char *why;
	struct endpoint e;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		why = NULL;
		assert_false(endpoint_parse(&e, bad[i], &why));
		assert_non_null(why);
	}
	memset(path, 'p', sizeof path);
	path[0] = '/';
	path[sizeof path - 1] = '\0';
	assert_false(endpoint_parse(&e, path, &why));
}

static void
times_are_utc_with_microseconds_where_there_are_some(void **state)
{
	char text[CLOCK_TEXT];

	(void)state;
	clock_format(text, INT64_C(1763719331) * 1000000);
	assert_string_equal(text, "2025-11-21T10:02:11Z");
	clock_format(text, INT64_C(1763719331) * 1000000 + 42);
	assert_string_equal(text, "2025-11-21T10:02:11.000042Z");
}

static void
a_time_that_was_written_is_read_again(void **state)
{
	/* 1970, leap days of 2000 and 2024, the days around, 2100 without. */
	static const int64_t seconds[] = { 0, 951782399, 951782400, 951868800,
		1709164800, 1709251200, 1763719331, 4107542399, 4107542400 };
	char text[CLOCK_TEXT];
	size_t len;

	(void)state;
	for (size_t i = 0; i < sizeof seconds / sizeof *seconds; i++)
		for (int64_t us = 0; us < 1000000; us += 333333) {
			int64_t wall = seconds[i] * 1000000 + us;

			len = clock_format(text, wall);
			assert_int_equal(clock_parse(text, len), wall);
			for (size_t n = 0; n < 20; n++)
				assert_int_equal(clock_parse(text, n), 0);
		}
	assert_int_equal(clock_parse("2025-11-21 10:02:11Z", 20), 0);
	assert_int_equal(clock_parse("2025-1x-21T10:02:11Z", 20), 0);
}

static void
what_is_no_name_is_told_by_its_octet(void **state)
{
	static const struct {
		const char *text, *end;
	} rows[] = {
		{ "a\x07z", "octet 2 is \\x07" },
		{ "\x7f", "octet 1 is \\x7f" },
		{ "caf\xc3", "octet 4 is \\xc3" },
		{ "\xc3\xa9\xc2\x85", "octet 3 is \\xc2" },
		{ "", "it has 0" },
	};
	char why[TEXT_WHY];
	size_t n;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		n = text_refuse(
		    why, "a name", rows[i].text, strlen(rows[i].text));
		assert_int_equal(n, strlen(why));
		assert_memory_equal(why, "a name is 1 to 255 octets of ", 29);
		assert_string_equal(why + n - strlen(rows[i].end), rows[i].end);
	}
}

static void
a_message_with_escaped_parts_is_shown_as_it_is(void **state)
{
	static const char raw[] = "octet 2 is \\x07\a\x1b\xe2\x80\xae";
	char out[64];

	(void)state;
	(void)text_show(out, sizeof out, raw, sizeof raw - 1);
	assert_string_equal(out, "octet 2 is \\x07\\x07\\x1b\\xe2\\x80\\xae");
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_time_that_was_written_is_read_again),
		cmocka_unit_test(
		    control_characters_and_broken_utf8_are_written_as_hex),
		cmocka_unit_test(escaped_text_is_cut_between_characters),
		cmocka_unit_test(names_are_utf8_without_control_characters),
		cmocka_unit_test(endpoints_are_read_and_printed),
		cmocka_unit_test(what_is_no_endpoint_is_refused_with_a_reason),
		cmocka_unit_test(
		    times_are_utc_with_microseconds_where_there_are_some),
		cmocka_unit_test(what_is_no_name_is_told_by_its_octet),
		cmocka_unit_test(
		    a_message_with_escaped_parts_is_shown_as_it_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
