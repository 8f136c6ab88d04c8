/* Requests that wait for their answers, in the order asked. One thread. */

#ifndef CLIENT_ASKS_H
#define CLIENT_ASKS_H

#include "client/client.h"

enum {
	ASKS_MOST = 65536, /* a power of two, as the ring's size is */
};

struct ask {
	enum admin_id id;
	enum admin_form form; /* as it went out */
	client_answered *answered;
	void *arg;
};

struct asks {
	struct ask *ring;
	size_t first, count, size;
};

/* False: there are ASKS_MOST already, or memory is out. */
bool asks_push(struct asks *, const struct ask *);

/* The oldest; there must be one. */
struct ask asks_take(struct asks *);

void asks_free(struct asks *);

#endif
