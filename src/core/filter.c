#include "core/filter.h"

#include <stdio.h>
#include <string.h>

#include "base/closest.h"
#include "base/text.h"

enum { SHOWN = 48 }; /* of a term in a message */

enum column {
	ANY,
	USER,
	STATE,
	CLIENT,
	TARGET,
};

static const struct {
	const char *key;
	enum column column;
} columns[] = {
	{ "user=", USER },
	{ "state=", STATE },
	{ "client=", CLIENT },
	{ "target=", TARGET },
};

static char
fold(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* ---- reading */

static bool
is_of_addr(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (strchr("0123456789abcdef.:[]", text[i]) == NULL)
			return false;
	return true;
}

/* A term without its key; false: it has a key that nobody knows. */
static bool
find_column(struct filter_term *t, const char *text)
{
	for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
		size_t len = strlen(columns[i].key);

		if (t->len < len ||
		    memcmp(text + t->at, columns[i].key, len) != 0)
			continue;
		t->column = (uint8_t)columns[i].column;
		t->at = (uint8_t)(t->at + len);
		t->len = (uint8_t)(t->len - len);
		return true;
	}
	t->column = ANY;
	return memchr(text + t->at, '=', t->len) == NULL;
}

static bool
refuse_key(const char *term, size_t len, char why[FILTER_WHY])
{
	size_t key = (size_t)((const char *)memchr(term, '=', len) - term) + 1;
	char shown[SHOWN], hint[64];
	struct closest meant = { 0 };

	for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
		closest_try(&meant, term, key, columns[i].key);
	if (closest_say(&meant, hint, sizeof hint) == 0)
		(void)snprintf(hint, sizeof hint,
		    "; its keys are user=, state=, client= and target=");
	(void)text_escape(shown, sizeof shown, term, key);
	(void)snprintf(
	    why, FILTER_WHY, "a filter has no key \"%s\"%s", shown, hint);
	return false;
}

static bool
refuse_more(const char *term, size_t len, char why[FILTER_WHY])
{
	char shown[SHOWN];

	(void)text_escape(shown, sizeof shown, term, len);
	(void)snprintf(why, FILTER_WHY,
	    "a filter has up to %d terms; \"%s\" is one more", FILTER_TERMS,
	    shown);
	return false;
}

static bool
take(struct filter *f, const char *line, size_t at, size_t end,
    char why[FILTER_WHY])
{
	struct filter_term *t = &f->terms[f->count];

	if (f->count == FILTER_TERMS)
		return refuse_more(line + at, end - at, why);
	t->at = (uint8_t)at;
	t->len = (uint8_t)(end - at);
	if (!find_column(t, f->text))
		return refuse_key(line + at, end - at, why);
	t->of_addr = is_of_addr(f->text + t->at, t->len);
	f->count++;
	return true;
}

bool
filter_parse(
    struct filter *f, const char *line, size_t len, char why[FILTER_WHY])
{
	size_t end;

	memset(f, 0, sizeof *f);
	if (len > 0 && !text_is_name(line, len)) {
		(void)text_refuse(why, "a filter", line, len);
		return false;
	}
	for (size_t i = 0; i < len; i++)
		f->text[i] = fold(line[i]);
	for (size_t at = 0; at < len; at = end + 1) {
		for (end = at; end < len && f->text[end] != ' ';)
			end++;
		if (end > at && !take(f, line, at, end, why))
			return false;
	}
	return true;
}

/* ---- asking */

static bool
is(const char *text, size_t len, const char *part, size_t part_len)
{
	if (len != part_len)
		return false;
	for (size_t i = 0; i < len; i++)
		if (fold(text[i]) != part[i])
			return false;
	return true;
}

static bool
has(const char *text, size_t len, const char *part, size_t part_len)
{
	for (; len >= part_len; text++, len--)
		if (is(text, part_len, part, part_len))
			return true;
	return false;
}

/* An address as text, which costs more than all else and is made only once. */
struct written {
	size_t len; /* 0: not yet */
	char text[ADDR_TEXT];
};

/* A session that is asked about. */
struct asked {
	const struct filter_subject *s;
	struct written client, dialled;
};

static bool
is_in_addr(struct written *w, const struct addr *a, const char *part,
    const struct filter_term *t)
{
	if (a->family == ADDR_NONE || !t->of_addr)
		return false;
	if (w->len == 0)
		w->len = addr_print(a, w->text);
	return has(w->text, w->len, part, t->len);
}

/* "example.org:443" */
static bool
is_in_name(const struct filter_subject *s, const char *part, size_t len)
{
	char text[255 + ADDR_PORT_TEXT];
	size_t n = s->target_len;

	if (n == 0)
		return false;
	memcpy(text, s->target, n);
	n += addr_port(s->dialled->port, text + n);
	return has(text, n, part, len);
}

static bool
is_in_target(struct asked *asked, const char *part, const struct filter_term *t)
{
	return is_in_name(asked->s, part, t->len) ||
	       is_in_addr(&asked->dialled, asked->s->dialled, part, t);
}

static bool
fits(struct asked *asked, const struct filter_term *t, const char *part)
{
	const struct filter_subject *s = asked->s;

	switch ((enum column)t->column) {
	case USER:
		return is(s->user, s->user_len, part, t->len);
	case STATE:
		return is(s->state, strlen(s->state), part, t->len);
	case CLIENT:
		return is_in_addr(&asked->client, s->client, part, t);
	case TARGET:
		return is_in_target(asked, part, t);
	case ANY:
		break;
	}
	return has(s->user, s->user_len, part, t->len) ||
	       is_in_target(asked, part, t) ||
	       is_in_addr(&asked->client, s->client, part, t);
}

bool
filter_fits(const struct filter *f, const struct filter_subject *s)
{
	struct asked asked;

	asked.s = s;
	asked.client.len = asked.dialled.len = 0;
	for (size_t i = 0; i < f->count; i++)
		if (!fits(&asked, &f->terms[i], f->text + f->terms[i].at))
			return false;
	return true;
}
