#include "tests/net/fake_dns.h"

#include <arpa/inet.h>
#include <event2/event_struct.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/wire.h"

enum { HEADER = 12, TYPE_A = 1, TYPE_AAAA = 28, HELD_MOST = 8 };

struct question {
	struct sockaddr_in from;
	uint8_t bytes[512];
	size_t len; /* header and question, without what follows */
	uint16_t type;
};

struct fake_dns {
	const struct fake_name *names;
	struct event event;
	int fd;
	unsigned asked;
	uint32_t ttl;
	struct question held[HELD_MOST];
	size_t nheld;
	char server[32];
};

static const struct fake_name *
row_of(const struct fake_dns *d, const struct question *q)
{
	const struct fake_name *n;

	for (n = d->names; n->label != NULL; n++)
		if (strlen(n->label) == q->bytes[HEADER] &&
		    strncasecmp(n->label, (const char *)q->bytes + HEADER + 1,
			q->bytes[HEADER]) == 0)
			return n;
	return NULL;
}

static void
write_address(struct wr *out, uint32_t ttl, uint16_t type, const char *text)
{
	uint8_t ip[16];
	size_t len = type == TYPE_A ? 4 : 16;

	if (inet_pton(type == TYPE_A ? AF_INET : AF_INET6, text, ip) != 1)
		abort();
	wr_uint(out, 2, 0xc000 | HEADER); /* the name of the question */
	wr_uint(out, 2, type);
	wr_uint(out, 2, 1);
	wr_uint(out, 4, ttl);
	wr_uint(out, 2, len);
	wr_bytes(out, ip, len);
}

static unsigned
write_addresses(
    struct wr *out, uint32_t ttl, uint16_t type, const struct fake_name *n)
{
	const char *const *texts = type == TYPE_A ? n->v4s : n->v6s;
	unsigned count = 0;

	for (; type == TYPE_A && count < n->many; count++) {
		char text[INET_ADDRSTRLEN];

		snprintf(text, sizeof text, "127.1.0.%u", (count + 1) & 0xff);
		write_address(out, ttl, type, text);
	}
	for (; n->many == 0 && count < 8 && texts[count] != NULL; count++)
		write_address(out, ttl, type, texts[count]);
	return count;
}

static void
answer(struct fake_dns *d, const struct question *q, unsigned rcode,
    const struct fake_name *n)
{
	uint8_t bytes[2048];
	struct wr out = wr_of(bytes, sizeof bytes);
	unsigned count = 0;

	wr_bytes(&out, q->bytes, q->len);
	if (n != NULL)
		count = write_addresses(&out, d->ttl, q->type, n);
	bytes[2] = 0x81; /* an answer, recursion desired */
	bytes[3] = (uint8_t)(0x80 | rcode);
	bytes[7] = (uint8_t)count;
	memset(bytes + 8, 0, 4);
	(void)sendto(d->fd, bytes, wr_len(&out), 0,
	    (const struct sockaddr *)&q->from, sizeof q->from);
}

static void
rubbish(struct fake_dns *d, const struct question *q)
{
	uint8_t bytes[64];

	memset(bytes, 0xff, sizeof bytes);
	memcpy(bytes, q->bytes, 2);
	(void)sendto(d->fd, bytes, sizeof bytes, 0,
	    (const struct sockaddr *)&q->from, sizeof q->from);
}

static void
react(struct fake_dns *d, const struct question *q)
{
	const struct fake_name *n = row_of(d, q);
	enum fake_answer what = FAKE_MISSING;

	if (n != NULL)
		what = q->type == TYPE_A ? n->v4 : n->v6;
	switch (what) {
	case FAKE_NONE:
		answer(d, q, 0, NULL);
		break;
	case FAKE_GOOD:
		answer(d, q, 0, n);
		break;
	case FAKE_MISSING:
		answer(d, q, 3, NULL);
		break;
	case FAKE_FAILED:
		answer(d, q, 2, NULL);
		break;
	case FAKE_RUBBISH:
		rubbish(d, q);
		break;
	case FAKE_HELD:
		if (d->nheld < HELD_MOST)
			d->held[d->nheld++] = *q;
		break;
	case FAKE_SILENT:
		break;
	}
}

static void
on_question(evutil_socket_t fd, short what, void *arg)
{
	struct fake_dns *d = arg;
	struct question q;
	socklen_t from = sizeof q.from;
	ssize_t n;
	size_t at = HEADER;

	(void)what;
	n = recvfrom(
	    fd, q.bytes, sizeof q.bytes, 0, (struct sockaddr *)&q.from, &from);
	if (n < HEADER)
		return;
	while (at < (size_t)n && q.bytes[at] != 0)
		at += 1 + (size_t)q.bytes[at];
	if (at + 5 > (size_t)n)
		return;
	q.type = (uint16_t)(q.bytes[at + 1] << 8 | q.bytes[at + 2]);
	q.len = at + 5;
	d->asked++;
	react(d, &q);
}

struct fake_dns *
fake_dns_new(struct event_base *base, const struct fake_name *names)
{
	struct fake_dns *d = calloc(1, sizeof *d);
	struct sockaddr_in sin = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof sin;

	if (d == NULL)
		abort();
	d->names = names;
	d->ttl = 60;
	d->fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (d->fd == -1 ||
	    bind(d->fd, (struct sockaddr *)&sin, sizeof sin) == -1 ||
	    getsockname(d->fd, (struct sockaddr *)&sin, &len) == -1 ||
	    event_assign(&d->event, base, d->fd, EV_READ | EV_PERSIST,
		on_question, d) == -1 ||
	    event_add(&d->event, NULL) == -1)
		abort();
	snprintf(d->server, sizeof d->server, "127.0.0.1:%u",
	    (unsigned)ntohs(sin.sin_port));
	return d;
}

void
fake_dns_free(struct fake_dns *d)
{
	event_del(&d->event);
	close(d->fd);
	free(d);
}

const char *
fake_dns_server(const struct fake_dns *d)
{
	return d->server;
}

unsigned
fake_dns_asked(const struct fake_dns *d)
{
	return d->asked;
}

void
fake_dns_ttl(struct fake_dns *d, uint32_t seconds)
{
	d->ttl = seconds;
}

void
fake_dns_release(struct fake_dns *d)
{
	for (size_t i = 0; i < d->nheld; i++)
		answer(d, &d->held[i], 0, row_of(d, &d->held[i]));
	d->nheld = 0;
}
