#include "tui/plain.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/text.h"
#include "ctl/password.h"
#include "ctl/words.h"
#include "tui/plain_news.h"
#include "tui/plain_rows.h"

enum { ASKS = 2, LINE = 1024, DASHES = 2 };

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
	struct plain_news news;
	struct event *input;
	char bytes[LINE + 1]; /* of standard input, not taken yet */
	size_t len;
	bool ended;  /* standard input has */
	bool echoed; /* a terminal shows what is typed */
};

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
	       p->len < LINE && !p->news.over)
		if (event_base_loop(p->talk.base, EVLOOP_ONCE) == -1)
			return false;
	if (p->news.over || (end == NULL && p->len == 0))
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

	(void)snprintf(p->news.prompt, sizeof p->news.prompt, "%s", question);
	(void)fputs(p->news.prompt, stdout);
	(void)fflush(stdout);
	p->news.prompting = true;
	there = next_line(p, line);
	p->news.prompting = false;
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
	p->news.over |= status == CONSOLE_LOST && p->news.ends;
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
open_input(struct plain *p)
{
	p->input = event_new(
	    p->talk.base, STDIN_FILENO, EV_READ | EV_PERSIST, on_input, p);
	return p->input != NULL && event_add(p->input, NULL) == 0;
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
	status = talk_open(&p->talk, o);
	if (status == CONSOLE_OK && open_input(p) &&
	    plain_news_open(&p->news, &p->talk, o->no_reconnect)) {
		(void)printf("Connected to %s%s%s. ? shows what can be done.\n",
		    o->user, *o->user != '\0' ? "@" : "", o->endpoint);
		converse(p);
		status = p->news.over ? CONSOLE_LOST : CONSOLE_OK;
	}
	if (p->input != NULL)
		event_free(p->input);
	plain_news_close(&p->news);
	talk_close(&p->talk);
	free(p);
	return status;
}
