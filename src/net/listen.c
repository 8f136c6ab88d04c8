#include "net/listen.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

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

struct addr
listen_addr(int fd)
{
	struct sockaddr_storage sa = { 0 };
	socklen_t len = sizeof sa;

	if (getsockname(fd, (struct sockaddr *)&sa, &len) == -1)
		return (struct addr){ 0 };
	return addr_of((struct sockaddr *)&sa);
}
