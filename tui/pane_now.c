#include <math.h>
#include <stdio.h>

#include "tui/pane.h"
#include "tui/screen.h"
#include "tui/unit.h"

enum { TEXT = 2 * UNIT_TEXT + 16 };

static const char *
count(const struct data *d, enum figure id, char text[UNIT_TEXT])
{
	if (!d->known[id]) {
		(void)snprintf(text, UNIT_TEXT, "-");
		return text;
	}
	return unit_count(text, d->value[id]);
}

static const char *
bytes(const struct data *d, enum figure id, char text[UNIT_TEXT])
{
	if (!d->known[id]) {
		(void)snprintf(text, UNIT_TEXT, "-");
		return text;
	}
	return unit_bytes(text, (double)d->value[id]);
}

static const char *
rate(const struct ring *ring, char text[TEXT])
{
	double now = ring_last(ring);
	char one[UNIT_TEXT];

	if (isnan(now))
		(void)snprintf(text, TEXT, "-");
	else
		(void)snprintf(text, TEXT, "%s/s", unit_bytes(one, now));
	return text;
}

/* Sessions against the most there may be, or ever were. */
static void
sessions(const struct data *d, struct canvas *c, struct rect *r)
{
	enum figure of = d->known[FIGURE_MOST] ? FIGURE_MOST : FIGURE_PEAK;
	char now[UNIT_TEXT], most[UNIT_TEXT], text[TEXT];
	double part =
	    d->known[of] && d->value[of] > 0
		? (double)d->value[FIGURE_SESSIONS] / (double)d->value[of]
		: 0;

	if (of == FIGURE_MOST)
		(void)snprintf(text, sizeof text, "%s of %s",
		    count(d, FIGURE_SESSIONS, now), count(d, of, most));
	else
		(void)snprintf(
		    text, sizeof text, "%s", count(d, FIGURE_SESSIONS, now));
	screen_line(c, r, "Sessions", ROLE_TITLE, text);
	if (r->h > 6) {
		canvas_meter(c, r->x, r->y, r->w, part, ROLE_SESS);
		r->y++;
		r->h--;
	}
	screen_line(
	    c, r, "Most at once", ROLE_TEXT, count(d, FIGURE_PEAK, most));
}

/* What failed of what was asked, since the daemon started. */
static void
failed(const struct data *d, struct canvas *c, struct rect *r)
{
	char a[UNIT_TEXT], text[TEXT];
	double part = d->value[FIGURE_TOTAL] > 0
			  ? (double)d->value[FIGURE_REFUSED] * 100 /
				(double)d->value[FIGURE_TOTAL]
			  : 0;

	(void)snprintf(text, sizeof text, "%s, %.2f %%",
	    count(d, FIGURE_REFUSED, a), part);
	screen_line(c, r, "Failed", ROLE_TEXT, text);
}

static void
process(const struct model *m, const struct data *d, struct canvas *c,
    struct rect *r)
{
	char a[UNIT_TEXT], b[UNIT_TEXT], text[TEXT];

	(void)snprintf(text, sizeof text, "%s, %.0f %% CPU",
	    bytes(d, FIGURE_RESIDENT, a),
	    isnan(m->cpu_now) ? 0 : m->cpu_now * 100);
	screen_line(c, r, "Memory", ROLE_TEXT, text);
	if (!d->known[FIGURE_LAG_P99])
		return;
	(void)snprintf(text, sizeof text, "%s, %s",
	    unit_us(a, d->value[FIGURE_LAG_P50]),
	    unit_us(b, d->value[FIGURE_LAG_P99]));
	screen_line(c, r, "Lag p50, p99", ROLE_TEXT, text);
	(void)snprintf(text, sizeof text, "%s of %s",
	    count(d, FIGURE_DESCRIPTORS, a),
	    count(d, FIGURE_DESCRIPTORS_MOST, b));
	screen_line(c, r, "Descriptors", ROLE_TEXT, text);
}

/* In order of weight: a small box shows the first ones only. */
static void
facts_extended(const struct model *m, const struct data *d, struct canvas *c,
    struct rect *r)
{
	char a[UNIT_TEXT], b[UNIT_TEXT], text[TEXT];

