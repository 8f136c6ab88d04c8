/*
 * Each log has a ring of words that is written over and over. A reader copies a
 * line and looks then whether it may have been written over meanwhile: the
 * writer says so before it does it, and words are stored and loaded so that who
 * sees a new one sees that, too.
 */

#include "base/log_memory.h"

#include <stdatomic.h>
#include <string.h>

#include "base/clock.h"
#include "base/log_ring.h"

enum {
	WORD = sizeof(uint64_t),
	WORDS = LOG_KEPT_OCTETS / WORD,
	HEAD = 3, /* words in front of a line's text */
};

static struct memory {
	_Atomic uint64_t lines; /* kept since the start */
	_Atomic uint64_t begun; /* words before this one may be gone */
	uint64_t end;           /* of the last line; the writer's */
	_Atomic uint64_t at[LOG_KEPT_LINES]; /* where the n-th line begins */
	_Atomic uint64_t words[WORDS];
} memories[LOG_KINDS];

static _Atomic uint64_t last;

/* ---- writing */

static void
store(struct memory *m, uint64_t at, uint64_t word)
{
	atomic_store_explicit(
	    &m->words[at % WORDS], word, memory_order_release);
}

static void
store_text(struct memory *m, uint64_t at, const char *text, size_t len)
{
	uint64_t word;

	for (; len > 0; at++) {
		size_t n = len < WORD ? len : WORD;

		word = 0;
		memcpy(&word, text, n);
		store(m, at, word);
		text += n;
		len -= n;
	}
}

/* Where the text begins that is kept: behind an access line's time. */
static size_t
body_of(enum log_which which, const struct log_record *record, const char *text)
{
	const char *tab;

	if (which == LOG_DAEMON_LINES)
		return record->body;
	tab = memchr(text, '\t', record->len);
	return tab != NULL ? (size_t)(tab + 1 - text) : 0;
}

/* A line begins with its time, or with {"time":" and its time. */
static int64_t
time_of(const struct log_record *record, const char *text)
{
	static const char json[] = "{\"time\":\"";
	size_t skip =
	    record->len > sizeof json && *text == *json ? sizeof json - 1 : 0;

	return clock_parse(text + skip, record->len - skip);
}

void
log_keep(
    enum log_which which, const struct log_record *record, const char *text)
{
	struct memory *m = &memories[which];
	uint64_t n = atomic_load_explicit(&m->lines, memory_order_relaxed);
	uint64_t id = atomic_load_explicit(&last, memory_order_relaxed) + 1;
	size_t body = body_of(which, record, text);
	size_t len = record->len - body - 1; /* without the newline */
	size_t more = record->more > body ? record->more - body : len;
	uint64_t at = m->end;

	if (len > LOG_KEPT_TEXT)
		len = LOG_KEPT_TEXT;
	if (more > len)
		more = len;
	m->end = at + HEAD + (len + WORD - 1) / WORD;
	if (m->end > WORDS)
		atomic_store_explicit(
		    &m->begun, m->end - WORDS, memory_order_relaxed);
	store(m, at, id);
	store(m, at + 1, (uint64_t)time_of(record, text));
	store(m, at + 2,
	    (uint64_t)len | (uint64_t)more << 16 |
		(uint64_t)record->level << 32);
	store_text(m, at + HEAD, text + body, len);
	atomic_store_explicit(
	    &m->at[n % LOG_KEPT_LINES], at, memory_order_release);
	atomic_store_explicit(&m->lines, n + 1, memory_order_release);
	atomic_store_explicit(&last, id, memory_order_release);
}

/* ---- reading */

static uint64_t
load(const struct memory *m, uint64_t at)
{
	return atomic_load_explicit(
	    &m->words[at % WORDS], memory_order_acquire);
}

static uint64_t
place(const struct memory *m, uint64_t n)
{
	return atomic_load_explicit(
	    &m->at[n % LOG_KEPT_LINES], memory_order_acquire);
}

/* Is the n-th line, which began there, what it was all the time until now? */
static bool
is_whole(const struct memory *m, uint64_t n, uint64_t at)
{
	uint64_t lines = atomic_load_explicit(&m->lines, memory_order_relaxed);

	return lines - n < LOG_KEPT_LINES &&
	       atomic_load_explicit(&m->begun, memory_order_relaxed) <= at;
}

/* The n-th line's id; 0: it is gone. */
static uint64_t
id_of(const struct memory *m, uint64_t n)
{
	uint64_t at = place(m, n), id = load(m, at);

	return is_whole(m, n, at) ? id : 0;
}

static bool
copy(const struct memory *m, uint64_t n, struct log_kept *line)
{
	uint64_t at = place(m, n), word, lens = load(m, at + 2);

	line->id = load(m, at);
	line->wall_us = (int64_t)load(m, at + 1);
	line->len = lens & 0xffff;
	line->more = lens >> 16 & 0xffff;
	line->level = (unsigned)(lens >> 32);
	if (line->len > LOG_KEPT_TEXT)
		return false; /* torn */
	for (size_t i = 0; i < line->len; i += WORD) {
		size_t left = line->len - i;

		word = load(m, at + HEAD + i / WORD);
		memcpy(line->text + i, &word, left < WORD ? left : WORD);
	}
	line->text[line->len] = '\0';
	return is_whole(m, n, at);
}

/* The first line of one log behind that id. */
static bool
find(enum log_which which, uint64_t id, struct log_kept *line)
{
	const struct memory *m = &memories[which];
	uint64_t lines = atomic_load_explicit(&m->lines, memory_order_acquire);
	uint64_t low = lines < LOG_KEPT_LINES ? 0 : lines - LOG_KEPT_LINES + 1;

	for (uint64_t high = lines; low < high;) {
		uint64_t middle = low + (high - low) / 2;

		if (id_of(m, middle) <= id)
			low = middle + 1;
		else
			high = middle;
	}
	/* One that goes under our hands makes way for the next. */
	for (; low < lines; low++)
		if (copy(m, low, line)) {
			line->which = which;
			return true;
		}
	return false;
}

/* Of two logs, one may get a line after it was looked at and before the other
 * is: what is newer than both looks must wait for the next. */
bool
log_kept_after(uint64_t id, struct log_kept *line)
{
	uint64_t newest = log_kept_last();
	struct log_kept other;
	bool found = find(LOG_ACCESS_LINES, id, line) && line->id <= newest;

	if (!find(LOG_DAEMON_LINES, id, &other) || other.id > newest ||
	    (found && line->id < other.id))
		return found;
	*line = other;
	return true;
}

uint64_t
log_kept_last(void)
{
	return atomic_load_explicit(&last, memory_order_acquire);
}
