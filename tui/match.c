#include "tui/match.h"

#include <string.h>

static char
small(char c)
{
	return (char)(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
}

bool
match_has(const char *text, const char *word)
{
	if (word[0] == '\0')
		return true;
	for (; *text != '\0'; text++) {
		size_t i = 0;

		if (small(*text) != word[0])
			continue;
		while (word[i] != '\0' && small(text[i]) == word[i])
			i++;
		if (word[i] == '\0')
			return true;
	}
	return false;
}

static int
column_of(const char *word, size_t len, const char *const *columns)
{
	for (int i = 0; columns[i] != NULL; i++)
		if (strlen(columns[i]) == len &&
		    memcmp(columns[i], word, len) == 0)
			return i;
	return -1;
}

static void
term(struct match *m, const char *word, const char *const *columns)
{
	struct match_term *t = &m->terms[m->n];
	const char *equal;

	t->absent = word[0] == '!';
	word += t->absent;
	equal = strchr(word, '=');
	t->column = -1;
	if (equal != NULL) {
		t->column = column_of(word, (size_t)(equal - word), columns);
		if (t->column >= 0)
			word = equal + 1;
	}
	t->word = word;
	if (word[0] != '\0')
		m->n++;
}

void
match_read(struct match *m, const char *filter, const char *const *columns)
{
	size_t len = strnlen(filter, MATCH_TEXT - 1);
	char *at = m->text, *end = m->text + len;

	m->n = 0;
	for (size_t i = 0; i < len; i++)
		m->text[i] = small(filter[i]);
	m->text[len] = '\0';
	while (at < end && m->n < MATCH_TERMS) {
		char *blank = strchr(at, ' ');

		if (blank != NULL)
			*blank = '\0';
		if (*at != '\0')
			term(m, at, columns);
		at = blank != NULL ? blank + 1 : end;
	}
}

static bool
term_fits(const struct match_term *t, const char *const *texts, int n)
{
	if (t->column >= 0)
		return t->column < n && match_has(texts[t->column], t->word);
	for (int i = 0; i < n; i++)
		if (match_has(texts[i], t->word))
			return true;
	return false;
}

bool
match_row(const struct match *m, const char *const *texts, int n)
{
	for (int i = 0; i < m->n; i++)
		if (term_fits(&m->terms[i], texts, n) == m->terms[i].absent)
			return false;
	return true;
}
