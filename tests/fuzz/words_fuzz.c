/* A command line for socks5ctl: split, then understood or refused. */

#include <stdlib.h>
#include <string.h>

#include "ctl/job.h"
#include "ctl/words.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

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
	}
	free(line);
	return 0;
}
