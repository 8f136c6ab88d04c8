/*
 * The targets that a client has sent datagrams to: only these may answer. As
 * many as there is room for; then the one written to longest ago is forgotten.
 * One thread.
 */

#ifndef CORE_TARGETS_H
#define CORE_TARGETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"

enum { TARGETS_MOST = 1024 };

/* Zero it to begin with; it holds memory from the first target on. */
struct targets {
	struct target *rows;
	uint16_t *heads; /* of chains through rows[].chain */
	uint16_t count, room;
	uint16_t newest, oldest; /* by the last time it was written to */
};

/*
 * Something is sent there, with its port. False: it could not be remembered,
 * memory being out.
 */
bool targets_note(struct targets *, const struct addr *);

/* Was something sent there that is not forgotten? */
bool targets_has(const struct targets *, const struct addr *);

void targets_free(struct targets *);

#endif
