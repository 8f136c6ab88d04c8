#include "tui/plain_rows.h"

#include "tui/unit.h"

/* What a list need not tell of each row; a row alone tells all. */
static bool
is_detail(const struct layout_field *f)
{
	static const char *const names[] = { "revision", "kind", "form",
		"least", "most", "fallback", "effect", "meaning" };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(f->name, names[i]) == 0)
			return true;
	return false;
}

/* A field as it is said, or false: there is nothing to say. */
static bool
say(const struct layout_field *f, const void *record, char *out, size_t size)
{
	char unit[UNIT_TEXT];
	double n;

	if (f->kind != LAYOUT_NUMBER)
		return layout_print(f, record, out, size) > 0;
	if (*f->unit == '\0') { /* a number of something, to be typed again */
		(void)layout_print(f, record, out, size);
		return layout_number(f, record) != 0;
	}
	n = (double)layout_number(f, record);
	if (strcmp(f->unit, "bytes") == 0)
		(void)snprintf(out, size, "%s", unit_bytes(unit, n));
	else if (strcmp(f->unit, "seconds") == 0)
		(void)snprintf(out, size, "%s", unit_ms(unit, n * 1e3));
	else if (strcmp(f->unit, "microseconds") == 0)
		(void)snprintf(out, size, "%s", unit_ms(unit, n / 1e3));
	else
		(void)snprintf(out, size, "%s %s",
		    unit_count(unit, layout_number(f, record)), f->unit);
	return layout_number(f, record) != 0;
}

void
plain_row(FILE *out, const struct layout *layout, const void *row)
{
	char text[LAYOUT_PRINT + UNIT_TEXT];

	for (size_t i = 0; i < layout->nfields; i++) {
		const struct layout_field *f = &layout->fields[i];

		if (i == 0) {
			(void)layout_print(f, row, text, sizeof text);
			(void)fputs(text, out);
		} else if (!is_detail(f) && say(f, row, text, sizeof text)) {
			(void)fprintf(out, ", %s %s", f->name, text);
		}
	}
	(void)fputc('\n', out);
}

static void
lines(const struct layout *layout, const void *record)
{
	char text[LAYOUT_PRINT + UNIT_TEXT];

	for (size_t i = 0; i < layout->nfields; i++) {
		/* A clock whose begin nobody knows is for programs. */
		if (strcmp(layout->fields[i].name, "clock") == 0)
			continue;
		(void)say(&layout->fields[i], record, text, sizeof text);
		(void)printf("%s: %s\n", layout->fields[i].name, text);
	}
}

static void
page(struct talk_printer *printer, const struct layout *layout,
    const void *rows, size_t count)
{
	struct plain_rows *told = (struct plain_rows *)printer;
	const char *row = rows;

	if (told->count == 0 && count == 1)
		lines(layout, row);
	else
		for (size_t i = 0; i < count; i++, row += layout->size)
			plain_row(stdout, layout, row);
	told->count += count;
}

static void
figures(struct talk_printer *printer, const struct job *job)
{
	struct plain_rows *told = (struct plain_rows *)printer;

	for (size_t i = 0; i < job->count; i++) {
		const struct layout *l =
		    admin_commands[job->items[i].id].answer;

		lines(l, &job->items[i].answer);
		told->count += l->nfields;
	}
}

const struct talk_printer plain_printer = { page, figures, NULL };
