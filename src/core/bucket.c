#include "core/bucket.h"

enum {
	SECOND = 1000 * 1000,
	PORTION_MOST = 512,
};

uint32_t
bucket_portion(uint64_t rate)
{
	uint64_t portion = rate / 16 + 1;

	return portion < PORTION_MOST ? (uint32_t)portion : PORTION_MOST;
}

/* Tokens in so many microseconds, up to BUCKET_US. */
static uint64_t
in_time(uint64_t rate, uint64_t us)
{
	return (uint64_t)((__uint128_t)rate * us / SECOND);
}

/* Microseconds that so many tokens last, rounded up. */
static uint64_t
time_of(uint64_t rate, uint64_t tokens)
{
	return (tokens * SECOND + rate - 1) / rate;
}

/* Up to that many, but a portion at least, unless it is overdrawn by `debt_us`
 * already. */
static uint32_t
draw(struct bucket *b, uint64_t rate, uint64_t now_us, uint64_t debt_us,
    uint64_t wanted)
{
	uint64_t before = atomic_load_explicit(&b->spent, memory_order_relaxed);
	uint64_t portion = bucket_portion(rate), spent, got;

	if (wanted > BUCKET_MOST)
		wanted = BUCKET_MOST;
	do {
		spent = before;
		if (spent + BUCKET_US < now_us)
			spent = now_us - BUCKET_US;
		if (spent >= now_us + debt_us)
			return 0;
		got = spent < now_us ? in_time(rate, now_us - spent) : 0;
		got = got < portion ? portion : got;
		got = got < wanted ? got : wanted;
	} while (!atomic_compare_exchange_weak_explicit(&b->spent, &before,
	    spent + time_of(rate, got), memory_order_relaxed,
	    memory_order_relaxed));
	return (uint32_t)got;
}

uint32_t
bucket_draw(struct bucket *b, uint64_t rate, uint64_t now_us, uint64_t wanted)
{
	return draw(b, rate, now_us, 0, wanted);
}

void
bucket_return(struct bucket *b, uint64_t rate, uint32_t tokens)
{
	/* Rounded down: a portion of time may be lost, none is made. */
	uint64_t back = (uint64_t)tokens * SECOND / rate;
	uint64_t before = atomic_load_explicit(&b->spent, memory_order_relaxed);

	/* Drawn at a higher rate, they may be worth more than all time. */
	while (!atomic_compare_exchange_weak_explicit(&b->spent, &before,
	    before > back ? before - back : 0, memory_order_relaxed,
	    memory_order_relaxed))
		;
}

uint32_t
bucket_sip(struct bucket *b, uint64_t rate, uint64_t now_us)
{
	uint64_t wanted = in_time(rate, BUCKET_TICK_US);
	uint32_t portion = bucket_portion(rate);

	if (atomic_load_explicit(&b->pressed, memory_order_relaxed) > 0)
		return 0;
	return bucket_draw(
	    b, rate, now_us, wanted > portion ? wanted : portion);
}

uint32_t
bucket_share(struct bucket *b, uint64_t rate, uint64_t now_us,
    uint64_t elapsed_us, uint32_t random)
{
	uint64_t pressed =
	    atomic_load_explicit(&b->pressed, memory_order_relaxed);
	uint64_t portion = bucket_portion(rate), share;

	if (elapsed_us > BUCKET_US)
		elapsed_us = BUCKET_US;
	share = in_time(rate, elapsed_us) / (pressed > 0 ? pressed : 1);
	/* A little more than fair: what rounding and chance leave is used. */
	share += share / 16 + 1;
	if (share >= portion)
		return draw(b, rate, now_us, 0, share);
	if ((random & 0xffff) * portion >= share << 16)
		return 0;
	/* Chance has its ups and downs; they even out. */
	return draw(b, rate, now_us, BUCKET_US, portion);
}
