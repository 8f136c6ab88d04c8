#include "tui/report.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "tui/model.h"
#include "tui/once.h"
#include "tui/records.h"
#include "tui/talk.h"

/* What each view is made of. */
static char *const commands[VIEW_NODES][2] = {
	[VIEW_DASH] = { "status" },
	[VIEW_SESSIONS] = { "session", "list" },
	[VIEW_USERS] = { "user", "list" },
	[VIEW_SETTINGS] = { "get" },
	[VIEW_LOGS] = { "log" },
	[VIEW_FINDINGS] = { "findings" },
	[VIEW_RULES] = { "rule", "list" },
};

struct report {
	struct talk_printer printer;
	struct records records;
};

static void
page(struct talk_printer *printer, const struct layout *layout,
    const void *rows, size_t count)
{
	records_put(&((struct report *)printer)->records, layout, rows, count);
}

static void
figures(struct talk_printer *printer, const struct job *job)
{
	struct report *r = (struct report *)printer;
	struct records_part *parts = calloc(job->count + 1, sizeof *parts);

	if (parts == NULL)
		return;
	for (size_t i = 0; i < job->count; i++) {
		parts[i].layout = admin_commands[job->items[i].id].answer;
		parts[i].record = &job->items[i].answer;
	}
	records_put_parts(&r->records, parts, job->count);
	free(parts);
}

/* ---- again and again */

/* What was printed of a round that the daemon did not outlive does not count.
 */
static int
repeat(struct talk *t, struct report *r, const struct console_options *o,
    unsigned times, unsigned delay_ms)
{
	char *const *words = commands[o->view];
	size_t n = words[1] != NULL ? 2 : 1;
	bool again = times != 1 && !o->no_reconnect;
	int status = CONSOLE_OK;

	for (unsigned i = 0; status == CONSOLE_OK;) {
		records_time(&r->records, time(NULL));
		status = talk_do(t, words, n, &r->printer);
		if (fflush(stdout) != 0 || ferror(stdout))
			return talk_complain(
			    CONSOLE_LOST, "standard output", strerror(errno));
		if (status == CONSOLE_OK && ++i == times)
			break;
		if (status == CONSOLE_OK)
			status = talk_rest(t, o->endpoint, delay_ms);
		if (status == CONSOLE_LOST && again)
			status = talk_find(t, o->endpoint);
	}
	return status;
}

/* ---- as text */

static void
print_text(const struct canvas *c)
{
	static char line[4 * 1000 + 1];
	int last = c->h - 3; /* behind it: keys and messages */

	while (last > 0 && canvas_row(c, last, line, sizeof line) == 0)
		last--;
	for (int y = 0; y <= last; y++) {
		(void)canvas_row(c, y, line, sizeof line);
		(void)puts(line);
	}
}

static int
number(const char *name, int most, int otherwise)
{
	const char *text = getenv(name);
	int n = text != NULL ? atoi(text) : 0;

	return n > 0 && n <= most ? n : otherwise;
}

static int
text_run(struct console_options *o, unsigned times, unsigned delay_ms)
{
	struct once_wish wish = {
		.view = o->view,
		.times = times,
		.again = times != 1 && !o->no_reconnect,
		.w = number("COLUMNS", 1000, 80),
		.h = number("LINES", 1000, 24),
		.print = print_text,
	};
	struct winsize size;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 &&
	    size.ws_row > 0) {
		wish.w = size.ws_col < 1000 ? size.ws_col : 1000;
		wish.h = size.ws_row < 1000 ? size.ws_row : 1000;
	}
	if (times != 1)
		o->begin.value[PREF_INTERVAL] = delay_ms;
	return once_run(o, &wish);
}

int
report_run(struct console_options *o, enum console_format format,
    unsigned times, unsigned delay_ms)
{
	struct report r = {
		.printer = { page, figures, NULL },
		.records = { .file = stdout,
		    .format =
			format == FORMAT_CSV ? RECORDS_CSV : RECORDS_JSON },
	};
	struct talk t;
	int status;

	if (o->replay != NULL)
		return console_replay_once(o->replay, print_text);
	status = talk_password(o);
	if (status != CONSOLE_OK)
		return status;
	if (format == FORMAT_TEXT)
		return text_run(o, times, delay_ms);
	status = talk_open(&t, o);
	if (status == CONSOLE_OK)
		status = repeat(&t, &r, o, times, delay_ms);
	talk_close(&t);
	return status;
}
