/*
 * IMAP: LOGIN and AUTHENTICATE of RFC 3501, initial responses of RFC 4959,
 * literals that do not wait of RFC 7888.
 */

#include <string.h>

#include "core/dissect_parts.h"

/* An argument, taken from the front of the line: at most DISSECT_TEXT. */
struct argument {
	size_t len;
	char bytes[DISSECT_LINE];
};

/* {12} or {12+} at the end of a line: the literal that follows is so long. */
static bool
announces(const char *line, size_t len, uint64_t *octets)
{
	size_t at = len;

	if (len < 3 || line[len - 1] != '}')
		return false;
	while (at > 0 && line[at - 1] != '{')
		at--;
	return at > 0 && dissect_number(line + at, len - at, 10, octets);
}

static bool
take_quoted(struct argument *a, const char **at, const char *end)
{
	a->len = 0;
	for (const char *p = *at + 1; p < end; p++) {
		if (*p == '"') {
			*at = p + 1;
			return true;
		}
		if (*p == '\\' && ++p == end)
			break;
		a->bytes[a->len++] = *p;
	}
	return false;
}

static bool
take_literal(struct argument *a, const char **at, const char *end)
{
	const char *nl = memchr(*at, '\n', (size_t)(end - *at));
	uint64_t len;

	if (nl == NULL || !announces(*at, (size_t)(nl - *at), &len) ||
	    len > (uint64_t)(end - nl - 1))
		return false;
	a->len = (size_t)len;
	memcpy(a->bytes, nl + 1, a->len);
	*at = nl + 1 + a->len;
	return true;
}

static bool
take_argument(struct argument *a, const char **at, const char *end)
{
	while (*at < end && **at == ' ')
		++*at;
	if (*at == end)
		return false;
	if (**at == '"')
		return take_quoted(a, at, end);
	if (**at == '{')
		return take_literal(a, at, end);
	a->len = dissect_word(*at, (size_t)(end - *at));
	memcpy(a->bytes, *at, a->len);
	*at += a->len;
	return true;
}

static void
on_login(struct dissect *d, const char *line, size_t len)
{
	struct argument name, password;
	const char *end = line + len;

	if (take_argument(&name, &line, end) &&
	    take_argument(&password, &line, end)) {
		dissect_fill(
		    d, name.bytes, name.len, password.bytes, password.len);
		explicit_bzero(password.bytes, password.len);
	}
}

static void
on_command(struct dissect *d, const char *line, size_t len)
{
	size_t tag = dissect_word(line, len), n, rest;
	const char *command = dissect_rest(line, len, &n);
	const char *arguments = dissect_rest(command, n, &rest);

	if (dissect_is(command, n, "LOGIN")) {
		dissect_push_tag(d, DISSECT_PLAIN, line, tag);
		on_login(d, arguments, rest);
	} else if (dissect_is(command, n, "AUTHENTICATE")) {
		dissect_push_tag(d, DISSECT_PLAIN, line, tag);
		dissect_sasl_begin(d, arguments, rest);
	} else if (dissect_is(command, n, "STARTTLS")) {
		dissect_push_tag(d, DISSECT_TLS, line, tag);
	}
}

static bool
on_line(struct dissect *d, const char *line, size_t len)
{
	uint64_t literal;

	if (d->cut[DISSECT_CLIENT]) {
		dissect_stop(d); /* no login is so long */
	} else if (d->sasl != SASL_NONE) {
		dissect_sasl_line(d, line, len);
	} else if (announces(line + d->part, len - d->part, &literal)) {
		d->skip[DISSECT_CLIENT] = literal;
		d->keep = true;
		return false;
	} else {
		on_command(d, line, len);
	}
	return true;
}

/* The server does not want the literal: what comes is a command again. */
static void
forget_literal(struct dissect *d, const char *tag, size_t len)
{
	if (!d->keep || d->len[DISSECT_CLIENT] <= len ||
	    memcmp(d->line, tag, len) != 0 || d->line[len] != ' ')
		return;
	d->keep = false;
	d->skip[DISSECT_CLIENT] = 0;
	d->len[DISSECT_CLIENT] = d->part = 0;
}

static void
on_answer(struct dissect *d, const char *line, size_t len)
{
	size_t tag = dissect_word(line, len), n;
	const char *status = dissect_rest(line, len, &n);
	int i;

	if (tag == 1 && (line[0] == '*' || line[0] == '+'))
		return;
	forget_literal(d, line, tag);
	if ((i = dissect_find(d, line, tag)) >= 0)
		dissect_answer(d, (size_t)i, dissect_is(status, n, "OK"));
}

const struct dissect_parser dissect_imap = {
	.client = on_line,
	.server = on_answer,
};
