#include "client/bottler.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"

const char *
bottler_open(struct bottler_client *b, const struct endpoint *where)
{
	const char *why = "no address";

	b->at = 0;
	b->naddrs = connect_resolve(where, b->addrs, &why);
	b->rows = calloc(BOTTLER_LIST_MOST, sizeof(union admin_answer));
	if (b->rows == NULL)
		return "out of memory";
	return b->naddrs == 0 ? why : NULL;
}

void
bottler_close(struct bottler_client *b)
{
	explicit_bzero(b->token, sizeof b->token);
	free(b->rows);
	b->rows = NULL;
}

/*
 * There is no number in a request, so each has a socket, that is a port, of its
 * own: an answer that comes late finds nobody.
 */
static int
open_socket(const struct connect_addr *to)
{
	int fd = socket(to->addr.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0), err;

	if (fd == -1)
		return -errno;
	if (connect(fd, (const void *)&to->addr, to->len) == 0)
		return fd;
	err = errno;
	close(fd);
	return -err;
}

static void
clear(struct client_answer *answer, enum admin_id id, const void *rows)
{
	*answer = (struct client_answer){ .id = id, .rows = rows };
}

/* One datagram: 0 the answer, -EPROTO none, else why nothing came. */
static int
receive(int fd, struct bottler_client *b, struct client_answer *answer)
{
	uint8_t bytes[BOTTLER_ANSWER_MOST];
	ssize_t n = recv(fd, bytes, sizeof bytes, MSG_DONTWAIT);
	struct rd in;

	if (n == -1)
		return -errno;
	in = rd_of(bytes, (size_t)n);
	if (bottler_answer_parse(&in, answer->id, &answer->status, b->rows,
		&answer->count) != PARSE_DONE)
		return -EPROTO;
	answer->why = admin_status_text(answer->status);
	return 0;
}

/* Wait for the answer until then; what is none is left out. */
static int
await(int fd, uint64_t until_ms, struct bottler_client *b,
    struct client_answer *answer)
{
	struct pollfd ready = { .fd = fd, .events = POLLIN };
	int found = -ETIMEDOUT, err;
	uint64_t now;

	while ((now = clock_ms()) < until_ms) {
		err = poll(&ready, 1, (int)(until_ms - now));
		if (err == -1)
			return -errno;
		if (err == 0)
			continue;
		err = receive(fd, b, answer);
		if (err == -EPROTO)
			found = -EPROTO;
		else if (err != -EAGAIN)
			return err;
	}
	return found;
}

/* Try, and try again from the same socket: that is known as the same. */
static int
exchange(int fd, const struct wr *request, const uint8_t *bytes,
    struct bottler_client *b, struct client_answer *answer)
{
	uint64_t limit_ms = BOTTLER_FIRST_MS;
	int err = 0;

	for (unsigned i = 0; i < BOTTLER_TRIES; i++, limit_ms *= 2) {
		if (send(fd, bytes, wr_len(request), MSG_NOSIGNAL) == -1)
			return -errno;
		err = await(fd, clock_ms() + limit_ms, b, answer);
		if (err != -ETIMEDOUT && err != -EPROTO)
			return err;
	}
	return err;
}

int
bottler_ask(struct bottler_client *b, enum admin_id id, const void *request,
    struct client_answer *answer)
{
	uint8_t bytes[BOTTLER_REQUEST_MOST];
	struct wr out = wr_of(bytes, sizeof bytes);
	int err = -EDESTADDRREQ, fd;

	bottler_request_write(&out, b->token, id, request);
	if (out.failed)
		return -EMSGSIZE;
	for (; b->at < b->naddrs; b->at++) {
		clear(answer, id, b->rows);
		fd = open_socket(&b->addrs[b->at]);
		if (fd >= 0) {
			err = exchange(fd, &out, bytes, b, answer);
			close(fd);
		} else {
			err = fd;
		}
		/* Where nobody listens another address may do. */
		if (err != -ECONNREFUSED && fd >= 0)
			break;
	}
	if (b->at == b->naddrs)
		b->at = 0;
	explicit_bzero(bytes, sizeof bytes);
	return err;
}
