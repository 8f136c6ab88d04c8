/* Cells, texts, units, graphs: what views draw with. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <string.h>

#include "tui/canvas.h"
#include "tui/graph.h"
#include "tui/idn.h"
#include "tui/unit.h"
#include "tui/utf8.h"

static struct canvas c;
static char line[4096];

static void
begin(int w, int h, enum glyphs glyphs)
{
	assert_int_equal(canvas_open(&c, w, h, glyphs), 0);
}

static int
end(void **state)
{
	(void)state;
	canvas_close(&c);
	return 0;
}

static const char *
row(int y)
{
	(void)canvas_row(&c, y, line, sizeof line);
	return line;
}

static void
nothing_is_drawn_outside_the_clip(void **state)
{
	(void)state;
	begin(10, 3, GLYPHS_ASCII);
	(void)canvas_clip(&c, (struct rect){ 2, 1, 3, 1 });
	for (int y = -2; y < 5; y++)
		canvas_text(&c, -3, y, ROLE_TEXT, "0123456789abcdef");
	assert_string_equal(row(0), "");
	assert_string_equal(row(1), "  567");
	assert_string_equal(row(2), "");
}

static void
half_a_wide_character_is_never_left_over(void **state)
{
	(void)state;
	begin(8, 1, GLYPHS_BRAILLE);
	canvas_text(&c, 0, 0, ROLE_TEXT, "\xe4\xb8\xad\xe6\x96\x87");
	canvas_put(&c, 1, 0, 'x', ROLE_TEXT);
	assert_string_equal(row(0), " x\xe6\x96\x87");
	canvas_put(&c, 2, 0, 'y', ROLE_TEXT);
	assert_string_equal(row(0), " xy");
	canvas_text(&c, 7, 0, ROLE_TEXT, "\xe4\xb8\xad");
	assert_string_equal(row(0), " xy");
}

static void
text_that_is_cut_shows_it(void **state)
{
	(void)state;
	begin(20, 1, GLYPHS_ASCII);
	assert_int_equal(canvas_cut(&c, 0, 0, 5, ROLE_TEXT, "abcdefgh"), 5);
	assert_string_equal(row(0), "abcd~");
	canvas_clear(&c);
	canvas_cut(&c, 0, 0, 8, ROLE_TEXT, "abcdefgh");
	assert_string_equal(row(0), "abcdefgh");
}

static void
ascii_canvases_hold_only_ascii(void **state)
{
	(void)state;
	begin(40, 4, GLYPHS_ASCII);
	(void)canvas_box(&c, canvas_all(&c), "t\xc3\xa9t", "note");
	canvas_meter(&c, 1, 1, 10, 0.5, ROLE_SESS);
	canvas_text(&c, 1, 2, ROLE_TEXT, "\xe4\xb8\xad\xf0\x9f\x98\x80");
	for (int i = 0; i < 160; i++)
		assert_in_range(c.cells[i].cp, 0x20, 0x7e);
}

static void
a_meter_above_zero_shows_at_least_one_cell(void **state)
{
	(void)state;
	begin(10, 1, GLYPHS_ASCII);
	canvas_meter(&c, 0, 0, 10, 0.0001, ROLE_SESS);
	assert_string_equal(row(0), "|.........");
	canvas_meter(&c, 0, 0, 10, 7, ROLE_SESS);
	assert_string_equal(row(0), "||||||||||");
	canvas_meter(&c, 0, 0, 10, 0, ROLE_SESS);
	assert_string_equal(row(0), "..........");
}

static void
unsafe_characters_have_no_width(void **state)
{
	static const uint32_t unsafe[] = { 0, 7, 0x1b, 0x7f, 0x85, 0x9b, 0xad,
		0x300, 0x301, 0x61c, 0x200b, 0x200d, 0x200e, 0x200f, 0x202a,
		0x202e, 0x2028, 0x2060, 0x2066, 0x2069, 0xfe0f, 0xfeff, 0xd800,
		0xe000, 0xe0001, 0x10ffff };

	(void)state;
	for (size_t i = 0; i < sizeof unsafe / sizeof *unsafe; i++)
		assert_int_equal(utf8_width(unsafe[i]), 0);
	assert_int_equal(utf8_width(0xfffd), 1);
	assert_int_equal(utf8_width('a'), 1);
	assert_int_equal(utf8_width(0xe9), 1);
	assert_int_equal(utf8_width(0x4e2d), 2);
	assert_int_equal(utf8_width(0x28ff), 1);
	assert_int_equal(utf8_width(0x2588), 1);
}

static void
every_octet_string_becomes_safe_and_fits(void **state)
{
	static size_t (*const makers[])(
	    char *, size_t, const char *, size_t) = { utf8_safe, idn_safe };
	char text[8], out[32];
	uint32_t seed = 7;

	(void)state;
	for (int i = 0; i < 200000; i++) {
		size_t len = seed % 8, n;

		for (size_t k = 0; k < len; k++) {
			seed = seed * 1664525 + 1013904223;
			text[k] = (char)(seed >> 21);
		}
		seed = seed * 1664525 + 1013904223;
		n = makers[i % 2](out, 1 + seed % 31, text, len);
		assert_int_equal(strlen(out), n);
		for (const char *p = out; *p != '\0';) {
			uint32_t cp = utf8_next(&p, strlen(p));

			assert_true(utf8_width(cp) > 0);
		}
	}
}

static void
a_name_of_another_script_is_shown_as_dns_has_it(void **state)
{
	static const struct {
		const char *asked, *shown;
	} names[] = {
		{ "example.net", "example.net" },
		{ "Example.NET", "Example.NET" }, /* as asked for */
		{ "b\u00fccher.example", "xn--bcher-kva.example" },
		{ "B\u00fccher.EXAMPLE", "xn--bcher-kva.example" },
		{ "\u4e2d\u6587.example", "xn--fiq228c.example" },
		{ "my_host.b\u00fccher.example",
		    "my_host.xn--bcher-kva.example" },
		/* Cyrillic, but for its first and last letters. */
		{ "p\u0430yp\u0430l.example", "xn--pypl-53dc.example" },
		{ "e\x1b.b\u00fccher", "e\ufffd.xn--bcher-kva" },
		/* No IDNA: directions turned, full width, signs. */
		{ "b\u00fc\u202echer.example", "b\u00fc\ufffdcher.example" },
		{ "\uff45xample.net", "\uff45xample.net" },
		{ "a b\u00fccher", "a b\u00fccher" },
		{ "b\xfc"
		  "cher",
		    "b\ufffd"
		    "cher" },
	};
	char out[64];

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		(void)idn_safe(
		    out, sizeof out, names[i].asked, strlen(names[i].asked));
		assert_string_equal(out, names[i].shown);
	}
}

