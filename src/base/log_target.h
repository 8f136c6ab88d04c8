/* Where one log goes, for the thread that writes it; for base/log*.c alone. */

#ifndef BASE_LOG_TARGET_H
#define BASE_LOG_TARGET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/log_memory.h"
#include "base/log_ring.h"

enum log_target_kind {
	LOG_TO_NOTHING,
	LOG_TO_SYSLOG,
	LOG_TO_FILE, /* a path that we opened, or standard error */
};

struct log_sink {
	enum log_target_kind kind;
	enum log_which which;
	int fd;
	bool own;   /* fd is ours to close */
	bool polls; /* a pipe or terminal: may be full for long */
	bool stuck; /* full, or the last write failed */
	int failed; /* errno of the last write, 0 if it went well */
	char path[256];
	size_t nrest; /* end of a line that was written in part */
	char rest[LOG_RING_LINE];
};

/* Open "-", "syslog", "off" or a path: 0 or -errno. */
int log_sink_open(struct log_sink *, enum log_which, const char *name);

/* Open a path again; the old file stays if that fails: 0 or -errno. */
int log_sink_reopen(struct log_sink *);

void log_sink_close(struct log_sink *);

/*
 * Write what the ring holds, as far as it goes without waiting for a reader.
 * Returns the lines taken from the ring. A line is never torn: its end is kept
 * in rest. What was taken is kept for a while (base/log_memory.h), unless the
 * log is off.
 */
size_t log_sink_drain(struct log_sink *, struct log_ring *);

/* Hand one line to syslog. */
void log_syslog(const struct log_record *, const char *text);

#endif
