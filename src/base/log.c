#include "base/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/log_desk.h"
#include "base/log_target.h"

enum {
	FULL = LOG_RING_SIZE / 2, /* worth waking the writer from its nap */
};

static void
put(struct log_desk *d, enum log_which which, const struct log_record *record,
    const char *text)
{
	struct log_ring *r = &d->rings[which];
	int rest;

	if (!log_ring_put(r, record, text))
		return;
	/*
	 * Either we see that the writer rests, or it sees our line before it
	 * does: both are in one order with the ring's head.
	 */
	rest = atomic_load(&log_shared.rest);
	if (rest == LOG_SLEEPING ||
	    (rest == LOG_NAPPING && log_ring_used(r) > FULL))
		if (atomic_exchange(&log_shared.rest, LOG_AWAKE) != LOG_AWAKE)
			log_wake();
}

/* "2026-11-21T10:02:11.123456Z", most of it made once a second. */
static size_t
stamp(struct log_desk *d, char text[CLOCK_TEXT])
{
	int64_t now = clock_wall_us(), second = now / 1000000;
	char here[CLOCK_TEXT], *cached = d != NULL ? d->time : here;
	unsigned us = (unsigned)(now % 1000000);

	if (d == NULL || d->second != second) {
		clock_format(cached, second * 1000000);
		if (d != NULL)
			d->second = second;
	}
	memcpy(text, cached, 19);
	text[19] = '.';
	for (int i = 25; i > 19; i--, us /= 10)
		text[i] = (char)('0' + us % 10);
	text[26] = 'Z';
	return 27;
}

/* Without a writer: at the start and at the end. */
static void
write_now(
    enum log_which which, const struct log_record *record, const char *line)
{
	size_t left = record->len;
	ssize_t n = 0;

	log_keep(which, record, line);
	if (atomic_load(&log_shared.syslog)) {
		log_syslog(record, line);
		return;
	}
	for (; left > 0; line += n, left -= (size_t)n) {
		n = write(STDERR_FILENO, line, left);
		if (n == -1 && errno == EINTR)
			n = 0;
		else if (n <= 0)
			return; /* nobody is left to tell */
	}
}

static size_t
bounded(int n, size_t room)
{
	return n < 0 ? 0 : (size_t)n < room ? (size_t)n : room - 1;
}

void
log_line(enum log_level level, const char *tag, const char *event,
    const char *format, ...)
{
	static const char *const words[] = { "error", "warn", "info", "debug" };
	bool running =
	    atomic_load_explicit(&log_shared.running, memory_order_acquire);
	struct log_desk *d = running ? log_desk() : NULL;
	struct log_record record = { .level = (uint16_t)level };
	char line[LOG_RING_LINE];
	size_t at = stamp(d, line), last = sizeof line - 1;
	va_list ap;

	at += bounded(
	    snprintf(line + at, last - at, " %s ", words[level]), last - at);
	record.body = (uint16_t)at;
	at += bounded(
	    snprintf(line + at, last - at, "%s %s", tag, event), last - at);
	if (format != NULL && at + 1 < last) {
		line[at++] = ' ';
		record.more = (uint16_t)at;
		va_start(ap, format);
		at += bounded(
		    vsnprintf(line + at, last - at, format, ap), last - at);
		va_end(ap);
	}
	line[at++] = '\n';
	record.len = (uint16_t)at;
	if (d != NULL)
		put(d, LOG_DAEMON_LINES, &record, line);
	else if (running)
		atomic_fetch_add(&log_shared.homeless, 1);
	else
		write_now(LOG_DAEMON_LINES, &record, line);
}

void
log_access(const char *line, size_t len)
{
	struct log_record record = { .len = (uint16_t)len,
		.level = LOG_LEVEL_INFO };
	struct log_desk *d;

	if (!atomic_load_explicit(&log_shared.running, memory_order_acquire))
		write_now(LOG_ACCESS_LINES, &record, line);
	else if (!atomic_load_explicit(
		     &log_shared.access, memory_order_relaxed))
		return;
	else if ((d = log_desk()) != NULL)
		put(d, LOG_ACCESS_LINES, &record, line);
	else
		atomic_fetch_add(&log_shared.homeless, 1);
}

void
log_set_level(enum log_level level)
{
	atomic_store_explicit(
	    &log_shared.level, (int)level, memory_order_relaxed);
}

bool
log_wanted(enum log_level level)
{
	return (int)level <=
	       atomic_load_explicit(&log_shared.level, memory_order_relaxed);
}
