/* Lines of the access log, as scripts read them. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/access.h"

static struct addr client;

/* 2026-11-21T10:02:11.000042Z */
static const int64_t moment = INT64_C(1795255331) * 1000000 + 42;

static struct access
opened(void)
{
	return (struct access){
		.event = ACCESS_ANSWER,
		.wall_us = moment,
		.user = "alice",
		.user_len = 5,
		.client = &client,
		.target = "example.org",
		.target_len = 11,
		.port = 443,
		.rep = 0,
	};
}

static const char *
line_of(const struct access *a, bool json)
{
	static char line[ACCESS_LINE + 1];
	struct access_clock clock = { .second = -1 };
	size_t n = access_line(line, &clock, a, json);

	assert_true(n <= ACCESS_LINE);
	assert_int_equal(line[n - 1], '\n');
	line[n] = '\0';
	assert_ptr_equal(strchr(line, '\n'), line + n - 1);
	return line;
}

static int
set_up(void **state)
{
	(void)state;
	assert_true(addr_parse(&client, "10.0.3.17:51220", 0));
	return 0;
}

static void
reply_is_one_line_of_eight_fields(void **state)
{
	struct access a = opened();

	(void)state;
	assert_string_equal(line_of(&a, false),
	    "2026-11-21T10:02:11.000042Z\talice\tA\t10.0.3.17\t51220\t"
	    "example.org\t443\t0\n");
}

static void
end_tells_octets_seconds_and_why(void **state)
{
	struct access a = opened();

	(void)state;
	a.event = ACCESS_CLOSE;
	a.up = UINT64_MAX;
	a.down = 0;
	a.seconds = 209;
	a.why = ACCESS_IDLE;
	assert_string_equal(line_of(&a, false),
	    "2026-11-21T10:02:11.000042Z\talice\tC\t10.0.3.17\t51220\t"
	    "example.org\t443\t0\t18446744073709551615\t0\t209\tidle\n");
}

static void
nobody_is_a_dash(void **state)
{
	struct access a = opened();

	(void)state;
	a.user = NULL;
	assert_non_null(strstr(line_of(&a, false), "Z\t-\tA\t"));
}

static void
ipv6_is_written_as_usual(void **state)
{
	struct access a = opened();

	(void)state;
	assert_true(addr_parse(&client, "[2001:db8::1]:5", 0));
	assert_non_null(strstr(line_of(&a, false), "\t2001:db8::1\t5\t"));
}

static void
names_cannot_forge_fields_or_lines(void **state)
{
	struct access a = opened();
	const char *line;
	size_t tabs = 0;

	(void)state;
	a.target = "a\tb\nc\\";
	a.target_len = 6;
	a.user = "e\xff";
	a.user_len = 2;
	line = line_of(&a, false);
	for (const char *p = line; *p != '\0'; p++)
		tabs += *p == '\t';
	assert_int_equal(tabs, 7);
	assert_non_null(strstr(line, "\ta\\x09b\\x0ac\\x5c\t"));
	assert_non_null(strstr(line, "\te\\xff\t"));
}

static void
json_has_the_same_facts(void **state)
{
	struct access a = opened();

	(void)state;
	a.event = ACCESS_CLOSE;
	a.up = 10;
	a.down = 20;
	a.seconds = 3;
	a.why = ACCESS_CLIENT;
	assert_string_equal(line_of(&a, true),
	    "{\"time\":\"2026-11-21T10:02:11.000042Z\",\"user\":\"alice\","
	    "\"event\":\"C\",\"client\":\"10.0.3.17\",\"client_port\":51220,"
	    "\"target\":\"example.org\",\"target_port\":443,\"rep\":0,"
	    "\"up\":10,\"down\":20,\"seconds\":3,\"why\":\"client\"}\n");
}

static struct access
finding(void)
{
	struct access a = opened();

	a.event = ACCESS_FINDING;
	a.protocol = "POP3";
	a.login = "bob";
	a.login_len = 3;
	a.password = "s***";
	a.password_len = 4;
	a.confirmed = true;
	return a;
}

static void
finding_tells_protocol_target_login_and_outcome(void **state)
{
	struct access a = finding();

	(void)state;
	assert_string_equal(line_of(&a, false),
	    "2026-11-21T10:02:11.000042Z\talice\tP\tPOP3\texample.org\t443\t"
	    "bob\ts***\tconfirmed\n");
	assert_string_equal(line_of(&a, true),
	    "{\"time\":\"2026-11-21T10:02:11.000042Z\",\"user\":\"alice\","
	    "\"event\":\"P\",\"client\":\"10.0.3.17\",\"client_port\":51220,"
	    "\"target\":\"example.org\",\"target_port\":443,"
	    "\"protocol\":\"POP3\",\"login\":\"bob\",\"password\":\"s***\","
	    "\"confirmed\":true}\n");
	a.confirmed = false;
	assert_non_null(strstr(line_of(&a, false), "\ts***\trefused\n"));
	assert_non_null(strstr(line_of(&a, true), ",\"confirmed\":false}"));
}

