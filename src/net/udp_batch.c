#include "net/udp_batch.h"

#include <assert.h>
#include <errno.h>
#include <netinet/udp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "proto/udp.h"

enum {
	LONGEST = 65535,
	SEGMENTS = 128, /* the kernel puts no more into one message */
	/*
	 * Segments are moved apart, for each to have room for a header. Slots
	 * that begin at different places of a page share the cache.
	 */
	SLOT = 65536 + 4096 + 64,
	/* What every path carries in one piece, hardly any less. */
	SEGMENT_MOST = 1452,
};

static_assert(SLOT >= UDP_HEAD_V6 * SEGMENTS + LONGEST, "moved apart");

/* Room for the size of a segment beside a message. */
struct control {
	_Alignas(struct cmsghdr) uint8_t bytes[CMSG_SPACE(sizeof(int))];
};

/* One datagram of a message. */
struct segment {
	uint32_t at; /* in the message's slot */
	uint16_t len;
	uint8_t message;
};

struct udp_batch {
	struct mmsghdr in[UDP_BATCH], out[UDP_BATCH];
	struct iovec in_bytes[UDP_BATCH], out_bytes[UDP_BATCH];
	struct sockaddr_storage from[UDP_BATCH], to[UDP_BATCH];
	struct control in_sizes[UDP_BATCH];
	struct segment segments[UDP_BATCH * SEGMENTS];
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
		b->in[i].msg_hdr.msg_control = b->in_sizes[i].bytes;
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

/* ---- receiving */

void
udp_batch_tune(int fd)
{
	static const int on = 1;

	(void)setsockopt(fd, IPPROTO_UDP, UDP_GRO, &on, sizeof on);
}

/* The size of all datagrams of a message but the last; 0: it is one. */
static size_t
segment_size(struct msghdr *m)
{
	struct cmsghdr *c;
	int size;

	for (c = CMSG_FIRSTHDR(m); c != NULL; c = CMSG_NXTHDR(m, c)) {
		if (c->cmsg_level != IPPROTO_UDP || c->cmsg_type != UDP_GRO)
			continue;
		memcpy(&size, CMSG_DATA(c), sizeof size);
		return size > 0 ? (size_t)size : 0;
	}
	return 0;
}

/*
 * Move the datagrams of a message apart, from the last to the first, and list
 * them behind the `count` that are there.
 */
static int
split(struct udp_batch *b, int message, int count)
{
	size_t len = b->in[message].msg_len;
	size_t size = segment_size(&b->in[message].msg_hdr);
	size_t n = size > 0 && size < len ? (len + size - 1) / size : 1;
	uint8_t *bytes = slot(b, message);

	n = n <= SEGMENTS ? n : SEGMENTS;
	for (size_t i = n; i-- > 0;) {
		size_t from = i * size, to = from + i * UDP_HEAD_V6;
		size_t left = len - from;

		left = i + 1 < n ? size : left;
		if (i > 0)
			memmove(bytes + to, bytes + from, left);
		b->segments[(size_t)count + i] = (struct segment){ (uint32_t)to,
			(uint16_t)left, (uint8_t)message };
	}
	return count + (int)n;
}

int
udp_batch_receive(struct udp_batch *b, int fd, bool *more)
{
	int n, count = 0;

	for (int i = 0; i < UDP_BATCH; i++) {
		b->in[i].msg_hdr.msg_namelen = sizeof b->from[i];
		b->in[i].msg_hdr.msg_controllen = sizeof b->in_sizes[i].bytes;
	}
	n = recvmmsg(fd, b->in, UDP_BATCH, MSG_DONTWAIT, NULL);
	*more = n == UDP_BATCH;
	for (int i = 0; i < n; i++)
		count = split(b, i, count);
	return n >= 0 ? count : -errno;
}

struct udp_got
udp_batch_got(struct udp_batch *b, int i)
{
	const struct segment *s = &b->segments[i];

	return (struct udp_got){
		.bytes = slot(b, s->message) + s->at,
		.len = s->len,
		.from = addr_of((struct sockaddr *)&b->from[s->message]),
	};
}

/* ---- sending */

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
	m->msg_controllen = CMSG_SPACE(sizeof size);
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
