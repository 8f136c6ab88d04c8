/* Any octets, to every parser of RFC 1928 and 1929; what one reads, its writer
 * writes back. */

#include <assert.h>
#include <string.h>

#include "proto/socks5.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

/* What was read must be written as it was, from `from` to the cursor. */
static void
same(const struct wr *out, const uint8_t *from, const struct rd *in)
{
	assert(!out->failed);
	assert(wr_len(out) == (size_t)(in->at - from));
	assert(memcmp(out->start, from, wr_len(out)) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	uint8_t back[600];
	struct socks_greeting greeting;
	struct socks_login login;
	struct socks_request request;
	enum socks_reply refusal;
	struct rd in = rd_of(bytes, len);
	struct wr out = wr_of(back, sizeof back);

	if (socks_greeting_parse(&in, &greeting) == PARSE_DONE) {
		socks_greeting_write(&out, &greeting);
		same(&out, bytes, &in);
	}
	in = rd_of(bytes, len);
	out = wr_of(back, sizeof back);
	if (socks_login_parse(&in, &login) == PARSE_DONE) {
		socks_login_write(&out, &login);
		same(&out, bytes, &in);
	}
	in = rd_of(bytes, len);
	out = wr_of(back, sizeof back);
	if (socks_request_parse(&in, &request, &refusal) == PARSE_DONE) {
		socks_request_write(&out, &request);
		back[2] = bytes[2]; /* RSV is not kept */
		same(&out, bytes, &in);
		(void)socks_addr_literal(&request.addr);
	}
	return 0;
}
