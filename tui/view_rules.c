#include <stdio.h>
#include <string.h>

#include "tui/screen.h"
#include "tui/table.h"
#include "tui/unit.h"

enum { COLUMN_PLACE, COLUMN_RULE, COLUMN_ORIGIN, COLUMN_HITS, COLUMNS };

enum { DETAIL_H = 4, DETAIL_FROM = 12 };

static enum role
cell(const void *ctx, size_t row, int column, char text[TABLE_CELL])
{
	const struct model *m = ctx;
	const struct rule_shown *one = rules_list_row(&m->rules, (int)row);
	char count[UNIT_TEXT];

	switch (column) {
	case COLUMN_PLACE:
		(void)snprintf(text, TABLE_CELL, "%u", one->place);
		return ROLE_DIM;
	case COLUMN_RULE:
		(void)snprintf(text, TABLE_CELL, "%s", one->text);
		return strncmp(one->text, "deny", 4) == 0 ? ROLE_WARN
							  : ROLE_TEXT;
	case COLUMN_ORIGIN:
		(void)snprintf(
		    text, TABLE_CELL, "%s", rules_origins[one->origin]);
		return ROLE_DIM;
	default:
		(void)snprintf(
		    text, TABLE_CELL, "%s", unit_count(count, one->hits));
		return one->hits > 0 ? ROLE_TITLE : ROLE_DIM;
	}
}

static void
lay_out(const struct model *m, struct table_room *at)
{
	const struct list *l = &m->lists[VIEW_RULES];
	const struct rules_list *rules = &m->rules;
	static const struct table_column columns[COLUMNS] = {
		[COLUMN_PLACE] = { "#", 3, 0, 0, true, false, false },
		[COLUMN_RULE] = { "RULE", 24, 1, 0, false, false, false },
		[COLUMN_ORIGIN] = { "FROM", 8, 0, 2, false, false, false },
		[COLUMN_HITS] = { "DECIDED", 9, 0, 1, true, false, false },
	};
	at->t = (struct table){
		.columns = columns,
		.ncolumns = COLUMNS,
		.rows = rules->shown,
		.row = l->row,
		.top = l->top,
		.left = l->left,
		.note = at->note,
		.empty = !rules->listed ? "asking the daemon..."
			 : rules->n > 0 ? "no rule fits the filter"
					: "no rule: whoever may connect may "
					  "reach everything; a adds one",
		.cell = cell,
		.ctx = m,
	};

	screen_note(at->note, l, rules->shown, rules->n, 0, 0,
	    "the first that fits decides");
}

static void
list(const struct model *m, struct canvas *c, struct rect r)
{
	struct table_room at;

	lay_out(m, &at);
	table_draw(c, r, &at.t);
}

int
rules_left(const struct model *m, struct rect body)
{
	struct table_room at;

	lay_out(m, &at);
	return table_left(&at.t, body.w);
}

static void
detail(const struct model *m, struct canvas *c, struct rect r)
{
	const struct rule_shown *one = model_rule(m);
	char count[UNIT_TEXT];

	canvas_hline(c, r.x, r.y, r.w);
	if (one != NULL) {
		canvas_cut(c, 1, r.y + 1, r.w - 2, ROLE_TITLE, one->text);
		canvas_print(c, 1, r.y + 2, ROLE_TEXT,
		    "decided %s request%s; from: %s",
		    unit_count(count, one->hits), one->hits == 1 ? "" : "s",
		    rules_origins[one->origin]);
	}
	canvas_cut(c, 1, r.y + 3, r.w - 2, ROLE_DIM,
	    model_may_change(m)
		? "a add  J down  K up  d delete  t test who may reach what"
		: "t test who may reach what");
}

static int
below(struct rect body)
{
	return body.h >= DETAIL_FROM ? DETAIL_H : 0;
}

int
rules_rows(const struct model *m, struct rect body)
{
	(void)m;
	return body.h - 2 - below(body);
}

void
rules_draw(const struct model *m, struct canvas *c, struct rect r)
{
	int h = below(r);

	r.h -= h;
	list(m, c, r);
	if (h > 0)
		detail(m, c, (struct rect){ r.x, r.y + r.h, r.w, h });
}
