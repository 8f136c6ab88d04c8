/* The base admin protocol in a stream (docs/admin-protocol.md). */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "proto/frame.h"

#define BYTES(...) ((const uint8_t[]){ __VA_ARGS__ })
#define assert_wire(out, ...)                                              \
	do {                                                               \
		assert_int_equal(wr_len(&out), sizeof BYTES(__VA_ARGS__)); \
		assert_memory_equal(                                       \
		    out.start, BYTES(__VA_ARGS__), wr_len(&out));          \
	} while (0)

static struct frame_login
login_of(const char *name, const char *password)
{
	struct frame_login login = { 0 };

	layout_text_set(&login.name, name, strlen(name));
	secret_set(&login.password, password, strlen(password));
	return login;
}

/* ---- the login */

static void
login_has_the_layout_of_the_document(void **state)
{
	uint8_t wire[FRAME_LOGIN_MOST];
	struct wr out = wr_of(wire, sizeof wire);
	struct frame_login login = login_of("root", "pw");

	(void)state;
	frame_login_write(&out, &login);
	assert_wire(out, 1, 4, 'r', 'o', 'o', 't', 2, 'p', 'w');
}

static void
login_is_whole_only_with_its_last_octet(void **state)
{
	uint8_t wire[FRAME_LOGIN_MOST];
	struct wr out = wr_of(wire, sizeof wire);
	struct frame_login login = login_of("root", "secret"), got;
	struct rd in;

	(void)state;
	frame_login_write(&out, &login);
	for (size_t n = 0; n < wr_len(&out); n++) {
		in = rd_of(wire, n);
		assert_int_equal(frame_login_parse(&in, &got), PARSE_MORE);
		assert_ptr_equal(in.at, wire);
	}
	in = rd_of(wire, wr_len(&out));
	assert_int_equal(frame_login_parse(&in, &got), PARSE_DONE);
	assert_int_equal(rd_left(&in), 0);
	assert_string_equal(got.name.bytes, "root");
	assert_int_equal(got.password.len, 6);
	assert_memory_equal(got.password.bytes, "secret", 6);
}

static void
another_version_is_bad_at_its_first_octet(void **state)
{
	struct frame_login got;

	(void)state;
	for (unsigned version = 0; version < 256; version++) {
		uint8_t octet = (uint8_t)version;
		struct rd in = rd_of(&octet, 1);

		assert_int_equal(frame_login_parse(&in, &got),
		    version == 1 ? PARSE_MORE : PARSE_BAD);
	}
}

static void
empty_names_and_passwords_are_read_for_the_caller_to_refuse(void **state)
{
	struct frame_login got;
	struct rd in = rd_of(BYTES(1, 0, 0), 3);

	(void)state;
	assert_int_equal(frame_login_parse(&in, &got), PARSE_DONE);
	assert_int_equal(got.name.len, 0);
	assert_int_equal(got.password.len, 0);
}

static void
verdicts_are_two_octets_and_nothing_else_is_one(void **state)
{
	enum frame_verdict verdict;
	uint8_t wire[2];

	(void)state;
	for (unsigned a = 0; a < 256; a++)
		for (unsigned b = 0; b < 256; b++) {
			struct rd in = rd_of(wire, 2);

			wire[0] = (uint8_t)a;
			wire[1] = (uint8_t)b;
			assert_int_equal(frame_verdict_parse(&in, &verdict),
			    a == 1 && b <= 2 ? PARSE_DONE : PARSE_BAD);
			in = rd_of(wire, 1);
			assert_int_equal(frame_verdict_parse(&in, &verdict),
			    a == 1 ? PARSE_MORE : PARSE_BAD);
		}
}

/* ---- requests */

static void
sample(const struct layout *layout, void *record)
{
	uint64_t one = 1;

	memset(record, 0, layout->size);
	for (size_t i = 0; i < layout->nfields; i++) {
		const struct layout_field *f = &layout->fields[i];
		void *at = (char *)record + f->offset;

		if (f->kind == LAYOUT_TEXT)
			layout_text_set(at, "name", 4);
		else if (f->kind == LAYOUT_SECRET)
			secret_set(at, "secret", 6);
		else
			memcpy(at, &one, sizeof one);
	}
}

