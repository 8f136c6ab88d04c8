/*
 * A terminal that is drawn anew again and again, without flicker: the cursor
 * goes home, each line is written over and its rest erased, all in one write.
 * One thread.
 */

#ifndef CTL_SCREEN_H
#define CTL_SCREEN_H

#include <stdbool.h>
#include <stddef.h>
#include <termios.h>

struct screen {
	bool on;   /* it is ours now */
	bool keys; /* keys come one by one; before: how they came */
	struct termios before;
	int columns, rows; /* as of the last screen_measure() */
};

/* Is standard output a terminal that understands? */
bool screen_possible(void);

void screen_measure(struct screen *);

/* Take it, and give it back as it was. Either may be called twice. */
void screen_enter(struct screen *);
void screen_leave(struct screen *);

/*
 * Show a title (its right part at the right), a warning if it is not empty, and
 * a text of lines, which may have colours; what does not fit is cut and told.
 * False: the terminal is gone.
 */
bool screen_show(const struct screen *, const char *left, const char *right,
    const char *warning, const char *text);

#endif
