/* Cursors: big-endian integers, and what happens when something does not fit.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/wire.h"

static void
integers_are_written_in_network_order_and_read_back(void **state)
{
	uint8_t buf[15];
	struct wr out = wr_of(buf, sizeof buf);
	struct rd in;

	(void)state;
	wr_uint(&out, 1, 0xab);
	wr_uint(&out, 2, 0x0102);
	wr_uint(&out, 4, 0x03040506);
	wr_uint(&out, 8, UINT64_C(0x0102030405060708));
	assert_false(out.failed);
	assert_int_equal(wr_len(&out), sizeof buf);
	assert_memory_equal(
	    buf, "\xab\1\2\3\4\5\6\1\2\3\4\5\6\7\10", sizeof buf);
	in = rd_of(buf, sizeof buf);
	assert_int_equal(rd_uint(&in, 1), 0xab);
	assert_int_equal(rd_uint(&in, 2), 0x0102);
	assert_int_equal(rd_uint(&in, 4), 0x03040506);
	assert_int_equal(rd_uint(&in, 8), UINT64_C(0x0102030405060708));
	assert_int_equal(rd_left(&in), 0);
	assert_false(in.failed);
}

static void
a_value_too_large_for_its_field_is_written_as_the_largest(void **state)
{
	uint8_t buf[7];
	struct wr out = wr_of(buf, sizeof buf);

	(void)state;
	wr_uint(&out, 1, 256);
	wr_uint(&out, 2, 65536);
	wr_uint(&out, 4, UINT64_MAX);
	assert_memory_equal(buf, "\xff\xff\xff\xff\xff\xff\xff", 7);
}

static void
a_read_past_the_end_fails_for_good_and_gives_zero(void **state)
{
	static const uint8_t bytes[] = { 1, 2, 3 };
	struct rd in = rd_of(bytes, sizeof bytes);

	(void)state;
	assert_int_equal(rd_uint(&in, 4), 0);
	assert_true(in.failed);
	assert_int_equal(rd_uint(&in, 1), 0);
	assert_null(rd_bytes(&in, 0));
}

static void
a_write_past_the_end_fails_for_good_and_writes_nothing(void **state)
{
	uint8_t buf[3] = { 9, 9, 9 };
	struct wr out = wr_of(buf, sizeof buf);

	(void)state;
	wr_uint(&out, 1, 1);
	wr_bytes(&out, "abc", 3);
	wr_uint(&out, 1, 2);
	assert_true(out.failed);
	assert_int_equal(wr_len(&out), 1);
	assert_memory_equal(buf, "\1\11\11", 3);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    integers_are_written_in_network_order_and_read_back),
		cmocka_unit_test(
		    a_value_too_large_for_its_field_is_written_as_the_largest),
		cmocka_unit_test(
		    a_read_past_the_end_fails_for_good_and_gives_zero),
		cmocka_unit_test(
		    a_write_past_the_end_fails_for_good_and_writes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
