/* The base admin protocol in a stream (docs/admin-protocol.md). */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
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

/* The command's code in that form, or -1. */
static int
code_of(enum admin_form form, unsigned id)
{
	return form == ADMIN_BASE ? admin_base_code((enum admin_id)id)
				  : admin_extended_code((enum admin_id)id);
}

static void
check_request(enum admin_form form, enum admin_id id)
{
	uint8_t wire[FRAME_REQUEST_MOST], again[FRAME_REQUEST_MOST];
	union admin_request record;
	struct frame_request req;
	struct wr out = wr_of(wire, sizeof wire), copy;
	struct rd in;

	sample(admin_commands[id].request, &record);
	frame_request_write(&out, form, id, &record);
	assert_false(out.failed);
	for (size_t n = 0; n < wr_len(&out); n++) {
		in = rd_of(wire, n);
		assert_int_equal(frame_request_parse(&in, &req), PARSE_MORE);
		assert_ptr_equal(in.at, wire);
	}
	in = rd_of(wire, wr_len(&out));
	assert_int_equal(frame_request_parse(&in, &req), PARSE_DONE);
	assert_int_equal(rd_left(&in), 0);
	assert_int_equal(req.id, id);
	assert_int_equal(req.form, form);
	assert_int_equal(req.found, ADMIN_OK);
	assert_int_equal(req.skip, 0);
	assert_int_equal(req.type << 8 | req.cmd, code_of(form, id));
	copy = wr_of(again, sizeof again);
	frame_request_write(&copy, form, id, &req.record);
	assert_int_equal(wr_len(&copy), wr_len(&out));
	assert_memory_equal(again, wire, wr_len(&out));
}

static void
every_request_is_whole_only_with_its_last_octet(void **state)
{
	(void)state;
	for (unsigned form = ADMIN_BASE; form <= ADMIN_EXTENDED; form++)
		for (unsigned i = 0; i < ADMIN_COMMANDS; i++)
			if (code_of((enum admin_form)form, i) >= 0)
				check_request(
				    (enum admin_form)form, (enum admin_id)i);
}

static void
no_request_is_longer_than_the_limit_says(void **state)
{
	(void)state;
	for (unsigned i = 0; i < ADMIN_COMMANDS; i++)
		for (unsigned form = ADMIN_BASE; form <= ADMIN_EXTENDED; form++)
			assert_true(
			    6 + layout_most(admin_commands[i].request, form) <=
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
		frame_answer_write(&out, &req, req.found, NULL, NULL);
		assert_wire(out, type, 0xff);
	}
}

