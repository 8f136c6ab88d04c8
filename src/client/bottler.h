/*
 * Bottler from the other side: one command at a time, over UDP. Blocks; any
 * thread. Nothing a server sends can do more than be no answer.
 */

#ifndef CLIENT_BOTTLER_H
#define CLIENT_BOTTLER_H

#include "client/client.h"
#include "client/connect.h"
#include "proto/bottler.h"

enum {
	BOTTLER_TRIES = 3,
	BOTTLER_FIRST_MS = 1000, /* each try waits twice as long */
};

struct bottler_client {
	uint8_t token[BOTTLER_TOKEN];
	size_t naddrs, at; /* addrs[at] is asked */
	struct connect_addr addrs[CONNECT_MOST];
	void *rows; /* of the last answer; set by bottler_open() */
};

/*
 * Find the addresses; blocks while a name is resolved. NULL, or why there are
 * none, a constant text. The token is the caller's to set, before or after.
 */
const char *bottler_open(struct bottler_client *, const struct endpoint *);

/*
 * Ask one command that has a Bottler code. 0 with the answer, whose rows are
 * valid until the next call; or -errno: -ETIMEDOUT after three tries,
 * -ECONNREFUSED at once where nobody listens, -EPROTO if all that came was no
 * answer, -EMSGSIZE if the request does not fit a datagram, -EINTR after a
 * signal.
 */
int bottler_ask(struct bottler_client *, enum admin_id, const void *request,
    struct client_answer *);

/* Wipes the token. */
void bottler_close(struct bottler_client *);

#endif
