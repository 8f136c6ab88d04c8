#include <stdio.h>
#include <string.h>

#include "base/closest.h"
#include "ctl/next.h"
#include "tui/act_command.h"

enum admin_form
command_form(const struct model *m)
{
	return m->link.extended ? ADMIN_EXTENDED : ADMIN_BASE;
}

/* ---- what could come next */

struct told {
	struct next next;
	const struct model *m;
	bool (*put)(const char *word, const char *help, void *arg);
	void *arg;
	bool full;
};

static void
put(struct next *next, const char *word, const char *help)
{
	struct told *t = (struct told *)next;
	if (!t->full)
		t->full = !t->put(word, help, t->arg);
}

/* The rows that the model has of a list, as far as next.c looks at them. */
static void
put_users(struct told *t)
{
	const struct users_page *page = &t->m->users.page;
	struct admin_account row = { 0 };

	for (size_t i = 0; i < page->n && !t->full; i++) {
		row.name = page->all[i].name;
		next_row(&t->next, &row);
	}
}

static void
put_sessions(struct told *t)
{
	const struct sessions *s = &t->m->sessions;
	struct admin_live row = { 0 };

	for (size_t i = 0; i < s->page.n && !t->full; i++) {
		row.id = s->page.all[i].id;
		next_row(&t->next, &row);
	}
}

static void
put_rules(struct told *t)
{
	struct admin_rule row = { 0 };

	for (size_t i = 0; i < t->m->rules.n && !t->full; i++) {
		row.id = t->m->rules.all[i].id;
		next_row(&t->next, &row);
	}
}

static void
put_settings(struct told *t, const struct layout_text *key)
{
	struct admin_setting row = { 0 };

	for (size_t i = 0; i < t->m->settings.n && !t->full; i++) {
		const struct setting *s = &t->m->settings.all[i];

		if (key->len > 0 && strcmp(s->key, key->bytes) != 0)
			continue;
		row.key = s->raw;
		layout_text_set(&row.form, s->form, strlen(s->form));
		next_row(&t->next, &row);
	}
}

static void
put_list(struct next *next, enum admin_id list, const void *request)
{
	struct told *t = (struct told *)next;
	const struct admin_setting_page *page = request;

	if (list == ADMIN_account_list)
		put_users(t);
	else if (list == ADMIN_session_list)
		put_sessions(t);
	else if (list == ADMIN_rule_list)
		put_rules(t);
	else if (list == ADMIN_get)
		put_settings(t, &page->key);
}

/* ---- words of the console */

/* Call each() with every one, until it says false. */
static void
own_words(const struct model *m,
    bool (*each)(const char *word, const char *help, void *arg), void *arg)
{
	char word[COMMAND_WORD];
	bool more = true;

	for (int i = 0; more && i < COMMAND_VERBS; i++)
		more = each(command_verbs[i].word, command_verbs[i].help, arg);
	for (int i = 0; more && i < VIEW_COUNT; i++) {
		if (!view_offered(m, (enum view)i))
			continue;
		(void)snprintf(word, sizeof word, "%s", view_names[i]);
		word[0] = (char)(word[0] | 0x20);
		more = each(word, "", arg);
	}
	for (size_t i = 0; more && i < keys_count; i++) {
		if ((keys_rows[i].where & act_where(m->view)) == 0 ||
		    !model_offers(m, keys_rows[i].action))
			continue;
		keys_word(word, &keys_rows[i]);
		more = each(word, keys_rows[i].help, arg);
	}
}

static bool
put_own(const char *word, const char *help, void *arg)
{
	struct told *t = arg;

	if (strncmp(word, t->next.last, strlen(t->next.last)) == 0)
		put(&t->next, word, help);
	return !t->full;
}

/* Those that do not begin so but contain it come last. */
static bool
put_containing(const char *word, const char *help, void *arg)
{
	struct told *t = arg;
	const char *at = strstr(word, t->next.last);

	if (at != NULL && at != word)
		put(&t->next, word, help);
	return !t->full;
}

/* The first word of the line takes a user's name, but is no command. */
static bool
is_of_user(const struct next *t)
{
	return t->n == 1 && (strcmp(t->words[0], "user") == 0 ||
				strcmp(t->words[0], "sessions-of") == 0);
}

static void
put_all(struct told *t)
{
	struct next *next = &t->next;

	if (next->n > 0 && strcmp(next->words[0], "help") == 0) {
		next->words++;
		next->n--;
	}
	next_words(next);
	if (next->n == 0) {
		own_words(t->m, put_own, t);
		if (*next->last != '\0')
			own_words(t->m, put_containing, t);
	} else if (is_of_user(next)) {
		next->key = admin_commands[ADMIN_account_list].answer->fields;
		put_users(t);
	}
}

