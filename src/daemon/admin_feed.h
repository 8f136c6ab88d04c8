/*
 * The events on their way to one administrator: whole frames in a bounded
 * queue. What finds no room is dropped and counted, and an event says how many
 * once there is room again. No I/O. One thread.
 */

#ifndef DAEMON_ADMIN_FEED_H
#define DAEMON_ADMIN_FEED_H

#include "proto/frame.h"

enum { FEED_MOST = 64 * 1024 };

struct admin_feed {
	struct admin_subscription asked;
	uint64_t due_ms; /* clock_ms() when figures are to be told next */
	uint64_t lost;   /* dropped since the last event that fitted */
	size_t len;
	uint8_t bytes[FEED_MOST];
};

/* Queue a frame (frame_event_write()), or count it as lost. */
void feed_put(struct admin_feed *, const uint8_t *frame, size_t len);

/* So many were lost before they came here. */
void feed_lose(struct admin_feed *, uint64_t count);

/* Move whole frames to `out`, as many as fit; returns their octets. */
size_t feed_take(struct admin_feed *, uint8_t *out, size_t room);

#endif
