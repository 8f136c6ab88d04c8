#include "ctl/summary.h"

#include <assert.h>
#include <limits.h>
#include <string.h>

#include "base/text.h"
#include "ctl/table.h"

enum { LABEL = 11 };

static const struct line {
	const struct layout *layout;
	const char *label, *text;
} lines[] = {
#define SUMMARY(message, label, text) { &admin_##message, label, text },
#include "ctl/summary.def"
};

static const struct layout_field *
find(const struct layout *layout, const char *name, size_t len)
{
	const struct layout_field *f = layout->fields;

	for (size_t i = 0; i < layout->nfields; i++, f++)
		if (strlen(f->name) == len && memcmp(f->name, name, len) == 0)
			return f;
	return NULL;
}

/* "served|!not served": the one that a flag means. */
static void
put_flag(struct paper *p, const char *words, size_t len, bool yes)
{
	const char *bar = memchr(words, '|', len);
	char word[80];
	enum shade shade = SHADE_GOOD;

	assert(bar != NULL);
	if (yes)
		len = (size_t)(bar - words);
	else
		len -= (size_t)(++bar - words);
	(void)snprintf(word, sizeof word, "%.*s", (int)len, yes ? words : bar);
	if (*word == '!')
		shade = SHADE_BAD;
	else if (!yes)
		shade = SHADE_NONE;
	paper_put(p, word + (*word == '!'), 0, INT_MAX, false, shade);
}

/* What stands in braces, without them. */
static void
put_value(struct paper *p, const struct layout *layout, const void *record,
    const char *text, size_t len)
{
	size_t name = strcspn(text, "!:}");
	const struct layout_field *f = find(layout, text, name);
	char value[LAYOUT_PRINT];
	bool warns;

	assert(f != NULL && name <= len);
	if (text[name] == ':') {
		put_flag(p, text + name + 1, len - name - 1,
		    layout_number(f, record) != 0);
		return;
	}
	warns = text[name] == '!' && layout_number(f, record) != 0;
	table_cell(f, record, value);
	paper_put(p, value, 0, INT_MAX, false, warns ? SHADE_WARN : SHADE_NONE);
}

static void
put_line(struct paper *p, const struct line *line, const void *record)
{
	const char *text = line->text;
	size_t len;

	paper_put(p, line->label, LABEL, LABEL, true, SHADE_BOLD);
	fputs("  ", p->out);
	while (*text != '\0') {
		len = strcspn(text, "{");
		(void)fwrite(text, 1, len, p->out);
		text += len;
		if (*text == '\0')
			break;
		len = strcspn(text, "}");
		put_value(p, line->layout, record, text + 1, len - 1);
		text += len + 1;
	}
	fputc('\n', p->out);
}

static void
put_name(struct paper *p, const struct layout_text *name)
{
	char text[LAYOUT_PRINT];

	(void)text_escape(text, sizeof text, name->bytes, name->len);
	paper_put(p, text, 0, INT_MAX, false, SHADE_BOLD);
}

static void
put_who(struct paper *p, const struct admin_hello *hello)
{
	put_name(p, &hello->program);
	fputs(" on ", p->out);
	put_name(p, &hello->node);
	fputc('\n', p->out);
}

bool
summary_put(struct paper *p, const struct layout *layout, const void *record,
    const struct admin_hello *hello)
{
	bool any = false;

	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		if (lines[i].layout != layout)
			continue;
		if (!any && hello != NULL)
			put_who(p, hello);
		any = true;
		put_line(p, &lines[i], record);
	}
	return any;
}
