#include <math.h>
#include <stdio.h>

#include "tui/pane.h"
#include "tui/screen.h"
#include "tui/unit.h"

enum {
	WIDE = 120,
	WIDE_H = 30,
	NARROW = 80,
	NARROW_H = 18,
	DIGEST_W = 60,
	DIGEST_H = 9,
	FACTS_H = 10, /* the row of facts, with its frame */
	LAST_H = 8,   /* connection and events */
	SIDE_W = 31,
	BOTTOM_H = 7, /* limits at 80x24 */
	NOW_H = 12,
	LINK_H = 6,
};

/* Cut `h` rows off the upper end. */
static struct rect
rows(struct rect *rest, int h)
{
	struct rect r = { rest->x, rest->y, rest->w, h };

	rest->y += h;
	rest->h -= h;
	return r;
}

static struct rect
columns(struct rect *rest, int w)
{
	struct rect r = { rest->x, rest->y, w, rest->h };

	rest->x += w;
	rest->w -= w;
	return r;
}

static void
wide(const struct model *m, struct canvas *c, struct rect r)
{
	int extra = r.h - FACTS_H - LAST_H;
	int last = LAST_H + (extra > 30 ? 4 : 0);
	int graphs = r.h - FACTS_H - last;
	struct rect a = rows(&r, graphs - graphs * 2 / 5);
	struct rect b = rows(&r, graphs * 2 / 5);
	struct rect facts = rows(&r, FACTS_H);
	int half = c->w / 2, third = c->w / 3;

	pane_traffic(m, c, columns(&a, half));
	pane_series(m, c, a, SERIES_SESSIONS);
	if (m->link.extended) {
		pane_latency(m, c, columns(&b, half));
		pane_failures(m, c, b);
	} else {
		pane_series(m, c, columns(&b, half), SERIES_NEW);
		pane_series(m, c, b, SERIES_USERS);
	}
	pane_now(m, c, columns(&facts, third));
	pane_top(m, c, columns(&facts, third));
	if (m->link.extended)
		pane_targets(m, c, facts);
	else
		pane_settings(m, c, facts);
	if (m->link.extended)
		pane_settings(m, c, columns(&r, third));
	else
		pane_link(m, c, columns(&r, third));
	if (m->link.extended)
		pane_alerts(m, c, columns(&r, third));
	pane_events(m, c, r);
}

/* The facts, and below them the connection where there is room. */
static void
side_draw(const struct model *m, struct canvas *c, struct rect r)
{
	if (r.h >= NOW_H + LINK_H) {
		pane_now(m, c, rows(&r, NOW_H));
		pane_link(m, c, r);
	} else {
		pane_now(m, c, r);
	}
}

/* There is room for one graph and one list of the three that there are. */
enum { OTHERS = 3 };

static void
some_graph(const struct model *m, struct canvas *c, struct rect r)
{
	static const enum series base[OTHERS] = { SERIES_SESSIONS, SERIES_NEW,
		SERIES_USERS };
	unsigned which = m->other % OTHERS;

	if (!m->link.extended || which == 0)
		pane_series(m, c, r, base[which]);
	else if (which == 1)
		pane_latency(m, c, r);
	else
		pane_failures(m, c, r);
}

static void
some_list(const struct model *m, struct canvas *c, struct rect r, bool tall)
{
	unsigned which = m->other % OTHERS;

	if (which == 1 && m->link.extended)
		pane_targets(m, c, r);
	else if (which == 2 && !tall)
		pane_events(m, c, r);
	else
		pane_top(m, c, r);
}

static void
narrow(const struct model *m, struct canvas *c, struct rect r)
{
	bool tall = r.h >= WIDE_H;
	int side = c->w >= 100 ? SIDE_W + 6 : SIDE_W;
	struct rect last = { 0 }, low, left;

	if (tall) {
		struct rect upper = rows(&r, r.h - LAST_H);

		last = r;
		r = upper;
	}
	left = rows(&r, r.h - BOTTOM_H);
	low = r;
	side_draw(m, c,
	    (struct rect){ left.x + left.w - side, left.y, side, left.h });
	left.w -= side;
	pane_traffic(m, c, rows(&left, left.h - left.h * 2 / 5));
	some_graph(m, c, left);
	some_list(m, c, columns(&low, low.w - side), tall);
	if (m->link.extended)
		pane_alerts(m, c, low);
	else
		pane_settings(m, c, low);
	if (tall)
		pane_events(m, c, last);
}

