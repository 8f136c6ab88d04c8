/* SMTP: AUTH of RFC 4954, STARTTLS of RFC 3207. */

#include "core/dissect_parts.h"

static bool
on_line(struct dissect *d, const char *line, size_t len)
{
	size_t n;
	const char *rest = dissect_rest(line, len, &n);

	if (d->sasl != SASL_NONE) {
		dissect_sasl_line(d, line, len);
	} else if (dissect_is(line, len, "AUTH")) {
		dissect_push(d, DISSECT_PLAIN);
		dissect_sasl_begin(d, rest, n);
	} else if (dissect_is(line, len, "STARTTLS")) {
		dissect_push(d, DISSECT_TLS);
	} else if (dissect_is(line, len, "DATA")) {
		dissect_push(d, DISSECT_MESSAGE);
	} else if (dissect_is(line, len, "BDAT")) {
		dissect_stop(d); /* a message follows at once */
	} else {
		dissect_push(d, DISSECT_PLAIN);
	}
	return true;
}

static void
on_answer(struct dissect *d, const char *line, size_t len)
{
	unsigned code = dissect_code(d, line, len);

	if (code == 354 && d->count > 0 && d->queue[0].kind == DISSECT_MESSAGE)
		dissect_stop(d);
	else if (code >= 200 && code / 100 != 3)
		dissect_answer(d, 0, code / 100 == 2);
}

const struct dissect_parser dissect_smtp = {
	.client = on_line,
	.server = on_answer,
};
