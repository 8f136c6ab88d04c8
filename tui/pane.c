#include "tui/pane.h"

#include <math.h>
#include <stdio.h>

#include "tui/screen.h"
#include "tui/unit.h"

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

/* Sessions against the most there ever were. */
static void
sessions(const struct data *d, struct canvas *c, struct rect *r)
{
	char now[UNIT_TEXT], peak[UNIT_TEXT], text[2 * UNIT_TEXT + 8];
	double most = d->known[FIGURE_PEAK] ? (double)d->value[FIGURE_PEAK] : 0;
	double part = most > 0 ? (double)d->value[FIGURE_SESSIONS] / most : 0;

	screen_line(
	    c, r, "Sessions", ROLE_TITLE, count(d, FIGURE_SESSIONS, now));
	if (r->h > 6) {
		canvas_meter(c, r->x, r->y, r->w, part, ROLE_SESS);
		r->y++;
		r->h--;
	}
	(void)snprintf(text, sizeof text, "%s", count(d, FIGURE_PEAK, peak));
	screen_line(c, r, "Most at once", ROLE_TEXT, text);
}

static const char *
rate(const struct ring *ring, char text[UNIT_TEXT + 8])
{
	double now = ring_last(ring);
	char one[UNIT_TEXT];

	if (isnan(now))
		(void)snprintf(text, UNIT_TEXT + 8, "-");
	else
		(void)snprintf(
		    text, UNIT_TEXT + 8, "%s/s", unit_bytes(one, now));
	return text;
}

void
pane_facts(const struct model *m, struct canvas *c, struct rect r)
{
	const struct data *d = model_data(m);
	char a[UNIT_TEXT], b[UNIT_TEXT], text[2 * UNIT_TEXT + 8];
	double begun = ring_last(&d->rings[SERIES_NEW]);
	bool up = d->known[FIGURE_UP];

	sessions(d, c, &r);
	(void)snprintf(text, sizeof text, "%s /s",
	    isnan(begun) ? "-" : unit_rate(a, begun));
	screen_line(c, &r, "New", ROLE_TEXT, text);
	screen_line(
	    c, &r, "Since the start", ROLE_TEXT, count(d, FIGURE_TOTAL, a));
	(void)snprintf(text, sizeof text, "%s of %s",
	    count(d, FIGURE_USERS_CONNECTED, a), count(d, FIGURE_USERS, b));
	screen_line(c, &r, "Users connected", ROLE_TEXT, text);
	screen_line(c, &r, up ? "Up" : "Octets read", ROLE_IN,
	    bytes(d, up ? FIGURE_UP : FIGURE_READ, a));
	screen_line(c, &r, up ? "Down" : "Octets written", ROLE_OUT,
	    bytes(d, up ? FIGURE_DOWN : FIGURE_WRITTEN, a));
	screen_line(c, &r, up ? "Up now" : "Read now", ROLE_IN,
	    rate(&d->rings[SERIES_IN], text));
	screen_line(c, &r, up ? "Down now" : "Written now", ROLE_OUT,
	    rate(&d->rings[SERIES_OUT], text));
}

void
pane_now(const struct model *m, struct canvas *c, struct rect r)
{
	struct rect in = canvas_box(c, r, "Now", NULL);

	in.x++;
	in.w -= 2;
	pane_facts(m, c, in);
}

/* What a user is measured by: traffic where it is told, else sessions. */
static double
weight(const struct user *u, bool traffic)
{
	if (!traffic)
		return (double)u->sessions;
	return isnan(u->up_rate) ? 0 : u->up_rate + u->down_rate;
}

static void
top_row(struct canvas *c, struct rect r, const char *name, double rate,
    uint64_t sessions, double part, bool traffic)
{
	int meter = r.w > 40 ? r.w / 3 : r.w - 26, x = r.x + r.w - meter;
	char text[UNIT_TEXT];

	if (meter > 3)
		canvas_meter(c, x, r.y, meter, part, ROLE_SESS);
	x = canvas_right(c, x - 1, r.y, ROLE_TEXT, unit_count(text, sessions));
	if (traffic) {
		x = r.x + r.w - meter - 7;
		x = canvas_right(c, x, r.y, rate > 0 ? ROLE_TITLE : ROLE_DIM,
		    unit_short(text, rate));
	}
	canvas_cut(c, r.x, r.y, x - r.x - 1, ROLE_TEXT, name);
}