static void
every_request_is_whole_only_with_its_last_octet(void **state)
{
	uint8_t wire[FRAME_REQUEST_MOST], again[FRAME_REQUEST_MOST];
	union admin_request record;
	struct frame_request req;

	(void)state;
	for (unsigned i = 0; i < ADMIN_COMMANDS; i++) {
		enum admin_id id = (enum admin_id)i;
		struct wr out = wr_of(wire, sizeof wire);
		struct rd in;

		if (admin_base_code(id) < 0)
			continue;
		sample(admin_commands[i].request, &record);
		frame_request_write(&out, id, &record);
		assert_false(out.failed);
		for (size_t n = 0; n < wr_len(&out); n++) {
			in = rd_of(wire, n);
			assert_int_equal(
			    frame_request_parse(&in, &req), PARSE_MORE);
			assert_ptr_equal(in.at, wire);
		}
		in = rd_of(wire, wr_len(&out));
		assert_int_equal(frame_request_parse(&in, &req), PARSE_DONE);
		assert_int_equal(req.id, id);
		assert_int_equal(req.type << 8 | req.cmd, admin_base_code(id));
		struct wr copy = wr_of(again, sizeof again);
		frame_request_write(&copy, id, &req.record);
		assert_int_equal(wr_len(&copy), wr_len(&out));
		assert_memory_equal(again, wire, wr_len(&out));
	}
}

static void
no_request_is_longer_than_the_limit_says(void **state)
{
	(void)state;
	for (unsigned i = 0; i < ADMIN_COMMANDS; i++)
		if (admin_base_code((enum admin_id)i) >= 0)
			assert_true(2 + layout_most(admin_commands[i].request,
					    ADMIN_BASE) <=
				    FRAME_REQUEST_MOST);
}

static void
unknown_command_takes_two_octets(void **state)
{
	struct frame_request req;
	struct wr out;
	uint8_t wire[2];

	(void)state;
	for (uint8_t type = 0; type < 2; type++) {
		struct rd in = rd_of(BYTES(type, 0x70, 1, 2, 3), 5);

		assert_int_equal(frame_request_parse(&in, &req), PARSE_DONE);
		assert_int_equal(req.id, ADMIN_COMMANDS);
		assert_int_equal(rd_left(&in), 3);
		out = wr_of(wire, sizeof wire);
		frame_unknown_write(&out, req.type);
		assert_wire(out, type, 0xff);
	}
}

static void
unknown_type_is_bad_at_its_first_octet(void **state)
{
	struct frame_request req;
	uint8_t wire[2];

	(void)state;
	for (unsigned type = 2; type < 256; type++) {
		uint8_t octet = (uint8_t)type;
		struct rd in = rd_of(&octet, 1);
		struct wr out = wr_of(wire, sizeof wire);

		assert_int_equal(frame_request_parse(&in, &req), PARSE_BAD);
		frame_unknown_write(&out, req.type);
		assert_wire(out, 0xff, 0xff);
	}
}

/* ---- answers */

static void
an_answer_echoes_the_code_as_asked(void **state)
{
	struct frame_request req;
	struct admin_connection_timeout answer = { .connection_timeout = 300 };
	struct rd in = rd_of(BYTES(0, 0x0a), 2);
	uint8_t wire[16];
	struct wr out = wr_of(wire, sizeof wire);

	(void)state;
	assert_int_equal(frame_request_parse(&in, &req), PARSE_DONE);
	frame_answer_write(&out, &req, ADMIN_OK, &answer);
	assert_wire(out, 0, 0x0a, 255); /* 300 does not fit into an octet */
}

