/*
 * How long things took of late: the daemon's histograms, as the difference of
 * two readings. One thread.
 */

#ifndef TUI_LATENCY_H
#define TUI_LATENCY_H

#include "proto/admin.h"

enum latency_kind {
	LATENCY_RESOLVE,
	LATENCY_CONNECT,
	LATENCY_SETUP,
	LATENCY_KINDS,
};

enum { LATENCY_BUCKETS = 64 };

/* Buckets by their upper bound in microseconds, rising. */
struct latency_buckets {
	uint64_t most[LATENCY_BUCKETS], count[LATENCY_BUCKETS];
	int n;
};

struct latency {
	struct latency_buckets next[LATENCY_KINDS]; /* being read */
	struct latency_buckets last[LATENCY_KINDS];
	struct latency_buckets since[LATENCY_KINDS]; /* of a while ago */
	uint64_t since_at;                           /* ms */
	bool known;
};

void latency_begin(struct latency *);
void latency_add(struct latency *, const struct admin_bucket *, size_t n);
void latency_end(struct latency *, uint64_t now);

/* Things measured lately. */
uint64_t latency_count(const struct latency *, enum latency_kind);

/* Milliseconds in which that part (0 to 1) of them was done; NAN: none were. */
double latency_part(const struct latency *, enum latency_kind, double part);

#endif
