/* RFC 1928 sections 3, 4 and 6 and RFC 1929 section 2, as octets. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <string.h>

#include "proto/socks5.h"

#define COUNT(a) (sizeof(a) / sizeof *(a))

/* Each parser behind one face: DONE must leave the cursor behind the message.
 */
static enum parse
greeting(struct rd *in)
{
	struct socks_greeting g;

	return socks_greeting_parse(in, &g);
}

static enum parse
method(struct rd *in)
{
	uint8_t m;

	return socks_method_parse(in, &m);
}

static enum parse
login(struct rd *in)
{
	struct socks_login l;

	return socks_login_parse(in, &l);
}

static enum parse
verdict(struct rd *in)
{
	bool right;

	return socks_verdict_parse(in, &right);
}

static enum parse
request(struct rd *in)
{
	struct socks_request r;
	enum socks_reply refusal;

	return socks_request_parse(in, &r, &refusal);
}

static enum parse
reply(struct rd *in)
{
	struct socks_addr bound;
	uint8_t rep;

	return socks_reply_parse(in, &rep, &bound);
}

static const struct {
	enum parse (*parse)(struct rd *);
	size_t len;
	uint8_t bytes[32];
} messages[] = {
	{ greeting, 2, { 5, 0 } },
	{ greeting, 5, { 5, 3, 0, 1, 2 } },
	{ method, 2, { 5, 0xff } },
	{ login, 7, { 1, 2, 'm', 'e', 2, 'p', 'w' } },
	{ login, 3, { 1, 0, 0 } },
	{ verdict, 2, { 1, 0 } },
	{ request, 10, { 5, 1, 0, 1, 127, 0, 0, 1, 0, 80 } },
	{ request, 22, { 5, 2, 0, 4, [19] = 1, [20] = 0x1f, [21] = 0x90 } },
	{ request, 10, { 5, 3, 9, 3, 3, 'a', '.', 'b', 1, 187 } },
	{ reply, 10, { 5, 5, 0, 1, 0, 0, 0, 0, 0, 0 } },
};

static void
every_message_is_done_and_every_prefix_wants_more(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(messages); i++) {
		for (size_t n = 0; n < messages[i].len; n++) {
			struct rd in = rd_of(messages[i].bytes, n);

			assert_int_equal(messages[i].parse(&in), PARSE_MORE);
			assert_ptr_equal(in.at, messages[i].bytes);
			assert_false(in.failed);
		}
		struct rd in = rd_of(messages[i].bytes, messages[i].len + 3);

		assert_int_equal(messages[i].parse(&in), PARSE_DONE);
		assert_int_equal(rd_left(&in), 3);
	}
}

static void
every_message_of_another_version_is_bad_at_once(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(messages); i++)
		for (unsigned version = 0; version < 256; version++) {
			uint8_t first = (uint8_t)version;
			struct rd in = rd_of(&first, 1);

			if (version == messages[i].bytes[0])
				continue;
			assert_int_equal(messages[i].parse(&in), PARSE_BAD);
			assert_ptr_equal(in.at, &first);
		}
}

static void
greeting_is_read_as_it_was_written(void **state)
{
	uint8_t methods[255], bytes[257];
	struct socks_greeting g = { 255, methods }, back;
	struct wr out = wr_of(bytes, sizeof bytes);
	struct rd in = rd_of(bytes, sizeof bytes);

	(void)state;
	for (size_t i = 0; i < sizeof methods; i++)
		methods[i] = (uint8_t)i;
	socks_greeting_write(&out, &g);
	assert_false(out.failed);
	assert_int_equal(wr_len(&out), sizeof bytes);
	assert_int_equal(socks_greeting_parse(&in, &back), PARSE_DONE);
	assert_int_equal(back.count, 255);
	assert_memory_equal(back.methods, methods, sizeof methods);
}

static void
login_is_read_as_it_was_written(void **state)
{
	struct socks_login l = { .name_len = 255, .password.len = 255 }, back;
	uint8_t bytes[SOCKS_MESSAGE_MAX];
	struct wr out = wr_of(bytes, sizeof bytes);
	struct rd in = rd_of(bytes, sizeof bytes);

	(void)state;
	memset(l.name, 'n', 255);
	memset(l.password.bytes, '\0', 255);
	socks_login_write(&out, &l);
	assert_int_equal(wr_len(&out), sizeof bytes);
	assert_int_equal(socks_login_parse(&in, &back), PARSE_DONE);
	assert_int_equal(back.name_len, 255);
	assert_string_equal(back.name, l.name);
	assert_int_equal(back.password.len, 255);
	assert_memory_equal(back.password.bytes, l.password.bytes, 255);
}

