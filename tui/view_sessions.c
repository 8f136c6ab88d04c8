#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tui/columns.h"
#include "tui/pane.h"
#include "tui/screen.h"
#include "tui/table.h"
#include "tui/unit.h"

enum {
	WIDE = 120,
	WIDE_H = 28, /* rows of the body, from which there are boxes below */
	BOX_H = 12,
	STRIP_FROM = 12,
	STRIP_H = 3,
	PAIR = 10, /* columns of a label */
};

static enum role
rate_cell(float rate, enum role role, char text[TABLE_CELL])
{
	char unit[UNIT_TEXT];

	if (isnan(rate)) {
		(void)snprintf(text, TABLE_CELL, "-");
		return ROLE_DIM;
	}
	(void)snprintf(text, TABLE_CELL, "%s", unit_short(unit, rate));
	return rate > 0 ? role : ROLE_DIM;
}

static enum role
text_cell(const char *value, char text[TABLE_CELL])
{
	(void)snprintf(text, TABLE_CELL, "%s", value[0] != '\0' ? value : "-");
	return value[0] != '\0' ? ROLE_TEXT : ROLE_DIM;
}

static enum role
state_cell(const struct session *one, const char *state, char text[TABLE_CELL])
{
	const char *word = sessions_word(state, one->idle);

	(void)snprintf(text, TABLE_CELL, "%s", word);
	return strcmp(word, "FAIL") == 0   ? ROLE_BAD
	       : strcmp(word, "COPY") == 0 ? ROLE_TEXT
	       : strcmp(word, "IDLE") == 0 ? ROLE_DIM
					   : ROLE_SESS;
}

static enum role
number_cell(const struct session *one, int column, char text[TABLE_CELL])
{
	char unit[UNIT_TEXT];
	uint64_t setup = sessions_setup(one);

	switch (column) {
	case COLUMN_ID:
		(void)snprintf(
		    text, TABLE_CELL, "%llu", (unsigned long long)one->id);
		return ROLE_DIM;
	case COLUMN_UP_RATE:
		return rate_cell(one->up_rate, ROLE_IN, text);
	case COLUMN_DOWN_RATE:
		return rate_cell(one->down_rate, ROLE_OUT, text);
	case COLUMN_UP:
		(void)snprintf(
		    text, TABLE_CELL, "%s", unit_short(unit, (double)one->up));
		return one->up > 0 ? ROLE_TEXT : ROLE_DIM;
	case COLUMN_DOWN:
		(void)snprintf(text, TABLE_CELL, "%s",
		    unit_short(unit, (double)one->down));
		return one->down > 0 ? ROLE_TEXT : ROLE_DIM;
	case COLUMN_AGE:
		(void)snprintf(
		    text, TABLE_CELL, "%s", unit_age(unit, one->age));
		return ROLE_TEXT;
	default:
		(void)snprintf(text, TABLE_CELL, "%s",
		    setup == 0 ? "-" : unit_us(unit, setup));
		return setup == 0 ? ROLE_DIM : ROLE_TEXT;
	}
}

static enum role
cell(const void *ctx, size_t row, int column, char text[TABLE_CELL])
{
	const struct model *m = ctx;
	const struct sessions *s = &m->sessions;
	const struct session *one = sessions_row(s, (int)row);

	switch (column) {
	case COLUMN_USER:
		return text_cell(sessions_text(s, one->user), text);
	case COLUMN_CLIENT:
		return text_cell(sessions_text(s, one->client), text);
	case COLUMN_TARGET:
		return text_cell(sessions_text(s, one->target), text);
	case COLUMN_ADDRESS:
		return text_cell(sessions_text(s, one->address), text);
	case COLUMN_STATE:
		return state_cell(one, sessions_text(s, one->state), text);
	default:
		return number_cell(one, column, text);
	}
}

static bool
marked(const void *ctx, size_t row)
{
	const struct model *m = ctx;

	return sessions_row(&m->sessions, (int)row)->marked;
}

/* What each column is sorted by. */
static const int sorts[COLUMNS] = {
	[COLUMN_ID] = SESSIONS_ID,
	[COLUMN_USER] = SESSIONS_USER,
	[COLUMN_CLIENT] = SESSIONS_CLIENT,
	[COLUMN_TARGET] = SESSIONS_TARGET,
	[COLUMN_ADDRESS] = SESSIONS_ADDRESS,
	[COLUMN_STATE] = SESSIONS_STATE,
	[COLUMN_UP_RATE] = SESSIONS_UP_RATE,
	[COLUMN_DOWN_RATE] = SESSIONS_DOWN_RATE,
	[COLUMN_UP] = SESSIONS_UP,
	[COLUMN_DOWN] = SESSIONS_DOWN,
	[COLUMN_AGE] = SESSIONS_AGE,
	[COLUMN_SETUP] = SESSIONS_SETUP,
};