static void
figures_have_three_digits_that_matter(void **state)
{
	char t[UNIT_TEXT];

	(void)state;
	assert_string_equal(unit_bytes(t, 0), "0 B");
	assert_string_equal(unit_bytes(t, 999), "999 B");
	assert_string_equal(unit_bytes(t, 999.6), "1.00 kB");
	assert_string_equal(unit_bytes(t, 1234567), "1.23 MB");
	assert_string_equal(unit_bytes(t, 38.2e6), "38.2 MB");
	assert_string_equal(unit_bytes(t, 999.6e6), "1.00 GB");
	assert_string_equal(unit_bytes(t, 1.8446744e19), "18.4 EB");
	assert_string_equal(unit_bytes(t, NAN), "0 B");
	assert_string_equal(unit_short(t, 50e6), "50M");
	assert_string_equal(unit_short(t, 1.5e3), "1.50k");
	assert_string_equal(unit_count(t, 1204331), "1 204 331");
	assert_string_equal(
	    unit_count(t, UINT64_MAX), "18 446 744 073 709 551 615");
	assert_string_equal(unit_ms(t, 0.84), "0.8 ms");
	assert_string_equal(unit_ms(t, 14400), "14 s");
	assert_string_equal(unit_ms(t, 3 * 86400e3), "3 d");
	assert_string_equal(unit_rate(t, 0.42), "0.4");
	assert_string_equal(unit_rate(t, 1204.4), "1 204");
}

static void
a_graph_shows_gaps_as_blanks_and_zero_as_a_line(void **state)
{
	static const double columns[] = { NAN, 0, 0.01, 5, 10, 20 };

	(void)state;
	begin(6, 2, GLYPHS_ASCII);
	graph_draw(&c, canvas_all(&c), columns, 6, 10, false, ROLE_IN);
	assert_string_equal(row(0), "    ##");
	assert_string_equal(row(1), " ..###");
	assert_int_equal(c.cells[7].role, ROLE_FRAME);
	assert_int_equal(c.cells[8].role, ROLE_IN);
}

