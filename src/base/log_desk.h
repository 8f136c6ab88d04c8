/*
 * What threads log with, and how they wake the thread that writes. Used by the
 * files of base/log.h alone.
 *
 * A desk belongs to one thread until that ends; then the next new one takes it
 * over, with the lines that still lie on it. Desks are never freed.
 */

#ifndef BASE_LOG_DESK_H
#define BASE_LOG_DESK_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/log_memory.h"
#include "base/log_ring.h"

struct log_desk {
	struct log_ring rings[LOG_KINDS];
	struct log_desk *next;
	_Atomic bool taken;
	int64_t second; /* the one that `time` holds */
	char time[CLOCK_TEXT];
};

/* How the writer waits, so that others know whether to wake it. */
enum log_rest {
	LOG_AWAKE,
	LOG_NAPPING,  /* for milliseconds: wake it only for a ring half full */
	LOG_SLEEPING, /* for good */
};

/* What the threads that log and the one that writes share. */
struct log_shared {
	_Atomic(struct log_desk *) desks;
	_Atomic uint64_t homeless; /* lines lost outside the rings */
	_Atomic int level;         /* enum log_level */
	_Atomic bool running;      /* there is a writer */
	_Atomic bool access;       /* the access log is not off */
	_Atomic bool syslog;       /* the daemon's lines go there */
	_Atomic int rest;          /* enum log_rest */
	int wake;                  /* eventfd; constant while running */
};

extern struct log_shared log_shared;

/* The calling thread's, or NULL if memory is out. */
struct log_desk *log_desk(void);

/* Make the writer look. */
void log_wake(void);

#endif
