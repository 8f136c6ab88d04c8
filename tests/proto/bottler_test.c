/* Bottler's datagrams: properties of every row. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "proto/bottler.h"

static const uint8_t token[BOTTLER_TOKEN] = "\0token\xff";

/* Every field of a record gets something that can be told from others. */
static void
sample(const struct layout *layout, void *record)
{
	char text[] = "name of a field";

	memset(record, 0, layout->size);
	for (size_t i = 0; i < layout->nfields; i++) {
		const struct layout_field *f = &layout->fields[i];
		void *at = (char *)record + f->offset;
		uint64_t number = f->kind == LAYOUT_NUMBER ? i + 7 : 1;

		text[0] = (char)('a' + i);
		if (f->width[ADMIN_BOTTLER] == 0)
			continue;
		if (f->kind == LAYOUT_TEXT)
			layout_text_set(at, text, strlen(text));
		else if (f->kind == LAYOUT_SECRET)
			secret_set(at, text, strlen(text));
		else
			memcpy(at, &number, sizeof number);
	}
}

static size_t
write_request(uint8_t *wire, size_t size, enum admin_id id)
{
	struct wr out = wr_of(wire, size);
	union admin_request record;

	sample(admin_commands[id].request, &record);
	bottler_request_write(&out, token, id, &record);
	assert_false(out.failed);
	return wr_len(&out);
}

static enum admin_status
parse(const uint8_t *wire, size_t len, enum admin_id *id,
    union admin_request *record)
{
	struct rd in = rd_of(wire, len);
	struct bottler_head head;

	assert_int_equal(bottler_head_parse(&in, &head), PARSE_DONE);
	assert_memory_equal(head.token, token, sizeof token);
	return bottler_parameters_parse(&in, head.cmd, id, record);
}

static void
every_code_leads_to_a_command_and_back(void **state)
{
	unsigned known = 0;

	(void)state;
	for (unsigned cmd = 0; cmd < 256; cmd++) {
		enum admin_id id = admin_bottler_find((uint8_t)cmd);

		if (id == ADMIN_COMMANDS)
			continue;
		known++;
		assert_int_equal(admin_bottler_code(id), cmd);
		assert_true(cmd <= 0x12);
		if (admin_commands[id].need == ADMIN_CHANGE)
			assert_int_equal(admin_commands[id].answer->nfields, 0);
	}
	assert_int_equal(known, 19);
	assert_int_equal(admin_bottler_code(ADMIN_connections), -1);
}

static void
every_request_survives_and_no_prefix_of_it_does(void **state)
{
	uint8_t wire[BOTTLER_REQUEST_MOST], again[BOTTLER_REQUEST_MOST];
	union admin_request record;
	enum admin_id id;

	(void)state;
	for (unsigned cmd = 0; cmd <= 0x12; cmd++) {
		enum admin_id asked = admin_bottler_find((uint8_t)cmd);
		size_t len = write_request(wire, sizeof wire, asked);
		struct wr out = wr_of(again, sizeof again);

		assert_int_equal(parse(wire, len, &id, &record), ADMIN_OK);
		assert_int_equal(id, asked);
		bottler_request_write(&out, token, id, &record);
		assert_int_equal(wr_len(&out), len);
		assert_memory_equal(again, wire, len);
		for (size_t n = BOTTLER_HEAD; n < len; n++)
			assert_int_equal(parse(wire, n, &id, &record),
			    n == BOTTLER_HEAD && admin_bottler_absent(asked)
				? ADMIN_OK
				: ADMIN_INVALID);
		for (size_t n = 0; n < BOTTLER_HEAD; n++) {
			struct rd in = rd_of(wire, n);
			struct bottler_head head;

			assert_int_equal(
			    bottler_head_parse(&in, &head), PARSE_MORE);
			assert_ptr_equal(in.at, wire);
		}
	}
}

