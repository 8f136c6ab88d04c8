#include <stdio.h>
#include <string.h>

#include "tui/act.h"
#include "tui/pane.h"
#include "tui/screen.h"
#include "tui/unit.h"

enum {
	LABEL = 23,
	LABEL_NARROW = 21,
	VALUE = 30,
	RANGE = 24,
	HELP_FROM = 110,
	BOX_H = 6,
	BOX_FROM = 14, /* rows of the body */
};

static const char *
shown(const struct setting *s, const char *value, char text[SCREEN_SETTING])
{
	if (s->kind == SETTING_SWITCH)
		return strcmp(value, "yes") == 0 ? "[x] on" : "[ ] off";
	return screen_value(s, value, text);
}

/* "65 536 B > 131 072 B", or only the value. */
static void
value(const struct setting *s, struct canvas *c, int x, int y, int w)
{
	char text[SCREEN_SETTING];
	int end = x + w;

	if (!s->known)
		x = canvas_text(c, x, y, ROLE_DIM, "-");
	else
		x = canvas_cut(c, x, y, s->staged ? w / 2 - 2 : w,
		    s->staged       ? ROLE_DIM
		    : s->origin > 0 ? ROLE_TITLE
				    : ROLE_TEXT,
		    shown(s, s->value, text));
	if (!s->staged)
		return;
	canvas_put(c, x + 1, y, canvas_glyph(c, GLYPH_ARROW), ROLE_WARN);
	canvas_cut(c, x + 3, y, end - x - 3, ROLE_WARN,
	    s->unset ? "default" : shown(s, s->next, text));
}

static void
range(const struct setting *s, char text[80])
{
	char least[UNIT_TEXT], most[UNIT_TEXT];

	text[0] = '\0';
	if (!s->live)
		(void)snprintf(text, 80, "in the file only");
	else if (s->kind == SETTING_NUMBER)
		(void)snprintf(text, 80, "%s to %s",
		    unit_count(least, s->least), unit_count(most, s->most));
	else if (s->kind == SETTING_CHOICE)
		(void)snprintf(text, 80, "%.79s", s->form);
}

/* What became of it, else its range and what it means. */
static void
about(const struct setting *s, struct canvas *c, int x, int y)
{
	static const enum role roles[] = { ROLE_DIM, ROLE_WARN, ROLE_GOOD,
		ROLE_BAD };
	char text[80];

	if (s->note != NOTE_NONE) {
		canvas_cut(c, x, y, c->w - x - 1, roles[s->note],
		    s->note == NOTE_SENDING ? "sending..." : s->text);
		return;
	}
	range(s, text);
	canvas_cut(c, x, y, c->w >= HELP_FROM ? RANGE - 2 : c->w - x - 1,
	    ROLE_DIM, text);
	if (c->w >= HELP_FROM)
		canvas_cut(c, x + RANGE, y, c->w - x - RANGE - 1, ROLE_DIM,
		    s->meaning);
}

static void
short_note(const struct setting *s, struct canvas *c, int y)
{
	static const char *const words[] = { "", "...", "ok", "refused" };

	canvas_right(c, c->w - 1, y,
	    s->note == NOTE_REFUSED ? ROLE_BAD : ROLE_GOOD, words[s->note]);
}

static int
label_width(const struct canvas *c)
{
	return c->w < 60 ? LABEL_NARROW : LABEL;
}

static void
row_draw(const struct model *m, struct canvas *c, int y, size_t row)
{
	const struct setting *s = &m->settings.all[row];
	bool here = (int)row == m->lists[VIEW_SETTINGS].row;
	int label = label_width(c);
	int w = c->w >= 80 ? VALUE : c->w - label - 4;

	canvas_spot(c, (struct rect){ 0, y, c->w, 1 }, SPOT_ROW, (uint32_t)row);
	canvas_put(c, 0, y, here ? '>' : ' ', ROLE_KEY);
	canvas_put(c, 1, y, s->staged ? '*' : ' ', ROLE_WARN);
	canvas_cut(c, 2, y, label - 1,
	    here      ? ROLE_TITLE
	    : s->live ? ROLE_TEXT
		      : ROLE_DIM,
	    s->label);
	value(s, c, 2 + label, y, w - 1);
	if (c->w >= 80)
		about(s, c, 2 + label + VALUE, y);
	else if (s->note != NOTE_NONE)
		short_note(s, c, y);
	if (!here)
		return;
	c->cursor_x = 0;
	c->cursor_y = y;
	canvas_tint(c, (struct rect){ 0, y, 1 + label, 1 }, ROLE_CURSOR);
}

