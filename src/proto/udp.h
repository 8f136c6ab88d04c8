/*
 * The header of a datagram between a client and the relay (RFC 1928 section 7).
 *
 * What follows it to the datagram's end is the payload. Like any parser it
 * tells what is cut short from what can never be right; of a datagram nothing
 * more will come, so its reader drops both. Any thread.
 */

#ifndef PROTO_UDP_H
#define PROTO_UDP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/wire.h"
#include "proto/socks5.h"

enum {
	UDP_HEAD_V4 = 4 + 4 + 2,
	UDP_HEAD_V6 = 4 + 16 + 2,
	UDP_HEAD_MAX = 4 + 1 + 255 + 2,
	UDP_PAYLOAD_MAX = 65507, /* over IPv4: 65535 - 20 - 8 */
};

/* FRAG: the position in a sequence, 0 for a datagram that stands alone. */
enum {
	UDP_FRAG_END = 0x80,
	UDP_FRAG_POSITION = 0x7f,
};

struct udp_head {
	uint8_t frag;
	struct socks_addr addr; /* DST of a request, the sender of an answer */
};

/* RSV is ignored, as in all requests; see docs/rfc.md. */
enum parse udp_head_parse(struct rd *, struct udp_head *);
void udp_head_write(struct wr *, const struct udp_head *);

/* The header of an answer: it stands alone and comes from that address. */
void udp_answer_write(struct wr *, const struct addr *from);

/* The length of what udp_answer_write() writes. */
static inline size_t
udp_answer_len(const struct addr *from)
{
	return from->family == ADDR_V6 ? UDP_HEAD_V6 : UDP_HEAD_V4;
}

#endif
