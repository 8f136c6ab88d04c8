#include <stdio.h>
#include <string.h>

#include "tui/screen.h"
#include "tui/unit.h"

enum {
	DETAIL_H = 4,
	DETAIL_FROM = 12,
	TAG = 8,
	LEVEL = 5,
	TIME_FROM = 60,
	SHIFT = 16, /* columns that a step to the right is */
};

static const int time_widths[] = {
	[LOG_CLOCK] = 8,
	[LOG_DATE] = 14,
	[LOG_AGO] = 7,
};

static const char *const level_names[] = { "ERROR", "WARN", "info", "debug" };

static enum role
level_role(unsigned level)
{
	static const enum role roles[] = { ROLE_BAD, ROLE_WARN, ROLE_TEXT,
		ROLE_DIM };

	return roles[level];
}

static void
when(const struct model *m, struct canvas *c, int x, int y, uint64_t seconds)
{
	char text[UNIT_TEXT];

	if (m->log_time == LOG_AGO)
		canvas_right(c, x + time_widths[LOG_AGO], y, ROLE_DIM,
		    unit_age(text, m->wall > seconds ? m->wall - seconds : 0));
	else
		canvas_text(c, x, y, ROLE_DIM,
		    m->log_time == LOG_DATE ? unit_date(text, seconds)
					    : unit_clock(text, seconds));
}

/* Its text without the first `shift` columns, and on which side there is more.
 */
static void
message(struct canvas *c, struct rect r, const struct line *one, int shift)
{
	struct rect old = canvas_clip(c, r);
	enum role role = level_role(one->level);
	char text[LINES_TEXT];
	int x = r.x - shift;

	(void)snprintf(text, sizeof text, "%.*s", (int)one->more, one->text);
	x = canvas_text(c, x, r.y, role, text);
	role = x > r.x + r.w ? role : ROLE_DIM;
	x = canvas_text(c, x, r.y, ROLE_DIM, one->text + one->more);
	if (x > r.x + r.w)
		canvas_put(
		    c, r.x + r.w - 1, r.y, canvas_glyph(c, GLYPH_MORE), role);
	if (shift > 0 && x > r.x - shift)
		canvas_put(c, r.x, r.y, canvas_glyph(c, GLYPH_LEFT), ROLE_KEY);
	c->clip = old;
}

/* The column of the texts in lines of w columns. */
static int
text_at(const struct model *m, int w)
{
	int time = w >= TIME_FROM ? time_widths[m->log_time] + 1 : 0;

	return 2 + time + LEVEL + 1 + TAG + 1;
}

static void
row_draw(const struct model *m, struct canvas *c, struct rect r, int row)
{
	const struct line *one = lines_row(&m->lines, row);
	bool here = row == m->lists[VIEW_LOGS].row;
	enum role role = level_role(one->level);
	int x = text_at(m, r.w), shift = m->lists[VIEW_LOGS].left * SHIFT;

	canvas_spot(c, r, SPOT_ROW, (uint32_t)row);
	if (here)
		canvas_put(c, r.x, r.y, '>', ROLE_TEXT);
	if (r.w >= TIME_FROM)
		when(m, c, r.x + 2, r.y, one->time / 1000000);
	message(c, (struct rect){ r.x + x, r.y, r.w - x, 1 }, one, shift);
	x += r.x - TAG - 1;
	canvas_cut(c, x, r.y, TAG, ROLE_DIM, one->tag);
	canvas_text(c, x - LEVEL - 1, r.y, role, level_names[one->level]);
	if (!here)
		return;
	canvas_tint(c, (struct rect){ r.x, r.y, r.w, 1 }, ROLE_CURSOR);
	c->cursor_x = r.x;
	c->cursor_y = r.y;
}