const struct layout_field *
command_candidates(const struct model *m, const char *typed,
    bool (*put_word)(const char *word, const char *help, void *arg), void *arg)
{
	char text[FIELD_MOST + 2], *words[WORDS_MOST], quote[2] = "";
	struct told t = { .m = m, .put = put_word, .arg = arg };
	bool fresh = typed[words_last(typed, quote)] == '\0';
	int n;

	(void)snprintf(text, sizeof text, "%s%s", typed, quote);
	n = words_split(text, words);
	if (n < 0)
		return NULL;
	t.next.last = fresh ? "" : words[--n];
	t.next.words = words;
	t.next.n = (size_t)n;
	t.next.form = command_form(m);
	t.next.put = put;
	t.next.list = put_list;
	put_all(&t);
	return t.next.field;
}

/* ---- what is spelled much like it */

struct nearest {
	const char *typed;
	struct closest closest;
	char *own;
};

static bool
compare(const char *word, const char *help, void *arg)
{
	struct nearest *n = arg;

	(void)help;
	closest_try(&n->closest, n->typed, strlen(n->typed), word);
	if (n->closest.word == word) { /* which does not last */
		(void)snprintf(n->own, COMMAND_WORD, "%s", word);
		n->closest.word = n->own;
	}
	return true;
}

bool
command_nearest(const struct model *m, const char *word, char own[COMMAND_WORD])
{
	struct nearest n = { .typed = word, .own = own };

	own_words(m, compare, &n);
	return n.closest.word != NULL;
}

/* ---- editing the line */

/* What all candidates have in common. */
struct common {
	const char *typed; /* of the last word, without quotes */
	bool anywhere;     /* words that only contain it, too */
	char text[256];
	size_t len;
	int n;
};

/* Not into the midst of a character. */
static size_t
whole(const char *text, size_t len)
{
	while (len > 0 && (text[len] & 0xc0) == 0x80)
		len--;
	return len;
}

static bool
narrow(const char *word, const char *help, void *arg)
{
	struct common *c = arg;

	(void)help;
	if (!c->anywhere && strncmp(word, c->typed, strlen(c->typed)) != 0)
		return false; /* it only contains it, as all that follow */
	if (c->n++ == 0)
		c->len = (size_t)snprintf(c->text, sizeof c->text, "%s", word);
	for (size_t i = 0; i < c->len; i++)
		if (c->text[i] != word[i])
			c->len = i;
	c->len = whole(c->text, c->len);
	return true;
}

static void
gather(const struct model *m, const char *typed, struct common *c)
{
	(void)command_candidates(m, typed, narrow, c);
	c->anywhere = c->n == 0;
	if (c->anywhere)
		(void)command_candidates(m, typed, narrow, c);
}

void
command_complete(struct model *m)
{
	struct field *f = &m->form.fields[0];
	char text[FIELD_MOST + WORDS_QUOTED + 2], typed[FIELD_MOST + 2];
	char word[WORDS_QUOTED], *last[WORDS_MOST], quote[2] = "";
	size_t kept = words_last(f->text, quote);
	struct common c = { .typed = "" };
	bool stays;
	int n;

	(void)snprintf(typed, sizeof typed, "%s%s", f->text + kept, quote);
	if (words_split(typed, last) > 0)
		c.typed = last[0];
	gather(m, f->text, &c);
	if (c.n == 0 || c.len < strlen(c.typed))
		return;
	c.text[c.len] = '\0';
	(void)words_quote(word, c.text, c.n > 1);
	stays = c.n > 1 && *quote != '\0' && strcmp(word, c.text) == 0;
	n = snprintf(text, sizeof text, "%.*s%s%s%s", (int)kept, f->text,
	    stays ? quote : "", word, c.n == 1 ? " " : "");
	if (n <= FIELD_MOST)
		field_set(f, text);
}

void
command_remember(struct model *m, const char *line)
{
	unsigned at = (m->ncommands - 1) % COMMANDS_KEPT;

	if (m->ncommands == 0 || strcmp(m->commands[at], line) != 0)
		(void)snprintf(m->commands[m->ncommands++ % COMMANDS_KEPT],
		    sizeof *m->commands, "%s", line);
	m->recalled = 0;
}

void
command_recall(struct model *m)
{
	unsigned kept =
	    m->ncommands < COMMANDS_KEPT ? m->ncommands : COMMANDS_KEPT;

	if (kept == 0)
		return;
	m->recalled = m->recalled % kept + 1;
	field_set(&m->form.fields[0],
	    m->commands[(m->ncommands - m->recalled) % COMMANDS_KEPT]);
}
