/* Answers, as a client reads them. */

#include "proto/frame.h"

#include <assert.h>

/* The records of a base answer: what is left behind TYPE and CMD. */
static void
parse_base_rows(struct rd *in, const struct admin_command *c, void *rows,
    struct frame_answer *answer)
{
	size_t n = c->many ? (size_t)rd_uint(in, 1) : 1;
	char *row = rows;

	for (size_t i = 0; i < n; i++, row += c->answer->size)
		if (!layout_parse(in, c->answer, ADMIN_BASE, row))
			return;
	answer->count = n;
}

static enum parse
parse_base(struct rd *in, unsigned asked, const struct admin_command *c,
    struct frame_answer *answer, void *rows)
{
	uint64_t type = rd_uint(in, 1), cmd;

	if (!in->failed && type != asked >> 8)
		return PARSE_BAD;
	cmd = rd_uint(in, 1);
	if (in->failed)
		return PARSE_MORE;
	if (cmd == FRAME_UNKNOWN)
		answer->status = ADMIN_UNKNOWN;
	else if (cmd != (asked & 0xff))
		return PARSE_BAD;
	else if (c->result != ADMIN_RESULT_NONE)
		answer->status =
		    admin_base_meaning(c->result, (uint8_t)rd_uint(in, 1));
	else
		parse_base_rows(in, c, rows, answer);
	return in->failed ? PARSE_MORE : PARSE_DONE;
}

static bool
parse_page(struct rd *body, const struct admin_command *c, void *rows,
    struct frame_answer *answer)
{
	char *row = rows;
	struct rd one;
	size_t len;

	answer->more = rd_uint(body, 1) != 0;
	while (rd_left(body) > 0 && answer->count < FRAME_LIST_MOST) {
		len = (size_t)rd_uint(body, 2);
		one = rd_of(body->at, len);
		if (rd_bytes(body, len) == NULL ||
		    !layout_parse_known(&one, c->answer, ADMIN_EXTENDED, row))
			return false;
		answer->count++;
		row += c->answer->size;
	}
	return !body->failed && rd_left(body) == 0;
}

static bool
parse_body(struct rd *body, const struct admin_command *c, void *rows,
    struct frame_answer *answer)
{
	const uint8_t *text;
	size_t len;

	if (answer->status != ADMIN_OK) {
		len = rd_left(body) > 0 ? (size_t)rd_uint(body, 1) : 0;
		text = rd_bytes(body, len);
		if (text != NULL)
			layout_text_set(&answer->why, text, len);
		return text != NULL;
	}
	if (c->many)
		return parse_page(body, c, rows, answer);
	answer->count = 1;
	return layout_parse_known(body, c->answer, ADMIN_EXTENDED, rows);
}

static enum parse
parse_extended_answer(struct rd *in, unsigned asked,
    const struct admin_command *c, struct frame_answer *answer, void *rows)
{
	uint64_t code = rd_uint(in, 1), status, len;
	struct rd body;

	if (!in->failed && code != asked >> 8)
		return PARSE_BAD;
	code = rd_uint(in, 1);
	if (!in->failed && code != (asked & 0xff))
		return PARSE_BAD;
	status = rd_uint(in, 1);
	len = rd_uint(in, 4);
	if (in->failed)
		return PARSE_MORE;
	if (len > FRAME_BODY_MOST)
		return PARSE_BAD;
	body = rd_of(in->at, (size_t)len);
	if (rd_bytes(in, (size_t)len) == NULL)
		return PARSE_MORE;
	/* A newer server may know more ways to fail. */
	answer->status =
	    status < ADMIN_STATUSES ? (enum admin_status)status : ADMIN_FAILED;
	return parse_body(&body, c, rows, answer) ? PARSE_DONE : PARSE_BAD;
}

enum parse
frame_answer_parse(struct rd *in, enum admin_form form, enum admin_id id,
    struct frame_answer *answer, void *rows, size_t most)
{
	const struct admin_command *c = &admin_commands[id];
	struct rd try = *in;
	enum parse found;

	assert(c->many ? most >= FRAME_LIST_MOST : most >= 1);
	(void)most;
	answer->status = ADMIN_OK;
	answer->more = false;
	answer->count = 0;
	answer->why.len = 0;
	answer->why.bytes[0] = '\0';
	if (form == ADMIN_BASE)
		found = parse_base(
		    &try, (unsigned)admin_base_code(id), c, answer, rows);
	else
		found = parse_extended_answer(
		    &try, (unsigned)admin_extended_code(id), c, answer, rows);
	if (found == PARSE_DONE)
		*in = try;
	else
		answer->count = 0;
	return found;
}
