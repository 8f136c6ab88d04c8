/* FTP: RFC 959, AUTH of RFC 2228. A session may log in more than once. */

#include "core/dissect_parts.h"

static bool
on_line(struct dissect *d, const char *line, size_t len)
{
	size_t n;
	const char *rest = dissect_rest(line, len, &n);

	if (dissect_is(line, len, "USER")) {
		dissect_push(d, DISSECT_PLAIN);
		dissect_name_user(d, rest, n);
	} else if (dissect_is(line, len, "PASS")) {
		dissect_push(d, DISSECT_PLAIN);
		dissect_fill_named(d, rest, n);
	} else if (dissect_is(line, len, "AUTH")) {
		dissect_push(d, DISSECT_TLS);
	} else {
		dissect_push(d, DISSECT_PLAIN);
	}
	return true;
}

static void
on_answer(struct dissect *d, const char *line, size_t len)
{
	unsigned code = dissect_code(d, line, len);

	if (code < 200 || d->count == 0)
		return; /* 1xx: the answer is still to come */
	if (code < 400 && d->queue[0].kind == DISSECT_TLS)
		dissect_stop(d);
	else
		dissect_settle(d, 0, code / 100 == 2);
}

const struct dissect_parser dissect_ftp = {
	.client = on_line,
	.server = on_answer,
};
