#include "net/udp_relay.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "net/berth.h"
#include "net/udp_parts.h"
#include "net/way.h"

enum {
	ROUNDS = 4,                 /* batches before the others have a turn */
	FRAGMENTS_OCTETS = 4 << 20, /* held by all of a worker */
	SOCKET_OCTETS = 1 << 20,    /* of its buffers, as far as it may */
};

/* ---- sockets */

static void on_datagrams(evutil_socket_t, short, void *);

/* Reading alone: a socket that tells of room would wake us at each sending. */
static int
watch(struct udp_socket *s, struct association *a, int fd)
{
	static const int octets = SOCKET_OCTETS;

	/* A few large datagrams fill the usual ones. */
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &octets, sizeof octets);
	(void)setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &octets, sizeof octets);
	udp_batch_tune(fd);
	s->of = a;
	s->fd = fd;
	s->readable = false;
	if (event_assign(&s->event, a->how.desk->base, fd,
		EV_READ | EV_ET | EV_PERSIST, on_datagrams, s) != 0 ||
	    event_add(&s->event, NULL) != 0)
		return -ENOMEM;
	return 0;
}

static void
unwatch(struct udp_socket *s)
{
	event_del(&s->event);
	close(s->fd);
}

struct udp_socket *
udp_outside(struct association *a, uint8_t family)
{
	struct udp_socket **place = &a->outside[family == ADDR_V6];
	struct udp_socket *s;
	int fd;

	if (*place != NULL)
		return *place;
	fd = way_datagram(a->how.desk->way, family, a->client.fd);
	if (fd < 0)
		return NULL;
	s = malloc(sizeof *s);
	if (s == NULL || watch(s, a, fd) != 0) {
		free(s);
		close(fd);
		return NULL;
	}
	return *place = s;
}

/* ---- turns */

static void
take(struct udp_socket *s, int n)
{
	struct association *a = s->of;
	struct udp_batch *batch = a->how.desk->batch;
	uint64_t octets = 0;

	for (int i = 0; i < n; i++) {
		struct udp_got got = udp_batch_got(batch, i);

		octets += got.len;
		if (s == &a->client)
			udp_from_client(a, &got);
		else
			udp_from_target(a, &got);
	}
	udp_flush(a);
	metrics_add(&a->how.desk->metrics->received, octets);
}

/*
 * Read until nothing is left, or the turn is used up. An error is some
 * datagram's that was sent before (RFC 1122 section 4.1.3.3), never the
 * socket's end.
 */
static bool
may_read(struct udp_socket *s)
{
	struct association *a = s->of;
	uint8_t way = s != &a->client;

	return a->may[way] > 0 || a->how.may_read == NULL ||
	       a->how.may_read(way, a->how.arg);
}

/* False: it may not read more than it has. */
static bool
turn(struct udp_socket *s)
{
	struct udp_batch *batch = s->of->how.desk->batch;
	bool more;
	int n;

	for (int round = 0; s->readable && round < ROUNDS; round++) {
		if (!may_read(s))
			return false;
		n = udp_batch_receive(batch, s->fd, &more);
		if (n > 0)
			take(s, n);
		else if (n != -EAGAIN && round + 1 < ROUNDS)
			continue;
		/* The next to come will wake us. */
		if (!more)
			s->readable = false;
	}
	return true;
}

void
association_turn(struct association *a)
{
	struct udp_socket *all[] = { &a->client, a->outside[0], a->outside[1] };
	bool left = false;

	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		if (all[i] == NULL || !all[i]->readable)
			continue;
		left |= turn(all[i]) && all[i]->readable;
	}
	if (left)
		a->how.again(a->how.arg);
}

static void
on_datagrams(evutil_socket_t fd, short what, void *arg)
{
	struct udp_socket *s = arg;

	(void)fd;
	(void)what;
	s->readable = true;
	if (turn(s) && s->readable)
		s->of->how.again(s->of->how.arg);
}

/* ---- opening and closing */

static int
join_desk(struct udp_desk *desk)
{
	if (desk->count == 0 && (desk->batch = udp_batch_new()) == NULL)
		return -ENOMEM;
	desk->count++;
	return 0;
}

static void
leave_desk(struct udp_desk *desk)
{
	if (--desk->count > 0)
		return;
	udp_batch_free(desk->batch);
	desk->batch = NULL;
}

static struct association *
make(const struct association_how *how)
{
	struct association *a = calloc(1, sizeof *a);

	if (a == NULL)
		return NULL;
	a->how = *how;
	a->may[0] = a->may[1] = ASSOCIATION_FREELY;
	udp_names_of(a);
	return a;
}

int
association_open(struct association **made, const struct association_how *how,
    struct addr *at)
{
	struct association *a = make(how);
	int fd, err;

	if (a == NULL || join_desk(how->desk) != 0) {
		free(a);
		return -ENOMEM;
	}
	fd = berth_open(SOCK_DGRAM, how->berth, at, how->seed);
	err = fd < 0 ? fd : watch(&a->client, a, fd);
	if (err == 0) {
		*made = a;
		return 0;
	}
	if (fd >= 0)
		close(fd);
	leave_desk(how->desk);
	free(a);
	return err;
}

void
association_close(struct association *a)
{
	struct udp_desk *desk = a->how.desk;

	unwatch(&a->client);
	for (size_t i = 0; i < 2; i++)
		if (a->outside[i] != NULL) {
			unwatch(a->outside[i]);
			free(a->outside[i]);
		}
	fragments_reset(&a->fragments, &desk->purse);
	udp_count_lost(a);
	udp_names_free(&a->names);
	targets_free(&a->targets);
	if (a->holds)
		TAILQ_REMOVE(&desk->holding, a, holding);
	leave_desk(desk);
	free(a);
}

int64_t *
association_may(struct association *a, uint8_t way)
{
	return &a->may[way];
}

uint32_t
association_count(struct association *a, uint8_t way)
{
	uint32_t count = a->passed[way];

	a->passed[way] = 0;
	return count;
}

uint64_t
association_up(const struct association *a)
{
	return a->up;
}

uint64_t
association_down(const struct association *a)
{
	return a->down;
}

/* ---- the desk */

void
udp_desk_init(struct udp_desk *desk)
{
	desk->count = 0;
	desk->batch = NULL;
	desk->purse = (struct fragments_purse){ .most = FRAGMENTS_OCTETS };
	desk->waiting = 0;
	TAILQ_INIT(&desk->holding);
}

void
udp_desk_tick(struct udp_desk *desk, uint32_t now)
{
	uint64_t now_ms = clock_ms();
	struct association *a, *next;
	bool fragments, names;

	for (a = TAILQ_FIRST(&desk->holding); a != NULL; a = next) {
		next = TAILQ_NEXT(a, holding);
		fragments = fragments_tick(&a->fragments, &desk->purse, now_ms);
		udp_count_lost(a);
		names = udp_names_tick(&a->names, now);
		if (fragments || names)
			continue;
		TAILQ_REMOVE(&desk->holding, a, holding);
		a->holds = false;
	}
}
