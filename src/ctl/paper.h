/*
 * What answers are printed on: a terminal of so many columns, with colours or
 * without, or a pipe, which has as many as are needed. One thread.
 */

#ifndef CTL_PAPER_H
#define CTL_PAPER_H

#include <stdbool.h>
#include <stdio.h>

enum shade {
	SHADE_NONE,
	SHADE_BOLD,
	SHADE_DIM,
	SHADE_GOOD,
	SHADE_BAD,
	SHADE_WARN,
};

struct paper {
	FILE *out;
	int columns; /* INT_MAX: any number */
	bool json;   /* one object a row, for programs */
	bool colour;
	const char *cut; /* stands for what is cut off; one column */
};

/*
 * The paper that a stream is: its columns if it is a terminal, and colours if
 * nobody objects (NO_COLOR, TERM=dumb). The locale is the caller's to set.
 */
void paper_of(struct paper *, FILE *, bool json);

/* The first character of a text: its octets, at least one, and its columns. */
size_t paper_next(const char *text, int *columns);

/* Columns that a text takes. */
int paper_width(const char *text);

/*
 * A text in so many columns: cut, with a sign that it is, or with blanks behind
 * it (before it, if `right`). `least` 0: no blanks.
 */
void paper_put(struct paper *, const char *text, int least, int most,
    bool right, enum shade);

#endif
