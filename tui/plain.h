/*
 * The console as lines: a numbered menu, any command of socks5ctl, and "ANN:"
 * lines for what happens by itself. Nothing moves a cursor or draws a box, so a
 * screen reader reads it in order. One thread.
 */

#ifndef TUI_PLAIN_H
#define TUI_PLAIN_H

#include "tui/console.h"

/* Until standard input ends or a person quits; returns the exit status. */
int plain_run(struct console_options *);

/* Do one command, print as socks5ctl does; returns the exit status. */
int plain_command(struct console_options *, const char *command);

#endif
