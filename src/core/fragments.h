/*
 * The reassembly queue of an association (RFC 1928 section 7), without I/O and
 * with the time passed in.
 *
 * Fragments are positions 1, 2, 3... of a sequence, the last one marked. The
 * queue is begun anew, and what it held abandoned, when its time is over and by
 * a datagram with a lower position than the highest taken. So a fragment that
 * was lost or overtaken cannot come any more, and a gap abandons the sequence
 * at once. A copy of the last fragment taken is ignored; anything else at its
 * position belongs to another sequence.
 *
 * A queue holds memory only between the first fragment and the last; how much
 * all queues of a worker may hold is in a purse. One thread.
 */

#ifndef CORE_FRAGMENTS_H
#define CORE_FRAGMENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/udp.h"

/* The least that the section allows. */
enum { FRAGMENTS_MS = 5000 };

struct fragments_purse {
	size_t held; /* octets, by all queues */
	size_t most;
};

struct fragments {
	struct fragment_queue *queue; /* NULL: empty */
	uint32_t lost; /* fragments abandoned; the owner sets it back */
};

enum fragments_said {
	FRAGMENTS_KEPT,    /* it waits for the others (or was a copy) */
	FRAGMENTS_WHOLE,   /* see fragments_whole(); then fragments_reset() */
	FRAGMENTS_DROPPED, /* it fits nowhere, or there is no room */
};

/*
 * A datagram with a FRAG other than 0 has come from the client. All fragments
 * of a sequence go to the same address. A sequence longer than the largest
 * datagram, or than the purse allows, is abandoned.
 */
enum fragments_said fragments_add(struct fragments *, struct fragments_purse *,
    const struct udp_head *, const uint8_t *payload, size_t len,
    uint64_t now_ms);

/* After FRAGMENTS_WHOLE, until fragments_reset(). */
struct fragments_whole {
	const struct socks_addr *to;
	const uint8_t *bytes;
	size_t len;
};
struct fragments_whole fragments_whole(const struct fragments *);

/* Empty it: a datagram that stands alone has come, or the client is gone. */
void fragments_reset(struct fragments *, struct fragments_purse *);

/* Abandon it if its time is over. True: it still holds something. */
bool
fragments_tick(struct fragments *, struct fragments_purse *, uint64_t now_ms);

#endif
