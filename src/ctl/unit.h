/* Numbers as people read them, in few columns. Pure; any thread. */

#ifndef CTL_UNIT_H
#define CTL_UNIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { UNIT_TEXT = 32 };

/*
 * What a number of that unit ("bytes", "seconds", "microseconds" and what they
 * begin) is in short: 1.5K, 3h05m, 12.5ms; the moment of
 * "microseconds since 1970". False: a unit of which nothing
 * shorter is known, and the number as it is.
 */
bool unit_brief(char out[UNIT_TEXT], uint64_t n, const char *unit);

#endif