static void
zeros_behind_a_request_are_ignored_up_to_255_octets(void **state)
{
	uint8_t wire[BOTTLER_REQUEST_MOST + 1];
	union admin_request record;
	enum admin_id id;

	(void)state;
	for (unsigned cmd = 0; cmd <= 0x12; cmd++) {
		size_t len;

		memset(wire, 0, sizeof wire);
		len = write_request(
		    wire, sizeof wire, admin_bottler_find((uint8_t)cmd));
		assert_int_equal(
		    parse(wire, BOTTLER_REQUEST_MOST, &id, &record), ADMIN_OK);
		assert_int_equal(
		    parse(wire, sizeof wire, &id, &record), ADMIN_INVALID);
		wire[len + 1] = 1;
		assert_int_equal(
		    parse(wire, len + 2, &id, &record), ADMIN_INVALID);
	}
}

static void
a_request_that_does_not_fit_is_not_written(void **state)
{
	uint8_t wire[600];
	struct wr out = wr_of(wire, sizeof wire);
	struct admin_user_name name;
	char text[255];

	(void)state;
	memset(text, 'x', sizeof text);
	layout_text_set(&name.name, text, 254);
	bottler_request_write(&out, token, ADMIN_user_del, &name);
	assert_false(out.failed);
	assert_int_equal(wr_len(&out), BOTTLER_REQUEST_MOST);
	layout_text_set(&name.name, text, 255);
	out = wr_of(wire, sizeof wire);
	bottler_request_write(&out, token, ADMIN_user_del, &name);
	assert_true(out.failed);
}

static void
another_version_is_told_only_of_a_whole_head(void **state)
{
	uint8_t wire[BOTTLER_HEAD] = { 2 };
	struct bottler_head head;

	(void)state;
	for (size_t n = 0; n <= sizeof wire; n++) {
		struct rd in = rd_of(wire, n);

		assert_int_equal(bottler_head_parse(&in, &head),
		    n < sizeof wire ? PARSE_MORE : PARSE_BAD);
	}
}

static void
every_answer_is_whole_only_with_its_last_octet(void **state)
{
	static union admin_answer rows[BOTTLER_LIST_MOST];
	uint8_t wire[BOTTLER_ANSWER_MOST];
	union admin_answer record;
	enum admin_status status;
	size_t count;

	(void)state;
	for (unsigned cmd = 0; cmd <= 0x12; cmd++) {
		enum admin_id id = admin_bottler_find((uint8_t)cmd);
		struct wr out = wr_of(wire, sizeof wire);
		struct bottler_list list;
		struct rd in;

		sample(admin_commands[id].answer, &record);
		if (admin_commands[id].many) {
			bottler_list_begin(&list, &out, id);
			assert_true(bottler_list_row(&list, &record));
			assert_true(bottler_list_row(&list, &record));
		} else {
			bottler_answer_write(&out, id, ADMIN_OK, &record);
		}
		for (size_t n = 0; n < wr_len(&out); n++) {
			in = rd_of(wire, n);
			assert_int_equal(bottler_answer_parse(
					     &in, id, &status, rows, &count),
			    PARSE_MORE);
			assert_int_equal(count, 0);
		}
		in = rd_of(wire, wr_len(&out));
		assert_int_equal(
		    bottler_answer_parse(&in, id, &status, rows, &count),
		    PARSE_DONE);
		assert_int_equal(status, ADMIN_OK);
		assert_int_equal(count, admin_commands[id].many ? 2 : 1);
		wire[0] = 2;
		in = rd_of(wire, wr_len(&out));
		assert_int_equal(
		    bottler_answer_parse(&in, id, &status, rows, &count),
		    PARSE_BAD);
	}
}

