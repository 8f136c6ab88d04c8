#include "tui/paint.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <wchar.h>

#define NCURSES_WIDECHAR 1
#include <curses.h>
#include <term.h>

static struct {
	SCREEN *screen;
	FILE *out, *in;
	struct cell *shown; /* the last frame; NULL: draw all */
	int w, h;
	attr_t attrs[ROLE_COUNT];
	short pairs[ROLE_COUNT];
	bool cursor_shown;
} paint;

static attr_t
attributes(const char *letters)
{
	attr_t a = A_NORMAL;

	for (; *letters != '\0'; letters++)
		a |= *letters == 'B'   ? A_BOLD
		     : *letters == 'D' ? A_DIM
		     : *letters == 'R' ? A_REVERSE
				       : A_UNDERLINE;
	return a;
}

static void
roles_open(enum theme theme)
{
	bool colour = theme != THEME_MONO && has_colors() &&
		      start_color() == OK && use_default_colors() == OK &&
		      COLORS >= 8;

	for (int i = 0; i < ROLE_COUNT; i++) {
		const struct role_row *row = &role_rows[i];
		short fg = COLORS < 256           ? row->plain
			   : theme == THEME_LIGHT ? row->light
						  : row->dark;

		paint.attrs[i] = attributes(colour ? row->attr : row->mono);
		paint.pairs[i] = 0;
		if (!colour || fg < 0)
			continue;
		paint.pairs[i] = (short)(i + 1);
		(void)init_pair((short)(i + 1), fg, -1);
	}
}

/* newterm() would keep some memory when it fails. */
static bool
can_place(int fd, const char *term, const char **why)
{
	const char *cup, *erase;
	int result;

	*why = "there is no description of this terminal type";
	if (setupterm(term, fd, &result) == ERR || result != 1)
		return false;
	cup = tigetstr("cup");
	erase = tigetstr("clear");
	(void)del_curterm(cur_term);
	*why = "this terminal type cannot place text on the screen";
	return cup != NULL && cup != (char *)-1 && erase != NULL &&
	       erase != (char *)-1;
}

/* newterm() handles signals in its own way; here the loop does. */
static const int taken[] = { SIGINT, SIGTERM, SIGTSTP, SIGWINCH };

enum { TAKEN = sizeof taken / sizeof *taken };

static SCREEN *
new_screen(const char *term)
{
	struct sigaction before[TAKEN];
	SCREEN *screen;

	for (int i = 0; i < TAKEN; i++)
		(void)sigaction(taken[i], NULL, &before[i]);
	screen = newterm(term, paint.out, paint.in);
	for (int i = 0; i < TAKEN; i++)
		(void)sigaction(taken[i], &before[i], NULL);
	return screen;
}

/* The descriptor is no terminal, and not every type tells a size. */
static void
tell_size(int w, int h)
{
	char text[16];

	(void)snprintf(text, sizeof text, "%d", w);
	(void)setenv("COLUMNS", text, 1);
	(void)snprintf(text, sizeof text, "%d", h);
	(void)setenv("LINES", text, 1);
}

bool
paint_open(
    int fd, const char *term, int w, int h, enum theme theme, const char **why)
{
	int copy = dup(fd);

	paint.out = copy == -1 ? NULL : fdopen(copy, "w");
	paint.in = fopen("/dev/null", "r"); /* keys are read elsewhere */
	tell_size(w, h);
	if (!can_place(fd, term, why))
		return false;
	*why = "curses cannot use it";
	if (paint.out == NULL || paint.in == NULL ||
	    (paint.screen = new_screen(term)) == NULL)
		return false;
	(void)nonl(); /* a line feed only goes down: the output is raw */
	(void)typeahead(-1);
	(void)leaveok(stdscr, FALSE);
	(void)idlok(stdscr, FALSE);
	(void)curs_set(0); /* not every terminal can */
	paint.cursor_shown = false;
	roles_open(theme);
	paint_resize(w, h);
	return true;
}

void
paint_redraw(void)
{
	free(paint.shown);
	paint.shown = NULL;
	(void)clearok(curscr, TRUE);
}

void
paint_theme(enum theme theme)
{
	roles_open(theme);
	paint_redraw();
}

void
paint_resize(int w, int h)
{
	(void)resizeterm(h, w);
	paint.w = w;
	paint.h = h;
	paint_redraw();
}

/* A character that the C library would place otherwise is not sent. */
static void
convert(cchar_t *to, const struct cell *cell)
{
	wchar_t text[2] = { (wchar_t)cell->cp, L'\0' };

	if (cell->cp > 0x7e && wcwidth((wchar_t)cell->cp) != cell->width)
		text[0] = L'?';
	(void)setcchar(
	    to, text, paint.attrs[cell->role], paint.pairs[cell->role], NULL);
}

/* Send the cells from one column to another, whole characters only. */
static void
run(const struct canvas *c, int y, int from, int to)
{
	const struct cell *row = c->cells + (size_t)y * (size_t)c->w;
	cchar_t one;

	while (from > 0 && row[from].width == 0)
		from--;
	(void)move(y, from);
	for (int x = from; x <= to; x++) {
		if (row[x].width == 0)
			continue;
		convert(&one, &row[x]);
		(void)mvadd_wchnstr(y, x, &one, 1);
		if (row[x].width == 2 && one.chars[0] == L'?' &&
		    row[x].cp != '?')
			(void)mvaddch(y, x + 1, ' ');
	}
}

static bool
same(const struct cell *a, const struct cell *b)
{
	return a->cp == b->cp && a->role == b->role && a->width == b->width;
}

static void
row_send(const struct canvas *c, int y)
{
	const struct cell *row = c->cells + (size_t)y * (size_t)c->w;
	const struct cell *old =
	    paint.shown == NULL ? NULL : paint.shown + (size_t)y * (size_t)c->w;
	int from = 0, to = c->w - 1;

	while (old != NULL && from <= to && same(&row[from], &old[from]))
		from++;
	while (old != NULL && to > from && same(&row[to], &old[to]))
		to--;
	if (from <= to)
		run(c, y, from, to);
}

void
paint_frame(const struct canvas *c)
{
	size_t size = (size_t)c->w * (size_t)c->h * sizeof *c->cells;

	if (c->w != paint.w || c->h != paint.h)
		paint_resize(c->w, c->h);
	for (int y = 0; y < c->h; y++)
		row_send(c, y);
	if (paint.shown == NULL)
		paint.shown = malloc(size);
	if (paint.shown != NULL)
		memcpy(paint.shown, c->cells, size);
	if (c->cursor_shown != paint.cursor_shown)
		(void)curs_set(c->cursor_shown ? 1 : 0);
	paint.cursor_shown = c->cursor_shown;
	(void)move(c->cursor_y, c->cursor_x);
	(void)refresh();
}

void
paint_close(void)
{
	if (paint.screen != NULL) {
		(void)curs_set(1);
		(void)endwin();
		delscreen(paint.screen);
		paint.screen = NULL;
	}
	free(paint.shown);
	paint.shown = NULL;
	if (paint.out != NULL)
		(void)fclose(paint.out);
	if (paint.in != NULL)
		(void)fclose(paint.in);
	paint.out = paint.in = NULL;
}
