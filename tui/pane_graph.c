#include <math.h>
#include <stdio.h>

#include "tui/graph.h"
#include "tui/pane.h"
#include "tui/unit.h"

enum {
	AXIS = 6,      /* columns of the scale */
	HALF_FROM = 6, /* rows from which on its middle is marked */
};

struct curve {
	const struct ring *ring;
	enum role role;
};

/*
 * A value as a part of the height. A logarithmic scale has four decades below
 * its top, or goes down to 1; what is less lies near 0, which it has as well.
 */
static double
bend(const struct model *m, double v, double most)
{
	double least = most / 1e4 > 1 ? most / 1e4 : 1;

	if (!m->logarithmic || most <= 0)
		return v / most;
	return v > 0 ? log10(1 + v / least) / log10(1 + most / least) : v;
}

static void
curve_draw(const struct model *m, struct canvas *c, struct rect r,
    struct curve curve, double most, bool down)
{
	double columns[GRAPH_COLUMNS];
	size_t n = graph_columns(c, r.w);
	struct rect old = canvas_clip(c, r);

	ring_columns(curve.ring, model_graph_end(m), model_windows[m->window],
	    columns, n);
	for (size_t i = 0; i < n; i++)
		columns[i] = bend(m, columns[i], most);
	graph_draw(c, r, columns, n, 1, down, curve.role);
	c->clip = old;
}

static void
mark(struct canvas *c, int x, int y, double value)
{
	char text[UNIT_TEXT];

	canvas_right(c, x + AXIS - 1, y, ROLE_DIM, unit_short(text, value));
}

/* "2 min", how long ago, and that the scale is not the usual one. */
static const char *
window_note(const struct model *m, char note[40])
{
	char ago[UNIT_TEXT];
	double back = (double)m->pan * model_windows[m->window] * 1000 / 4;

	if (m->pan == 0)
		(void)snprintf(note, 40, "%s%s", m->logarithmic ? "log " : "",
		    model_window_names[m->window]);
	else
		(void)snprintf(note, 40, "%s%s, %s ago",
		    m->logarithmic ? "log " : "", model_window_names[m->window],
		    unit_ms(ago, back));
	return note;
}

/*
 * When that was, in the lower edge. Of the last minutes the note says it all: a
 * clock there would only be octets that change each second.
 */
static void
times(const struct model *m, struct canvas *c, struct rect in)
{
	uint64_t end = model_graph_end(m), ago;
	unsigned window = model_windows[m->window];
	int x = in.x + AXIS, w = in.w - AXIS, n = w >= 60 ? 2 : 1;
	char text[UNIT_TEXT];

	if (w < 30 || m->wall == 0 || end == 0 || m->now < end ||
	    (m->pan == 0 && window < 600))
		return;
	for (int i = 0; i <= n; i++) {
		ago = (m->now - end) / 1000 +
		      (uint64_t)(n - i) * window / (unsigned)n;
		(void)unit_moment(text, m->wall - ago, window);
		canvas_print(c, x + (w - canvas_width(text) - 2) * i / n,
		    in.y + in.h, ROLE_DIM, " %s ", text);
	}
}

/* What half the height stands for. */
static double
half(const struct model *m, double most)
{
	double least = most / 1e4 > 1 ? most / 1e4 : 1;

	return m->logarithmic ? (sqrt(1 + most / least) - 1) * least : most / 2;
}

static int
legend(struct canvas *c, int x, int y, int right, const char *label,
    enum role role, const char *value)
{
	if (x + canvas_width(label) + canvas_width(value) + 3 > right)
		return x;
	x = canvas_text(c, x, y, ROLE_DIM, " ");
	x = canvas_text(c, x, y, ROLE_DIM, label);
	x = canvas_text(c, x, y, ROLE_DIM, " ");
	x = canvas_text(c, x, y, role, value);
	return canvas_text(c, x, y, ROLE_DIM, " ");
}

/* Where legends end in an upper edge that has such a note. */
static int
before_note(struct rect r, const char *note)
{
	return r.x + r.w - canvas_width(note) - 4;
}

