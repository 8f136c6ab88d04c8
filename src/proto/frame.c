#include "proto/frame.h"

#include <assert.h>

#include <string.h>

/* TYPE */
enum {
	QUERY = 0x00,
	MODIFICATION = 0x01,
	EXTENDED_QUERY = 0x02,
	EXTENDED_MODIFICATION = 0x03,
	EVENT_TOLD = 0x04,
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

/* What can be said of a request once TYPE, CMD and LEN are known. */
static enum admin_status
judge(const struct frame_request *req, uint64_t len)
{
	if (len > FRAME_BODY_MOST)
		return ADMIN_LONG;
	return req->id == ADMIN_COMMANDS ? ADMIN_UNKNOWN : ADMIN_OK;
}

static enum parse
parse_extended(struct rd *in, struct rd *try, struct frame_request *req)
{
	uint64_t len = rd_uint(try, 4);
	const size_t most = FRAME_REQUEST_MOST;
	struct rd body;
	size_t known;

	if (try->failed)
		return PARSE_MORE;
	req->form = ADMIN_EXTENDED;
	req->id = admin_extended_find(req->type, req->cmd);
	req->found = judge(req, len);
	known = req->found != ADMIN_OK ? 0 : len < most ? (size_t)len : most;
	body = rd_of(try->at, known);
	(void)rd_bytes(try, known);
	if (try->failed)
		return PARSE_MORE;
	req->skip = (uint32_t)(len - known);
	if (req->found == ADMIN_OK &&
	    !layout_parse_known(&body, admin_commands[req->id].request,
		ADMIN_EXTENDED, &req->record))
		req->found = ADMIN_INVALID;
	*in = *try;
	return PARSE_DONE;
}

enum parse
frame_request_parse(struct rd *in, struct frame_request *req)
{
	struct rd try = *in;

	req->type = (uint8_t)rd_uint(&try, 1);
	if (!try.failed && req->type > EXTENDED_MODIFICATION)
		return PARSE_BAD;
	req->cmd = (uint8_t)rd_uint(&try, 1);
	if (req->type > MODIFICATION)
		return parse_extended(in, &try, req);
	if (try.failed)
		return PARSE_MORE;
	req->form = ADMIN_BASE;
	req->skip = 0;
	req->id = admin_base_find(req->type, req->cmd);
	req->found = req->id == ADMIN_COMMANDS ? ADMIN_UNKNOWN : ADMIN_OK;
	if (req->id != ADMIN_COMMANDS &&
	    !layout_parse(&try, admin_commands[req->id].request, ADMIN_BASE,
		&req->record))
		return PARSE_MORE;
	*in = try;
	return PARSE_DONE;
}

/* LEN, to be filled in by put_len() once what it counts is written. */
static uint8_t *
begin_len(struct wr *out)
{
	return wr_room(out, 4);
}

static void
put_len(const struct wr *out, uint8_t *at)
{
	struct wr len;

	if (at == NULL || out->failed)
		return;
	len = wr_of(at, 4);
	wr_uint(&len, 4, (uint64_t)(out->at - at - 4));
}

void
frame_request_write(
    struct wr *out, enum admin_form form, enum admin_id id, const void *record)
{
	const struct layout *layout = admin_commands[id].request;
	int code =
	    form == ADMIN_BASE ? admin_base_code(id) : admin_extended_code(id);
	uint8_t *len = NULL;

	assert(code >= 0);
	wr_uint(out, 2, (uint64_t)code);
	if (form == ADMIN_EXTENDED)
		len = begin_len(out);
	layout_pack(out, layout, form, record);
	put_len(out, len);
}

/* ---- answers */

void
frame_unknown_write(struct wr *out)
{
	wr_uint(out, 2, FRAME_UNKNOWN << 8 | FRAME_UNKNOWN);
}

static void
write_extended(struct wr *out, const struct frame_request *req,
    enum admin_status status, const void *record, const char *why)
{
	size_t why_len;
	uint8_t *len;

	wr_uint(out, 1, status);
	len = begin_len(out);
	if (status == ADMIN_OK) {
		layout_pack(out, admin_commands[req->id].answer, ADMIN_EXTENDED,
		    record);
	} else {
		if (why == NULL || *why == '\0')
			why = admin_status_text(status);
		why_len = strnlen(why, 255);
		wr_uint(out, 1, why_len);
		wr_bytes(out, why, why_len);
	}
	put_len(out, len);
}

void
frame_answer_write(struct wr *out, const struct frame_request *req,
    enum admin_status status, const void *record, const char *why)
{
	const struct admin_command *c = &admin_commands[req->id];

