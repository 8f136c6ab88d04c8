#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/bench/load.h"

/* What a flow waits for. */
enum step {
	STEP_CONNECT,
	STEP_METHOD,
	STEP_STATUS,
	STEP_REPLY,
	STEP_ECHO,
	STEP_POUR,
	STEP_DATAGRAMS,
	STEP_SILENT,
};

enum {
	REPLY = 10, /* of a request that named an IPv4 address */
	OCTETS = LOAD_OCTETS,
	HEAD = 10,
	DISCARD = 1 << 20,
	BURST = 64,
};

static uint8_t discard[DISCARD];

/* ---- the end of a flow */

static void
close_hard(int fd)
{
	static const struct linger now = { .l_onoff = 1 };

	if (fd == -1)
		return;
	(void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
	close(fd);
}

void
flow_end(struct flow *f)
{
	close_hard(f->fd);
	close_hard(f->udp);
	f->fd = f->udp = -1;
}

static void
fail(struct flow *f, struct tally *t)
{
	t->failed++;
	flow_end(f);
}

static void
note(struct tally *t, double begun)
{
	if (t->count < t->room)
		t->trips[t->count++] = (uint32_t)((now_s() - begun) * 1e6);
}

/* ---- saying something */

static void
say(struct flow *f, struct tally *t, const void *bytes, size_t len,
    enum step next)
{
	f->step = (uint8_t)next;
	f->in = 0;
	if (send(f->fd, bytes, len, MSG_NOSIGNAL) != (ssize_t)len)
		fail(f, t);
}

static void
ask_method(struct flow *f, const struct job *job, struct tally *t)
{
	uint8_t bytes[] = { 5, 1, job->user != NULL ? 2 : 0 };

	say(f, t, bytes, sizeof bytes, STEP_METHOD);
}

static void
log_in(struct flow *f, const struct job *job, struct tally *t)
{
	uint8_t bytes[3 + 255 + 255];
	size_t user = strlen(job->user), pass = strlen(job->pass);

	bytes[0] = 1;
	bytes[1] = (uint8_t)user;
	memcpy(bytes + 2, job->user, user);
	bytes[2 + user] = (uint8_t)pass;
	memcpy(bytes + 3 + user, job->pass, pass);
	say(f, t, bytes, 3 + user + pass, STEP_STATUS);
}

static void
request(struct flow *f, const struct job *job, struct tally *t)
{
	static const uint8_t connect[REPLY] = { 5, 1, 0, 1, 127, 0, 0, 1,
		TARGET_PORT >> 8, TARGET_PORT & 0xff };
	static const uint8_t associate[REPLY] = { 5, 3, 0, 1 };

	say(f, t, job->kind == FLOW_UDP ? associate : connect, REPLY,
	    STEP_REPLY);
}

static void
trip(struct flow *f, const struct job *job, struct tally *t)
{
	static const uint8_t bytes[OCTETS] = { TARGET_ECHO };
	static const char get[OCTETS + 1] =
	    "GET / HTTP/1.1\r\nHost: bench\r\n"
	    "User-Agent: xxxxxxxxxxxxxxxxxxx\r\n\r\n";

	if (f->step != STEP_CONNECT && f->step != STEP_REPLY)
		f->begun = now_s();
	say(f, t, job->http ? (const void *)get : bytes, OCTETS, STEP_ECHO);
}

/* ---- datagrams */

static void
send_datagrams(struct flow *f, const struct job *job)
{
	static uint8_t bytes[HEAD + OCTETS] = { 0, 0, 0, 1, 127, 0, 0, 1,
		TARGET_PORT >> 8, TARGET_PORT & 0xff };
	unsigned skip = job->direct ? HEAD : 0;
	struct iovec at = { bytes + skip, sizeof bytes - skip };
	struct mmsghdr m[BURST];
	unsigned n = job->window - f->under_way;
	int sent;

	n = n > BURST ? BURST : n;
	for (unsigned i = 0; i < n; i++)
		m[i].msg_hdr =
		    (struct msghdr){ .msg_iov = &at, .msg_iovlen = 1 };
	sent = sendmmsg(f->udp, m, n, MSG_DONTWAIT);
	f->under_way += sent > 0 ? (unsigned)sent : 0;
}

static void
take_datagrams(struct flow *f, const struct job *job, struct tally *t)
{
	struct iovec at = { discard, sizeof discard };
	struct mmsghdr m[BURST];
	int n;

	for (int i = 0; i < BURST; i++)
		m[i].msg_hdr =
		    (struct msghdr){ .msg_iov = &at, .msg_iovlen = 1 };
	n = recvmmsg(f->udp, m, BURST, MSG_DONTWAIT, NULL);
	if (n <= 0)
		return;
	t->units += (unsigned)n;
	f->under_way -= (unsigned)n < f->under_way ? (unsigned)n : f->under_way;
	send_datagrams(f, job);
}

static void
open_datagrams(
    struct flow *f, const struct job *job, struct tally *t, uint16_t port)
{
	static const int room = 1 << 20;
	struct sockaddr_in to = { .sin_family = AF_INET,
		.sin_port = port,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct epoll_event e = { .events = EPOLLIN, .data.ptr = f };

	f->udp = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	(void)setsockopt(f->udp, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
	if (connect(f->udp, (struct sockaddr *)&to, sizeof to) == -1 ||
	    epoll_ctl(job->poll, EPOLL_CTL_ADD, f->udp, &e) == -1) {
		fail(f, t);
		return;
	}
	t->ready++;
	f->step = STEP_DATAGRAMS;
	send_datagrams(f, job);
}

/* ---- steps */

/* The way to the target is open. */
static void
begin_work(struct flow *f, const struct job *job, struct tally *t)
{
	static const char pour[] = { TARGET_SOURCE };
	static const char put[] = "PUT / HTTP/1.1\r\nContent-Length: 0\r\n\r\n";
	uint16_t port;

	if (job->kind == FLOW_UDP) {
		memcpy(&port, f->bytes + 8, sizeof port);
		open_datagrams(f, job, t, port);
		return;
	}
	t->ready++;
	if (job->kind == FLOW_BULK && job->http)
		say(f, t, put, sizeof put - 1, STEP_POUR);
	else if (job->kind == FLOW_BULK)
		say(f, t, pour, sizeof pour, STEP_POUR);
	else
		trip(f, job, t);
}

static void
anew(struct flow *f, const struct job *job, struct tally *t)
{
	flow_end(f);
	if (flow_begin(f, job, t) != 0)
		t->failed++;
}

static void
on_echo(struct flow *f, const struct job *job, struct tally *t)
{
	t->units++;
	note(t, f->begun);
	if (job->kind == FLOW_TRIPS)
		trip(f, job, t);
	else if (job->kind == FLOW_SETUP)
		anew(f, job, t);
	else
		f->step = STEP_SILENT;
}

static void
on_connected(struct flow *f, const struct job *job, struct tally *t)
{
	struct epoll_event e = { .events = EPOLLIN, .data.ptr = f };

	(void)epoll_ctl(job->poll, EPOLL_CTL_MOD, f->fd, &e);
	if (job->direct || job->plain)
		begin_work(f, job, t);
	else
		ask_method(f, job, t);
}

/* Octets of the answer that a step waits for. */
static size_t
wanted(const struct flow *f)
{
	switch (f->step) {
	case STEP_METHOD:
	case STEP_STATUS:
		return 2;
	case STEP_REPLY:
		return REPLY;
	default:
		return OCTETS;
	}
}

static void
on_answer(struct flow *f, const struct job *job, struct tally *t)
{
	if (f->step == STEP_METHOD && job->user != NULL && f->bytes[1] == 2)
		log_in(f, job, t);
	else if (f->step == STEP_METHOD && f->bytes[1] == 0)
		request(f, job, t);
	else if (f->step == STEP_STATUS && f->bytes[1] == 0)
		request(f, job, t);
	else if (f->step == STEP_REPLY && f->bytes[1] == 0)
		begin_work(f, job, t);
	else if (f->step == STEP_ECHO)
		on_echo(f, job, t);
	else
		fail(f, t);
}

static void
on_readable(struct flow *f, const struct job *job, struct tally *t)
{
	bool pours = f->step == STEP_POUR;
	size_t room = pours ? DISCARD : wanted(f) - f->in;
	ssize_t n = recv(f->fd, pours ? discard : f->bytes + f->in, room,
	    pours ? MSG_TRUNC : 0);

	if (n <= 0) {
		if (n == 0 || errno != EAGAIN)
			fail(f, t);
		return;
	}
	if (pours) {
		t->units += (size_t)n;
		return;
	}
	f->in = (uint16_t)(f->in + n);
	if (f->in == wanted(f))
		on_answer(f, job, t);
}

void
flow_event(
    struct flow *f, const struct job *job, struct tally *t, uint32_t events)
{
	if (f->fd == -1)
		return;
	if (f->step == STEP_DATAGRAMS)
		take_datagrams(f, job, t);
	else if (f->step == STEP_CONNECT && (events & EPOLLOUT) &&
		 !(events & EPOLLERR))
		on_connected(f, job, t);
	else if (f->step == STEP_CONNECT || f->step == STEP_SILENT)
		fail(f, t);
	else
		on_readable(f, job, t);
}

int
flow_begin(struct flow *f, const struct job *job, struct tally *t)
{
	static const int on = 1;
	struct sockaddr_in to = { .sin_family = AF_INET,
		.sin_port = htons(job->direct ? TARGET_PORT : job->proxy),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct epoll_event e = { .events = EPOLLOUT, .data.ptr = f };

	*f = (struct flow){ .fd = -1, .udp = -1, .begun = now_s() };
	f->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (f->fd == -1)
		return -1;
	if (job->direct && job->kind == FLOW_UDP) {
		open_datagrams(f, job, t, htons(TARGET_PORT));
		return 0;
	}
	(void)setsockopt(f->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	if ((connect(f->fd, (struct sockaddr *)&to, sizeof to) == -1 &&
		errno != EINPROGRESS) ||
	    epoll_ctl(job->poll, EPOLL_CTL_ADD, f->fd, &e) == -1) {
		flow_end(f);
		return -1;
	}
	return 0;
}