static void
every_answer_is_whole_only_with_its_last_octet(void **state)
{
	uint8_t wire[64];
	union admin_answer record, rows[FRAME_LIST_MOST];
	struct frame_request req = { 0 };
	enum admin_status status;
	size_t count;

	(void)state;
	for (unsigned i = 0; i < ADMIN_COMMANDS; i++) {
		const struct admin_command *c = &admin_commands[i];
		struct wr out = wr_of(wire, sizeof wire);
		struct frame_list list;
		struct rd in;

		if (admin_base_code((enum admin_id)i) < 0)
			continue;
		req.id = (enum admin_id)i;
		req.type = (uint8_t)(admin_base_code(req.id) >> 8);
		req.cmd = (uint8_t)admin_base_code(req.id);
		sample(c->answer, &record);
		if (c->many) {
			frame_list_begin(&list, &out, &req);
			assert_true(frame_list_row(&list, &record));
			assert_true(frame_list_row(&list, &record));
		} else {
			frame_answer_write(&out, &req, ADMIN_OK, &record);
		}
		for (size_t n = 0; n < wr_len(&out); n++) {
			in = rd_of(wire, n);
			assert_int_equal(
			    frame_answer_parse(&in, req.id, &status, rows,
				FRAME_LIST_MOST, &count),
			    PARSE_MORE);
			assert_ptr_equal(in.at, wire);
			assert_int_equal(count, 0);
		}
		in = rd_of(wire, wr_len(&out));
		assert_int_equal(frame_answer_parse(&in, req.id, &status, rows,
				     FRAME_LIST_MOST, &count),
		    PARSE_DONE);
		assert_int_equal(rd_left(&in), 0);
		assert_int_equal(status, ADMIN_OK);
		if (c->result == ADMIN_RESULT_NONE)
			assert_int_equal(count, c->many ? 2 : 1);
		/* With another code it is no answer to that request. */
		wire[1] ^= 0x40;
		in = rd_of(wire, wr_len(&out));
		assert_int_equal(frame_answer_parse(&in, req.id, &status, rows,
				     FRAME_LIST_MOST, &count),
		    PARSE_BAD);
	}
}

static void
an_answer_of_an_unknown_command_is_understood(void **state)
{
	struct admin_nothing row;
	enum admin_status status;
	size_t count;
	struct rd in = rd_of(BYTES(1, 0xff, 0), 3);

	(void)state;
	assert_int_equal(
	    frame_answer_parse(&in, ADMIN_user_add, &status, &row, 1, &count),
	    PARSE_DONE);
	assert_int_equal(status, ADMIN_UNKNOWN);
	assert_int_equal(rd_left(&in), 1);
}

static void
a_list_ends_at_255_rows_or_at_the_buffers_end(void **state)
{
	static uint8_t wire[FRAME_ANSWER_MOST];
	struct frame_request req = { .id = ADMIN_user_list };
	struct admin_user_row row = { 0 };
	struct frame_list list;
	struct wr out = wr_of(wire, sizeof wire);
	char name[255];

	(void)state;
	memset(name, 'n', sizeof name);
	layout_text_set(&row.name, name, sizeof name);
	frame_list_begin(&list, &out, &req);
	for (unsigned i = 0; i < 255; i++)
		assert_true(frame_list_row(&list, &row));
	assert_false(frame_list_row(&list, &row));
	assert_int_equal(wr_len(&out), FRAME_ANSWER_MOST);
	assert_int_equal(wire[2], 255);

	out = wr_of(wire, 3 + 256 + 255);
	frame_list_begin(&list, &out, &req);
	assert_true(frame_list_row(&list, &row));
	assert_false(frame_list_row(&list, &row));
	assert_int_equal(wire[2], 1);
	assert_false(out.failed);
	assert_int_equal(wr_len(&out), 3 + 256);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(login_has_the_layout_of_the_document),
		cmocka_unit_test(login_is_whole_only_with_its_last_octet),
		cmocka_unit_test(another_version_is_bad_at_its_first_octet),
		cmocka_unit_test(
		    empty_names_and_passwords_are_read_for_the_caller_to_refuse),
		cmocka_unit_test(
		    verdicts_are_two_octets_and_nothing_else_is_one),
		cmocka_unit_test(
		    every_request_is_whole_only_with_its_last_octet),
		cmocka_unit_test(no_request_is_longer_than_the_limit_says),
		cmocka_unit_test(unknown_command_takes_two_octets),
		cmocka_unit_test(unknown_type_is_bad_at_its_first_octet),
		cmocka_unit_test(an_answer_echoes_the_code_as_asked),
		cmocka_unit_test(
		    every_answer_is_whole_only_with_its_last_octet),
		cmocka_unit_test(an_answer_of_an_unknown_command_is_understood),
		cmocka_unit_test(a_list_ends_at_255_rows_or_at_the_buffers_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
