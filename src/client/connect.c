#include "client/connect.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/sctp.h"

/* flags: AI_NUMERICHOST for an address in digits alone. */
static size_t
find(const struct endpoint *e, int flags,
    struct connect_addr list[CONNECT_MOST], int *err)
{
	const struct addrinfo hints = { .ai_socktype = SOCK_STREAM,
		.ai_flags = AI_NUMERICSERV | flags };
	struct addrinfo *found;
	char port[8];
	size_t n = 0;

	(void)snprintf(port, sizeof port, "%u", e->port);
	*err = getaddrinfo(e->host, port, &hints, &found);
	if (*err != 0)
		return 0;
	for (struct addrinfo *ai = found; ai != NULL && n < CONNECT_MOST;
	     ai = ai->ai_next, n++) {
		memcpy(&list[n].addr, ai->ai_addr, ai->ai_addrlen);
		list[n].len = ai->ai_addrlen;
	}
	freeaddrinfo(found);
	return n;
}

size_t
connect_known(const struct endpoint *e, struct connect_addr list[CONNECT_MOST],
    const char **why)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	int err;

	*why = NULL;
	if (e->kind != ENDPOINT_UNIX)
		return find(e, AI_NUMERICHOST, list, &err);
	if (strlen(e->host) >= sizeof un.sun_path) {
		*why = "the path is too long for a socket";
		return 0;
	}
	memcpy(un.sun_path, e->host, strlen(e->host) + 1);
	memcpy(&list[0].addr, &un, sizeof un);
	list[0].len = sizeof un;
	return 1;
}

size_t
connect_resolve(const struct endpoint *e,
    struct connect_addr list[CONNECT_MOST], const char **why)
{
	int err;
	size_t n = find(e, 0, list, &err);

	if (n == 0)
		*why = gai_strerror(err);
	return n;
}

static int
open_socket(enum endpoint_kind kind, int family)
{
	static const int on = 1;
	int fd;

	if (kind == ENDPOINT_SCTP)
		return sctp_socket(family);
	fd = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd == -1)
		return -errno;
	if (kind == ENDPOINT_TCP) /* only slower without */
		(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	return fd;
}

int
connect_start(enum endpoint_kind kind, const struct connect_addr *to)
{
	int fd = open_socket(kind, to->addr.ss_family), err;

	if (fd < 0)
		return fd;
	if (connect(fd, (const void *)&to->addr, to->len) == 0 ||
	    errno == EINPROGRESS)
		return fd;
	err = errno;
	close(fd);
	return -err;
}
