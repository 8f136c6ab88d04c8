/*
 * The loop that joins it all: terminal, signals and daemon in, model in the
 * middle, screen out. One per program, main thread.
 */

#ifndef TUI_CONSOLE_H
#define TUI_CONSOLE_H

#include <stdbool.h>

#include "base/secret.h"
#include "tui/canvas.h"
#include "tui/paint.h"
#include "tui/prefs.h"

struct console_options {
	const char *endpoint, *user; /* "" for the local administrator */
	struct secret password;
	bool read_only, base; /* base: that protocol alone */
	bool no_reconnect;    /* without a screen: a lost daemon is the end */
	enum theme theme, auto_theme;
	enum glyphs glyphs, auto_glyphs;
	bool mono, ascii;            /* there is no choice */
	const struct nodes *nodes;   /* or NULL */
	struct prefs prefs, begin;   /* as in the file; with the options */
	const char *record, *replay; /* files, or NULL */
	unsigned view;               /* an enum view: what is shown first */
};

/* What --once and --batch print. */
enum console_format {
	FORMAT_TEXT, /* the screen without its frame */
	FORMAT_JSON, /* one object a row */
	FORMAT_CSV,
};

/* Exit statuses, those of socks5ctl. */
enum {
	CONSOLE_OK = 0,
	CONSOLE_NO = 1, /* the server said no */
	CONSOLE_USAGE = 2,
	CONSOLE_LOST = 3,
	CONSOLE_REFUSED = 4,
};

/* Theme and glyphs, as preferred and as the terminal can. */
void console_looks(struct console_options *, const struct prefs *);

/* Run until the person quits; returns the exit status. */
int console_run(struct console_options *);

/* Does the endpoint need a user and password that are not given? */
bool console_needs_login(const struct console_options *);

/* Print what a recording ends with; returns the exit status. */
int console_replay_once(const char *path, void (*print)(const struct canvas *));

/* HH:MM:SS, local time. */
void console_clock(char text[12]);

#endif
