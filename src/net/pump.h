/*
 * One direction of a relay: octets from one end to the other, at most one piece
 * (net/stock.h) of them in hand, and none while it waits to read. It reads only
 * when the other end can take more: a slow receiver stops the sender through
 * TCP. Worker thread only.
 */

#ifndef NET_PUMP_H
#define NET_PUMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/metrics.h"
#include "net/end.h"
#include "net/stock.h"

enum pump_state {
	PUMP_OPEN,
	PUMP_DONE,      /* the end of file was passed on */
	PUMP_NO_SOURCE, /* reading failed; see err */
	PUMP_NO_SINK,   /* writing failed; see err; what was held is gone */
};

struct pump {
	struct piece *held; /* NULL while it waits to read */
	uint64_t total;     /* octets passed on since the start */
	uint32_t may;       /* octets it may still read; or PUMP_FREELY */
	uint8_t state;      /* enum pump_state */
	uint8_t err;        /* errno; they are all below 256 */
	int8_t run;         /* small reads until it copies again; negative: it
			       does, for so many large reads */
	uint8_t pipe;       /* log2 of a pipe's size; 0: never splice */
};

#define PUMP_FREELY UINT32_MAX /* any number of them */

/* What a turn needs besides the pump. */
struct pump_how {
	struct stock *stock;
	struct metrics *metrics;
	uint32_t buffer; /* octets read at once when copying */

	/*
	 * Shown what is read from an end, before it goes on; or NULL. Octets
	 * that went on unseen, through a pipe, are told with bytes NULL; there
	 * are no more of them than tap_blind() says.
	 */
	void (*tap)(void *arg, uint8_t side, const uint8_t *bytes, size_t len);
	uint64_t (*tap_blind)(void *arg, uint8_t side);
	void *tap_arg;
};

enum pump_turn {
	PUMP_WAITS, /* an end has said no; its next event goes on */
	PUMP_AGAIN, /* the turn is used up: others first, then call again */
};

/* pipe: a pipe's size (a power of two) to splice through, or 0. It may read
 * freely. */
void pump_init(struct pump *, uint32_t pipe);

/*
 * Hand over octets that were read already (a client's early data), before the
 * first turn. 0 or -ENOMEM.
 */
int pump_preload(
    struct pump *, const struct pump_how *, const void *bytes, size_t len);

/*
 * Move what can be moved without blocking, up to a turn's worth. The pump
 * takes bits from from->can and to->can as it finds them wrong.
 */
enum pump_turn pump_step(
    struct pump *, const struct pump_how *, struct end *from, struct end *to);

/* Does nothing hold it up but that it may read no more? */
bool pump_is_held_up(
    const struct pump *, const struct end *from, const struct end *to);

/* Give back what is held. */
void pump_close(struct pump *, struct stock *);

#endif
