#include "ctl/next.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

/* ---- candidates */

/* Nothing that a terminal would obey. */
void
next_put(struct next *t, const char *word, const char *help)
{
	if (strncmp(word, t->last, strlen(t->last)) == 0 &&
	    text_is_name(word, strlen(word)))
		t->put(t, word, help);
}

void
next_put_each(struct next *t, const char *words, const char *before)
{
	char word[NEXT_WORD];
	size_t len;

	for (; *words != '\0'; words += len + (words[len] != '\0')) {
		len = strcspn(words, " |");
		(void)snprintf(
		    word, sizeof word, "%s%.*s", before, (int)len, words);
		next_put(t, word, "");
	}
}

static void
put_once(struct next *t, const char *word, size_t len, const char *help)
{
	char whole[sizeof *t->seen];

	(void)snprintf(whole, sizeof whole, "%.*s", (int)len, word);
	for (size_t i = 0; i < t->nseen; i++)
		if (strcmp(t->seen[i], whole) == 0)
			return;
	if (t->nseen == NEXT_SEEN)
		return;
	memcpy(t->seen[t->nseen++], whole, sizeof whole);
	next_put(t, whole, help);
}

/* ---- words of commands */

/* The next of a row's words, if what was typed are the ones before it. */
static void
put_next(struct next *t, const char *row, const char *help)
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
put_words(struct next *t)
{
	for (unsigned i = 0; i < ADMIN_COMMANDS; i++)
		if (words_form_has(t->form, (enum admin_id)i))
			put_next(
			    t, admin_commands[i].words, admin_commands[i].help);
	for (size_t i = 0; i < admin_nshorts; i++)
		if (words_form_has(t->form, admin_shorts[i].id))
			put_next(
			    t, admin_shorts[i].words, admin_shorts[i].help);
	put_next(t, "ping", "measure a round trip");
}

/* ---- values */

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
put_listed(
    struct next *t, const struct admin_command *c, const struct layout_field *f)
{
	union admin_request all = { 0 };
	enum admin_id list = list_of(c, f);

	if (list == ADMIN_COMMANDS || t->list == NULL)
		return;
	t->key = admin_commands[list].answer->fields;
	t->list(t, list, &all);
}

/* A setting's form tells its words: auto|yes|no. */
static void
put_form(struct next *t, const struct admin_setting *setting)
{
	if (strchr(setting->form.bytes, '|') != NULL &&
	    strpbrk(setting->form.bytes, "ABCDEFGHIJKLMNOPQRSTUVWXYZ*") == NULL)
		next_put_each(t, setting->form.bytes, "");
}

static void
put_setting_value(struct next *t, const char *key)
{
	struct admin_setting_page page = { 0 };

	layout_text_set(&page.key, key, strlen(key) < 255 ? strlen(key) : 255);
	t->key = NULL;
	if (t->list != NULL)
		t->list(t, ADMIN_get, &page);
}

void
next_row(struct next *t, const void *row)
{
	char text[LAYOUT_PRINT];

	if (t->key == NULL) {
		put_form(t, row);
		return;
	}
	if (t->key->kind == LAYOUT_TEXT) { /* as it is typed, no escapes */
		next_put(t,
		    (const char *)row + t->key->offset +
			offsetof(struct layout_text, bytes),
		    "");
		return;
	}
	(void)layout_print(t->key, row, text, sizeof text);
	next_put(t, text, "");
}

static void
put_values(
    struct next *t, const struct admin_command *c, const struct layout_field *f)
{
	t->field = f;
	if (f->kind == LAYOUT_FLAG)
		next_put_each(t, "yes no", "");
	else if (f->kind == LAYOUT_CHOICE ||
		 (f->kind == LAYOUT_TEXT && *f->unit != '\0'))
		next_put_each(t, f->unit, "");
	else if (c->request == &admin_setting_value && f != c->request->fields)
		put_setting_value(t, t->words[t->n - 1]);
	else if (f == c->request->fields || f->given != LAYOUT_WORD)
		put_listed(t, c, f);
}

static void
put_options(struct next *t, const struct layout *request)
{
	const struct layout_field *f = request->fields;
	char option[NEXT_WORD];

	for (size_t i = 0; i < request->nfields; i++, f++) {
		if (f->given != LAYOUT_OPTION && f->given != LAYOUT_NAMED)
			continue;
		if (f->given == LAYOUT_OPTION && f->kind == LAYOUT_CHOICE) {
			next_put_each(t, f->unit, "--");
			continue;
		}
		(void)snprintf(option, sizeof option, "--%s", f->name);
		next_put(t, option, f->help);
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

/* The field that the word with this number fills, or NULL. */
static const struct layout_field *
field_of(const struct layout *request, size_t given)
{
	const struct layout_field *f = request->fields;

	for (size_t i = 0; i < request->nfields; i++, f++)
		if (f->given == LAYOUT_REST ||
		    ((f->given == LAYOUT_WORD || f->given == LAYOUT_MAYBE) &&
			given-- == 0))
			return f;
	return NULL;
}

/* What follows the words of a command: the next field, or its options. */
static void
put_fields(struct next *t, const struct words_found *found)
{
	const struct admin_command *c = &admin_commands[found->id];
	const struct layout_field *f;
	size_t given = found->value != NULL;

	for (size_t i = found->used; i < t->n; i++) {
		f = named_by(c->request, t->words[i]);
		if (f != NULL && i + 1 == t->n) {
			put_values(t, c, f);
			return;
		}
		i += f != NULL;
		given += strncmp(t->words[i], "--", 2) != 0 && f == NULL;
	}
	if (*t->last == '-')
		put_options(t, c->request);
	f = field_of(c->request, given);
	if (f != NULL)
		put_values(t, c, f);
}

void
next_words(struct next *t)
{
	struct words_found found;

	put_words(t);
	found = words_find(t->words, t->n, t->form);
	if (found.used == 0 && t->form == ADMIN_EXTENDED)
		found = words_find(t->words, t->n, ADMIN_BASE);
	if (found.used > 0)
		put_fields(t, &found);
}
