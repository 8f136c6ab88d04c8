#include "tui/report.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "tui/model.h"
#include "tui/once.h"
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
	enum console_format format;
	bool headed;
	char time[32];
};

/* ---- records */

static void
put_quoted(const char *text)
{
	(void)putchar('"');
	for (; *text != '\0'; text++) {
		if (*text == '"')
			(void)putchar('"');
		(void)putchar(*text);
	}
	(void)putchar('"');
}

static void
put_field(
    const struct report *r, const struct layout_field *f, const void *record)
{
	char text[LAYOUT_PRINT];

	if (r->format == FORMAT_JSON) {
		(void)layout_json(f, record, text, sizeof text);
		(void)printf(", \"%s\": %s", f->name, text);
		return;
	}
	(void)layout_print(f, record, text, sizeof text);
	(void)putchar(',');
	if (f->kind == LAYOUT_NUMBER)
		(void)fputs(text, stdout);
	else
		put_quoted(text);
}

static void
put_fields(
    const struct report *r, const struct layout *layout, const void *record)
{
	for (size_t i = 0; i < layout->nfields; i++)
		put_field(r, &layout->fields[i], record);
}

static void
put_names(const struct layout *layout)
{
	for (size_t i = 0; i < layout->nfields; i++)
		(void)printf(",%s", layout->fields[i].name);
}

static void
begin(const struct report *r)
{
	(void)printf(
	    r->format == FORMAT_JSON ? "{\"time\": \"%s\"" : "%s", r->time);
}

static void
end(const struct report *r)
{
	(void)puts(r->format == FORMAT_JSON ? "}" : "");
}

static bool
wants_header(struct report *r)
{
	bool wants = r->format == FORMAT_CSV && !r->headed;

	r->headed = true;
	if (wants)
		(void)fputs("time", stdout);
	return wants;
}

static void
page(struct talk_printer *printer, const struct layout *layout,
    const void *rows, size_t count)
{
	struct report *r = (struct report *)printer;
	const char *row = rows;

	if (wants_header(r)) {
		put_names(layout);
		(void)puts("");
	}
	for (size_t i = 0; i < count; i++, row += layout->size) {
		begin(r);
		put_fields(r, layout, row);
		end(r);
	}
}

static void
figures(struct talk_printer *printer, const struct job *job)
{
	struct report *r = (struct report *)printer;

	if (wants_header(r)) {
		for (size_t i = 0; i < job->count; i++)
			put_names(admin_commands[job->items[i].id].answer);
		(void)puts("");
	}
	begin(r);
	for (size_t i = 0; i < job->count; i++)
		put_fields(r, admin_commands[job->items[i].id].answer,
		    &job->items[i].answer);
	end(r);
}

/* ---- again and again */

static void
stamp(char text[32])
{
	time_t now = time(NULL);
	struct tm t;

	if (gmtime_r(&now, &t) == NULL ||
	    strftime(text, 32, "%Y-%m-%dT%H:%M:%SZ", &t) == 0)
		text[0] = '\0';
}

static void
rest(struct talk *t, unsigned ms)
{
	struct timeval tv = { (time_t)(ms / 1000),
		(suseconds_t)(ms % 1000 * 1000) };

	(void)event_base_loopexit(t->base, &tv);
	(void)event_base_dispatch(t->base);
}

static int
repeat(struct talk *t, struct report *r, unsigned view, unsigned times,
    unsigned delay_ms)
{
	size_t n = commands[view][1] != NULL ? 2 : 1;
	int status = CONSOLE_OK;

	for (unsigned i = 0; status == CONSOLE_OK; i++) {
		stamp(r->time);
		status = talk_do(t, commands[view], n, &r->printer);
		if (fflush(stdout) != 0 || ferror(stdout))
			return talk_complain(
			    CONSOLE_LOST, "standard output", strerror(errno));
		if (i + 1 == times)
			break;
		rest(t, delay_ms);
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
		o->interval_ms = delay_ms;
	return once_run(o, &wish);
}

int
report_run(struct console_options *o, enum console_format format,
    unsigned times, unsigned delay_ms)
{
	struct report r = { { page, figures, NULL }, format, false, "" };
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
		status = repeat(&t, &r, o->view, times, delay_ms);
	talk_close(&t);
	return status;
}