static int
rate_legend(struct canvas *c, int x, struct rect r, int right,
    const char *label, enum role role, double rate)
{
	char bytes[UNIT_TEXT], text[UNIT_TEXT + 8];

	if (isnan(rate))
		(void)snprintf(text, sizeof text, "-");
	else if (r.w < 60)
		(void)snprintf(
		    text, sizeof text, "%s/s", unit_short(bytes, rate));
	else
		(void)snprintf(
		    text, sizeof text, "%s/s", unit_bytes(bytes, rate));
	return legend(c, x, r.y, right, label, role, text);
}

static double
larger(double a, double b)
{
	return isnan(a) || b > a ? b : a;
}

/* Two curves on one scale, the second hanging below the first. */
static void
pair_draw(const struct model *m, struct canvas *c, struct rect r,
    const struct ring *rings, const char *title, bool relayed)
{
	const struct ring *in_ring = &rings[0], *out_ring = &rings[1];
	unsigned window = model_windows[m->window];
	struct rect in, up, down;
	/* Eighths of a block only grow upwards. */
	bool hangs = c->glyphs != GLYPHS_BLOCK;
	char note[40];
	double most;
	int x, right;

	in = canvas_box(c, r, title, window_note(m, note));
	right = before_note(r, note);
	x = rate_legend(c, r.x + 4 + canvas_width(title), r, right,
	    relayed ? "up" : "in", ROLE_IN, ring_last(in_ring));
	(void)rate_legend(c, x, r, right, relayed ? "down" : "out", ROLE_OUT,
	    ring_last(out_ring));
	most =
	    graph_scale(larger(ring_most(in_ring, model_graph_end(m), window),
			    ring_most(out_ring, model_graph_end(m), window)),
		1000);
	up = (struct rect){ in.x + AXIS, in.y, in.w - AXIS, in.h / 2 };
	down = (struct rect){ up.x, up.y + up.h, up.w, in.h - up.h };
	mark(c, in.x, in.y, most);
	mark(c, in.x, hangs ? in.y + in.h - 1 : down.y, most);
	if (in.h >= 4) {
		canvas_right(c, in.x + AXIS - 1, up.y + up.h - 1, ROLE_IN,
		    relayed ? "up" : "in");
		canvas_right(c, in.x + AXIS - 1,
		    hangs ? down.y : down.y + down.h - 1, ROLE_OUT,
		    relayed ? "down" : "out");
	}
	if (up.h >= HALF_FROM) {
		mark(c, in.x, up.y + up.h / 2, half(m, most));
		mark(c, in.x, down.y + down.h / 2, half(m, most));
	}
	times(m, c, in);
	curve_draw(m, c, up, (struct curve){ in_ring, ROLE_IN }, most, false);
	curve_draw(
	    m, c, down, (struct curve){ out_ring, ROLE_OUT }, most, hangs);
}

void
pane_traffic(const struct model *m, struct canvas *c, struct rect r)
{
	const struct data *d = model_data(m);

	pair_draw(
	    m, c, r, &d->rings[SERIES_IN], "Throughput", d->known[FIGURE_UP]);
}

void
pane_watched(
    const struct model *m, struct canvas *c, struct rect r, const char *title)
{
	pair_draw(m, c, r, m->watched, title, true);
}

void
pane_fleet(const struct model *m, struct canvas *c, struct rect r)
{
	pair_draw(m, c, r, m->fleet, "All together", true);
}

static const struct {
	const char *title, *unit;
	enum role role;
	double least;
	bool whole; /* a number of things, not a rate */
} series_rows[SERIES_COUNT] = {
	[SERIES_IN] = { "Up", "B/s", ROLE_IN, 1000, false },
	[SERIES_OUT] = { "Down", "B/s", ROLE_OUT, 1000, false },
	[SERIES_SESSIONS] = { "Sessions", "", ROLE_SESS, 10, true },
	[SERIES_NEW] = { "New sessions", "/s", ROLE_NEW, 5, false },
	[SERIES_USERS] = { "Users connected", "", ROLE_GOOD, 5, true },
	[SERIES_FAILED] = { "Failures", "/min", ROLE_BAD, 5, false },
	[SERIES_SETUP] = { "Set-up, p95", "ms", ROLE_NEW, 10, false },
};

static const char *
figure(char text[UNIT_TEXT], enum series series, double value)
{
	if (isnan(value))
		(void)snprintf(text, UNIT_TEXT, "-");
	else if (series_rows[series].whole)
		unit_whole(text, value);
	else
		unit_rate(text, value);
	return text;
}

