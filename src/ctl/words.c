#include "ctl/words.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Commands that are not a row: what a round trip takes, and all queries. */
static const char ping[] = "ping", status[] = "status";
static const char *const status_groups[] = { "metrics", "get" };

/* ---- a command line as words */

int
words_split(char *line, char *words[WORDS_MOST])
{
	int n = 0;
	char *out = line;

	for (;;) {
		char quote = '\0';

		line += strspn(line, " \t\r\n");
		if (*line == '\0')
			return n;
		if (n == WORDS_MOST)
			return -1;
		words[n++] = out;
		for (; *line != '\0'; line++) {
			if (quote == '\0' && strchr(" \t\r\n", *line) != NULL)
				break;
			if (*line == quote)
				quote = '\0';
			else if (quote == '\0' &&
				 (*line == '"' || *line == '\''))
				quote = *line;
			else
				*out++ = *line;
		}
		if (quote != '\0')
			return -1;
		if (*line != '\0')
			line++;
		*out++ = '\0';
	}
}

/* How many of a command's words the first words typed are; 0: they differ. */
static size_t
match(const char *row, char *const words[], size_t n)
{
	size_t i = 0, len;

	for (; *row != '\0'; i++, row += len + (row[len] == ' ')) {
		len = strcspn(row, " ");
		if (i == n || strlen(words[i]) != len ||
		    memcmp(row, words[i], len) != 0)
			return 0;
	}
	return i;
}

/* Do a command's words begin with all the words typed, and go on? */
static bool
in_group(const char *row, char *const words[], size_t n)
{
	for (size_t i = 0; i < n; i++) {
		size_t len = strcspn(row, " ");

		if (row[len] == '\0' || strlen(words[i]) != len ||
		    memcmp(row, words[i], len) != 0)
			return false;
		row += len + 1;
	}
	return true;
}

static bool
is_plain_query(enum admin_id id)
{
	const struct admin_command *c = &admin_commands[id];

	return admin_base_code(id) >= 0 && c->need == ADMIN_LOOK &&
	       c->request->nfields == 0 && !c->many;
}

/* ---- jobs */

static char *
join(char *const words[], size_t n)
{
	size_t len = 1;
	char *line, *at;

	for (size_t i = 0; i < n; i++)
		len += strlen(words[i]) + 1;
	line = at = malloc(len);
	for (size_t i = 0; line != NULL && i < n; i++)
		at += sprintf(at, i == 0 ? "%s" : " %s", words[i]);
	return line;
}

static struct job *
begin(char *const words[], size_t n, size_t most, char why[WORDS_WHY])
{
	struct job *job = calloc(1, sizeof *job + most * sizeof *job->items);

	if (job != NULL)
		job->line = join(words, n);
	if (job != NULL && job->line != NULL)
		return job;
	free(job);
	(void)snprintf(why, WORDS_WHY, "out of memory");
	return NULL;
}

void
job_free(struct job *job)
{
	if (job == NULL)
		return;
	job_free(job->base);
	explicit_bzero(&job->request, sizeof job->request);
	free(job->line);
	free(job);
}

/* ---- one command with what follows its words */

struct found {
	enum admin_id id;
	size_t used;       /* words; 0: there is no such command */
	const char *value; /* of the first field, from other words; or NULL */
};

/* An option such as --admin chooses one of a field's words. */
static bool
choose(struct job *job, const struct admin_command *c, const char *word,
    char why[WORDS_WHY])
{
	const struct layout_field *f = c->request->fields;
	const char *wrong;

	for (size_t i = 0; i < c->request->nfields; i++, f++)
		if (f->given == LAYOUT_OPTION &&
		    layout_scan(f, &job->request, word + 2, &wrong))
			return true;
	(void)snprintf(
	    why, WORDS_WHY, "%s: unknown option \"%s\"", c->words, word);
	return false;
}

/* The next field that a word fills. */
static const struct layout_field *
next_field(const struct layout *layout, size_t *at)
{
	while (*at < layout->nfields) {
		const struct layout_field *f = &layout->fields[(*at)++];

		if (f->given == LAYOUT_WORD || f->given == LAYOUT_MAYBE)
			return f;
	}
	return NULL;
}

