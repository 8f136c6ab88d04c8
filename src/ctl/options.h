/*
 * What socks5ctl was called with, and what it tells whoever called it. For its
 * main.c alone; one thread.
 */

#ifndef CTL_OPTIONS_H
#define CTL_OPTIONS_H

#include <getopt.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "client/client.h"
#include "proto/bottler.h"

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
	bool usual; /* the endpoint was not given */

	/* Bottler instead of a connection. */
	bool bottled;
	struct endpoint bottler;
	const char *token_path;       /* or NULL */
	uint8_t token[BOTTLER_TOKEN]; /* valid after options_secrets() */
};

/* "socks5ctl: WHAT: WHY" on standard error, safely; returns the status. */
int complain(int status, const char *what, const char *why);
int complain_to(FILE *, int status, const char *what, const char *why);

void usage(FILE *);

/* The options with long names, as getopt_long(3) has them; val is the letter
 * where there is a short one. */
extern const struct option options_known[];

/* Read the command line up to the first word of a command (optind). -1: go on;
 * else the exit status. */
int options_read(struct options *, int argc, char *argv[]);

/* Find the password or the token, where one is needed: 0 or the exit status. */
int options_secrets(struct options *);

/* The protocol that is spoken; the extension where the server has it. */
enum admin_form options_form(const struct options *);

/* What to try if nobody answers there; "" if that was asked for by name. */
const char *options_hint(const struct options *);

/* Wipes what is secret. */
void options_free(struct options *);

#endif
