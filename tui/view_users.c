#include <stdio.h>
#include <string.h>

#include "tui/pane.h"
#include "tui/screen.h"
#include "tui/table.h"
#include "tui/unit.h"

enum { COLUMN_NAME, COLUMN_SESSIONS, COLUMN_SHARE, COLUMN_ROLE, COLUMN_NOTE };

enum { SIDE_FROM = 120, SIDE_W = 46, SIDE_H = 9, STRIP_FROM = 16, STRIP_H = 3 };

static bool
oneself(const struct model *m, const struct user *u)
{
	return m->link.user[0] != '\0' && strcmp(m->link.user, u->shown) == 0;
}

/* Who may log in here is an administrator; of others only what was seen. */
static const char *
role_word(const struct model *m, const struct user *u)
{
	if (u->admin || oneself(m, u))
		return "admin";
	return u->regular ? "regular" : "-";
}

static enum role
cell(const void *ctx, size_t row, int column, char text[TABLE_CELL])
{
	const struct model *m = ctx;
	const struct data *d = model_data(m);
	const struct user *u = &d->users.all[d->users.order[row]];
	uint64_t all = d->value[ADMIN_connections];

	text[0] = '\0';
	switch (column) {
	case COLUMN_NAME:
		(void)snprintf(text, TABLE_CELL, "%s", u->shown);
		return ROLE_TEXT;
	case COLUMN_SESSIONS:
		if (u->sessions < 0)
			(void)snprintf(text, TABLE_CELL, "-");
		else
			(void)unit_count(text, (uint64_t)u->sessions);
		return u->sessions > 0 ? ROLE_TITLE : ROLE_DIM;
	case COLUMN_SHARE:
		if (u->sessions > 0 && all > 0)
			(void)snprintf(text, TABLE_CELL, "%d",
			    (int)((double)u->sessions * 1000 / (double)all));
		return ROLE_SESS;
	case COLUMN_ROLE:
		(void)snprintf(text, TABLE_CELL, "%s", role_word(m, u));
		return text[0] == '-' ? ROLE_DIM : ROLE_TEXT;
	case COLUMN_NOTE:
		(void)snprintf(text, TABLE_CELL, "%s",
		    oneself(m, u) ? "you"
		    : u->here     ? "added here"
				  : "");
		return ROLE_DIM;
	}
	return ROLE_TEXT;
}

static void
list(const struct model *m, struct canvas *c, struct rect r)
{
	const struct users *u = &model_data(m)->users;
	struct table_column columns[] = {
		{ "NAME", 14, 3, 0, false, false, !m->list.by_sessions },
		{ "SESSIONS", 10, 0, 0, true, false, m->list.by_sessions },
		{ "SHARE", 10, 1, 3, false, true, false },
		{ "ROLE", 8, 0, 2, false, false, false },
		{ "NOTE", 11, 0, 4, false, false, false },
	};
	struct table t = {
		.columns = columns,
		.ncolumns = sizeof columns / sizeof *columns,
		.rows = u->shown,
		.row = m->list.row,
		.top = m->list.top,
		.reverse = m->list.reverse,
		.empty = !u->listed     ? "asking the daemon..."
			 : u->count > 0 ? "no name contains the filter"
					: "no users yet: a adds one",
		.cell = cell,
		.ctx = m,
	};

	table_draw(c, r, &t);
}

static void
facts(const struct model *m, struct canvas *c, struct rect r)
{
	const struct user *u = model_user(m);
	uint64_t all = model_data(m)->value[ADMIN_connections];
	char text[UNIT_TEXT];
	int at = r.y;

	if (u == NULL)
		return;
	screen_fact(c, r.x, at++, r.w, "Sessions now", ROLE_TITLE,
	    u->sessions < 0 ? "-" : unit_count(text, (uint64_t)u->sessions));
	screen_fact(c, r.x, at++, r.w, "Role", ROLE_TEXT,
	    role_word(m, u)[0] == '-' ? "- (not told by the base protocol)"
				      : role_word(m, u));
	if (u->sessions >= 0 && all > 0)
		(void)snprintf(text, sizeof text, "%.0f %%",
		    (double)u->sessions * 100 / (double)all);
	else
		(void)snprintf(text, sizeof text, "-");
	screen_fact(c, r.x, at++, r.w, "Of all sessions", ROLE_TEXT, text);
	at++;
	canvas_cut(c, r.x, at++, r.w, ROLE_DIM,
	    "d deletes the account and closes its");
	canvas_cut(c, r.x, at++, r.w, ROLE_DIM, "sessions at once.");
}

static void
strip(const struct model *m, struct canvas *c, struct rect r)
{
	const struct user *u = model_user(m);
	char text[UNIT_TEXT];
	int x;

	canvas_hline(c, r.x, r.y, r.w);
	if (u == NULL)
		return;
	x = canvas_cut(c, 1, r.y + 1, r.w / 2, ROLE_TITLE, u->shown);
	x = canvas_print(c, x + 3, r.y + 1, ROLE_TEXT, "sessions %s",
	    u->sessions < 0 ? "-" : unit_count(text, (uint64_t)u->sessions));
	canvas_print(c, x + 3, r.y + 1, ROLE_TEXT, "role %s", role_word(m, u));
	canvas_cut(c, 1, r.y + 2, r.w - 2, ROLE_DIM,
	    "a adds, d deletes; - is what the base protocol cannot tell");
}

static void
title(const struct model *m, char text[96])
{
	const struct users *u = &model_data(m)->users;

	if (m->list.filter[0] != '\0')
		(void)snprintf(text, 96, "Users %zu of %zu, filter \"%.40s\"",
		    u->shown, u->count, m->list.filter);
	else
		(void)snprintf(text, 96, "Users %zu", u->count);
}

/* The selected user, and below what happens to all. */
static void
side(const struct model *m, struct canvas *c, struct rect r)
{
	const struct user *u = model_user(m);
	struct rect box = { r.x, r.y, r.w, SIDE_H }, in;

	in = canvas_box(c, box, u != NULL ? u->shown : "", NULL);
	facts(m, c, (struct rect){ in.x + 1, in.y, in.w - 2, in.h });
	box.y += SIDE_H;
	if (r.h >= 3 * SIDE_H) {
		pane_series(m, c, box, SERIES_SESSIONS);
		box.y += SIDE_H;
	}
	box.h = r.y + r.h - box.y;
	pane_events(m, c, box);
}

void
users_draw(const struct model *m, struct canvas *c, struct rect r)
{
	struct rect in;
	char text[96];

	title(m, text);
	if (r.w >= SIDE_FROM) {
		in = (struct rect){ r.x, r.y, r.w - SIDE_W, r.h };
		list(m, c, canvas_box(c, in, text, NULL));
		side(m, c,
		    (struct rect){ r.x + r.w - SIDE_W, r.y, SIDE_W, r.h });
		return;
	}
	if (m->list.filter[0] != '\0') {
		canvas_cut(c, 1, r.y, r.w - 2, ROLE_WARN, text);
		r.y++;
		r.h--;
	}
	if (c->h >= STRIP_FROM) {
		strip(m, c,
		    (struct rect){ 0, r.y + r.h - STRIP_H, r.w, STRIP_H });
		r.h -= STRIP_H;
	}
	list(m, c, r);
}