static void
login_without_name_and_password_is_read(void **state)
{
	const uint8_t bytes[] = { 1, 0, 0 };
	struct rd in = rd_of(bytes, sizeof bytes);
	struct socks_login l;

	(void)state;
	assert_int_equal(socks_login_parse(&in, &l), PARSE_DONE);
	assert_string_equal(l.name, "");
	assert_int_equal(l.password.len, 0);
}

static void
verdict_and_method_are_read_as_they_were_written(void **state)
{
	uint8_t bytes[6], chosen;
	struct wr out = wr_of(bytes, sizeof bytes);
	struct rd in = rd_of(bytes, sizeof bytes);
	bool right;

	(void)state;
	socks_method_write(&out, SOCKS_PASSWORD);
	socks_verdict_write(&out, true);
	socks_verdict_write(&out, false);
	assert_int_equal(socks_method_parse(&in, &chosen), PARSE_DONE);
	assert_int_equal(chosen, SOCKS_PASSWORD);
	assert_int_equal(socks_verdict_parse(&in, &right), PARSE_DONE);
	assert_true(right);
	assert_int_equal(socks_verdict_parse(&in, &right), PARSE_DONE);
	assert_false(right);
	assert_int_equal(rd_left(&in), 0);
}

static void
request_is_read_as_it_was_written(void **state)
{
	static const struct socks_addr addrs[] = {
		{ SOCKS_V4, 4, 80, { 10, 0, 0, 1 } },
		{ SOCKS_V6, 16, 65535, { 0x20, 1, 0xd, 0xb8, [15] = 1 } },
		{ SOCKS_NAME, 11, 443, "example.org" },
		{ SOCKS_NAME, 255, 1, { [0] = 'x', [254] = 'y' } },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(addrs); i++) {
		struct socks_request r = { SOCKS_CONNECT, addrs[i] }, back;
		uint8_t bytes[SOCKS_MESSAGE_MAX];
		struct wr out = wr_of(bytes, sizeof bytes);
		enum socks_reply refusal;

		socks_request_write(&out, &r);
		assert_false(out.failed);
		struct rd in = rd_of(bytes, wr_len(&out));

		assert_int_equal(
		    socks_request_parse(&in, &back, &refusal), PARSE_DONE);
		assert_int_equal(rd_left(&in), 0);
		assert_int_equal(back.cmd, SOCKS_CONNECT);
		assert_int_equal(back.addr.atyp, addrs[i].atyp);
		assert_int_equal(back.addr.port, addrs[i].port);
		assert_int_equal(back.addr.len, addrs[i].len);
		assert_memory_equal(
		    back.addr.host, addrs[i].host, addrs[i].len);
	}
}

static void
request_with_an_unknown_address_type_is_bad_before_it_is_whole(void **state)
{
	(void)state;
	for (unsigned atyp = 0; atyp < 256; atyp++) {
		const uint8_t bytes[] = { 5, 1, 0, (uint8_t)atyp };
		struct rd in = rd_of(bytes, sizeof bytes);
		struct socks_request r;
		enum socks_reply refusal;
		enum parse found = socks_request_parse(&in, &r, &refusal);

		if (atyp == 1 || atyp == 3 || atyp == 4) {
			assert_int_equal(found, PARSE_MORE);
			continue;
		}
		assert_int_equal(found, PARSE_BAD);
		assert_int_equal(refusal, SOCKS_BAD_ADDRESS);
	}
}

static void
request_with_an_empty_name_is_bad(void **state)
{
	const uint8_t bytes[] = { 5, 1, 0, 3, 0, 0, 80 };
	struct rd in = rd_of(bytes, sizeof bytes);
	struct socks_request r;
	enum socks_reply refusal;

	(void)state;
	assert_int_equal(socks_request_parse(&in, &r, &refusal), PARSE_BAD);
	assert_int_equal(refusal, SOCKS_BAD_ADDRESS);
}

