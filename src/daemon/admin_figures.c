/* Commands that show figures; see daemon/admin_do.h. */

#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/closest.h"
#include "base/log.h"
#include "base/process.h"
#include "daemon/admin_do.h"
#include "daemon/metrics_text.h"

static uint64_t
shared(const _Atomic uint64_t *figure)
{
	return atomic_load_explicit(figure, memory_order_relaxed);
}

static struct histogram_sum
lag_of_all(const struct supervisor *sup)
{
	struct histogram_sum all = { 0 }, one;

	for (size_t i = 0; i < supervisor_workers(sup); i++) {
		supervisor_worker_lag(sup, i, &one);
		histogram_join(&all, &one);
	}
	return all;
}

/* By whatever limit. */
static uint64_t
limited(const struct metrics_sum *sum)
{
	return 0
#define DENIAL(id, text) +sum->denied_##id
#include "net/denial.def"
	    ;
}

void
admin_do_overview(const struct supervisor *sup, struct admin_overview *answer)
{
	const struct worker_shared *now = supervisor_shared(sup);
	const struct settings *set = supervisor_settings(sup);
	struct histogram_sum lag = lag_of_all(sup);
	struct metrics_sum sum;
	struct process p;

	supervisor_metrics(sup, &sum);
	process_look(&p);
	*answer = (struct admin_overview){
		.clock = clock_us(),
		.uptime = (clock_ms() - supervisor_started_ms(sup)) / 1000,
		.sessions = shared(&now->sessions),
		.peak = shared(&now->peak),
		.most = settings_number(set, SETTING_max_connections),
		.relaying = sum.relaying,
		.associations = sum.associations,
		.users_connected = shared(&now->users),
		.users = accounts_count(supervisor_accounts(sup)),
		.accepted = sum.accepted,
		.refused = sum.refused,
		.denied = sum.denied,
		.auth_ok = sum.auth_ok,
		.auth_failed = sum.auth_failed,
		.up = sum.up,
		.down = sum.down,
		.cpu = p.cpu_us,
		.resident = p.resident,
		.pid = (uint64_t)getpid(),
		.descriptors = p.descriptors,
		.descriptors_most = p.descriptors_most,
		.running = supervisor_open(sup),
		.authentication = supervisor_authentication(sup),
		.dissector = settings_number(set, SETTING_dissector),
		.cleanup = settings_number(set, SETTING_cleanup),
		.findings = sum.findings,
		.revision = supervisor_revision(sup),
		.names_failed = sum.names_failed,
		.limited = limited(&sum),
		.log_dropped = log_dropped(),
		.lag_p50 = histogram_percentile(&lag, 50),
		.lag_p99 = histogram_percentile(&lag, 99),
	};
}

enum admin_status
do_status(struct admin_call *call, const struct admin_nothing *request,
    struct admin_overview *answer)
{
	(void)request;
	admin_do_overview(call->sup, answer);
	return ADMIN_OK;
}

/* ---- all figures */

/* The rows that are asked for, in their order. */
struct listing {
	struct admin_call *call;
	const struct admin_metric_page *wanted;
	bool begun; /* the cursor's row was seen */
	bool found; /* a row was wanted */
	bool full;
	struct closest meant; /* if none has the name that is wanted */
};

static void
put(struct listing *l, const char *name, const char *unit, const char *meaning,
    enum metric_kind kind, uint64_t value)
{
	struct admin_metric row = { .value = value, .kind = kind };
	const struct admin_metric_page *wanted = l->wanted;
	bool begun = l->begun;

	l->begun = begun || strcmp(name, wanted->after.bytes) == 0;
	if (!begun || l->full)
		return;
	if (wanted->name.len > 0 && strcmp(name, wanted->name.bytes) != 0) {
		closest_try(
		    &l->meant, wanted->name.bytes, wanted->name.len, name);
		return;
	}
	l->found = true;
	layout_text_set(&row.name, name, strlen(name));
	layout_text_set(&row.unit, unit, strlen(unit));
	layout_text_set(&row.meaning, meaning, strlen(meaning));
	l->full = !l->call->row(l->call, &row);
}