/* A graph of one series, with facts in its upper edge. */
static void
plot(const struct model *m, struct canvas *c, struct rect in,
    enum series series, double most)
{
	const struct ring *ring = &model_data(m)->rings[series];
	struct rect r = { in.x + AXIS, in.y, in.w - AXIS, in.h };

	mark(c, in.x, in.y, most);
	if (in.h >= 2)
		mark(c, in.x, in.y + in.h - 1, 0);
	if (in.h >= HALF_FROM)
		mark(c, in.x, in.y + in.h / 2, half(m, most));
	times(m, c, in);
	curve_draw(m, c, r, (struct curve){ ring, series_rows[series].role },
	    most, false);
}

static double
series_most(const struct model *m, enum series series)
{
	return ring_most(&model_data(m)->rings[series], model_graph_end(m),
	    model_windows[m->window]);
}

void
pane_series(
    const struct model *m, struct canvas *c, struct rect r, enum series series)
{
	const struct ring *ring = &model_data(m)->rings[series];
	enum role role = series_rows[series].role;
	double top = series_most(m, series), now = ring_last(ring);
	char note[40], value[UNIT_TEXT], text[UNIT_TEXT + 8];
	struct rect in;
	int x = r.x + 4 + canvas_width(series_rows[series].title);

	in = canvas_box(c, r, series_rows[series].title, window_note(m, note));
	(void)snprintf(text, sizeof text, "%s%s", figure(value, series, now),
	    series_rows[series].unit);
	x = legend(c, x, r.y, before_note(r, note), "now", role, text);
	(void)legend(c, x, r.y, before_note(r, note), "most", ROLE_TEXT,
	    figure(value, series, top));
	plot(m, c, in, series, graph_scale(top, series_rows[series].least));
}

/* How long it takes to set up a session, and what of it takes how long. */
void
pane_latency(const struct model *m, struct canvas *c, struct rect r)
{
	static const struct {
		const char *label;
		enum latency_kind kind;
		double part;
	} facts[] = {
		{ "p50", LATENCY_SETUP, 0.50 },
		{ "p95", LATENCY_SETUP, 0.95 },
		{ "p99", LATENCY_SETUP, 0.99 },
		{ "dns", LATENCY_RESOLVE, 0.95 },
		{ "connect", LATENCY_CONNECT, 0.95 },
	};
	char note[40], text[UNIT_TEXT];
	struct rect in = canvas_box(c, r, "Set-up ms", window_note(m, note));
	int x = r.x + 13;

	for (size_t i = 0; i < sizeof facts / sizeof *facts; i++) {
		double ms =
		    latency_part(&m->latency, facts[i].kind, facts[i].part);

		if (!isnan(ms))
			x = legend(c, x, r.y, before_note(r, note),
			    facts[i].label, i < 3 ? ROLE_NEW : ROLE_TEXT,
			    unit_number(text, ms));
	}
	if (!m->link.extended)
		canvas_cut(c, in.x + AXIS, in.y, in.w - AXIS, ROLE_DIM,
		    "the base protocol cannot tell");
	plot(m, c, in, SERIES_SETUP,
	    graph_scale(series_most(m, SERIES_SETUP), 10));
}

/* What fails, a minute, the most frequent reasons first. */
void
pane_failures(const struct model *m, struct canvas *c, struct rect r)
{
	char note[40], text[UNIT_TEXT];
	struct rect in = canvas_box(c, r, "Failures/min", window_note(m, note));
	uint64_t counts[REASONS];
	int x = r.x + 16;

	for (int i = 0; i < REASONS; i++)
		counts[i] = trail_growth(&m->reasons[i], m->now, 60000);
	for (int turn = 0; turn < REASONS; turn++) {
		int best = 0;

		for (int i = 1; i < REASONS; i++)
			if (counts[i] > counts[best])
				best = i;
		if (counts[best] == 0)
			break;
		x = legend(c, x, r.y, before_note(r, note),
		    reason_rows[best].label, ROLE_BAD,
		    unit_count(text, counts[best]));
		counts[best] = 0;
	}
	if (!m->link.extended)
		canvas_cut(c, in.x + AXIS, in.y, in.w - AXIS, ROLE_DIM,
		    "the base protocol cannot tell");
	plot(m, c, in, SERIES_FAILED,
	    graph_scale(series_most(m, SERIES_FAILED), 5));
}
