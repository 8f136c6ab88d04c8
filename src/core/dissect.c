#include "core/dissect.h"

#include <assert.h>
#include <string.h>

#include "base/text.h"
#include "core/dissect_parts.h"

enum {
	BEFORE =
	    8192,  /* octets a side may say before it is known what they are */
	WORD = 16, /* longer than any word of the rows, or opening */
};

static_assert(sizeof(struct dissect) <= 4096, "what a session may cost");

size_t
dissect_size(void)
{
	return sizeof(struct dissect);
}

struct dissect *
dissect_begin(void *memory, uint16_t port, dissect_found *found, void *arg)
{
	struct dissect *d = memory;

	/* What the counts do not cover is never read. */
	memset(d, 0, offsetof(struct dissect, user));
	d->user.len = 0;
	d->port = port;
	d->found = found;
	d->arg = arg;
	d->rows = (1U << DISSECT_ROWS) - 1;
	return d;
}

void
dissect_wipe(struct dissect *d)
{
	explicit_bzero(d, sizeof *d);
}

void
dissect_end(struct dissect *d)
{
	while (d->count > 0)
		dissect_settle(d, 0, false);
	d->over = true;
}

void
dissect_stop(struct dissect *d)
{
	dissect_end(d);
}

size_t
dissect_mask(char out[DISSECT_MASKED], const char *password, size_t len)
{
	size_t stars = len < 8 ? 3 : len < 16 ? 6 : 9, first = 0;

	if (password == NULL) {
		out[0] = '-';
		return 1;
	}
	/* A whole character of UTF-8, or none. */
	for (size_t n = 1; n <= 4 && n <= len && first == 0; n++)
		if (text_is_name(password, n))
			first = n;
	if (first > 0)
		memcpy(out, password, first);
	memset(out + first, '*', stars);
	return first + stars;
}

/* ---- lines */

static void
add(char *line, uint16_t *len, size_t room, bool *cut, const char *bytes,
    size_t n)
{
	if (n > room - *len) {
		n = room - *len;
		*cut = true;
	}
	memcpy(line + *len, bytes, n);
	*len = (uint16_t)(*len + n);
}

static void
gather(struct dissect *d, enum dissect_side side, const char *bytes, size_t n)
{
	bool client = side == DISSECT_CLIENT;

	add(client ? d->line : d->answer, &d->len[side],
	    client ? sizeof d->line : sizeof d->answer, &d->cut[side], bytes,
	    n);
}

/* A CR before the LF is part of the line's end, unless it is a literal's. */
static void
trim(struct dissect *d, enum dissect_side side)
{
	const char *line = side == DISSECT_CLIENT ? d->line : d->answer;
	uint16_t least = side == DISSECT_CLIENT ? d->part : 0;

	if (d->len[side] > least && line[d->len[side] - 1] == '\r')
		d->len[side]--;
}

static void
on_client_line(struct dissect *d)
{
	static const char newline = '\n';

	trim(d, DISSECT_CLIENT);
	d->keep = false;
	if (!d->row->parser->client(d, d->line, d->len[DISSECT_CLIENT])) {
		gather(d, DISSECT_CLIENT, &newline, 1);
		d->part = d->len[DISSECT_CLIENT];
		return;
	}
	d->len[DISSECT_CLIENT] = d->part = 0;
	d->cut[DISSECT_CLIENT] = false;
}

/* The greeting answers no command. */
static void
greet(struct dissect *d)
{
	size_t len = d->len[DISSECT_SERVER];

	if (len > 0 && d->answer[0] >= '0' && d->answer[0] <= '9')
		d->greeted = dissect_code(d, d->answer, len) >= 200;
	else
		d->greeted = true;
}

static void
on_server_line(struct dissect *d)
{
	trim(d, DISSECT_SERVER);
	if (d->row == NULL && !d->opened)
		dissect_judge_opening(d, true);
	d->opened = true;
	if (d->row != NULL && (d->greeted || d->row->client_first))
		d->row->parser->server(d, d->answer, d->len[DISSECT_SERVER]);
	else if (!d->greeted)
		greet(d);
	d->len[DISSECT_SERVER] = 0;
	d->cut[DISSECT_SERVER] = false;
}

/* Part of a line, or its end; what is left of the octets. */
static const char *
take_line(
    struct dissect *d, enum dissect_side side, const char *at, const char *end)
{
	const char *nl = memchr(at, '\n', (size_t)(end - at));

	gather(d, side, at, (size_t)((nl != NULL ? nl : end) - at));
	if (d->row == NULL && !d->opened)
		dissect_judge_opening(d, false);
	if (nl == NULL)
		return end;
	if (d->over)
		return end;
	if (side == DISSECT_CLIENT)
		on_client_line(d);
	else
		on_server_line(d);
	return nl + 1;
}

static const char *
pass_over(
    struct dissect *d, enum dissect_side side, const char *at, const char *end)
{
	uint64_t n = (uint64_t)(end - at);

	if (n > d->skip[side])
		n = d->skip[side];
	d->skip[side] -= n;
	if (side == DISSECT_CLIENT && d->keep) {
		gather(d, side, at, (size_t)n);
		d->part = d->len[side];
	}
	return at + n;
}

static void
take(struct dissect *d, enum dissect_side side, const char *at, const char *end)
{
	while (at < end && !d->over)
		at = d->skip[side] > 0 ? pass_over(d, side, at, end)
				       : take_line(d, side, at, end);
}

/* ---- octets */

/* It is known now: read again what the client has said. */
static void
begin(struct dissect *d, const struct dissect_row *row)
{
	char said[DISSECT_LINE];
	size_t len = d->len[DISSECT_CLIENT];

	d->row = row;
	memcpy(said, d->line, len);
	d->len[DISSECT_CLIENT] = 0;
	take(d, DISSECT_CLIENT, said, said + len);
	explicit_bzero(said, len);
}

static void
decide(struct dissect *d)
{
	const struct dissect_row *row = dissect_choose(d);

	if (row != NULL)
		begin(d, row);
	else if (d->len[DISSECT_CLIENT] == sizeof d->line)
		dissect_stop(d);
}

/*
 * Does the octet that came last tell more? A long line must not cost a look at
 * all rows for each octet, only as long as a word may go on, and at its end.
 */
static bool
tells(const struct dissect *d, enum dissect_side side, char octet)
{
	size_t len = d->len[side];

	return len <= WORD || octet == '\n' || len == sizeof d->line;
}

/* One at a time: how they came in pieces must not matter. */
static const char *
take_first(
    struct dissect *d, enum dissect_side side, const char *at, const char *end)
{
	if (++d->before[side] > BEFORE) {
		dissect_stop(d);
		return end;
	}
	if (side == DISSECT_CLIENT)
		gather(d, side, at, 1);
	else
		take(d, side, at, at + 1);
	if (!d->over && d->len[DISSECT_CLIENT] > 0 && tells(d, side, *at))
		decide(d);
	return at + 1;
}

bool
dissect_feed(
    struct dissect *d, enum dissect_side side, const void *bytes, size_t len)
{
	const char *at = bytes, *end = at + len;

	while (at < end && d->row == NULL && !d->over)
		at = take_first(d, side, at, end);
	take(d, side, at, end);
	return !d->over;
}

uint64_t
dissect_blind(const struct dissect *d, enum dissect_side side)
{
	/* IMAP's literals are skipped as lines, but read. */
	return d->keep && side == DISSECT_CLIENT ? 0 : d->skip[side];
}

void
dissect_pass(struct dissect *d, enum dissect_side side, uint64_t len)
{
	assert(len <= dissect_blind(d, side));
	d->skip[side] -= len;
}
