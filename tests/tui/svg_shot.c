/*
 * The dashboard as a picture: asks a daemon for a while and prints an SVG on
 * standard output, with the colours a dark terminal shows.
 *
 *     svg_shot ENDPOINT POLLS INTERVAL_MS COLUMNS ROWS
 */

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/once.h"
#include "tui/utf8.h"

#define CELL_W 8.43
#define CELL_H 17.0
#define GROUND "#16181d"
#define INK "#d4d4d4"

/* A colour of the 256 as the usual palette has it; only its upper part. */
static const char *
colour(short number, char text[8])
{
	static const int steps[] = { 0, 95, 135, 175, 215, 255 };
	int n = number - 16;

	if (n < 0)
		return INK;
	if (n >= 216) {
		n = 8 + 10 * (n - 216);
		(void)snprintf(
		    text, 8, "#%02x%02x%02x", n & 0xff, n & 0xff, n & 0xff);
	} else {
		(void)snprintf(text, 8, "#%02x%02x%02x", steps[n / 36],
		    steps[n / 6 % 6], steps[n % 6]);
	}
	return text;
}

static void
put_text(const struct cell *cells, int n)
{
	char one[5];

	for (int i = 0; i < n; i++) {
		if (cells[i].width == 0)
			continue;
		one[utf8_put(one, cells[i].cp)] = '\0';
		(void)fputs(cells[i].cp == '<'   ? "&lt;"
			    : cells[i].cp == '>' ? "&gt;"
			    : cells[i].cp == '&' ? "&amp;"
						 : one,
		    stdout);
	}
}

/* Cells of one role, from column x on. */
static void
run(const struct cell *cells, int n, int x, int y)
{
	const struct role_row *role = &role_rows[cells[0].role];
	bool reverse = strchr(role->attr, 'R') != NULL;
	double left = 8 + x * CELL_W, top = 8 + y * CELL_H, w = n * CELL_W;
	char text[8];
	const char *ink = colour(role->rich, text);

	if (reverse)
		printf("<rect x=\"%.2f\" y=\"%.2f\" width=\"%.2f\" "
		       "height=\"%.0f\" fill=\"%s\"/>",
		    left, top, w, CELL_H, ink);
	printf("<text x=\"%.2f\" y=\"%.2f\" textLength=\"%.2f\" "
	       "fill=\"%s\"%s>",
	    left, top + 13, w, reverse ? GROUND : ink,
	    strchr(role->attr, 'B') != NULL ? " font-weight=\"bold\"" : "");
	put_text(cells, n);
	printf("</text>\n");
}

static bool
blank(const struct cell *c)
{
	return c->cp == ' ' && strchr(role_rows[c->role].attr, 'R') == NULL;
}

static void
row(const struct canvas *c, int y)
{
	const struct cell *cells = c->cells + (size_t)y * (size_t)c->w;

	for (int x = 0, n; x < c->w; x += n) {
		n = 1;
		if (blank(&cells[x]))
			continue;
		while (x + n < c->w && cells[x + n].role == cells[x].role &&
		       !blank(&cells[x + n]))
			n++;
		run(cells + x, n, x, y);
	}
}

static void
print_svg(const struct canvas *c)
{
	printf("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%.0f\" "
	       "height=\"%.0f\">\n"
	       "<rect width=\"100%%\" height=\"100%%\" rx=\"6\" "
	       "fill=\"" GROUND "\"/>\n"
	       "<g font-family=\"DejaVu Sans Mono, Menlo, Consolas, "
	       "monospace\" font-size=\"14\" xml:space=\"preserve\">\n",
	    c->w * CELL_W + 16, c->h * CELL_H + 16);
	for (int y = 0; y < c->h; y++)
		row(c, y);
	printf("</g></svg>\n");
}

int
main(int argc, char **argv)
{
	struct console_options options = { .user = "",
		.glyphs = GLYPHS_BRAILLE };
	struct once_wish wish = { .print = print_svg };

	(void)setlocale(LC_ALL, "");
	if (argc != 6)
		return CONSOLE_USAGE;
	options.endpoint = argv[1];
	wish.polls = (unsigned)atoi(argv[2]);
	options.interval_ms = (unsigned)atoi(argv[3]);
	wish.w = atoi(argv[4]);
	wish.h = atoi(argv[5]);
	return once_run(&options, &wish);
}
