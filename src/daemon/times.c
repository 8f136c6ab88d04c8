/* How long things take: histograms, and how workers keep up just now. */

#include "daemon/state.h"

enum { LAG_SECONDS = 30 };

static struct histogram_sum
lag_of(const struct supervisor *s, size_t worker)
{
	struct histogram_sum sum;

	metrics_histogram(&sum, HISTOGRAM_loop_lag, &s->counters[worker], 1);
	return sum;
}

void
times_tick(struct supervisor *s)
{
	if (s->seconds % LAG_SECONDS != 0)
		return;
	for (size_t i = 0; i < s->nworkers; i++) {
		s->lag[i][1] = s->lag[i][0];
		s->lag[i][0] = lag_of(s, i);
	}
}

void
times_reset(struct supervisor *s)
{
	for (size_t i = 0; i < HISTOGRAMS_COUNT; i++)
		metrics_histogram(&s->zero_times[i], (enum histogram_id)i,
		    s->counters, s->nworkers);
}

void
supervisor_histogram(
    const struct supervisor *s, enum histogram_id id, struct histogram_sum *sum)
{
	metrics_histogram(sum, id, s->counters, s->nworkers);
	*sum = histogram_since(sum, &s->zero_times[id]);
}

void
supervisor_worker_lag(
    const struct supervisor *s, size_t worker, struct histogram_sum *sum)
{
	*sum = lag_of(s, worker);
	*sum = histogram_since(sum, &s->lag[worker][1]);
}

uint64_t
supervisor_worker_cpu_us(const struct supervisor *s, size_t worker)
{
	return worker_cpu_us(s->workers[worker]);
}
