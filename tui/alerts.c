#include "tui/alerts.h"

#include <math.h>
#include <string.h>

#include "tui/model.h"

enum { HOUR_MS = 3600000, MINUTE_MS = 60000 };

const struct alert_row alert_rows[ALERTS] = {
#define ALERT(id, label, limit, unit) [ALERT_##id] = { label, limit, unit },
#include "tui/alerts.def"
};

static double
part(const struct model *m, enum figure is, enum figure most)
{
	const struct data *d = &m->live;

	if (!d->known[is] || !d->known[most] || d->value[most] == 0)
		return NAN;
	return (double)d->value[is] * 100 / (double)d->value[most];
}

/* Of the requests of the last minute; of few it says nothing. */
static double
failed(const struct model *m)
{
	uint64_t all = trail_growth(&m->accepted, m->now, MINUTE_MS);
	uint64_t bad = trail_growth(&m->refused, m->now, MINUTE_MS);

	if (!m->live.known[FIGURE_REFUSED])
		return NAN;
	return all < 20 ? 0 : (double)bad * 100 / (double)all;
}

static double
value(const struct model *m, enum alert_id id)
{
	const struct data *d = &m->live;

	switch (id) {
	case ALERT_AUTH:
		return d->known[FIGURE_AUTH_FAILED]
			   ? (double)trail_growth(
				 &m->auth_failed, m->now, HOUR_MS)
			   : NAN;
	case ALERT_FAILED:
		return failed(m);
	case ALERT_SESSIONS:
		return part(m, FIGURE_SESSIONS, FIGURE_MOST);
	case ALERT_DESCRIPTORS:
		return part(m, FIGURE_DESCRIPTORS, FIGURE_DESCRIPTORS_MOST);
	case ALERT_LAG:
		return d->known[FIGURE_LAG_P99]
			   ? (double)d->value[FIGURE_LAG_P99] / 1000
			   : NAN;
	case ALERT_LOG_DROPPED:
		return d->known[FIGURE_LOG_DROPPED]
			   ? (double)d->value[FIGURE_LOG_DROPPED]
			   : NAN;
	case ALERT_AGE:
		return d->at == 0 || m->now < d->at
			   ? 0
			   : (double)((m->now - d->at) / 1000);
	case ALERTS:
		break;
	}
	return NAN;
}

void
alerts_check(struct model *m)
{
	for (int i = 0; i < ALERTS; i++) {
		struct alert *a = &m->alerts[i];
		bool was = a->raised;

		a->value = value(m, (enum alert_id)i);
		a->raised = a->value > alert_rows[i].limit;
		if (a->raised && !was) {
			memcpy(a->since, m->clock, sizeof a->since);
			model_log(m, LEVEL_WARN, "alert: %s %.1f%s",
			    alert_rows[i].label, a->value, alert_rows[i].unit);
		} else if (was && !a->raised) {
			model_log(m, LEVEL_INFO, "alert over: %s",
			    alert_rows[i].label);
		}
	}
}

int
alerts_raised(const struct model *m)
{
	int n = 0;

	for (int i = 0; i < ALERTS; i++)
		n += m->alerts[i].raised;
	return n;
}
