#include "ctl/fill.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/closest.h"
#include "base/text.h"

/* What is being read. */
struct filling {
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
holds(struct filling *in, const struct layout_field *f)
{
	unsigned width = f->width[in->job->form];
	uint64_t most =
	    width >= 8 ? UINT64_MAX : (UINT64_C(1) << width * 8) - 1;

	if (width == 0) {
		(void)snprintf(in->why, JOB_WHY, "%.300s: %s: %s",
		    in->job->line, f->name, words_lacks(in->job->form));
		return false;
	}
	if (f->kind != LAYOUT_NUMBER ||
	    layout_number(f, &in->job->request) <= most)
		return true;
	(void)snprintf(in->why, JOB_WHY, "%.300s: %s is at most %" PRIu64,
	    in->job->line, f->name, most);
	return false;
}

/* Texts are names, values and rules: the server takes no other. */
static bool
is_name(struct filling *in, const struct layout_field *f, const char *word)
{
	char flaw[TEXT_WHY];

	if (text_is_name(word, strlen(word)))
		return holds(in, f);
	(void)text_refuse(flaw, f->name, word, strlen(word));
	(void)snprintf(in->why, JOB_WHY, "%s: %s", in->c->words, flaw);
	return false;
}

static bool
scan(struct filling *in, const struct layout_field *f, const char *word)
{
	bool choice = f->kind == LAYOUT_CHOICE;
	char meant[80] = "";
	const char *wrong;

	if (layout_scan(f, &in->job->request, word, &wrong))
		return f->kind == LAYOUT_TEXT ? is_name(in, f, word)
					      : holds(in, f);
	if (choice)
		(void)closest_of(f->unit, word, meant, sizeof meant);
	(void)snprintf(in->why, JOB_WHY, "%s: \"%.200s\": %s %s%s%s",
	    in->c->words, word, f->name, choice ? "must be one of: " : "",
	    wrong, meant);
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
take_value(struct filling *in, const struct layout_field *f, const char *option)
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

/* The options there are, with blanks between them. */
static void
option_words(const struct layout *request, char *out, size_t size)
{
	const struct layout_field *f = request->fields;
	size_t at = 0, len;

	for (size_t i = 0; i < request->nfields; i++, f++) {
		bool choice = f->kind == LAYOUT_CHOICE;
		const char *word = f->name;

		if (f->given == LAYOUT_OPTION && choice)
			word = f->unit;
		else if (f->given != LAYOUT_OPTION && f->given != LAYOUT_NAMED)
			continue;
		for (; *word != '\0' && at < size;
		     word += len + (word[len] == ' ')) {
			len = strcspn(word, " ");
			at += (size_t)snprintf(
			    out + at, size - at, "--%.*s ", (int)len, word);
		}
	}
}

static bool
unknown_option(struct filling *in, const char *option)
{
	char known[400] = "", meant[80];

	option_words(in->c->request, known, sizeof known);
	(void)closest_of(known, option, meant, sizeof meant);
	(void)snprintf(in->why, JOB_WHY, "%s: unknown option \"%.200s\"%s",
	    in->c->words, option, meant);
	return false;
}

/* An option such as --admin chooses a field's word, another gives its value. */
static bool
take_option(struct filling *in, const char *option)
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
	return unknown_option(in, option);
}

/* The next field that words fill. */
static const struct layout_field *
next_field(struct filling *in)
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
take_rest(struct filling *in, const struct layout_field *f)
{
	char *text = words_join(in->words + in->at - 1, in->n - in->at + 1);
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
take_word(struct filling *in, const char *word)
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
take_words(struct filling *in)
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

bool
fill(struct job *job, const struct admin_command *c,
    const struct words_found *found, char *const words[], size_t n,
    char why[JOB_WHY])
{
	struct filling in = { .job = job,
		.c = c,
		.words = words,
		.n = n,
		.at = found->used,
		.why = why };

	return (found->value == NULL ||
		   scan(&in, &c->request->fields[in.field++], found->value)) &&
	       take_words(&in);
}
