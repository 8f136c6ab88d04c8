/*
 * HTTP/1: Basic of RFC 7617 in every request of a connection; bodies are
 * skipped by their length (RFC 9112 section 6).
 */

#include <strings.h>

#include "core/dissect_parts.h"

enum http_at {
	AT_START,
	AT_HEADER,
	AT_SIZE, /* of a chunk */
	AT_PART, /* the line behind a chunk */
	AT_TRAILER,
};

/* What the header's value is, if its name is this; else NULL. */
static const char *
value_of(const char *line, size_t len, const char *name, size_t *rest)
{
	size_t n = 0;

	while (name[n] != '\0')
		n++;
	if (len <= n || strncasecmp(line, name, n) != 0 || line[n] != ':')
		return NULL;
	for (n++; n < len && (line[n] == ' ' || line[n] == '\t');)
		n++;
	*rest = len - n;
	return line + n;
}

/* ---- bodies, the same both ways */

static void
on_body_header(
    struct dissect *d, struct dissect_http *h, const char *line, size_t len)
{
	size_t n;
	const char *value = value_of(line, len, "Transfer-Encoding", &n);

	if (value != NULL) {
		h->chunked =
		    n >= 7 && strncasecmp(value + n - 7, "chunked", 7) == 0;
		return;
	}
	if ((value = value_of(line, len, "Content-Length", &n)) == NULL)
		return;
	h->sized = true;
	if (!dissect_number(value, n, 10, &h->length))
		dissect_stop(d);
}

static void
restart(struct dissect_http *h)
{
	*h = (struct dissect_http){ .at = AT_START };
}

static void
begin_body(struct dissect *d, enum dissect_side side)
{
	struct dissect_http *h = &d->http[side];

	if (h->chunked) {
		h->at = AT_SIZE;
		return;
	}
	d->skip[side] = h->length;
	restart(h);
}

static void
on_chunk(
    struct dissect *d, enum dissect_side side, const char *line, size_t len)
{
	struct dissect_http *h = &d->http[side];
	uint64_t size;

	if (h->at == AT_PART) {
		h->at = AT_SIZE;
	} else if (h->at == AT_TRAILER) {
		if (len == 0)
			restart(h);
	} else if (!dissect_number(line, len, 16, &size)) {
		dissect_stop(d);
	} else {
		d->skip[side] = size;
		h->at = size > 0 ? AT_PART : AT_TRAILER;
	}
}

/* ---- requests */

static void
on_request(struct dissect *d, const char *line, size_t len)
{
	enum dissect_kind kind = DISSECT_PLAIN;

	if (len == 0)
		return; /* RFC 9112 section 2.2 */
	if (dissect_is(line, len, "HEAD"))
		kind = DISSECT_HEAD;
	else if (dissect_is(line, len, "CONNECT"))
		kind = DISSECT_TUNNEL;
	if (dissect_word(line, len) == len) {
		dissect_stop(d); /* HTTP/0.9, or something else */
		return;
	}
	dissect_push(d, kind);
	d->http[DISSECT_CLIENT].at = AT_HEADER;
}

static void
on_login(
    struct dissect *d, enum dissect_kind kind, const char *value, size_t len)
{
	if (!dissect_is(value, len, "Basic"))
		return;
	value = dissect_rest(value, len, &len);
	while (len > 0 && *value == ' ') {
		value++;
		len--;
	}
	dissect_push(d, kind);
	if (!d->over)
		dissect_fill_basic(d, value, len);
}

static void
on_header(struct dissect *d, const char *line, size_t len)
{
	const char *value;
	size_t n;

	if (len == 0)
		begin_body(d, DISSECT_CLIENT);
	else if ((value = value_of(line, len, "Authorization", &n)) != NULL)
		on_login(d, DISSECT_MORE, value, n);
	else if ((value = value_of(line, len, "Proxy-Authorization", &n)) !=
		 NULL)
		on_login(d, DISSECT_PROXY, value, n);
	else
		on_body_header(d, &d->http[DISSECT_CLIENT], line, len);
}

static bool
on_line(struct dissect *d, const char *line, size_t len)
{
	struct dissect_http *h = &d->http[DISSECT_CLIENT];

	if (h->at == AT_START)
		on_request(d, line, len);
	else if (h->at != AT_HEADER)
		on_chunk(d, DISSECT_CLIENT, line, len);
	else if (!d->cut[DISSECT_CLIENT])
		on_header(d, line, len);
	return true;
}

/* ---- answers */

static bool
is_login(const struct dissect *d)
{
	return d->count > 0 && (d->queue[0].kind == DISSECT_MORE ||
				   d->queue[0].kind == DISSECT_PROXY);
}

/* Who was asked for a password again was not let in, nor who failed before. */
static bool
accepts(unsigned code, enum dissect_kind kind)
{
	if (code == 407)
		return false;
	if (kind == DISSECT_PROXY && code == 401)
		return true; /* the proxy let it pass */
	return code != 400 && code != 401 && code != 403 && code != 429 &&
	       code < 500;
}

/* The first request has its answer: what it was. */
static enum dissect_kind
settle(struct dissect *d, unsigned code)
{
	enum dissect_kind kind;

	while (is_login(d)) /* those of a request answered before its end */
		dissect_settle(d, 0, false);
	if (d->count == 0)
		return DISSECT_PLAIN;
	kind = (enum dissect_kind)d->queue[0].kind;
	dissect_settle(d, 0, false);
	while (is_login(d))
		dissect_settle(
		    d, 0, accepts(code, (enum dissect_kind)d->queue[0].kind));
	return kind;
}

static void
on_status(struct dissect *d, const char *line, size_t len)
{
	struct dissect_http *h = &d->http[DISSECT_SERVER];
	enum dissect_kind kind;
	uint64_t code;
	size_t n;
	const char *rest = dissect_rest(line, len, &n);

	if (len < 5 || strncasecmp(line, "HTTP/", 5) != 0 || n < 3 ||
	    !dissect_number(rest, 3, 10, &code)) {
		dissect_stop(d);
		return;
	}
	restart(h);
	h->at = AT_HEADER;
	h->bare = code < 200 || code == 204 || code == 304;
	if (code < 200 && code != 101)
		return;
	kind = settle(d, (unsigned)code);
	h->bare |= kind == DISSECT_HEAD;
	if (code == 101 || (kind == DISSECT_TUNNEL && code < 300))
		dissect_stop(d);
}

static void
on_answer_header(struct dissect *d, const char *line, size_t len)
{
	struct dissect_http *h = &d->http[DISSECT_SERVER];

	if (len > 0)
		on_body_header(d, h, line, len);
	else if (h->bare)
		restart(h);
	else if (!h->chunked && !h->sized)
		dissect_stop(d); /* a body up to the end */
	else
		begin_body(d, DISSECT_SERVER);
}

static void
on_answer(struct dissect *d, const char *line, size_t len)
{
	struct dissect_http *h = &d->http[DISSECT_SERVER];

	if (h->at == AT_START)
		on_status(d, line, len);
	else if (h->at != AT_HEADER)
		on_chunk(d, DISSECT_SERVER, line, len);
	else if (!d->cut[DISSECT_SERVER])
		on_answer_header(d, line, len);
}

const struct dissect_parser dissect_http = {
	.client = on_line,
	.server = on_answer,
};
