/* The command line of socks5d. Main thread, at the start. */

#ifndef DAEMON_OPTIONS_H
#define DAEMON_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/addr.h"
#include "base/secret.h"
#include "core/settings.h"

/* -u and -a may each be given that often. */
enum { OPTIONS_ACCOUNTS = 10 };

/* What to do next. */
enum options_wish {
	OPTIONS_RUN,
	OPTIONS_CHECK,   /* -t: check the configuration and exit */
	OPTIONS_HELP,    /* options_print_usage(stdout), exit 0 */
	OPTIONS_VERSION, /* print name and version, exit 0 */
	OPTIONS_BAD,     /* print why, exit 2 */
};

struct options_account {
	char name[256];
	struct secret password;
};

struct options {
	const char
	    *file; /* -c, part of argv; NULL: the usual one, if it is there */
	bool foreground;                                 /* -f */
	bool beside;                                     /* -r */
	struct options_account users[OPTIONS_ACCOUNTS];  /* -u */
	struct options_account admins[OPTIONS_ACCOUNTS]; /* -a */
	size_t nusers, nadmins;

	/*
	 * SCTP endpoints come from -L ADDR or -P alone: nobody asked for SCTP
	 * by name, so a kernel without it is no reason to fail.
	 */
	bool sctp_implied;

	/* Bottler's default, by -L ADDR and -P; "": the usual one. */
	char bottler[ADDR_TEXT];
};

/*
 * Read the command line: what is a setting goes into its layer ORIGIN_OPTION,
 * the rest into the options. Passwords are wiped from argv. On OPTIONS_BAD why
 * names the option, the value and what would be right.
 */
enum options_wish options_parse(
    struct options *, struct settings *, int argc, char *argv[], char why[240]);

/*
 * Fill the layer ORIGIN_DEFAULT with what depends on the machine: cores,
 * descriptors (the hard limit: main raises the soft one to it), directories,
 * whether -f, -L and -P were given.
 */
void options_defaults(struct settings *, const struct options *);

/* Wipe the passwords. */
void options_wipe(struct options *);

void options_print_usage(FILE *);

#endif
