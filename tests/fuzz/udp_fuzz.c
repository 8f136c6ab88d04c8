/* Any octets as a datagram's header; what is read, the writer writes back. */

#include <assert.h>
#include <string.h>

#include "proto/udp.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	uint8_t back[UDP_HEAD_MAX];
	struct udp_head head;
	struct rd in = rd_of(bytes, len);
	struct wr out = wr_of(back, sizeof back);

	if (udp_head_parse(&in, &head) != PARSE_DONE) {
		assert(in.at == bytes);
		return 0;
	}
	udp_head_write(&out, &head);
	assert(!out.failed && wr_len(&out) == (size_t)(in.at - bytes));
	/* RSV is not kept. */
	assert(memcmp(back + 2, bytes + 2, wr_len(&out) - 2) == 0);
	(void)socks_addr_literal(&head.addr);
	return 0;
}
