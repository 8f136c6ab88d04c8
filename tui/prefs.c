#include "tui/prefs.h"

#include <stdlib.h>
#include <string.h>

#include "tui/own_file.h"

static const struct {
	const char *key, *words, *meaning;
	unsigned least, most, otherwise;
} rows[PREF_COUNT] = {
#define PREF(id, key, words, least, most, otherwise, meaning) \
	{ key, words, meaning, least, most, otherwise },
#include "tui/prefs.def"
};

static const char file_name[] = "preferences";

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
prefs_set(struct prefs *p, enum pref_id id, const char *value)
{
	char *end;
	double s;
	int i;

	if (*rows[id].words != '\0') {
		i = find_word(rows[id].words, value);
		if (i >= 0)
			p->value[id] = (unsigned)i;
		return i >= 0;
	}
	s = strtod(value, &end);
	if (end == value || *end != '\0' || !(s * 1000 >= rows[id].least) ||
	    !(s * 1000 <= rows[id].most))
		return false;
	p->value[id] = (unsigned)(s * 1000 + 0.5);
	return true;
}

const char *
prefs_words(enum pref_id id)
{
	static char text[80];

	if (*rows[id].words == '\0')
		(void)snprintf(text, sizeof text,
		    "is not between %g and %g seconds", rows[id].least / 1000.0,
		    rows[id].most / 1000.0);
	else
		(void)snprintf(
		    text, sizeof text, "is none of: %s", rows[id].words);
	return text;
}

static const char *
take(char *words[], size_t n, void *arg)
{
	static char wrong[200];

	for (unsigned i = 0; i < PREF_COUNT; i++) {
		if (strcmp(rows[i].key, words[0]) != 0)
			continue;
		if (n == 2 && prefs_set(arg, (enum pref_id)i, words[1]))
			return NULL;
		(void)snprintf(wrong, sizeof wrong, "%s: \"%.60s\" %s",
		    rows[i].key, n > 1 ? words[1] : "",
		    n > 2 ? "is followed by too much"
			  : prefs_words((enum pref_id)i));
		return wrong;
	}
	(void)snprintf(
	    wrong, sizeof wrong, "there is no preference \"%.60s\"", words[0]);
	return wrong;
}

void
prefs_load(struct prefs *p)
{
	for (unsigned i = 0; i < PREF_COUNT; i++)
		p->value[i] = rows[i].otherwise;
	(void)own_file_read(file_name, take, p);
}

static void
put(FILE *file, const void *arg)
{
	const struct prefs *p = arg;

	(void)fputs(
	    "# What socks5tui is like; it writes this when it ends.\n", file);
	for (unsigned i = 0; i < PREF_COUNT; i++) {
		const char *word = rows[i].words;

		(void)fprintf(file, "\n# %s", rows[i].meaning);
		if (*word != '\0')
			(void)fprintf(file, ": %s", word);
		(void)fprintf(file, "\n%s ", rows[i].key);
		if (*word == '\0') {
			(void)fprintf(file, "%g\n", p->value[i] / 1000.0);
			continue;
		}
		for (unsigned k = 0; k < p->value[i]; k++)
			word += strcspn(word, " ") + 1;
		(void)fprintf(file, "%.*s\n", (int)strcspn(word, " "), word);
	}
}

int
prefs_save(const struct prefs *p)
{
	return own_file_write(file_name, put, p);
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
}

void
prefs_take(struct prefs *p, const struct model *m)
{
	p->value[PREF_INTERVAL] = m->interval_ms;
	p->value[PREF_WINDOW] = m->window;
	p->value[PREF_SCALE] = m->logarithmic;
}
