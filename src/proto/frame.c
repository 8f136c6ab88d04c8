#include "proto/frame.h"

#include <assert.h>

enum {
	QUERY = 0x00,
	MODIFICATION = 0x01,
};

/* ---- login */

enum parse
frame_login_parse(struct rd *in, struct frame_login *login)
{
	struct rd try = *in;
	const uint8_t *name, *password;
	size_t name_len, password_len;

	if (rd_uint(&try, 1) != FRAME_VERSION && !try.failed)
		return PARSE_BAD;
	name_len = (size_t)rd_uint(&try, 1);
	name = rd_bytes(&try, name_len);
	password_len = (size_t)rd_uint(&try, 1);
	password = rd_bytes(&try, password_len);
	if (try.failed)
		return PARSE_MORE;
	layout_text_set(&login->name, name, name_len);
	secret_set(&login->password, password, password_len);
	*in = try;
	return PARSE_DONE;
}

void
frame_login_write(struct wr *out, const struct frame_login *login)
{
	wr_uint(out, 1, FRAME_VERSION);
	wr_uint(out, 1, login->name.len);
	wr_bytes(out, login->name.bytes, login->name.len);
	wr_uint(out, 1, login->password.len);
	wr_bytes(out, login->password.bytes, login->password.len);
}

enum parse
frame_verdict_parse(struct rd *in, enum frame_verdict *verdict)
{
	struct rd try = *in;
	uint64_t version, status;

	version = rd_uint(&try, 1);
	if (!try.failed && version != FRAME_VERSION)
		return PARSE_BAD;
	status = rd_uint(&try, 1);
	if (try.failed)
		return PARSE_MORE;
	if (status > FRAME_BAD_VERSION)
		return PARSE_BAD;
	*verdict = (enum frame_verdict)status;
	*in = try;
	return PARSE_DONE;
}

void
frame_verdict_write(struct wr *out, enum frame_verdict verdict)
{
	wr_uint(out, 1, FRAME_VERSION);
	wr_uint(out, 1, verdict);
}

/* ---- requests */

enum parse
frame_request_parse(struct rd *in, struct frame_request *req)
{
	struct rd try = *in;

	req->type = (uint8_t)rd_uint(&try, 1);
	if (!try.failed && req->type > MODIFICATION)
		return PARSE_BAD;
	req->cmd = (uint8_t)rd_uint(&try, 1);
	if (try.failed)
		return PARSE_MORE;
	req->id = admin_base_find(req->type, req->cmd);
	if (req->id != ADMIN_COMMANDS &&
	    !layout_parse(&try, admin_commands[req->id].request, ADMIN_BASE,
		&req->record))
		return PARSE_MORE;
	*in = try;
	return PARSE_DONE;
}

void
frame_request_write(struct wr *out, enum admin_id id, const void *record)
{
	int code = admin_base_code(id);

	assert(code >= 0);
	wr_uint(out, 2, (uint64_t)code);
	layout_pack(out, admin_commands[id].request, ADMIN_BASE, record);
}

/* ---- answers */

void
frame_unknown_write(struct wr *out, uint8_t type)
{
	wr_uint(out, 1, type > MODIFICATION ? FRAME_UNKNOWN : type);
	wr_uint(out, 1, FRAME_UNKNOWN);
}

void
frame_answer_write(struct wr *out, const struct frame_request *req,
    enum admin_status status, const void *record)
{
	const struct admin_command *c = &admin_commands[req->id];

	wr_uint(out, 1, req->type);
	wr_uint(out, 1, req->cmd);
	if (c->result != ADMIN_RESULT_NONE)
		wr_uint(out, 1, admin_base_status(c->result, status));
	else
		layout_pack(out, c->answer, ADMIN_BASE, record);
}

void
frame_list_begin(
    struct frame_list *list, struct wr *out, const struct frame_request *req)
{
	wr_uint(out, 1, req->type);
	wr_uint(out, 1, req->cmd);
	list->out = out;
	list->row = admin_commands[req->id].answer;
	list->count = wr_room(out, 1);
	if (list->count != NULL)
		*list->count = 0;
}

bool
frame_list_row(struct frame_list *list, const void *record)
{
	struct wr try = *list->out;

	if (list->count == NULL || *list->count == FRAME_LIST_MOST)
		return false;
	layout_pack(&try, list->row, ADMIN_BASE, record);
	if (try.failed)
		return false;
	*list->out = try;
	++*list->count;
	return true;
}

/* The records of an answer: what is left when TYPE, CMD and STATUS are read. */
static bool
parse_rows(struct rd *in, const struct admin_command *c, void *rows,
    size_t most, size_t *count)
{
	size_t n = c->many ? (size_t)rd_uint(in, 1) : 1;
	char *row = rows;

	assert(c->many ? most >= FRAME_LIST_MOST : most >= 1);
	for (size_t i = 0; i < n; i++, row += c->answer->size)
		if (!layout_parse(in, c->answer, ADMIN_BASE, row))
			return false;
	*count = n;
	return !in->failed;
}

enum parse
frame_answer_parse(struct rd *in, enum admin_id id, enum admin_status *status,
    void *rows, size_t most, size_t *count)
{
	const struct admin_command *c = &admin_commands[id];
	const unsigned asked = (unsigned)admin_base_code(id);
	struct rd try = *in;
	uint64_t type, cmd;

	*count = 0;
	*status = ADMIN_OK;
	type = rd_uint(&try, 1);
	if (!try.failed && type != asked >> 8)
		return PARSE_BAD;
	cmd = rd_uint(&try, 1);
	if (try.failed)
		return PARSE_MORE;
	if (cmd == FRAME_UNKNOWN)
		*status = ADMIN_UNKNOWN;
	else if (cmd != (asked & 0xff))
		return PARSE_BAD;
	else if (c->result != ADMIN_RESULT_NONE)
		*status =
		    admin_base_meaning(c->result, (uint8_t)rd_uint(&try, 1));
	else
		(void)parse_rows(&try, c, rows, most, count);
	if (try.failed) {
		*count = 0;
		return PARSE_MORE;
	}
	*in = try;
	return PARSE_DONE;
}
