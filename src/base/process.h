/* What this process uses, as the kernel counts it. Any thread. */

#ifndef BASE_PROCESS_H
#define BASE_PROCESS_H

#include <stdint.h>

/* A figure the system does not tell is 0. */
struct process {
	uint64_t cpu_us;           /* of all threads, in both modes */
	uint64_t resident;         /* bytes */
	uint64_t mapped;           /* bytes of address space */
	uint64_t heap;             /* bytes that malloc() has given out */
	uint64_t descriptors;      /* open now */
	uint64_t descriptors_most; /* RLIMIT_NOFILE */
};

/* Look at all of them: about 50 us, and 1 us for each two descriptors where
 * the kernel (before 6.2) does not count them itself. */
void process_look(struct process *);

/*
 * Have free() give buffers back to the system at once: a burst's would else
 * stay below what was allocated meanwhile. Before the first thread.
 */
void process_give_back(void);

#endif
