#include "net/way.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/berth.h"

enum { PROBES = 3 };

bool
way_is_set(const struct policy_way *w)
{
	return w->v4.family != ADDR_NONE || w->v6.family != ADDR_NONE ||
	       w->same || w->mark != 0 || w->keepalive != 0 ||
	       w->interface[0] != '\0';
}

bool
way_leads(const struct policy_way *w)
{
	return w->mark != 0 || w->interface[0] != '\0';
}

static bool
is_link_local(const struct addr *a)
{
	return a->family == ADDR_V6 && a->ip[0] == 0xfe &&
	       (a->ip[1] & 0xc0) == 0x80;
}

/* struct addr has no scope, without which a link-local address is none. */
static bool
leads_to(const struct addr *own, const struct addr *to)
{
	return own->family == to->family && !addr_is_any(own) &&
	       !is_link_local(own) &&
	       (!addr_is_loopback(own) || addr_is_loopback(to));
}

struct addr
way_source(
    const struct policy_way *w, const struct addr *to, const struct addr *own)
{
	struct addr source = { 0 };

	if (!w->same)
		return to->family == ADDR_V6 ? w->v6 : w->v4;
	if (leads_to(own, to))
		source = *own;
	source.port = 0;
	return source;
}

static int
set(int fd, int level, int name, int value)
{
	return setsockopt(fd, level, name, &value, sizeof value) == 0 ? 0
								      : -errno;
}

static int
bind_to(int fd, const struct addr *source)
{
	struct sockaddr_storage ss;
	socklen_t len = addr_sockaddr(source, &ss);
	int err = set(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1);

	if (err == 0 && bind(fd, (struct sockaddr *)&ss, len) == -1)
		err = -errno;
	return err;
}

static int
lead(int fd, const struct policy_way *w)
{
	if (w->interface[0] != '\0' &&
	    setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, w->interface,
		(socklen_t)strlen(w->interface)) == -1)
		return -errno;
	return 0;
}

static int
mark(int fd, const struct policy_way *w)
{
	if (w->mark != 0 &&
	    setsockopt(fd, SOL_SOCKET, SO_MARK, &w->mark, sizeof w->mark) == -1)
		return -errno;
	return 0;
}

int
way_lead(int fd, const struct policy_way *w)
{
	int err = lead(fd, w);

	return err == 0 ? mark(fd, w) : err;
}

int
way_keepalive(int fd, uint32_t seconds)
{
	int idle = (int)seconds, gap = idle < PROBES ? 1 : idle / PROBES, err;

	err = set(fd, SOL_SOCKET, SO_KEEPALIVE, seconds != 0);
	if (err != 0 || seconds == 0)
		return err;
	if ((err = set(fd, IPPROTO_TCP, TCP_KEEPIDLE, idle)) == 0 &&
	    (err = set(fd, IPPROTO_TCP, TCP_KEEPINTVL, gap)) == 0)
		err = set(fd, IPPROTO_TCP, TCP_KEEPCNT, PROBES);
	return err;
}

int
way_prepare(int fd, const struct policy_way *w, const struct addr *to,
    const struct addr *own)
{
	struct addr source = way_source(w, to, own);
	int err = way_lead(fd, w);

	if (err == 0 && source.family != ADDR_NONE)
		err = bind_to(fd, &source);
	if (err == 0 && w->keepalive != 0)
		err = way_keepalive(fd, w->keepalive);
	return err;
}

int
way_datagram(const struct policy_way *w, uint8_t family, int client_fd)
{
	static const struct policy_berth anywhere;
	struct addr to = { .family = family }, from = to, own = { 0 }, got;
	int fd, err;

	if (w == NULL || !way_is_set(w))
		return berth_open(SOCK_DGRAM, &anywhere, &from, 0);
	if (w->same)
		own = berth_local(client_fd);
	to = way_source(w, &to, &own);
	if (to.family != ADDR_NONE)
		from = to;
	if ((fd = berth_open(SOCK_DGRAM, &anywhere, &from, 0)) < 0)
		return fd;
	got = berth_local(fd);
	err = way_lead(fd, w);
	/* Where the address is not this host's, any has been bound. */
	if (err == 0 && to.family != ADDR_NONE && !addr_same_ip(&got, &to))
		err = -EADDRNOTAVAIL;
	if (err == 0)
		return fd;
	close(fd);
	return err;
}

/* One at a time, to tell which setting it is. */
static int
try_one(int family, const struct policy_way *w, const struct addr *source,
    const char **key)
{
	int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0), err;

	*key = "source";
	if (fd == -1)
		return -errno;
	err = source->family != ADDR_NONE ? bind_to(fd, source) : 0;
	if (err == 0) {
		*key = "interface";
		err = lead(fd, w);
	}
	if (err == 0) {
		*key = "mark";
		err = mark(fd, w);
	}
	if (err == 0) {
		*key = "keepalive";
		err = way_keepalive(fd, w->keepalive);
	}
	close(fd);
	return err;
}

int
way_try(const struct policy_way *w, const char **key)
{
	int err = 0;

	if (!way_is_set(w))
		return 0;
	err = try_one(AF_INET, w, &w->v4, key);
	if (err == 0 && w->v6.family != ADDR_NONE)
		err = try_one(AF_INET6, w, &w->v6, key);
	return err;
}
