/*
 * One command a person typed, understood: what is to be asked, in which
 * protocol. What may follow a command's words comes from the fields of its
 * request (enum layout_given). Pure; one thread.
 */

#ifndef CTL_JOB_H
#define CTL_JOB_H

#include <stdbool.h>
#include <stddef.h>

#include "proto/admin.h"

enum {
	JOB_WHY = 600,
};

/* One request of a command, and its answer once it is there. */
struct item {
	enum admin_id id;
	union admin_answer answer;
};

/* What one command line asks for. */
struct job {
	char *line;           /* as typed, for messages */
	unsigned number;      /* of its line on standard input, or 0 */
	enum admin_form form; /* the protocol it is meant for */
	bool ping;            /* the round trip is what matters */
	bool paged;           /* a list that comes in pages */
	bool one;             /* a list that was asked for one row by its key */
	struct job *base; /* the same for a server with the base protocol alone,
			     if it can do this and it makes a difference */
	union admin_request request; /* of the only item; else there is none */
	const struct layout_field
	    *secret;       /* must still be asked for, or NULL */
	uint64_t asked_us; /* when its request went out */
	size_t answered;
	size_t count;
	struct item items[];
};

/*
 * Understand one command; NULL with why filled in. In the base protocol and in
 * Bottler a group ("metrics", "get") asks everything in it, and "status" all of
 * both; in the extension a command may also be one of the base protocol.
 */
struct job *
job_new(char *const words[], size_t n, enum admin_form, char why[JOB_WHY]);

/* The field that takes the number of a page, 1 and on; NULL: there is none. */
const struct layout_field *job_page(const struct job *);

/* Wipes what may be a password. NULL does nothing. */
void job_free(struct job *);

#endif
