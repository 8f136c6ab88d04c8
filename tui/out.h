/*
 * From the painter to the terminal without ever waiting for it: what is drawn
 * goes into a file in memory, which takes a frame of any size, and from there,
 * as the terminal takes it, to its descriptor. While bytes are left, no new
 * frame should be drawn. One thread.
 */

#ifndef TUI_OUT_H
#define TUI_OUT_H

#include <event2/event.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct out {
	int near; /* the painter writes here, at its end */
	int tty;  /* borrowed; non-blocking */
	bool
	    whole; /* large frames are marked to be shown at once (mode 2026) */
	uint8_t *bytes;
	size_t at, len, room;
	uint64_t total; /* sent since the start */
	struct event *writable;
	void (*drained)(void *arg);
	void *arg;
};

/*
 * 0 or -errno. drained() is called from the loop when a terminal that was slow
 * has taken all.
 */
int out_open(struct out *, struct event_base *, int tty,
    void (*drained)(void *arg), void *arg);

/* Move what was drawn towards the terminal. */
void out_pump(struct out *);

/* Send bytes behind it. */
void out_put(struct out *, const char *text);

/* Bytes are waiting for the terminal. */
bool out_busy(const struct out *);

/* Wait until the terminal took all, at most so long; then drop the rest. */
void out_flush(struct out *, int ms);

void out_close(struct out *);

#endif
