#include "ctl/job.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ctl/fill.h"
#include "ctl/suggest.h"
#include "ctl/words.h"

/* Commands that are not a row: what a round trip takes, and all queries. */
static const char ping[] = "ping", status[] = "status";
static const char *const status_groups[] = { "metrics", "get" };

static struct job *
begin(char *const words[], size_t n, size_t most, enum admin_form form,
    char why[JOB_WHY])
{
	struct job *job = calloc(1, sizeof *job + most * sizeof *job->items);

	if (job != NULL) {
		job->form = form;
		job->line = words_join(words, n);
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

/* ---- one command */

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
	const struct admin_command *c = &admin_commands[found->id];

	if (job == NULL)
		return NULL;
	job->count = 1;
	job->items[0].id = found->id;
	prepare(job, c->request);
	if (fill(job, c, found, words, n, why))
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
		(void)snprintf(
		    why, JOB_WHY, "%.200s: %s", line, words_lacks(form));
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

/* Can it be asked of a server that has the base protocol alone? */
static bool
is_base(const struct job *job)
{
	return words_form_has(ADMIN_BASE, job->items[0].id);
}

/* Commands of the extension, and those that the base protocol alone has. */
static struct job *
of_either(char *const words[], size_t n, char why[JOB_WHY])
{
	struct job *job = understand(words, n, ADMIN_EXTENDED, why);
	char no_matter[JOB_WHY], *reason = no_matter;

	if (job != NULL && is_base(job))
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
