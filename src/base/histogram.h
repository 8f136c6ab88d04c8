/*
 * How often something took how long: a counter for each of fixed spans that
 * grow by half an octave, with one writer, summed when somebody asks.
 *
 * A value costs its writer a few nanoseconds. A percentile read from it is at
 * most half above the true one.
 */

#ifndef BASE_HISTOGRAM_H
#define BASE_HISTOGRAM_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

/* Up to 1, 2, 3, 4, 6, 8, 12 ... microseconds, 67 seconds, and more. */
enum { HISTOGRAM_BUCKETS = 53 };

struct histogram {
	_Atomic uint64_t sum; /* of all values, in microseconds */
	_Atomic uint64_t buckets[HISTOGRAM_BUCKETS];
};

/* The same, added up over threads. */
struct histogram_sum {
	uint64_t sum, count;
	uint64_t buckets[HISTOGRAM_BUCKETS];
};

/* The bucket a value falls into. */
static inline size_t
histogram_bucket(uint64_t us)
{
	unsigned k;
	size_t i;

	if (us < 3)
		return us == 2;
	k = 63 - (unsigned)__builtin_clzll(us - 1);
	i = 2 * (size_t)k + ((us - 1) >> (k - 1) & 1);
	return i < HISTOGRAM_BUCKETS ? i : HISTOGRAM_BUCKETS - 1;
}

/* The greatest value that falls into a bucket; UINT64_MAX: there is none. */
uint64_t histogram_most(size_t bucket);

/* Call from the owning thread only. */
static inline void
histogram_add(struct histogram *h, uint64_t us)
{
	_Atomic uint64_t *b = &h->buckets[histogram_bucket(us)];

	atomic_store_explicit(b,
	    atomic_load_explicit(b, memory_order_relaxed) + 1,
	    memory_order_relaxed);
	atomic_store_explicit(&h->sum,
	    atomic_load_explicit(&h->sum, memory_order_relaxed) + us,
	    memory_order_relaxed);
}

/* Add a thread's to a sum, which begins as zeros. Any thread. */
void histogram_sum(struct histogram_sum *, const struct histogram *);

/* Add one sum to another. */
void histogram_join(struct histogram_sum *, const struct histogram_sum *);

/* What came between two sums. */
struct histogram_sum histogram_since(
    const struct histogram_sum *now, const struct histogram_sum *before);

/* What `percent` of 100 values were not above; 0 if there were none. */
uint64_t histogram_percentile(const struct histogram_sum *, unsigned percent);

#endif
