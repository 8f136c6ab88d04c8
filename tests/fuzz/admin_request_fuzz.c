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

static void
check_same(const struct frame_request *req, const uint8_t *start, size_t len)
{
	uint8_t wire[FRAME_REQUEST_MOST];
	struct wr out = wr_of(wire, sizeof wire);

	if (req->id == ADMIN_COMMANDS) {
		if (len != 2 || req->type > 1)
			abort();
		return;
	}
	frame_request_write(&out, req->id, &req->record);
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
		if (found == PARSE_DONE)
			check_same(&req, start, (size_t)(in.at - start));
		else if (in.at != start || (found == PARSE_BAD && *start < 2))
			abort();
	} while (found == PARSE_DONE);
	return 0;
}
