/*
 * Datagrams in batches: the buffers that a worker's associations share, filled
 * and sent by one system call for many. Nothing stays in them between two
 * turns. Worker thread only.
 */

#ifndef NET_UDP_BATCH_H
#define NET_UDP_BATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"

enum { UDP_BATCH = 32 };

struct udp_batch;

/* Memory is touched as datagrams need it. NULL if there is none. */
struct udp_batch *udp_batch_new(void);
void udp_batch_free(struct udp_batch *);

/*
 * Let the kernel hand over datagrams in a row from one sender as one message
 * (UDP_GRO), where it has them so: they were sent so on this machine, or came
 * from a network card together. Where it cannot, they come one by one.
 */
void udp_batch_tune(int fd);

/*
 * Up to UDP_BATCH messages that are there now: how many datagrams they hold, or
 * -errno. *more: there may be others.
 */
int udp_batch_receive(struct udp_batch *, int fd, bool *more);

/*
 * One of them, valid until the next call of udp_batch_receive(). In front of
 * its bytes is room for the longest header of an answer.
 */
struct udp_got {
	uint8_t *bytes;
	size_t len;
	struct addr from;
};
struct udp_got udp_batch_got(struct udp_batch *, int i);

/*
 * Have bytes, which must stay until then, sent with the next
 * udp_batch_send(). The first `head` of them do not count as payload. At most
 * UDP_BATCH before it must be sent.
 */
void udp_batch_add(struct udp_batch *, uint8_t *bytes, size_t len, size_t head,
    const struct addr *to);

/* How many have been added since the last sending. */
unsigned udp_batch_added(const struct udp_batch *);

/*
 * Send what was added. A datagram that the kernel does not take is dropped;
 * those behind it are not.
 */
struct udp_sent {
	uint32_t datagrams, dropped;
	uint64_t payload; /* octets, of those that were sent */
	uint64_t octets;  /* the same with headers */
};
struct udp_sent udp_batch_send(struct udp_batch *, int fd);

#endif
