/*
 * splice(2) raises SIGPIPE on a closed socket; the worker's thread has it
 * blocked.
 */

#include <errno.h>
#include <fcntl.h>
#include <linux/sock_diag.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/stock.h"

enum {
	FLAGS = SPLICE_F_NONBLOCK | SPLICE_F_MOVE,
	ENOUGH = 64 << 10, /* room that is worth two calls */
};

static int
open_pipe(int ends[2], uint32_t size)
{
	int err;

	if (pipe2(ends, O_NONBLOCK | O_CLOEXEC) == -1)
		return -errno;
	/* A smaller one would cost more than copying does. */
	if (fcntl(ends[1], F_SETPIPE_SZ, (int)size) >= (int)size)
		return 0;
	err = errno;
	close(ends[0]);
	close(ends[1]);
	return -err;
}

static struct piece *
splice_open(struct stock *s, uint32_t size)
{
	uint64_t pages = size / STOCK_PAGE;
	struct piece *p;
	int ends[2], err;

	if (s->pipes_refused ||
	    atomic_load(s->pipe_pages) + pages > s->most_pages) {
		errno = EPERM;
		return NULL;
	}
	if ((p = malloc(sizeof *p)) == NULL)
		return NULL;
	if ((err = open_pipe(ends, size)) != 0) {
		s->pipes_refused = true;
		free(p);
		errno = -err;
		return NULL;
	}
	p->rd = ends[0];
	p->wr = ends[1];
	atomic_fetch_add(s->pipe_pages, pages);
	return p;
}

static void
splice_close(struct stock *s, struct piece *p)
{
	close(p->rd);
	close(p->wr);
	atomic_fetch_sub(s->pipe_pages, p->size / STOCK_PAGE);
	free(p);
}

/*
 * Nothing was spliced: once the peer has sent its last, an urgent octet looks
 * like the end of file. 0 at the end, else -1.
 */
static ssize_t
look(int from)
{
	char octet;
	ssize_t n = recv(from, &octet, 1, MSG_PEEK | MSG_DONTWAIT);

	if (n <= 0)
		return n;
	errno = EAGAIN; /* END_URGENT is about to be told */
	return -1;
}

static ssize_t
splice_fill(struct piece *p, int from, uint32_t most)
{
	ssize_t n = splice(from, NULL, p->wr, NULL, most, FLAGS);

	if (n > 0)
		p->len = (uint32_t)n;
	return n != 0 ? n : look(from);
}

static ssize_t
splice_drain(struct piece *p, int to)
{
	ssize_t n = splice(p->rd, NULL, to, NULL, p->len, FLAGS);

	if (n > 0)
		p->len -= (uint32_t)n;
	return n;
}

/*
 * Octets that the memory a socket has left will hold; a third of it is for what
 * comes with each segment.
 */
static uint32_t
left(int to)
{
	uint32_t memory[SK_MEMINFO_VARS] = { 0 }, taken, most;
	socklen_t len = sizeof memory;

	if (getsockopt(to, SOL_SOCKET, SO_MEMINFO, memory, &len) == -1)
		return UINT32_MAX;
	taken = memory[SK_MEMINFO_WMEM_QUEUED];
	most = memory[SK_MEMINFO_SNDBUF];
	return taken < most ? (most - taken) / 3 * 2 : 0;
}

/*
 * A thousand slow receivers would hold all the pipes that a user may have. What
 * is left in the socket it comes from stops the sender just the same.
 */
static uint32_t
splice_room(int to)
{
	struct pollfd p = { .fd = to, .events = POLLOUT };
	uint32_t room = left(to);

	if (room >= ENOUGH)
		return room;
	/* The kernel reports room only after somebody has found none. */
	return poll(&p, 1, 0) == 0 ? 0 : room > 0 ? room : ENOUGH;
}

const struct pump_ops pump_splice = {
	.name = "splice",
	.open = splice_open,
	.close = splice_close,
	.fill = splice_fill,
	.drain = splice_drain,
	.room = splice_room,
};
