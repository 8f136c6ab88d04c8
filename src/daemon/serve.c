/*
 * Whether SOCKS clients are served just now: start, stop and reset at run time.
 *
 * The letters go out before a policy that is published for their sake. A worker
 * takes its letters in order, so the policy it gives back says that it has done
 * what they asked.
 */

#include <stdatomic.h>
#include <string.h>

#include "daemon/state.h"

void
serve_tell(struct supervisor *s, const struct change *c)
{
	if (c->kind != CHANGE_LISTEN && c->kind != CHANGE_RESET)
		return;
	s->closed = c->kind == CHANGE_LISTEN && !c->enabled;
	if (c->kind == CHANGE_RESET)
		all_workers(s, MAIL_CLEAR, 0);
	all_workers(s, MAIL_LISTEN, !s->closed);
}

void
serve_told(struct supervisor *s, const struct change *c)
{
	if (c->kind != CHANGE_RESET || c->result != CHANGE_DONE)
		return;
	metrics_sum(&s->zero, s->counters, s->nworkers);
	times_reset(s);
	atomic_store(&s->shared.peak, atomic_load(&s->shared.sessions));
}

/* Counters begin at the last reset, levels are what they are. */
void
supervisor_metrics(const struct supervisor *s, struct metrics_sum *sum)
{
	metrics_sum(sum, s->counters, s->nworkers);
	for (size_t i = 0; i < METRICS_COUNT; i++) {
		size_t at = metric_rows[i].offset;
		uint64_t now, zero;

		if (metric_rows[i].kind != METRIC_COUNTER)
			continue;
		memcpy(&now, (char *)sum + at, sizeof now);
		memcpy(&zero, (const char *)&s->zero + at, sizeof zero);
		now -= zero;
		memcpy((char *)sum + at, &now, sizeof now);
	}
}

bool
supervisor_ready(const struct supervisor *s, const char **why)
{
	*why = s->stopping                ? "stopping"
	       : s->closed                ? "stopped by an administrator"
	       : s->running < s->nworkers ? "starting, or a worker has ended"
					  : "";
	return **why == '\0';
}

bool
supervisor_open(const struct supervisor *s)
{
	return !s->closed && !s->stopping;
}

bool
supervisor_authentication(const struct supervisor *s)
{
	return s->policy->limits.auth_required;
}
