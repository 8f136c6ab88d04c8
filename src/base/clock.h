/* Time: monotonic for limits, wall time for logs and accounts. Any thread. */

#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stddef.h>
#include <stdint.h>

/* Milliseconds since some fixed moment; never goes back. */
uint64_t clock_ms(void);

/* The same in microseconds. */
uint64_t clock_us(void);

/* The same in whole seconds, coarse and cheap. */
uint32_t clock_s(void);

/* Microseconds since 1970. */
int64_t clock_wall_us(void);

enum { CLOCK_TEXT = 32 };

/*
 * A moment as 2026-11-21T10:02:11.123456Z; without the fraction if it is 0.
 * Returns the length, without the NUL that ends it.
 */
size_t clock_format(char text[CLOCK_TEXT], int64_t wall_us);

/* The moment such a text begins with, in microseconds since 1970, if more
 * follows it; 0 if it begins with none. */
int64_t clock_parse(const char *text, size_t len);

#endif
