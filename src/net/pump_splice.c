/*
 * splice(2) raises SIGPIPE on a closed socket; the worker's thread has it
 * blocked.
 */

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "net/stock.h"

enum {
	FLAGS = SPLICE_F_NONBLOCK | SPLICE_F_MOVE,
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

static ssize_t
splice_fill(struct piece *p, int from, uint32_t most)
{
	ssize_t n = splice(from, NULL, p->wr, NULL, most, FLAGS);

	if (n > 0)
		p->len = (uint32_t)n;
	return n;
}

static ssize_t
splice_drain(struct piece *p, int to)
{
	ssize_t n = splice(p->rd, NULL, to, NULL, p->len, FLAGS);

	if (n > 0)
		p->len -= (uint32_t)n;
	return n;
}

const struct pump_ops pump_splice = {
	.name = "splice",
	.open = splice_open,
	.close = splice_close,
	.fill = splice_fill,
	.drain = splice_drain,
};
