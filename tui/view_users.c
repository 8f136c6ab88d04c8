#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tui/form_limits.h"
#include "tui/pane.h"
#include "tui/screen.h"
#include "tui/table.h"
#include "tui/unit.h"

enum {
	COLUMN_NAME,
	COLUMN_ROLE,
	COLUMN_STATE,
	COLUMN_SESSIONS,
	COLUMN_RATE,
	COLUMN_UP,
	COLUMN_DOWN,
	COLUMN_FAILED,
	COLUMN_LAST,
	COLUMN_NOTE,
	COLUMNS,
};

enum {
	SIDE_FROM = 120,
	SIDE_W = 46,
	SIDE_H = 18,
	STRIP_FROM = 12, /* rows of the body */
	STRIP_H = 3
};

static bool
oneself(const struct model *m, const struct user *u)
{
	return m->link.user[0] != '\0' && strcmp(m->link.user, u->shown) == 0;
}

/* Who may log in here is an administrator; of others only what was told. */
static const char *
role_word(const struct model *m, const struct user *u)
{
	static const char *const words[] = { "regular", "admin", "observer" };

	if (u->role >= 0 && u->role < 3)
		return words[u->role];
	return oneself(m, u) ? "admin" : "-";
}

static bool
expired(const struct model *m, const struct user *u)
{
	return u->expires != 0 && m->wall != 0 && u->expires <= m->wall;
}

/* Why it cannot log in though it is on; "" if it can. */
static const char *
hindrance(const struct model *m, const struct user *u)
{
	if (expired(m, u))
		return "expired";
	return u->quota != 0 && u->used >= u->quota ? "quota used" : "";
}

static const char *
note(const struct model *m, const struct user *u)
{
	if (oneself(m, u))
		return "you";
	if (hindrance(m, u)[0] != '\0')
		return hindrance(m, u);
	return u->here ? "added here" : "";
}

static const char *
rate_text(const struct user *u, char text[UNIT_TEXT])
{
	if (isnan(u->up_rate) || isnan(u->down_rate))
		(void)snprintf(text, UNIT_TEXT, "-");
	else
		(void)unit_short(text, u->up_rate + u->down_rate);
	return text;
}

/* "3 min ago", "never"; "-" where nobody knows. */
static const char *
ago(const struct model *m, const struct user *u, char text[UNIT_TEXT + 8])
{
	char unit[UNIT_TEXT];

	if (!u->whole)
		(void)snprintf(text, UNIT_TEXT + 8, "-");
	else if (u->last == 0)
		(void)snprintf(text, UNIT_TEXT + 8, "never");
	else if (m->wall < u->last + 2)
		(void)snprintf(text, UNIT_TEXT + 8, "now");
	else
		(void)snprintf(text, UNIT_TEXT + 8, "%s ago",
		    unit_ms(unit, (double)(m->wall - u->last) * 1000));
	return text;
}

static enum role
traffic_cell(const struct user *u, uint64_t bytes, char text[TABLE_CELL])
{
	char unit[UNIT_TEXT];

	(void)snprintf(text, TABLE_CELL, "%s",
	    u->whole ? unit_short(unit, (double)bytes) : "-");
	return u->whole && bytes > 0 ? ROLE_TEXT : ROLE_DIM;
}

static enum role
state_cell(const struct model *m, const struct user *u, char text[TABLE_CELL])
{
	bool hindered = hindrance(m, u)[0] != '\0';

	(void)snprintf(text, TABLE_CELL, "%s",
	    u->enabled < 0    ? "-"
	    : u->enabled == 0 ? "OFF"
	    : expired(m, u)   ? "EXPIRED"
	    : hindered        ? "QUOTA"
			      : "on");
	return u->enabled == 0 || hindered ? ROLE_WARN
	       : u->enabled < 0            ? ROLE_DIM
					   : ROLE_TEXT;
}

