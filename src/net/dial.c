#include "net/dial.h"

#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <event2/event_struct.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/coarse.h"
#include "core/families.h"

/* RFC 8305 section 5: the recommended Connection Attempt Delay. */
enum { ATTEMPT_DELAY_MS = 250 };

/* So many at once: a name with many silent addresses is no way to take many
 * descriptors. The oldest is given up, after two seconds. */
enum { ATTEMPTS_MOST = 8 };

enum { ADDRS_MOST = 2 * RESOLVE_MOST };

/* One of several: it lives apart from the caller's end until it wins. */
struct attempt {
	struct end end; /* first, so that ready() finds its attempt */
	TAILQ_ENTRY(attempt) next;
	struct dial *dial;
	uint64_t begun_us;
	struct addr addr;
};

struct dial {
	struct dial_how how;
	struct event pace;     /* the next attempt, or a failure to report */
	struct lookup *lookup; /* not NULL: more addresses may come */
	TAILQ_HEAD(attempt_list, attempt) attempts; /* the oldest first */
	size_t under_way;                           /* so many are in it */
	struct addr
	    alone; /* what the caller's end, having a descriptor, dials */
	struct addr about; /* what err is about */
	uint64_t begun_us; /* clock_us() of the same attempt; of the lookup */
	int err;
	uint16_t port;
	size_t tried, count;
	struct addr addrs[]; /* 1, or ADDRS_MOST for a name */
};

/* From the most to the least telling; what is not listed has MIDDLE's place. */
static const int tellings[] = { ECONNREFUSED, ECONNRESET, ETIMEDOUT,
	EHOSTUNREACH, EACCES, EPERM, 0 /* the middle */, ENETUNREACH,
	EADDRNOTAVAIL, EAFNOSUPPORT };

enum { TELLINGS = sizeof tellings / sizeof tellings[0], MIDDLE = 6 };

static size_t
rank(int err)
{
	for (size_t i = 0; i < TELLINGS; i++)
		if (err != 0 && -err == tellings[i])
			return i;
	return err == 0 ? TELLINGS : MIDDLE;
}

int
dial_telling(int a, int b)
{
	return rank(b) < rank(a) ? b : a;
}

static void
note(struct dial *d, int err, const struct addr *about)
{
	if (dial_telling(d->err, err) == d->err)
		return;
	d->err = err;
	d->about = *about;
}

/* ---- sockets */

/* A socket that is connecting, or -errno. */
static int
begin(const struct dial_how *how, const struct addr *addr)
{
	static const int on = 1;
	struct sockaddr_storage ss;
	socklen_t len = addr_sockaddr(addr, &ss);
	int fd, err;

	fd =
	    socket(ss.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd == -1)
		return -errno;
	if (how->prepare != NULL &&
	    (err = how->prepare(fd, addr, how->arg)) != 0) {
		close(fd);
		return err;
	}
	if (setsockopt(fd, SOL_SOCKET, SO_OOBINLINE, &on, sizeof on) == 0 &&
	    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) == 0 &&
	    (connect(fd, (struct sockaddr *)&ss, len) == 0 ||
		errno == EINPROGRESS))
		return fd;
	err = errno;
	close(fd);
	return -err;
}

/* 1 connected, 0 not yet, or -errno. */
static int
outcome(const struct end *e)
{
	int err = 0;
	socklen_t len = sizeof err;

	if ((e->can & END_WRITE) == 0)
		return 0;
	/* A failure always makes the socket readable as well; see net/end.h. */
	if ((e->can & END_READ) == 0)
		return 1;
	if (getsockopt(e->fd, SOL_SOCKET, SO_ERROR, &err, &len) == -1)
		return -errno;
	return err == 0 ? 1 : -err;
}

/* ---- attempts */

static end_ready on_attempt_ready;

static bool
trying(const struct dial *d)
{
	return d->how.end->fd != -1 || d->under_way > 0;
}

static void
attempt_free(struct attempt *a)
{
	end_close(&a->end);
	TAILQ_REMOVE(&a->dial->attempts, a, next);
	a->dial->under_way--;
	free(a);
}

static int
watch_alone(struct dial *d, int fd, const struct addr *addr, uint64_t begun_us)
{
	d->alone = *addr;
	d->begun_us = begun_us;
	return end_watch(d->how.end, d->how.watch, fd, d->how.ready);
}

