/* A view without a terminal: text on standard output. One thread. */

#ifndef TUI_ONCE_H
#define TUI_ONCE_H

#include "tui/canvas.h"
#include "tui/console.h"

struct once_wish {
	unsigned view;
	unsigned times; /* 0: without end */
	bool again;     /* connect again when the daemon went */
	int w, h;
	void (*print)(const struct canvas *);
};

/*
 * Ask the daemon until there is a rate, then print the view as often as wished,
 * each time it is heard again. Returns an exit status; what went wrong is on
 * standard error.
 */
int once_run(struct console_options *, const struct once_wish *);

#endif
