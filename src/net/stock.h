/*
 * What octets wait in: buffers and pipes, lent by a worker to its pumps.
 *
 * A pump holds a piece only while there are octets in it. Empty pieces go back
 * to the stock, last in first out, so that a busy worker reads into the same
 * warm memory over and over; what was not needed during a second is freed.
 * Worker thread only.
 */

#ifndef NET_STOCK_H
#define NET_STOCK_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct piece;
struct stock;

enum {
	STOCK_PAGE = 4096, /* what pipes are counted in */
};

enum stock_way {
	STOCK_COPY,   /* a buffer; recv and send */
	STOCK_SPLICE, /* a pipe; octets stay in the kernel */
	STOCK_NWAYS,
};

/* One way to move octets: pump_copy.c, pump_splice.c. */
struct pump_ops {
	const char *name;

	/* A new piece of that capacity; NULL with errno set. */
	struct piece *(*open)(struct stock *, uint32_t size);
	void (*close)(struct stock *, struct piece *);

	/* Into an empty piece, like read(2), up to its size; raises len. */
	ssize_t (*fill)(struct piece *, int from, uint32_t most);

	/* Out of it, like write(2); lowers len. */
	ssize_t (*drain)(struct piece *, int to);

	/*
	 * About how many octets that socket takes now. 0: none, and the kernel
	 * will report when it does, as it would after EAGAIN.
	 */
	uint32_t (*room)(int to);
};

extern const struct pump_ops pump_copy, pump_splice;

struct piece {
	const struct pump_ops *ops;
	struct piece *next;
	uint32_t size; /* capacity asked for */
	uint32_t len;  /* octets held */
	uint32_t at;   /* buffer: where they begin */
	int rd, wr;    /* pipe */
	uint8_t way;   /* enum stock_way */
	uint8_t bytes[];
};

struct stock {
	struct shelf {
		struct piece *first;
		uint32_t size;  /* of the pieces on it; others are not kept */
		unsigned count; /* on the shelf */
		unsigned least; /* the fewest there since the last trim */
	} shelves[STOCK_NWAYS];

	/*
	 * Pages in pipes, of all workers: past a number for each user
	 * (pipe-user-pages-soft) the kernel hands out tiny pipes only.
	 */
	_Atomic uint64_t *pipe_pages;
	uint64_t most_pages;
	uint64_t few_pages; /* so many may lie about in slow streams */
	bool pipes_refused; /* until the next trim: do not ask again */
};

/* pipe_pages is shared by all workers and outlives the stock. */
void stock_init(struct stock *, _Atomic uint64_t *pipe_pages);

/* The size that will be asked for from now on. */
void stock_prefer(struct stock *, enum stock_way, uint32_t size);

/*
 * An empty piece of that size, in octets (a pipe's is a power of two and at
 * least a page). NULL with errno set: no memory, no descriptors, or no pipe of
 * that size can be had now; then copy.
 */
struct piece *stock_take(struct stock *, enum stock_way, uint32_t size);

/* Should octets wait elsewhere than in pipes, as few are left? */
bool stock_is_short(const struct stock *);

/* Give a piece back, empty or not. */
void stock_put(struct stock *, struct piece *);

/* Once a second: free what lay idle all the time since the last call. */
void stock_trim(struct stock *);

/* Free all that lies idle. */
void stock_clear(struct stock *);

/* A capacity a pipe can have: size rounded up, within the system's bounds. */
uint32_t stock_pipe_size(uint32_t size);

#endif
