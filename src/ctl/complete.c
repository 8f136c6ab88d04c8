#include "ctl/complete.h"

#include <stdlib.h>
#include <string.h>

#include "ctl/complete_ask.h"
#include "ctl/complete_shell.h"
#include "ctl/next.h"
#include "ctl/options.h"

/* The command line so far. */
struct typed {
	struct next next;
	struct options options;
};

/* ---- candidates */

static void
put(struct next *next, const char *word, const char *help)
{
	(void)next;
	printf(*help == '\0' ? "%s\n" : "%s\t%s\n", word, help);
}

static void
on_row(const void *row, void *arg)
{
	next_row(arg, row);
}

static void
ask(struct next *next, enum admin_id list, const void *request)
{
	struct typed *t = (struct typed *)next;

	complete_ask(&t->options, list, request, on_row, next);
}

/* "watch 5 user list": the command behind it is what matters. */
static void
pass_over(struct next *t)
{
	if (t->n == 0 || (strcmp(t->words[0], "watch") != 0 &&
			     strcmp(t->words[0], "help") != 0))
		return;
	t->words++;
	t->n--;
	if (t->n > 0 &&
	    strspn(t->words[0], "0123456789.") == strlen(t->words[0])) {
		t->words++;
		t->n--;
	}
}

static void
put_command(struct typed *t)
{
	struct next *next = &t->next;

	next->form = options_form(&t->options);
	pass_over(next);
	if (next->n == 1 && strcmp(next->words[0], "completion") == 0)
		next_put_each(next, "bash zsh", "");
	next_words(next);
	if (next->n > 0)
		return;
	next_put(next, "watch", "a command again and again");
	next_put(next, "help", "all commands, or some in full");
	next_put(next, "completion", "for a shell");
}

/* ---- options of the program */

static void
put_program_options(struct next *t)
{
	char option[40];

	for (const struct option *o = options_known; o->name != NULL; o++) {
		(void)snprintf(option, sizeof option, "--%s", o->name);
		next_put(t, option, "");
	}
}

/* The option whose value is being typed, or 0. */
static int
waiting_option(const char *word)
{
	for (const struct option *o = options_known; o->name != NULL; o++)
		if (o->has_arg == required_argument &&
		    ((word[0] == '-' && word[1] == o->val && word[2] == '\0') ||
			(strncmp(word, "--", 2) == 0 &&
			    strcmp(word + 2, o->name) == 0)))
			return o->val;
	return strcmp(word, "-e") == 0 ? 'e' : 0;
}

static void
put_option_value(struct next *t, int option)
{
	if (option == 'P' || option == 'T')
		puts("/");
	else if (option == 's')
		next_put_each(t, "unix: sctp: tcp:", "");
}

/* The option of the program that waits for the word behind these, or 0: what
 * stands behind a command's first word is the command's. */
static int
open_option(char *const words[], int n)
{
	int option = 0;

	for (int i = 1; i < n; i++)
		if (option != 0)
			option = 0;
		else if (*words[i] == '-')
			option = waiting_option(words[i]);
		else
			return 0;
	return option;
}

/* Words with their quotes taken off; a blank at the end begins another. */
static int
split(char *line, char *words[WORDS_MOST + 1])
{
	size_t len = strlen(line);
	bool ended = len == 0 || strchr(" \t", line[len - 1]) != NULL;
	int n = words_split(line, words);

	if (n == -1 || (ended && n == WORDS_MOST))
		return -1;
	if (ended)
		words[n++] = (char *)"";
	return n;
}

static void
complete_line(char *line)
{
	char *words[WORDS_MOST + 2];
	struct typed t = { .next = { .put = put, .list = ask } };
	int n = split(line, words), option, status;

	if (n < 2)
		return;
	t.next.last = words[--n];
	words[n] = NULL;
	option = open_option(words, n);
	if (option != 0) {
		put_option_value(&t.next, option);
		return;
	}
	optind = 0; /* begin anew */
	opterr = 0;
	status = options_read(&t.options, n, words);
	t.next.words = words + optind;
	t.next.n = (size_t)(n - optind);
	if (status == -1 && t.next.n == 0 && *t.next.last == '-')
		put_program_options(&t.next);
	else if (status == -1)
		put_command(&t);
	options_free(&t.options);
}

int
complete(int argc, char *argv[])
{
	if (argc == 2 && complete_shell(argv[1]))
		return EXIT_OK;
	if (argc != 3 || strcmp(argv[1], "line") != 0)
		return complain(
		    EXIT_USAGE, "completion", "for bash or for zsh?");
	complete_line(argv[2]);
	return EXIT_OK;
}
