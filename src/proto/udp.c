#include "proto/udp.h"

enum parse
udp_head_parse(struct rd *in, struct udp_head *head)
{
	struct rd try = *in;
	enum parse found;

	rd_uint(&try, 2); /* RSV */
	head->frag = (uint8_t)rd_uint(&try, 1);
	if (try.failed)
		return PARSE_MORE;
	found = socks_addr_parse(&try, &head->addr);
	if (found == PARSE_DONE)
		*in = try;
	return found;
}

void
udp_head_write(struct wr *out, const struct udp_head *head)
{
	wr_uint(out, 2, 0);
	wr_uint(out, 1, head->frag);
	socks_addr_write(out, &head->addr);
}

void
udp_answer_write(struct wr *out, const struct addr *from)
{
	wr_uint(out, 2, 0);
	wr_uint(out, 1, 0);
	socks_bound_write(out, from);
}