/* What is shown, and whether it goes on by itself. */
static void
state_line(const struct model *m, struct canvas *c, struct rect r)
{
	const struct list *l = &m->lists[VIEW_LOGS];
	uint64_t behind = m->lines.count - m->log_seen;
	char text[160], more[80];

	canvas_hline(c, r.x, r.y, r.w);
	if (!l->moved)
		(void)snprintf(more, sizeof more, "following");
	else if (r.w < 60)
		(void)snprintf(more, sizeof more, "%llu new, f follows",
		    (unsigned long long)behind);
	else
		(void)snprintf(more, sizeof more,
		    "stopped: %llu new below, f or End follows",
		    (unsigned long long)behind);
	screen_note(text, l, m->lines.shown, lines_kept(&m->lines), 0, 0, more);
	canvas_print(
	    c, r.x + 1, r.y, l->moved ? ROLE_WARN : ROLE_DIM, " %s ", text);
	if (r.w < 60)
		return;
	(void)snprintf(text, sizeof text, " %s and worse ",
	    m->log_level == 0 ? "errors" : level_names[m->log_level]);
	canvas_right(c, r.x + r.w - 1, r.y, ROLE_DIM,
	    m->log_level == 0 ? " errors only " : text);
}

/* A text on so many lines; the rest is cut. */
static void
wrapped(struct canvas *c, struct rect r, enum role role, const char *text)
{
	char line[LINES_TEXT];

	for (int i = 0; i < r.h && *text != '\0'; i++) {
		size_t len = strlen(text), take = 0;

		if (canvas_width(text) > r.w && i < r.h - 1) {
			for (size_t k = 0; k < len && k < (size_t)r.w; k++)
				if (text[k] == ' ')
					take = k;
			take = take == 0 ? (size_t)r.w : take;
		} else {
			take = len;
		}
		(void)snprintf(line, sizeof line, "%.*s", (int)take, text);
		canvas_cut(c, r.x, r.y + i, r.w, role, line);
		text += take < len ? take + (text[take] == ' ') : len;
	}
}

static void
detail(const struct model *m, struct canvas *c, struct rect r)
{
	const struct line *one = lines_row(&m->lines, m->lists[VIEW_LOGS].row);
	char clock[UNIT_TEXT];

	state_line(m, c, r);
	if (one == NULL || r.h < 2)
		return;
	canvas_print(c, 1, r.y + 1, level_role(one->level), "%s.%03llu  %s  %s",
	    unit_date(clock, one->time / 1000000),
	    (unsigned long long)(one->time / 1000 % 1000),
	    level_names[one->level], one->tag);
	wrapped(c, (struct rect){ 1, r.y + 2, r.w - 2, r.h - 2 }, ROLE_TEXT,
	    one->text);
}

static int
below(struct rect body)
{
	return body.h >= DETAIL_FROM ? DETAIL_H : 1;
}

int
logs_rows(const struct model *m, struct rect body)
{
	(void)m;
	return body.h - below(body);
}

/* As far as the longest of the lines in sight needs. */
int
logs_left(const struct model *m, struct rect body)
{
	int top = m->lists[VIEW_LOGS].top, longest = 0;
	int room = body.w - text_at(m, body.w);

	for (int i = 0; i < logs_rows(m, body); i++) {
		const struct line *one = lines_row(&m->lines, top + i);
		int w = one == NULL ? 0 : canvas_width(one->text);

		longest = w > longest ? w : longest;
	}
	return longest <= room ? 0 : (longest - room + SHIFT - 1) / SHIFT;
}

void
logs_draw(const struct model *m, struct canvas *c, struct rect r)
{
	const struct list *l = &m->lists[VIEW_LOGS];
	int h = below(r), n = (int)m->lines.shown;

	for (int i = 0; i < r.h - h && l->top + i < n; i++)
		row_draw(
		    m, c, (struct rect){ r.x, r.y + i, r.w, 1 }, l->top + i);
	if (n == 0)
		canvas_text(c, 2, r.y, ROLE_DIM,
		    !m->lines.listed ? "asking the daemon..."
				     : "no line is as wished");
	detail(m, c, (struct rect){ r.x, r.y + r.h - h, r.w, h });
}
