/* The table of both admin protocols (docs/admin-protocol.md): properties of
 * every row, so that they cover rows not yet written. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "proto/admin.h"

static const struct layout *const messages[] = {
#define MESSAGE(id) &admin_##id,
#include "proto/admin.def"
};

enum { MESSAGES = sizeof messages / sizeof *messages };

static uint64_t
largest(unsigned width)
{
	return width == 8 ? UINT64_MAX : (UINT64_C(1) << (8 * width)) - 1;
}

/* Give every field a value of its own: full texts, numbers of `bits`. */
static void
fill(const struct layout *layout, char *record, uint64_t number, size_t len)
{
	char text[255];

	memset(text, 'x', sizeof text);
	for (size_t i = 0; i < layout->nfields; i++) {
		const struct layout_field *f = &layout->fields[i];

		text[0] = (char)('a' + i);
		if (f->kind == LAYOUT_TEXT)
			layout_text_set(
			    (void *)(record + f->offset), text, len);
		else if (f->kind == LAYOUT_SECRET)
			secret_set((void *)(record + f->offset), text, len);
		else
			memcpy(record + f->offset, &number, sizeof number);
	}
}

static void
assert_same(const struct layout *layout, unsigned form, const char *a,
    const char *b, uint64_t number)
{
	for (size_t i = 0; i < layout->nfields; i++) {
		const struct layout_field *f = &layout->fields[i];
		unsigned width = f->width[form];
		const struct layout_text *text = (void *)(b + f->offset);
		const struct secret *secret = (void *)(b + f->offset);

		if (f->kind == LAYOUT_TEXT && width == 0)
			assert_int_equal(text->len, 0);
		else if (f->kind == LAYOUT_SECRET && width == 0)
			assert_int_equal(secret->len, 0);
		else if (f->kind == LAYOUT_TEXT)
			assert_string_equal(text->bytes,
			    ((const struct layout_text *)(void *)(a +
								  f->offset))
				->bytes);
		else if (f->kind == LAYOUT_SECRET && width == 0)
			assert_int_equal(secret->len, 0);
		else if (f->kind == LAYOUT_SECRET)
			assert_memory_equal(
			    secret, a + f->offset, 1u + secret->len);
		else if (width == 0)
			assert_true(layout_number(f, b) == 0);
		else
			assert_true(layout_number(f, b) ==
				    (number < largest(width) ? number
							     : largest(width)));
	}
}

static void
round_trip(
    const struct layout *layout, unsigned form, uint64_t number, size_t len)
{
	uint8_t wire[4096];
	char *a = calloc(1, layout->size), *b = calloc(1, layout->size);
	struct wr out = wr_of(wire, sizeof wire);
	struct rd in;

	assert_true(a != NULL && b != NULL);
	fill(layout, a, number, len);
	memset(b, 0x5a, layout->size);
	layout_pack(&out, layout, form, a);
	assert_false(out.failed);
	assert_true(wr_len(&out) <= layout_most(layout, form));
	in = rd_of(wire, wr_len(&out));
	assert_true(layout_parse(&in, layout, form, b));
	assert_int_equal(rd_left(&in), 0);
	assert_same(layout, form, a, b, number);
	for (size_t n = 0; n < wr_len(&out); n++) {
		in = rd_of(wire, n);
		assert_false(layout_parse(&in, layout, form, b));
		out = wr_of(wire + 2048, n);
		layout_pack(&out, layout, form, a);
		assert_true(out.failed);
		out = wr_of(wire, sizeof wire);
		layout_pack(&out, layout, form, a);
	}
	free(a);
	free(b);
}

static void
every_message_survives_packing_in_every_form_and_no_prefix_does(void **state)
{
	static const uint64_t numbers[] = { 0, 1, 255, 256, 65535, 65536,
		UINT32_MAX, (uint64_t)UINT32_MAX + 1, UINT64_MAX };

	(void)state;
	for (size_t m = 0; m < MESSAGES; m++)
		for (unsigned form = 0; form < LAYOUT_FORMS; form++)
			for (size_t i = 0; i < 9; i++)
				round_trip(messages[m], form, numbers[i],
				    i == 0   ? 0
				    : i == 1 ? 1
					     : 255);
}

static void
every_field_has_a_name_a_help_and_a_width_that_exists(void **state)
{
	(void)state;
	for (size_t m = 0; m < MESSAGES; m++)
		for (size_t i = 0; i < messages[m]->nfields; i++) {
			const struct layout_field *f = &messages[m]->fields[i];

			assert_true(strlen(f->name) > 0 && strlen(f->help) > 0);
			for (unsigned form = 0; form < LAYOUT_FORMS; form++) {
				assert_true(f->width[form] <= 8);
				if (f->kind >= LAYOUT_TEXT)
					assert_true(f->width[form] <= 1);
			}
			for (size_t k = 0; k < i; k++)
				assert_string_not_equal(
				    f->name, messages[m]->fields[k].name);
		}
}

