#include "net/udp_batch.h"

#include <errno.h>
#include <netinet/udp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "proto/udp.h"

enum {
	LONGEST = 65535,
	/* Slots that begin at different places of a page share the cache. */
	SLOT = 65536 + 1024 + 64,
	/* What every path carries in one piece, hardly any less. */
	SEGMENT_MOST = 1452,
};

/* Room for the size of a segment beside a message. */
struct control {
	_Alignas(struct cmsghdr) uint8_t bytes[CMSG_SPACE(sizeof(uint16_t))];
};

struct udp_batch {
	struct mmsghdr in[UDP_BATCH], out[UDP_BATCH];
	struct iovec in_bytes[UDP_BATCH], out_bytes[UDP_BATCH];
	struct sockaddr_storage from[UDP_BATCH], to[UDP_BATCH];
	uint16_t heads[UDP_BATCH];
	unsigned added;

	/*
	 * Datagrams in a row that go to one place and have one size, as one
	 * message that the kernel cuts (UDP_SEGMENT): the way down is taken
	 * once for all of them.
	 */
	struct mmsghdr rows[UDP_BATCH];
	struct control sizes[UDP_BATCH];
	bool uncut; /* the kernel has said that it does not */
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

/* ---- sending */

static bool
same_place(const struct udp_batch *b, unsigned i, unsigned j)
{
	const struct msghdr *to = &b->out[i].msg_hdr;

	return to->msg_namelen == b->out[j].msg_hdr.msg_namelen &&
	       memcmp(to->msg_name, b->out[j].msg_hdr.msg_name,
		   to->msg_namelen) == 0;
}

/* How many from the first on may go as one; the last of them may be shorter. */
static unsigned
row_from(const struct udp_batch *b, unsigned first)
{
	size_t size = b->out_bytes[first].iov_len;
	unsigned end = first + 1;

	if (b->uncut || size == 0 || size > SEGMENT_MOST)
		return 1;
	while (end < b->added && b->out_bytes[end - 1].iov_len == size &&
	       b->out_bytes[end].iov_len <= size &&
	       b->out_bytes[end].iov_len > 0 && same_place(b, first, end))
		end++;
	return end - first;
}

static void
make_row(struct udp_batch *b, unsigned i, unsigned first, unsigned count)
{
	struct msghdr *m = &b->rows[i].msg_hdr;
	uint16_t size = (uint16_t)b->out_bytes[first].iov_len;
	struct cmsghdr *c;

	*m = b->out[first].msg_hdr;
	m->msg_iovlen = count;
	if (count == 1)
		return;
	m->msg_control = b->sizes[i].bytes;
	m->msg_controllen = sizeof b->sizes[i].bytes;
	c = CMSG_FIRSTHDR(m);
	c->cmsg_level = IPPROTO_UDP;
	c->cmsg_type = UDP_SEGMENT;
	c->cmsg_len = CMSG_LEN(sizeof size);
	memcpy(CMSG_DATA(c), &size, sizeof size);
}

static unsigned
make_rows(struct udp_batch *b)
{
	unsigned rows = 0, count;

	for (unsigned first = 0; first < b->added; first += count) {
		count = row_from(b, first);
		make_row(b, rows++, first, count);
	}
	return rows;
}

static void
count_sent(const struct udp_batch *b, struct udp_sent *sent, unsigned first,
    unsigned count)
{
	for (unsigned i = first; i < first + count; i++) {
		sent->octets += b->out_bytes[i].iov_len;
		sent->payload += b->out_bytes[i].iov_len - b->heads[i];
	}
	sent->datagrams += count;
}

/* What the kernel does not cut, or not take. */
static void
send_singly(struct udp_batch *b, int fd, struct udp_sent *sent, unsigned first,
    unsigned count)
{
	for (unsigned i = first; i < first + count; i++) {
		if (sendmsg(fd, &b->out[i].msg_hdr, MSG_DONTWAIT) == -1)
			sent->dropped++;
		else
			count_sent(b, sent, i, 1);
	}
}

struct udp_sent
udp_batch_send(struct udp_batch *b, int fd)
{
	struct udp_sent sent = { 0 };
	unsigned rows = make_rows(b), row = 0, first = 0, count;
	int n;

	while (row < rows) {
		n = sendmmsg(fd, b->rows + row, rows - row, MSG_DONTWAIT);
		for (; n > 0; n--, row++, first += count) {
			count = (unsigned)b->rows[row].msg_hdr.msg_iovlen;
			count_sent(b, &sent, first, count);
		}
		if (n == 0 || errno == EINTR)
			continue;
		count = (unsigned)b->rows[row].msg_hdr.msg_iovlen;
		b->uncut |= errno == EIO;
		if (count > 1)
			send_singly(b, fd, &sent, first, count);
		else
			sent.dropped++;
		first += count;
		row++;
	}
	b->added = 0;
	return sent;
}
