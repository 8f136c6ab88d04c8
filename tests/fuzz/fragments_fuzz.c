/*
 * Datagrams in a row, each after an octet of length and one of time. What
 * becomes whole fits a datagram, and the purse is never exceeded.
 */

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/fragments.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

enum {
	MOST = 8192,
	SPREAD = 37, /* payloads longer than the input */
};

static void
one(struct fragments *f, struct fragments_purse *purse, struct rd in,
    uint64_t now)
{
	static uint8_t payload[256 * SPREAD];
	struct udp_head head;
	size_t len;

	if (udp_head_parse(&in, &head) != PARSE_DONE)
		return;
	if (head.frag == 0) {
		fragments_reset(f, purse);
		return;
	}
	len = rd_left(&in) * SPREAD;
	memset(payload, head.frag, len);
	if (fragments_add(f, purse, &head, payload, len, now) ==
	    FRAGMENTS_WHOLE) {
		assert(fragments_whole(f).len <= UDP_PAYLOAD_MAX);
		fragments_reset(f, purse);
	}
	assert(purse->held <= purse->most);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct fragments f = { 0 };
	struct fragments_purse purse = { .most = MOST };
	struct rd in = rd_of(bytes, len);
	uint64_t now = 0;

	while (rd_left(&in) > 0) {
		size_t n = rd_uint(&in, 1);
		const uint8_t *datagram;

		now += rd_uint(&in, 1) * 100;
		if (n > rd_left(&in))
			n = rd_left(&in);
		datagram = rd_bytes(&in, n);
		if (datagram != NULL)
			one(&f, &purse, rd_of(datagram, n), now);
	}
	fragments_reset(&f, &purse);
	assert(purse.held == 0);
	return 0;
}
