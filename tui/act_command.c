#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/act.h"

/* ---- what can be typed: verbs with words behind, and all that has a key */

enum verb {
	VERB_SET,
	VERB_UNSET,
	VERB_USER,
	VERB_SESSIONS,
	VERB_FILTER,
	VERB_SEARCH,
	VERB_INTERVAL,
	VERBS,
};

static const struct {
	const char *word, *rest;
} verbs[VERBS] = {
	[VERB_SET] = { "set", "NAME VALUE" },
	[VERB_UNSET] = { "unset", "NAME" },
	[VERB_USER] = { "user", "NAME" },
	[VERB_SESSIONS] = { "sessions-of", "USER" },
	[VERB_FILTER] = { "filter", "TEXT" },
	[VERB_SEARCH] = { "search", "TEXT" },
	[VERB_INTERVAL] = { "interval", "SECONDS" },
};

/* Does a word fit what was typed: at its begin, or else anywhere in it? */
static bool
fits(const char *word, const char *typed, bool anywhere)
{
	bool begins = strncmp(word, typed, strlen(typed)) == 0;

	return anywhere ? !begins && strstr(word, typed) != NULL : begins;
}

static bool
candidate_of(const struct model *m, const char *typed, bool anywhere, int *n,
    char out[COMMAND_WORD])
{
	for (int i = 0; i < VERBS; i++) {
		(void)snprintf(out, COMMAND_WORD, "%s", verbs[i].word);
		if (fits(out, typed, anywhere) && (*n)-- == 0)
			return true;
	}
	for (size_t i = 0; i < keys_count; i++) {
		if ((keys_rows[i].where & act_where(m->view)) == 0)
			continue;
		keys_word(out, &keys_rows[i]);
		if (fits(out, typed, anywhere) && (*n)-- == 0)
			return true;
	}
	return false;
}

/* The n-th word, those that begin so first; false: there are no more. */
static bool
candidate(
    const struct model *m, const char *typed, int n, char out[COMMAND_WORD])
{
	return candidate_of(m, typed, false, &n, out) ||
	       candidate_of(m, typed, true, &n, out);
}

/* The same of what follows a verb: settings and users. */
static bool
argument(const struct model *m, enum verb verb, const char *begin, int n,
    char out[COMMAND_WORD])
{
	size_t len = strlen(begin);

	for (size_t i = 0; verb <= VERB_UNSET && i < m->settings.n; i++)
		if (strncmp(m->settings.all[i].key, begin, len) == 0 &&
		    n-- == 0) {
			(void)snprintf(
			    out, COMMAND_WORD, "%s", m->settings.all[i].key);
			return true;
		}
	for (size_t i = 0; (verb == VERB_USER || verb == VERB_SESSIONS) &&
			   i < m->users.page.n;
	     i++)
		if (strncmp(m->users.page.all[i].shown, begin, len) == 0 &&
		    n-- == 0) {
			(void)snprintf(out, COMMAND_WORD, "%.47s",
			    m->users.page.all[i].shown);
			return true;
		}
	return false;
}

static enum verb
verb_of(const char *text, const char **rest)
{
	for (int i = 0; i < VERBS; i++) {
		size_t len = strlen(verbs[i].word);

		if (strncmp(verbs[i].word, text, len) == 0 &&
		    text[len] == ' ') {
			*rest = text + len + 1;
			return (enum verb)i;
		}
	}
	return VERBS;
}

bool
command_candidate(
    const struct model *m, const char *text, int n, char out[COMMAND_WORD])
{
	const char *rest;
	enum verb verb = verb_of(text, &rest);

	if (verb == VERBS)
		return strchr(text, ' ') == NULL && candidate(m, text, n, out);
	return strchr(rest, ' ') == NULL && argument(m, verb, rest, n, out);
}

/* As much as all candidates have in common; a blank behind the only one. */
void
command_complete(struct model *m)
{
	struct field *f = &m->form.fields[0];
	char first[COMMAND_WORD], other[COMMAND_WORD], text[FIELD_MOST + 1];
	const char *rest = f->text;
	size_t common;
	int n = 1;

	(void)verb_of(f->text, &rest);
	if (!command_candidate(m, f->text, 0, first))
		return;
	common = strlen(first);
	for (; command_candidate(m, f->text, n, other); n++)
		for (size_t i = 0; i < common; i++)
			if (first[i] != other[i])
				common = i;
	if (common < strlen(rest)) /* some only contain it */
		return;
	(void)snprintf(text, sizeof text, "%.*s%.*s%s", (int)(rest - f->text),
	    f->text, (int)common, first, n == 1 ? " " : "");
	field_set(f, text);
}

