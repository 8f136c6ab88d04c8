#include "base/closest.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

enum { LONGEST = 63 }; /* nobody means a word longer than that */

static size_t
least(size_t a, size_t b, size_t c)
{
	size_t m = a < b ? a : b;

	return m < c ? m : c;
}

static size_t
distance(const char *a, size_t alen, const char *b, size_t blen)
{
	size_t row[LONGEST + 1], before, above;

	for (size_t j = 0; j <= blen; j++)
		row[j] = j;
	for (size_t i = 1; i <= alen; i++) {
		before = row[0];
		row[0] = i;
		for (size_t j = 1; j <= blen; j++) {
			above = row[j];
			row[j] = least(row[j] + 1, row[j - 1] + 1,
			    before + (a[i - 1] != b[j - 1]));
			before = above;
		}
	}
	return row[blen];
}

void
closest_try(
    struct closest *c, const char *typed, size_t typed_len, const char *word)
{
	size_t len = strlen(word), d;

	if (len > LONGEST || typed_len > LONGEST ||
	    typed_len > len + (len + 2) / 3 || typed_len + (len + 2) / 3 < len)
		return;
	d = distance(typed, typed_len, word, len);
	if (d > (len + 2) / 3 || d >= len || d >= typed_len)
		return;
	if (c->word == NULL || d < c->distance ||
	    (d == c->distance && len > strlen(c->word)))
		*c = (struct closest){ word, d };
}

size_t
closest_say(const struct closest *c, char *out, size_t size)
{
	char word[4 * LONGEST + 1] = "";
	int n;

	if (c->word != NULL)
		(void)text_escape(word, sizeof word, c->word, strlen(c->word));
	n = snprintf(out, size, *word != '\0' ? "; is %s meant?" : "%s", word);
	return n < 0 ? 0 : (size_t)n < size ? (size_t)n : size - 1;
}

size_t
closest_of(const char *words, const char *typed, char *out, size_t size)
{
	struct closest c = { 0 };
	char word[LONGEST + 1], best[LONGEST + 1] = "";
	size_t len;

	for (words += strspn(words, " "); *words != '\0';
	     words += len, words += strspn(words, " ")) {
		len = strcspn(words, " ");
		(void)snprintf(word, sizeof word, "%.*s", (int)len, words);
		closest_try(&c, typed, strlen(typed), word);
		if (c.word == word) {
			memcpy(best, word, sizeof best);
			c.word = best;
		}
	}
	return closest_say(&c, out, size);
}
