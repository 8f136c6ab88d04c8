#include "tui/canvas.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/utf8.h"

enum { SPOTS_A_ROW = 2, SPOTS = 128 }; /* rows, lines of a menu; keys, ... */

const struct role_row role_rows[ROLE_COUNT] = {
#define ROLE(id, letter, dark, light, plain, attr, mono, meaning) \
	[ROLE_##id] = { #id, letter, dark, light, plain, attr, mono },
#include "tui/roles.def"
};

/* By set: ASCII, block, braille. */
static const uint32_t glyph_rows[GLYPH_COUNT][3] = {
	[GLYPH_HLINE] = { '-', 0x2500, 0x2500 },
	[GLYPH_VLINE] = { '|', 0x2502, 0x2502 },
	[GLYPH_CORNER] = { '+', 0x250c, 0x256d },
	[GLYPH_CORNER_TR] = { '+', 0x2510, 0x256e },
	[GLYPH_CORNER_BL] = { '+', 0x2514, 0x2570 },
	[GLYPH_CORNER_BR] = { '+', 0x2518, 0x256f },
	[GLYPH_MORE] = { '~', 0x2026, 0x2026 },
	[GLYPH_MASK] = { '*', '*', 0x2022 },
	[GLYPH_UP] = { '^', 0x25b2, 0x25b4 },
	[GLYPH_DOWN] = { 'v', 0x25bc, 0x25be },
	[GLYPH_LEFT] = { '<', 0x25c4, 0x25c2 },
	[GLYPH_RIGHT] = { '>', 0x25ba, 0x25b8 },
	[GLYPH_ARROW] = { '>', 0x2192, 0x2192 },
	[GLYPH_BAR] = { '|', 0x2588, 0x2501 },
	[GLYPH_TRACK] = { '.', 0x2591, 0x2500 },
	[GLYPH_DOT] = { '-', 0xb7, 0xb7 },
};

int
canvas_open(struct canvas *c, int w, int h, enum glyphs glyphs)
{
	struct cell *cells;
	struct spot *spots;
	int most;

	w = w < 1 ? 1 : w > 1000 ? 1000 : w;
	h = h < 1 ? 1 : h > 500 ? 500 : h;
	most = SPOTS_A_ROW * h + SPOTS;
	spots = realloc(c->spots, (size_t)most * sizeof *spots);
	if (spots == NULL)
		return -ENOMEM;
	c->spots = spots;
	c->nspots = 0; /* there may be less room than before */
	c->most_spots = most;
	cells = realloc(c->cells, (size_t)w * (size_t)h * sizeof *cells);
	if (cells == NULL)
		return -ENOMEM;
	*c = (struct canvas){
		.w = w,
		.h = h,
		.glyphs = glyphs,
		.cells = cells,
		.spots = spots,
		.most_spots = most,
	};
	/* Drawing looks at what it draws over. */
	memset(cells, 0, (size_t)w * (size_t)h * sizeof *cells);
	canvas_clear(c);
	return 0;
}

void
canvas_close(struct canvas *c)
{
	free(c->cells);
	free(c->spots);
	*c = (struct canvas){ 0 };
}

struct rect
canvas_all(const struct canvas *c)
{
	return (struct rect){ 0, 0, c->w, c->h };
}

void
canvas_clear(struct canvas *c)
{
	c->clip = canvas_all(c);
	c->cursor_x = c->w - 1;
	c->cursor_y = c->h - 1;
	c->cursor_shown = false;
	c->nspots = 0;
	c->scene = 0;
	canvas_fill(c, c->clip, ' ', ROLE_TEXT);
}

static int
least(int a, int b)
{
	return a < b ? a : b;
}

static int
most(int a, int b)
{
	return a > b ? a : b;
}

static struct rect
both(struct rect a, struct rect b)
{
	int x = most(a.x, b.x), y = most(a.y, b.y);

	return (struct rect){
		.x = x,
		.y = y,
		.w = most(0, least(a.x + a.w, b.x + b.w) - x),
		.h = most(0, least(a.y + a.h, b.y + b.h) - y),
	};
}

struct rect
canvas_clip(struct canvas *c, struct rect r)
{
	struct rect old = c->clip;

	c->clip = both(r, old);
	return old;
}

uint32_t
canvas_glyph(const struct canvas *c, enum glyph g)
{
	return glyph_rows[g][c->glyphs];
}

static bool
inside(const struct rect *r, int x, int y, int w)
{
	return x >= r->x && y >= r->y && x + w <= r->x + r->w &&
	       y < r->y + r->h;
}

/* A wide character of which one half is drawn over loses the other as well. */
static void
unpair(struct canvas *c, int x, int y)
{
	struct cell *row = c->cells + (size_t)y * (size_t)c->w;

	if (row[x].width == 0 && x > 0)
		row[x - 1] = (struct cell){ ' ', row[x - 1].role, 1 };
	if (row[x].width == 2 && x + 1 < c->w)
		row[x + 1] = (struct cell){ ' ', row[x + 1].role, 1 };
}

void
canvas_put(struct canvas *c, int x, int y, uint32_t cp, enum role role)
{
	struct cell *cell;
	int w = utf8_width(cp);

	if (w == 0 || (c->glyphs == GLYPHS_ASCII && cp > 0x7e)) {
		cp = cp == glyph_rows[GLYPH_MORE][GLYPHS_BLOCK]
			 ? glyph_rows[GLYPH_MORE][GLYPHS_ASCII]
			 : '?';
		w = 1;
	}
	if (!inside(&c->clip, x, y, w))
		return;
	cell = c->cells + (size_t)y * (size_t)c->w + x;
	for (int i = 0; i < w; i++)
		unpair(c, x + i, y);
	cell[0] = (struct cell){ cp, (uint8_t)role, (uint8_t)w };
	if (w == 2)
		cell[1] = (struct cell){ ' ', (uint8_t)role, 0 };
}

void
canvas_fill(struct canvas *c, struct rect r, uint32_t cp, enum role role)
{
	for (int y = most(r.y, 0); y < least(r.y + r.h, c->h); y++)
		for (int x = most(r.x, 0); x < least(r.x + r.w, c->w); x++)
			canvas_put(c, x, y, cp, role);
}

void
canvas_hline(struct canvas *c, int x, int y, int w)
{
	struct rect r = { x, y, w, 1 };

	canvas_fill(c, r, canvas_glyph(c, GLYPH_HLINE), ROLE_FRAME);
}

void
canvas_tint(struct canvas *c, struct rect r, enum role role)
{
	for (int y = r.y; y < r.y + r.h; y++)
		for (int x = r.x; x < r.x + r.w; x++)
			if (inside(&c->clip, x, y, 1))
				c->cells[y * c->w + x].role = (uint8_t)role;
}

/* Columns a character will take here: '?' stands in for what cannot be shown.
 */
static int
width_here(const struct canvas *c, uint32_t cp)
{
	if (cp > 0x7e && c->glyphs == GLYPHS_ASCII)
		return 1;
	return most(1, utf8_width(cp));
}

int
canvas_text(struct canvas *c, int x, int y, enum role role, const char *text)
{
	const char *end = text + strlen(text);

	while (text < end) {
		uint32_t cp = utf8_next(&text, (size_t)(end - text));

		canvas_put(c, x, y, cp, role);
		x += width_here(c, cp);
	}
	return x;
}

int
canvas_cut(
    struct canvas *c, int x, int y, int w, enum role role, const char *text)
{
	const char *end = text + strlen(text);
	int last = x + w;

	if (w <= 0)
		return x;
	if (canvas_width(text) <= w)
		return canvas_text(c, x, y, role, text);
	while (text < end) {
		uint32_t cp = utf8_next(&text, (size_t)(end - text));

		if (x + width_here(c, cp) >= last)
			break;
		canvas_put(c, x, y, cp, role);
		x += width_here(c, cp);
	}
	canvas_put(c, x, y, canvas_glyph(c, GLYPH_MORE), role);
	return x + 1;
}

int
canvas_right(struct canvas *c, int x, int y, enum role role, const char *text)
{
	x -= canvas_width(text);
	canvas_text(c, x, y, role, text);
	return x;
}

int
canvas_print(
    struct canvas *c, int x, int y, enum role role, const char *format, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, format);
	(void)vsnprintf(text, sizeof text, format, ap);
	va_end(ap);
	return canvas_text(c, x, y, role, text);
}

