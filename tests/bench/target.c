#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/bench/load.h"

enum {
	DESCRIPTORS = 65536,
	EVENTS = 256,
	BACKLOG = 65535,
	POUR = 256 << 10,
	DATAGRAMS = 64,
	LONGEST = 2048,
};

static char kinds[DESCRIPTORS]; /* by descriptor; 0: has not said yet */
static char octets[POUR];

static int
open_socket(int type, uint16_t port)
{
	static const int on = 1, room = 4 << 20;
	struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	if (type == SOCK_DGRAM) {
		(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
		(void)setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
	}
	if (bind(fd, (struct sockaddr *)&at, sizeof at) == 0 &&
	    (type == SOCK_DGRAM || listen(fd, BACKLOG) == 0))
		return fd;
	perror("load: target");
	return -1;
}

static void
watch(int poll, int fd, uint32_t events)
{
	struct epoll_event e = { .events = events, .data.fd = fd };

	if (epoll_ctl(poll, EPOLL_CTL_MOD, fd, &e) == -1)
		(void)epoll_ctl(poll, EPOLL_CTL_ADD, fd, &e);
}

static void
let_in(int poll, int listener)
{
	static const int on = 1;
	int fd;

	while ((fd = accept4(listener, NULL, NULL,
		    SOCK_NONBLOCK | SOCK_CLOEXEC)) != -1) {
		if (fd >= DESCRIPTORS) {
			close(fd);
			continue;
		}
		(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
		kinds[fd] = 0;
		watch(poll, fd, EPOLLIN);
	}
}

/* What came is answered; for how it is done see load.h. */
static ssize_t
answer(int poll, int fd, size_t len)
{
	static const char ok[LOAD_OCTETS + 1] =
	    "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n"
	    "Server: xxxxxxxxxxxxxxxx\r\n\r\n";
	static const char head[] =
	    "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999\r\n\r\n";

	switch (kinds[fd]) {
	case TARGET_SOURCE:
		watch(poll, fd, EPOLLOUT);
		return 1;
	case TARGET_HTTP_SOURCE:
		kinds[fd] = TARGET_SOURCE;
		watch(poll, fd, EPOLLOUT);
		return send(fd, head, sizeof head - 1, MSG_NOSIGNAL);
	case TARGET_HTTP:
		return send(fd, ok, LOAD_OCTETS, MSG_NOSIGNAL);
	default:
		return send(fd, octets, len, MSG_NOSIGNAL);
	}
}

static void
serve(int poll, int fd)
{
	ssize_t n;

	if (kinds[fd] == TARGET_SOURCE) {
		n = send(fd, octets, sizeof octets, MSG_NOSIGNAL);
	} else {
		n = recv(fd, octets, sizeof octets, 0);
		if (n > 0 && kinds[fd] == 0)
			kinds[fd] = octets[0];
		if (n > 0)
			n = answer(poll, fd, (size_t)n);
	}
	if (n == 0 || (n == -1 && errno != EAGAIN))
		close(fd);
}

static void
echo_datagrams(int fd)
{
	static struct mmsghdr m[DATAGRAMS];
	static struct iovec at[DATAGRAMS];
	static struct sockaddr_in from[DATAGRAMS];
	static char bytes[DATAGRAMS][LONGEST];
	int n;

	for (int i = 0; i < DATAGRAMS; i++) {
		at[i] = (struct iovec){ bytes[i], LONGEST };
		m[i].msg_hdr = (struct msghdr){ .msg_name = &from[i],
			.msg_namelen = sizeof from[i],
			.msg_iov = &at[i],
			.msg_iovlen = 1 };
	}
	n = recvmmsg(fd, m, DATAGRAMS, MSG_DONTWAIT, NULL);
	for (int i = 0; i < n; i++)
		at[i].iov_len = m[i].msg_len;
	if (n > 0)
		(void)sendmmsg(fd, m, (unsigned)n, MSG_DONTWAIT);
}

int
target_run(uint16_t port)
{
	int poll = epoll_create1(EPOLL_CLOEXEC), n;
	int listener = open_socket(SOCK_STREAM, port);
	int datagrams = open_socket(SOCK_DGRAM, port);
	struct epoll_event events[EVENTS];

	if (poll == -1 || listener == -1 || datagrams == -1)
		return -1;
	watch(poll, listener, EPOLLIN);
	watch(poll, datagrams, EPOLLIN);
	for (;;) {
		n = epoll_wait(poll, events, EVENTS, -1);
		for (int i = 0; i < n; i++) {
			int fd = events[i].data.fd;

			if (fd == listener)
				let_in(poll, fd);
			else if (fd == datagrams)
				echo_datagrams(fd);
			else
				serve(poll, fd);
		}
	}
}
