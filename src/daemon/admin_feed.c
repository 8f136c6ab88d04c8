#include "daemon/admin_feed.h"

#include <string.h>

enum { LOST_FRAME = FRAME_EVENT_HEAD + 8 };

static struct wr
room_of(struct admin_feed *feed)
{
	return wr_of(feed->bytes + feed->len, sizeof feed->bytes - feed->len);
}

/* Say what is missing here. False: there is no room even for that. */
static bool
confess(struct admin_feed *feed)
{
	struct admin_lost lost = { .count = feed->lost };
	struct wr out = room_of(feed);

	if (feed->lost == 0)
		return true;
	frame_event_write(&out, ADMIN_EVENT_lost, &lost);
	if (out.failed)
		return false;
	feed->len += wr_len(&out);
	feed->lost = 0;
	return true;
}

void
feed_put(struct admin_feed *feed, const uint8_t *frame, size_t len)
{
	size_t need = len + (feed->lost > 0 ? LOST_FRAME : 0);

	if (need > sizeof feed->bytes - feed->len) {
		feed->lost++;
		return;
	}
	(void)confess(feed); /* there is room */
	memcpy(feed->bytes + feed->len, frame, len);
	feed->len += len;
}

void
feed_lose(struct admin_feed *feed, uint64_t count)
{
	feed->lost += count;
}

static size_t
frame_len(const uint8_t *frame)
{
	struct rd in = rd_of(frame, FRAME_EVENT_HEAD);

	(void)rd_uint(&in, 2);
	return FRAME_EVENT_HEAD + (size_t)rd_uint(&in, 4);
}

size_t
feed_take(struct admin_feed *feed, uint8_t *out, size_t room)
{
	size_t n = 0;

	(void)confess(feed); /* if not now, then once there is room */
	while (n < feed->len && n + frame_len(feed->bytes + n) <= room)
		n += frame_len(feed->bytes + n);
	memcpy(out, feed->bytes, n);
	feed->len -= n;
	memmove(feed->bytes, feed->bytes + n, feed->len);
	return n;
}
