#include "ctl/complete.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "ctl/complete_ask.h"
#include "ctl/complete_shell.h"
#include "ctl/job.h"
#include "ctl/words.h"

enum { SEEN_MOST = 256 };

/* The command line so far. */
struct typed {
	struct options options;
	char **words; /* of the command, before the last word */
	size_t n;
	const char *last; /* what is there of the word being typed; "" */
	char seen[SEEN_MOST][64]; /* first words told already */
	size_t nseen;
};

/* ---- candidates */

/* One, if it goes on what was typed. Nothing that a terminal would obey. */
static void
put(const struct typed *t, const char *word, const char *help)
{
	if (strncmp(word, t->last, strlen(t->last)) != 0 ||
	    !text_is_name(word, strlen(word)))
		return;
	printf(*help == '\0' ? "%s\n" : "%s\t%s\n", word, help);
}

/* "red green" or "red|green": each of them. */
static void
put_each(const struct typed *t, const char *words, const char *before)
{
	char word[80];
	size_t len;

	for (; *words != '\0'; words += len + (words[len] != '\0')) {
		len = strcspn(words, " |");
		(void)snprintf(
		    word, sizeof word, "%s%.*s", before, (int)len, words);
		put(t, word, "");
	}
}

static void
put_once(struct typed *t, const char *word, size_t len, const char *help)
{
	char whole[sizeof *t->seen];

	(void)snprintf(whole, sizeof whole, "%.*s", (int)len, word);
	for (size_t i = 0; i < t->nseen; i++)
		if (strcmp(t->seen[i], whole) == 0)
			return;
	if (t->nseen == SEEN_MOST)
		return;
	memcpy(t->seen[t->nseen++], whole, sizeof whole);
	put(t, whole, help);
}

/* ---- words of commands */

/* The next of a row's words, if what was typed are the ones before it. */
static void
put_next(struct typed *t, const char *row, const char *help)
{
	size_t len;

	for (size_t i = 0; i < t->n; i++) {
		len = strcspn(row, " ");
		if (row[len] == '\0' || strlen(t->words[i]) != len ||
		    memcmp(row, t->words[i], len) != 0)
			return;
		row += len + 1;
	}
	len = strcspn(row, " ");
	if (len > 0)
		put_once(t, row, len, row[len] == '\0' ? help : "");
}

static void
put_words(struct typed *t, enum admin_form form)
{
	for (unsigned i = 0; i < ADMIN_COMMANDS; i++)
		if (words_form_has(form, (enum admin_id)i))
			put_next(
			    t, admin_commands[i].words, admin_commands[i].help);
	for (size_t i = 0; i < admin_nshorts; i++)
		if (words_form_has(form, admin_shorts[i].id))
			put_next(
			    t, admin_shorts[i].words, admin_shorts[i].help);
	put_next(t, "ping", "measure a round trip");
	put_next(t, "watch", "a command again and again");
	put_next(t, "help", "all commands, or some in full");
	put_next(t, "completion", "for a shell");
}

/* ---- values */

/* A row of the list that has them, and which field it is. */
struct values {
	struct typed *t;
	const struct layout_field *field;
};

static void
put_row(const void *row, void *arg)
{
	const struct values *v = arg;
	char text[LAYOUT_PRINT];

	(void)layout_print(v->field, row, text, sizeof text);
	put(v->t, text, "");
}

static bool
same_first_word(const char *a, const char *b)
{
	size_t len = strcspn(a, " ");

	return strcspn(b, " ") == len && memcmp(a, b, len) == 0;
}

/*
 * How well a list's rows name what a field wants: the list is that command
 * itself ("get KEY"), of the same group ("user show NAME", "user list"), of a
 * group with the field's name ("session list USER"), of the same meaning, or
 * has only a field of that name.
 */
static int
fit_of(const struct admin_command *list, const struct admin_command *c,
    const struct layout_field *f)
{
	const struct layout_field *key = list->answer->fields;

	if (!list->many)
		return 0;
	if (strcmp(key->name, f->name) != 0)
		return same_first_word(list->words, f->name) ? 3 : 0;
	if (list == c)
		return 5;
	if (same_first_word(list->words, c->words))
		return 4;
	return strcmp(key->help, f->help) == 0 ? 2 : 1;
}

static enum admin_id
list_of(const struct admin_command *c, const struct layout_field *f)
{
	unsigned best = ADMIN_COMMANDS;
	int most = 0, fit;

	for (unsigned i = 0; i < ADMIN_COMMANDS; i++) {
		if (!words_form_has(ADMIN_EXTENDED, (enum admin_id)i))
			continue;
		fit = fit_of(&admin_commands[i], c, f);
		if (fit > most) {
			most = fit;
			best = i;
		}
	}
	return (enum admin_id)best;
}

static void
put_listed(struct typed *t, const struct admin_command *c,
    const struct layout_field *f)
{
	union admin_request all = { 0 };
	enum admin_id list = list_of(c, f);
	struct values v = { .t = t };

	if (list == ADMIN_COMMANDS)
		return;
	v.field = admin_commands[list].answer->fields;
	complete_ask(&t->options, list, &all, put_row, &v);
}

