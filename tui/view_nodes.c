#include <math.h>
#include <stdio.h>

#include "tui/pane.h"
#include "tui/screen.h"
#include "tui/table.h"
#include "tui/unit.h"

enum {
	COLUMN_NAME,
	COLUMN_STATE,
	COLUMN_SESSIONS,
	COLUMN_UP,
	COLUMN_DOWN,
	COLUMN_ENDPOINT,
	COLUMN_NOTE,
	COLUMNS,
};

enum { GRAPH_H = 9, GRAPH_FROM = 18, SUM_H = 2 };

static const char *
state_word(const struct node_row *row, enum role *role)
{
	static const struct {
		const char *word;
		enum role role;
	} words[] = {
		[NODE_UNKNOWN] = { "...", ROLE_DIM },
		[NODE_UP] = { "up", ROLE_GOOD },
		[NODE_DOWN] = { "DOWN", ROLE_BAD },
		[NODE_LOGIN] = { "LOGIN", ROLE_WARN },
	};

	*role = words[row->news.state].role;
	if (row->news.state == NODE_UP && row->news.stopped) {
		*role = ROLE_WARN;
		return "STOPPED";
	}
	return words[row->news.state].word;
}

static enum role
cell(const void *ctx, size_t row, int column, char text[TABLE_CELL])
{
	const struct model *m = ctx;
	const struct node_row *one = &m->node_rows[row];
	bool up = one->news.state == NODE_UP;
	char unit[UNIT_TEXT];
	const char *value = "-";
	enum role role = up ? ROLE_TEXT : ROLE_DIM;

	switch (column) {
	case COLUMN_NAME:
		value = one->node.name;
		role = ROLE_TITLE;
		break;
	case COLUMN_STATE:
		value = state_word(one, &role);
		break;
	case COLUMN_SESSIONS:
		if (up)
			value = unit_count(unit, one->news.sessions);
		break;
	case COLUMN_UP:
		if (!isnan(one->up_rate))
			value = unit_short(unit, one->up_rate);
		role = ROLE_IN;
		break;
	case COLUMN_DOWN:
		if (!isnan(one->down_rate))
			value = unit_short(unit, one->down_rate);
		role = ROLE_OUT;
		break;
	case COLUMN_ENDPOINT:
		value = one->node.endpoint;
		role = ROLE_DIM;
		break;
	default:
		value = one->why;
		role = ROLE_DIM;
		break;
	}
	(void)snprintf(text, TABLE_CELL, "%s", value);
	return role;
}

static void
lay_out(const struct model *m, int w, struct table_room *at)
{
	static const struct table_column columns[COLUMNS] = {
		[COLUMN_NAME] = { "NODE", 12, 1, 0, false, false, false },
		[COLUMN_STATE] = { "STATE", 7, 0, 0, false, false, false },
		[COLUMN_SESSIONS] = { "SESSIONS", 8, 0, 1, true, false, false },
		[COLUMN_UP] = { "UP/s", 6, 0, 2, true, false, false },
		[COLUMN_DOWN] = { "DOWN/s", 6, 0, 2, true, false, false },
		[COLUMN_ENDPOINT] = { "ENDPOINT", 22, 3, 4, false, false,
		    false },
		[COLUMN_NOTE] = { "", 10, 3, 6, false, false, false },
	};
	at->t = (struct table){
		.columns = columns,
		.ncolumns = COLUMNS,
		.rows = m->nnodes,
		.row = m->lists[VIEW_NODES].row,
		.top = m->lists[VIEW_NODES].top,
		.left = m->lists[VIEW_NODES].left,
		.note = w < 60 ? "" : "Enter goes there; F7 anywhere: the next",
		.empty = "no daemon has a name: socks5tui --save NAME",
		.cell = cell,
		.ctx = m,
	};
}

static void
list(const struct model *m, struct canvas *c, struct rect r)
{
	struct table_room at;

	lay_out(m, r.w, &at);
	table_draw(c, r, &at.t);
}

int
nodes_left(const struct model *m, struct rect body)
{
	struct table_room at;

	lay_out(m, body.w, &at);
	return table_left(&at.t, body.w);
}

static void
together(const struct model *m, struct canvas *c, struct rect r)
{
	double up = ring_last(&m->fleet[0]), down = ring_last(&m->fleet[1]);
	char a[UNIT_TEXT], b[UNIT_TEXT], n[UNIT_TEXT], text[160];

	(void)snprintf(text, sizeof text,
	    "%u of %u up   %s sessions   up %s/s   down %s/s", m->fleet_up,
	    m->nnodes, unit_count(n, m->fleet_sessions), unit_bytes(a, up),
	    unit_bytes(b, down));
	canvas_cut(c, r.x + 1, r.y, r.w - 2,
	    m->fleet_up < m->nnodes ? ROLE_WARN : ROLE_TITLE, text);
}

static int
above(struct rect body)
{
	return SUM_H + (body.h >= GRAPH_FROM ? GRAPH_H : 0);
}

int
nodes_rows(const struct model *m, struct rect body)
{
	(void)m;
	return body.h - 2 - above(body);
}

void
nodes_draw(const struct model *m, struct canvas *c, struct rect r)
{
	int h = above(r);

	together(m, c, r);
	if (r.h >= GRAPH_FROM)
		pane_fleet(m, c, (struct rect){ r.x, r.y + 1, r.w, GRAPH_H });
	list(m, c, (struct rect){ r.x, r.y + h, r.w, r.h - h });
}
