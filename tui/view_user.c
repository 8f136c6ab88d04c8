#include <stdio.h>

#include "tui/form_limits.h"
#include "tui/pane.h"
#include "tui/screen.h"
#include "tui/user_words.h"

enum { SIDE_H = 18 };

static void
limit(struct canvas *c, struct rect *r, const char *label, uint64_t value,
    const char *unit)
{
	char a[UNIT_TEXT], text[UNIT_TEXT + 16];

	if (value == 0)
		return;
	(void)snprintf(
	    text, sizeof text, "%s%s", unit_bytes(a, (double)value), unit);
	screen_line(c, r, label, ROLE_TEXT, text);
}

static void
facts_extended(const struct model *m, struct canvas *c, struct rect *r,
    const struct user *u)
{
	char text[160], a[UNIT_TEXT], b[UNIT_TEXT + 8];

	bool hindered = user_hindrance(m, u)[0] != '\0';

	(void)snprintf(text, sizeof text, "no, %s", user_hindrance(m, u));
	screen_line(c, r, "May log in",
	    u->enabled == 0 || hindered ? ROLE_WARN : ROLE_TEXT,
	    u->enabled == 0 ? "no"
	    : hindered      ? text
			    : "yes");
	if (u->expires != 0) {
		form_limit_text(u, form_limit_find("expires"), text);
		screen_line(c, r, "Expires",
		    user_is_expired(m, u) ? ROLE_WARN : ROLE_TEXT, text);
	}
	screen_line(c, r, "Sessions ever", ROLE_TEXT, unit_count(a, u->opened));
	screen_line(c, r, "Up", ROLE_IN, unit_bytes(a, (double)u->up));
	screen_line(c, r, "Down", ROLE_OUT, unit_bytes(a, (double)u->down));
	if (u->udp_up + u->udp_down > 0) {
		(void)snprintf(text, sizeof text, "%s up, %s down",
		    unit_count(a, u->udp_up), unit_count(b, u->udp_down));
		screen_line(c, r, "Datagrams", ROLE_TEXT, text);
	}
	screen_line(c, r, "Last seen", ROLE_TEXT, user_ago(m, u, b));
	screen_line(c, r, "Last target", ROLE_TEXT,
	    u->target[0] != '\0' ? u->target : "-");
	if (u->created != 0 && m->wall > u->created) {
		(void)snprintf(text, sizeof text, "%s ago",
		    unit_ms(a, (double)(m->wall - u->created) * 1000));
		screen_line(c, r, "Added", ROLE_TEXT, text);
	}
	if (u->max_sessions != 0)
		screen_line(c, r, "Sessions at most", ROLE_TEXT,
		    unit_count(a, u->max_sessions));
	limit(c, r, "Up at most", u->most_up, "/s");
	limit(c, r, "Down at most", u->most_down, "/s");
	limit(c, r, "Quota/day", u->quota, "");
	limit(c, r, "Used today", u->used, "");
	if (u->auth_failed > 0)
		screen_line(c, r, "Wrong passwords", ROLE_WARN,
		    unit_count(a, u->auth_failed));
}

static void
facts(const struct model *m, struct canvas *c, struct rect r)
{
	const struct user *u = model_user(m);
	char text[UNIT_TEXT];

	if (u == NULL)
		return;
	screen_line(c, &r, "Sessions now", ROLE_TITLE,
	    u->sessions < 0 ? "-" : unit_count(text, (uint64_t)u->sessions));
	screen_line(c, &r, "Role", ROLE_TEXT,
	    user_role(m, u)[0] == '-' ? "- (not told by the base protocol)"
				      : user_role(m, u));
	if (u->whole)
		facts_extended(m, c, &r, u);
}

/* What limits it alone: "Quota/day 5G (used 2G)  Expires 2027-01-31". */
static bool
own_limits(const struct user *u, char text[300])
{
	const char *label;
	char limit[FORM_LIMIT], used[UNIT_TEXT];
	size_t at = 0;

	text[0] = '\0';
	for (int i = 0; (label = form_limit_label(i)) != NULL; i++) {
		form_limit_text(u, i, limit);
		if (limit[0] != '\0')
			at += (size_t)snprintf(text + at, 300 - at, "%s%s %s",
			    at > 0 ? "  " : "", label, limit);
	}
	if (at > 0 && u->quota != 0)
		(void)snprintf(text + at, 300 - at, "  used today %s",
		    unit_bytes(used, (double)u->used));
	return at > 0;
}

void
user_strip(const struct model *m, struct canvas *c, struct rect r)
{
	const struct user *u = model_user(m);
	char a[UNIT_TEXT], b[UNIT_TEXT], text[400], cut[SCREEN_CUT];
	const char *name;

	canvas_hline(c, r.x, r.y, r.w);
	if (u == NULL)
		return;
	name = screen_cut(c, cut, u->shown, r.w / 3);
	if (u->whole)
		(void)snprintf(text, sizeof text,
		    "%s  %s, %s  up %s  down %s  %.60s", name, user_role(m, u),
		    user_standing(m, u), unit_bytes(a, (double)u->up),
		    unit_bytes(b, (double)u->down), u->target);
	else
		(void)snprintf(text, sizeof text, "%s  sessions %s  role %s",
		    name,
		    u->sessions < 0 ? "-"
				    : unit_count(a, (uint64_t)u->sessions),
		    user_role(m, u));
	canvas_cut(c, 1, r.y + 1, r.w - 2, ROLE_TITLE, text);
	if (u->whole && own_limits(u, text)) {
		canvas_cut(c, 1, r.y + 2, r.w - 2, ROLE_TEXT, text);
		return;
	}
	canvas_cut(c, 1, r.y + 2, r.w - 2, ROLE_DIM,
	    !model_may_change(m) ? "s its sessions"
	    : m->link.extended
		? "a add  e edit  P password  x on/off  d delete  s its "
		  "sessions"
		: "a adds, d deletes; - is what the base protocol cannot tell");
}

/* The selected user, and below what it moves or what happens to all. */
void
user_side(const struct model *m, struct canvas *c, struct rect r)
{
	const struct user *u = model_user(m);
	int h = m->link.extended ? SIDE_H : 9;
	struct rect box = { r.x, r.y, r.w, h }, in;

	in = canvas_box(c, box, u != NULL ? u->shown : "", NULL);
	facts(m, c, (struct rect){ in.x + 1, in.y, in.w - 2, in.h });
	box.y += h;
	box.h = 10;
	if (r.h >= h + 16) {
		if (m->link.extended)
			pane_watched(m, c, box, "Rate");
		else
			pane_series(m, c, box, SERIES_SESSIONS);
		box.y += box.h;
	}
	box.h = r.y + r.h - box.y;
	pane_events(m, c, box);
}