/* ---- the selected one */

static bool
editing(const struct model *m)
{
	return m->overlay == OVERLAY_FORM && m->form.kind == FORM_SETTING;
}

static void
problem(struct canvas *c, int x, int y, int w, const struct field *f)
{
	canvas_cut(c, x, y, w, ROLE_BAD, "! ");
	canvas_cut(c, x + 2, y, w - 2, ROLE_BAD, f->problem);
}

static void
edit_line(const struct model *m, struct canvas *c, struct rect in,
    const struct setting *s)
{
	const struct field *f = &m->form.fields[0];
	int w = s->kind == SETTING_NUMBER ? 16 : in.w * 2 / 5;
	int x = canvas_text(c, in.x + 1, in.y, ROLE_DIM, "new value ");
	char text[80];

	form_draw_field(c, x, in.y, w, &m->form, 0);
	range(s, text);
	if (f->problem[0] != '\0')
		problem(c, x + w + 2, in.y, in.x + in.w - x - w - 3, f);
	else
		canvas_cut(c, x + w + 2, in.y, in.x + in.w - x - w - 3,
		    ROLE_DIM, text[0] != '\0' ? text : s->form);
}

/* Where there is no room for a box: in the row itself. */
static void
edit_row(const struct model *m, struct canvas *c, int foot)
{
	const struct field *f = &m->form.fields[0];
	int x = 1 + label_width(c);

	if (f->problem[0] != '\0')
		problem(c, 1, foot, c->w - 2, f);
	form_draw_field(c, x, c->cursor_y, c->w - x - 2, &m->form, 0);
}

static void
now_line(const struct model *m, struct canvas *c, struct rect in,
    const struct setting *s)
{
	char text[SCREEN_SETTING];
	int x = canvas_print(c, in.x + 1, in.y, ROLE_TEXT, "now %s",
	    s->known ? screen_value(s, s->value, text) : "-");

	if (s->when[0] != '\0')
		x = canvas_print(
		    c, x, in.y, ROLE_DIM, "   set from here at %s", s->when);
	else if (m->link.extended)
		x = canvas_print(c, x, in.y, ROLE_DIM, "   from: %s",
		    settings_origins[s->origin]);
	if (!s->known)
		canvas_cut(c, x + 3, in.y, in.x + in.w - x - 4, ROLE_DIM,
		    "the base protocol can set it, but cannot tell");
	else if (!s->live)
		canvas_cut(c, x + 3, in.y, in.x + in.w - x - 4, ROLE_WARN,
		    "holds from the next start on");
}

static const char *
what_to_do(const struct model *m, const struct setting *s)
{
	if (m->overlay == OVERLAY_FORM && m->form.kind == FORM_SETTING)
		return "Enter stages it; F2 in the list sends what is staged";
	if (!model_may_change(m))
		return m->link.state == LINK_LOST
			   ? "Changes are off while the daemon is away"
			   : "Changes are off for this user";
	if (!s->live)
		return "Write it into socks5d.conf and start the daemon again";
	if (s->kind == SETTING_SWITCH || s->kind == SETTING_CHOICE)
		return act_setting_has_default(m, s)
			   ? "Space changes it, D takes the default"
			   : "Space changes it";
	return act_setting_has_default(m, s)
		   ? "Enter changes it, D takes the default"
		   : "Enter changes it";
}