static enum role
cell(const void *ctx, size_t row, int column, char text[TABLE_CELL])
{
	const struct model *m = ctx;
	const struct user *u = users_row(&m->users, (int)row);
	char unit[UNIT_TEXT + 8];

	switch (column) {
	case COLUMN_NAME:
		(void)snprintf(text, TABLE_CELL, "%s", u->shown);
		return ROLE_TEXT;
	case COLUMN_ROLE:
		(void)snprintf(text, TABLE_CELL, "%s", role_word(m, u));
		return u->role > 0 ? ROLE_TITLE : ROLE_DIM;
	case COLUMN_STATE:
		return state_cell(m, u, text);
	case COLUMN_SESSIONS:
		(void)snprintf(text, TABLE_CELL, "%s",
		    u->sessions < 0 ? "-"
				    : unit_count(unit, (uint64_t)u->sessions));
		return u->sessions > 0 ? ROLE_TITLE : ROLE_DIM;
	case COLUMN_RATE:
		(void)snprintf(text, TABLE_CELL, "%s", rate_text(u, unit));
		return text[0] == '-' || text[0] == '0' ? ROLE_DIM : ROLE_SESS;
	case COLUMN_UP:
		return traffic_cell(u, u->up, text);
	case COLUMN_DOWN:
		return traffic_cell(u, u->down, text);
	case COLUMN_FAILED:
		(void)snprintf(text, TABLE_CELL, "%s",
		    u->whole ? unit_count(unit, u->auth_failed) : "-");
		return u->auth_failed > 0 ? ROLE_WARN : ROLE_DIM;
	case COLUMN_LAST:
		(void)snprintf(text, TABLE_CELL, "%s", ago(m, u, unit));
		return ROLE_TEXT;
	default:
		(void)snprintf(text, TABLE_CELL, "%s", note(m, u));
		return ROLE_DIM;
	}
}

static bool
marked(const void *ctx, size_t row)
{
	const struct model *m = ctx;

	return users_row(&m->users, (int)row)->marked;
}

/* What each column is sorted by. */
static const int sorts[COLUMNS] = {
	[COLUMN_NAME] = USERS_NAME,
	[COLUMN_ROLE] = USERS_ROLE,
	[COLUMN_STATE] = USERS_ENABLED,
	[COLUMN_SESSIONS] = USERS_SESSIONS,
	[COLUMN_RATE] = USERS_RATE,
	[COLUMN_UP] = USERS_TRAFFIC,
	[COLUMN_DOWN] = USERS_TRAFFIC,
	[COLUMN_FAILED] = USERS_FAILED,
	[COLUMN_LAST] = USERS_LAST,
	[COLUMN_NOTE] = -1,
};

static void
lay_out(const struct model *m, int w, struct table_room *at)
{
	const struct list *l = &m->lists[VIEW_USERS];
	const struct users *u = &m->users;
	static const struct table_column columns[COLUMNS] = {
		[COLUMN_NAME] = { "NAME", 14, 3, 0, false, false, false },
		[COLUMN_ROLE] = { "ROLE", 8, 0, 2, false, false, false },
		[COLUMN_STATE] = { "STATE", 7, 0, 3, false, false, false },
		[COLUMN_SESSIONS] = { "SESSIONS", 8, 0, 0, true, false, false },
		[COLUMN_RATE] = { "NOW/s", 6, 0, 4, true, false, false },
		[COLUMN_UP] = { "UP", 6, 0, 5, true, false, false },
		[COLUMN_DOWN] = { "DOWN", 6, 0, 5, true, false, false },
		[COLUMN_FAILED] = { "FAILS", 5, 0, 8, true, false, false },
		[COLUMN_LAST] = { "LAST SEEN", 11, 0, 6, true, false, false },
		[COLUMN_NOTE] = { "", 10, 0, 7, false, false, false },
	};
	at->t = (struct table){
		.columns = at->columns,
		.ncolumns = COLUMNS,
		.rows = u->order.n,
		.row = l->row,
		.top = l->top,
		.left = l->left,
		.reverse = l->sort == USERS_NAME || l->sort == USERS_ROLE
			       ? l->reverse
			       : !l->reverse,
		.gap = w < 80 ? 1 : 2,
		.sorts = sorts,
		.note = at->note,
		.empty = !u->listed      ? "asking the daemon..."
			 : u->page.n > 0 ? "no name contains the filter"
					 : "no users yet: a adds one",
		.cell = cell,
		.marked = marked,
		.ctx = m,
	};

	memcpy(at->columns, columns, sizeof columns);
	for (int i = 0; i < COLUMNS; i++)
		at->columns[i].sorted = sorts[i] == l->sort;
	if (!m->link.extended) /* it tells none of these */
		for (int i = COLUMN_RATE; i <= COLUMN_LAST; i++)
			at->columns[i].priority = TABLE_NEVER;
	screen_note(at->note, l, u->order.n, u->page.n, u->marked,
	    users_hidden(u),
	    l->sort == USERS_NAME && !l->reverse
		? ""
		: sorts_name(VIEW_USERS, l->sort, l->reverse));
}

