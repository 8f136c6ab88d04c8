/* Any datagram as Bottler's server gets it. What is understood must be written
 * back as the same octets, but for zeros behind it. */

#include <stdlib.h>
#include <string.h>

#include "proto/bottler.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
check_same(
    enum admin_id id, const void *record, const uint8_t *bytes, size_t len)
{
	uint8_t wire[BOTTLER_REQUEST_MOST];
	struct wr out = wr_of(wire, sizeof wire);

	bottler_request_write(&out, bytes + 1, id, record);
	if (out.failed)
		abort();
	if (len == BOTTLER_HEAD && admin_bottler_absent(id) != 0) {
		if (wr_len(&out) != BOTTLER_HEAD + 1u ||
		    wire[BOTTLER_HEAD] != admin_bottler_absent(id))
			abort();
		return;
	}
	if (wr_len(&out) > len || memcmp(wire, bytes, wr_len(&out)) != 0)
		abort();
	for (size_t i = wr_len(&out); i < len; i++)
		if (bytes[i] != 0)
			abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct rd in = rd_of(bytes, len);
	union admin_request record;
	struct bottler_head head;
	uint8_t token[BOTTLER_TOKEN];
	enum admin_status status;
	enum admin_id id;
	enum parse found;

	(void)bottler_token_read(token, bytes, len);
	found = bottler_head_parse(&in, &head);
	if ((found == PARSE_MORE) != (len < BOTTLER_HEAD) ||
	    (found == PARSE_DONE) !=
		(len >= BOTTLER_HEAD && bytes[0] == BOTTLER_VERSION))
		abort();
	if (found != PARSE_DONE)
		return 0;
	status = bottler_parameters_parse(&in, head.cmd, &id, &record);
	if ((status == ADMIN_UNKNOWN) != (id == ADMIN_COMMANDS))
		abort();
	if (status == ADMIN_OK)
		check_same(id, &record, bytes, len);
	else if (status != ADMIN_UNKNOWN && status != ADMIN_INVALID)
		abort();
	return 0;
}