	failed(d, c, r);
	screen_line(c, r, "Up", ROLE_IN, bytes(d, FIGURE_UP, a));
	screen_line(c, r, "Down", ROLE_OUT, bytes(d, FIGURE_DOWN, a));
	(void)snprintf(text, sizeof text, "%s / %s",
	    count(d, FIGURE_AUTH_OK, a), count(d, FIGURE_AUTH_FAILED, b));
	screen_line(c, r, "Logins ok / not", ROLE_TEXT, text);
	(void)snprintf(text, sizeof text, "%s of %s",
	    count(d, FIGURE_USERS_CONNECTED, a), count(d, FIGURE_USERS, b));
	screen_line(c, r, "Users connected", ROLE_TEXT, text);
	process(m, d, c, r);
	(void)snprintf(text, sizeof text, "%s / %s", count(d, FIGURE_DENIED, a),
	    count(d, FIGURE_LIMITED, b));
	screen_line(c, r, "Denied rule / limit", ROLE_TEXT, text);
	if (d->known[FIGURE_FINDINGS])
		screen_line(c, r, "Findings",
		    d->value[FIGURE_FINDINGS] > 0 ? ROLE_WARN : ROLE_TEXT,
		    count(d, FIGURE_FINDINGS, a));
	if (d->known[FIGURE_UPTIME])
		screen_line(c, r, "Running for", ROLE_TEXT,
		    unit_age(a, d->value[FIGURE_UPTIME]));
}

static void
facts_base(const struct data *d, struct canvas *c, struct rect *r)
{
	char a[UNIT_TEXT], b[UNIT_TEXT], text[TEXT];

	(void)snprintf(text, sizeof text, "%s of %s",
	    count(d, FIGURE_USERS_CONNECTED, a), count(d, FIGURE_USERS, b));
	screen_line(c, r, "Users connected", ROLE_TEXT, text);
	screen_line(c, r, "Octets read", ROLE_IN, bytes(d, FIGURE_READ, a));
	screen_line(
	    c, r, "Octets written", ROLE_OUT, bytes(d, FIGURE_WRITTEN, a));
	screen_line(
	    c, r, "Read now", ROLE_IN, rate(&d->rings[SERIES_IN], text));
	screen_line(
	    c, r, "Written now", ROLE_OUT, rate(&d->rings[SERIES_OUT], text));
}

void
pane_facts(const struct model *m, struct canvas *c, struct rect r)
{
	const struct data *d = model_data(m);
	double begun = ring_last(&d->rings[SERIES_NEW]);
	char a[UNIT_TEXT], text[TEXT];

	sessions(d, c, &r);
	(void)snprintf(text, sizeof text, "%s /s",
	    isnan(begun) ? "-" : unit_rate(a, begun));
	screen_line(c, &r, "New", ROLE_TEXT, text);
	screen_line(
	    c, &r, "Since the start", ROLE_TEXT, count(d, FIGURE_TOTAL, a));
	if (d->known[FIGURE_UP])
		facts_extended(m, d, c, &r);
	else
		facts_base(d, c, &r);
}

void
pane_now(const struct model *m, struct canvas *c, struct rect r)
{
	struct rect in = canvas_box(c, r, "Now", NULL);

	in.x++;
	in.w -= 2;
	pane_facts(m, c, in);
}

/* ---- alerts: a sign, a value against its limit, since when */

static void
alert_line(const struct model *m, struct canvas *c, struct rect r, int id)
{
	const struct alert_row *row = &alert_rows[id];
	const struct alert *a = &m->alerts[id];
	char value[UNIT_TEXT], text[80];

	canvas_put(c, r.x, r.y, a->raised ? '!' : ' ', ROLE_WARN);
	if (isnan(a->value))
		(void)snprintf(text, sizeof text, "-");
	else if (r.w < 40)
		(void)snprintf(text, sizeof text, "%s%s%s",
		    unit_number(value, a->value), row->unit,
		    a->raised ? "" : " ok");
	else if (a->raised)
		(void)snprintf(text, sizeof text, "%s > %g%s  since %.5s",
		    unit_number(value, a->value), row->limit, row->unit,
		    a->since);
	else
		(void)snprintf(text, sizeof text, "%s of %g%s  ok",
		    unit_number(value, a->value), row->limit, row->unit);
	screen_fact(c, r.x + 2, r.y, r.w - 2, row->label,
	    a->raised         ? ROLE_WARN
	    : isnan(a->value) ? ROLE_DIM
			      : ROLE_TEXT,
	    text);
}

/* Raised ones first: a small box shows what matters. */
void
pane_alerts(const struct model *m, struct canvas *c, struct rect r)
{
	int raised = alerts_raised(m);
	char note[32];
	struct rect in;

	(void)snprintf(note, sizeof note, "%d active", raised);
	in = canvas_box(c, r, "Alerts", raised > 0 ? note : "none");
	in = (struct rect){ in.x + 1, in.y, in.w - 2, in.h };
	for (int pass = 0; pass < 2; pass++)
		for (int i = 0; i < ALERTS && in.h > 0; i++) {
			if (m->alerts[i].raised != (pass == 0))
				continue;
			alert_line(
			    m, c, (struct rect){ in.x, in.y, in.w, 1 }, i);
			in.y++;
			in.h--;
		}
}
