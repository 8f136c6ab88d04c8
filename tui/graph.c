#include "tui/graph.h"

#include <math.h>

/* Dots across and up in one cell, by set. */
static const struct {
	int across, up;
} dots[] = {
	[GLYPHS_ASCII] = { 1, 3 },
	[GLYPHS_BLOCK] = { 1, 8 },
	[GLYPHS_BRAILLE] = { 2, 4 },
};

size_t
graph_columns(const struct canvas *c, int w)
{
	size_t n = w < 0 ? 0 : (size_t)w * (size_t)dots[c->glyphs].across;

	return n < GRAPH_COLUMNS ? n : GRAPH_COLUMNS;
}

/* How many dots of a column `all` dots high are set; 0 has one, a gap none. */
static int
height(double v, double most, int all)
{
	int n;

	if (isnan(v))
		return 0;
	if (v <= 0 || most <= 0)
		return 1;
	n = (int)(v / most * all + 0.5);
	return n < 1 ? 1 : n > all ? all : n;
}

/* Dots of `h` that fall into the cell `row` cells from the base. */
static int
part(int h, int row, int up)
{
	h -= row * up;
	return h < 0 ? 0 : h > up ? up : h;
}

static uint32_t
braille(int left, int right, bool down)
{
	static const uint8_t bits[2][2][4] = {
		{ { 0x40, 0x04, 0x02, 0x01 }, { 0x80, 0x20, 0x10, 0x08 } },
		{ { 0x01, 0x02, 0x04, 0x40 }, { 0x08, 0x10, 0x20, 0x80 } },
	};
	uint32_t cp = 0x2800;

	for (int i = 0; i < left; i++)
		cp |= bits[down][0][i];
	for (int i = 0; i < right; i++)
		cp |= bits[down][1][i];
	return cp == 0x2800 ? ' ' : cp;
}

/* Only full, upper half and upper eighth hang from above in Unicode. */
static uint32_t
block(int n, bool down)
{
	if (n == 0)
		return ' ';
	if (!down)
		return 0x2580 + (uint32_t)n;
	return n == 8 ? 0x2588 : n >= 3 ? 0x2580 : 0x2594;
}

static uint32_t
sign(const struct canvas *c, int left, int right, bool down)
{
	switch (c->glyphs) {
	case GLYPHS_BRAILLE:
		return braille(left, right, down);
	case GLYPHS_BLOCK:
		return block(left, down);
	case GLYPHS_ASCII:
		break;
	}
	return (uint32_t)(down ? " ':#" : " .:#")[left];
}

void
graph_draw(struct canvas *c, struct rect r, const double *columns, size_t n,
    double most, bool down, enum role role)
{
	int across = dots[c->glyphs].across, up = dots[c->glyphs].up;
	int all = r.h * up;

	for (int x = 0; x < r.w && (size_t)(x * across) < n; x++) {
		const double *at = columns + x * across;
		int left = height(at[0], most, all);
		int right = across < 2 ? 0 : height(at[1], most, all);
		bool zero = !(at[0] > 0) && (across < 2 || !(at[1] > 0));

		for (int row = 0; row < r.h; row++) {
			uint32_t cp = sign(
			    c, part(left, row, up), part(right, row, up), down);

			if (cp == ' ')
				break;
			canvas_put(c, r.x + x,
			    down ? r.y + row : r.y + r.h - 1 - row, cp,
			    zero ? ROLE_FRAME : role);
		}
	}
}

double
graph_scale(double value, double least)
{
	static const double steps[] = { 1, 1.5, 2, 3, 4, 5, 6, 8 };
	double power = 1;

	if (isnan(value) || value < least)
		value = least;
	for (; power < 1e18; power *= 10)
		for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
			if (steps[i] * power >= value)
				return steps[i] * power;
	return value;
}
