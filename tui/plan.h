/* Requests that are to be sent, in their order. One thread. */

#ifndef TUI_PLAN_H
#define TUI_PLAN_H

#include <stdbool.h>

#include "proto/admin.h"

struct step {
	enum admin_id id;
	void *request; /* struct admin_<its request>; owned */
};

struct plan {
	struct step *all; /* owned */
	size_t n, room;
};

/* Copies the request; false: no memory. */
bool plan_add(struct plan *, enum admin_id, const void *request);

/* The last is to be first. */
void plan_turn(struct plan *);

void plan_free(struct plan *);

#endif
