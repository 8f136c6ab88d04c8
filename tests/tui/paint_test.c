/*
 * What a frame costs, in octets to the terminal and in allocations; through
 * curses, into a file instead of a terminal.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tests/memory.h"
#include "tests/tui/play.h"
#include "tui/paint.h"
#include "tui/screen.h"

enum { FRAMES = 60, ROOM = 1 << 17 };

static int file;
static char sent[ROOM];

/* Octets that drawing the model sends. */
static size_t
frame(struct play *p)
{
	off_t size;

	screen_draw(&p->m, &p->c);
	paint_frame(&p->c);
	size = lseek(file, 0, SEEK_CUR);
	assert_true(size < ROOM);
	assert_int_equal(pread(file, sent, (size_t)size, 0), size);
	sent[size] = '\0';
	(void)lseek(file, 0, SEEK_SET);
	return (size_t)size;
}

static bool extended; /* the daemon has the extension */

static void
open_screen(struct play *p, int w, int h, enum glyphs glyphs)
{
	const char *why = "";

	file = memfd_create("screen", MFD_CLOEXEC);
	assert_true(file != -1);
	if (!paint_open(file, "xterm-256color", w, h, THEME_DARK, &why))
		fail_msg("%s", why);
	if (extended)
		play_begin_extended(p);
	else
		play_begin(p);
	play_polls(p, 3);
	play_resize(p, w, h);
	assert_int_equal(canvas_open(&p->c, w, h, glyphs), 0);
	(void)frame(p);
}

static void
close_screen(struct play *p)
{
	paint_close();
	play_end(p);
	(void)close(file);
}

static int
by_size(const void *a, const void *b)
{
	size_t x = *(const size_t *)a, y = *(const size_t *)b;

	return x < y ? -1 : x > y;
}

/* The median of a minute of dashboard, a frame a second, everything moving. */
static size_t
dashboard(int w, int h, enum glyphs glyphs)
{
	size_t sizes[FRAMES];
	struct play p;

	open_screen(&p, w, h, glyphs);
	for (int i = 0; i < FRAMES; i++) {
		play_polls(&p, 1);
		sizes[i] = frame(&p);
	}
	close_screen(&p);
	qsort(sizes, FRAMES, sizeof *sizes, by_size);
	print_message("%dx%d: median %zu, most %zu octets\n", w, h,
	    sizes[FRAMES / 2], sizes[FRAMES - 1]);
	return sizes[FRAMES / 2];
}

static void
a_second_of_the_dashboard_is_small(void **state)
{
	(void)state;
	assert_true(dashboard(80, 24, GLYPHS_BRAILLE) <= 1000);
	assert_true(dashboard(140, 40, GLYPHS_BRAILLE) <= 2600);
	assert_true(dashboard(80, 24, GLYPHS_ASCII) <= 1000);
	assert_true(dashboard(140, 40, GLYPHS_ASCII) <= 2600);
}

static void
the_same_of_all_that_the_extension_tells(void **state)
{
	extended = true;
	a_second_of_the_dashboard_is_small(state);
	extended = false;
}

static void
a_frame_that_changes_nothing_sends_nothing(void **state)
{
	struct play p;

	(void)state;
	open_screen(&p, 140, 40, GLYPHS_BRAILLE);
	assert_int_equal(frame(&p), 0);
	play_type(&p, "3");
	assert_true(frame(&p) > 0);
	assert_int_equal(frame(&p), 0);
	close_screen(&p);
}

static void
a_row_down_is_at_most_420_octets(void **state)
{
	struct play p;
	size_t size;

	(void)state;
	open_screen(&p, 140, 40, GLYPHS_BRAILLE);
	play_type(&p, "3jj");
	(void)frame(&p);
	play_type(&p, "j");
	size = frame(&p);
	print_message("140x40: a row down is %zu octets\n", size);
	assert_true(size > 0 && size <= 420);
	close_screen(&p);
}

static void
a_row_down_in_sessions_is_at_most_420_octets(void **state)
{
	struct play p;
	size_t size;

	(void)state;
	extended = true;
	open_screen(&p, 80, 24, GLYPHS_BRAILLE);
	extended = false;
	play_type(&p, "2jj");
	(void)frame(&p);
	play_type(&p, "j");
	size = frame(&p);
	print_message("80x24: a row down is %zu octets\n", size);
	assert_true(size > 0 && size <= 420);
	close_screen(&p);
}

static void
a_frame_allocates_nothing(void **state)
{
	struct play p;

	(void)state;
	extended = true;
	open_screen(&p, 140, 40, GLYPHS_BRAILLE);
	extended = false;
	play_polls(&p, 1);
	(void)frame(&p); /* curses and stdio have what they need by now */
	for (const char *view = "1234567S"; *view != '\0'; view++) {
		play_key(&p, (uint32_t)*view);
		memory_begin(0);
		(void)frame(&p);
		assert_int_equal(memory.calls, 0);
	}
	close_screen(&p);
}

static void
without_colours_no_colour_is_sent(void **state)
{
	const char *why = "";
	char colour[16];
	struct play p;

	(void)state;
	file = memfd_create("screen", MFD_CLOEXEC);
	assert_true(
	    paint_open(file, "xterm-256color", 80, 24, THEME_MONO, &why));
	play_begin(&p);
	play_polls(&p, 3);
	assert_int_equal(canvas_open(&p.c, 80, 24, GLYPHS_BRAILLE), 0);
	assert_true(frame(&p) > 0);
	assert_null(strstr(sent, "38;5;"));
	for (int i = 30; i < 38; i++) {
		(void)snprintf(colour, sizeof colour, "\033[%dm", i);
		assert_null(strstr(sent, colour));
	}
	close_screen(&p);
}

/* The terminal's own background, and its palette left alone. */
static void
default_colours_are_the_terminals_and_none_is_changed(void **state)
{
	const char *why = "";
	struct play p;

	(void)state;
	file = memfd_create("screen", MFD_CLOEXEC);
	assert_true(
	    paint_open(file, "xterm-256color", 80, 24, THEME_DARK, &why));
	play_begin(&p);
	play_polls(&p, 3);
	assert_int_equal(canvas_open(&p.c, 80, 24, GLYPHS_BRAILLE), 0);
	assert_true(frame(&p) > 0);
	assert_non_null(strstr(sent, "\033[38;5;"));
	assert_null(strstr(sent, "\033[48;5;"));
	assert_null(strstr(sent, "\033[40m"));
	assert_null(strstr(sent, "\033]")); /* 4: init_color(), 104 */
	close_screen(&p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_second_of_the_dashboard_is_small),
		cmocka_unit_test(a_frame_that_changes_nothing_sends_nothing),
		cmocka_unit_test(the_same_of_all_that_the_extension_tells),
		cmocka_unit_test(a_row_down_is_at_most_420_octets),
		cmocka_unit_test(a_row_down_in_sessions_is_at_most_420_octets),
		cmocka_unit_test(a_frame_allocates_nothing),
		cmocka_unit_test(without_colours_no_colour_is_sent),
		cmocka_unit_test(
		    default_colours_are_the_terminals_and_none_is_changed),
	};

	(void)setenv("LC_ALL", "C.UTF-8", 1);
	(void)setlocale(LC_ALL, "");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
