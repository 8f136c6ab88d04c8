/*
 * A console's events as lines of a file, to be played again by tui/replay.h: in
 * a test, or for whoever reads a report of a bug. What was typed into a field
 * for a password is written as stars, and passwords that were found are left
 * out; names and addresses are there. One thread.
 *
 *     socks5tui-record 1 start=1795600000 now=5123 w=80 h=24 glyphs=2 ...
 *     0 resize w=80 h=24
 *     12 up hello=1,1,host,... knows=status,get,...
 *     1013 answer id=session_list status=0 first rows=7,alice,...;8,bob,...
 *
 * Rows are the fields of the message in their order, %XX for what is no letter,
 * digit or one of ._:/@[]-.
 */

#ifndef TUI_RECORD_H
#define TUI_RECORD_H

#include "tui/update.h"

struct record;

enum { RECORD_VERSION = 1 };

/* The words that events begin with, by enum event_kind. */
extern const char *const record_kinds[];

/* NULL, with errno set: it cannot be written. Only its owner may read it. */
struct record *
record_open(const char *path, const struct model *, enum glyphs, uint64_t wall);

/* Before update() is given the event. */
void record_event(struct record *, const struct model *, const struct event *);

/* 0, or -errno of the first write that failed. NULL: 0. */
int record_close(struct record *);

#endif
