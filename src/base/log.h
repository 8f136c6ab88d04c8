/*
 * The daemon's log and the access log: one line an event, written by a thread
 * of its own, so that a slow or full disk never blocks whoever logs.
 *
 * Each thread that logs has a ring of its own; when it is full the line is
 * dropped and counted, and the loss is logged, as far as it can be. Before
 * log_start() and after log_stop() lines are written at once. Any thread.
 */

#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum log_level {
	LOG_LEVEL_ERROR, /* wakes someone */
	LOG_LEVEL_WARN,  /* someone should read it this week */
	LOG_LEVEL_INFO,  /* the story of the daemon and its changes */
	LOG_LEVEL_DEBUG, /* state changes of sessions */
};

/* Where lines go: "-" standard error, "syslog", "off", else a file's path. */
struct log_target {
	const char *daemon; /* the daemon's own lines: "-" or "syslog" */
	const char *access;
};

/*
 * Start the writer thread; 0 or -errno with *what the path that failed.
 * Main thread, once, after any fork.
 */
int log_start(const struct log_target *, const char **what);

/* Change the targets; the old ones stay if the new cannot be opened. */
int log_retarget(const struct log_target *, const char **what);

/*
 * Could a log go there now? 0 or -errno. A pipe is not tried: to its reader
 * that would look like the end.
 */
int log_try(const char *name);

/* Close and open the files again (after rotation). */
void log_reopen(void);

/* Write out what is queued and end the writer thread. Main thread. */
void log_stop(void);

void log_set_level(enum log_level);
bool log_wanted(enum log_level);

/* Lines dropped since the start, both logs together. */
uint64_t log_dropped(void);

/*
 * One event: "TIME level tag event key=value ...". The tag names who it is
 * about ("main", "w2/s8812"), event is a few constant words, the rest a format
 * of key=value pairs or NULL. Values from outside go through text_escape()
 * first.
 */
void log_line(enum log_level, const char *tag, const char *event,
    const char *format, ...) __attribute__((format(printf, 4, 5)));

#define log_at(level, ...)                            \
	do {                                          \
		if (log_wanted(level))                \
			log_line(level, __VA_ARGS__); \
	} while (0)
#define log_error(...) log_at(LOG_LEVEL_ERROR, __VA_ARGS__)
#define log_warn(...) log_at(LOG_LEVEL_WARN, __VA_ARGS__)
#define log_info(...) log_at(LOG_LEVEL_INFO, __VA_ARGS__)
#define log_debug(...) log_at(LOG_LEVEL_DEBUG, __VA_ARGS__)

/* A whole line for the access log, with its newline (core/access.h). */
void log_access(const char *line, size_t len);

#endif
