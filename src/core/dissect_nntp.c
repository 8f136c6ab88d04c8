/*
 * NNTP: AUTHINFO of RFC 4643, STARTTLS of RFC 4642. Only these are queued, and
 * known by the codes that nothing else is answered with.
 */

#include "core/dissect_parts.h"

static void
on_authinfo(struct dissect *d, const char *line, size_t len)
{
	size_t n;
	const char *rest = dissect_rest(line, len, &n);

	if (dissect_is(line, len, "USER")) {
		dissect_name_user(d, rest, n);
	} else if (dissect_is(line, len, "PASS") && d->named) {
		dissect_push(d, DISSECT_PLAIN);
		dissect_fill_named(d, rest, n);
	} else if (dissect_is(line, len, "SASL")) {
		dissect_push(d, DISSECT_PLAIN);
		dissect_sasl_begin(d, rest, n);
	}
}

static bool
on_line(struct dissect *d, const char *line, size_t len)
{
	size_t n;
	const char *rest = dissect_rest(line, len, &n);

	if (d->sasl != SASL_NONE)
		dissect_sasl_line(d, line, len);
	else if (dissect_is(line, len, "AUTHINFO"))
		on_authinfo(d, rest, n);
	else if (dissect_is(line, len, "STARTTLS"))
		dissect_push(d, DISSECT_TLS);
	return true;
}

static void
on_answer(struct dissect *d, const char *line, size_t len)
{
	switch (d->count > 0 ? dissect_code(d, line, len) : 0) {
	case 281:
	case 283:
	case 382:
		dissect_answer(d, 0, true);
		break;
	case 400:
	case 452:
	case 481:
	case 482:
	case 483:
	case 500:
	case 501:
	case 502:
	case 503:
	case 580:
		dissect_answer(d, 0, false);
		break;
	default:
		break;
	}
}

const struct dissect_parser dissect_nntp = {
	.client = on_line,
	.server = on_answer,
};
