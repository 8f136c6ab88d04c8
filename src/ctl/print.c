#include "ctl/print.h"

#include <ctype.h>
#include <inttypes.h>
#include <string.h>

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

/* ---- columns */

/* Columns as a terminal shows them: octets that begin a character. */
static int
columns(const char *text)
{
	int n = 0;

	for (; *text != '\0'; text++)
		n += ((unsigned char)*text & 0xc0) != 0x80;
	return n;
}

static int
widest(const struct layout *layout, const struct layout_field *f,
    const char *rows, size_t count)
{
	char value[LAYOUT_PRINT];
	int most = (int)strlen(f->name);

	for (size_t i = 0; i < count; i++) {
		(void)layout_print(
		    f, rows + i * layout->size, value, sizeof value);
		if (columns(value) > most)
			most = columns(value);
	}
	return most;
}

static void
put_cell(FILE *out, const char *text, int width, bool last)
{
	fprintf(out, "%s%*s", text, last ? 0 : width - columns(text) + 2, "");
}

static void
put_table(
    FILE *out, const struct layout *layout, const char *rows, size_t count)
{
	int widths[32];
	char text[LAYOUT_PRINT];
	size_t n = layout->nfields < 32 ? layout->nfields : 32;

	for (size_t f = 0; f < n; f++) {
		widths[f] = widest(layout, &layout->fields[f], rows, count);
		for (size_t i = 0; i <= strlen(layout->fields[f].name); i++)
			text[i] = (char)toupper(
			    (unsigned char)layout->fields[f].name[i]);
		put_cell(out, text, widths[f], f + 1 == n);
	}
	fputc('\n', out);
	for (size_t i = 0; i < count; i++, rows += layout->size) {
		for (size_t f = 0; f < n; f++) {
			(void)layout_print(
			    &layout->fields[f], rows, text, sizeof text);
			put_cell(out, text, widths[f], f + 1 == n);
		}
		fputc('\n', out);
	}
}

void
print_rows(FILE *out, bool json, const struct layout *layout, const void *rows,
    size_t count)
{
	if (!json) {
		put_table(out, layout, rows, count);
		return;
	}
	for (size_t i = 0; i < count; i++)
		put_object(out, layout, (const char *)rows + i * layout->size);
}

/* ---- figures */

static void
put_figure(FILE *out, const struct layout_field *f, const void *record)
{
	char value[LAYOUT_PRINT];

	(void)layout_print(f, record, value, sizeof value);
	fprintf(out, "%-20s  %20s  %s\n", f->name, value, f->unit);
}

void
print_job(FILE *out, bool json, const struct job *job)
{
	const struct layout *layout;
	const struct item *item = job->items;
	bool first = true;

	for (size_t i = 0; i < job->count; i++, item++) {
		layout = admin_commands[item->id].answer;
		for (size_t f = 0; f < layout->nfields; f++)
			if (json)
				put_member(out, &layout->fields[f],
				    &item->answer, &first);
			else
				put_figure(
				    out, &layout->fields[f], &item->answer);
	}
	if (json && !first)
		fputs("}\n", out);
}

void
print_ping(FILE *out, bool json, uint64_t us)
{
	fprintf(out,
	    json ? "{\"round_trip_ms\": %" PRIu64 ".%03" PRIu64 "}\n"
		 : "answered in %" PRIu64 ".%03" PRIu64 " ms\n",
	    us / 1000, us % 1000);
}