static bool
sorted(const struct model *m, int column)
{
	int sort = m->lists[VIEW_SESSIONS].sort;

	return sort == sorts[column] ||
	       (sort == SESSIONS_BUSY &&
		   (column == COLUMN_UP_RATE || column == COLUMN_DOWN_RATE));
}

/* What a person hid is nowhere; the rest is shown as there is room. */
static struct table_column
column(const struct model *m, int i)
{
	const struct column_row *row = &column_rows[i];
	bool hidden = (m->hidden >> i & 1) != 0;

	return (struct table_column){
		.title = row->title,
		.width = row->width,
		.grow = row->grow,
		.priority = hidden ? TABLE_NEVER : row->priority,
		.right = row->right,
		.sorted = sorted(m, i),
	};
}

static void
lay_out(const struct model *m, int w, struct table_room *at)
{
	const struct list *l = &m->lists[VIEW_SESSIONS];
	const struct sessions *s = &m->sessions;
	at->t = (struct table){
		.columns = at->columns,
		.ncolumns = COLUMNS,
		.rows = s->order.n,
		.row = l->row,
		.top = l->top,
		.left = l->left,
		.reverse = !l->reverse, /* figures begin with the largest */
		.gap = w < WIDE ? 1 : 2,
		.sorts = sorts,
		.note = at->note,
		.empty = !s->listed       ? "asking the daemon..."
			 : s->page.n == 0 ? "nobody is connected"
					  : "no session fits the filter",
		.cell = cell,
		.marked = marked,
		.ctx = m,
	};

	for (int i = 0; i < COLUMNS; i++)
		at->columns[i] = column(m, i);
	if (l->sort >= SESSIONS_ID && l->sort <= SESSIONS_STATE)
		at->t.reverse = l->reverse;
	screen_note(at->note, l, s->order.n, s->page.n, s->marked,
	    sessions_hidden(s), sorts_name(VIEW_SESSIONS, l->sort, l->reverse));
}

static void
list(const struct model *m, struct canvas *c, struct rect r)
{
	struct table_room at;

	lay_out(m, r.w, &at);
	table_draw(c, r, &at.t);
}

int
sessions_left(const struct model *m, struct rect body)
{
	struct table_room at;

	lay_out(m, body.w, &at);
	return table_left(&at.t, body.w);
}

/* ---- the selected one */

static const char *
rate_text(char text[80], float now, float most)
{
	char a[UNIT_TEXT], b[UNIT_TEXT];

	if (isnan(now))
		(void)snprintf(text, 80, "-");
	else
		(void)snprintf(text, 80, "%s/s, most %s/s", unit_bytes(a, now),
		    unit_bytes(b, most));
	return text;
}

/* Those of the four from one on. */
static void
stages(char text[80], const struct session *one, int from, int to)
{
	const uint32_t us[] = { one->handshake, one->login, one->resolve,
		one->connect };
	static const char *const names[] = { "greet", "auth", "dns",
		"connect" };
	char unit[UNIT_TEXT];
	int at = 0;

	text[0] = '\0';
	for (int i = from; i < to; i++)
		if (us[i] > 0)
			at += snprintf(text + at, 80 - (size_t)at, "%s%s %s",
			    at > 0 ? "  " : "", names[i], unit_us(unit, us[i]));
	if (at == 0)
		(void)snprintf(text, 80, "-");
}

/* "Label    value" on the first line of *r, which is cut off. */
static void
pair(struct canvas *c, struct rect *r, const char *label, enum role role,
    const char *value)
{
	if (r->h <= 0)
		return;
	canvas_cut(c, r->x, r->y, PAIR, ROLE_DIM, label);
	canvas_cut(c, r->x + PAIR, r->y, r->w - PAIR, role, value);
	r->y++;
	r->h--;
}

/* In two lines where one is too narrow, and there is one more than follow. */
static void
set_up(struct canvas *c, struct rect *r, const struct session *one)
{
	enum { STAGES = 4, FOLLOW = 4 };
	char text[80];

	stages(text, one, 0, STAGES);
	if (canvas_width(text) <= r->w - PAIR || r->h < FOLLOW + 2) {
		pair(c, r, "Set-up", ROLE_TEXT, text);
		return;
	}
	stages(text, one, 0, STAGES / 2);
	pair(c, r, "Set-up", ROLE_TEXT, text);
	stages(text, one, STAGES / 2, STAGES);
	pair(c, r, "", ROLE_TEXT, text);
}

