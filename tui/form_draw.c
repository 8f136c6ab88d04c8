#include <stdio.h>
#include <string.h>

#include "tui/form.h"
#include "tui/utf8.h"

enum { FORM_W = 64, FORM_WIDE = 120, LABEL_W = 10 };

/* Columns of the text up to an octet, masked or not. */
static int
columns_to(const struct field *f, size_t at, bool masked)
{
	const char *p = f->text, *end = f->text + at;
	int n = 0;

	while (p < end) {
		uint32_t cp = utf8_next(&p, (size_t)(end - p));
		int w = utf8_width(cp);

		n += masked || w < 1 ? 1 : w;
	}
	return n;
}

/* Of a text that is wider than its field: a quarter of what is seen is behind
   the cursor, as long as there is that much. */
static int
first_column(int cursor, int all, int w)
{
	int from = cursor - (w - 1 - w / 4), most = all - w + 1;

	from = from < most ? from : most;
	return from > 0 ? from : 0;
}

/* The text so that the cursor is visible, one cell at a time; an arrow on an
   edge behind which there is more. */
static void
text_draw(struct canvas *c, int x, int y, int w, const struct field *f,
    bool masked, bool focus, enum role role)
{
	int cursor = columns_to(f, f->at, masked), at = 0;
	int from = first_column(cursor, columns_to(f, f->len, masked), w);
	const char *p = f->text, *end = f->text + f->len;
	struct rect old = canvas_clip(c, (struct rect){ x, y, w, 1 });

	while (p < end) {
		uint32_t cp = utf8_next(&p, (size_t)(end - p));
		int one = masked || utf8_width(cp) < 1 ? 1 : utf8_width(cp);

		if (at >= from)
			canvas_put(c, x + at - from, y,
			    masked ? canvas_glyph(c, GLYPH_MASK) : cp, role);
		at += one;
	}
	c->clip = old;
	if (from > 0)
		canvas_put(c, x - 1, y, '<', ROLE_KEY);
	if (at - from > w)
		canvas_put(c, x + w, y, '>', ROLE_KEY);
	if (!focus)
		return;
	c->cursor_x = x + cursor - from;
	c->cursor_y = y;
	c->cursor_shown = true;
}

static void
choice_draw(struct canvas *c, int x, int y, const struct form *form, int field)
{
	const struct field *f = &form->fields[field];
	bool focus = form->focus == field;

	for (unsigned i = 0; i < FORM_CHOICES && f->names[i] != NULL; i++) {
		bool on = i == f->choice;
		int w = 4 + canvas_width(f->names[i]);

		canvas_spot(c, (struct rect){ x, y, w, 1 }, SPOT_CHOICE,
		    (uint32_t)field << 8 | i);
		x = canvas_text(c, x, y, on && focus ? ROLE_FOCUS : ROLE_TEXT,
		    on ? "(*) " : "( ) ");
		x = canvas_text(c, x, y,
			on && focus ? ROLE_FOCUS
			: on        ? ROLE_TITLE
				    : ROLE_DIM,
			f->names[i]) +
		    2;
	}
	if (focus) {
		c->cursor_x = x - 2;
		c->cursor_y = y;
	}
}

void
form_draw_field(
    struct canvas *c, int x, int y, int w, const struct form *form, int field)
{
	const struct field *f = &form->fields[field];
	bool focus = form->focus == field;
	enum role role = ROLE_FIELD;

	if (f->kind == FIELD_CHOICE) {
		choice_draw(c, x, y, form, field);
		return;
	}
	canvas_put(c, x, y, '[', focus ? ROLE_KEY : ROLE_FRAME);
	canvas_put(c, x + w - 1, y, ']', focus ? ROLE_KEY : ROLE_FRAME);
	canvas_fill(c, (struct rect){ x + 1, y, w - 2, 1 }, ' ', role);
	text_draw(c, x + 1, y, w - 2, f,
	    f->kind == FIELD_SECRET && !form->reveal, focus, role);
}

/* A problem is worth saying once something was typed there. */
static void
remark(struct canvas *c, int x, int y, int w, const struct form *form, int i)
{
	const struct field *f = &form->fields[i];
	bool wrong = f->problem[0] != '\0' && (f->len > 0 || form->focus != i);

	if (!wrong || (!form->touched && f->len == 0)) {
		canvas_cut(c, x, y, w, ROLE_DIM, f->hint);
		return;
	}
	canvas_text(c, x, y, ROLE_BAD, "!");
	canvas_cut(c, x + 2, y, w - 2, ROLE_BAD, f->problem);
}

