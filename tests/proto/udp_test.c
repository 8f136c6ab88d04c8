/* The header of datagrams: RFC 1928 section 7. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "proto/udp.h"

static const uint8_t v4[] = { 0, 0, 0, 1, 192, 0, 2, 7, 0, 53 };
static const uint8_t v6[] = { 0, 0, 0x83, 4, 0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0,
	0, 0, 0, 0, 0, 0, 7, 0xff, 0xff };
static const uint8_t name[] = { 0, 0, 127, 3, 4, 'h', 'o', 's', 't', 0, 80 };

static const struct {
	const uint8_t *bytes;
	size_t len;
} heads[] = {
	{ v4, sizeof v4 },
	{ v6, sizeof v6 },
	{ name, sizeof name },
};

enum { HEADS = sizeof heads / sizeof heads[0] };

static void
header_is_read_as_it_was_written(void **state)
{
	uint8_t back[UDP_HEAD_MAX];

	(void)state;
	for (size_t i = 0; i < HEADS; i++) {
		struct rd in = rd_of(heads[i].bytes, heads[i].len);
		struct wr out = wr_of(back, sizeof back);
		struct udp_head head;

		assert_int_equal(udp_head_parse(&in, &head), PARSE_DONE);
		assert_int_equal(rd_left(&in), 0);
		assert_int_equal(head.frag, heads[i].bytes[2]);
		udp_head_write(&out, &head);
		assert_false(out.failed);
		assert_int_equal(wr_len(&out), heads[i].len);
		assert_memory_equal(back, heads[i].bytes, heads[i].len);
	}
}

static void
every_prefix_of_a_header_wants_more(void **state)
{
	(void)state;
	for (size_t i = 0; i < HEADS; i++)
		for (size_t n = 0; n < heads[i].len; n++) {
			struct rd in = rd_of(heads[i].bytes, n);
			struct udp_head head;

			assert_int_equal(
			    udp_head_parse(&in, &head), PARSE_MORE);
			assert_ptr_equal(in.at, heads[i].bytes);
		}
}

static void
unknown_address_types_and_empty_names_are_bad(void **state)
{
	uint8_t bytes[300] = { 0 };
	struct udp_head head;
	struct rd in;

	(void)state;
	for (unsigned atyp = 0; atyp < 256; atyp++) {
		if (atyp == SOCKS_V4 || atyp == SOCKS_V6)
			continue;
		bytes[3] = (uint8_t)atyp; /* and a name's length of 0 */
		in = rd_of(bytes, sizeof bytes);
		assert_int_equal(udp_head_parse(&in, &head), PARSE_BAD);
		assert_ptr_equal(in.at, bytes);
	}
}

static void
longest_header_is_a_name_of_255_octets(void **state)
{
	uint8_t bytes[UDP_HEAD_MAX] = { 0, 0, 0, 3, 255 };
	struct rd in = rd_of(bytes, sizeof bytes);
	struct udp_head head;

	(void)state;
	assert_int_equal(udp_head_parse(&in, &head), PARSE_DONE);
	assert_int_equal(rd_left(&in), 0);
	assert_int_equal(head.addr.len, 255);
}

static void
answer_stands_alone_and_names_its_sender(void **state)
{
	uint8_t back[UDP_HEAD_V6];
	struct addr from;
	struct wr out = wr_of(back, sizeof back);

	(void)state;
	assert_true(addr_parse(&from, "192.0.2.7:53", 0));
	udp_answer_write(&out, &from);
	assert_int_equal(wr_len(&out), udp_answer_len(&from));
	assert_int_equal(wr_len(&out), sizeof v4);
	assert_memory_equal(back, v4, sizeof v4);

	assert_true(addr_parse(&from, "[2001:db8::7]:65535", 0));
	out = wr_of(back, sizeof back);
	udp_answer_write(&out, &from);
	assert_int_equal(wr_len(&out), udp_answer_len(&from));
	assert_int_equal(back[2], 0);
	assert_memory_equal(back + 3, v6 + 3, sizeof v6 - 3);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(header_is_read_as_it_was_written),
		cmocka_unit_test(every_prefix_of_a_header_wants_more),
		cmocka_unit_test(unknown_address_types_and_empty_names_are_bad),
		cmocka_unit_test(longest_header_is_a_name_of_255_octets),
		cmocka_unit_test(answer_stands_alone_and_names_its_sender),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
