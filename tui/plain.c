#include "tui/plain.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/text.h"
#include "ctl/password.h"
#include "ctl/print.h"
#include "ctl/words.h"
#include "tui/plain_rows.h"
#include "tui/unit.h"

enum { ASKS = 2, LINE = 1024, DASHES = 2, WATCH_S = 2 };

static const struct {
	const char *title, *command, *ask[ASKS], *show, *sure;
} menu[] = {
#define PLAIN(title, command, first, second, show, sure) \
	{ title, command, { first, second }, show, sure },
#include "tui/plain.def"
};

enum { ITEMS = sizeof menu / sizeof *menu };

struct plain {
	struct plain_rows rows;
	struct talk talk;
	struct event *input, *watch;
	char bytes[LINE + 1]; /* of standard input, not taken yet */
	size_t len;
	bool ended;     /* standard input has */
	bool prompting; /* a prompt stands at the begin of the line */
	bool lost;
	bool ends, over; /* a lost daemon is the end; it is lost */
	bool echoed;     /* a terminal shows what is typed */
	char prompt[200];
	struct admin_overview seen;
	bool has_seen;
};

/* ---- what happens by itself */

static void announce(struct plain *, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void
announce(struct plain *p, const char *format, ...)
{
	va_list ap;

	if (p->prompting)
		(void)putchar('\n');
	(void)fputs("ANN: ", stdout);
	va_start(ap, format);
	(void)vprintf(format, ap);
	va_end(ap);
	(void)putchar('\n');
	if (p->prompting)
		(void)fputs(p->prompt, stdout);
	(void)fflush(stdout);
}

static void
on_subscribed(const struct client_answer *a, void *arg)
{
	(void)a; /* without events one is still told of the link */
	(void)arg;
}

/* Once for each connection; a daemon that is older only gets watched. */
static void
subscribe(struct plain *p)
{
	struct admin_subscription wish = {
		.log = 1, .changes = 1, .findings = 1
	};

	if (client_knows(p->talk.client, ADMIN_subscribe))
		(void)client_ask(
		    p->talk.client, ADMIN_subscribe, &wish, on_subscribed, p);
}

static void
on_told(struct talk *t, enum admin_event event,
    const union admin_event_record *record, void *arg)
{
	const struct admin_event_row *row = &admin_events[event];
	char *text = NULL;
	size_t size;
	FILE *f;

	(void)t;
	/* Lines that only tell how things go would drown the others. */
	if (event == ADMIN_EVENT_log_line &&
	    (record->log_line.level > 1 ||
		strcmp(record->log_line.tag.bytes, "access") == 0))
		return;
	f = open_memstream(&text, &size);
	if (f == NULL)
		return;
	plain_row(f, row->fields, record);
	if (fclose(f) == 0)
		announce(arg, "%s: %.*s", row->help, (int)(size - 1), text);
	free(text);
}

static void
on_changed(struct talk *t, enum client_state state, void *arg)
{
	struct plain *p = arg;

	p->has_seen = false;
	if (state == CLIENT_UP) {
		announce(p, "connected again");
		subscribe(p);
	}
	if (state == CLIENT_DOWN && !p->lost)
		announce(p, "connection lost: %s%s", client_why(t->client),
		    p->ends ? "" : "; trying again");
	p->lost = state == CLIENT_DOWN;
	p->over = p->lost && p->ends;
}

static void
grown(struct plain *p, uint64_t was, uint64_t is, const char *what)
{
	char n[UNIT_TEXT];

	if (is > was)
		announce(p, "%s %s", unit_count(n, is - was), what);
}

static void
on_status(const struct client_answer *a, void *arg)
{
	struct plain *p = arg;
	const struct admin_overview *now = a->rows, *was = &p->seen;

	if (a->status != ADMIN_OK || a->count != 1)
		return;
	if (p->has_seen && now->uptime < was->uptime) {
		announce(p, "the daemon has been started again");
	} else if (p->has_seen) {
		grown(p, was->auth_failed, now->auth_failed, "logins refused");
		grown(p, was->peak, now->peak,
		    "more sessions at once than ever before");
		if (now->sessions >= now->most && was->sessions < was->most)
			announce(p, "no more sessions fit in");
	}
	p->seen = *now;
	p->has_seen = true;
}

static void
lost(struct plain *p)
{
	p->over = p->ends;
	if (!p->over)
		talk_again(&p->talk);
}

static void
on_watch(evutil_socket_t fd, short what, void *arg)
{
	struct plain *p = arg;
	struct talk *t = &p->talk;

	(void)fd;
	(void)what;
	if (t->waiting)
		return;
	if (t->client == NULL || client_state(t->client) == CLIENT_DOWN)
		lost(p);
	else if (client_knows(t->client, ADMIN_status))
		(void)client_ask(t->client, ADMIN_status, NULL, on_status, p);
}

/* ---- lines */

static void
on_input(evutil_socket_t fd, short what, void *arg)
{
	struct plain *p = arg;
	ssize_t n = read((int)fd, p->bytes + p->len, LINE - p->len);

	(void)what;
	if (n > 0)
		p->len += (size_t)n;
	else if (n == 0 || errno != EINTR)
		p->ended = true;
	if (p->ended || p->len == LINE)
		(void)event_del(p->input); /* until a line is taken */
}

/* The next line without its end; false: there is none. Too long a line is cut
 * in two, which no command survives. */
static bool
next_line(struct plain *p, char line[LINE + 1])
{
	char *end;
	size_t len;

	while ((end = memchr(p->bytes, '\n', p->len)) == NULL && !p->ended &&
	       p->len < LINE && !p->over)
		if (event_base_loop(p->talk.base, EVLOOP_ONCE) == -1)
			return false;
	if (p->over || (end == NULL && p->len == 0))
		return false;
	len = end != NULL ? (size_t)(end - p->bytes) : p->len;
	memcpy(line, p->bytes, len);
	line[len] = '\0';
	line[strcspn(line, "\r")] = '\0';
	len += end != NULL;
	p->len -= len;
	memmove(p->bytes, p->bytes + len, p->len);
	explicit_bzero(p->bytes + p->len, LINE - p->len);
	if (!p->ended)
		(void)event_add(p->input, NULL);
	return true;
}

/* What no terminal has shown, so that the transcript can be read. */
static void
echo(const char *line)
{
	char safe[4 * LINE + 1];

	(void)text_escape(safe, sizeof safe, line, strlen(line));
	(void)puts(safe);
}

static bool
ask(struct plain *p, char line[LINE + 1], const char *question)
{
	bool there;

	(void)snprintf(p->prompt, sizeof p->prompt, "%s", question);
	(void)fputs(p->prompt, stdout);
	(void)fflush(stdout);
	p->prompting = true;
	there = next_line(p, line);
	p->prompting = false;
	if (there && !p->echoed)
		echo(line);
	return there;
}

/* From the terminal unseen and twice, else the next line. */
static int
take_secret(
    struct talk_printer *printer, const char *command, struct secret *secret)
{
	struct plain *p = (struct plain *)printer;
	char line[LINE + 1];

	(void)command;
	if (isatty(STDIN_FILENO))
		return password_ask(secret, "password, not shown: ", true);
	if (!next_line(p, line) || *line == '\0' || strlen(line) > 255)
		return -EINVAL;
	secret_set(secret, line, strlen(line));
	explicit_bzero(line, sizeof line);
	return 0;
}

/* ---- commands */

static void
do_words(struct plain *p, char *const words[], size_t n)
{
	int status;

	p->rows.count = 0;
	status = talk_do(&p->talk, words, n, &p->rows.printer);
	(void)fflush(stdout);
	p->over = p->over || (status == CONSOLE_LOST && p->ends);
	if (status == CONSOLE_OK && p->rows.count == 0)
		(void)puts(p->talk.change ? "done" : "there are none");
}

static void
show_menu(void)
{
	for (size_t i = 0; i < ITEMS; i++)
		(void)printf("%zu %s\n", i + 1, menu[i].title);
	(void)puts("q quit\n"
		   "or a command of socks5ctl, such as: user show alice");
}

/* What holds now, before it is changed. */
static void
show_first(struct plain *p, size_t item, char *name)
{
	char command[40], *words[WORDS_MOST];
	int n;

	if (*menu[item].show == '\0')
		return;
	(void)snprintf(command, sizeof command, "%s", menu[item].show);
	n = words_split(command, words);
	words[n++] = name;
	do_words(p, words, (size_t)n);
}

/* Ask for what a command needs, a line each; false: given up. */
static bool
gather(struct plain *p, size_t item, char lines[ASKS][DASHES + LINE + 1],
    char *words[WORDS_MOST], int *n)
{
	char question[200];

	for (int i = 0; i < ASKS && *menu[item].ask[i] != '\0'; i++) {
		const char *what = menu[item].ask[i];
		bool maybe = strncmp(what, "--", DASHES) == 0;
		char *value = lines[i] + DASHES;

		memcpy(lines[i], "--", DASHES);
		(void)snprintf(question, sizeof question,
		    "%s: ", maybe ? what + DASHES : what);
		if (!ask(p, value, question))
			return false;
		if (*value == '\0' && !maybe) {
			(void)puts("given up, nothing was done");
			return false;
		}
		if (*value != '\0')
			words[(*n)++] = maybe ? lines[i] : value;
		if (i == 0)
			show_first(p, item, value);
	}
	return true;
}

static bool
is_sure(struct plain *p, size_t item)
{
	char line[LINE + 1], question[200];

	if (*menu[item].sure == '\0')
		return true;
	(void)snprintf(question, sizeof question,
	    "%s: %s. Type yes to do it: ", menu[item].title, menu[item].sure);
	if (ask(p, line, question) && strcmp(line, "yes") == 0)
		return true;
	(void)puts("nothing was done");
	return false;
}

static void
do_item(struct plain *p, size_t item)
{
	char command[80], lines[ASKS][DASHES + LINE + 1], *words[WORDS_MOST];
	int n;

	(void)snprintf(command, sizeof command, "%s", menu[item].command);
	n = words_split(command, words);
	if (gather(p, item, lines, words, &n) && is_sure(p, item))
		do_words(p, words, (size_t)n);
}

static void
do_line(struct plain *p, char *line)
{
	char *words[WORDS_MOST], *end;
	unsigned long item = strtoul(line, &end, 10);
	int n;

	if (end != line && *end == '\0' && item >= 1 && item <= ITEMS) {
		do_item(p, item - 1);
		return;
	}
	n = words_split(line, words);
	if (n == -1)
		(void)talk_complain(CONSOLE_USAGE, "too many words",
		    "or a quote is not closed");
	else if (n > 0 && (*words[0] == '?' || strcmp(words[0], "help") == 0))
		show_menu();
	else if (n > 0)
		do_words(p, words, (size_t)n);
}

/* ---- begin and end */

static void
converse(struct plain *p)
{
	char line[LINE + 1];

	while (ask(p, line, "socks5> ")) {
		if (strcmp(line, "q") == 0 || strcmp(line, "quit") == 0 ||
		    strcmp(line, "exit") == 0)
			return;
		do_line(p, line);
	}
	(void)putchar('\n');
}

static bool
open_events(struct plain *p)
{
	static const struct timeval often = { .tv_sec = WATCH_S };

	p->input = event_new(
	    p->talk.base, STDIN_FILENO, EV_READ | EV_PERSIST, on_input, p);
	p->watch = event_new(p->talk.base, -1, EV_PERSIST, on_watch, p);
	return p->input != NULL && p->watch != NULL &&
	       event_add(p->input, NULL) == 0 &&
	       event_add(p->watch, &often) == 0;
}

int
plain_run(struct console_options *o)
{
	struct plain *p = calloc(1, sizeof *p);
	int status = talk_password(o);

	if (status != CONSOLE_OK || p == NULL) {
		free(p);
		return status;
	}
	p->rows.printer = plain_printer;
	p->rows.printer.secret = take_secret;
	p->echoed = isatty(STDIN_FILENO) == 1;
	p->ends = o->no_reconnect;
	status = talk_open(&p->talk, o);
	p->talk.changed = on_changed;
	p->talk.told = on_told;
	p->talk.arg = p;
	if (status == CONSOLE_OK && open_events(p)) {
		(void)printf("Connected to %s%s%s. ? shows what can be done.\n",
		    o->user, *o->user != '\0' ? "@" : "", o->endpoint);
		subscribe(p);
		on_watch(-1, 0, p);
		converse(p);
		status = p->over ? CONSOLE_LOST : CONSOLE_OK;
	}
	if (p->input != NULL)
		event_free(p->input);
	if (p->watch != NULL)
		event_free(p->watch);
	talk_close(&p->talk);
	free(p);
	return status;
}

/* ---- one command */

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
