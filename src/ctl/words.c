#include "ctl/words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char blanks[] = " \t\r\n";

int
words_split(char *line, char *words[WORDS_MOST])
{
	int n = 0;
	char *out = line;

	for (;;) {
		char quote = '\0';

		line += strspn(line, blanks);
		if (*line == '\0')
			return n;
		if (n == WORDS_MOST)
			return -1;
		words[n++] = out;
		for (; *line != '\0'; line++) {
			if (quote == '\0' && strchr(blanks, *line) != NULL)
				break;
			if (*line == quote)
				quote = '\0';
			else if (quote == '\0' &&
				 (*line == '"' || *line == '\''))
				quote = *line;
			else
				*out++ = *line;
		}
		if (quote != '\0')
			return -1;
		if (*line != '\0')
			line++;
		*out++ = '\0';
	}
}

size_t
words_last(const char *line, char *quote)
{
	size_t begin = 0, i = 0;

	*quote = '\0';
	for (; line[i] != '\0'; i++)
		if (*quote != '\0')
			*quote = line[i] == *quote ? '\0' : *quote;
		else if (line[i] == '"' || line[i] == '\'')
			*quote = line[i];
		else if (strchr(blanks, line[i]) != NULL)
			begin = i + 1;
	return begin;
}

size_t
words_quote(char out[WORDS_QUOTED], const char *word, bool open)
{
	char *at = out;

	if (strpbrk(word, "\"' \t\r\n") == NULL && (*word != '\0' || open))
		return (size_t)sprintf(out, "%s", word);
	do { /* pieces, each in the quotes that it has less of */
		size_t dbl = strcspn(word, "\""), sgl = strcspn(word, "'");
		char quote = dbl >= sgl ? '"' : '\'';
		size_t len = dbl >= sgl ? dbl : sgl;

		*at++ = quote;
		memcpy(at, word, len);
		at += len;
		word += len;
		if (*word != '\0' || !open)
			*at++ = quote;
	} while (*word != '\0');
	*at = '\0';
	return (size_t)(at - out);
}

char *
words_join(char *const words[], size_t n)
{
	size_t len = 1;
	char *line, *at;

	for (size_t i = 0; i < n; i++)
		len += strlen(words[i]) + 1;
	line = at = malloc(len);
	if (line != NULL)
		*line = '\0';
	for (size_t i = 0; line != NULL && i < n; i++)
		at += sprintf(at, i == 0 ? "%s" : " %s", words[i]);
	return line;
}

size_t
words_match(const char *row, char *const words[], size_t n)
{
	size_t i = 0, len;

	for (; *row != '\0'; i++, row += len + (row[len] == ' ')) {
		len = strcspn(row, " ");
		if (i == n || strlen(words[i]) != len ||
		    memcmp(row, words[i], len) != 0)
			return 0;
	}
	return i;
}

bool
words_in_group(const char *row, char *const words[], size_t n)
{
	for (size_t i = 0; i < n; i++) {
		size_t len = strcspn(row, " ");

		if (row[len] == '\0' || strlen(words[i]) != len ||
		    memcmp(row, words[i], len) != 0)
			return false;
		row += len + 1;
	}
	return true;
}

bool
words_form_has(enum admin_form form, enum admin_id id)
{
	switch (form) {
	case ADMIN_BASE:
		return admin_base_code(id) >= 0;
	case ADMIN_EXTENDED:
		return admin_extended_code(id) >= 0;
	case ADMIN_BOTTLER:
		return admin_bottler_code(id) >= 0;
	}
	return false;
}

struct words_found
words_find(char *const words[], size_t n, enum admin_form form)
{
	struct words_found best = { .id = ADMIN_COMMANDS };
	size_t used;

	for (unsigned i = 0; i < ADMIN_COMMANDS; i++) {
		used = words_match(admin_commands[i].words, words, n);
		if (used > best.used && words_form_has(form, (enum admin_id)i))
			best = (struct words_found){ (enum admin_id)i, used,
				NULL };
	}
	for (size_t i = 0; i < admin_nshorts; i++) {
		const struct admin_short *s = &admin_shorts[i];

		used = words_match(s->words, words, n);
		if (used > best.used && words_form_has(form, s->id))
			best = (struct words_found){ s->id, used, s->value };
	}
	return best;
}

const char *
words_lacks(enum admin_form form)
{
	static const char *const lacks[] = {
		[ADMIN_BASE] = "not in the base protocol",
		[ADMIN_EXTENDED] = "only Bottler has it; see --bottler",
		[ADMIN_BOTTLER] = "not in Bottler",
	};

	return lacks[form];
}
