#include "proto/bottler.h"

#include <assert.h>
#include <string.h>

/* ---- requests */

enum parse
bottler_head_parse(struct rd *in, struct bottler_head *head)
{
	struct rd try = *in;
	uint64_t version = rd_uint(&try, 1);

	head->token = rd_bytes(&try, BOTTLER_TOKEN);
	head->cmd = (uint8_t)rd_uint(&try, 1);
	if (try.failed)
		return PARSE_MORE;
	if (version != BOTTLER_VERSION)
		return PARSE_BAD;
	*in = try;
	return PARSE_DONE;
}

static bool
is_all_zero(const struct rd *in)
{
	for (const uint8_t *p = in->at; p < in->end; p++)
		if (*p != 0)
			return false;
	return true;
}

enum admin_status
bottler_parameters_parse(
    struct rd *in, uint8_t cmd, enum admin_id *id, union admin_request *record)
{
	const struct layout *layout;
	uint8_t absent;
	struct rd instead;

	*id = admin_bottler_find(cmd);
	if (*id == ADMIN_COMMANDS)
		return ADMIN_UNKNOWN;
	layout = admin_commands[*id].request;
	absent = admin_bottler_absent(*id);
	instead = rd_of(&absent, 1);
	if (rd_left(in) > BOTTLER_REQUEST_MOST - BOTTLER_HEAD)
		return ADMIN_INVALID;
	if (rd_left(in) == 0 && absent != 0)
		return layout_parse(&instead, layout, ADMIN_BOTTLER, record)
			   ? ADMIN_OK
			   : ADMIN_INVALID;
	if (!layout_parse(in, layout, ADMIN_BOTTLER, record) ||
	    !is_all_zero(in))
		return ADMIN_INVALID;
	return ADMIN_OK;
}

void
bottler_request_write(struct wr *out, const uint8_t token[BOTTLER_TOKEN],
    enum admin_id id, const void *record)
{
	int code = admin_bottler_code(id);
	size_t start = wr_len(out);

	assert(code >= 0);
	wr_uint(out, 1, BOTTLER_VERSION);
	wr_bytes(out, token, BOTTLER_TOKEN);
	wr_uint(out, 1, (uint64_t)code);
	layout_pack(out, admin_commands[id].request, ADMIN_BOTTLER, record);
	if (wr_len(out) - start > BOTTLER_REQUEST_MOST)
		out->failed = true;
}

/* ---- answers */

void
bottler_answer_write(struct wr *out, enum admin_id id, enum admin_status status,
    const void *record)
{
	wr_uint(out, 1, BOTTLER_VERSION);
	wr_uint(out, 1, admin_bottler_status(status));
	if (status == ADMIN_OK)
		layout_pack(
		    out, admin_commands[id].answer, ADMIN_BOTTLER, record);
}

void
bottler_list_begin(struct bottler_list *list, struct wr *out, enum admin_id id)
{
	wr_uint(out, 1, BOTTLER_VERSION);
	wr_uint(out, 1, admin_bottler_status(ADMIN_OK));
	list->out = out;
	list->row = admin_commands[id].answer;
	list->count = wr_room(out, 1);
	if (list->count != NULL)
		*list->count = 0;
}

bool
bottler_list_row(struct bottler_list *list, const void *record)
{
	struct wr try = *list->out;

	if (list->count == NULL || *list->count == BOTTLER_LIST_MOST)
		return false;
	layout_pack(&try, list->row, ADMIN_BOTTLER, record);
	if (try.failed)
		return false;
	*list->out = try;
	++*list->count;
	return true;
}

enum parse
bottler_answer_parse(struct rd *in, enum admin_id id, enum admin_status *status,
    void *rows, size_t *count)
{
	const struct admin_command *c = &admin_commands[id];
	uint64_t version = rd_uint(in, 1);
	size_t n = 1;
	char *row = rows;

	*count = 0;
	*status = admin_bottler_meaning((uint8_t)rd_uint(in, 1));
	if (in->failed)
		return PARSE_MORE;
	if (version != BOTTLER_VERSION)
		return PARSE_BAD;
	if (*status != ADMIN_OK)
		return PARSE_DONE;
	if (c->many)
		n = (size_t)rd_uint(in, 1);
	for (size_t i = 0; i < n && !in->failed; i++, row += c->answer->size)
		(void)layout_parse(in, c->answer, ADMIN_BOTTLER, row);
	if (in->failed)
		return PARSE_MORE;
	*count = n;
	return PARSE_DONE;
}

/* ---- pages */

unsigned
bottler_pager_add(struct bottler_pager *p, size_t name_len)
{
	if (p->page == 0 || p->count == BOTTLER_LIST_MOST ||
	    p->octets + 1 + name_len > BOTTLER_ANSWER_MOST) {
		p->page++;
		p->count = 0;
		p->octets = BOTTLER_REFUSAL + 1;
	}
	p->count++;
	p->octets += 1 + name_len;
	return p->page;
}

/* ---- the token */

static int
digit(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool
bottler_token_read(uint8_t token[BOTTLER_TOKEN], const void *text, size_t len)
{
	const uint8_t *p = text;

	if ((len == BOTTLER_TOKEN + 1 || len == 2 * BOTTLER_TOKEN + 1) &&
	    p[len - 1] == '\n')
		len--;
	if (len == BOTTLER_TOKEN) {
		memcpy(token, p, BOTTLER_TOKEN);
		return true;
	}
	if (len != 2 * BOTTLER_TOKEN)
		return false;
	for (size_t i = 0; i < BOTTLER_TOKEN; i++) {
		int high = digit(p[2 * i]), low = digit(p[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		token[i] = (uint8_t)(high << 4 | low);
	}
	return true;
}

bool
bottler_token_same(const uint8_t *a, const uint8_t *b)
{
	uint8_t differ = 0;

	for (size_t i = 0; i < BOTTLER_TOKEN; i++)
		differ |= (uint8_t)(a[i] ^ b[i]);
	return *(volatile uint8_t *)&differ == 0;
}
