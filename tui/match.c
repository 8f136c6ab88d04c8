#include "tui/match.h"

#include <stdio.h>
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

/* Is one of them, parted by |, in the text; or is it that text? */
static bool
has_one(const char *text, const struct match_term *t)
{
	const char *word = t->word;

	if (t->whole)
		return strcmp(text, word) == 0;
	for (int i = 0; i < t->nwords; i++, word += strlen(word) + 1)
		if (match_has(text, word))
			return true;
	return false;
}

static int
column_of(const char *word, size_t len, const char *const *columns)
{
	for (int i = 0; columns[i] != NULL; i++) {
		size_t same = 0;

		while (same < len && small(word[same]) == columns[i][same])
			same++;
		if (same == len && columns[i][len] == '\0')
			return i;
	}
	return -1;
}

/* "column=" or "column!=" in front; returns what is behind it. */
static char *
take_column(struct match_term *t, char *word, const char *const *columns)
{
	char *equal = word + strcspn(word, "= ");
	bool not = *equal == '=' && equal > word && equal[-1] == '!';

	t->column = -1;
	if (*equal != '=')
		return word;
	t->column = column_of(word, (size_t)(equal - word) - not, columns);
	if (t->column < 0)
		return word;
	t->absent ^= not ;
	return equal + 1;
}

/*
 * What stands in quotes of either kind, and in more of them right behind:
 * they are taken out. Returns what is behind it; `open`: its end is missing.
 */
static char *
unquote(char *at, bool *open)
{
	char *out = at;

	do {
		char quote = *at++;

		while (*at != '\0' && *at != quote)
			*out++ = *at++;
		*open = *at == '\0';
		at += !*open;
	} while (*at == '"' || *at == '\'');
	at += strcspn(at, " ");
	*out = '\0';
	return at;
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
make_small(char *words, int n)
{
	for (; n > 0; words++)
		if (*words != '\0')
			*words = small(*words);
		else
			n--;
}

/* The term that begins there; returns what is behind it. */
static char *
term(struct match *m, char *at, const char *const *columns)
{
	struct match_term *t = &m->terms[m->n];
	char *word, *end;
	bool open = true;

	t->absent = *at == '!';
	word = take_column(t, at + t->absent, columns);
	if (*word == '"' || *word == '\'') {
		end = unquote(word, &open);
		t->nwords = *word != '\0' || (!open && t->column >= 0);
	} else {
		end = word + strcspn(word, " ");
		if (*end != '\0')
			*end++ = '\0';
		t->nwords = part(word);
	}
	t->whole = !open && t->column >= 0;
	if (!t->whole)
		make_small(word, t->nwords);
	t->word = word;
	m->n += t->nwords > 0;
	return end;
}

void
match_read(struct match *m, const char *filter, const char *const *columns)
{
	char *at = m->text;

	m->n = 0;
	(void)snprintf(m->text, sizeof m->text, "%s", filter);
	for (;;) {
		at += strspn(at, " ");
		if (*at == '\0' || m->n == MATCH_TERMS)
			return;
		at = term(m, at, columns);
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
