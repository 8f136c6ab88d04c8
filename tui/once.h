/* The screen of one moment, for standard output and for pictures. */

#ifndef TUI_ONCE_H
#define TUI_ONCE_H

#include "tui/canvas.h"
#include "tui/console.h"

struct once_wish {
	unsigned polls; /* to wait for; two make a rate */
	int w, h;
	void (*print)(const struct canvas *);
};

/*
 * Ask the daemon as often as wished, then print the dashboard. Returns an exit
 * status; what went wrong is on standard error.
 */
int once_run(struct console_options *, const struct once_wish *);

#endif
