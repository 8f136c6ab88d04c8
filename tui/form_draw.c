#include <stdio.h>

#include "tui/form.h"
#include "tui/utf8.h"

enum {
	NARROW = 56, /* columns, below which remarks have a line of their own */
	FORM_W = 64,
	FORM_WIDE = 120,
	LABEL_W = 10,
	FIELD_W = 26,
	FIELD_LEAST = 22,
};

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

static int
choice_width(const struct field *f)
{
	int w = -2;

	for (unsigned i = 0; i < FORM_CHOICES && f->names[i] != NULL; i++)
		w += 6 + canvas_width(f->names[i]);
	return w;
}

static int
one_choice(struct canvas *c, int x, int y, const struct form *form, int field,
    unsigned i)
{
	const struct field *f = &form->fields[field];
	bool focus = form->focus == field, on = i == f->choice;
	int w = 4 + canvas_width(f->names[i]);

	canvas_spot(c, (struct rect){ x, y, w, 1 }, SPOT_CHOICE,
	    (uint32_t)field << 8 | i);
	x = canvas_text(c, x, y, on && focus ? ROLE_FOCUS : ROLE_TEXT,
	    on ? "(*) " : "( ) ");
	return canvas_text(c, x, y,
	    on && focus ? ROLE_FOCUS
	    : on        ? ROLE_TITLE
			: ROLE_DIM,
	    f->names[i]);
}

/* All of them, or where there is no room the chosen one alone. */
static void
choice_draw(
    struct canvas *c, int x, int y, int w, const struct form *form, int field)
{
	const struct field *f = &form->fields[field];
	bool all = choice_width(f) <= w;

	for (unsigned i = 0; i < FORM_CHOICES && f->names[i] != NULL; i++)
		if (all || i == f->choice)
			x = one_choice(c, x, y, form, field, i) + 2;
	if (form->focus == field) {
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
		choice_draw(c, x, y, w, form, field);
		return;
	}
	canvas_put(c, x, y, '[', focus ? ROLE_KEY : ROLE_FRAME);
	canvas_put(c, x + w - 1, y, ']', focus ? ROLE_KEY : ROLE_FRAME);
	canvas_fill(c, (struct rect){ x + 1, y, w - 2, 1 }, ' ', role);
	text_draw(c, x + 1, y, w - 2, f,
	    f->kind == FIELD_SECRET && !form->reveal, focus, role);
}

/* A problem is worth saying once something was typed there. */
static bool
is_said(const struct form *form, int i)
{
	const struct field *f = &form->fields[i];

	return f->problem[0] != '\0' && (f->len > 0 || form->focus != i) &&
	       (form->touched || f->len > 0);
}

static void
remark(struct canvas *c, int x, int y, int w, const struct form *form, int i)
{
	const struct field *f = &form->fields[i];
	bool said = is_said(form, i);
	enum role role = said ? ROLE_BAD : ROLE_WARN;

	if (!said && f->warning[0] == '\0') {
		canvas_cut(c, x, y, w, ROLE_DIM, f->hint);
		return;
	}
	canvas_text(c, x, y, role, "!");
	canvas_cut(c, x + 2, y, w - 2, role, said ? f->problem : f->warning);
}

static void
field_row(
    struct canvas *c, struct rect in, int y, const struct form *form, int i)
{
	const struct field *f = &form->fields[i];
	bool wide = f->wide || in.w < NARROW;
	int x = in.x + 2, w = in.w < FORM_W - 2 ? FIELD_LEAST : FIELD_W, left;

	canvas_spot(
	    c, (struct rect){ x, y, LABEL_W + w, 1 }, SPOT_FIELD, (uint32_t)i);
	canvas_text(
	    c, x, y, form->focus == i ? ROLE_TITLE : ROLE_DIM, f->label);
	x += LABEL_W;
	if (wide)
		w = in.w - LABEL_W - 4;
	if (f->kind == FIELD_CHOICE && !wide && choice_width(f) > w)
		w = choice_width(f) + 1;
	form_draw_field(c, x, y, w, form, i);
	left = in.x + in.w - (x + w + 1) - 1;
	if (!wide && (f->kind != FIELD_CHOICE || f->warning[0] != '\0' ||
			 left >= canvas_width(f->hint)))
		remark(c, x + w + 1, y, left, form, i);
}

/* The first field that is wrong, where nothing says so beside it: an empty one.
 */
