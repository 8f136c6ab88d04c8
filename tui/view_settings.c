#include <stdio.h>
#include <string.h>

#include "tui/pane.h"
#include "tui/screen.h"
#include "tui/unit.h"

enum {
	LABEL = 22,
	VALUE = 26,
	UNIT = 4,
	RANGE = 20,
	HELP_FROM = 100,
	BOX_H = 6,
	BOX_FROM = 16
};

/* "65 536 > 131 072", or only the value. */
static int
value(const struct model *m, struct canvas *c, int x, int y, int row)
{
	const struct setting *s = &m->settings[row];
	bool wide = setting_rows[row].kind == SETTING_NUMBER;
	char text[UNIT_TEXT];

	if (!s->known)
		x = canvas_text(c, x, y, ROLE_DIM, "-");
	else
		x = canvas_text(c, x, y, s->staged ? ROLE_DIM : ROLE_TEXT,
		    wide       ? unit_count(text, s->value)
		    : s->value ? "[x] on"
			       : "[ ] off");
	if (!s->staged)
		return x;
	canvas_put(c, x + 1, y, canvas_glyph(c, GLYPH_ARROW), ROLE_WARN);
	return canvas_text(c, x + 3, y, ROLE_WARN,
	    wide      ? unit_count(text, s->next)
	    : s->next ? "[x] on"
		      : "[ ] off");
}

/* What became of it, else its range and what it means. */
static void
about(const struct model *m, struct canvas *c, int x, int y, int row)
{
	static const enum role roles[] = { ROLE_DIM, ROLE_WARN, ROLE_GOOD,
		ROLE_BAD };
	const struct setting *s = &m->settings[row];
	const struct setting_row *t = &setting_rows[row];
	char least[UNIT_TEXT], most[UNIT_TEXT];

	if (s->note != NOTE_NONE) {
		canvas_cut(c, x, y, c->w - x - 1, roles[s->note],
		    s->note == NOTE_SENDING ? "sending..." : s->text);
		return;
	}
	if (t->kind == SETTING_NUMBER)
		canvas_print(c, x, y, ROLE_DIM, "%s to %s",
		    unit_count(least, t->least), unit_count(most, t->most));
	if (c->w >= HELP_FROM)
		canvas_cut(
		    c, x + RANGE, y, c->w - x - RANGE - 1, ROLE_DIM, t->help);
}

static void
row_draw(const struct model *m, struct canvas *c, int y, int row)
{
	const struct setting_row *t = &setting_rows[row];
	bool here = row == m->setting;
	int label = c->w < 60 ? 21 : LABEL;

	canvas_put(c, 0, y, here ? '>' : ' ', ROLE_KEY);
	canvas_put(c, 1, y, m->settings[row].staged ? '*' : ' ', ROLE_WARN);
	canvas_cut(c, 2, y, label - 1, here ? ROLE_TITLE : ROLE_TEXT, t->label);
	(void)value(m, c, 2 + label, y, row);
	if (c->w >= 60) {
		canvas_text(c, 2 + label + VALUE, y, ROLE_DIM, t->unit);
		if (c->w >= 80)
			about(m, c, 2 + label + VALUE + UNIT, y, row);
		else if (m->settings[row].note != NOTE_NONE)
			canvas_cut(c, 2 + label + VALUE, y, 8,
			    m->settings[row].note == NOTE_OK ? ROLE_GOOD
							     : ROLE_BAD,
			    m->settings[row].note == NOTE_OK ? "ok"
			    : m->settings[row].note == NOTE_SENDING
				? "..."
				: "refused");
	}
	if (!here)
		return;
	c->cursor_x = 0;
	c->cursor_y = y;
	canvas_tint(c, (struct rect){ 0, y, 1 + label, 1 }, ROLE_CURSOR);
}

/* The selected setting, at more length; the field while it is edited. */
static void
detail(const struct model *m, struct canvas *c, struct rect r)
{
	const struct setting_row *t = &setting_rows[m->setting];
	const struct setting *s = &m->settings[m->setting];
	bool editing =
	    m->overlay == OVERLAY_FORM && m->form.kind == FORM_SETTING;
	struct rect in = canvas_box(c, r, t->label, NULL);
	char a[UNIT_TEXT], text[40];
	int x = in.x + 1, y = in.y;

	if (editing) {
		x = canvas_text(c, x, y, ROLE_DIM, "new value ");
		form_draw_field(c, x, y, 16, &m->form, 0);
		canvas_cut(c, x + 18, y, in.x + in.w - x - 19,
		    m->form.fields[0].problem[0] ? ROLE_BAD : ROLE_DIM,
		    m->form.fields[0].problem[0] ? m->form.fields[0].problem
						 : t->unit);
	} else {
		x = canvas_print(c, x, y, ROLE_TEXT, "now %s",
		    screen_setting(m, m->setting, text));
		if (s->when[0] != '\0')
			x = canvas_print(c, x, y, ROLE_DIM,
			    "   set from here at %s", s->when);
		if (!s->known)
			canvas_cut(c, x + 3, y, in.x + in.w - x - 4, ROLE_DIM,
			    "the base protocol can set it, but cannot tell");
	}
	canvas_cut(c, in.x + 1, y + 1, in.w - 2, ROLE_TEXT, t->help);
	if (t->kind == SETTING_SWITCH)
		canvas_print(c, in.x + 1, y + 2, ROLE_DIM, "built in: %s",
		    t->built_in ? "on" : "off");
	else
		canvas_print(c, in.x + 1, y + 2, ROLE_DIM, "built in: %s %s",
		    unit_count(a, t->built_in), t->unit);
	if (s->note != NOTE_NONE)
		canvas_cut(c, in.x + 1, y + 3, in.w - 2,
		    s->note == NOTE_REFUSED ? ROLE_BAD : ROLE_GOOD,
		    s->note == NOTE_SENDING ? "sending..." : s->text);
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

static void
group(struct canvas *c, int y, const char *name)
{
	int x = canvas_print(c, 1, y, ROLE_TITLE, "%s ", name);

	canvas_hline(c, x, y, c->w - x - 1);
}

void
settings_draw(const struct model *m, struct canvas *c, struct rect r)
{
	bool box = c->h >= BOX_FROM && r.h >= SETTING_COUNT + BOX_H;
	bool groups = r.h >= SETTING_COUNT + 3 + (box ? BOX_H : 0);
	struct rect rest = r;
	const char *last = "";
	int y = r.y;

	for (int i = 0; i < SETTING_COUNT; i++) {
		if (groups && strcmp(last, setting_rows[i].group) != 0) {
			last = setting_rows[i].group;
			group(c, y++, last);
		}
		row_draw(m, c, y++, i);
	}
	if (box) {
		y += r.h > 18;
		detail(m, c, (struct rect){ r.x, y, r.w, BOX_H });
		rest.y = y + BOX_H;
		rest.h = r.y + r.h - 1 - rest.y;
		if (rest.h >= 4)
			pane_events(m, c, rest);
	} else if (m->overlay == OVERLAY_FORM && m->form.kind == FORM_SETTING)
		form_draw_field(
		    c, 24, r.y + m->setting, c->w - 26, &m->form, 0);
	staged_line(m, c, r.y + r.h - 1);
}
