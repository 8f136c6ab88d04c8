/*
 * Words a person types, as commands of the admin protocol. The words, what may
 * follow them and the help come from proto/admin.def. Pure; one thread.
 */

#ifndef CTL_WORDS_H
#define CTL_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "proto/admin.h"

enum {
	WORDS_MOST = 16, /* in one command */
	WORDS_WHY = 400,
	WORDS_COLUMNS = 24, /* of a table; no message has more fields */
};

/* One request of a command, and its answer once it is there. */
struct item {
	enum admin_id id;
	union admin_answer answer;
};

/* How far a list has been printed; see ctl/print.h. */
struct table {
	bool headed;
	int widths[WORDS_COLUMNS];
};

/* What one command line asks for. */
struct job {
	char *line;       /* as typed, for messages */
	bool ping;        /* the round trip is what matters */
	bool paged;       /* a list that comes in pages */
	struct job *base; /* the same for a server with the base protocol alone,
			     if it can do this and it makes a difference */
	struct table table;
	union admin_request request; /* of the only item; else there is none */
	const struct layout_field
	    *secret;       /* must still be asked for, or NULL */
	uint64_t asked_us; /* when its request went out */
	size_t answered;
	size_t count;
	struct item items[];
};

/*
 * Understand one command; NULL with why filled in. `base`: for the base
 * protocol alone, where a group ("metrics", "get") asks everything in it, and
 * "status" all of both.
 */
struct job *
job_new(char *const words[], size_t n, bool base, char why[WORDS_WHY]);

/* Can it be asked of a server that has the base protocol alone? */
bool job_is_base(const struct job *);

/* Wipes what may be a password. NULL does nothing. */
void job_free(struct job *);

/*
 * Cut a line into words at blanks, in place; '...' and "..." keep blanks.
 * Returns how many, or -1: too many, or a quote is not closed.
 */
int words_split(char *line, char *words[WORDS_MOST]);

/* The list of commands with their help. */
void words_help(FILE *);

#endif
