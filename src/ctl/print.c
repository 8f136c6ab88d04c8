#include "ctl/print.h"

#include <inttypes.h>
#include <limits.h>
#include <string.h>

#include "ctl/unit.h"

/* ---- JSON */

static void
put_member(
    FILE *out, const struct layout_field *f, const void *record, bool *first)
{
	char value[LAYOUT_PRINT];

	(void)layout_json(f, record, value, sizeof value);
	fprintf(out, "%s\"%s\": %s", *first ? "{" : ", ", f->name, value);
	*first = false;
}

static void
put_object(FILE *out, const struct layout *layout, const void *record)
{
	bool first = true;

	for (size_t i = 0; i < layout->nfields; i++)
		put_member(out, &layout->fields[i], record, &first);
	fputs("}\n", out);
}

void
print_rows(struct paper *p, struct table *table, const struct layout *layout,
    const void *rows, size_t count)
{
	if (!p->json) {
		table_rows(p, table, layout, rows, count);
		return;
	}
	for (size_t i = 0; i < count; i++)
		put_object(
		    p->out, layout, (const char *)rows + i * layout->size);
}

void
print_line(struct paper *p, const struct layout *layout, const void *row)
{
	if (p->json)
		put_object(p->out, layout, row);
	else
		table_line(p, layout, row);
}

/* ---- figures: name, value, what it is, and where there is room its meaning */

struct figures {
	struct paper *paper;
	int name, value, note; /* columns of each */
	bool texts; /* numbers end in one column, unless there is text */
};

static const char zero_is[] = "; 0: ";

/* 65536 bytes are 64K; others say what they count in; and what 0 stands for,
 * where the help ends in that. */
static void
note_of(const struct layout_field *f, const void *record, char note[UNIT_TEXT])
{
	const char *zero = strstr(f->help, zero_is);
	uint64_t n;

	*note = '\0';
	if (f->kind != LAYOUT_NUMBER)
		return;
	n = layout_number(f, record);
	if (n == 0 && zero != NULL)
		(void)snprintf(
		    note, UNIT_TEXT, "%s", zero + sizeof zero_is - 1);
	else if (n < 60 || !unit_brief(note, n, f->unit))
		(void)snprintf(note, UNIT_TEXT, "%s", f->unit);
}

static void
widen(int *columns, const char *text)
{
	int width = paper_width(text);

	if (width > *columns)
		*columns = width;
}

static void
measure(struct figures *to, const struct layout *layout, const void *record)
{
	const struct layout_field *f = layout->fields;
	char text[LAYOUT_PRINT], note[UNIT_TEXT];

	for (size_t i = 0; i < layout->nfields; i++, f++) {
		(void)layout_print(f, record, text, sizeof text);
		note_of(f, record, note);
		widen(&to->name, f->name);
		widen(&to->note, note);
		if (f->kind == LAYOUT_TEXT)
			to->texts = true;
		else
			widen(&to->value, text);
	}
}

/* A text stands where the columns of figures are, and may be longer. */
static void
put_figure(const struct figures *to, const struct layout *layout,
    const struct layout_field *f, const void *record)
{
	char value[LAYOUT_PRINT], note[UNIT_TEXT];
	struct paper *p = to->paper;
	int used = to->name + 2 + to->value + 2 + to->note + 2;
	bool explained = p->columns != INT_MAX && p->columns - used >= 24 &&
			 f->kind != LAYOUT_TEXT && *f->help != '\0';

	(void)layout_print(f, record, value, sizeof value);
	if (*value == '\0')
		(void)snprintf(value, sizeof value, "-");
	note_of(f, record, note);
	paper_put(p, f->name, to->name, INT_MAX, false, SHADE_NONE);
	fputs("  ", p->out);
	paper_put(p, value,
	    !to->texts                   ? to->value
	    : explained || *note != '\0' ? to->value
					 : 0,
	    INT_MAX, !to->texts, table_shade(layout, f, value));
	if (explained || *note != '\0') {
		fputs("  ", p->out);
		paper_put(p, note, explained ? to->note : 0, INT_MAX, false,
		    SHADE_NONE);
	}
	if (explained) {
		fputs("  ", p->out);
		paper_put(p, f->help, 0, p->columns - used, false, SHADE_DIM);
	}
	fputc('\n', p->out);
}

static void
put_figures(
    const struct figures *to, const struct layout *layout, const void *record)
{
	for (size_t i = 0; i < layout->nfields; i++)
		put_figure(to, layout, &layout->fields[i], record);
}

void
print_record(struct paper *p, const struct layout *layout, const void *record)
{
	struct figures to = { .paper = p };

	if (p->json) {
		put_object(p->out, layout, record);
		return;
	}
	measure(&to, layout, record);
	put_figures(&to, layout, record);
}

static void
put_job_json(FILE *out, const struct job *job)
{
	const struct item *item = job->items;
	bool first = true;

	for (size_t i = 0; i < job->count; i++, item++) {
		const struct layout *layout = admin_commands[item->id].answer;

		for (size_t f = 0; f < layout->nfields; f++)
			put_member(
			    out, &layout->fields[f], &item->answer, &first);
	}
	if (!first)
		fputs("}\n", out);
}

void
print_job(struct paper *p, const struct job *job)
{
	struct figures to = { .paper = p };

	if (p->json) {
		put_job_json(p->out, job);
		return;
	}
	for (size_t i = 0; i < job->count; i++)
		measure(&to, admin_commands[job->items[i].id].answer,
		    &job->items[i].answer);
	for (size_t i = 0; i < job->count; i++)
		put_figures(&to, admin_commands[job->items[i].id].answer,
		    &job->items[i].answer);
}

void
print_ping(struct paper *p, uint64_t us)
{
	fprintf(p->out,
	    p->json ? "{\"round_trip_ms\": %" PRIu64 ".%03" PRIu64 "}\n"
		    : "answered in %" PRIu64 ".%03" PRIu64 " ms\n",
	    us / 1000, us % 1000);
}