void
pane_top(const struct model *m, struct canvas *c, struct rect r)
{
	const struct user *top[64];
	bool traffic = m->link.extended;
	struct rect in =
	    canvas_box(c, r, "Top users", traffic ? "by rate" : "by sessions");
	size_t most = in.h < 64 ? (size_t)(in.h < 0 ? 0 : in.h) : 64, n;

	n = users_top(&m->users, top, most);
	if (n == 0 && in.h > 0)
		canvas_cut(c, in.x + 1, in.y, in.w - 2, ROLE_DIM,
		    m->no_user_sessions ? "this server cannot tell"
					: "nobody is connected");
	for (size_t i = 0; i < n; i++) {
		double first = weight(top[0], traffic);
		double own = weight(top[i], traffic);

		top_row(c,
		    (struct rect){ in.x + 1, in.y + (int)i, in.w - 2, 1 },
		    top[i]->shown, own, (uint64_t)top[i]->sessions,
		    first > 0 ? own / first : 0, traffic);
	}
}

void
pane_targets(const struct model *m, struct canvas *c, struct rect r)
{
	struct sessions_top top[64];
	struct rect in = canvas_box(c, r, "Top targets", "by rate");
	size_t most = in.h < 64 ? (size_t)(in.h < 0 ? 0 : in.h) : 64, n;

	n = sessions_top_targets(&m->sessions, top, most);
	if (n == 0 && in.h > 0)
		canvas_cut(c, in.x + 1, in.y, in.w - 2, ROLE_DIM,
		    view_offered(m, VIEW_SESSIONS)
			? "nobody is connected"
			: "the base protocol cannot tell");
	for (size_t i = 0; i < n; i++)
		top_row(c,
		    (struct rect){ in.x + 1, in.y + (int)i, in.w - 2, 1 },
		    sessions_text(&m->sessions, top[i].text), top[i].rate,
		    top[i].sessions,
		    top[0].rate > 0 ? top[i].rate / top[0].rate : 0, true);
}

void
pane_settings(const struct model *m, struct canvas *c, struct rect r)
{
	int staged = model_staged(m);
	char note[32], text[SCREEN_SETTING];
	struct rect in;

	(void)snprintf(note, sizeof note, "%d staged", staged);
	in = canvas_box(c, r, "Limits and switches", staged > 0 ? note : NULL);
	in.x++;
	in.w -= 2;
	for (size_t i = 0; i < settings_nbase; i++)
		screen_line(c, &in, settings_base[i].label, ROLE_TEXT,
		    screen_setting(m, settings_base[i].key, text));
	if (in.h > 0 && !m->link.extended)
		canvas_cut(c, in.x, in.y + in.h - 1, in.w, ROLE_DIM,
		    "- : the base protocol cannot tell");
}

void
pane_link(const struct model *m, struct canvas *c, struct rect r)
{
	const struct link *l = &m->link;
	struct rect in = canvas_box(c, r, "Connection", NULL);
	char text[UNIT_TEXT + 16], unit[UNIT_TEXT];
	enum role role;
	const char *state = screen_state(m, &role);

	in.x++;
	in.w -= 2;
	if (in.h > 0)
		canvas_cut(c, in.x, in.y, in.w, ROLE_TEXT, l->endpoint);
	in.y++;
	in.h--;
	(void)snprintf(text, sizeof text, "%s %s", state,
	    unit_ms(unit, (double)(m->now - l->since)));
	screen_line(c, &in, "State", role, text);
	screen_line(c, &in, "Administrator", ROLE_TEXT,
	    l->user[0] == '\0' ? "local, by its uid" : l->user);
	screen_line(c, &in, "Round trip", ROLE_TEXT,
	    isnan(model_rtt(m)) ? "-" : unit_ms(unit, model_rtt(m)));
	screen_line(
	    c, &in, "Reconnects", ROLE_TEXT, unit_count(unit, l->reconnects));
	screen_line(
	    c, &in, "Protocol", ROLE_TEXT, l->extended ? "extended" : "base");
	screen_line(c, &in, "May change", m->read_only ? ROLE_WARN : ROLE_TEXT,
	    m->read_only ? "nothing (--read-only)" : "all");
}

void
pane_events(const struct model *m, struct canvas *c, struct rect r)
{
	static const enum role roles[] = { ROLE_TEXT, ROLE_GOOD, ROLE_WARN,
		ROLE_BAD };
	struct rect in = canvas_box(c, r, "Events", "of this console");
	unsigned n = m->nevents < MODEL_EVENTS ? m->nevents : MODEL_EVENTS;

	for (int i = 0; i < in.h && (unsigned)i < n; i++) {
		const struct note *note =
		    &m->events[(m->nevents - 1 - (unsigned)i) % MODEL_EVENTS];
		int x =
		    canvas_text(c, in.x + 1, in.y + i, ROLE_DIM, note->clock);

		canvas_cut(c, x + 2, in.y + i, in.x + in.w - x - 3,
		    roles[note->level], note->text);
	}
}
