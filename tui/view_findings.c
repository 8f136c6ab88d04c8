#include <stdio.h>

#include "tui/screen.h"
#include "tui/table.h"
#include "tui/unit.h"

enum {
	COLUMN_TIME,
	COLUMN_PROTOCOL,
	COLUMN_USER,
	COLUMN_CLIENT,
	COLUMN_TARGET,
	COLUMN_LOGIN,
	COLUMN_PASSWORD,
	COLUMN_STATE,
	COLUMNS,
};

enum { DETAIL_H = 5, DETAIL_FROM = 12 };

/* Nobody reads over a shoulder what nobody asked for. */
static const char *
password(const struct model *m, const struct finding *one, bool selected)
{
	return selected && m->reveal_until > m->now && one->password[0] != '\0'
		   ? one->password
		   : findings_masked(one);
}

static enum role
cell(const void *ctx, size_t row, int column, char text[TABLE_CELL])
{
	const struct model *m = ctx;
	const struct finding *one = findings_row(&m->findings, (int)row);
	bool here = (int)row == m->lists[VIEW_FINDINGS].row;
	char clock[UNIT_TEXT];
	const char *value = "";
	enum role role = ROLE_TEXT;

	switch (column) {
	case COLUMN_TIME:
		value = unit_clock(clock, one->time);
		role = ROLE_DIM;
		break;
	case COLUMN_PROTOCOL:
		value = one->protocol;
		break;
	case COLUMN_USER:
		value = one->user;
		break;
	case COLUMN_CLIENT:
		value = one->client;
		break;
	case COLUMN_TARGET:
		value = one->target;
		break;
	case COLUMN_LOGIN:
		value = one->login;
		role = ROLE_TITLE;
		break;
	case COLUMN_PASSWORD:
		value = password(m, one, here);
		break;
	case COLUMN_STATE:
		value = one->confirmed ? "accepted" : "tried";
		role = one->confirmed ? ROLE_WARN : ROLE_DIM;
		break;
	}
	(void)snprintf(text, TABLE_CELL, "%s", value[0] != '\0' ? value : "-");
	return role;
}

static void
lay_out(const struct model *m, int w, struct table_room *at)
{
	const struct list *l = &m->lists[VIEW_FINDINGS];
	const struct findings *f = &m->findings;
	static const struct table_column columns[COLUMNS] = {
		[COLUMN_TIME] = { "TIME", 8, 0, 3, false, false, false },
		[COLUMN_PROTOCOL] = { "PROTO", 5, 0, 0, false, false, false },
		[COLUMN_USER] = { "USER", 10, 1, 5, false, false, false },
		[COLUMN_CLIENT] = { "CLIENT", 18, 1, 7, false, false, false },
		[COLUMN_TARGET] = { "TARGET", 18, 3, 2, false, false, false },
		[COLUMN_LOGIN] = { "LOGIN", 14, 2, 0, false, false, false },
		[COLUMN_PASSWORD] = { "PASSWORD", 9, 1, 4, false, false,
		    false },
		[COLUMN_STATE] = { "SERVER", 8, 0, 6, false, false, false },
	};
	bool off = model_data(m)->known[FIGURE_DISSECTOR] &&
		   model_data(m)->value[FIGURE_DISSECTOR] == 0;
	at->t = (struct table){
		.columns = columns,
		.ncolumns = COLUMNS,
		.rows = f->shown,
		.row = l->row,
		.top = l->top,
		.left = l->left,
		.gap = w < 80 ? 1 : 2,
		.note = at->note,
		.empty = !f->listed ? "asking the daemon..."
			 : off ? "the dissector is off: 4 Settings turns it on"
			 : f->count > 0 ? "no finding fits the filter"
					: "no login was seen in clear yet",
		.cell = cell,
		.ctx = m,
	};

	screen_note(at->note, l, f->shown, findings_kept(f), 0, 0,
	    off && f->count > 0 ? "the dissector is off now" : "newest first");
}

static void
list(const struct model *m, struct canvas *c, struct rect r)
{
	struct table_room at;

	lay_out(m, r.w, &at);
	table_draw(c, r, &at.t);
}

int
findings_left(const struct model *m, struct rect body)
{
	struct table_room at;

	lay_out(m, body.w, &at);
	return table_left(&at.t, body.w);
}

static void
detail(const struct model *m, struct canvas *c, struct rect r)
{
	const struct finding *one = model_finding(m);
	bool shown = m->reveal_until > m->now;
	char text[256];
	int x;

	canvas_hline(c, r.x, r.y, r.w);
	if (one == NULL)
		return;
	(void)snprintf(text, sizeof text, "%s  %s  %s %s %s", one->protocol,
	    one->user[0] != '\0' ? one->user : "(nobody)", one->client,
	    c->glyphs == GLYPHS_ASCII ? "->" : "\xe2\x86\x92", one->target);
	canvas_cut(c, 1, r.y + 1, r.w - 2, ROLE_TITLE, text);
	x = canvas_text(c, 1, r.y + 2, ROLE_DIM, "login     ");
	canvas_cut(c, x, r.y + 2, r.w - x - 1, ROLE_TEXT, one->login);
	x = canvas_text(c, 1, r.y + 3, ROLE_DIM, "password  ");
	x = canvas_cut(c, x, r.y + 3, r.w - x - 1,
	    shown ? ROLE_WARN : ROLE_TEXT, password(m, one, true));
	if (shown)
		canvas_print(c, x + 3, r.y + 3, ROLE_DIM, "hidden in %llu s",
		    (unsigned long long)((m->reveal_until - m->now + 999) /
					 1000));
	else
		canvas_cut(c, x + 3, r.y + 3, r.w - x - 4, ROLE_DIM,
		    findings_is_masked(one)
			? "masked by the daemon: dissector-passwords"
			: "V shows what the daemon tells for 10 s");
	canvas_cut(c, 1, r.y + 4, r.w - 2, ROLE_DIM,
	    one->confirmed ? "the server accepted it; Enter: its session"
			   : "the server did not accept it; Enter: its "
			     "session");
}

static int
below(struct rect body)
{
	return body.h >= DETAIL_FROM ? DETAIL_H : 0;
}

int
findings_rows(const struct model *m, struct rect body)
{
	(void)m;
	return body.h - 2 - below(body);
}

void
findings_draw(const struct model *m, struct canvas *c, struct rect r)
{
	int h = below(r);

	r.h -= h;
	list(m, c, r);
	if (h > 0)
		detail(m, c, (struct rect){ r.x, r.y + r.h, r.w, h });
}
