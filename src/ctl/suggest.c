#include "ctl/suggest.h"

#include <stdio.h>
#include <string.h>

#include "base/closest.h"

enum { LONGEST = 63 };

static const char *const plain[] = {
#define PLAIN(word, ...) word,
#include "ctl/plain.def"
};

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

struct comparing {
	char *const *words;
	size_t n;
	struct closest closest;
};

/* As many of the words typed as the row has. */
static size_t
join(char out[LONGEST + 1], const struct comparing *c, const char *row)
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
	struct comparing *c = arg;
	char typed[LONGEST + 1];

	closest_try(&c->closest, typed, join(typed, c, row), row);
}

size_t
suggest(
    char *out, size_t size, char *const words[], size_t n, enum admin_form form)
{
	struct following f = {
		.out = out, .size = size, .words = words, .n = n
	};
	struct comparing c = { .words = words, .n = n };

	for_all(form, follow, &f);
	if (f.len > 0)
		return f.len;
	for_all(form, compare, &c);
	return c.closest.word == NULL
		   ? 0
		   : fit(snprintf(
			     out, size, "did you mean \"%s\"?", c.closest.word),
			 size);
}
