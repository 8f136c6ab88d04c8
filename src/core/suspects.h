/*
 * Sources whose last login failed, or is about to: every further one is for the
 * login thread, so that nobody guesses at the speed of the fast check.
 *
 * A small table without names: two sources may share a place, and then both
 * take the slow way, which decides the same. One thread; time is passed in.
 */

#ifndef CORE_SUSPECTS_H
#define CORE_SUSPECTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/addr.h"

enum {
	SUSPECTS_PLACES = 1024,
	SUSPECTS_MS = 110 * 1000, /* until ten failures are forgiven */
};

struct suspects {
	uint64_t until_ms[SUSPECTS_PLACES]; /* 0: nobody */
};

/* A login from there failed. The address may be the client's or its source. */
void suspects_add(struct suspects *, const struct addr *, uint64_t now_ms);

bool
suspects_has(const struct suspects *, const struct addr *, uint64_t now_ms);

#endif
