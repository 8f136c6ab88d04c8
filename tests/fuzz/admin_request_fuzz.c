/* What a client may send to the admin server: a login, then requests. Whatever
 * is understood must be written back as the same octets. */

#include <stdlib.h>
#include <string.h>

#include "proto/frame.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
check_login(struct rd *in)
{
	const uint8_t *start = in->at;
	uint8_t wire[FRAME_LOGIN_MOST];
	struct wr out = wr_of(wire, sizeof wire);
	struct frame_login login;

	if (frame_login_parse(in, &login) != PARSE_DONE) {
		if (in->at != start)
			abort();
		return;
	}
	frame_login_write(&out, &login);
	if (out.failed || memcmp(wire, start, wr_len(&out)) != 0 ||
	    in->at != start + wr_len(&out))
		abort();
}

/* Fields may be missing, or more than we know: it can be written again. */
static void
check_extended(const struct frame_request *req, size_t len)
{
	uint8_t wire[FRAME_REQUEST_MOST];
	struct wr out = wr_of(wire, sizeof wire);

	if (req->type > 3 || len < 6 || len > 6 + FRAME_REQUEST_MOST)
		abort();
	if ((req->id == ADMIN_COMMANDS || req->found == ADMIN_LONG) &&
	    (len != 6 || req->found == ADMIN_OK))
		abort();
	if (req->found != ADMIN_OK)
		return;
	frame_request_write(&out, ADMIN_EXTENDED, req->id, &req->record);
	if (out.failed)
		abort();
}

static void
check_same(const struct frame_request *req, const uint8_t *start, size_t len)
{
	uint8_t wire[FRAME_REQUEST_MOST];
	struct wr out = wr_of(wire, sizeof wire);

	if (req->type > 1) {
		check_extended(req, len);
		return;
	}
	if (req->id == ADMIN_COMMANDS) {
		if (len != 2 || req->skip != 0)
			abort();
		return;
	}
	frame_request_write(&out, ADMIN_BASE, req->id, &req->record);
	/* Some commands have a second code. */
	if (out.failed || wr_len(&out) != len ||
	    memcmp(wire + 2, start + 2, len - 2) != 0)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct rd in = rd_of(bytes, len);
	struct frame_request req;
	const uint8_t *start;
	enum parse found;

	check_login(&in);
	do {
		start = in.at;
		found = frame_request_parse(&in, &req);
		if (found == PARSE_DONE) {
			check_same(&req, start, (size_t)(in.at - start));
			(void)rd_bytes(&in,
			    req.skip < rd_left(&in) ? req.skip : rd_left(&in));
		} else if (in.at != start || (found == PARSE_BAD && *start < 4))
			abort();
	} while (found == PARSE_DONE);
	return 0;
}
