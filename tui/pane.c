#include "tui/pane.h"

#include <math.h>
#include <stdio.h>

#include "tui/events.h"
#include "tui/screen.h"
#include "tui/unit.h"

/* What a user is measured by: traffic where it is told, else sessions. */
static double
weight(const struct user *u, bool traffic)
{
	if (!traffic)
		return (double)u->sessions;
	return isnan(u->up_rate) ? 0 : u->up_rate + u->down_rate;
}

/* Why there is no row; `others`: of sessions that are in none. */
static const char *
nobody(const struct model *m, bool listed, const char *others)
{
	const struct data *d = model_data(m);

	if (d->known[FIGURE_TOTAL] && d->value[FIGURE_TOTAL] == 0)
		return "nobody has connected yet";
	if (!d->known[FIGURE_SESSIONS] || d->value[FIGURE_SESSIONS] == 0)
		return "nobody is connected";
	return listed ? others : "asking the daemon...";
}

static void
top_row(struct canvas *c, struct rect r, const char *name, double rate,
    uint64_t sessions, double part, bool traffic)
{
	int meter = r.w > 40 ? r.w / (traffic ? 5 : 3) : r.w - 26,
	    x = r.x + r.w - meter;
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
		    m->no_user_sessions
			? "this server cannot tell"
			: nobody(m, m->users.listed, "nobody has logged in"));
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
			? nobody(m, m->sessions.listed, "none was asked for")
			: "the base protocol cannot tell");
	for (size_t i = 0; i < n; i++)
		top_row(c,
		    (struct rect){ in.x + 1, in.y + (int)i, in.w - 2, 1 },
		    sessions_text(&m->sessions, top[i].text), top[i].rate,
		    top[i].sessions,
		    top[0].rate > 0 ? top[i].rate / top[0].rate : 0, true);
}

/* Where SOCKS is served. */
static void
served(const struct model *m, struct canvas *c, struct rect *r)
{
	const struct listeners *l = &m->listeners;
	bool open = m->live.value[FIGURE_RUNNING] != 0;
	char text[LISTENERS_TEXT + 32];

	if (l->n == 0)
		return;
	if (!open)
		(void)snprintf(text, sizeof text, "closed, S opens them");
	else if (l->n == 1)
		(void)snprintf(text, sizeof text, "%s", l->all[0]);
	else
		(void)snprintf(
		    text, sizeof text, "%s +%zu", l->all[0], l->n - 1);
	screen_line(c, r, "SOCKS at", open ? ROLE_TITLE : ROLE_WARN, text);
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
	served(m, c, &in);
	for (size_t i = 0; i < settings_nbase; i++) {
		const char *key = settings_base[i].key;
		const struct setting *s = settings_find(&m->settings, key);

		screen_line(c, &in,
		    s != NULL          ? s->label
		    : m->link.extended ? key
				       : settings_base[i].label,
		    ROLE_TEXT, screen_setting(m, key, text));
	}
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
	screen_line(c, &in, l->observer ? "Observer" : "Administrator",
	    ROLE_TEXT, l->user[0] == '\0' ? "local, by its uid" : l->user);
	screen_line(c, &in, "Round trip", ROLE_TEXT,
	    isnan(model_rtt(m)) ? "-" : unit_ms(unit, model_rtt(m)));
	screen_line(
	    c, &in, "Reconnects", ROLE_TEXT, unit_count(unit, l->reconnects));
	screen_line(
	    c, &in, "Protocol", ROLE_TEXT, l->extended ? "extended" : "base");
	screen_line(c, &in, "May change",
	    m->read_only || m->link.observer ? ROLE_WARN : ROLE_TEXT,
	    m->read_only       ? "nothing (--read-only)"
	    : m->link.observer ? "nothing (observer)"
			       : "all");
}

/* Time, a letter for what is not as usual, how often, what. */
static void
event_row(struct canvas *c, struct rect r, const struct happening *one)
{
	static const enum role roles[] = { ROLE_BAD, ROLE_WARN, ROLE_TEXT,
		ROLE_DIM };
	static const char letters[] = "EW  ";
	enum role role = roles[one->level];
	char clock[UNIT_TEXT];
	int end = r.x + r.w, x = canvas_text(c, r.x, r.y, ROLE_DIM,
				 unit_clock(clock, one->time));

	canvas_put(c, x + 1, r.y, (uint32_t)letters[one->level], role);
	x += 3;
	if (one->times > 1)
		x = canvas_print(c, x, r.y, ROLE_TITLE, "%ux ", one->times);
	canvas_cut(c, x, r.y, end - x, role, one->text);
}

/* What is left out, or where there is more. */
static const char *
events_note(const struct model *m, char *text, size_t size)
{
	static const char *const levels[] = { "errors", "warnings", "",
		"debug too" };
	const char *filter = m->lists[VIEW_DASH].filter;
	const char *level = levels[m->event_level];

	if (filter[0] != '\0')
		(void)snprintf(text, size, "%s%sfilter %.16s", level,
		    level[0] != '\0' ? ", " : "", filter);
	else
		(void)snprintf(text, size, "%s", level);
	return text[0] != '\0'      ? text
	       : m->lines.count > 0 ? "5 shows all"
				    : "of this console";
}

void
pane_events(const struct model *m, struct canvas *c, struct rect r)
{
	struct happening all[EVENTS_MOST];
	char note[48];
	struct rect in =
	    canvas_box(c, r, "Events", events_note(m, note, sizeof note));
	size_t n = events_list(m, m->event_level, m->event_level,
	    m->lists[VIEW_DASH].filter, all, in.h > 0 ? (size_t)in.h : 0);

	for (size_t i = 0; i < n; i++)
		event_row(c,
		    (struct rect){ in.x + 1, in.y + (int)i, in.w - 2, 1 },
		    &all[i]);
}