void
canvas_spot(
    struct canvas *c, struct rect r, enum spot_kind kind, uint32_t value)
{
	if (c->nspots == c->most_spots)
		return;
	c->spots[c->nspots++] = (struct spot){
		.at = both(r, c->clip),
		.kind = kind,
		.value = value,
	};
}

struct spot
canvas_hit(const struct canvas *c, int x, int y)
{
	/* Were one missing, a click could go through to what lies beneath. */
	int n = c->nspots < c->most_spots ? c->nspots : 0;

	while (n-- > 0)
		if (inside(&c->spots[n].at, x, y, 1))
			return c->spots[n];
	return (struct spot){ .kind = SPOT_NONE };
}

static void
edges(struct canvas *c, struct rect r)
{
	uint32_t v = canvas_glyph(c, GLYPH_VLINE);
	int right = r.x + r.w - 1, bottom = r.y + r.h - 1;

	canvas_hline(c, r.x + 1, r.y, r.w - 2);
	canvas_hline(c, r.x + 1, bottom, r.w - 2);
	for (int y = r.y + 1; y < bottom; y++) {
		canvas_put(c, r.x, y, v, ROLE_FRAME);
		canvas_put(c, right, y, v, ROLE_FRAME);
	}
	for (int i = 0; i < 4; i++)
		canvas_put(c, i & 1 ? right : r.x, i & 2 ? bottom : r.y,
		    canvas_glyph(c, (enum glyph)(GLYPH_CORNER + i)),
		    ROLE_FRAME);
}

