#include "ctl/job.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ctl/suggest.h"
#include "ctl/words.h"

/* Commands that are not a row: what a round trip takes, and all queries. */
static const char ping[] = "ping", status[] = "status";
static const char *const status_groups[] = { "metrics", "get" };

static const char *const lacks[] = {
	[ADMIN_BASE] = "not in the base protocol",
	[ADMIN_EXTENDED] = "only Bottler has it; see --bottler",
	[ADMIN_BOTTLER] = "not in Bottler",
};

static char *
join(char *const words[], size_t n)
{
	size_t len = 1;
	char *line, *at;

	for (size_t i = 0; i < n; i++)
		len += strlen(words[i]) + 1;
	line = at = malloc(len);
	if (line != NULL)
		*line = '\0';
	for (size_t i = 0; line != NULL && i < n; i++)
		at += sprintf(at, i == 0 ? "%s" : " %s", words[i]);
	return line;
}

static struct job *
begin(char *const words[], size_t n, size_t most, enum admin_form form,
    char why[JOB_WHY])
{
	struct job *job = calloc(1, sizeof *job + most * sizeof *job->items);

	if (job != NULL) {
		job->form = form;
		job->line = join(words, n);
	}
	if (job != NULL && job->line != NULL)
		return job;
	free(job);
	(void)snprintf(why, JOB_WHY, "out of memory");
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

/* What is being read. */
struct fill {
	struct job *job;
	const struct admin_command *c;
	char *const *words;
	size_t n, at; /* words[at] is the next */
	size_t field; /* the next that a word may fill */
	char *why;    /* JOB_WHY */
};

/*
 * Numbers go out as the largest that their field holds. Nobody means 255 who
 * types 999, so such a number is refused here.
 */
static bool
holds(struct fill *in, const struct layout_field *f)
{
	unsigned width = f->width[in->job->form];
	uint64_t most =
	    width >= 8 ? UINT64_MAX : (UINT64_C(1) << width * 8) - 1;

	if (width == 0) {
		(void)snprintf(in->why, JOB_WHY, "%.300s: %s: %s",
		    in->job->line, f->name, lacks[in->job->form]);
		return false;
	}
	if (f->kind != LAYOUT_NUMBER ||
	    layout_number(f, &in->job->request) <= most)
		return true;
	(void)snprintf(in->why, JOB_WHY, "%.300s: %s is at most %" PRIu64,
	    in->job->line, f->name, most);
	return false;
}

static bool
scan(struct fill *in, const struct layout_field *f, const char *word)
{
	const char *wrong;

	if (layout_scan(f, &in->job->request, word, &wrong))
		return holds(in, f);
	(void)snprintf(in->why, JOB_WHY, "%s: \"%.200s\": %s %s%s",
	    in->c->words, word, f->name,
	    f->kind == LAYOUT_CHOICE ? "must be one of: " : "", wrong);
	return false;
}

/* "--place" is that field's name, up to "="; dashes stand for underscores. */
static bool
is_option(const struct layout_field *f, const char *word)
{
	size_t len = strlen(f->name);

	for (size_t i = 0; i < len; i++)
		if (word[i] != (f->name[i] == '_' ? '-' : f->name[i]))
			return false;
	return word[len] == '\0' || word[len] == '=';
}

/* --place 3, or --place=3. */
static bool
take_value(struct fill *in, const struct layout_field *f, const char *option)
{
	const char *value = strchr(option, '=');

	if (value == NULL && in->at == in->n) {
		(void)snprintf(in->why, JOB_WHY,
		    "%s: %.200s: a value is missing (%s)", in->c->words, option,
		    f->help);
		return false;
	}
	return scan(in, f, value == NULL ? in->words[in->at++] : value + 1);
}

/* An option such as --admin chooses a field's word, another gives its value. */
static bool
take_option(struct fill *in, const char *option)
{
	const struct layout_field *f = in->c->request->fields;
	const char *wrong;

	for (size_t i = 0; i < in->c->request->nfields; i++, f++) {
		if (f->given != LAYOUT_OPTION && f->given != LAYOUT_NAMED)
			continue;
		if (f->given == LAYOUT_OPTION && f->kind == LAYOUT_CHOICE &&
		    layout_scan(f, &in->job->request, option + 2, &wrong))
			return holds(in, f);
		if (is_option(f, option + 2))
			return take_value(in, f, option);
	}
	(void)snprintf(in->why, JOB_WHY, "%s: unknown option \"%.200s\"",
	    in->c->words, option);
	return false;
}

/* The next field that words fill. */
static const struct layout_field *
next_field(struct fill *in)
{
	while (in->field < in->c->request->nfields) {
		const struct layout_field *f =
		    &in->c->request->fields[in->field++];

		if (f->given == LAYOUT_WORD || f->given == LAYOUT_MAYBE ||
		    f->given == LAYOUT_REST)
			return f;
	}
	return NULL;
}

/* This word and all behind it are one text. */
static bool
take_rest(struct fill *in, const struct layout_field *f)
{
	char *text = join(in->words + in->at - 1, in->n - in->at + 1);
	bool right;

	if (text == NULL) {
		(void)snprintf(in->why, JOB_WHY, "out of memory");
		return false;
	}
	in->at = in->n;
	right = scan(in, f, text);
	free(text);
	return right;
}

static bool
take_word(struct fill *in, const char *word)
{
	const struct layout_field *f;

	if (strncmp(word, "--", 2) == 0 && word[2] != '\0')
		return take_option(in, word);
	f = next_field(in);
	if (f == NULL) {
		(void)snprintf(in->why, JOB_WHY, "%s: \"%.200s\" is too much",
		    in->c->words, word);
		return false;
	}
	/* "get workers": the key of the rows that are answered. */
	in->job->one |= f->given == LAYOUT_MAYBE &&
			strcmp(f->name, in->c->answer->fields->name) == 0;
	return f->given == LAYOUT_REST ? take_rest(in, f) : scan(in, f, word);
}

static bool
fill(struct fill *in)
{
	const struct layout_field *f;

	while (in->at < in->n)
		if (!take_word(in, in->words[in->at++]))
			return false;
	f = next_field(in);
	if (f == NULL || f->given == LAYOUT_MAYBE)
		return true;
	(void)snprintf(in->why, JOB_WHY, "%s: %s is missing (%s)", in->c->words,
	    f->name, f->help);
	return false;
}

/* What is not for people to give. */
static void
prepare(struct job *job, const struct layout *request)
{
	const struct layout_field *f = request->fields;

	for (size_t i = 0; i < request->nfields; i++, f++)
		if (f->given == LAYOUT_ASKED)
			job->secret = f;
		else if (f->given == LAYOUT_CURSOR)
			job->paged = true;
}

static struct job *
single(const struct words_found *found, char *const words[], size_t n,
    enum admin_form form, char why[JOB_WHY])
{
	struct job *job = begin(words, n, 1, form, why);
	struct fill in = { .job = job,
		.c = &admin_commands[found->id],
		.words = words,
		.n = n,
		.at = found->used,
		.why = why };

	if (job == NULL)
		return NULL;
	job->count = 1;
	job->items[0].id = found->id;
	prepare(job, in.c->request);
	if ((found->value == NULL ||
		scan(&in, &in.c->request->fields[in.field++], found->value)) &&
	    fill(&in))
		return job;
	job_free(job);
	return NULL;
}

const struct layout_field *
job_page(const struct job *job)
{
	const struct layout *request = admin_commands[job->items[0].id].request;

	for (size_t i = 0; job->count == 1 && i < request->nfields; i++)
		if (request->fields[i].given == LAYOUT_PAGE)
			return &request->fields[i];
	return NULL;
}

/* ---- groups */

static bool
is_plain_query(enum admin_id id, enum admin_form form)
{
	const struct admin_command *c = &admin_commands[id];

	return words_form_has(form, id) && c->need == ADMIN_LOOK &&
	       c->request->nfields == 0 && !c->many;
}

static void
add_group(struct job *job, char *const words[], size_t n)
{
	for (unsigned i = 0; i < ADMIN_COMMANDS; i++)
		if (is_plain_query((enum admin_id)i, job->form) &&
		    words_in_group(admin_commands[i].words, words, n))
			job->items[job->count++].id = (enum admin_id)i;
}

/* ping is the first query that asks for nothing. */
static void
add_ping(struct job *job)
{
	unsigned i = 0;

	while (!is_plain_query((enum admin_id)i, job->form))
		i++;
	job->ping = true;
	job->items[job->count++].id = (enum admin_id)i;
}

/* No command: why not, as helpful as can be. */
static void
explain(char *const words[], size_t n, enum admin_form form, const char *line,
    char why[JOB_WHY])
{
	struct words_found found = { .used = 0 };
	char right[300];

	for (unsigned f = 0; f < LAYOUT_FORMS && found.used == 0; f++)
		found = words_find(words, n, (enum admin_form)f);
	if (found.used > 0)
		(void)snprintf(why, JOB_WHY, "%.200s: %s", line, lacks[form]);
	else if (suggest(right, sizeof right, words, n, form) > 0)
		(void)snprintf(
		    why, JOB_WHY, "\"%.200s\" is no command: %s", line, right);
	else
		(void)snprintf(why, JOB_WHY,
		    "\"%.200s\" is no command; socks5ctl help lists them",
		    line);
}

static struct job *
group(char *const words[], size_t n, enum admin_form form, char why[JOB_WHY])
{
	struct job *job = begin(words, n, ADMIN_COMMANDS, form, why);

	if (job == NULL)
		return NULL;
	if (n == 1 && strcmp(words[0], status) == 0)
		for (size_t i = 0; i < 2; i++)
			add_group(
			    job, (char *[]){ (char *)status_groups[i] }, 1);
	else if (n == 1 && strcmp(words[0], ping) == 0)
		add_ping(job);
	else
		add_group(job, words, n);
	if (job->count > 0)
		return job;
	explain(words, n, form, job->line, why);
	job_free(job);
	return NULL;
}

/* ---- any protocol */

static struct job *
understand(
    char *const words[], size_t n, enum admin_form form, char why[JOB_WHY])
{
	struct words_found found = words_find(words, n, form);

	return found.used > 0 ? single(&found, words, n, form, why)
			      : group(words, n, form, why);
}

bool
job_is_base(const struct job *job)
{
	return words_form_has(ADMIN_BASE, job->items[0].id);
}

/* Commands of the extension, and those that the base protocol alone has. */
static struct job *
of_either(char *const words[], size_t n, char why[JOB_WHY])
{
	struct job *job = understand(words, n, ADMIN_EXTENDED, why);
	char no_matter[JOB_WHY], *reason = no_matter;

	if (job != NULL && job_is_base(job))
		return job;
	/* What is wrong with it is told by the protocol that knows it. */
	if (job == NULL && words_find(words, n, ADMIN_EXTENDED).used == 0 &&
	    words_find(words, n, ADMIN_BASE).used > 0)
		reason = why;
	if (job == NULL)
		return understand(words, n, ADMIN_BASE, reason);
	job->base = understand(words, n, ADMIN_BASE, reason);
	return job;
}

struct job *
job_new(char *const words[], size_t n, enum admin_form form, char why[JOB_WHY])
{
	if (n == 0) {
		(void)snprintf(why, JOB_WHY, "no command");
		return NULL;
	}
	if (form == ADMIN_EXTENDED)
		return of_either(words, n, why);
	return understand(words, n, form, why);
}
