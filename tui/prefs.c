#include "tui/prefs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/columns.h"

const struct pref_row pref_rows[PREF_COUNT] = {
#define PREF(id, key, words, least, most, otherwise, meaning) \
	{ key, words, meaning, least, most, otherwise },
#include "tui/prefs.def"
};

/* The place of a word in a list; -1: it is not there. */
static int
find_word(const char *list, const char *word)
{
	size_t len = strlen(word), n;

	for (int i = 0; *list != '\0'; i++) {
		n = strcspn(list, " ");
		if (n == len && memcmp(list, word, n) == 0)
			return i;
		list += n;
		list += *list == ' ';
	}
	return -1;
}

bool
prefs_is_set(enum pref_id id)
{
	return *pref_rows[id].words != '\0' && pref_rows[id].most == PREFS_SET;
}

/* "up,down" as bits; "none" has none. */
static bool
take_set(const char *list, const char *value, unsigned *set)
{
	char word[32];
	unsigned all = 0;
	int i;

	if (strcmp(value, "none") == 0)
		value = "";
	while (*value != '\0') {
		size_t n = strcspn(value, ",");

		(void)snprintf(word, sizeof word, "%.*s", (int)n, value);
		i = find_word(list, word);
		if (n >= sizeof word || i < 0)
			return false;
		all |= 1u << i;
		value += n + (value[n] == ',');
	}
	*set = all;
	return true;
}

bool
prefs_set(struct prefs *p, enum pref_id id, const char *value)
{
	char *end;
	double s;
	int i;

	if (prefs_is_set(id))
		return take_set(pref_rows[id].words, value, &p->value[id]);
	if (*pref_rows[id].words != '\0') {
		i = find_word(pref_rows[id].words, value);
		if (i >= 0)
			p->value[id] = (unsigned)i;
		return i >= 0;
	}
	s = strtod(value, &end);
	if (end == value || *end != '\0' ||
	    !(s * 1000 >= pref_rows[id].least) ||
	    !(s * 1000 <= pref_rows[id].most))
		return false;
	p->value[id] = (unsigned)(s * 1000 + 0.5);
	return true;
}

const char *
prefs_words(enum pref_id id)
{
	static char text[120];

	if (*pref_rows[id].words == '\0')
		(void)snprintf(text, sizeof text,
		    "is not between %g and %g seconds",
		    pref_rows[id].least / 1000.0, pref_rows[id].most / 1000.0);
	else
		(void)snprintf(text, sizeof text,
		    prefs_is_set(id) ? "has a word that is none of: %s"
				     : "is none of: %s",
		    pref_rows[id].words);
	return text;
}

unsigned
prefs_step(enum pref_id id, unsigned value, int by)
{
	const char *word = pref_rows[id].words;
	int n = 1;

	while (*(word += strcspn(word, " ")) != '\0' && *++word != '\0')
		n++;
	return (unsigned)(((int)value + by + n) % n);
}

const char *
prefs_word(char text[PREFS_WORD], enum pref_id id, unsigned value)
{
	const char *word = pref_rows[id].words;

	if (*word == '\0') {
		(void)snprintf(text, PREFS_WORD, "%g s", value / 1000.0);
		return text;
	}
	for (; value > 0 && *word != '\0'; value--)
		word += strcspn(word, " ") + 1;
	(void)snprintf(text, PREFS_WORD, "%.*s", (int)strcspn(word, " "), word);
	return text;
}

bool
prefs_same(const struct prefs *a, const struct prefs *b)
{
	return memcmp(a, b, sizeof *a) == 0;
}

void
prefs_apply(const struct prefs *p, struct model *m)
{
	m->interval_ms = p->value[PREF_INTERVAL];
	m->window = p->value[PREF_WINDOW];
	m->logarithmic = p->value[PREF_SCALE] != 0;
	m->mouse = p->value[PREF_MOUSE] != 0;
	m->hidden = p->value[PREF_HIDE];
	m->theme = p->value[PREF_THEME];
	m->glyphs = p->value[PREF_GLYPHS];
}

void
prefs_take(struct prefs *p, const struct model *m)
{
	p->value[PREF_INTERVAL] = m->interval_ms;
	p->value[PREF_WINDOW] = m->window;
	p->value[PREF_SCALE] = m->logarithmic;
	p->value[PREF_MOUSE] = m->mouse;
	p->value[PREF_HIDE] = m->hidden;
	p->value[PREF_THEME] = m->theme;
	p->value[PREF_GLYPHS] = m->glyphs;
}
