/* POP3: RFC 1939, AUTH of RFC 5034, STLS of RFC 2595. */

#include <strings.h>

#include "core/dissect_parts.h"

static void
on_auth(struct dissect *d, const char *rest, size_t len)
{
	/* Without a mechanism it asks for a list of them. */
	dissect_push(d, len == 0 ? DISSECT_LIST : DISSECT_PLAIN);
	if (len > 0)
		dissect_sasl_begin(d, rest, len);
}

static bool
on_line(struct dissect *d, const char *line, size_t len)
{
	size_t n;
	const char *rest = dissect_rest(line, len, &n);

	if (d->sasl != SASL_NONE) {
		dissect_sasl_line(d, line, len);
	} else if (dissect_is(line, len, "AUTH")) {
		on_auth(d, rest, n);
	} else if (dissect_is(line, len, "CAPA")) {
		dissect_push(d, DISSECT_LIST);
	} else if (dissect_is(line, len, "STLS")) {
		dissect_push(d, DISSECT_TLS);
	} else if (dissect_is(line, len, "USER")) {
		dissect_push(d, DISSECT_PLAIN);
		dissect_name_user(d, rest, n);
	} else if (dissect_is(line, len, "PASS")) {
		dissect_push(d, DISSECT_PLAIN);
		dissect_fill_named(d, rest, n);
	} else if (dissect_is(line, len, "APOP")) {
		dissect_push(d, DISSECT_PLAIN);
		dissect_fill(d, rest, dissect_word(rest, n), NULL, 0);
	} else {
		dissect_push(d, DISSECT_PLAIN);
	}
	return true;
}

static void
on_answer(struct dissect *d, const char *line, size_t len)
{
	if (d->list)
		d->list = !(len == 1 && line[0] == '.');
	else if (len >= 3 && strncasecmp(line, "+OK", 3) == 0)
		dissect_answer(d, 0, true);
	else if (len >= 4 && strncasecmp(line, "-ERR", 4) == 0)
		dissect_answer(d, 0, false);
}

const struct dissect_parser dissect_pop3 = {
	.client = on_line,
	.server = on_answer,
};
