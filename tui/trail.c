#include "tui/trail.h"

void
trail_add(struct trail *t, uint64_t now, uint64_t every, uint64_t value)
{
	unsigned last = (t->n - 1) % TRAIL_MOST;

	if (t->n > 0 && value < t->value[last])
		t->n = 0;
	if (t->n > 0 && now - t->at[last] < every)
		return;
	t->at[t->n % TRAIL_MOST] = now;
	t->value[t->n++ % TRAIL_MOST] = value;
}

uint64_t
trail_growth(const struct trail *t, uint64_t now, uint64_t window)
{
	unsigned kept = t->n < TRAIL_MOST ? t->n : TRAIL_MOST, oldest;

	if (kept < 2)
		return 0;
	oldest = t->n - kept;
	while (oldest + 1 < t->n && t->at[oldest % TRAIL_MOST] + window < now)
		oldest++;
	return t->value[(t->n - 1) % TRAIL_MOST] -
	       t->value[oldest % TRAIL_MOST];
}