/* Only for one that has begun: the oldest may answer yet. */
static void
make_room(struct dial *d)
{
	struct attempt *oldest = TAILQ_FIRST(&d->attempts);

	if (d->under_way < ATTEMPTS_MOST)
		return;
	note(d, -ETIMEDOUT, &oldest->addr);
	attempt_free(oldest);
}

static int
watch_apart(struct dial *d, int fd, const struct addr *addr, uint64_t begun_us)
{
	struct attempt *a = calloc(1, sizeof *a);
	int err;

	if (a == NULL)
		return -ENOMEM;
	a->dial = d;
	a->addr = *addr;
	a->begun_us = begun_us;
	end_init(&a->end, 0);
	err = end_watch(&a->end, d->how.watch, fd, on_attempt_ready);
	if (err != 0) {
		free(a);
		return err;
	}
	make_room(d);
	TAILQ_INSERT_TAIL(&d->attempts, a, next);
	d->under_way++;
	return 0;
}

/* Try the next address. 0 or -errno. */
static int
attempt(struct dial *d, const struct addr *addr)
{
	bool alone = !trying(d) && d->tried == d->count && d->lookup == NULL;
	uint64_t begun_us;
	int fd, err;

	if (d->how.check != NULL && (err = d->how.check(addr, d->how.arg)) != 0)
		return err;
	begun_us = clock_us(); /* on loopback connect() does it all */
	if ((fd = begin(&d->how, addr)) < 0)
		return fd;
	err = alone ? watch_alone(d, fd, addr, begun_us)
		    : watch_apart(d, fd, addr, begun_us);
	if (err != 0)
		close(fd);
	return err;
}

static void
pace_ms(struct dial *d, unsigned ms)
{
	const struct timeval tv = { .tv_usec = (long)ms * 1000 };

	/* Should it fail, memory being out, the caller's limit ends the wait.
	 */
	(void)event_add(&d->pace, &tv);
}

/* Start attempts until one is under way; false if there was none to start. */
static bool
attempt_next(struct dial *d)
{
	(void)event_del(&d->pace);
	while (d->tried < d->count) {
		struct addr addr = d->addrs[d->tried++];
		int err = attempt(d, &addr);

		if (err == 0) {
			if (d->tried < d->count || d->lookup != NULL)
				pace_ms(d, ATTEMPT_DELAY_MS);
			return true;
		}
		note(d, err, &addr);
	}
	return false;
}

/* ---- the end of a dial */

static void
stop(struct dial *d)
{
	struct attempt *a;

	(void)event_del(&d->pace);
	if (d->lookup != NULL)
		resolve_cancel(d->lookup);
	d->lookup = NULL;
	while ((a = TAILQ_FIRST(&d->attempts)) != NULL)
		attempt_free(a);
}

/* Was there another family that began before the winner's? */
static void
note_race(const struct dial *d, uint8_t winner)
{
	bool raced = false;

	for (size_t i = 0; i < d->tried; i++)
		raced = raced || d->addrs[i].family != winner;
	if (raced)
		resolver_raced(d->how.resolver, winner);
}

static void
finish(struct dial *d, int err, const struct addr *about)
{
	struct dial_how how = d->how;
	struct addr addr = *about;

	if (err == 0)
		note_race(d, addr.family);
	stop(d);
	free(d);
	how.done(err, &addr, how.arg);
}

static void
succeed(struct dial *d, uint64_t begun_us, const struct addr *addr)
{
	uint64_t us = clock_us() - begun_us;

	if (d->how.metrics != NULL)
		histogram_add(&d->how.metrics->connect, us);
	if (d->how.connect != NULL)
		*d->how.connect = coarse_pack(us);
	finish(d, 0, addr);
}

static void
go_on(struct dial *d)
{
	if (!attempt_next(d) && !trying(d) && d->lookup == NULL)
		finish(d, d->err, &d->about);
}

static void
on_pace(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	go_on(arg);
}

static void
win(struct dial *d, struct attempt *a)
{
	struct addr addr = a->addr;

	end_move(d->how.end, &a->end, d->how.ready);
	succeed(d, a->begun_us, &addr);
}