static void
finding_cannot_forge_fields_or_lines(void **state)
{
	struct access a = finding();
	char worst[255];
	const char *line;
	size_t tabs = 0;

	(void)state;
	memset(worst, '\n', sizeof worst);
	a.user = a.target = a.login = a.password = worst;
	a.user_len = a.target_len = a.login_len = a.password_len = sizeof worst;
	line = line_of(&a, true);
	assert_null(strstr(line, "\\\\\\"));
	a.login = "b\tob\n";
	a.login_len = 5;
	line = line_of(&a, false);
	for (const char *p = line; *p != '\0'; p++)
		tabs += *p == '\t';
	assert_int_equal(tabs, 8);
	assert_non_null(strstr(line, "\tb\\x09ob\\x0a\t"));
}

/* ---- whatever the names are, a line says them and nothing else */

/* \xHH back to octets, in place; the length. */
static size_t
unescape(char *text)
{
	char *out = text;

	for (const char *p = text; *p != '\0'; out++) {
		unsigned octet;

		if (*p != '\\') {
			*out = *p++;
			continue;
		}
		assert_int_equal(sscanf(p, "\\x%2x", &octet), 1);
		*out = (char)octet;
		p += 4;
	}
	return (size_t)(out - text);
}

/* The text of a JSON string up to its end; what comes behind that. */
static char *
json_text(char *at, char *out)
{
	for (; *at != '"'; at++) {
		assert_in_range((unsigned char)*at, 0x20, 0xff);
		if (*at == '\\') {
			at++;
			assert_true(*at == '\\' || *at == '"');
		}
		*out++ = *at;
	}
	*out = '\0';
	return at + 1;
}

static const char *
json_field(const char *line, const char *key)
{
	static char copy[ACCESS_LINE + 1], text[ACCESS_LINE + 1];
	char *at = strcpy(copy, line), name[64], *p;

	assert_int_equal(*at++, '{');
	for (;;) {
		assert_int_equal(*at++, '"');
		at = json_text(at, name);
		assert_int_equal(*at++, ':');
		if (*at == '"') {
			at = json_text(at + 1, text);
		} else {
			for (p = text; *at != ',' && *at != '}'; at++)
				*p++ = *at;
			*p = '\0';
		}
		if (strcmp(name, key) == 0)
			return text;
		assert_int_equal(*at++, ',');
	}
}

static const char *
tsv_field(const char *line, unsigned n)
{
	static char text[ACCESS_LINE + 1];

	for (; n > 0; n--) {
		line = strchr(line, '\t');
		assert_non_null(line++);
	}
	(void)snprintf(
	    text, sizeof text, "%.*s", (int)strcspn(line, "\t\n"), line);
	return text;
}

static void
assert_says(const char *field, const char *name, size_t len)
{
	static char text[ACCESS_LINE + 1];

	assert_string_not_equal(field, "-");
	strcpy(text, field);
	assert_int_equal(unescape(text), len);
	assert_memory_equal(text, name, len);
}

/* Octets at random, and pieces that somebody might try. */
static size_t
random_name(char out[255])
{
	static const char *const pieces[] = { "\t", "\n", "\r\n", "\\", "\"",
		"\\x41", "\",\"rep\":0,\"", "-", " ", "\xe2\x80\xa8",
		"\xc2\x85", "\xd8\x9c", "\xc3\xa9", "\x1b[2J", "{", "alice" };
	const size_t npieces = sizeof pieces / sizeof *pieces;
	size_t len = 0, most = 1 + (size_t)rand() % 254;

	do {
		const char *piece = pieces[(size_t)rand() % npieces];
		char any[2] = { (char)(1 + rand() % 255), '\0' };

		if (rand() % 3 == 0 || len + strlen(piece) > 255)
			piece = any;
		memcpy(out + len, piece, strlen(piece));
		len += strlen(piece);
	} while (len < most && rand() % 16 != 0);
	return len;
}

