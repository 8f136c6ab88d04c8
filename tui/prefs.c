#include "tui/prefs.h"

#include <stdlib.h>
#include <string.h>

#include "tui/columns.h"
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

static bool
is_set(enum pref_id id)
{
	return *rows[id].words != '\0' && rows[id].most == PREFS_SET;
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

static void
put_set(FILE *file, const char *list, unsigned set)
{
	const char *before = "";

	if (set == 0)
		(void)fputs("none", file);
	for (unsigned i = 0; set >> i != 0; i++) {
		int n = (int)strcspn(list, " ");

		if ((set >> i & 1) != 0) {
			(void)fprintf(file, "%s%.*s", before, n, list);
			before = ",";
		}
		list += n + 1;
	}
	(void)fputc('\n', file);
}

bool
prefs_set(struct prefs *p, enum pref_id id, const char *value)
{
	char *end;
	double s;
	int i;

	if (is_set(id))
		return take_set(rows[id].words, value, &p->value[id]);
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
	static char text[120];

	if (*rows[id].words == '\0')
		(void)snprintf(text, sizeof text,
		    "is not between %g and %g seconds", rows[id].least / 1000.0,
		    rows[id].most / 1000.0);
	else
		(void)snprintf(text, sizeof text,
		    is_set(id) ? "has a word that is none of: %s"
			       : "is none of: %s",
		    rows[id].words);
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
		if (is_set((enum pref_id)i)) {
			put_set(file, word, p->value[i]);
			continue;
		}
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
	m->mouse = p->value[PREF_MOUSE] != 0;
	m->hidden = p->value[PREF_HIDE];
}

void
prefs_take(struct prefs *p, const struct model *m)
{
	p->value[PREF_INTERVAL] = m->interval_ms;
	p->value[PREF_WINDOW] = m->window;
	p->value[PREF_SCALE] = m->logarithmic;
	p->value[PREF_MOUSE] = m->mouse;
	p->value[PREF_HIDE] = m->hidden;
}