/*
 * Numbers go out as the largest that their field holds. Nobody means 255 who
 * types 999, so such a number is refused here.
 */
static bool
holds(const struct layout_field *f, const struct job *job, bool base,
    char why[WORDS_WHY])
{
	unsigned width = f->width[base ? ADMIN_BASE : ADMIN_EXTENDED];
	uint64_t most =
	    width >= 8 ? UINT64_MAX : (UINT64_C(1) << width * 8) - 1;

	if (f->kind != LAYOUT_NUMBER || layout_number(f, &job->request) <= most)
		return true;
	(void)snprintf(why, WORDS_WHY, "%s: %s is at most %" PRIu64, job->line,
	    f->name, most);
	return false;
}

/* `at`: how many fields have their value already. */
static bool
fill(struct job *job, const struct admin_command *c, char *const words[],
    size_t n, size_t at, bool base, char why[WORDS_WHY])
{
	const struct layout_field *f;
	const char *wrong;

	for (size_t i = 0; i < n; i++) {
		if (strncmp(words[i], "--", 2) == 0 && words[i][2] != '\0') {
			if (!choose(job, c, words[i], why))
				return false;
			continue;
		}
		f = next_field(c->request, &at);
		if (f == NULL) {
			(void)snprintf(why, WORDS_WHY,
			    "%s: \"%.200s\" is too much", c->words, words[i]);
			return false;
		}
		if (!layout_scan(f, &job->request, words[i], &wrong)) {
			(void)snprintf(why, WORDS_WHY, "%s: \"%.200s\": %s %s",
			    c->words, words[i], f->name, wrong);
			return false;
		}
		if (!holds(f, job, base, why))
			return false;
	}
	f = next_field(c->request, &at);
	if (f == NULL || f->given == LAYOUT_MAYBE)
		return true;
	(void)snprintf(why, WORDS_WHY, "%s: %s is missing (%s)", c->words,
	    f->name, f->help);
	return false;
}

static struct job *
single(const struct found *found, char *const words[], size_t n, bool base,
    char why[WORDS_WHY])
{
	const struct admin_command *c = &admin_commands[found->id];
	struct job *job = begin(words, n, 1, why);
	const char *wrong;
	size_t given = 0;

	if (job == NULL)
		return NULL;
	job->count = 1;
	job->items[0].id = found->id;
	if (found->value != NULL && layout_scan(c->request->fields,
					&job->request, found->value, &wrong))
		given = 1;
	for (size_t i = 0; i < c->request->nfields; i++)
		if (c->request->fields[i].given == LAYOUT_ASKED)
			job->secret = &c->request->fields[i];
		else if (c->request->fields[i].given == LAYOUT_CURSOR)
			job->paged = true;
	if (fill(
		job, c, words + found->used, n - found->used, given, base, why))
		return job;
	job_free(job);
	return NULL;
}

/* ---- groups */

static void
add_group(struct job *job, char *const words[], size_t n)
{
	for (unsigned i = 0; i < ADMIN_COMMANDS; i++)
		if (is_plain_query((enum admin_id)i) &&
		    in_group(admin_commands[i].words, words, n))
			job->items[job->count++].id = (enum admin_id)i;
}

static struct job *
group(char *const words[], size_t n, char why[WORDS_WHY])
{
	struct job *job = begin(words, n, ADMIN_COMMANDS, why);

	if (job == NULL)
		return NULL;
	if (n == 1 && strcmp(words[0], status) == 0) {
		for (size_t i = 0; i < 2; i++)
			add_group(
			    job, (char *[]){ (char *)status_groups[i] }, 1);
		return job;
	}
	if (n == 1 && strcmp(words[0], ping) == 0) {
		job->ping = true;
		job->items[job->count++].id = ADMIN_connections;
		return job;
	}
	add_group(job, words, n);
	if (job->count > 0)
		return job;
	(void)snprintf(why, WORDS_WHY,
	    "\"%.200s\" is no command, or not a whole one; see socks5ctl -h",
	    job->line);
	job_free(job);
	return NULL;
}

/* ---- either protocol */

static bool
has_code(enum admin_id id, bool base)
{
	return (base ? admin_base_code(id) : admin_extended_code(id)) >= 0;
}

