#include "ctl/help.h"

#include <ctype.h>
#include <string.h>

#include "ctl/words.h"

enum {
	SYNOPSIS = 36, /* columns */
};

/* "red green" as "red|green", each word behind `before`. */
static int
put_choices(FILE *out, const char *words, const char *before)
{
	int n = fprintf(out, "%s", before);

	for (; *words != '\0'; words++)
		n += *words == ' ' ? fprintf(out, "|%s", before)
				   : fprintf(out, "%c", *words);
	return n;
}

/* What is to be typed there: the words, NAME, or BYTES. */
static int
put_value(FILE *out, const struct layout_field *f)
{
	const char *at =
	    f->kind == LAYOUT_NUMBER && *f->unit != '\0' ? f->unit : f->name;
	int n = 0;

	if (f->kind == LAYOUT_FLAG)
		return fprintf(out, "yes|no");
	if (f->kind == LAYOUT_CHOICE)
		return put_choices(out, f->unit, "");
	for (; *at != '\0'; at++, n++)
		fputc(toupper((unsigned char)*at), out);
	return n + fprintf(out, f->given == LAYOUT_REST ? "..." : "");
}

static bool
is_option(const struct layout_field *f)
{
	return f->given == LAYOUT_OPTION || f->given == LAYOUT_NAMED;
}

static int
put_option(FILE *out, const struct layout_field *f)
{
	int n = 0;

	if (f->given == LAYOUT_OPTION && f->kind == LAYOUT_CHOICE)
		return put_choices(out, f->unit, "--");
	n = fprintf(out, "--");
	for (const char *at = f->name; *at != '\0'; at++, n++)
		fputc(*at == '_' ? '-' : *at, out);
	return n + fprintf(out, " ") + put_value(out, f);
}

/* "user add NAME [--regular|--admin|--observer]"; returns its columns. */
static int
put_synopsis(FILE *out, const struct admin_command *c, enum admin_form form)
{
	const struct layout_field *f = c->request->fields;
	int n = fprintf(out, "  %s", c->words);

	for (size_t i = 0; i < c->request->nfields; i++, f++)
		switch (f->width[form] == 0 ? LAYOUT_PROGRAM : f->given) {
		case LAYOUT_OPTION:
		case LAYOUT_NAMED:
			n += fprintf(out, " [") + put_option(out, f) +
			     fprintf(out, "]");
			break;
		case LAYOUT_MAYBE:
			n += fprintf(out, " [") + put_value(out, f) +
			     fprintf(out, "]");
			break;
		case LAYOUT_WORD:
		case LAYOUT_REST:
			n += fprintf(out, " ") + put_value(out, f);
			break;
		case LAYOUT_ASKED:
		case LAYOUT_PROGRAM:
		case LAYOUT_CURSOR:
		case LAYOUT_PAGE:
			break;
		}
	return n - 2;
}

static void
put_command(FILE *out, const struct admin_command *c, enum admin_form form)
{
	int n = put_synopsis(out, c, form);

	if (n > SYNOPSIS)
		n = fprintf(out, "\n  ") - 3;
	fprintf(out, "%*s %s\n", SYNOPSIS - n, "", c->help);
}

/* Commands with a code in that form, but those listed with another. */
static void
put_form(FILE *out, enum admin_form form, enum admin_form listed)
{
	for (unsigned i = 0; i < ADMIN_COMMANDS; i++)
		if (*admin_commands[i].words != '\0' &&
		    words_form_has(form, (enum admin_id)i) &&
		    (form == listed ||
			!words_form_has(listed, (enum admin_id)i)))
			put_command(out, &admin_commands[i], form);
}

static void
put_shorts(FILE *out, enum admin_form form)
{
	for (size_t i = 0; i < admin_nshorts; i++)
		if (words_form_has(form, admin_shorts[i].id))
			fprintf(out, "  %-*s %s\n", SYNOPSIS,
			    admin_shorts[i].words, admin_shorts[i].help);
}

struct plain {
	const char *word, *synopsis, *help, *bottler, *more;
};

static const struct plain plains[] = {
#define PLAIN(word, follows, help, bottler, more) \
	{ word, word follows, help, bottler, more },
#include "ctl/plain.def"
};

enum { PLAINS = sizeof plains / sizeof *plains };

