/*
 * Which sessions an administrator means, said in a line:
 *
 *	WORD        in its user, client, target or the address that was dialled
 *	user=NAME   of the account of that name; user= nobody
 *	state=WORD  in exactly that state
 *	client=PART target=PART  in that column alone
 *
 * Blanks part the terms, all of which must fit; the case of ASCII letters does
 * not matter. Pure; any thread.
 */

#ifndef CORE_FILTER_H
#define CORE_FILTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"

enum { FILTER_TERMS = 8, FILTER_WHY = 160 };

struct filter_term {
	uint8_t column; /* filter.c's own */
	uint8_t at, len;
	bool of_addr; /* its octets are such as addresses are written with */
};

struct filter {
	uint8_t count; /* none: everything fits */
	struct filter_term terms[FILTER_TERMS];
	char text[256];
};

/* A session as far as terms are about it. */
struct filter_subject {
	const char *user, *target; /* target: a name, or empty */
	size_t user_len, target_len;
	const struct addr *client,
	    *dialled;      /* dialled: its port is asked for */
	const char *state; /* as in core/session.def */
};

/* Read a line of `len` octets. False: why says what is wrong, which term it is
 * (escaped), and what would be right. */
bool filter_parse(
    struct filter *, const char *line, size_t len, char why[FILTER_WHY]);

bool filter_fits(const struct filter *, const struct filter_subject *);

#endif
