/*
 * Where an admin server listens and a client connects, as text:
 * unix:PATH, sctp:HOST:PORT, tcp:HOST:PORT. Any thread.
 */

#ifndef BASE_ENDPOINT_H
#define BASE_ENDPOINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum endpoint_kind {
	ENDPOINT_UNIX,
	ENDPOINT_SCTP,
	ENDPOINT_TCP,
};

struct endpoint {
	enum endpoint_kind kind;
	uint16_t port;  /* SCTP and TCP */
	char host[256]; /* a name, an address without brackets, or the path */
};

/* Room for the longest endpoint as text and a NUL. */
enum { ENDPOINT_TEXT = 280 };

/*
 * Read an endpoint. A text that begins with / or . is a Unix path, any other
 * without a known scheme is SCTP; the port may be left out and is then 8080 (0:
 * where one listens, any).
 * On false, *why is a constant text that says what would have been right.
 */
bool endpoint_parse(struct endpoint *, const char *text, const char **why);

/* Print it as endpoint_parse() reads it; returns the length. */
size_t endpoint_print(const struct endpoint *, char text[ENDPOINT_TEXT]);

#endif
