#include "net/stock.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

enum {
	LEAST_PIPE = STOCK_PAGE,
	MOST_PIPE = 1 << 20,       /* what an unprivileged pipe may grow to */
	IDLE_BYTES = 8 << 20,      /* a shelf's idle pieces */
	IDLE_PIECES = 256,         /* the same, by number */
	DEFAULT_SOFT = 16384,      /* pages, if the system does not say */
	PIPES_ELSEWHERE = 4 * 256, /* pages left to mailboxes and others */
	FEW_PART = 4,              /* of what a user may have, or usually has */
};

static const struct pump_ops *const ways[STOCK_NWAYS] = {
	[STOCK_COPY] = &pump_copy,
	[STOCK_SPLICE] = &pump_splice,
};

static uint64_t
read_number(const char *path, uint64_t otherwise)
{
	char text[32] = "";
	unsigned long long n;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd == -1)
		return otherwise;
	if (read(fd, text, sizeof text - 1) <= 0 ||
	    sscanf(text, "%llu", &n) != 1)
		n = otherwise;
	close(fd);
	return n;
}

void
stock_init(struct stock *s, _Atomic uint64_t *pipe_pages)
{
	uint64_t soft =
	    read_number("/proc/sys/fs/pipe-user-pages-soft", DEFAULT_SOFT);

	*s = (struct stock){ .pipe_pages = pipe_pages };
	if (soft == 0) /* no limit */
		s->most_pages = UINT64_MAX;
	else if (soft > PIPES_ELSEWHERE)
		s->most_pages = soft - PIPES_ELSEWHERE;
	s->few_pages =
	    (s->most_pages < DEFAULT_SOFT ? s->most_pages : DEFAULT_SOFT) /
	    FEW_PART;
}

uint32_t
stock_pipe_size(uint32_t size)
{
	uint32_t power = LEAST_PIPE;

	while (power < size && power < MOST_PIPE)
		power *= 2;
	return power;
}

static struct piece *
make(struct stock *s, enum stock_way way, uint32_t size)
{
	struct piece *p = ways[way]->open(s, size);

	if (p == NULL)
		return NULL;
	p->ops = ways[way];
	p->next = NULL;
	p->size = size;
	p->len = p->at = 0;
	p->way = (uint8_t)way;
	return p;
}

static bool
lies_ready(const struct shelf *shelf, uint32_t size)
{
	return shelf->first != NULL && shelf->size == size;
}

struct piece *
stock_take(struct stock *s, enum stock_way way, uint32_t size)
{
	struct shelf *shelf = &s->shelves[way];
	struct piece *p;

	if (!lies_ready(shelf, size))
		return make(s, way, size);
	p = shelf->first;
	shelf->first = p->next;
	if (--shelf->count < shelf->least)
		shelf->least = shelf->count;
	p->next = NULL;
	return p;
}

bool
stock_is_short(const struct stock *s)
{
	return atomic_load_explicit(s->pipe_pages, memory_order_relaxed) >=
	       s->few_pages;
}

static void
drop(struct stock *s, struct shelf *shelf)
{
	struct piece *p = shelf->first;

	shelf->first = p->next;
	shelf->count--;
	p->ops->close(s, p);
}

void
stock_prefer(struct stock *s, enum stock_way way, uint32_t size)
{
	struct shelf *shelf = &s->shelves[way];

	if (shelf->size == size)
		return;
	while (shelf->first != NULL)
		drop(s, shelf);
	shelf->size = size;
	shelf->least = 0;
}

static bool
is_full(const struct shelf *shelf, enum stock_way way)
{
	if (shelf->count >= IDLE_PIECES)
		return true;
	return way == STOCK_COPY && shelf->count > 0 &&
	       (uint64_t)shelf->count * shelf->size >= IDLE_BYTES;
}

void
stock_put(struct stock *s, struct piece *p)
{
	struct shelf *shelf = &s->shelves[p->way];

	if (p->len > 0 || p->size != shelf->size || is_full(shelf, p->way)) {
		p->ops->close(s, p);
		return;
	}
	p->at = 0;
	p->next = shelf->first;
	shelf->first = p;
	shelf->count++;
}

static void
trim(struct stock *s, struct shelf *shelf)
{
	for (; shelf->least > 0; shelf->least--)
		drop(s, shelf);
	shelf->least = shelf->count;
}

void
stock_trim(struct stock *s)
{
	s->pipes_refused = false;
	for (size_t i = 0; i < STOCK_NWAYS; i++)
		trim(s, &s->shelves[i]);
}

static void
clear(struct stock *s, struct shelf *shelf)
{
	while (shelf->first != NULL)
		drop(s, shelf);
	shelf->least = 0;
}

void
stock_clear(struct stock *s)
{
	for (size_t i = 0; i < STOCK_NWAYS; i++)
		clear(s, &s->shelves[i]);
}