/* A setting's form tells its words: auto|yes|no. */
static void
put_form(const void *row, void *arg)
{
	const struct admin_setting *setting = row;

	if (strchr(setting->form.bytes, '|') != NULL &&
	    strpbrk(setting->form.bytes, "ABCDEFGHIJKLMNOPQRSTUVWXYZ*") == NULL)
		put_each(arg, setting->form.bytes, "");
}

static void
put_setting_value(struct typed *t, const char *key)
{
	struct admin_setting_page page = { 0 };

	layout_text_set(&page.key, key, strlen(key) < 255 ? strlen(key) : 255);
	complete_ask(&t->options, ADMIN_get, &page, put_form, t);
}

static void
put_values(struct typed *t, const struct admin_command *c,
    const struct layout_field *f)
{
	if (f->kind == LAYOUT_FLAG)
		put_each(t, "yes no", "");
	else if (f->kind == LAYOUT_CHOICE)
		put_each(t, f->unit, "");
	else if (c->request == &admin_setting_value && f != c->request->fields)
		put_setting_value(t, t->words[t->n - 1]);
	else if (f == c->request->fields || f->given != LAYOUT_WORD)
		put_listed(t, c, f);
}

static void
put_options(const struct typed *t, const struct layout *request)
{
	const struct layout_field *f = request->fields;
	char option[80];

	for (size_t i = 0; i < request->nfields; i++, f++) {
		if (f->given != LAYOUT_OPTION && f->given != LAYOUT_NAMED)
			continue;
		if (f->given == LAYOUT_OPTION && f->kind == LAYOUT_CHOICE) {
			put_each(t, f->unit, "--");
			continue;
		}
		(void)snprintf(option, sizeof option, "--%s", f->name);
		put(t, option, f->help);
	}
}

/* The field whose value follows that option; NULL: none, or it is no option. */
static const struct layout_field *
named_by(const struct layout *request, const char *word)
{
	const struct layout_field *f = request->fields;

	if (strncmp(word, "--", 2) != 0)
		return NULL;
	for (size_t i = 0; i < request->nfields; i++, f++)
		if ((f->given == LAYOUT_NAMED || f->given == LAYOUT_OPTION) &&
		    strcmp(f->name, word + 2) == 0)
			return f;
	return NULL;
}

/* What follows the words of a command: the next field, or its options. */
static void
put_fields(struct typed *t, const struct words_found *found)
{
	const struct admin_command *c = &admin_commands[found->id];
	size_t given = found->value != NULL;

	for (size_t i = found->used; i < t->n; i++) {
		const struct layout_field *f =
		    named_by(c->request, t->words[i]);

		if (f != NULL && i + 1 == t->n) {
			put_values(t, c, f);
			return;
		}
		i += f != NULL;
		given += strncmp(t->words[i], "--", 2) != 0 && f == NULL;
	}
	if (*t->last == '-')
		put_options(t, c->request);
	for (size_t i = 0; i < c->request->nfields; i++) {
		const struct layout_field *f = &c->request->fields[i];

		if (f->given != LAYOUT_WORD && f->given != LAYOUT_MAYBE)
			continue;
		if (given-- == 0) {
			put_values(t, c, f);
			return;
		}
	}
}

static void
put_command(struct typed *t)
{
	enum admin_form form = options_form(&t->options);
	struct words_found found;

	if (t->n > 0 && (strcmp(t->words[0], "watch") == 0 ||
			    strcmp(t->words[0], "help") == 0)) {
		t->words++;
		t->n--;
		if (t->n > 0 &&
		    strspn(t->words[0], "0123456789.") == strlen(t->words[0])) {
			t->words++;
			t->n--;
		}
	}
	if (t->n == 1 && strcmp(t->words[0], "completion") == 0)
		put_each(t, "bash zsh", "");
	put_words(t, form);
	found = words_find(t->words, t->n, form);
	if (found.used == 0 && form == ADMIN_EXTENDED)
		found = words_find(t->words, t->n, ADMIN_BASE);
	if (found.used > 0)
		put_fields(t, &found);
}

/* ---- options of the program */

static void
put_program_options(const struct typed *t)
{
	char option[40];

	for (const struct option *o = options_known; o->name != NULL; o++) {
		(void)snprintf(option, sizeof option, "--%s", o->name);
		put(t, option, "");
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
put_option_value(const struct typed *t, int option)
{
	if (option == 'P' || option == 'T')
		puts("/");
	else if (option == 's')
		put_each(t, "unix: sctp: tcp:", "");
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
	struct typed t = { 0 };
	int n = split(line, words), option, status;

	if (n < 2)
		return;
	t.last = words[--n];
	words[n] = NULL;
	option = open_option(words, n);
	if (option != 0) {
		put_option_value(&t, option);
		return;
	}
	optind = 0; /* begin anew */
	opterr = 0;
	status = options_read(&t.options, n, words);
	t.words = words + optind;
	t.n = (size_t)(n - optind);
	if (status == -1 && t.n == 0 && *t.last == '-')
		put_program_options(&t);
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
