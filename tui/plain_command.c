#include "tui/plain.h"

#include <stdlib.h>

#include "ctl/print.h"
#include "ctl/words.h"
#include "tui/talk.h"

struct tables {
	struct talk_printer printer;
	struct paper paper;
	struct table table;
};

static void
page(struct talk_printer *printer, const struct layout *layout,
    const void *rows, size_t count)
{
	struct tables *t = (struct tables *)printer;

	print_rows(&t->paper, &t->table, layout, rows, count);
}

static void
figures(struct talk_printer *printer, const struct job *job)
{
	struct tables *t = (struct tables *)printer;

	print_job(&t->paper, job);
}

int
plain_command(struct console_options *o, const char *command)
{
	struct tables tables = { .printer = { page, figures, NULL } };
	char *line = strdup(command), *words[WORDS_MOST];
	int n = line != NULL ? words_split(line, words) : -1;
	int status = talk_password(o);
	struct talk t;

	paper_of(&tables.paper, stdout, false);
	if (status == CONSOLE_OK && n <= 0)
		status = talk_complain(
		    CONSOLE_USAGE, command, "is no command, or too long");
	if (status == CONSOLE_OK) {
		status = talk_open(&t, o);
		if (status == CONSOLE_OK)
			status = talk_do(&t, words, (size_t)n, &tables.printer);
		talk_close(&t);
	}
	free(line);
	return status;
}
