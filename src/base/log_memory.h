/*
 * The last lines of both logs, for whoever asks. The thread that writes the
 * logs keeps them; any thread may read, and neither ever waits for the other.
 * Old lines give way to new ones.
 */

#ifndef BASE_LOG_MEMORY_H
#define BASE_LOG_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct log_record;

enum log_which {
	LOG_DAEMON_LINES,
	LOG_ACCESS_LINES,
	LOG_KINDS,
};

enum {
	LOG_KEPT_LINES = 2048,     /* of each log at most, */
	LOG_KEPT_OCTETS = 1 << 18, /* and that much altogether */
	LOG_KEPT_TEXT = 800,       /* what is longer is cut */
};

/* A line without its time and level: "tag event key=value ...", or all that is
 * behind the time of an access line. */
struct log_kept {
	uint64_t id; /* grows from 1, over both logs */
	int64_t wall_us;
	unsigned level; /* enum log_level */
	enum log_which which;
	size_t more; /* where key=value begins; len if there is none */
	size_t len;
	char text[LOG_KEPT_TEXT + 1];
};

/* The first line that is still there behind that one (0: the oldest); false:
 * there is none. */
bool log_kept_after(uint64_t id, struct log_kept *);

/* The id of the last line, 0 if there was none. */
uint64_t log_kept_last(void);

/* Keep a line. One thread at a time: base/log.c and the writer's alone. */
void log_keep(enum log_which, const struct log_record *, const char *text);

#endif
