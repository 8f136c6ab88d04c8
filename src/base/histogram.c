#include "base/histogram.h"

uint64_t
histogram_most(size_t bucket)
{
	unsigned k = (unsigned)bucket / 2;

	if (bucket == HISTOGRAM_BUCKETS - 1)
		return UINT64_MAX;
	if (bucket < 2)
		return bucket + 1;
	return bucket % 2 == 0 ? UINT64_C(3) << (k - 1) : UINT64_C(2) << k;
}

void
histogram_sum(struct histogram_sum *sum, const struct histogram *h)
{
	sum->sum += atomic_load_explicit(&h->sum, memory_order_relaxed);
	for (size_t i = 0; i < HISTOGRAM_BUCKETS; i++) {
		uint64_t n =
		    atomic_load_explicit(&h->buckets[i], memory_order_relaxed);

		sum->buckets[i] += n;
		sum->count += n;
	}
}

void
histogram_join(struct histogram_sum *sum, const struct histogram_sum *other)
{
	sum->sum += other->sum;
	sum->count += other->count;
	for (size_t i = 0; i < HISTOGRAM_BUCKETS; i++)
		sum->buckets[i] += other->buckets[i];
}

struct histogram_sum
histogram_since(
    const struct histogram_sum *now, const struct histogram_sum *before)
{
	struct histogram_sum d = *now;

	d.sum -= before->sum;
	d.count -= before->count;
	for (size_t i = 0; i < HISTOGRAM_BUCKETS; i++)
		d.buckets[i] -= before->buckets[i];
	return d;
}

uint64_t
histogram_percentile(const struct histogram_sum *h, unsigned percent)
{
	uint64_t wanted = (h->count * percent + 99) / 100, seen = 0;

	for (size_t i = 0; h->count > 0 && i < HISTOGRAM_BUCKETS; i++)
		if ((seen += h->buckets[i]) >= wanted)
			return histogram_most(i);
	return 0;
}
