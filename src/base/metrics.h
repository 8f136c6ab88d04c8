/*
 * Counters and histograms with one writer each, summed when somebody asks.
 *
 * Each thread that counts owns one struct metrics, which shares no cache line
 * with another's. Its writer never resets it: rates are the reader's
 * subtraction.
 */

#ifndef BASE_METRICS_H
#define BASE_METRICS_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "base/histogram.h"

enum metric_kind {
	METRIC_COUNTER, /* only grows */
	METRIC_GAUGE,   /* a level */
};

struct metrics {
#define METRIC(id, ...) _Atomic uint64_t id;
#include "base/metrics.def"
#define HISTOGRAM(id, ...) struct histogram id;
#include "base/metrics.def"
	char apart[64];
};

/* The same figures, added up over all threads. */
struct metrics_sum {
#define METRIC(id, ...) uint64_t id;
#include "base/metrics.def"
};

struct metric_row {
	const char *id, *unit, *meaning;
	enum metric_kind kind;
	size_t offset; /* of the uint64_t in struct metrics_sum */
};

struct histogram_row {
	const char *id, *meaning;
	size_t offset; /* of the struct histogram in struct metrics */
};

enum histogram_id {
#define HISTOGRAM(id, ...) HISTOGRAM_##id,
#include "base/metrics.def"
	HISTOGRAMS_COUNT,
};

extern const struct histogram_row histogram_rows[HISTOGRAMS_COUNT];

enum {
#define METRIC(id, ...) METRICS_INDEX_##id,
#include "base/metrics.def"
	METRICS_COUNT,
};

extern const struct metric_row metric_rows[METRICS_COUNT];

/* Call from the owning thread only. */
static inline void
metrics_add(_Atomic uint64_t *m, uint64_t n)
{
	uint64_t now = atomic_load_explicit(m, memory_order_relaxed);

	atomic_store_explicit(m, now + n, memory_order_relaxed);
}

static inline void
metrics_sub(_Atomic uint64_t *m, uint64_t n)
{
	metrics_add(m, (uint64_t)0 - n);
}

/* Call from any thread. */
void metrics_sum(
    struct metrics_sum *, struct metrics *const threads[], size_t nthreads);

/* The same for one histogram. */
void metrics_histogram(struct histogram_sum *, enum histogram_id,
    struct metrics *const threads[], size_t nthreads);

#endif
