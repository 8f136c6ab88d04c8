#include "tui/ring.h"

#include <math.h>

static const struct {
	uint64_t ms; /* of one cell */
	size_t n;
} levels[RING_LEVELS] = {
	{ 1000, RING_FINE },
	{ 10000, RING_MIDDLE },
	{ 300000, RING_COARSE },
};

static const struct ring_cell *
cells(const struct ring *r, int level)
{
	return level == 0 ? r->fine : level == 1 ? r->middle : r->coarse;
}

static struct ring_cell *
cell(struct ring *r, int level, uint64_t number)
{
	struct ring_cell *all = level == 0   ? r->fine
				: level == 1 ? r->middle
					     : r->coarse;

	return &all[number % levels[level].n];
}

/* Empty the cells between the newest one and this. */
static void
advance(struct ring *r, int level, uint64_t number)
{
	uint64_t at = r->next[level];

	if (number + 1 <= at)
		return;
	if (at == 0 || number + 1 - at > levels[level].n)
		at = number + 1 < levels[level].n
			 ? 0
			 : number + 1 - levels[level].n;
	for (; at <= number; at++)
		*cell(r, level, at) = (struct ring_cell){ 0 };
	r->next[level] = number + 1;
}

static void
add(struct ring_cell *c, double value)
{
	float v = (float)value;

	if (c->count == 0 || v < c->least)
		c->least = v;
	if (c->count == 0 || v > c->most)
		c->most = v;
	c->sum += value;
	c->count++;
}

void
ring_add(struct ring *r, uint64_t from, uint64_t to, double value)
{
	for (int i = 0; i < RING_LEVELS; i++) {
		uint64_t last = to / levels[i].ms;
		uint64_t first = from / levels[i].ms + 1;

		if (first > last)
			first = last;
		if (last - first >= levels[i].n)
			first = last - levels[i].n + 1;
		if (last + levels[i].n < r->next[i])
			continue; /* older than all that is kept */
		advance(r, i, last);
		for (uint64_t k = first; k <= last; k++)
			add(cell(r, i, k), value);
	}
}

/* The finest level that reaches back far enough. */
static int
level_for(unsigned window_s)
{
	for (int i = 0; i < RING_LEVELS - 1; i++)
		if ((uint64_t)window_s * 1000 <= levels[i].ms * levels[i].n)
			return i;
	return RING_LEVELS - 1;
}

static double
mean(const struct ring *r, int level, uint64_t first, uint64_t n)
{
	const struct ring_cell *all = cells(r, level);
	uint64_t next = r->next[level], count = 0;
	double sum = 0;

	for (uint64_t k = first; k < first + n; k++) {
		const struct ring_cell *c = &all[k % levels[level].n];

		if (k >= next || k + levels[level].n < next)
			continue;
		sum += c->sum;
		count += c->count;
	}
	return count == 0 ? NAN : sum / (double)count;
}

void
ring_columns(const struct ring *r, uint64_t now, unsigned window_s,
    double *columns, size_t n)
{
	int level = level_for(window_s);
	uint64_t ms = levels[level].ms, in_window, n_or_1, each, wide, newest,
		 back;

	in_window = (uint64_t)window_s * 1000 / ms;
	in_window = in_window == 0 ? 1 : in_window;
	n_or_1 = n == 0 ? 1 : n;
	each = (in_window + n_or_1 / 2) / n_or_1; /* cells a column */
	each = each == 0 ? 1 : each;
	wide = n / in_window; /* columns a cell */
	wide = wide == 0 ? 1 : wide;
	newest = now / ms / each;
	for (size_t i = 0; i < n; i++) {
		back = (n - 1 - i) / wide;
		columns[i] = back > newest
				 ? NAN
				 : mean(r, level, (newest - back) * each, each);
	}
}

double
ring_last(const struct ring *r)
{
	const struct ring_cell *c;

	if (r->next[0] == 0)
		return NAN;
	c = &r->fine[(r->next[0] - 1) % RING_FINE];
	return c->count == 0 ? NAN : c->sum / c->count;
}

double
ring_most(const struct ring *r, uint64_t now, unsigned window_s)
{
	int level = level_for(window_s);
	uint64_t n = (uint64_t)window_s * 1000 / levels[level].ms;
	uint64_t last = now / levels[level].ms, next = r->next[level];
	double most = NAN;

	for (uint64_t i = 0; i <= n && i <= last; i++) {
		const struct ring_cell *c =
		    &cells(r, level)[(last - i) % levels[level].n];

		if (last - i >= next || last - i + levels[level].n < next ||
		    c->count == 0)
			continue;
		if (isnan(most) || c->most > most)
			most = c->most;
	}
	return most;
}
