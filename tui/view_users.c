#include <math.h>
#include <stdio.h>

#include "tui/screen.h"
#include "tui/table.h"
#include "tui/user_words.h"

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
	STRIP_FROM = 12, /* rows of the body */
	STRIP_H = 3
};

static const char *
note(const struct model *m, const struct user *u)
{
	if (user_is_oneself(m, u))
		return "you";
	if (user_hindrance(m, u)[0] != '\0')
		return user_hindrance(m, u);
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
	bool hindered = user_hindrance(m, u)[0] != '\0';

	(void)snprintf(text, TABLE_CELL, "%s",
	    u->enabled < 0          ? "-"
	    : u->enabled == 0       ? "OFF"
	    : user_is_expired(m, u) ? "EXPIRED"
	    : hindered              ? "QUOTA"
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
		(void)snprintf(text, TABLE_CELL, "%s", user_role(m, u));
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
		(void)snprintf(text, TABLE_CELL, "%s", user_ago(m, u, unit));
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
	    u->page.cut ? "these are not all"
	    : l->sort == USERS_NAME && !l->reverse
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
		user_side(m, c,
		    (struct rect){ r.x + r.w - SIDE_W, r.y, SIDE_W, r.h });
		return;
	}
	if (r.h >= STRIP_FROM) {
		r.h -= STRIP_H;
		user_strip(m, c, (struct rect){ 0, r.y + r.h, r.w, STRIP_H });
	}
	list(m, c, r);
}
