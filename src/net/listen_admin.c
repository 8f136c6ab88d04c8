#include "net/listen_admin.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/addr.h"
#include "base/sctp.h"

enum {
	BACKLOG = 64,
};

/* ---- unix */

/* A socket file that refuses to be connected to is nobody's any more. */
static bool
is_stale(const struct sockaddr_un *addr)
{
	bool refused;
	int fd;

	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd == -1)
		return false;
	refused = connect(fd, (const void *)addr, sizeof *addr) == -1 &&
		  errno == ECONNREFUSED;
	close(fd);
	return refused;
}

static int
bind_unix(int fd, const struct sockaddr_un *addr)
{
	struct stat st;

	if (bind(fd, (const void *)addr, sizeof *addr) == 0)
		return 0;
	if (errno != EADDRINUSE)
		return -errno;
	if (lstat(addr->sun_path, &st) == 0 && !S_ISSOCK(st.st_mode))
		return -ENOTSOCK;
	if (!is_stale(addr) || unlink(addr->sun_path) == -1)
		return -EADDRINUSE;
	return bind(fd, (const void *)addr, sizeof *addr) == 0 ? 0 : -errno;
}

static int
listen_unix(const char *path)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	size_t len = strlen(path);
	mode_t mask;
	int fd, err;

	if (len == 0 || len >= sizeof addr.sun_path)
		return -ENAMETOOLONG;
	memcpy(addr.sun_path, path, len + 1);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd == -1)
		return -errno;
	/* The file takes the socket's mode, less the umask. No chmod() after:
	 * what has its name then may be a link to another file. */
	mask = umask(0);
	err = fchmod(fd, 0660) == -1 ? -errno : bind_unix(fd, &addr);
	(void)umask(mask);
	if (err == 0 && listen(fd, BACKLOG) == -1)
		err = -errno;
	if (err == 0)
		return fd;
	close(fd);
	return err;
}

/* ---- TCP and SCTP */

static int
listen_inet(const struct addrinfo *ai, bool sctp)
{
	static const int on = 1;
	int fd, err;

	fd = sctp ? sctp_socket(ai->ai_family)
		  : socket(ai->ai_family,
			SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return sctp ? fd : -errno;
	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == -1)
		goto fail;
	if (ai->ai_family == AF_INET6 &&
	    setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on) == -1)
		goto fail;
	if (bind(fd, ai->ai_addr, ai->ai_addrlen) == -1)
		goto fail;
	if (listen(fd, BACKLOG) == -1)
		goto fail;
	return fd;

fail:
	err = errno;
	close(fd);
	return -err;
}

static int
listen_all(const struct addrinfo *list, bool sctp, int fds[], size_t most)
{
	size_t n = 0;
	int fd;

	for (; list != NULL && n < most; list = list->ai_next) {
		fd = listen_inet(list, sctp);
		if (fd < 0) {
			while (n > 0)
				close(fds[--n]);
			return fd;
		}
		fds[n++] = fd;
	}
	return (int)n;
}

static int
listen_host(const struct endpoint *e, int fds[], size_t most)
{
	static const struct addrinfo hints = { .ai_socktype = SOCK_STREAM,
		.ai_flags = AI_PASSIVE | AI_NUMERICSERV };
	struct addrinfo *list;
	char port[8];
	int n;

	(void)snprintf(port, sizeof port, "%u", e->port);
	n = getaddrinfo(e->host, port, &hints, &list);
	if (n != 0)
		return n == EAI_MEMORY ? -ENOMEM : -ENOENT;
	n = listen_all(list, e->kind == ENDPOINT_SCTP, fds, most);
	freeaddrinfo(list);
	return n;
}

int
listen_admin(const struct endpoint *e, int fds[], size_t most)
{
	int fd;

	if (e->kind != ENDPOINT_UNIX)
		return listen_host(e, fds, most);
	fd = listen_unix(e->host);
	if (fd < 0)
		return fd;
	fds[0] = fd;
	return 1;
}

void
listen_admin_where(int fd, const struct endpoint *asked, struct endpoint *real)
{
	struct sockaddr_storage ss;
	socklen_t len = sizeof ss;
	char text[ADDR_TEXT];
	struct addr addr;

	*real = *asked;
	if (asked->kind == ENDPOINT_UNIX ||
	    getsockname(fd, (struct sockaddr *)&ss, &len) == -1)
		return;
	addr = addr_of((struct sockaddr *)&ss);
	real->port = addr.port;
	(void)addr_ip(&addr, text);
	(void)snprintf(real->host, sizeof real->host, "%s", text);
}
