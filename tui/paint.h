/*
 * A canvas on a terminal. Behind it is the only file that knows curses; it
 * draws into a descriptor and never waits for a terminal (tui/out.h). One
 * terminal at a time, one thread.
 */

#ifndef TUI_PAINT_H
#define TUI_PAINT_H

#include <stdbool.h>

#include "tui/canvas.h"

/* What is behind the text; MONO: no colours at all. */
enum theme {
	THEME_DARK,
	THEME_LIGHT,
	THEME_MONO,
};

/*
 * Take over a terminal of type `term`; what it is sent goes to fd. False: it
 * cannot place text, and *why says so, as a constant text.
 */
bool paint_open(
    int fd, const char *term, int w, int h, enum theme, const char **why);

/* Send what differs from the frame before. */
void paint_frame(const struct canvas *);

/* The terminal has another size, or is to be drawn from scratch. */
void paint_resize(int w, int h);
void paint_redraw(void);

/* Other colours, from the next frame on. */
void paint_theme(enum theme);

/*
 * Leave it to someone else. To come back, open it again: were it only
 * suspended, curses would reset the terminal's palette (OSC 104), which is not
 * ours.
 */
void paint_close(void);

#endif