static void
field_row(
    struct canvas *c, struct rect in, int y, const struct form *form, int i)
{
	bool wide = form->fields[i].wide || in.w < 56;
	int x = in.x + 2, w = wide ? in.w - LABEL_W - 4 : 26;

	canvas_spot(
	    c, (struct rect){ x, y, LABEL_W + w, 1 }, SPOT_FIELD, (uint32_t)i);
	canvas_text(c, x, y, form->focus == i ? ROLE_TITLE : ROLE_DIM,
	    form->fields[i].label);
	x += LABEL_W;
	form_draw_field(c, x, y, w, form, i);
	if (form->fields[i].kind != FIELD_CHOICE && !wide)
		remark(c, x + w + 1, y, in.x + in.w - (x + w + 1) - 1, form, i);
}

static void
buttons(struct canvas *c, struct rect in, int y, const struct form *form)
{
	bool good = form_good(form), focus = form->focus == form->n;
	int from = in.x + 2 + LABEL_W, x;

	x = canvas_print(c, from, y,
	    focus  ? ROLE_FOCUS
	    : good ? ROLE_KEY
		   : ROLE_DIM,
	    "[ %s ]", form->button);
	canvas_spot(
	    c, (struct rect){ from, y, x - from, 1 }, SPOT_KEY, INPUT_F(2));
	if (focus) {
		c->cursor_x = x - 1;
		c->cursor_y = y;
	}
	canvas_cut(c, x + 2, y, in.x + in.w - x - 3, ROLE_DIM,
	    form->busy ? "waiting for the daemon..."
	    : good     ? "F2 from any field"
		       : "not yet: see above");
}

/* In a low window the first fields make room for the one in focus. */
static int
first_field(const struct form *form, int visible)
{
	int focus = form->focus < form->n ? form->focus : form->n - 1;

	return focus >= visible && visible > 0 ? focus - visible + 1 : 0;
}

/* In two lines, if one is not enough. */
static void
problem_draw(struct canvas *c, struct rect in, int y, const char *text)
{
	size_t n = canvas_fit(text, in.w - 4);
	char line[sizeof((struct form *)NULL)->problem];

	(void)snprintf(line, sizeof line, "%.*s", (int)n, text);
	canvas_cut(c, in.x + 2, y, in.w - 4, ROLE_BAD, line);
	text += n + (text[n] == ' ');
	canvas_cut(c, in.x + 2, y + 1, in.w - 4, ROLE_BAD, text);
}

/* What is wrong with the form, or with a field that has no room beside it. */
static const char *
problem_of(const struct form *form)
{
	if (form->problem[0] != '\0')
		return form->problem;
	for (int i = 0; form->touched && i < form->n; i++)
		if (form->fields[i].wide && form->fields[i].len > 0 &&
		    form->fields[i].problem[0] != '\0')
			return form->fields[i].problem;
	return "";
}

/* What one writes long texts in is as wide as the window lets it. */
static int
form_width(const struct canvas *c, const struct form *form)
{
	int most = FORM_W;

	for (int i = 0; i < form->n; i++)
		if (form->fields[i].wide)
			most = FORM_WIDE;
	if (c->w < FORM_W + 4)
		return c->w;
	return most == FORM_W || c->w >= most + 8 ? most : c->w - 8;
}

void
form_draw(struct canvas *c, const struct form *form, const char *const *notes)
{
	const char *problem = problem_of(form);
	int w = form_width(c, form), n = 0, y, gap;
	int h = form->n + 6;
	struct rect r, in, old;

	while (notes[n] != NULL)
		n++;
	h += n > 0 ? n + 1 : 0;
	h += problem[canvas_fit(problem, w - 6)] != '\0';
	h = h > c->h - 2 ? c->h - 2 : h;
	r = (struct rect){ (c->w - w) / 2, (c->h - h) / 2, w, h };
	in = canvas_box(c, r, form->title, form->reveal ? "shown" : NULL);
	old = canvas_clip(c, in);
	gap = h >= form->n + 6;
	y = in.y + gap;
	for (int i = first_field(form, in.h > 1 ? in.h - 1 : 1); i < form->n;
	     i++)
		field_row(c, in, y++, form, i);
	y += gap;
	for (int i = 0; i < n && y < in.y + in.h - 2; i++)
		canvas_cut(c, in.x + 2, y++, in.w - 4, ROLE_DIM, notes[i]);
	if (n > 0)
		y += gap;
	if (y < in.y + in.h)
		buttons(c, in, y, form);
	if (*problem != '\0' && y + 1 < in.y + in.h)
		problem_draw(c, in, y + 1, problem);
	c->clip = old;
}
