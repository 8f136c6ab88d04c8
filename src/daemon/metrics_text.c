#include "daemon/metrics_text.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/process.h"
#include "net/stock.h"

#define COUNTER METRIC_COUNTER
#define GAUGE METRIC_GAUGE

struct figures {
#define FIGURE(id, ...) uint64_t id;
#include "daemon/metrics_text.def"
};

static const struct figure_row {
	const char *id, *name, *unit, *help;
	enum metric_kind kind;
	uint64_t scale;
	size_t offset; /* of the uint64_t in struct figures */
} figure_rows[METRICS_FIGURES] = {
#define FIGURE(id, name, kind, unit, scale, help) \
	{ #id, name, unit, help, kind, scale, offsetof(struct figures, id) },
#include "daemon/metrics_text.def"
};

enum { SECOND = 1000000 };

struct text {
	struct evbuffer *out;
	bool failed;
};

static void print(struct text *, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void
print(struct text *t, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	if (evbuffer_add_vprintf(t->out, format, args) < 0)
		t->failed = true;
	va_end(args);
}

static void
print_head(
    struct text *t, const char *name, const char *help, enum metric_kind kind)
{
	print(t, "# HELP %s %s\n# TYPE %s %s\n", name, help, name,
	    kind == METRIC_COUNTER ? "counter" : "gauge");
}

static uint64_t
at_offset(const void *base, size_t offset)
{
	uint64_t v;

	memcpy(&v, (const char *)base + offset, sizeof v);
	return v;
}

/* ---- counters */

void
metrics_text_name(char name[METRICS_TEXT_NAME], const struct metric_row *row)
{
	bool counter = row->kind == METRIC_COUNTER;
	bool bytes = strcmp(row->unit, "bytes") == 0;
	bool same = strcmp(row->unit, row->id) == 0;
	const char *first = bytes || same ? row->id : row->unit;
	const char *second = bytes ? row->unit : same ? "" : row->id;

	(void)snprintf(name, METRICS_TEXT_NAME, "socks5d_%s%s%s%s", first,
	    *second != '\0' ? "_" : "", second, counter ? "_total" : "");
}

static void
print_counters(struct text *t, const struct supervisor *s)
{
	char name[METRICS_TEXT_NAME];
	struct metrics_sum sum;

	supervisor_metrics(s, &sum);
	for (size_t i = 0; i < METRICS_COUNT; i++) {
		const struct metric_row *row = &metric_rows[i];

		metrics_text_name(name, row);
		print_head(t, name, row->meaning, row->kind);
		print(
		    t, "%s %" PRIu64 "\n", name, at_offset(&sum, row->offset));
	}
}

static void
print_workers(struct text *t, const struct supervisor *s)
{
	static const char name[] = "socks5d_worker_sessions";
	struct metrics_sum sum;

	print_head(
	    t, name, "client connections open now, by worker", METRIC_GAUGE);
	for (size_t i = 0; i < supervisor_workers(s); i++) {
		supervisor_worker_metrics(s, i, &sum);
		print(t, "%s{worker=\"%zu\"} %" PRIu64 "\n", name, i,
		    sum.sessions);
	}
}

static void
print_worker_cpu(struct text *t, const struct supervisor *s)
{
	static const char name[] = "socks5d_worker_cpu_seconds_total";

	print_head(t, name, "processor time used, by worker", METRIC_COUNTER);
	for (size_t i = 0; i < supervisor_workers(s); i++) {
		uint64_t us = supervisor_worker_cpu_us(s, i);

		print(t, "%s{worker=\"%zu\"} %" PRIu64 ".%06" PRIu64 "\n", name,
		    i, us / SECOND, us % SECOND);
	}
}

/* ---- histograms */

/* Each other bucket, from 64 us: its bound is a power of two. */
enum { FIRST_BUCKET = 11 };

static void
print_histogram(
    struct text *t, const struct supervisor *s, enum histogram_id id)
{
	const struct histogram_row *row = &histogram_rows[id];
	struct histogram_sum sum;
	uint64_t below = 0, most;

	supervisor_histogram(s, id, &sum);
	print(t, "# HELP socks5d_%s_seconds %s\n", row->id, row->meaning);
	print(t, "# TYPE socks5d_%s_seconds histogram\n", row->id);
	for (size_t i = 0; i < HISTOGRAM_BUCKETS - 1; i++) {
		below += sum.buckets[i];
		most = histogram_most(i);
		if (i >= FIRST_BUCKET && i % 2 == 1)
			print(t,
			    "socks5d_%s_seconds_bucket{le=\"%" PRIu64
			    ".%06" PRIu64 "\"} %" PRIu64 "\n",
			    row->id, most / SECOND, most % SECOND, below);
	}
	print(t, "socks5d_%s_seconds_bucket{le=\"+Inf\"} %" PRIu64 "\n",
	    row->id, sum.count);
	print(t, "socks5d_%s_seconds_sum %" PRIu64 ".%06" PRIu64 "\n", row->id,
	    sum.sum / SECOND, sum.sum % SECOND);
	print(t, "socks5d_%s_seconds_count %" PRIu64 "\n", row->id, sum.count);
}

/* ---- the other figures */

static void
gather(struct figures *f, const struct supervisor *s)
{
	const struct worker_shared *shared = supervisor_shared(s);
	int64_t now_ms = clock_wall_us() / 1000;
	struct process p;

	process_look(&p);
	f->peak = atomic_load_explicit(&shared->peak, memory_order_relaxed);
	f->users_connected =
	    atomic_load_explicit(&shared->users, memory_order_relaxed);
	f->sessions_most =
	    settings_number(supervisor_settings(s), SETTING_max_connections);
	f->users = accounts_count(supervisor_accounts(s));
	f->workers = supervisor_workers(s);
	f->log_dropped = log_dropped();
	f->cpu = p.cpu_us;
	f->resident = p.resident;
	f->mapped = p.mapped;
	f->heap = p.heap;
	f->pipes = STOCK_PAGE * atomic_load_explicit(
				    &shared->pipe_pages, memory_order_relaxed);
	f->descriptors = p.descriptors;
	f->descriptors_most = p.descriptors_most;
	f->started = (uint64_t)now_ms - (clock_ms() - supervisor_started_ms(s));
}

void
metrics_figures(
    const struct supervisor *s, struct metrics_figure list[METRICS_FIGURES])
{
	const struct figure_row *row = figure_rows;
	struct figures f;

	gather(&f, s);
	for (size_t i = 0; i < METRICS_FIGURES; i++, row++)
		list[i] =
		    (struct metrics_figure){ row->id, row->unit, row->help,
			    row->kind, row->scale, at_offset(&f, row->offset) };
}

static void
print_figures(struct text *t, const struct supervisor *s)
{
	const struct figure_row *row = figure_rows;
	struct figures f;

	gather(&f, s);
	for (size_t i = 0; i < sizeof figure_rows / sizeof *figure_rows;
	     i++, row++) {
		uint64_t v = at_offset(&f, row->offset), scale = row->scale;
		int digits = 0;

		print_head(t, row->name, row->help, row->kind);
		for (uint64_t left = scale; left > 1; left /= 10)
			digits++;
		print(t, "%s %" PRIu64, row->name, v / scale);
		if (digits > 0)
			print(t, ".%0*" PRIu64, digits, v % scale);
		print(t, "\n");
	}
}

static void
print_build(struct text *t)
{
	static const char name[] = "socks5d_build_info";

	print_head(
	    t, name, "always 1; what runs is in the labels", METRIC_GAUGE);
	print(t, "%s{version=\"%s\",libevent=\"%s\"} 1\n", name,
	    PACKAGE_VERSION, event_get_version());
}

bool
metrics_text(struct evbuffer *out, const struct supervisor *s)
{
	struct text t = { .out = out };

	print_build(&t);
	print_counters(&t, s);
	print_workers(&t, s);
	print_worker_cpu(&t, s);
	for (size_t i = 0; i < HISTOGRAMS_COUNT; i++)
		print_histogram(&t, s, (enum histogram_id)i);
	print_figures(&t, s);
	return !t.failed;
}
