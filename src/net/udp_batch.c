#include "net/udp_batch.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "proto/udp.h"

enum {
	LONGEST = 65535,
	/* Slots that begin at different places of a page share the cache. */
	SLOT = 65536 + 1024 + 64,
};

struct udp_batch {
	struct mmsghdr in[UDP_BATCH], out[UDP_BATCH];
	struct iovec in_bytes[UDP_BATCH], out_bytes[UDP_BATCH];
	struct sockaddr_storage from[UDP_BATCH], to[UDP_BATCH];
	uint16_t heads[UDP_BATCH];
	unsigned added;
	uint8_t slots[UDP_BATCH][SLOT];
};

static uint8_t *
slot(struct udp_batch *b, int i)
{
	return b->slots[i] + UDP_HEAD_V6;
}

struct udp_batch *
udp_batch_new(void)
{
	/* calloc() of so much leaves pages untouched. */
	struct udp_batch *b = calloc(1, sizeof *b);

	for (int i = 0; b != NULL && i < UDP_BATCH; i++) {
		b->in_bytes[i] = (struct iovec){ slot(b, i), LONGEST };
		b->in[i].msg_hdr.msg_name = &b->from[i];
		b->in[i].msg_hdr.msg_iov = &b->in_bytes[i];
		b->in[i].msg_hdr.msg_iovlen = 1;
		b->out[i].msg_hdr.msg_name = &b->to[i];
		b->out[i].msg_hdr.msg_iov = &b->out_bytes[i];
		b->out[i].msg_hdr.msg_iovlen = 1;
	}
	return b;
}

void
udp_batch_free(struct udp_batch *b)
{
	free(b);
}

int
udp_batch_receive(struct udp_batch *b, int fd)
{
	int n;

	for (int i = 0; i < UDP_BATCH; i++)
		b->in[i].msg_hdr.msg_namelen = sizeof b->from[i];
	n = recvmmsg(fd, b->in, UDP_BATCH, MSG_DONTWAIT, NULL);
	return n >= 0 ? n : -errno;
}

struct udp_got
udp_batch_got(struct udp_batch *b, int i)
{
	return (struct udp_got){
		.bytes = slot(b, i),
		.len = b->in[i].msg_len,
		.from = addr_of((struct sockaddr *)&b->from[i]),
	};
}

void
udp_batch_add(struct udp_batch *b, uint8_t *bytes, size_t len, size_t head,
    const struct addr *to)
{
	unsigned i = b->added++;

	b->out_bytes[i] = (struct iovec){ bytes, len };
	b->out[i].msg_hdr.msg_namelen = addr_sockaddr(to, &b->to[i]);
	b->heads[i] = (uint16_t)head;
}

unsigned
udp_batch_added(const struct udp_batch *b)
{
	return b->added;
}

struct udp_sent
udp_batch_send(struct udp_batch *b, int fd)
{
	struct udp_sent sent = { 0 };
	unsigned at = 0, end;
	int n;

	while (at < b->added) {
		n = sendmmsg(fd, b->out + at, b->added - at, MSG_DONTWAIT);
		if (n <= 0) {
			if (errno != EINTR) {
				sent.dropped++;
				at++;
			}
			continue;
		}
		for (end = at + (unsigned)n; at < end; at++) {
			sent.octets += b->out_bytes[at].iov_len;
			sent.payload += b->out_bytes[at].iov_len - b->heads[at];
		}
		sent.datagrams += (uint32_t)n;
	}
	b->added = 0;
	return sent;
}