static void
detail(const struct model *m, struct canvas *c, struct rect r)
{
	const struct setting *s = model_setting(m);
	char text[SCREEN_SETTING];
	struct rect in;

	if (s == NULL)
		return;
	in = canvas_box(c, r, s->label, NULL);
	if (editing(m))
		edit_line(m, c, in, s);
	else
		now_line(m, c, in, s);
	canvas_cut(c, in.x + 1, in.y + 1, in.w - 2, ROLE_TEXT, s->meaning);
	canvas_print(c, in.x + 1, in.y + 2, ROLE_DIM, "default: %s",
	    screen_value(s, s->fallback, text));
	if (s->note != NOTE_NONE)
		canvas_cut(c, in.x + 1, in.y + 3, in.w - 2,
		    s->note == NOTE_REFUSED ? ROLE_BAD : ROLE_GOOD,
		    s->note == NOTE_SENDING ? "sending..." : s->text);
	else
		canvas_cut(c, in.x + 1, in.y + 3, in.w - 2, ROLE_DIM,
		    what_to_do(m, s));
}

static void
staged_line(const struct model *m, struct canvas *c, int y)
{
	int n = model_staged(m);

	if (n == 0)
		return;
	if (c->w < 70) {
		canvas_print(
		    c, 1, y, ROLE_WARN, "%d staged: F2 sends, Esc drops", n);
		return;
	}
	canvas_print(c, 1, y, ROLE_WARN,
	    "%d change%s staged, nothing sent. F2 sends %s, Esc drops %s.", n,
	    n == 1 ? "" : "s", n == 1 ? "it" : "all in one batch",
	    n == 1 ? "it" : "them");
}

/* ---- the list, with a heading above each group */

static void
group(struct canvas *c, int y, const char *name)
{
	int x = canvas_print(c, 1, y, ROLE_TITLE, "%s ", name);

	canvas_hline(c, x, y, c->w - x - 1);
}

/* Lines down to a row, headings among them. */
static int
line_of(const struct settings *s, size_t row)
{
	int line = (int)row;

	for (size_t i = 0; i <= row && i < s->n; i++)
		line += i == 0 || s->all[i].group != s->all[i - 1].group;
	return line;
}

static void
lines(const struct model *m, struct canvas *c, struct rect r)
{
	const struct settings *s = &m->settings;
	int last = s->n > 0 ? line_of(s, s->n - 1) : 0, top;
	struct rect old = canvas_clip(c, r);

	/* The selected one in the middle, as far as the ends allow. */
	top = line_of(s, (size_t)m->lists[VIEW_SETTINGS].row) - r.h / 2;
	top = top > last - r.h + 1 ? last - r.h + 1 : top;
	top = top < 0 ? 0 : top;
	for (size_t i = 0; i < s->n; i++) {
		int line = line_of(s, i), y = r.y + line - top;

		if ((i == 0 || s->all[i].group != s->all[i - 1].group) &&
		    y > r.y && y < r.y + r.h)
			group(c, y - 1, settings_groups[s->all[i].group]);
		if (y >= r.y && y < r.y + r.h)
			row_draw(m, c, y, i);
	}
	c->clip = old;
}

int
settings_rows(const struct model *m, struct rect body)
{
	(void)m;
	return body.h - 1 - (body.h >= BOX_FROM ? BOX_H : 0);
}

void
settings_draw(const struct model *m, struct canvas *c, struct rect r)
{
	const struct settings *s = &m->settings;
	struct rect list = { r.x, r.y, r.w, settings_rows(m, r) };
	int most = s->n > 0 ? line_of(s, s->n - 1) + 1 : 0;
	struct rect rest;

	if (list.h > most && r.h >= BOX_FROM)
		list.h = most;
	lines(m, c, list);
	if (r.h >= BOX_FROM) {
		rest = (struct rect){ r.x, list.y + list.h, r.w, BOX_H };
		detail(m, c, rest);
		rest.y += BOX_H;
		rest.h = r.y + r.h - 1 - rest.y;
		if (rest.h >= 4)
			pane_events(m, c, rest);
	}
	staged_line(m, c, r.y + r.h - 1);
	if (r.h < BOX_FROM && editing(m))
		edit_row(m, c, r.y + r.h - 1);
}
