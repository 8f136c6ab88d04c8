#include "net/berth.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/way.h"

struct addr
berth_named(const struct policy_berth *b, const struct addr *own)
{
	const struct addr *a = own->family == ADDR_V6 ? &b->v6 : &b->v4;
	struct addr named = a->family != ADDR_NONE ? *a : *own;

	named.port = 0;
	return named;
}

struct addr
berth_local(int fd)
{
	struct sockaddr_storage sa = { 0 };
	socklen_t len = sizeof sa;

	if (getsockname(fd, (struct sockaddr *)&sa, &len) == -1)
		return (struct addr){ 0 };
	return addr_of((struct sockaddr *)&sa);
}

struct addr
berth_towards(const struct addr *to, const struct policy_way *way)
{
	struct sockaddr_storage sa;
	struct addr towards = *to, local = { 0 };
	socklen_t len;
	int fd;

	towards.port = 9; /* any will do: nothing is sent */
	len = addr_sockaddr(&towards, &sa);
	fd = socket(sa.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd == -1)
		return local;
	if ((way == NULL || way_lead(fd, way) == 0) &&
	    connect(fd, (struct sockaddr *)&sa, len) == 0)
		local = berth_local(fd);
	close(fd);
	local.port = 0;
	return local;
}

/* 0 or -errno. */
static int
bind_to(int fd, const struct addr *at)
{
	struct sockaddr_storage sa;
	socklen_t len = addr_sockaddr(at, &sa);

	return bind(fd, (struct sockaddr *)&sa, len) == 0 ? 0 : -errno;
}

static int
bind_in_range(
    int fd, struct addr *at, const struct policy_berth *b, unsigned seed)
{
	unsigned count = b->high - b->low + 1u;
	int err = -EADDRINUSE;

	if (b->high == 0) {
		at->port = 0;
		return bind_to(fd, at);
	}
	for (unsigned i = 0; i < count && err == -EADDRINUSE; i++) {
		at->port = (uint16_t)(b->low + (seed + i) % count);
		err = bind_to(fd, at);
	}
	return err;
}

int
berth_open(
    int type, const struct policy_berth *b, struct addr *at, unsigned seed)
{
	static const int on = 1;
	struct addr any = { .family = at->family };
	int family = at->family == ADDR_V6 ? AF_INET6 : AF_INET;
	int fd = socket(family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), err;

	if (fd == -1)
		return -errno;
	/* Ports of connections that are ending may be listened on again. */
	if ((type == SOCK_STREAM && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR,
					&on, sizeof on) == -1) ||
	    (family == AF_INET6 && setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY,
				       &on, sizeof on) == -1)) {
		err = -errno;
	} else {
		err = bind_in_range(fd, at, b, seed);
		if (err == -EADDRNOTAVAIL)
			err = bind_in_range(fd, &any, b, seed);
	}
	if (err != 0) {
		close(fd);
		return err;
	}
	at->port = berth_local(fd).port;
	return fd;
}
