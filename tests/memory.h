/*
 * Memory that runs out when a test says so, and that is counted.
 *
 * Linked with -Wl,--wrap=malloc and so on (MEMORY_WRAP in Makefile.am); only
 * calls from our own code are seen, not those inside shared libraries.
 */

#ifndef TESTS_MEMORY_H
#define TESTS_MEMORY_H

#include <stddef.h>

struct memory {
	size_t calls;  /* allocations since memory_begin() */
	size_t octets; /* asked for by them */
};

extern _Thread_local struct memory memory;

/* Count from zero; this thread's allocation number `fail` (from 1; 0: none)
 * fails, once. */
void memory_begin(size_t fail);

#endif