static void
on_attempt_ready(struct end *e)
{
	struct attempt *a = (struct attempt *)e;
	struct dial *d = a->dial;
	int result = outcome(e);

	if (result == 0)
		return;
	if (result == 1) {
		win(d, a);
		return;
	}
	note(d, result, &a->addr);
	attempt_free(a);
	go_on(d);
}

void
dial_ready(struct dial *d)
{
	int result = outcome(d->how.end);

	if (result == 0)
		return;
	if (result == 1) {
		succeed(d, d->begun_us, &d->alone);
		return;
	}
	note(d, result, &d->alone);
	end_close(d->how.end);
	go_on(d);
}

/* ---- the beginning */

static struct dial *new (const struct dial_how *how, size_t room)
{
	struct dial *d = calloc(1, sizeof *d + room * sizeof d->addrs[0]);

	if (d == NULL)
		return NULL;
	assert(how->end->fd == -1);
	d->how = *how;
	TAILQ_INIT(&d->attempts);
	(void)evtimer_assign(&d->pace, how->base, on_pace, d);
	return d;
}

struct dial *
dial_addr(const struct dial_how *how, const struct addr *addr)
{
	struct dial *d = new (how, 1);

	if (d == NULL)
		return NULL;
	d->addrs[d->count++] = *addr;
	if (!attempt_next(d))
		pace_ms(d, 0); /* done() is not called from here */
	return d;
}

static void
on_found(const struct found *found, void *arg)
{
	struct dial *d = arg;
	uint8_t first = resolver_first(d->how.resolver);

	if (found->last)
		d->lookup = NULL;
	if (found->err != 0)
		note(d, found->err, &d->about);
	if (d->count == 0 && found->count > 0 && d->how.resolve != NULL)
		*d->how.resolve = coarse_pack(clock_us() - d->begun_us);
	if (d->tried > 0)
		first = d->addrs[d->tried - 1].family == ADDR_V6 ? ADDR_V4
								 : ADDR_V6;
	for (size_t i = 0; i < found->count && d->count < ADDRS_MOST; i++) {
		d->addrs[d->count] = found->addrs[i];
		d->addrs[d->count++].port = d->port;
	}
	families_alternate(d->addrs + d->tried, d->count - d->tried, first);
	if (!trying(d) || !evtimer_pending(&d->pace, NULL))
		go_on(d);
}

bool
dial_literal(struct addr *addr, const char *name, size_t len)
{
	char text[INET6_ADDRSTRLEN];
	struct sockaddr_in sin = { .sin_family = AF_INET };
	struct sockaddr_in6 sin6 = { .sin6_family = AF_INET6 };

	if (len >= sizeof text || memchr(name, 0, len) != NULL)
		return false;
	memcpy(text, name, len);
	text[len] = '\0';
	if (inet_pton(AF_INET, text, &sin.sin_addr) == 1)
		*addr = addr_of((struct sockaddr *)&sin);
	else if (inet_pton(AF_INET6, text, &sin6.sin6_addr) == 1)
		*addr = addr_of((struct sockaddr *)&sin6);
	else
		return false;
	return true;
}

struct dial *
dial_name(
    const struct dial_how *how, const char *name, size_t len, uint16_t port)
{
	struct addr addr;
	struct dial *d;

	if (dial_literal(&addr, name, len)) {
		addr.port = port;
		return dial_addr(how, &addr);
	}
	d = new (how, ADDRS_MOST);
	if (d == NULL)
		return NULL;
	d->port = port;
	d->begun_us = clock_us();
	d->lookup = resolve_start(how->resolver, name, len, on_found, d);
	if (d->lookup == NULL) {
		free(d);
		return NULL;
	}
	return d;
}

void
dial_cancel(struct dial *d)
{
	stop(d);
	end_close(d->how.end);
	free(d);
}

int
dial_expire(struct dial *d, struct addr *about)
{
	struct attempt *a = TAILQ_LAST(&d->attempts, attempt_list);
	int err;

	if (d->how.end->fd != -1)
		note(d, -ETIMEDOUT, &d->alone);
	else if (a != NULL)
		note(d, -ETIMEDOUT, &a->addr);
	else if (d->count == 0)
		note(d, -EHOSTUNREACH, &d->about); /* a dead resolver */
	err = d->err;
	*about = d->about;
	dial_cancel(d);
	return err;
}