struct rect
canvas_box(struct canvas *c, struct rect r, const char *title, const char *note)
{
	struct rect in = { r.x + 1, r.y + 1, most(0, r.w - 2),
		most(0, r.h - 2) };
	int used = 0, w;

	if (r.w < 2 || r.h < 2)
		return (struct rect){ r.x, r.y, 0, 0 };
	canvas_fill(c, in, ' ', ROLE_TEXT);
	canvas_spot(c, r, SPOT_NONE, 0);
	edges(c, r);
	if (title != NULL && r.w > 6) {
		canvas_put(c, r.x + 2, r.y, ' ', ROLE_FRAME);
		used = canvas_cut(c, r.x + 3, r.y, r.w - 6, ROLE_TITLE, title);
		canvas_put(c, used, r.y, ' ', ROLE_FRAME);
		used = used + 2 - r.x;
	}
	w = note == NULL ? 0 : canvas_width(note) + 4;
	if (w > 0 && used + w < r.w) {
		canvas_print(c, r.x + r.w - w, r.y, ROLE_DIM, " %s ", note);
	}
	return in;
}

void
canvas_meter(struct canvas *c, int x, int y, int w, double part, enum role role)
{
	int full;

	part = part < 0 ? 0 : part > 1 ? 1 : part;
	full = (int)(part * w + 0.5);
	if (full == 0 && part > 0)
		full = 1;
	for (int i = 0; i < w; i++)
		canvas_put(c, x + i, y,
		    canvas_glyph(c, i < full ? GLYPH_BAR : GLYPH_TRACK),
		    i < full ? role : ROLE_FRAME);
}

int
canvas_width(const char *text)
{
	const char *end = text + strlen(text);
	int w = 0;

	while (text < end)
		w +=
		    most(1, utf8_width(utf8_next(&text, (size_t)(end - text))));
	return w;
}

size_t
canvas_row(const struct canvas *c, int y, char *out, size_t size)
{
	const struct cell *row = c->cells + (size_t)y * (size_t)c->w;
	size_t at = 0, used = 0;

	for (int x = 0; x < c->w && at + 5 <= size; x++) {
		if (row[x].width == 0)
			continue;
		at += utf8_put(out + at, row[x].cp);
		if (row[x].cp != ' ')
			used = at;
	}
	out[used] = '\0';
	return used;
}

size_t
canvas_roles(const struct canvas *c, int y, char *out, size_t size)
{
	const struct cell *row = c->cells + (size_t)y * (size_t)c->w;
	size_t at = 0, used = 0;

	for (int x = 0; x < c->w && at + 1 < size; x++) {
		bool blank = row[x].cp == ' ' && row[x].role == ROLE_TEXT;

		out[at++] = blank ? ' ' : role_rows[row[x].role].letter;
		if (!blank)
			used = at;
	}
	out[used] = '\0';
	return used;
}

size_t
canvas_fit(const char *text, int w)
{
	const char *at = text, *end = text + strlen(text), *word = NULL;

	while (at < end) {
		const char *here = at;

		if (*at == ' ')
			word = at;
		w -= utf8_width(utf8_next(&at, (size_t)(end - at)));
		if (w < 0 && here > text)
			return (size_t)((word != NULL ? word : here) - text);
	}
	return (size_t)(end - text);
}