	wr_uint(out, 1, req->type);
	if (req->form == ADMIN_BASE && req->found != ADMIN_OK) {
		wr_uint(out, 1, FRAME_UNKNOWN);
		return;
	}
	wr_uint(out, 1, req->cmd);
	if (req->form == ADMIN_EXTENDED)
		write_extended(out, req, status, record, why);
	else if (c->result != ADMIN_RESULT_NONE)
		wr_uint(out, 1, admin_base_status(c->result, status));
	else
		layout_pack(out, c->answer, ADMIN_BASE, record);
}

/* ---- lists */

static uint8_t *
zero(struct wr *out)
{
	uint8_t *at = wr_room(out, 1);

	if (at != NULL)
		*at = 0;
	return at;
}

void
frame_list_begin(
    struct frame_list *list, struct wr *out, const struct frame_request *req)
{
	*list = (struct frame_list){ .out = out,
		.before = *out,
		.row = admin_commands[req->id].answer,
		.form = req->form };
	wr_uint(out, 1, req->type);
	wr_uint(out, 1, req->cmd);
	if (req->form == ADMIN_BASE) {
		list->count = zero(out);
		return;
	}
	wr_uint(out, 1, ADMIN_OK);
	list->len = begin_len(out);
	list->more = zero(out);
}

static void
pack_row(struct wr *out, const struct frame_list *list, const void *record)
{
	uint8_t *at = NULL;
	struct wr len;

	if (list->form == ADMIN_EXTENDED)
		at = wr_room(out, 2);
	layout_pack(out, list->row, list->form, record);
	if (at == NULL || out->failed)
		return;
	len = wr_of(at, 2);
	wr_uint(&len, 2, (uint64_t)(out->at - at - 2));
}

void
frame_list_more(struct frame_list *list)
{
	if (list->more != NULL)
		*list->more = 1;
}

bool
frame_list_row(struct frame_list *list, const void *record)
{
	struct wr try = *list->out;
	uint8_t *start = list->before.at;

	if ((size_t)(try.end - start) > FRAME_ANSWER_MOST)
		try.end = start + FRAME_ANSWER_MOST;
	pack_row(&try, list, record);
	if (try.failed || list->rows == FRAME_LIST_MOST) {
		frame_list_more(list);
		return false;
	}
	list->out->at = try.at;
	list->rows++;
	if (list->count != NULL)
		*list->count = (uint8_t)list->rows;
	return true;
}

void
frame_list_end(struct frame_list *list)
{
	put_len(list->out, list->len);
}

void
frame_list_drop(struct frame_list *list)
{
	*list->out = list->before;
}

/* ---- events */

void
frame_event_write(struct wr *out, enum admin_event event, const void *record)
{
	uint8_t *len;

	wr_uint(out, 1, EVENT_TOLD);
	wr_uint(out, 1, admin_events[event].cmd);
	len = begin_len(out);
	layout_pack(out, admin_events[event].fields, ADMIN_EXTENDED, record);
	put_len(out, len);
}

bool
frame_is_event(const struct rd *in)
{
	return *in->at == EVENT_TOLD;
}

enum parse
frame_event_parse(
    struct rd *in, enum admin_event *event, union admin_event_record *record)
{
	struct rd try = *in, body;
	uint64_t type = rd_uint(&try, 1), cmd, len;

	if (!try.failed && type != EVENT_TOLD)
		return PARSE_BAD;
	cmd = rd_uint(&try, 1);
	len = rd_uint(&try, 4);
	if (!try.failed && len > FRAME_BODY_MOST)
		return PARSE_BAD;
	body = rd_of(try.at, (size_t)len);
	if (rd_bytes(&try, (size_t)len) == NULL)
		return PARSE_MORE;
	*event = admin_event_find((uint8_t)cmd);
	if (*event != ADMIN_EVENTS &&
	    !layout_parse_known(
		&body, admin_events[*event].fields, ADMIN_EXTENDED, record))
		return PARSE_BAD;
	*in = try;
	return PARSE_DONE;
}
