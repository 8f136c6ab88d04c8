#include "ctl/print.h"

#include <assert.h>
#include <ctype.h>
#include <inttypes.h>
#include <limits.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

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

/* Columns of the terminal; "any number" for what is none. */
static int
columns_of(FILE *out)
{
	struct winsize size;

	if (!isatty(fileno(out)) ||
	    ioctl(fileno(out), TIOCGWINSZ, &size) == -1 || size.ws_col == 0)
		return INT_MAX;
	return size.ws_col;
}

/* As much of a text as fits into the columns left, with blanks before it. */
static void
put_cut(FILE *out, int before, const char *text, int *left)
{
	for (; before > 0 && *left > 0; before--, --*left)
		fputc(' ', out);
	for (; *text != '\0'; text++) {
		if (((unsigned char)*text & 0xc0) != 0x80 && (*left)-- <= 0)
			break;
		fputc(*text, out);
	}
}

/* One line: NULL for the header. */
static void
put_line(FILE *out, struct table *table, const struct layout *layout,
    const void *row)
{
	const struct layout_field *f = layout->fields;
	int left = columns_of(out), gap = 0, missing;
	char text[LAYOUT_PRINT];

	for (size_t i = 0; i < layout->nfields; i++, f++) {
		if (row != NULL)
			(void)layout_print(f, row, text, sizeof text);
		else
			for (size_t k = 0; k <= strlen(f->name); k++)
				text[k] =
				    (char)toupper((unsigned char)f->name[k]);
		missing = table->widths[i] - columns(text);
		if (f->kind == LAYOUT_NUMBER) {
			put_cut(out, gap + missing, text, &left);
			missing = 0;
		} else {
			put_cut(out, gap, text, &left);
		}
		gap = missing + 2;
	}
	fputc('\n', out);
}

static void
put_table(FILE *out, struct table *table, const struct layout *layout,
    const char *rows, size_t count)
{
	int width;

	assert(layout->nfields <= PRINT_COLUMNS);
	for (size_t f = 0; f < layout->nfields; f++) {
		width = widest(layout, &layout->fields[f], rows, count);
		if (width > table->widths[f])
			table->widths[f] = width;
	}
	if (!table->headed)
		put_line(out, table, layout, NULL);
	table->headed = true;
	for (size_t i = 0; i < count; i++, rows += layout->size)
		put_line(out, table, layout, rows);
}

void
print_rows(FILE *out, bool json, struct table *table,
    const struct layout *layout, const void *rows, size_t count)
{
	if (!json) {
		put_table(out, table, layout, rows, count);
		return;
	}
	for (size_t i = 0; i < count; i++)
		put_object(out, layout, (const char *)rows + i * layout->size);
}

/* ---- figures */

/* Numbers end in one column, unless there is text among them. */
static bool
has_text(const struct layout *layout)
{
	for (size_t i = 0; i < layout->nfields; i++)
		if (layout->fields[i].kind == LAYOUT_TEXT)
			return true;
	return false;
}

static void
put_figure(
    FILE *out, const struct layout_field *f, const void *record, bool texts)
{
	char value[LAYOUT_PRINT];

	(void)layout_print(f, record, value, sizeof value);
	fprintf(out, texts ? "%-20s  %s" : "%-20s  %20s", f->name, value);
	if (f->kind == LAYOUT_NUMBER && *f->unit != '\0')
		fprintf(out, texts ? " %s" : "  %s", f->unit);
	fputc('\n', out);
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
				put_figure(out, &layout->fields[f],
				    &item->answer, has_text(layout));
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