/* The first of the protocols that has the command. */
static enum admin_form
protocol_of(unsigned id)
{
	if (admin_base_code((enum admin_id)id) >= 0)
		return ADMIN_BASE;
	if (admin_extended_code((enum admin_id)id) >= 0)
		return ADMIN_EXTENDED;
	assert_true(admin_bottler_code((enum admin_id)id) >= 0);
	return ADMIN_BOTTLER;
}

static void
every_command_has_words_of_its_own_and_a_help(void **state)
{
	(void)state;
	for (unsigned i = 0; i < ADMIN_COMMANDS; i++) {
		assert_true(strlen(admin_commands[i].help) > 0);
		/* Another protocol may say more to the same words. */
		for (unsigned k = 0; k < i; k++)
			if (protocol_of(i) == protocol_of(k))
				assert_string_not_equal(admin_commands[i].words,
				    admin_commands[k].words);
	}
}

static void
other_words_for_a_command_say_what_its_first_field_may_be(void **state)
{
	(void)state;
	for (size_t i = 0; i < admin_nshorts; i++) {
		const struct admin_short *s = &admin_shorts[i];
		const struct layout *request = admin_commands[s->id].request;
		union admin_request record;
		const char *why;

		assert_true(strlen(s->help) > 0 && request->nfields > 0);
		assert_true(
		    layout_scan(request->fields, &record, s->value, &why));
		for (unsigned k = 0; k < ADMIN_COMMANDS; k++)
			assert_string_not_equal(
			    s->words, admin_commands[k].words);
	}
}

static bool
is_setting(const char *key)
{
	static const char *const keys[] = {
#define SETTING(id, key, ...) key,
#include "core/settings.def"
	};

	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		if (strcmp(keys[i], key) == 0)
			return true;
	return false;
}

/* The longest fitting command is meant: it must not hide a setting. */
static void
no_command_is_another_one_followed_by_a_setting(void **state)
{
	(void)state;
	for (unsigned i = 0; i < ADMIN_COMMANDS; i++)
		for (unsigned k = 0; k < ADMIN_COMMANDS; k++) {
			const char *a = admin_commands[i].words;
			const char *b = admin_commands[k].words;

			if (protocol_of(i) == ADMIN_EXTENDED &&
			    protocol_of(k) == ADMIN_EXTENDED &&
			    strncmp(a, b, strlen(b)) == 0 &&
			    a[strlen(b)] == ' ')
				assert_false(is_setting(a + strlen(b) + 1));
		}
}

static void
every_base_code_leads_to_its_command_and_back(void **state)
{
	unsigned known = 0;

	(void)state;
	for (unsigned type = 0; type < 256; type++)
		for (unsigned cmd = 0; cmd < 256; cmd++) {
			enum admin_id id =
			    admin_base_find((uint8_t)type, (uint8_t)cmd);

			if (id == ADMIN_COMMANDS)
				continue;
			known++;
			/* TYPE says whether it changes anything; FF is how an
			 * unknown command is answered. */
			assert_int_equal(type,
			    admin_commands[id].need == ADMIN_CHANGE ? 1 : 0);
			assert_int_not_equal(cmd, 0xff);
			assert_int_equal(admin_base_code(id) >> 8, type);
		}
	assert_int_equal(known, 21);
	for (unsigned i = 0; i < ADMIN_COMMANDS; i++) {
		int code = admin_base_code((enum admin_id)i);

		if (code >= 0)
			assert_int_equal(admin_base_find((uint8_t)(code >> 8),
					     (uint8_t)code),
			    i);
	}
}

static void
every_extended_code_leads_to_its_command_and_back(void **state)
{
	struct admin_hello all = { .queries = admin_extended_known(2),
		.modifications = admin_extended_known(3) };
	struct admin_hello none = { 0 };

	(void)state;
	for (unsigned type = 0; type < 256; type++)
		for (unsigned cmd = 0; cmd < 256; cmd++) {
			enum admin_id id =
			    admin_extended_find((uint8_t)type, (uint8_t)cmd);

			if (id == ADMIN_COMMANDS)
				continue;
			assert_int_equal(type,
			    admin_commands[id].need == ADMIN_CHANGE ? 3 : 2);
			assert_in_range(cmd, 0, 63);
			assert_int_equal(
			    admin_extended_code(id), type << 8 | cmd);
			assert_true(admin_hello_knows(&all, id));
			assert_false(admin_hello_knows(&none, id));
		}
	for (unsigned i = 0; i < ADMIN_COMMANDS; i++)
		(void)protocol_of(i); /* one at least */
}