/* How fast, what fails, and whether someone should look. */
static void
health(const struct model *m, struct canvas *c, struct rect *r)
{
	double ms = latency_part(&m->latency, LATENCY_SETUP, 0.95);
	double failed = ring_last(&model_data(m)->rings[SERIES_FAILED]);
	int raised = alerts_raised(m);
	char text[80], unit[UNIT_TEXT];

	screen_line(
	    c, r, "Set-up p95", ROLE_NEW, isnan(ms) ? "-" : unit_ms(unit, ms));
	(void)snprintf(text, sizeof text, "%s /min",
	    isnan(failed) ? "-" : unit_rate(unit, failed));
	screen_line(c, r, "Failures", ROLE_TEXT, text);
	for (int i = 0; raised > 0 && i < ALERTS; i++)
		if (m->alerts[i].raised) {
			(void)snprintf(text, sizeof text, "! %s %s%s",
			    alert_rows[i].label,
			    unit_number(unit, m->alerts[i].value),
			    alert_rows[i].unit);
			screen_line(c, r, "", ROLE_WARN, text);
		}
	if (raised == 0)
		screen_line(c, r, "Alerts", ROLE_GOOD, "none");
}

/* One graph and the facts in two columns. */
static void
small(const struct model *m, struct canvas *c, struct rect r)
{
	struct rect graph = rows(&r, r.h - 5 < 4 ? 4 : r.h - 5);
	const struct data *d = model_data(m);
	struct rect left = columns(&r, r.w / 2), right = r;
	char text[UNIT_TEXT], value[SCREEN_SETTING];
	bool up = d->known[FIGURE_UP];

	pane_traffic(m, c, graph);
	left.x++;
	left.w -= 2;
	right.x++;
	right.w -= 2;
	pane_facts(m, c, left);
	screen_line(c, &right, up ? "Up" : "Octets read", ROLE_IN,
	    unit_bytes(text, (double)d->value[up ? FIGURE_UP : FIGURE_READ]));
	screen_line(c, &right, up ? "Down" : "Octets written", ROLE_OUT,
	    unit_bytes(
		text, (double)d->value[up ? FIGURE_DOWN : FIGURE_WRITTEN]));
	if (m->link.extended) {
		health(m, c, &right);
		return;
	}
	for (int i = 0; i < 3; i++)
		screen_line(c, &right, settings_base[i].label, ROLE_TEXT,
		    screen_setting(m, settings_base[i].key, value));
}

static void
rate(struct canvas *c, int x, int y, const char *label, enum role role,
    double value)
{
	char text[UNIT_TEXT];

	x = canvas_text(c, x, y, ROLE_DIM, label);
	if (isnan(value))
		canvas_text(c, x + 1, y, role, "-");
	else
		canvas_print(
		    c, x + 1, y, role, "%s/s", unit_bytes(text, value));
}

static void
digest(const struct model *m, struct canvas *c, struct rect r)
{
	const struct data *d = model_data(m);
	double most = (double)d->value[FIGURE_PEAK];
	double now = (double)d->value[FIGURE_SESSIONS];
	char a[UNIT_TEXT], b[UNIT_TEXT];
	int half = r.w / 2;

	rate(c, 1, r.y, "in ", ROLE_IN, ring_last(&d->rings[SERIES_IN]));
	rate(c, half, r.y, "out", ROLE_OUT, ring_last(&d->rings[SERIES_OUT]));
	canvas_print(c, 1, r.y + 1, ROLE_TITLE, "sessions %s",
	    unit_count(a, d->value[FIGURE_SESSIONS]));
	canvas_print(c, half, r.y + 1, ROLE_DIM, "most %s",
	    unit_count(a, d->value[FIGURE_PEAK]));
	canvas_meter(
	    c, 1, r.y + 2, r.w - 2, most > 0 ? now / most : 0, ROLE_SESS);
	canvas_print(c, 1, r.y + 3, ROLE_TEXT, "total %s",
	    unit_count(a, d->value[FIGURE_TOTAL]));
	canvas_print(c, half, r.y + 3, ROLE_TEXT, "users %s of %s",
	    unit_count(a, d->value[FIGURE_USERS_CONNECTED]),
	    unit_count(b, d->value[FIGURE_USERS]));
	r.x = 1;
	r.w -= 2;
	r.y += 4;
	r.h -= 4;
	if (m->link.extended) {
		health(m, c, &r);
		return;
	}
	for (size_t i = 0; i < settings_nbase; i++) {
		char value[SCREEN_SETTING];

		screen_line(c, &r, settings_base[i].label, ROLE_TEXT,
		    screen_setting(m, settings_base[i].key, value));
	}
}

void
dash_draw(const struct model *m, struct canvas *c, struct rect r)
{
	if (r.w >= WIDE && r.h >= WIDE_H)
		wide(m, c, r);
	else if (r.w >= NARROW && r.h >= NARROW_H)
		narrow(m, c, r);
	else if (r.w >= DIGEST_W && r.h >= DIGEST_H)
		small(m, c, r);
	else
		digest(m, c, r);
}
