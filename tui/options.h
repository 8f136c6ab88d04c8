/* The command line of socks5tui, and what the environment adds. At the start;
 * one thread. */

#ifndef TUI_OPTIONS_H
#define TUI_OPTIONS_H

#include <stdio.h>

#include "base/endpoint.h"
#include "tui/console.h"
#include "tui/nodes.h"

enum options_mode {
	MODE_SCREEN,
	MODE_PLAIN,
	MODE_COMMAND,
	MODE_ONCE, /* BATCH with times == 1 */
	MODE_BATCH,
	MODE_SAVE,
};

struct options {
	struct console_options console;
	/* What console.endpoint and user may point to. */
	char endpoint[ENDPOINT_TEXT];
	struct nodes nodes;
	enum options_mode mode;
	const char *password_file;
	const char *save;    /* --save */
	const char *command; /* -c */
	const char *color;   /* always, auto, never; NULL: not given */
	enum console_format format;
	unsigned times, delay_ms; /* of --batch; times 0: no end */
	struct prefs prefs;       /* with what options say instead */
	bool ascii;
};

/*
 * Read the command line and the environment. -1: go on; else the exit status,
 * and what was wrong is on standard error. SOCKS5_PASSWORD is taken out of the
 * environment.
 */
int options_read(struct options *, int argc, char *argv[]);

/* ---- options_look.c: what the terminal is said to be */

/* Glyphs and theme, by options, preferences and the environment. */
void options_look(struct options *);

/* Can a screen be drawn at all? */
bool options_has_screen(void);

#endif