static void
reply_carries_the_address_bound(void **state)
{
	struct addr v6, none = { 0 };
	uint8_t bytes[SOCKS_ANSWER_MAX], rep;
	struct wr out = wr_of(bytes, sizeof bytes);
	struct socks_addr bound;
	struct addr back;

	(void)state;
	assert_true(addr_parse(&v6, "[2001:db8::1]:1080", 0));
	socks_reply_write(&out, SOCKS_OK, &v6);
	struct rd in = rd_of(bytes, wr_len(&out));

	assert_int_equal(socks_reply_parse(&in, &rep, &bound), PARSE_DONE);
	assert_int_equal(rep, SOCKS_OK);
	back = socks_addr_literal(&bound);
	assert_true(addr_same_ip(&back, &v6));
	assert_int_equal(back.port, 1080);

	out = wr_of(bytes, sizeof bytes);
	socks_reply_write(&out, SOCKS_FAILURE, &none);
	assert_memory_equal(
	    bytes, ((uint8_t[]){ 5, 1, 0, 1, 0, 0, 0, 0, 0, 0 }), 10);
	assert_int_equal(wr_len(&out), 10);
}

static void
mapped_address_is_the_ipv4_one(void **state)
{
	struct socks_addr a = { SOCKS_V6, 16, 25,
		{ [10] = 0xff, [11] = 0xff, [12] = 192, [14] = 2, [15] = 1 } };
	struct addr literal = socks_addr_literal(&a);
	char text[ADDR_TEXT];

	(void)state;
	addr_print(&literal, text);
	assert_string_equal(text, "192.0.2.1:25");
	a.atyp = SOCKS_NAME;
	assert_int_equal(socks_addr_literal(&a).family, ADDR_NONE);
}

/* ---- the tables */

static void
replies_are_those_of_the_rfc_and_no_others(void **state)
{
	static const uint8_t replies[] = {
#define REPLY(code, ...) code,
#include "proto/socks5.def"
	};

	(void)state;
	assert_int_equal(COUNT(replies), 9);
	for (size_t i = 0; i < COUNT(replies); i++)
		assert_int_equal(replies[i], i);
}

static void
every_reply_is_told_for_some_error(void **state)
{
	bool told[9] = { false };

	(void)state;
	for (int err = 0; err < 256; err++)
		told[socks_reply_of(err)] = true;
	for (size_t rep = 0; rep < COUNT(told); rep++)
		assert_true(told[rep]);
}

static void
only_success_is_told_as_success(void **state)
{
	(void)state;
	assert_int_equal(socks_reply_of(0), SOCKS_OK);
	for (int err = 1; err < 256; err++)
		assert_int_not_equal(socks_reply_of(err), SOCKS_OK);
}

static void
errors_of_connect_are_told_apart(void **state)
{
	(void)state;
	assert_int_equal(socks_reply_of(ECONNREFUSED), SOCKS_CONN_REFUSED);
	assert_int_equal(socks_reply_of(ENETUNREACH), SOCKS_NET_DOWN);
	assert_int_equal(socks_reply_of(EHOSTUNREACH), SOCKS_HOST_DOWN);
	assert_int_equal(socks_reply_of(ETIMEDOUT), SOCKS_EXPIRED);
	assert_int_equal(socks_reply_of(EACCES), SOCKS_DENIED);
	assert_int_equal(socks_reply_of(EAFNOSUPPORT), SOCKS_BAD_ADDRESS);
	assert_int_equal(socks_reply_of(EMFILE), SOCKS_FAILURE);
}

static void
no_error_has_two_rows(void **state)
{
	static const int errs[] = {
#define CAUSE(err, ...) err,
#include "proto/socks5.def"
	};

	(void)state;
	for (size_t i = 0; i < COUNT(errs); i++)
		for (size_t j = 0; j < i; j++)
			assert_int_not_equal(errs[i], errs[j]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    every_message_is_done_and_every_prefix_wants_more),
		cmocka_unit_test(
		    every_message_of_another_version_is_bad_at_once),
		cmocka_unit_test(greeting_is_read_as_it_was_written),
		cmocka_unit_test(login_is_read_as_it_was_written),
		cmocka_unit_test(login_without_name_and_password_is_read),
		cmocka_unit_test(
		    verdict_and_method_are_read_as_they_were_written),
		cmocka_unit_test(request_is_read_as_it_was_written),
		cmocka_unit_test(
		    request_with_an_unknown_address_type_is_bad_before_it_is_whole),
		cmocka_unit_test(request_with_an_empty_name_is_bad),
		cmocka_unit_test(reply_carries_the_address_bound),
		cmocka_unit_test(mapped_address_is_the_ipv4_one),
		cmocka_unit_test(replies_are_those_of_the_rfc_and_no_others),
		cmocka_unit_test(every_reply_is_told_for_some_error),
		cmocka_unit_test(only_success_is_told_as_success),
		cmocka_unit_test(errors_of_connect_are_told_apart),
		cmocka_unit_test(no_error_has_two_rows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
