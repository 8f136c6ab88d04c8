/* Typing into fields. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdbool.h>
#include <string.h>

#include "tui/form.h"
#include "tui/utf8.h"

static struct form form;
static struct field *name, *secret, *choice;

static int
begin(void **state)
{
	(void)state;
	form_open(&form, FORM_USER_ADD, "Title", "Do");
	name = form_field(&form, FIELD_TEXT, "Name", "");
	secret = form_field(&form, FIELD_SECRET, "Secret", "");
	choice = form_field(&form, FIELD_CHOICE, "Choice", "");
	choice->names[0] = "one";
	choice->names[1] = "two";
	return 0;
}

static void
type(const char *text)
{
	const char *end = text + strlen(text);

	while (text < end) {
		struct key k = { utf8_next(&text, (size_t)(end - text)),
			false };

		(void)form_key(&form, k);
	}
}

static void
press(uint32_t code)
{
	(void)form_key(&form, (struct key){ code, false });
}

static void
text_is_edited_by_characters_and_not_by_octets(void **state)
{
	(void)state;
	type("a\xc3\xa9\xe4\xb8\xad");
	press(INPUT_LEFT);
	press(INPUT_BACKSPACE);
	assert_string_equal(name->text, "a\xe4\xb8\xad");
	press(INPUT_DELETE);
	assert_string_equal(name->text, "a");
	press(INPUT_HOME);
	type("z");
	assert_string_equal(name->text, "za");
	press(INPUT_END);
	type("!");
	assert_string_equal(name->text, "za!");
}

static void
the_ends_of_a_text_are_safe(void **state)
{
	(void)state;
	press(INPUT_LEFT);
	press(INPUT_BACKSPACE);
	press(INPUT_DELETE);
	press(INPUT_RIGHT);
	assert_int_equal(name->len, 0);
}

static void
a_field_never_takes_more_than_fits(void **state)
{
	(void)state;
	for (int i = 0; i < 300; i++)
		type("\xe4\xb8\xad");
	assert_int_equal(name->len, 255);
	assert_int_equal(name->text[255], '\0');
	for (int i = 0; i < 300; i++)
		press(INPUT_BACKSPACE);
	assert_int_equal(name->len, 0);
}

static void
what_cannot_be_shown_is_not_taken(void **state)
{
	(void)state;
	press(0x1b);
	press(0x202e);
	press(0x200b);
	press(7);
	press(INPUT_F(3));
	assert_int_equal(name->len, 0);
}

static void
a_password_is_masked_until_it_is_revealed(void **state)
{
	struct canvas c = { 0 };
	char line[256];

	(void)state;
	assert_int_equal(canvas_open(&c, 30, 1, GLYPHS_ASCII), 0);
	form_move(&form, 1);
	type("s3cret");
	form_draw_field(&c, 0, 0, 20, &form, 1);
	(void)canvas_row(&c, 0, line, sizeof line);
	assert_string_equal(line, "[******            ]");
	form.reveal = true;
	form_draw_field(&c, 0, 0, 20, &form, 1);
	(void)canvas_row(&c, 0, line, sizeof line);
	assert_string_equal(line, "[s3cret            ]");
	assert_true(c.cursor_shown && c.cursor_x == 7);
	canvas_close(&c);
}

static void
a_long_text_scrolls_with_its_cursor_and_says_where_more_is(void **state)
{
	struct canvas c = { 0 };
	char line[256];

	(void)state;
	assert_int_equal(canvas_open(&c, 10, 1, GLYPHS_ASCII), 0);
	type("abcdefghijklmnop");
	form_draw_field(&c, 0, 0, 10, &form, 0);
	(void)canvas_row(&c, 0, line, sizeof line);
	assert_string_equal(line, "<jklmnop ]");
	for (int i = 0; i < 8; i++)
		press(INPUT_LEFT);
	form_draw_field(&c, 0, 0, 10, &form, 0);
	(void)canvas_row(&c, 0, line, sizeof line);
	assert_string_equal(line, "<defghijk>");
	assert_int_equal(c.cursor_x, 6); /* on the i */
	press(INPUT_HOME);
	form_draw_field(&c, 0, 0, 10, &form, 0);
	(void)canvas_row(&c, 0, line, sizeof line);
	assert_string_equal(line, "[abcdefgh>");
	canvas_close(&c);
}

static void
closing_leaves_nothing_in_memory(void **state)
{
	static const struct form nothing;

	(void)state;
	form_move(&form, 1);
	type("s3cret");
	form_wipe(&form);
	assert_memory_equal(&form, &nothing, sizeof form);
}

static void
deleted_characters_leave_nothing_in_memory(void **state)
{
	static const char nothing[sizeof form.fields[1].text];

	(void)state;
	form_move(&form, 1);
	type("s3cret");
	for (int i = 0; i < 6; i++)
		press(INPUT_BACKSPACE);
	assert_memory_equal(secret->text, nothing, sizeof nothing);
}

static void
the_focus_goes_around_all_fields_and_the_button(void **state)
{
	(void)state;
	for (int i = 0; i < 4; i++)
		form_move(&form, 1);
	assert_int_equal(form.focus, 0);
	form_move(&form, -1);
	assert_int_equal(form.focus, 3);
	assert_false(form_key(&form, (struct key){ 'x', false }));
}

static void
a_choice_changes_by_space_and_arrows_only(void **state)
{
	(void)state;
	form.focus = 2;
	type("x");
	assert_int_equal(choice->choice, 0);
	type(" ");
	assert_int_equal(choice->choice, 1);
	press(INPUT_LEFT);
	assert_int_equal(choice->choice, 0);
}

#define TEST(name) cmocka_unit_test_setup(name, begin)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(text_is_edited_by_characters_and_not_by_octets),
		TEST(the_ends_of_a_text_are_safe),
		TEST(a_field_never_takes_more_than_fits),
		TEST(what_cannot_be_shown_is_not_taken),
		TEST(a_password_is_masked_until_it_is_revealed),
		TEST(
		    a_long_text_scrolls_with_its_cursor_and_says_where_more_is),
		TEST(closing_leaves_nothing_in_memory),
		TEST(deleted_characters_leave_nothing_in_memory),
		TEST(the_focus_goes_around_all_fields_and_the_button),
		TEST(a_choice_changes_by_space_and_arrows_only),
	};

	return cmocka_run_group_tests_name("form", tests, NULL, NULL);
}
