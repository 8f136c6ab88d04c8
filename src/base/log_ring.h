/*
 * A ring of log lines with one writer and one reader, in different threads.
 * Neither ever waits for the other. Used by the files of base/log.h alone.
 */

#ifndef BASE_LOG_RING_H
#define BASE_LOG_RING_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	LOG_RING_SIZE = 1 << 18, /* octets; a power of two */
	LOG_RING_LINE = 8000,    /* the longest line */
};

struct log_record {
	uint16_t len;  /* of the text behind; UINT16_MAX: go on at the start */
	uint16_t body; /* where the text after time and level begins */
	uint16_t more; /* where its key=value begins; 0: nowhere */
	uint16_t level;
};

struct log_ring {
	/* The writer's. */
	_Alignas(64) _Atomic uint64_t head;
	uint64_t seen; /* tail, when it was last looked at */
	_Atomic uint64_t dropped;

	/* The reader's. */
	_Alignas(64) _Atomic uint64_t tail;

	_Alignas(64) uint8_t bytes[LOG_RING_SIZE];
};

/* Writer: false if there is no room; the line is counted as dropped. */
bool log_ring_put(struct log_ring *, const struct log_record *, const char *);

/* Either: octets in use. */
size_t log_ring_used(struct log_ring *);

/*
 * Reader: the record at *at and its text, or NULL if there is no further one;
 * *at moves behind it. Start at log_ring_start(); what was read stays in the
 * ring until log_ring_release().
 */
uint64_t log_ring_start(struct log_ring *);
const struct log_record *
log_ring_next(struct log_ring *, uint64_t *at, const char **text);
void log_ring_release(struct log_ring *, uint64_t at);

/* Reader: throw away what is there; returns the number of lines. */
size_t log_ring_discard(struct log_ring *);

#endif
