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

/* Is one of them, parted by |, in the text? */
static bool
has_one(const char *text, const struct match_term *t)
{
	const char *word = t->word;

	for (int i = 0; i < t->nwords; i++, word += strlen(word) + 1)
		if (match_has(text, word))
			return true;
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

/* "column=" or "column!=" in front; returns what is behind it. */
static char *
take_column(struct match_term *t, char *word, const char *const *columns)
{
	char *equal = strchr(word, '=');
	bool not = equal != NULL && equal > word && equal[-1] == '!';

	t->column = -1;
	if (equal == NULL)
		return word;
	t->column = column_of(word, (size_t)(equal - word) - not, columns);
	if (t->column < 0)
		return word;
	t->absent ^= not ;
	return equal + 1;
}

/* One behind the other, each with its end; what stands for nothing goes. */
static int
part(char *words)
{
	char *from = words, *to = words;
	int n = 0;

	while (*from != '\0') {
		size_t len = strcspn(from, "|");
		bool last = from[len] == '\0';

		memmove(to, from, len);
		to[len] = '\0';
		to += len > 0 ? len + 1 : 0;
		n += len > 0;
		from += len + !last;
	}
	return n;
}

static void
term(struct match *m, char *word, const char *const *columns)
{
	struct match_term *t = &m->terms[m->n];

	t->absent = word[0] == '!';
	word = take_column(t, word + t->absent, columns);
	t->word = word;
	t->nwords = part(word);
	if (t->nwords > 0)
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
		return t->column < n && has_one(texts[t->column], t);
	for (int i = 0; i < n; i++)
		if (has_one(texts[i], t))
			return true;
	return false;
}

bool
match_has_any(const char *const *texts, int n, const char *word)
{
	for (int i = 0; i < n; i++)
		if (match_has(texts[i], word))
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
