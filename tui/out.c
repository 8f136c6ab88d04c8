#include "tui/out.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { ROOM = 1 << 16, LARGE = 1024 };

static const char begin_whole[] = "\033[?2026h", end_whole[] = "\033[?2026l";

static void
send_some(struct out *o)
{
	while (o->at < o->len) {
		ssize_t n = write(o->tty, o->bytes + o->at, o->len - o->at);

		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1 && errno == EAGAIN) {
			(void)event_add(o->writable, NULL);
			return;
		}
		if (n <= 0) {
			break; /* the terminal is gone: its reader will notice
				*/
		}
		o->at += (size_t)n;
		o->total += (uint64_t)n;
	}
	o->at = o->len = 0;
}

static void
on_writable(evutil_socket_t fd, short what, void *arg)
{
	struct out *o = arg;

	(void)fd;
	(void)what;
	send_some(o);
	if (!out_busy(o))
		o->drained(o->arg);
}

int
out_open(struct out *o, struct event_base *base, int tty,
    void (*drained)(void *arg), void *arg)
{
	*o = (struct out){ .tty = tty, .drained = drained, .arg = arg };
	o->near = memfd_create("frame", MFD_CLOEXEC);
	if (o->near == -1)
		return -errno;
	o->writable = event_new(base, tty, EV_WRITE, on_writable, o);
	return o->writable == NULL ? -ENOMEM : 0;
}

static bool
reserve(struct out *o, size_t n)
{
	size_t room = o->len + n;
	uint8_t *bytes;

	if (room <= o->room)
		return true;
	room += ROOM;
	bytes = realloc(o->bytes, room);
	if (bytes == NULL)
		return false;
	o->bytes = bytes;
	o->room = room;
	return true;
}

static void
add(struct out *o, const char *text)
{
	size_t n = strlen(text);

	if (!reserve(o, n))
		return;
	memcpy(o->bytes + o->len, text, n);
	o->len += n;
}

/* A terminal that does not know the marks passes over them. */
static void
take_frame(struct out *o, size_t size)
{
	bool whole = o->whole && size >= LARGE;
	ssize_t n;

	if (whole)
		add(o, begin_whole);
	if (reserve(o, size)) {
		n = pread(o->near, o->bytes + o->len, size, 0);
		o->len += n > 0 ? (size_t)n : 0;
	}
	if (whole)
		add(o, end_whole);
}

void
out_pump(struct out *o)
{
	off_t size = lseek(o->near, 0, SEEK_CUR);

	if (size > 0)
		take_frame(o, (size_t)size);
	(void)lseek(o->near, 0, SEEK_SET); /* the next frame overwrites it */
	if (size > ROOM)
		(void)ftruncate(o->near, 0);
	send_some(o);
}

void
out_put(struct out *o, const char *text)
{
	out_pump(o);
	add(o, text);
	send_some(o);
}

bool
out_busy(const struct out *o)
{
	return o->at < o->len;
}

void
out_flush(struct out *o, int ms)
{
	struct pollfd p = { .fd = o->tty, .events = POLLOUT };

	out_pump(o);
	while (out_busy(o) && poll(&p, 1, ms) == 1 &&
	       (p.revents & (POLLERR | POLLHUP)) == 0)
		send_some(o);
	o->at = o->len = 0;
}

void
out_close(struct out *o)
{
	if (o->writable != NULL)
		event_free(o->writable);
	if (o->near > 0)
		(void)close(o->near);
	free(o->bytes);
	*o = (struct out){ 0 };
}
