#include "base/metrics.h"

#define COUNTER METRIC_COUNTER
#define GAUGE METRIC_GAUGE

const struct metric_row metric_rows[METRICS_COUNT] = {
#define METRIC(id, unit, kind, meaning) \
	{ #id, unit, meaning, kind, offsetof(struct metrics_sum, id) },
#include "base/metrics.def"
};

const struct histogram_row histogram_rows[HISTOGRAMS_COUNT] = {
#define HISTOGRAM(id, meaning) { #id, meaning, offsetof(struct metrics, id) },
#include "base/metrics.def"
};

void
metrics_sum(
    struct metrics_sum *sum, struct metrics *const threads[], size_t nthreads)
{
	*sum = (struct metrics_sum){ 0 };
	for (size_t i = 0; i < nthreads; i++) {
#define METRIC(id, ...) \
	sum->id += atomic_load_explicit(&threads[i]->id, memory_order_relaxed);
#include "base/metrics.def"
	}
}

void
metrics_histogram(struct histogram_sum *sum, enum histogram_id id,
    struct metrics *const threads[], size_t nthreads)
{
	*sum = (struct histogram_sum){ 0 };
	for (size_t i = 0; i < nthreads; i++)
		histogram_sum(sum, (const void *)((const char *)threads[i] +
						  histogram_rows[id].offset));
}
