/*
 * What socks5ctl was called with, and what it tells whoever called it. For its
 * main.c alone; one thread.
 */

#ifndef CTL_OPTIONS_H
#define CTL_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "client/client.h"

enum {
	EXIT_OK = 0,
	EXIT_REFUSED = 1, /* the server said no */
	EXIT_USAGE = 2,
	EXIT_LOST = 3, /* cannot connect, or the connection was lost */
	EXIT_LOGIN = 4,
};

struct options {
	struct client_config config; /* endpoint and user; then the password */
	const char *password_path;   /* or NULL */
	char **lines;                /* -e; free() the array */
	size_t nlines;
	bool json;
};

/* "socks5ctl: WHAT: WHY" on standard error, safely; returns the status. */
int complain(int status, const char *what, const char *why);

void usage(FILE *);

/* Read the command line up to the first word of a command (optind). -1: go on;
 * else the exit status. */
int options_read(struct options *, int argc, char *argv[]);

/* Find the password of the login, where one is needed: 0 or the exit status. */
int options_password(struct options *);

#endif