static void
unknown_type_is_bad_at_its_first_octet(void **state)
{
	struct frame_request req;
	uint8_t wire[2];

	(void)state;
	for (unsigned type = 4; type < 256; type++) {
		uint8_t octet = (uint8_t)type;
		struct rd in = rd_of(&octet, 1);
		struct wr out = wr_of(wire, sizeof wire);

		assert_int_equal(frame_request_parse(&in, &req), PARSE_BAD);
		frame_unknown_write(&out);
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
	frame_answer_write(&out, &req, ADMIN_OK, &answer, NULL);
	assert_wire(out, 0, 0x0a, 255); /* 300 does not fit into an octet */
}

static void
write_answer(struct wr *out, struct frame_request *req, const void *record)
{
	struct frame_list list;

	if (!admin_commands[req->id].many) {
		frame_answer_write(out, req, ADMIN_OK, record, NULL);
		return;
	}
	frame_list_begin(&list, out, req);
	assert_true(frame_list_row(&list, record));
	assert_true(frame_list_row(&list, record));
	frame_list_end(&list);
}

static void
check_answer(enum admin_form form, enum admin_id id)
{
	static uint8_t wire[2 * 4096];
	static union admin_answer record, rows[FRAME_LIST_MOST];
	const struct admin_command *c = &admin_commands[id];
	int code = code_of(form, id);
	struct frame_request req = { .id = id,
		.type = (uint8_t)(code >> 8),
		.cmd = (uint8_t)code,
		.form = form };
	struct wr out = wr_of(wire, sizeof wire);
	struct frame_answer got;
	struct rd in;

	sample(c->answer, &record);
	write_answer(&out, &req, &record);
	assert_false(out.failed);
	for (size_t n = 0; n < wr_len(&out); n++) {
		in = rd_of(wire, n);
		assert_int_equal(frame_answer_parse(&in, form, id, &got, rows,
				     FRAME_LIST_MOST),
		    PARSE_MORE);
		assert_ptr_equal(in.at, wire);
		assert_int_equal(got.count, 0);
	}
	in = rd_of(wire, wr_len(&out));
	assert_int_equal(
	    frame_answer_parse(&in, form, id, &got, rows, FRAME_LIST_MOST),
	    PARSE_DONE);
	assert_int_equal(rd_left(&in), 0);
	assert_int_equal(got.status, ADMIN_OK);
	assert_false(got.more);
	if (c->result == ADMIN_RESULT_NONE)
		assert_int_equal(got.count, c->many ? 2 : 1);
	/* With another code it is no answer to that request. */
	wire[1] ^= 0x40;
	in = rd_of(wire, wr_len(&out));
	assert_int_equal(
	    frame_answer_parse(&in, form, id, &got, rows, FRAME_LIST_MOST),
	    PARSE_BAD);
}

static void
every_answer_is_whole_only_with_its_last_octet(void **state)
{
	(void)state;
	for (unsigned form = ADMIN_BASE; form <= ADMIN_EXTENDED; form++)
		for (unsigned i = 0; i < ADMIN_COMMANDS; i++)
			if (code_of((enum admin_form)form, i) >= 0)
				check_answer(
				    (enum admin_form)form, (enum admin_id)i);
}

/* ---- events */

static void
check_event(enum admin_event event)
{
	const struct layout *fields = admin_events[event].fields;
	uint8_t wire[FRAME_EVENT_MOST], again[FRAME_EVENT_MOST];
	union admin_event_record record, got;
	struct wr out = wr_of(wire, sizeof wire);
	enum admin_event found;
	struct rd in;

	assert_true(FRAME_EVENT_HEAD + layout_most(fields, ADMIN_EXTENDED) <=
		    FRAME_EVENT_MOST);
	sample(fields, &record);
	frame_event_write(&out, event, &record);
	assert_false(out.failed);
	assert_int_equal(wire[0], 4);
	for (size_t n = 1; n < wr_len(&out); n++) {
		in = rd_of(wire, n);
		assert_true(frame_is_event(&in));
		assert_int_equal(
		    frame_event_parse(&in, &found, &got), PARSE_MORE);
		assert_ptr_equal(in.at, wire);
	}
	in = rd_of(wire, wr_len(&out));
	assert_int_equal(frame_event_parse(&in, &found, &got), PARSE_DONE);
	assert_int_equal(rd_left(&in), 0);
	assert_int_equal(found, event);
	out = wr_of(again, sizeof again);
	frame_event_write(&out, found, &got);
	assert_memory_equal(wire, again, wr_len(&out));
}

static void
every_event_is_whole_only_with_its_last_octet(void **state)
{
	(void)state;
	for (unsigned i = 0; i < ADMIN_EVENTS; i++)
		check_event((enum admin_event)i);
}

static void
unknown_events_are_skipped_and_broken_ones_are_bad(void **state)
{
	static uint8_t wire[6 + 65537] = { 4, 0x3f, 0, 1, 0, 0 };
	union admin_event_record got;
	enum admin_event found;
	struct rd in = rd_of(wire, sizeof wire - 1);

	(void)state;
	assert_int_equal(frame_event_parse(&in, &found, &got), PARSE_DONE);
	assert_int_equal(found, ADMIN_EVENTS);
	assert_int_equal(rd_left(&in), 0);
	wire[5] = 1; /* an octet too long */
	in = rd_of(wire, sizeof wire);
	assert_int_equal(frame_event_parse(&in, &found, &got), PARSE_BAD);
	in = rd_of(BYTES(4, 8, 0, 0, 0, 2, 5, 'a'), 8); /* inside a text */
	assert_int_equal(frame_event_parse(&in, &found, &got), PARSE_BAD);
}

static void
every_event_is_told_to_those_alone_who_wish_for_it(void **state)
{
	static const struct admin_subscription nothing,
	    everything = { .figures = 100,
		    .sessions = 1,
		    .log = 1,
		    .changes = 1,
		    .findings = 1 };

	(void)state;
	for (unsigned i = 0; i < ADMIN_EVENTS; i++) {
		enum admin_event event = (enum admin_event)i;

		assert_int_equal(admin_event_is_wanted(event, &nothing),
		    event == ADMIN_EVENT_lost);
		assert_true(admin_event_is_wanted(event, &everything));
		assert_int_equal(admin_event_find(admin_events[i].cmd), i);
	}
}

/* ---- the extension */

static struct frame_request
parse_request(const uint8_t *bytes, size_t len, size_t left)
{
	struct frame_request req;
	struct rd in = rd_of(bytes, len);

	assert_int_equal(frame_request_parse(&in, &req), PARSE_DONE);
	assert_int_equal(rd_left(&in), left);
	return req;
}

static void
unknown_extended_commands_are_skipped_by_their_length(void **state)
{
	struct frame_request req = parse_request(
	    BYTES(2, 0x3f, 0, 0, 0, 3, 'a', 'b', 'c', 0, 9), 11, 5);
	uint8_t wire[300];
	struct wr out = wr_of(wire, sizeof wire);

	(void)state;
	assert_int_equal(req.found, ADMIN_UNKNOWN);
	assert_int_equal(req.skip, 3);
	frame_answer_write(&out, &req, req.found, NULL, "no");
	assert_wire(out, 2, 0x3f, ADMIN_UNKNOWN, 0, 0, 0, 3, 2, 'n', 'o');
}

static void
a_body_over_64_kibibytes_is_refused_and_its_length_skipped(void **state)
{
	struct frame_request req;

	(void)state;
	req = parse_request(BYTES(2, 0, 0, 1, 0, 1), 6, 0);
	assert_int_equal(req.found, ADMIN_LONG);
	assert_int_equal(req.skip, 65537);
	req = parse_request(BYTES(3, 0, 0xff, 0xff, 0xff, 0xff), 6, 0);
	assert_int_equal(req.found, ADMIN_LONG);
	assert_true(req.skip == UINT32_MAX);
}

static void
fields_nobody_knows_yet_are_skipped_and_missing_ones_are_empty(void **state)
{
	static uint8_t wire[6 + 65536] = { 2, 5, 0, 1, 0, 0, 1, 'a' };
	struct frame_request req;

	(void)state;
	req = parse_request(BYTES(2, 5, 0, 0, 0, 4, 1, 0x61, 7, 7), 10, 0);
	assert_int_equal(req.found, ADMIN_OK);
	assert_string_equal(req.record.account_show.name.bytes, "a");
	req = parse_request(wire, 6 + FRAME_REQUEST_MOST, 0);
	assert_int_equal(req.found, ADMIN_OK);
	assert_string_equal(req.record.account_show.name.bytes, "a");
	assert_int_equal(req.skip, 65536 - FRAME_REQUEST_MOST);
	req = parse_request(BYTES(3, 0, 0, 0, 0, 2, 1, 'a'), 8, 0);
	assert_int_equal(req.found, ADMIN_OK);
	assert_int_equal(req.record.user_add.password.len, 0);
	assert_int_equal(req.record.user_add.role, 0);
}

static void
a_body_that_ends_inside_a_field_is_invalid(void **state)
{
	struct frame_request req;

	(void)state;
	req = parse_request(BYTES(3, 1, 0, 0, 0, 2, 5, 'a', 9), 9, 1);
	assert_int_equal(req.id, ADMIN_user_del);
	assert_int_equal(req.found, ADMIN_INVALID);
	assert_int_equal(req.skip, 0);
}

static void
a_refusal_says_why_and_an_unknown_status_is_a_failure(void **state)
{
	uint8_t wire[300];
	struct frame_request req = { .id = ADMIN_user_del,
		.type = 3,
		.cmd = 1,
		.form = ADMIN_EXTENDED };
	struct wr out = wr_of(wire, sizeof wire);
	struct admin_nothing row;
	struct frame_answer got;
	struct rd in;

	(void)state;
	frame_answer_write(&out, &req, ADMIN_REFUSED, NULL, "yourself");
	for (unsigned status = ADMIN_REFUSED; status < 256; status += 100) {
		wire[2] = (uint8_t)status;
		in = rd_of(wire, wr_len(&out));
		assert_int_equal(frame_answer_parse(&in, ADMIN_EXTENDED,
				     ADMIN_user_del, &got, &row, 1),
		    PARSE_DONE);
		assert_string_equal(got.why.bytes, "yourself");
		assert_int_equal(got.status,
		    status == ADMIN_REFUSED ? ADMIN_REFUSED : ADMIN_FAILED);
		assert_int_equal(got.count, 0);
	}
}

static void
an_answer_that_lies_about_its_length_is_none(void **state)
{
	struct admin_hello row;
	struct frame_answer got;
	struct rd in = rd_of(BYTES(2, 0, 0, 0, 1, 0, 1), 7);

	(void)state;
	assert_int_equal(
	    frame_answer_parse(&in, ADMIN_EXTENDED, ADMIN_hello, &got, &row, 1),
	    PARSE_BAD);
	in = rd_of(BYTES(2, 0, 0, 0, 0, 0, 4, 1, 1, 9, 'n'), 11);
	assert_int_equal(
	    frame_answer_parse(&in, ADMIN_EXTENDED, ADMIN_hello, &got, &row, 1),
	    PARSE_BAD);
	in = rd_of(BYTES(2, 0, 0, 0, 0, 0, 2, 1, 1), 9);
	assert_int_equal(
	    frame_answer_parse(&in, ADMIN_EXTENDED, ADMIN_hello, &got, &row, 1),
	    PARSE_DONE);
	assert_int_equal(row.role, 1);
	assert_int_equal(row.node.len, 0);
}

static void
an_answer_of_an_unknown_command_is_understood(void **state)
{
	struct admin_nothing row;
	struct frame_answer got;
	struct rd in = rd_of(BYTES(1, 0xff, 0), 3);

	(void)state;
	assert_int_equal(
	    frame_answer_parse(&in, ADMIN_BASE, ADMIN_user_add, &got, &row, 1),
	    PARSE_DONE);
	assert_int_equal(got.status, ADMIN_UNKNOWN);
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
		cmocka_unit_test(every_event_is_whole_only_with_its_last_octet),
		cmocka_unit_test(
		    unknown_events_are_skipped_and_broken_ones_are_bad),
		cmocka_unit_test(
		    every_event_is_told_to_those_alone_who_wish_for_it),
		cmocka_unit_test(
		    every_answer_is_whole_only_with_its_last_octet),
		cmocka_unit_test(
		    unknown_extended_commands_are_skipped_by_their_length),
		cmocka_unit_test(
		    a_body_over_64_kibibytes_is_refused_and_its_length_skipped),
		cmocka_unit_test(
		    fields_nobody_knows_yet_are_skipped_and_missing_ones_are_empty),
		cmocka_unit_test(a_body_that_ends_inside_a_field_is_invalid),
		cmocka_unit_test(
		    a_refusal_says_why_and_an_unknown_status_is_a_failure),
		cmocka_unit_test(an_answer_that_lies_about_its_length_is_none),
		cmocka_unit_test(an_answer_of_an_unknown_command_is_understood),
		cmocka_unit_test(a_list_ends_at_255_rows_or_at_the_buffers_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
