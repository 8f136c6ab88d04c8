/*
 * A disk that fails when a test says so: SQLite's own way to files, with
 * writes, syncs and truncations counted and made to fail.
 */

#ifndef TESTS_STORE_FAULTY_H
#define TESTS_STORE_FAULTY_H

#include <stdbool.h>
#include <stddef.h>

struct faulty {
	size_t calls; /* since faulty_begin() */
	bool failed;  /* did any fail? */
};

extern struct faulty faulty;

/* Called before each write, sync and truncation; NULL: nothing is. */
extern void (*faulty_meanwhile)(void);

/* From now on all databases are opened through it. */
void faulty_install(void);

/*
 * Count from zero. The call number `first` (from 1; 0: none) fails with the
 * SQLite code, and all after it if `on`.
 */
void faulty_begin(size_t first, int code, bool on);

#endif