static void
facts(const struct model *m, struct canvas *c, struct rect r)
{
	const struct sessions *s = &m->sessions;
	const struct session *one = model_session(m);
	const char *target, *address;
	char text[160], a[UNIT_TEXT], b[UNIT_TEXT];

	if (one == NULL)
		return;
	target = sessions_text(s, one->target);
	address = sessions_text(s, one->address);
	pair(c, &r, "Client", ROLE_TEXT, sessions_text(s, one->client));
	pair(c, &r, "Target", ROLE_TEXT, target[0] != '\0' ? target : "-");
	pair(c, &r, "Address", ROLE_TEXT, address[0] != '\0' ? address : "-");
	if (one->idle < 2)
		(void)snprintf(text, sizeof text, "%s, %s old",
		    sessions_text(s, one->state), unit_age(a, one->age));
	else
		(void)snprintf(text, sizeof text, "%s, %s old, silent %s",
		    sessions_text(s, one->state), unit_age(a, one->age),
		    unit_age(b, one->idle));
	pair(c, &r, "State", ROLE_TEXT, text);
	set_up(c, &r, one);
	pair(c, &r, "Up", ROLE_IN, unit_bytes(a, (double)one->up));
	pair(c, &r, "Up now", ROLE_IN,
	    rate_text(text, one->up_rate, one->up_most));
	pair(c, &r, "Down", ROLE_OUT, unit_bytes(a, (double)one->down));
	pair(c, &r, "Down now", ROLE_OUT,
	    rate_text(text, one->down_rate, one->down_most));
}

static void
strip(const struct model *m, struct canvas *c, struct rect r)
{
	const struct sessions *s = &m->sessions;
	const struct session *one = model_session(m);
	char text[500], a[UNIT_TEXT], b[UNIT_TEXT], d[UNIT_TEXT];
	char cut[SCREEN_CUT];
	const char *user;

	canvas_hline(c, r.x, r.y, r.w);
	if (one == NULL)
		return;
	user = sessions_text(s, one->user);
	(void)snprintf(text, sizeof text, "#%llu %s  %.60s %s %.100s",
	    (unsigned long long)one->id,
	    user[0] != '\0' ? screen_cut(c, cut, user, r.w / 4) : "(nobody)",
	    sessions_text(s, one->client),
	    c->glyphs == GLYPHS_ASCII ? "->" : "\xe2\x86\x92",
	    one->target != 0 ? sessions_text(s, one->target) : "?");
	canvas_cut(c, 1, r.y + 1, r.w - 2, ROLE_TITLE, text);
	(void)snprintf(text, sizeof text, "up %s  down %s  %s old",
	    unit_bytes(a, (double)one->up), unit_bytes(b, (double)one->down),
	    unit_age(d, one->age));
	canvas_cut(c, 1, r.y + 2, r.w - 2, ROLE_TEXT, text);
	if (r.w >= 80 && model_may_change(m))
		canvas_right(c, r.w - 1, r.y + 2, ROLE_DIM,
		    "x kills it, X all of its user");
}

static void
boxes(const struct model *m, struct canvas *c, struct rect r)
{
	const struct session *one = model_session(m);
	struct rect left = { r.x, r.y, r.w >= 80 ? r.w / 2 : r.w, r.h }, in;
	char title[300];

	if (one == NULL)
		(void)snprintf(title, sizeof title, "no session");
	else
		(void)snprintf(title, sizeof title, "#%llu %s",
		    (unsigned long long)one->id,
		    one->user != 0 ? sessions_text(&m->sessions, one->user)
				   : "(nobody)");
	in = canvas_box(c, left, title,
	    r.w >= WIDE && model_may_change(m) ? "x kills it, X all of its user"
					       : NULL);
	facts(m, c, (struct rect){ in.x + 1, in.y, in.w - 2, in.h });
	if (left.w == r.w)
		return;
	pane_watched(m, c,
	    (struct rect){ r.x + left.w, r.y, r.w - left.w, r.h },
	    "Rate, this session");
}

/* How much of the body is for the selected session. */
static int
below(const struct model *m, struct rect body)
{
	if (body.w >= WIDE && body.h >= WIDE_H)
		return BOX_H;
	if (m->detail && body.h >= 8)
		return body.h - 6 < BOX_H ? body.h - 6 : BOX_H;
	return body.h >= STRIP_FROM ? STRIP_H : 0;
}

int
sessions_rows(const struct model *m, struct rect body)
{
	return body.h - 2 - below(m, body);
}

void
sessions_draw(const struct model *m, struct canvas *c, struct rect r)
{
	int h = below(m, r);
	struct rect low = { r.x, r.y + r.h - h, r.w, h };

	r.h -= h;
	list(m, c, r);
	if (h == STRIP_H)
		strip(m, c, low);
	else if (h > 0)
		boxes(m, c, low);
}
