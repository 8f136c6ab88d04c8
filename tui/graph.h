/*
 * Columns of figures as a graph on a canvas, in braille dots (2 by 4 a cell),
 * eighths of a block (1 by 8) or ASCII (1 by 3). NAN is a gap and stays blank;
 * 0 shows the lowest dot as a dim base line, anything above in full colour.
 * Allocates nothing.
 */

#ifndef TUI_GRAPH_H
#define TUI_GRAPH_H

#include <stddef.h>

#include "tui/canvas.h"

enum { GRAPH_COLUMNS = 2048 };

/* Columns that a graph `w` cells wide shows with these glyphs. */
size_t graph_columns(const struct canvas *, int w);

/*
 * Draw; `most` is the value at the rim. With `down` the graph hangs from the
 * upper edge and grows downwards.
 */
void graph_draw(struct canvas *, struct rect, const double *columns, size_t n,
    double most, bool down, enum role);

/* A round figure not below `value`, and at least `least`. */
double graph_scale(double value, double least);

#endif
