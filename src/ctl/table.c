#include "ctl/table.h"

#include <assert.h>
#include <ctype.h>
#include <limits.h>
#include <stddef.h>
#include <string.h>

#include "ctl/unit.h"
#include "proto/admin.h"

enum {
	HIDDEN = 100,
	OTHER = 7, /* the rank of what has no row */
	OTHER_LEAST = 12,
	GAP = 2,
};

/* ---- the rows of columns.def */

static const struct {
	const struct layout *layout;
	size_t offset; /* of the field's member */
	unsigned rank;
	int least;
} known[] = {
#define COLUMN(message, field, rank, least)                                \
	{ &admin_##message, offsetof(struct admin_##message, field), rank, \
		least },
#include "ctl/columns.def"
};

static const struct {
	const struct layout *layout;
	size_t offset;
	const char *value;
	enum shade shade;
} shades[] = {
#define SHADE(message, field, value, shade)                                 \
	{ &admin_##message, offsetof(struct admin_##message, field), value, \
		SHADE_##shade },
#include "ctl/columns.def"
};

enum shade
table_shade(
    const struct layout *layout, const struct layout_field *f, const char *text)
{
	for (size_t i = 0; i < sizeof shades / sizeof *shades; i++)
		if (shades[i].layout == layout &&
		    shades[i].offset == f->offset &&
		    strcmp(shades[i].value, text) == 0)
			return shades[i].shade;
	return SHADE_NONE;
}

static void
add(struct table *t, const struct layout_field *f, unsigned rank, int least)
{
	t->columns[t->n++] = (struct column){ .field = f,
		.rank = rank,
		.least = f->kind == LAYOUT_TEXT ? least : 0,
		.width = (int)strlen(f->name) };
}

static const struct layout_field *
field_at(const struct layout *layout, size_t offset)
{
	const struct layout_field *f = layout->fields;

	while (f->offset != offset)
		f++;
	return f;
}

static bool
has(const struct table *t, const struct layout_field *f)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->columns[i].field == f)
			return true;
	return false;
}

static void
begin(struct table *t, const struct layout *layout)
{
	if (t->layout != NULL)
		return;
	assert(layout->nfields <= TABLE_COLUMNS);
	t->layout = layout;
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (known[i].layout == layout)
			add(t, field_at(layout, known[i].offset), known[i].rank,
			    known[i].least);
	for (size_t i = 0; i < layout->nfields; i++)
		if (!has(t, &layout->fields[i]))
			add(t, &layout->fields[i], OTHER, OTHER_LEAST);
}

/* ---- room */

static int
least(const struct column *c)
{
	return c->least > 0 && c->least < c->width ? c->least : c->width;
}

static int
needed(const struct table *t)
{
	int sum = -GAP;

	for (size_t i = 0; i < t->n; i++)
		if (t->columns[i].shown > 0)
			sum += t->columns[i].shown + GAP;
	return sum;
}

/* Leave out the column of the highest rank, the last of several. */
static bool
drop(struct table *t)
{
	struct column *worst = NULL;

	for (size_t i = 0; i < t->n; i++)
		if (t->columns[i].shown > 0 &&
		    (worst == NULL || t->columns[i].rank >= worst->rank))
			worst = &t->columns[i];
	if (worst == NULL || worst->rank <= 1)
		return false;
	worst->shown = 0;
	return true;
}

/* What is left goes to those that were cut, by rank. */
static void
widen(struct table *t, int room)
{
	for (unsigned rank = 0; rank < HIDDEN; rank++)
		for (size_t i = 0; i < t->n; i++) {
			struct column *c = &t->columns[i];
			int more = c->width - c->shown;

			if (c->rank != rank || c->shown == 0)
				continue;
			if (more > room)
				more = room;
			c->shown += more;
			room -= more;
		}
}

static void
fit(struct table *t, int columns)
{
	for (size_t i = 0; i < t->n; i++)
		t->columns[i].shown =
		    t->columns[i].rank < HIDDEN ? least(&t->columns[i]) : 0;
	while (needed(t) > columns && drop(t))
		;
	if (needed(t) <= columns)
		widen(t, columns - needed(t));
}