static const struct field *
unsaid(const struct form *form)
{
	const struct field *first = NULL;

	for (int i = form->n - 1; i >= 0; i--)
		if (is_said(form, i))
			return NULL;
		else if (form->fields[i].problem[0] != '\0')
			first = &form->fields[i];
	return first;
}

static void
buttons(struct canvas *c, struct rect in, int y, const struct form *form)
{
	bool good = form_good(form), focus = form->focus == form->n;
	int from = in.x + 2 + LABEL_W, x;
	const struct field *empty = unsaid(form);
	char note[64] = "not yet: see above";

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
	if (empty != NULL)
		(void)snprintf(
		    note, sizeof note, "not yet: %.30s is empty", empty->label);
	canvas_cut(c, x + 2, y, in.x + in.w - x - 3, ROLE_DIM,
	    form->busy ? "waiting for the daemon..."
	    : good     ? "F2 from any field"
		       : note);
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

/* Which fields are there, if not all are. */
static const char *
note_of(const struct form *form, int first, int visible, char note[32])
{
	if (form->reveal)
		return "shown";
	if (visible >= form->n)
		return NULL;
	(void)snprintf(
	    note, 32, "%d-%d of %d", first + 1, first + visible, form->n);
	return note;
}

/* As many as there is room for, and a line behind them; returns the next. */
static int
notes_draw(
    struct canvas *c, struct rect in, int y, const char *const *notes, int gap)
{
	int last = in.y + in.h - (in.w < NARROW ? 1 : 2), from = y;

	for (; *notes != NULL && y < last; notes++)
		canvas_cut(c, in.x + 2, y++, in.w - 4, ROLE_DIM, *notes);
	return y > from && in.w >= NARROW ? y + gap : y;
}

/* The last line of a narrow form is about the field in focus, if there is
 * something to say. */
static void
narrow_end(struct canvas *c, struct rect in, int y, const struct form *form)
{
	const struct field *f =
	    form->focus < form->n ? &form->fields[form->focus] : NULL;
	int last = in.y + in.h - 1;
	bool about = f != NULL && (*f->hint != '\0' || *f->problem != '\0' ||
				      *f->warning != '\0');

	if (in.h < 2) /* the field itself is all there is room for */
		return;
	if (y < last || !about)
		buttons(c, in, y < last ? y : last, form);
	if (form->problem[0] != '\0' && f != NULL && f->problem[0] == '\0')
		canvas_cut(
		    c, in.x + 2, last, in.w - 4, ROLE_BAD, form->problem);
	else if (about)
		remark(c, in.x + 2, last, in.w - 4, form, form->focus);
}

static void
wide_end(struct canvas *c, struct rect in, int y, const struct form *form)
{
	const char *problem = problem_of(form);

	if (y < in.y + in.h)
		buttons(c, in, y, form);
	if (*problem != '\0' && y + 1 < in.y + in.h)
		problem_draw(c, in, y + 1, problem);
}

/* Its height where there is room for all of it. */
static int
form_height(const struct form *form, int w, int notes)
{
	const char *problem = problem_of(form);

	return form->n + 6 + (notes > 0 ? notes + 1 : 0) +
	       (problem[canvas_fit(problem, w - 6)] != '\0');
}

void
form_draw(struct canvas *c, const struct form *form, const char *const *notes)
{
	int w = form_width(c, form), n = 0, h, y, gap, visible, first;
	struct rect in, old;
	char note[32];

	while (notes[n] != NULL)
		n++;
	h = form_height(form, w, n);
	h = h > c->h - 2 ? c->h - 2 : h;
	gap = h >= form->n + 6;
	visible = h - 3 > 1 ? h - 3 : 1; /* the frame, and a line below */
	visible = visible > form->n ? form->n : visible;
	first = first_field(form, visible);
	in =
	    canvas_box(c, (struct rect){ (c->w - w) / 2, (c->h - h) / 2, w, h },
		form->title, note_of(form, first, visible, note));
	old = canvas_clip(c, in);
	y = in.y + gap;
	for (int i = first; i < first + visible; i++)
		field_row(c, in, y++, form, i);
	y += gap;
	y = notes_draw(c, in, y, notes, gap);
	if (in.w < NARROW)
		narrow_end(c, in, y, form);
	else
		wide_end(c, in, y, form);
	c->clip = old;
}
