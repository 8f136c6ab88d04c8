#include "tui/records.h"

#include <string.h>

void
records_time(struct records *r, time_t when)
{
	struct tm t;

	if (gmtime_r(&when, &t) == NULL ||
	    strftime(r->time, sizeof r->time, "%Y-%m-%dT%H:%M:%SZ", &t) == 0)
		r->time[0] = '\0';
}

/* A spreadsheet takes such a cell for a formula, which may run programs; a lone
   hyphen, which stands for nothing, it does not. */
static bool
is_formula(const char *text)
{
	return *text != '\0' && strchr("=+-@\t\r", *text) != NULL &&
	       strcmp(text, "-") != 0;
}

static void
put_quoted(FILE *file, const char *text)
{
	(void)putc('"', file);
	if (is_formula(text))
		(void)putc('\'', file);
	for (; *text != '\0'; text++) {
		if (*text == '"')
			(void)putc('"', file);
		(void)putc(*text, file);
	}
	(void)putc('"', file);
}

static void
put_field(
    const struct records *r, const struct layout_field *f, const void *record)
{
	char text[LAYOUT_PRINT];

	if (r->format == RECORDS_JSON) {
		(void)layout_json(f, record, text, sizeof text);
		(void)fprintf(r->file, ", \"%s\": %s", f->name, text);
		return;
	}
	(void)layout_print(f, record, text, sizeof text);
	(void)putc(',', r->file);
	if (f->kind == LAYOUT_NUMBER)
		(void)fputs(text, r->file);
	else
		put_quoted(r->file, text);
}

/* The line of names, once, if there is one. */
static void
put_names(struct records *r, const struct records_part *parts, size_t n)
{
	bool wants = r->format == RECORDS_CSV && !r->headed;

	r->headed = true;
	if (!wants)
		return;
	(void)fputs("time", r->file);
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < parts[i].layout->nfields; k++)
			(void)fprintf(
			    r->file, ",%s", parts[i].layout->fields[k].name);
	(void)putc('\n', r->file);
}

static void
put_record(struct records *r, const struct records_part *parts, size_t n)
{
	bool json = r->format == RECORDS_JSON;

	(void)fprintf(r->file, json ? "{\"time\": \"%s\"" : "%s", r->time);
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < parts[i].layout->nfields; k++)
			put_field(
			    r, &parts[i].layout->fields[k], parts[i].record);
	(void)fputs(json ? "}\n" : "\n", r->file);
}

void
records_put_parts(struct records *r, const struct records_part *parts, size_t n)
{
	put_names(r, parts, n);
	put_record(r, parts, n);
}

void
records_put(
    struct records *r, const struct layout *layout, const void *rows, size_t n)
{
	struct records_part part = { layout, rows };

	put_names(r, &part, 1);
	for (size_t i = 0; i < n; i++) {
		put_record(r, &part, 1);
		part.record = (const char *)part.record + layout->size;
	}
}