/* ---- lines */

void
table_cell(
    const struct layout_field *f, const void *record, char text[LAYOUT_PRINT])
{
	if (f->kind == LAYOUT_NUMBER)
		(void)unit_brief(text, layout_number(f, record), f->unit);
	else
		(void)layout_print(f, record, text, LAYOUT_PRINT);
}

static void
title(const struct layout_field *f, char text[LAYOUT_PRINT])
{
	for (size_t k = 0; k <= strlen(f->name); k++)
		text[k] = (char)toupper((unsigned char)f->name[k]);
}

static bool
is_last(const struct table *t, size_t at)
{
	while (++at < t->n)
		if (t->columns[at].shown > 0)
			return false;
	return true;
}

/* One line: NULL for the header. */
static void
put_line(struct paper *p, const struct table *t, const void *row)
{
	char text[LAYOUT_PRINT];
	int left = p->columns;

	for (size_t i = 0; i < t->n && left > 0; i++) {
		const struct column *c = &t->columns[i];
		bool right = c->field->kind == LAYOUT_NUMBER;
		int width = c->shown < left ? c->shown : left;
		enum shade shade = SHADE_BOLD;

		if (c->shown == 0)
			continue;
		if (row == NULL) {
			title(c->field, text);
		} else {
			table_cell(c->field, row, text);
			shade = table_shade(t->layout, c->field, text);
		}
		paper_put(p, text, right || !is_last(t, i) ? width : 0, width,
		    right, shade);
		left -= width;
		if (!is_last(t, i) && left > GAP)
			fprintf(p->out, "%*s", GAP, "");
		left -= GAP;
	}
	fputc('\n', p->out);
}

/* ---- rows that are lines */

static bool
is_lines(const struct layout *layout)
{
	static const struct layout *const all[] = {
#define LINES(message) &admin_##message,
#include "ctl/columns.def"
	};

	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		if (all[i] == layout)
			return true;
	return false;
}

static void
put_words(struct paper *p, const struct table *t, const void *row)
{
	char text[LAYOUT_PRINT];

	for (size_t i = 0; i < t->n; i++) {
		const struct layout_field *f = t->columns[i].field;

		if (t->columns[i].rank == HIDDEN)
			continue;
		table_cell(f, row, text);
		if (*text == '\0')
			continue;
		if (i > 0)
			fputc(' ', p->out);
		paper_put(p, text, 0, INT_MAX, false,
		    table_shade(t->layout, f, text));
	}
	fputc('\n', p->out);
}

void
table_line(struct paper *p, const struct layout *layout, const void *row)
{
	struct table t = { 0 };

	begin(&t, layout);
	put_words(p, &t, row);
}

/* ---- pages */

static void
measure(struct table *t, const char *rows, size_t count)
{
	char text[LAYOUT_PRINT];
	int width;

	for (size_t k = 0; k < count; k++, rows += t->layout->size)
		for (size_t i = 0; i < t->n; i++) {
			table_cell(t->columns[i].field, rows, text);
			width = paper_width(text);
			if (width > t->columns[i].width)
				t->columns[i].width = width;
		}
}

void
table_measure(struct table *t, const struct layout *layout, const void *rows,
    size_t count)
{
	begin(t, layout);
	if (!is_lines(layout))
		measure(t, rows, count);
}

void
table_rows(struct paper *p, struct table *t, const struct layout *layout,
    const void *rows, size_t count)
{
	const char *row = rows;
	bool first = !t->headed;

	begin(t, layout);
	t->headed = true;
	if (is_lines(layout)) {
		for (size_t i = 0; i < count; i++, row += layout->size)
			put_words(p, t, row);
		return;
	}
	measure(t, rows, count);
	fit(t, p->columns);
	if (first)
		put_line(p, t, NULL);
	for (size_t i = 0; i < count; i++, row += layout->size)
		put_line(p, t, row);
}
