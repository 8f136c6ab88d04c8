/*
 * What an account may still move in one direction: a bucket of tokens, one for
 * each octet, from which the sessions of all workers draw without a lock.
 *
 * It fills with `rate` tokens a second, holds BUCKET_US of them, and may be
 * overdrawn by as many and a portion (bucket_portion()): over any time t no
 * more than rate * (t + 2 * BUCKET_US) and a portion is drawn.
 *
 * Sessions that use what they draw at once, and want more, are pressed: they
 * draw their share when their worker's clock ticks, and only then, so that each
 * gets the same whichever worker it is on. Pure: time is passed in
 * (clock_us()).
 */

#ifndef CORE_BUCKET_H
#define CORE_BUCKET_H

#include <stdatomic.h>
#include <stdint.h>

struct bucket {
	_Atomic uint64_t spent;   /* the time up to which tokens are drawn */
	_Atomic uint32_t pressed; /* sessions, on all workers */
};

enum {
	BUCKET_US = 250 * 1000, /* what it holds, in time */
	BUCKET_TICK_US = 50 * 1000,
	BUCKET_MOST = 1 << 30, /* drawn at once */
};

/* The least that is worth reading: a sixteenth of a second's, up to 512. */
uint32_t bucket_portion(uint64_t rate);

/*
 * Draw up to that many, at least a portion or none. What is not used by the end
 * of a second goes back.
 */
uint32_t
bucket_draw(struct bucket *, uint64_t rate, uint64_t now_us, uint64_t wanted);
void bucket_return(struct bucket *, uint64_t rate, uint32_t tokens);

/* For a session that is not pressed: 0 if it must wait, and become so. */
uint32_t bucket_sip(struct bucket *, uint64_t rate, uint64_t now_us);

/*
 * For one that is, `elapsed` after the last tick of its worker: its share of
 * the time. Where that is less than a portion, chance decides whether it gets
 * one: `random` is any number of 32 bits.
 */
uint32_t bucket_share(struct bucket *, uint64_t rate, uint64_t now_us,
    uint64_t elapsed_us, uint32_t random);

#endif
