#include "tui/pane.h"

#include <math.h>
#include <stdio.h>

#include "tui/screen.h"
#include "tui/unit.h"
#include "tui/users.h"

static const char *
count(const struct data *d, enum admin_id id, char text[UNIT_TEXT])
{
	if (!d->known[id]) {
		(void)snprintf(text, UNIT_TEXT, "-");
		return text;
	}
	return unit_count(text, d->value[id]);
}

static const char *
bytes(const struct data *d, enum admin_id id, char text[UNIT_TEXT])
{
	if (!d->known[id]) {
		(void)snprintf(text, UNIT_TEXT, "-");
		return text;
	}
	return unit_bytes(text, (double)d->value[id]);
}

static void
fact(struct canvas *c, struct rect *r, const char *label, enum role role,
    const char *value)
{
	if (r->h <= 0)
		return;
	screen_fact(c, r->x, r->y, r->w, label, role, value);
	r->y++;
	r->h--;
}

/* Sessions against the most there ever were. */
static void
sessions(const struct data *d, struct canvas *c, struct rect *r)
{
	char now[UNIT_TEXT], peak[UNIT_TEXT], text[2 * UNIT_TEXT + 8];
	double most = d->known[ADMIN_peak_connections]
			  ? (double)d->value[ADMIN_peak_connections]
			  : 0;
	double part = most > 0 ? (double)d->value[ADMIN_connections] / most : 0;

	fact(c, r, "Sessions", ROLE_TITLE, count(d, ADMIN_connections, now));
	if (r->h > 6) {
		canvas_meter(c, r->x, r->y, r->w, part, ROLE_SESS);
		r->y++;
		r->h--;
	}
	(void)snprintf(
	    text, sizeof text, "%s", count(d, ADMIN_peak_connections, peak));
	fact(c, r, "Most at once", ROLE_TEXT, text);
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

	sessions(d, c, &r);
	(void)snprintf(text, sizeof text, "%s /s",
	    isnan(begun) ? "-" : unit_rate(a, begun));
	fact(c, &r, "New", ROLE_TEXT, text);
	fact(c, &r, "Since the start", ROLE_TEXT,
	    count(d, ADMIN_total_connections, a));
	(void)snprintf(text, sizeof text, "%s of %s",
	    count(d, ADMIN_users_connected, a), count(d, ADMIN_users, b));
	fact(c, &r, "Users connected", ROLE_TEXT, text);
	fact(c, &r, "Octets read", ROLE_IN, bytes(d, ADMIN_received_bytes, a));
	fact(c, &r, "Octets written", ROLE_OUT, bytes(d, ADMIN_sent_bytes, a));
	fact(c, &r, "Read now", ROLE_IN, rate(&d->rings[SERIES_IN], text));
	fact(c, &r, "Written now", ROLE_OUT, rate(&d->rings[SERIES_OUT], text));
}

void
pane_now(const struct model *m, struct canvas *c, struct rect r)
{
	struct rect in = canvas_box(c, r, "Now", NULL);

	in.x++;
	in.w -= 2;
	pane_facts(m, c, in);
}

void
pane_top(const struct model *m, struct canvas *c, struct rect r)
{
	const struct data *d = model_data(m);
	const struct user *top[64];
	struct rect in = canvas_box(c, r, "Top users", "by sessions");
	size_t most = in.h < 64 ? (size_t)(in.h < 0 ? 0 : in.h) : 64, n;
	int name = in.w / 3 < 12 ? 12 : in.w / 3;

	n = users_top(&d->users, top, most);
	if (n == 0 && in.h > 0)
		canvas_cut(c, in.x + 1, in.y, in.w - 2, ROLE_DIM,
		    m->no_user_sessions ? "this server cannot tell"
					: "nobody is connected");
	for (size_t i = 0; i < n; i++) {
		int y = in.y + (int)i, x = in.x + 1 + name + 1;
		char text[UNIT_TEXT];

		canvas_cut(c, in.x + 1, y, name, ROLE_TEXT, top[i]->shown);
		canvas_right(c, x + 7, y, ROLE_TEXT,
		    unit_count(text, (uint64_t)top[i]->sessions));
		canvas_meter(c, x + 9, y, in.x + in.w - 1 - (x + 9),
		    (double)top[i]->sessions / top[0]->sessions, ROLE_SESS);
	}
}

void
pane_settings(const struct model *m, struct canvas *c, struct rect r)
{
	int staged = model_staged(m);
	char note[32], text[40];
	struct rect in;

	(void)snprintf(note, sizeof note, "%d staged", staged);
	in = canvas_box(c, r, "Limits and switches", staged > 0 ? note : NULL);
	in.x++;
	in.w -= 2;
	for (int i = 0; i < SETTING_COUNT; i++)
		fact(c, &in, setting_rows[i].label,
		    m->settings[i].known ? ROLE_TEXT : ROLE_DIM,
		    screen_setting(m, i, text));
	if (in.h > 0)
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
	fact(c, &in, "State", role, text);
	fact(c, &in, "Administrator", ROLE_TEXT,
	    l->user[0] == '\0' ? "local, by its uid" : l->user);
	fact(c, &in, "Round trip", ROLE_TEXT,
	    isnan(model_rtt(m)) ? "-" : unit_ms(unit, model_rtt(m)));
	fact(c, &in, "Reconnects", ROLE_TEXT, unit_count(unit, l->reconnects));
	fact(c, &in, "Protocol", ROLE_TEXT, "base");
	fact(c, &in, "May change", m->read_only ? ROLE_WARN : ROLE_TEXT,
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