static void
each_line_can_be_read_back_into_its_fields(void **state)
{
	char user[255], target[255], login[255];

	(void)state;
	srand(1);
	for (unsigned i = 0; i < 5000; i++) {
		struct access a = finding();

		a.user_len = random_name(user);
		a.target_len = random_name(target);
		a.login_len = random_name(login);
		a.user = user;
		a.target = target;
		a.login = login;
		assert_says(tsv_field(line_of(&a, false), 1), user, a.user_len);
		assert_says(
		    tsv_field(line_of(&a, false), 4), target, a.target_len);
		assert_says(
		    tsv_field(line_of(&a, false), 6), login, a.login_len);
		assert_string_equal(
		    tsv_field(line_of(&a, false), 8), "confirmed");
		assert_says(
		    json_field(line_of(&a, true), "user"), user, a.user_len);
		assert_says(json_field(line_of(&a, true), "target"), target,
		    a.target_len);
		assert_says(
		    json_field(line_of(&a, true), "login"), login, a.login_len);
		assert_string_equal(
		    json_field(line_of(&a, true), "confirmed"), "true");
		a.event = ACCESS_ANSWER;
		assert_says(
		    tsv_field(line_of(&a, false), 5), target, a.target_len);
		assert_string_equal(tsv_field(line_of(&a, false), 7), "0");
		assert_string_equal(json_field(line_of(&a, true), "rep"), "0");
	}
}

static void
a_name_that_is_a_hyphen_is_not_nobody(void **state)
{
	struct access a = finding();

	(void)state;
	a.user = a.login = "-";
	a.user_len = a.login_len = 1;
	a.password = "-";
	a.password_len = 1;
	assert_non_null(strstr(line_of(&a, false), "Z\t\\x2d\tP\t"));
	assert_non_null(strstr(line_of(&a, false), "\t\\x2d\t-\tconfirmed"));
	assert_non_null(strstr(line_of(&a, true), "\"user\":\"\\\\x2d\""));
}

static void
json_names_are_escaped_twice(void **state)
{
	struct access a = opened();

	(void)state;
	a.user = "\"\n";
	a.user_len = 2;
	assert_non_null(strstr(line_of(&a, true), "\"user\":\"\\\"\\\\x0a\""));
}

static void
longest_names_fit(void **state)
{
	struct access a = opened();
	char worst[255];

	(void)state;
	memset(worst, '\x01', sizeof worst);
	assert_true(addr_parse(
	    &client, "[2001:db8:1111:2222:3333:4444:5555:6666]:65535", 0));
	a.event = ACCESS_CLOSE;
	a.up = a.down = a.seconds = UINT64_MAX;
	a.user = a.target = worst;
	a.user_len = a.target_len = sizeof worst;
	a.why = ACCESS_SHUTDOWN;
	for (int json = 0; json < 2; json++)
		assert_true(strlen(line_of(&a, json)) > 2 * 4 * 255);
}

static void
seconds_are_formatted_anew_only_when_they_change(void **state)
{
	struct access_clock clock = { .second = -1 };
	struct access a = opened();
	char line[ACCESS_LINE];

	(void)state;
	(void)access_line(line, &clock, &a, false);
	a.wall_us += 999000;
	(void)access_line(line, &clock, &a, false);
	assert_memory_equal(line, "2026-11-21T10:02:11.999042Z\t", 28);
	a.wall_us += 1000;
	(void)access_line(line, &clock, &a, false);
	assert_memory_equal(line, "2026-11-21T10:02:12.000042Z\t", 28);
}

static void
every_reason_has_a_word_of_its_own(void **state)
{
	(void)state;
	for (unsigned i = 0; i < ACCESS_NWHYS; i++)
		for (unsigned j = 0; j < i; j++)
			assert_string_not_equal(
			    access_why_word((enum access_why)i),
			    access_why_word((enum access_why)j));
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup(name, set_up)
	const struct CMUnitTest tests[] = {
		TEST(reply_is_one_line_of_eight_fields),
		TEST(end_tells_octets_seconds_and_why),
		TEST(nobody_is_a_dash),
		TEST(ipv6_is_written_as_usual),
		TEST(names_cannot_forge_fields_or_lines),
		TEST(json_has_the_same_facts),
		TEST(each_line_can_be_read_back_into_its_fields),
		TEST(a_name_that_is_a_hyphen_is_not_nobody),
		TEST(json_names_are_escaped_twice),
		TEST(finding_tells_protocol_target_login_and_outcome),
		TEST(finding_cannot_forge_fields_or_lines),
		TEST(longest_names_fit),
		TEST(seconds_are_formatted_anew_only_when_they_change),
		TEST(every_reason_has_a_word_of_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
