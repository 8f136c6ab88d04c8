/* A command line for socks5ctl: split, then understood or refused, and what its
 * last word could become. */

#include <stdlib.h>
#include <string.h>

#include "ctl/job.h"
#include "ctl/next.h"
#include "ctl/words.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

/* Whatever is offered goes on what was typed. */
static void
put(struct next *next, const char *word, const char *help)
{
	if (strncmp(word, next->last, strlen(next->last)) != 0 || help == NULL)
		abort();
}

static void
complete(char *const words[], int n, enum admin_form form)
{
	struct next next = { .words = words,
		.n = (size_t)n - 1,
		.last = words[n - 1],
		.form = form,
		.put = put };

	next_words(&next);
}

/* A word in quotes is read again as the same, and an open one goes on. */
static void
quote_again(const char *word)
{
	char text[WORDS_QUOTED + 2], *words[WORDS_MOST], quote;
	size_t len;

	if (strlen(word) > 255)
		return;
	len = words_quote(text, word, false);
	if (len != strlen(text) || words_split(text, words) != 1 ||
	    strcmp(words[0], word) != 0)
		abort();
	len = words_quote(text, word, true);
	if (words_last(text, &quote) != 0)
		abort();
	text[len] = quote;
	text[len + (quote != '\0')] = '\0';
	if (*word != '\0' &&
	    (words_split(text, words) != 1 || strcmp(words[0], word) != 0))
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	char *line = malloc(len + 1), *words[WORDS_MOST];
	char why[JOB_WHY] = "";
	struct job *job;
	int n;

	if (line == NULL)
		return 0;
	memcpy(line, bytes, len);
	line[len] = '\0';
	n = words_split(line, words);
	if (n > WORDS_MOST || n < -1)
		abort();
	for (int i = 0; i < n; i++)
		quote_again(words[i]);
	for (unsigned form = 0; n >= 0 && form < LAYOUT_FORMS; form++) {
		*why = '\0';
		job = job_new(words, (size_t)n, (enum admin_form)form, why);
		if (job == NULL && *why == '\0')
			abort();
		job_free(job);
		if (n > 0)
			complete(words, n, (enum admin_form)form);
	}
	free(line);
	return 0;
}
