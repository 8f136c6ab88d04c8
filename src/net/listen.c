#include "net/listen.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/way.h"

enum {
	FASTOPEN_QUEUE = 256, /* such connections not yet accepted */
	FASTOPEN_SERVER = 2,  /* in net.ipv4.tcp_fastopen */
};

static int
set(int fd, int level, int name)
{
	static const int on = 1;

	return setsockopt(fd, level, name, &on, sizeof on);
}

int
listen_tcp(const struct addr *addr)
{
	struct sockaddr_storage sa;
	socklen_t len = addr_sockaddr(addr, &sa);
	int fd, err;

	fd =
	    socket(sa.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd == -1)
		return -errno;
	if (set(fd, SOL_SOCKET, SO_REUSEADDR) == -1 ||
	    set(fd, SOL_SOCKET, SO_REUSEPORT) == -1 ||
	    set(fd, SOL_SOCKET, SO_OOBINLINE) == -1 ||
	    set(fd, IPPROTO_TCP, TCP_NODELAY) == -1 ||
	    set(fd, IPPROTO_TCP, TCP_DEFER_ACCEPT) == -1)
		goto fail;
	if (addr->family == ADDR_V6 && set(fd, IPPROTO_IPV6, IPV6_V6ONLY) == -1)
		goto fail;
	if (bind(fd, (struct sockaddr *)&sa, len) == -1 ||
	    listen(fd, SOMAXCONN) == -1)
		goto fail;
	return fd;

fail:
	err = errno;
	close(fd);
	return -err;
}

int
listen_tune(int fd, uint32_t keepalive, bool fastopen)
{
	int queue = fastopen ? FASTOPEN_QUEUE : 0;
	int err = way_keepalive(fd, keepalive);

	if (err == 0 && setsockopt(fd, IPPROTO_TCP, TCP_FASTOPEN, &queue,
			    sizeof queue) == -1)
		err = -errno;
	return err;
}

bool
listen_may_fastopen(void)
{
	FILE *f = fopen("/proc/sys/net/ipv4/tcp_fastopen", "re");
	unsigned bits = 0;

	if (f == NULL)
		return false;
	if (fscanf(f, "%u", &bits) != 1)
		bits = 0;
	fclose(f);
	return (bits & FASTOPEN_SERVER) != 0;
}

struct addr
listen_addr(int fd)
{
	struct sockaddr_storage sa = { 0 };
	socklen_t len = sizeof sa;

	if (getsockname(fd, (struct sockaddr *)&sa, &len) == -1)
		return (struct addr){ 0 };
	return addr_of((struct sockaddr *)&sa);
}

bool
listen_is_passing(int err)
{
	return err == ECONNABORTED || err == EINTR || err == EPROTO ||
	       err == ENETDOWN || err == ENOPROTOOPT || err == EHOSTDOWN ||
	       err == ENONET || err == EHOSTUNREACH || err == ENETUNREACH ||
	       err == EPERM;
}