/* ---- doing */

static void
set(struct model *m, const char *rest, struct effects *fx)
{
	char key[SETTINGS_KEY], why[64];
	size_t len = strcspn(rest, " ");
	const char *value = rest + len + strspn(rest + len, " ");
	struct setting *s;

	(void)snprintf(key, sizeof key, "%.*s", (int)len, rest);
	s = settings_find(&m->settings, key);
	if (s == NULL) {
		model_say(m, LEVEL_BAD, "\"%s\" is no setting.", key);
		return;
	}
	if (!settings_check(s, value, why, sizeof why)) {
		model_say(
		    m, LEVEL_BAD, "%s: \"%s\": want %s.", key, value, why);
		return;
	}
	act_setting_stage(m, s, value);
	m->applied = 0;
	if (s->staged)
		(void)act_setting_apply(m, s, fx);
}

static void
unset(struct model *m, const char *key, struct effects *fx)
{
	struct setting *s = settings_find(&m->settings, key);

	if (s == NULL) {
		model_say(m, LEVEL_BAD, "\"%s\" is no setting.", key);
		return;
	}
	act_setting_default(m, s);
	m->applied = 0;
	if (s->staged)
		(void)act_setting_apply(m, s, fx);
}

static void
go_user(struct model *m, const char *name)
{
	struct list *l = &m->lists[VIEW_USERS];

	l->filter[0] = '\0';
	layout_text_set(&l->name, name, strlen(name));
	l->moved = true;
	if (users_find(&m->users, &l->name) == NULL)
		model_say(m, LEVEL_BAD, "There is no user \"%s\".", name);
	act_go(m, VIEW_USERS);
	rows_arrange(m, VIEW_USERS);
}

static void
interval(struct model *m, const char *text)
{
	double s = strtod(text, NULL);

	if (!(s >= 0.2 && s <= 60)) {
		model_say(
		    m, LEVEL_BAD, "interval \"%s\": 0.2 to 60 seconds.", text);
		return;
	}
	m->interval_ms = (unsigned)(s * 1000 + 0.5);
	m->poll_at = m->now + m->interval_ms;
}

static void
do_verb(struct model *m, enum verb verb, const char *rest, struct effects *fx)
{
	struct list *l = &m->lists[m->view];

	switch (verb) {
	case VERB_SET:
		set(m, rest, fx);
		break;
	case VERB_UNSET:
		unset(m, rest, fx);
		break;
	case VERB_USER:
		go_user(m, rest);
		break;
	case VERB_SESSIONS:
		act_sessions_of(m, rest);
		break;
	case VERB_FILTER:
		(void)snprintf(l->filter, sizeof l->filter, "%.63s", rest);
		rows_arrange(m, m->view);
		break;
	case VERB_SEARCH:
		(void)snprintf(l->search, sizeof l->search, "%.63s", rest);
		rows_search(m, 1, true);
		break;
	case VERB_INTERVAL:
		interval(m, rest);
		break;
	case VERBS:
		break;
	}
}

void
command_do(struct model *m, const char *typed, struct effects *fx)
{
	char text[FIELD_MOST + 1], word[COMMAND_WORD];
	const char *rest;
	size_t len;
	enum verb verb;

	(void)snprintf(text, sizeof text, "%s", typed);
	for (len = strlen(text); len > 0 && text[len - 1] == ' ';)
		text[--len] = '\0';
	(void)snprintf(m->command_last, sizeof m->command_last, "%s", text);
	verb = verb_of(text, &rest);
	if (verb != VERBS) {
		do_verb(m, verb, rest, fx);
		return;
	}
	for (size_t i = 0; i < keys_count; i++) {
		if ((keys_rows[i].where & act_where(m->view)) == 0)
			continue;
		keys_word(word, &keys_rows[i]);
		if (strcmp(word, text) == 0) {
			act_view(m, keys_rows[i].action, fx);
			return;
		}
	}
	if (text[0] != '\0')
		model_say(m, LEVEL_BAD,
		    "\"%.60s\" is no command; Tab shows what there is.", text);
}