/* client_next() relies on it. */
static void
a_cursor_has_the_kind_of_its_rows_first_field(void **state)
{
	(void)state;
	for (unsigned i = 0; i < ADMIN_COMMANDS; i++) {
		const struct admin_command *c = &admin_commands[i];
		unsigned cursors = 0;

		for (size_t f = 0; f < c->request->nfields; f++) {
			const struct layout_field *to = &c->request->fields[f];
			const struct layout_field *from =
			    layout_cursor(to, c->answer);

			if (to->given != LAYOUT_CURSOR)
				continue;
			assert_true(c->many);
			assert_non_null(from);
			assert_int_equal(to->kind, from->kind);
			cursors += from == c->answer->fields;
		}
		assert_int_equal(
		    cursors, c->many && protocol_of(i) == ADMIN_EXTENDED);
	}
}

static void
statuses_keep_their_places(void **state)
{
	(void)state;
	assert_int_equal(ADMIN_OK, 0);
	assert_int_equal(ADMIN_FAILED, 1);
	assert_int_equal(ADMIN_TAKEN, 2);
	assert_int_equal(ADMIN_MISSING, 3);
	assert_int_equal(ADMIN_REFUSED, 4);
	assert_int_equal(ADMIN_INVALID, 5);
	assert_int_equal(ADMIN_DENIED, 6);
	assert_int_equal(ADMIN_UNKNOWN, 7);
	assert_int_equal(ADMIN_LONG, 8);
	assert_int_equal(ADMIN_STALE, 11);
}

static void
base_modifications_answer_a_status_and_queries_a_record(void **state)
{
	(void)state;
	for (unsigned i = 0; i < ADMIN_COMMANDS; i++) {
		const struct admin_command *c = &admin_commands[i];

		if (admin_base_code((enum admin_id)i) < 0)
			continue;
		assert_int_equal(
		    c->result == ADMIN_RESULT_NONE, c->need == ADMIN_LOOK);
		if (c->result != ADMIN_RESULT_NONE)
			assert_int_equal(c->answer->nfields, 0);
		else
			assert_true(c->answer->nfields > 0);
	}
}

static void
every_status_number_is_understood_as_one_that_sends_it(void **state)
{
	(void)state;
	for (unsigned r = ADMIN_RESULT_adding; r < ADMIN_RESULTS; r++) {
		enum admin_result result = (enum admin_result)r;

		assert_int_equal(admin_base_status(result, ADMIN_OK), 0);
		assert_int_equal(admin_base_status(result, ADMIN_FAILED), 0xff);
		for (unsigned s = 0; s < ADMIN_STATUSES; s++) {
			uint8_t number =
			    admin_base_status(result, (enum admin_status)s);

			assert_int_equal(number == 0, s == ADMIN_OK);
			assert_int_equal(
			    admin_base_status(
				result, admin_base_meaning(result, number)),
			    number);
		}
		assert_int_equal(
		    admin_base_meaning(result, 0x77), ADMIN_FAILED);
	}
	for (unsigned s = 0; s <= ADMIN_LOST; s++)
		assert_true(
		    strlen(admin_status_text((enum admin_status)s)) > 0);
}

static void
statuses_have_the_numbers_of_the_document(void **state)
{
	(void)state;
	assert_int_equal(
	    admin_base_status(ADMIN_RESULT_adding, ADMIN_TAKEN), 1);
	assert_int_equal(
	    admin_base_status(ADMIN_RESULT_adding, ADMIN_INVALID), 2);
	assert_int_equal(
	    admin_base_status(ADMIN_RESULT_removing, ADMIN_MISSING), 1);
	assert_int_equal(
	    admin_base_status(ADMIN_RESULT_removing, ADMIN_REFUSED), 2);
	assert_int_equal(
	    admin_base_status(ADMIN_RESULT_removing, ADMIN_INVALID), 2);
	assert_int_equal(
	    admin_base_status(ADMIN_RESULT_switching, ADMIN_INVALID), 0xff);
	assert_int_equal(
	    admin_base_status(ADMIN_RESULT_setting, ADMIN_INVALID), 1);
	assert_int_equal(
	    admin_base_status(ADMIN_RESULT_setting, ADMIN_DENIED), 0xff);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    every_message_survives_packing_in_every_form_and_no_prefix_does),
		cmocka_unit_test(
		    every_field_has_a_name_a_help_and_a_width_that_exists),
		cmocka_unit_test(every_command_has_words_of_its_own_and_a_help),
		cmocka_unit_test(
		    other_words_for_a_command_say_what_its_first_field_may_be),
		cmocka_unit_test(
		    no_command_is_another_one_followed_by_a_setting),
		cmocka_unit_test(every_base_code_leads_to_its_command_and_back),
		cmocka_unit_test(
		    every_extended_code_leads_to_its_command_and_back),
		cmocka_unit_test(a_cursor_has_the_kind_of_its_rows_first_field),
		cmocka_unit_test(statuses_keep_their_places),
		cmocka_unit_test(
		    base_modifications_answer_a_status_and_queries_a_record),
		cmocka_unit_test(
		    every_status_number_is_understood_as_one_that_sends_it),
		cmocka_unit_test(statuses_have_the_numbers_of_the_document),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