static void
list(const struct model *m, struct canvas *c, struct rect r)
{
	struct table_room at;

	lay_out(m, r.w, &at);
	table_draw(c, r, &at.t);
}

int
users_left(const struct model *m, struct rect body)
{
	int w = body.w >= SIDE_FROM ? body.w - SIDE_W - 3 : body.w;
	struct table_room at;

	lay_out(m, w, &at);
	return table_left(&at.t, w);
}

/* ---- the selected one */

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

	bool hindered = hindrance(m, u)[0] != '\0';

	(void)snprintf(text, sizeof text, "no, %s", hindrance(m, u));
	screen_line(c, r, "May log in",
	    u->enabled == 0 || hindered ? ROLE_WARN : ROLE_TEXT,
	    u->enabled == 0 ? "no"
	    : hindered      ? text
			    : "yes");
	if (u->expires != 0) {
		form_limit_text(u, form_limit_find("expires"), text);
		screen_line(c, r, "Expires",
		    expired(m, u) ? ROLE_WARN : ROLE_TEXT, text);
	}
	screen_line(c, r, "Sessions ever", ROLE_TEXT, unit_count(a, u->opened));
	screen_line(c, r, "Up", ROLE_IN, unit_bytes(a, (double)u->up));
	screen_line(c, r, "Down", ROLE_OUT, unit_bytes(a, (double)u->down));
	if (u->udp_up + u->udp_down > 0) {
		(void)snprintf(text, sizeof text, "%s up, %s down",
		    unit_count(a, u->udp_up), unit_count(b, u->udp_down));
		screen_line(c, r, "Datagrams", ROLE_TEXT, text);
	}
	screen_line(c, r, "Last seen", ROLE_TEXT, ago(m, u, b));
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
	    role_word(m, u)[0] == '-' ? "- (not told by the base protocol)"
				      : role_word(m, u));
	if (u->whole)
		facts_extended(m, c, &r, u);
}

static const char *
standing(const struct model *m, const struct user *u)
{
	if (u->enabled == 0)
		return "turned off";
	return hindrance(m, u)[0] != '\0' ? hindrance(m, u) : "on";
}

static void
strip(const struct model *m, struct canvas *c, struct rect r)
{
	const struct user *u = model_user(m);
	char a[UNIT_TEXT], b[UNIT_TEXT], text[300];

	canvas_hline(c, r.x, r.y, r.w);
	if (u == NULL)
		return;
	if (u->whole)
		(void)snprintf(text, sizeof text,
		    "%.60s  %s, %s  up %s  down %s  %.60s", u->shown,
		    role_word(m, u), standing(m, u),
		    unit_bytes(a, (double)u->up),
		    unit_bytes(b, (double)u->down), u->target);
	else
		(void)snprintf(text, sizeof text, "%.60s  sessions %s  role %s",
		    u->shown,
		    u->sessions < 0 ? "-"
				    : unit_count(a, (uint64_t)u->sessions),
		    role_word(m, u));
	canvas_cut(c, 1, r.y + 1, r.w - 2, ROLE_TITLE, text);
	canvas_cut(c, 1, r.y + 2, r.w - 2, ROLE_DIM,
	    u->whole
		? "a add  e edit  P password  x on/off  d delete  s its "
		  "sessions"
		: "a adds, d deletes; - is what the base protocol cannot tell");
}

/* The selected user, and below what it moves or what happens to all. */
static void
side(const struct model *m, struct canvas *c, struct rect r)
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

int
users_rows(const struct model *m, struct rect body)
{
	(void)m;
	if (body.w >= SIDE_FROM)
		return body.h - 4;
	return body.h - 2 - (body.h >= STRIP_FROM ? STRIP_H : 0);
}

void
users_draw(const struct model *m, struct canvas *c, struct rect r)
{
	char title[32];

	if (r.w >= SIDE_FROM) {
		struct rect left = { r.x, r.y, r.w - SIDE_W, r.h }, in;

		(void)snprintf(
		    title, sizeof title, "Users %zu", m->users.page.n);
		in = canvas_box(c, left, title, NULL);
		in.w--; /* the last column stands off the border */
		list(m, c, in);
		side(m, c,
		    (struct rect){ r.x + r.w - SIDE_W, r.y, SIDE_W, r.h });
		return;
	}
	if (r.h >= STRIP_FROM) {
		r.h -= STRIP_H;
		strip(m, c, (struct rect){ 0, r.y + r.h, r.w, STRIP_H });
	}
	list(m, c, r);
}