static void
put_counters(struct listing *l)
{
	struct metrics_sum sum;
	uint64_t value;

	supervisor_metrics(l->call->sup, &sum);
	for (size_t i = 0; i < METRICS_COUNT; i++) {
		const struct metric_row *row = &metric_rows[i];

		memcpy(&value, (const char *)&sum + row->offset, sizeof value);
		put(l, row->id, row->unit, row->meaning, row->kind, value);
	}
}

static void
put_figures(struct listing *l)
{
	struct metrics_figure list[METRICS_FIGURES];

	metrics_figures(l->call->sup, list);
	for (size_t i = 0; i < METRICS_FIGURES; i++)
		put(l, list[i].id, list[i].unit, list[i].help, list[i].kind,
		    list[i].value);
}

enum admin_status
do_metrics(struct admin_call *call, const struct admin_metric_page *request,
    struct admin_metric *answer)
{
	struct listing l = { .call = call, .wanted = request };

	(void)answer;
	l.begun = request->after.len == 0;
	put(&l, "clock", "microseconds", "the daemon's monotonic clock",
	    METRIC_COUNTER, clock_us());
	put_counters(&l);
	put_figures(&l);
	if (l.found || (l.begun && request->name.len == 0))
		return ADMIN_OK;
	return admin_missing(call, "figure", &request->name, &l.meant);
}

/* ---- workers, and how long things took */

static bool
put_buckets(struct admin_call *call, enum histogram_id id)
{
	const struct histogram_row *row = &histogram_rows[id];
	struct histogram_sum sum;
	struct admin_bucket out;

	supervisor_histogram(call->sup, id, &sum);
	layout_text_set(&out.name, row->id, strlen(row->id));
	for (size_t i = 0; i < HISTOGRAM_BUCKETS; i++) {
		out.most = histogram_most(i);
		out.count = sum.buckets[i];
		if (out.count > 0 && !call->row(call, &out))
			return false;
	}
	return true;
}

enum admin_status
do_histogram_list(struct admin_call *call,
    const struct admin_histogram_page *request, struct admin_bucket *answer)
{
	bool found = request->name.len == 0, begun = request->after.len == 0;
	struct closest meant = { 0 };

	(void)answer;
	for (size_t i = 0; i < HISTOGRAMS_COUNT; i++) {
		const char *id = histogram_rows[i].id;
		bool wanted = request->name.len == 0 ||
			      strcmp(request->name.bytes, id) == 0;

		found |= wanted;
		closest_try(&meant, request->name.bytes, request->name.len, id);
		if (wanted && begun && !put_buckets(call, (enum histogram_id)i))
			break;
		begun |= strcmp(request->after.bytes, id) == 0;
	}
	if (found)
		return ADMIN_OK;
	return admin_missing(call, "histogram", &request->name, &meant);
}

enum admin_status
do_worker_list(struct admin_call *call, const struct admin_worker_page *request,
    struct admin_worker_row *answer)
{
	size_t first = request->after > 0 ? (size_t)request->after + 1 : 0;
	struct histogram_sum lag;
	struct metrics_sum sum;

	for (size_t i = first; i < supervisor_workers(call->sup); i++) {
		supervisor_worker_metrics(call->sup, i, &sum);
		supervisor_worker_lag(call->sup, i, &lag);
		*answer = (struct admin_worker_row){
			.index = i,
			.sessions = sum.sessions,
			.relaying = sum.relaying,
			.accepted = sum.accepted,
			.refused = sum.refused,
			.up = sum.up,
			.down = sum.down,
			.spliced = sum.spliced,
			.cpu = supervisor_worker_cpu_us(call->sup, i),
			.lag_p50 = histogram_percentile(&lag, 50),
			.lag_p99 = histogram_percentile(&lag, 99),
		};
		if (!call->row(call, answer))
			break;
	}
	return ADMIN_OK;
}