/*
 * The command that the words begin with, of one protocol: of several the one
 * with the most words, so that "get running" is not "get" of a key "running".
 */
static struct found
find(char *const words[], size_t n, bool base)
{
	struct found best = { .id = ADMIN_COMMANDS };
	size_t used;

	for (unsigned i = 0; i < ADMIN_COMMANDS; i++) {
		used = match(admin_commands[i].words, words, n);
		if (used > best.used && has_code((enum admin_id)i, base))
			best = (struct found){ (enum admin_id)i, used, NULL };
	}
	for (size_t i = 0; i < admin_nshorts; i++) {
		const struct admin_short *s = &admin_shorts[i];

		used = match(s->words, words, n);
		if (used > best.used && has_code(s->id, base))
			best = (struct found){ s->id, used, s->value };
	}
	return best;
}

static struct job *
understand(char *const words[], size_t n, bool base, char why[WORDS_WHY])
{
	struct found found = find(words, n, base);

	return found.used > 0 ? single(&found, words, n, base, why)
			      : group(words, n, why);
}

bool
job_is_base(const struct job *job)
{
	return has_code(job->items[0].id, true);
}

struct job *
job_new(char *const words[], size_t n, bool base, char why[WORDS_WHY])
{
	char no_matter[WORDS_WHY];
	struct job *job;

	if (n == 0) {
		(void)snprintf(why, WORDS_WHY, "no command");
		return NULL;
	}
	job = understand(words, n, base, why);
	if (base)
		return job;
	if (job == NULL && find(words, n, false).used > 0)
		return understand(words, n, true, no_matter);
	if (job == NULL) /* what is wrong with it, the base protocol knows */
		return understand(words, n, true, why);
	if (!job_is_base(job))
		job->base = understand(words, n, true, no_matter);
	return job;
}

/* ---- help */

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

static int
put_word(FILE *out, const struct layout_field *f)
{
	const char *left = f->given == LAYOUT_MAYBE ? " [" : " ";
	int n = fprintf(out, "%s", left);

	if (f->kind == LAYOUT_CHOICE)
		n += put_choices(out, f->unit, "");
	else if (f->kind != LAYOUT_TEXT)
		n += fprintf(out, "VALUE");
	else
		for (const char *at = f->name; *at != '\0'; at++, n++)
			fputc(toupper((unsigned char)*at), out);
	return n + fprintf(out, "%s", f->given == LAYOUT_MAYBE ? "]" : "");
}

/* "user add NAME [--regular|--admin|--observer]"; returns its columns. */
static int
put_synopsis(FILE *out, const struct admin_command *c)
{
	const struct layout_field *f = c->request->fields;
	int n = fprintf(out, "  %s", c->words);

	for (size_t i = 0; i < c->request->nfields; i++, f++)
		if (f->given == LAYOUT_OPTION)
			n += fprintf(out, " [") +
			     put_choices(out, f->unit, "--") +
			     fprintf(out, "]");
		else if (f->given == LAYOUT_WORD || f->given == LAYOUT_MAYBE)
			n += put_word(out, f);
	return n - 2;
}

static void
put_help(FILE *out, bool base)
{
	int n;

	for (unsigned i = 0; i < ADMIN_COMMANDS; i++) {
		/* What both have is listed once, with the extension. */
		if (!has_code((enum admin_id)i, base) ||
		    (base && has_code((enum admin_id)i, false)))
			continue;
		n = put_synopsis(out, &admin_commands[i]);
		if (n > SYNOPSIS)
			n = fprintf(out, "\n  ") - 3;
		fprintf(
		    out, "%*s %s\n", SYNOPSIS - n, "", admin_commands[i].help);
	}
	for (size_t i = 0; !base && i < admin_nshorts; i++)
		fprintf(out, "  %-*s %s\n", SYNOPSIS, admin_shorts[i].words,
		    admin_shorts[i].help);
}

void
words_help(FILE *out)
{
	put_help(out, false);
	fprintf(out, "  %-*s %s\n", SYNOPSIS, ping, "measure a round trip");
	fputs(
	    "\nwith --base, or of a server that has the base protocol alone:\n",
	    out);
	fprintf(out, "  %-*s %s\n", SYNOPSIS, status, "metrics and get");
	put_help(out, true);
}