static void
put_plain(FILE *out, const char *words, const char *help)
{
	if (*help != '\0')
		fprintf(out, "  %-*s %s\n", SYNOPSIS, words, help);
}

/* ---- one command */

/* What it is, and the words that a text may be. */
static void
put_meaning(FILE *out, const struct layout_field *f)
{
	int n = fprintf(out, "      ");

	n += is_option(f) ? put_option(out, f) : put_value(out, f);
	fprintf(out, n < 30 ? "%*s %s" : "\n%*s %s", n < 30 ? 30 - n : 30, "",
	    f->help);
	if (f->kind == LAYOUT_TEXT && *f->unit != '\0')
		fputs(": ", out);
	for (const char *at = f->unit; f->kind == LAYOUT_TEXT && *at != '\0';
	     at++)
		fputs(*at == ' ' ? ", " : (char[]){ *at, '\0' }, out);
	fputc('\n', out);
}

static void
put_whole(FILE *out, enum admin_id id, enum admin_form form)
{
	const struct admin_command *c = &admin_commands[id];
	const struct layout_field *f = c->request->fields;

	(void)put_synopsis(out, c, form);
	fprintf(out, "\n      %s\n", c->help);
	for (size_t i = 0; i < c->request->nfields; i++, f++)
		if (f->width[form] > 0 &&
		    (f->given == LAYOUT_WORD || f->given == LAYOUT_MAYBE ||
			f->given == LAYOUT_REST || is_option(f)))
			put_meaning(out, f);
}

static bool
begins(const char *row, char *const words[], size_t n)
{
	return *row != '\0' && (words_match(row, words, n) == n ||
				   words_in_group(row, words, n));
}

/* Those of a protocol that no better one has; true: there are some. */
static bool
put_of_form(FILE *out, enum admin_form form, const char *note,
    char *const words[], size_t n)
{
	bool any = false;

	for (unsigned i = 0; i < ADMIN_COMMANDS; i++) {
		enum admin_id id = (enum admin_id)i;

		if (!words_form_has(form, id) ||
		    !begins(admin_commands[i].words, words, n) ||
		    (form != ADMIN_EXTENDED &&
			words_form_has(ADMIN_EXTENDED, id)))
			continue;
		if (!any)
			fputs(note, out);
		any = true;
		put_whole(out, id, form);
	}
	return any;
}

static void
put_whole_plain(FILE *out, const struct plain *p)
{
	fprintf(out, "  %s\n      %s\n", p->synopsis, p->help);
	for (const char *at = p->more; *at != '\0';) {
		size_t len = strcspn(at, "\n");

		fprintf(out, "      %.*s\n", (int)len, at);
		at += len + (at[len] == '\n');
	}
}

bool
help_words(FILE *out, char *const words[], size_t n)
{
	bool any = put_of_form(out, ADMIN_EXTENDED, "", words, n);

	any |= put_of_form(out, ADMIN_BASE, "with --base:\n", words, n);
	any |= put_of_form(out, ADMIN_BOTTLER, "with --bottler:\n", words, n);
	for (size_t i = 0; i < admin_nshorts; i++)
		if (begins(admin_shorts[i].words, words, n)) {
			any = true;
			put_plain(
			    out, admin_shorts[i].words, admin_shorts[i].help);
		}
	for (size_t i = 0; i < PLAINS; i++)
		if (begins(plains[i].word, words, n)) {
			any = true;
			put_whole_plain(out, &plains[i]);
		}
	return any;
}

void
help_commands(FILE *out)
{
	put_form(out, ADMIN_EXTENDED, ADMIN_EXTENDED);
	put_shorts(out, ADMIN_EXTENDED);
	for (size_t i = 0; i < PLAINS; i++)
		put_plain(out, plains[i].synopsis, plains[i].help);
	fputs(
	    "\nwith --base, or of a server that has the base protocol alone:\n",
	    out);
	put_plain(out, "status", "metrics and get");
	put_form(out, ADMIN_BASE, ADMIN_EXTENDED);
	fputs("\nwith --bottler:\n", out);
	put_plain(out, "status", "metrics and get");
	put_form(out, ADMIN_BOTTLER, ADMIN_BOTTLER);
	put_shorts(out, ADMIN_BOTTLER);
	for (size_t i = 0; i < PLAINS; i++)
		put_plain(out, plains[i].synopsis, plains[i].bottler);
}