static void
a_graph_may_hang(void **state)
{
	static const double columns[] = { 0, 5, 10 };

	(void)state;
	begin(3, 2, GLYPHS_ASCII);
	graph_draw(&c, canvas_all(&c), columns, 3, 10, true, ROLE_OUT);
	assert_string_equal(row(0), "'##");
	assert_string_equal(row(1), "  #");
}

static void
braille_has_two_columns_and_four_rows_a_cell(void **state)
{
	static const double columns[] = { 1, 2, 3, 4, NAN, 4 };

	(void)state;
	begin(3, 1, GLYPHS_BRAILLE);
	assert_int_equal(graph_columns(&c, 3), 6);
	graph_draw(&c, canvas_all(&c), columns, 6, 4, false, ROLE_IN);
	assert_int_equal(c.cells[0].cp, 0x2800 + 0x40 + 0x80 + 0x20);
	assert_int_equal(c.cells[1].cp, 0x2800 + 0x46 + 0xb8);
	assert_int_equal(c.cells[2].cp, 0x2800 + 0xb8);
}

static void
a_scale_is_round_and_never_below_the_value(void **state)
{
	(void)state;
	for (double v = 1; v < 1e15; v *= 1.37) {
		double s = graph_scale(v, 10);

		assert_true(s >= v && s >= 10 && s <= (v > 10 ? v : 10) * 2);
	}
	assert_true(graph_scale(NAN, 10) == 10);
}

#define TEST(name) cmocka_unit_test_teardown(name, end)

/* ---- what can be clicked */

static void
what_was_drawn_last_is_on_top(void **state)
{
	struct rect old;

	(void)state;
	begin(20, 10, GLYPHS_ASCII);
	canvas_spot(&c, (struct rect){ 0, 0, 20, 10 }, SPOT_ROW, 1);
	(void)canvas_box(&c, (struct rect){ 5, 2, 10, 5 }, NULL, NULL);
	old = canvas_clip(&c, (struct rect){ 6, 3, 3, 3 });
	canvas_spot(&c, (struct rect){ 0, 3, 20, 1 }, SPOT_KEY, 'x');
	c.clip = old;
	assert_int_equal(canvas_hit(&c, 0, 0).kind, SPOT_ROW);
	assert_int_equal(canvas_hit(&c, 5, 3).kind, SPOT_NONE); /* the box */
	assert_int_equal(canvas_hit(&c, 6, 3).kind, SPOT_KEY);
	assert_int_equal(canvas_hit(&c, 9, 3).kind, SPOT_NONE); /* clipped */
	assert_int_equal(canvas_hit(&c, 15, 3).kind, SPOT_ROW);
	assert_int_equal(canvas_hit(&c, -1, 3).kind, SPOT_NONE);
	assert_int_equal(canvas_hit(&c, 9998, 9998).kind, SPOT_NONE);
	canvas_clear(&c);
	assert_int_equal(canvas_hit(&c, 6, 3).kind, SPOT_NONE);
}

static void
a_table_that_is_full_lets_no_click_through(void **state)
{
	(void)state;
	begin(20, 10, GLYPHS_ASCII);
	for (int i = 0; i < 100000; i++)
		canvas_spot(&c, canvas_all(&c), SPOT_KEY, 'x');
	assert_int_equal(canvas_hit(&c, 6, 3).kind, SPOT_NONE);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(nothing_is_drawn_outside_the_clip),
		TEST(half_a_wide_character_is_never_left_over),
		TEST(text_that_is_cut_shows_it),
		TEST(ascii_canvases_hold_only_ascii),
		TEST(a_meter_above_zero_shows_at_least_one_cell),
		TEST(unsafe_characters_have_no_width),
		TEST(every_octet_string_becomes_safe_and_fits),
		TEST(a_name_of_another_script_is_shown_as_dns_has_it),
		TEST(figures_have_three_digits_that_matter),
		TEST(a_graph_shows_gaps_as_blanks_and_zero_as_a_line),
		TEST(a_graph_may_hang),
		TEST(braille_has_two_columns_and_four_rows_a_cell),
		TEST(a_scale_is_round_and_never_below_the_value),
		TEST(what_was_drawn_last_is_on_top),
		TEST(a_table_that_is_full_lets_no_click_through),
	};

	return cmocka_run_group_tests_name("canvas", tests, NULL, NULL);
}
