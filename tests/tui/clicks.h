/* A person with a mouse: clicks on what is drawn, found by its text. */

#ifndef TESTS_TUI_CLICKS_H
#define TESTS_TUI_CLICKS_H

#include "tests/tui/play.h"

enum { CLICKS_W = 100, CLICKS_H = 30 };

/* A daemon with the extension on a screen of that size, the mouse on. */
int clicks_begin(void **state);

/* Draw the screen as it is now: later clicks go there. */
void clicks_look(struct play *);

/* INPUT_CLICK or a wheel, on the screen that was drawn last. */
void clicks_report(struct play *, uint32_t code, int x, int y);

/* Where a text is drawn now; it fails if it is not. */
void clicks_find(struct play *, const char *text, int *x, int *y);
void clicks_on(struct play *, const char *text);

/* A wheel, in the middle of the screen as it is now. */
void clicks_turn(struct play *, uint32_t code);

#endif
