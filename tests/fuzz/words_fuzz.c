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