static void
a_refusal_has_two_octets_whatever_was_asked(void **state)
{
	uint8_t wire[BOTTLER_ANSWER_MOST];
	union admin_answer record = { 0 }, rows[BOTTLER_LIST_MOST];
	enum admin_status status;
	size_t count;

	(void)state;
	for (unsigned i = ADMIN_OK + 1; i < ADMIN_STATUSES; i++) {
		struct wr out = wr_of(wire, sizeof wire);
		struct rd in;

		bottler_answer_write(
		    &out, ADMIN_metrics_summary, (enum admin_status)i, &record);
		assert_int_equal(wr_len(&out), BOTTLER_REFUSAL);
		in = rd_of(wire, 2);
		assert_int_equal(
		    bottler_answer_parse(
			&in, ADMIN_metrics_summary, &status, rows, &count),
		    PARSE_DONE);
		assert_int_equal(admin_bottler_status(status),
		    admin_bottler_status((enum admin_status)i));
		assert_int_equal(count, 0);
	}
}

static void
pages_are_cut_where_the_answer_is_full(void **state)
{
	uint8_t wire[BOTTLER_ANSWER_MOST];
	struct bottler_pager pager = { 0 };
	struct bottler_list list;
	struct admin_user_row row;
	struct wr out;
	unsigned page = 0;
	char text[255];

	(void)state;
	memset(text, 'x', sizeof text);
	for (unsigned i = 0; i < 20000; i++) {
		size_t len = 1 + i * 7919 % (i < 10000 ? 255 : 3);

		layout_text_set(&row.name, text, len);
		if (bottler_pager_add(&pager, len) != page) {
			/* It would not have fitted before. */
			if (page > 0)
				assert_false(bottler_list_row(&list, &row));
			page++;
			assert_int_equal(pager.page, page);
			out = wr_of(wire, sizeof wire);
			bottler_list_begin(&list, &out, ADMIN_user_page);
		}
		assert_true(bottler_list_row(&list, &row));
	}
	assert_true(page > 255);
}

static void
a_token_is_8_octets_or_16_hex_digits(void **state)
{
	static const struct {
		const char *text;
		size_t len;
		bool right;
	} rows[] = {
		{ "12345678", 8, true },
		{ "12345678\n", 9, true },
		{ "1234567\n", 8, true }, /* a newline like any octet */
		{ "\0\0\0\0\0\0\0\0", 8, true },
		{ "0011223344556677", 16, true },
		{ "fFeEdDcCbBaA9988\n", 17, true },
		{ "1234567", 7, false },
		{ "123456789", 9, false },
		{ "00112233445566770", 17, false },
		{ "0011223344556677\n\n", 18, false },
		{ "001122334455667g", 16, false },
		{ "001122334455667", 15, false },
		{ "", 0, false },
	};
	uint8_t got[BOTTLER_TOKEN];

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		assert_int_equal(
		    bottler_token_read(got, rows[i].text, rows[i].len),
		    rows[i].right);
	assert_true(bottler_token_read(got, "000102030405a6FF", 16));
	assert_memory_equal(got, "\0\1\2\3\4\5\xa6\xff", 8);
}

static void
tokens_that_differ_in_one_bit_differ(void **state)
{
	uint8_t other[BOTTLER_TOKEN];

	(void)state;
	assert_true(bottler_token_same(token, token));
	for (unsigned bit = 0; bit < 64; bit++) {
		memcpy(other, token, sizeof other);
		other[bit / 8] ^= (uint8_t)(1 << bit % 8);
		assert_false(bottler_token_same(token, other));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_code_leads_to_a_command_and_back),
		cmocka_unit_test(
		    every_request_survives_and_no_prefix_of_it_does),
		cmocka_unit_test(
		    zeros_behind_a_request_are_ignored_up_to_255_octets),
		cmocka_unit_test(a_request_that_does_not_fit_is_not_written),
		cmocka_unit_test(another_version_is_told_only_of_a_whole_head),
		cmocka_unit_test(
		    every_answer_is_whole_only_with_its_last_octet),
		cmocka_unit_test(a_refusal_has_two_octets_whatever_was_asked),
		cmocka_unit_test(pages_are_cut_where_the_answer_is_full),
		cmocka_unit_test(a_token_is_8_octets_or_16_hex_digits),
		cmocka_unit_test(tokens_that_differ_in_one_bit_differ),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
