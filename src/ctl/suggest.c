#include "ctl/suggest.h"

#include <stdio.h>
#include <string.h>

enum { LONGEST = 63 };

static const char *const plain[] = { "ping", "watch", "help", "completion" };

/* Calls each(words, arg) for all that may be typed in that protocol. */
static void
for_all(enum admin_form form, void (*each)(const char *, void *), void *arg)
{
	for (unsigned i = 0; i < ADMIN_COMMANDS; i++)
		if (*admin_commands[i].words != '\0' &&
		    words_form_has(form, (enum admin_id)i))
			each(admin_commands[i].words, arg);
	for (size_t i = 0; i < admin_nshorts; i++)
		if (words_form_has(form, admin_shorts[i].id))
			each(admin_shorts[i].words, arg);
	for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
		each(plain[i], arg);
}

static size_t
fit(int n, size_t size)
{
	return n < 0 ? 0 : (size_t)n < size ? (size_t)n : size - 1;
}

/* ---- what may follow */

struct following {
	char *out;
	size_t size, len;
	char *const *words;
	size_t n;
	char last[LONGEST + 1]; /* that was told; commands of a group are
				   neighbours */
};

static void
follow(const char *row, void *arg)
{
	struct following *f = arg;
	const char *next = row;

	if (!words_in_group(row, f->words, f->n))
		return;
	for (size_t i = 0; i < f->n; i++)
		next += strcspn(next, " ") + 1;
	if (strncmp(next, f->last, strcspn(next, " ")) == 0 &&
	    f->last[strcspn(next, " ")] == '\0')
		return;
	(void)snprintf(
	    f->last, sizeof f->last, "%.*s", (int)strcspn(next, " "), next);
	f->len +=
	    fit(snprintf(f->out + f->len, f->size - f->len, "%s%s",
		    f->len == 0 ? "behind it comes one of " : ", ", f->last),
		f->size - f->len);
}

/* ---- what is spelled much like it */

static size_t
least(size_t a, size_t b, size_t c)
{
	size_t m = a < b ? a : b;

	return m < c ? m : c;
}

/* How many characters must be put in, left out or changed. */
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

struct closest {
	char *const *words;
	size_t n;
	const char *best;
	size_t distance;
};

/* As many of the words typed as the row has. */
static size_t
join(char out[LONGEST + 1], const struct closest *c, const char *row)
{
	size_t len = 0;

	for (size_t i = 0; i < c->n; i++) {
		len += fit(snprintf(out + len, LONGEST + 1 - len, "%s%s",
			       i > 0 ? " " : "", c->words[i]),
		    LONGEST + 1 - len);
		if ((row = strchr(row, ' ')) == NULL)
			break;
		row++;
	}
	return len;
}

static void
compare(const char *row, void *arg)
{
	struct closest *c = arg;
	char typed[LONGEST + 1];
	size_t len = strlen(row), typed_len = join(typed, c, row), d;

	if (len > LONGEST)
		return;
	d = distance(typed, typed_len, row, len);
	if (d > (len + 2) / 3)
		return;
	/* Of two that are as near, the one with more of it right. */
	if (d < c->distance || (d == c->distance && len > strlen(c->best))) {
		c->distance = d;
		c->best = row;
	}
}

size_t
suggest(
    char *out, size_t size, char *const words[], size_t n, enum admin_form form)
{
	struct following f = {
		.out = out, .size = size, .words = words, .n = n
	};
	struct closest c = { .words = words, .n = n, .distance = SIZE_MAX };

	for_all(form, follow, &f);
	if (f.len > 0)
		return f.len;
	for_all(form, compare, &c);
	return c.best == NULL
		   ? 0
		   : fit(snprintf(out, size, "did you mean \"%s\"?", c.best),
			 size);
}
