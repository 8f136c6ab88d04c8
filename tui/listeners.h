/* Where the daemon serves SOCKS, and what to type to try that. One thread. */

#ifndef TUI_LISTENERS_H
#define TUI_LISTENERS_H

#include "proto/admin.h"

enum { LISTENERS_MOST = 32, LISTENERS_TEXT = 64 };

struct listeners {
	char all[LISTENERS_MOST][LISTENERS_TEXT]; /* safe: address and port */
	size_t n;
};

void listeners_begin(struct listeners *);
void listeners_add(struct listeners *, const struct admin_listener *, size_t n);

/*
 * A command that sends a request through the first of them, as the user of that
 * name ("": nobody in particular). here: the daemon's host as it can be
 * reached, for listeners on all addresses. Returns out; "" if there is none.
 */
const char *listeners_try(const struct listeners *, const char *here,
    const char *user, char *out, size_t size);

#endif
