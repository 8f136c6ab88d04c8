#include "net/udp_relay.h"

#include <errno.h>
#include <event2/event_struct.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "core/targets.h"
#include "net/berth.h"
#include "net/dial.h"
#include "net/udp_names.h"
#include "net/way.h"
#include "proto/udp.h"

enum {
	ROUNDS = 4,                 /* batches before the others have a turn */
	FRAGMENTS_OCTETS = 4 << 20, /* held by all of a worker */
	SOCKET_OCTETS = 1 << 20,    /* of its buffers, as far as it may */
};

struct udp_socket {
	struct event event;
	struct association *of;
	int fd;
	bool readable;
};

struct association {
	struct association_how how;
	struct udp_socket client;
	struct udp_socket *outside[2]; /* IPv4, IPv6; NULL until needed */
	struct udp_socket *sending;    /* what the batch has is for this one */
	struct targets targets;
	struct fragments fragments;
	struct udp_names names;
	TAILQ_ENTRY(association) holding;
	bool holds; /* it is in the desk's list */
	uint64_t up, down;
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

/* The socket that faces targets of that family; NULL with errno set. */
static struct udp_socket *
outside(struct association *a, uint8_t family)
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

/* ---- sending */

static void
flush(struct association *a)
{
	struct metrics *m = a->how.desk->metrics;
	bool up = a->sending != &a->client;
	struct udp_sent sent;

	if (udp_batch_added(a->how.desk->batch) == 0)
		return;
	sent = udp_batch_send(a->how.desk->batch, a->sending->fd);
	metrics_add(&m->sent, sent.octets);
	metrics_add(up ? &m->udp_up : &m->udp_down, sent.datagrams);
	metrics_add(up ? &m->up : &m->down, sent.payload);
	if (sent.dropped > 0)
		metrics_add(&m->udp_unsent, sent.dropped);
	*(up ? &a->up : &a->down) += sent.payload;
	if (sent.datagrams > 0)
		a->how.moved(a->how.arg);
}

static void
add(struct association *a, struct udp_socket *s, uint8_t *bytes, size_t len,
    size_t head, const struct addr *to)
{
	struct udp_batch *batch = a->how.desk->batch;

	if (a->sending != s || udp_batch_added(batch) == UDP_BATCH)
		flush(a);
	a->sending = s;
	udp_batch_add(batch, bytes, len, head, to);
}

/* ---- from the client */

/* To a target that the rules allow. */
static void
send_out(
    struct association *a, const struct addr *to, uint8_t *bytes, size_t len)
{
	struct metrics *m = a->how.desk->metrics;
	struct udp_socket *s = outside(a, to->family);

	if (s == NULL || to->port == 0 || !targets_note(&a->targets, to))
		metrics_add(&m->udp_unsent, 1);
	else
		add(a, s, bytes, len, 0, to);
}

static void
send_to(struct association *a, const char *name, size_t name_len,
    const struct addr *addrs, size_t count, uint16_t port, uint8_t *bytes,
    size_t len)
{
	for (size_t i = 0; i < count; i++) {
		struct addr to = addrs[i];

		to.port = port;
		if (a->how.may(name, name_len, &to, a->how.arg)) {
			send_out(a, &to, bytes, len);
			return;
		}
	}
	metrics_add(&a->how.desk->metrics->udp_denied, 1);
}

static void
send_named(
    const struct udp_named *n, const uint8_t *bytes, size_t len, void *arg)
{
	struct association *a = arg;

	/* What waits in a batch is only read. */
	send_to(a, (const char *)n->to->host, n->to->len, n->addrs, n->count,
	    n->to->port, (uint8_t *)(uintptr_t)bytes, len);
	flush(a); /* the bytes are the caller's */
}

static void
on_names_dropped(unsigned n, void *arg)
{
	struct association *a = arg;

	metrics_add(&a->how.desk->metrics->udp_names, n);
}

static void
hold(struct association *a)
{
	if (!a->holds)
		TAILQ_INSERT_TAIL(&a->how.desk->holding, a, holding);
	a->holds = true;
}

static void
deliver(struct association *a, const struct socks_addr *to, uint8_t *bytes,
    size_t len)
{
	struct addr literal = socks_addr_literal(to);
	const char *name = (const char *)to->host;
	bool named = to->atyp == SOCKS_NAME;

	if (named && !dial_literal(&literal, name, to->len)) {
		hold(a);
		udp_names_send(&a->names, to, bytes, len, *a->how.desk->now);
		return;
	}
	send_to(a, named ? name : NULL, named ? to->len : 0, &literal, 1,
	    to->port, bytes, len);
}

static void
count_lost(struct association *a)
{
	if (a->fragments.lost > 0)
		metrics_add(
		    &a->how.desk->metrics->udp_fragments, a->fragments.lost);
	a->fragments.lost = 0;
}

static void
reassemble(struct association *a, const struct udp_head *head,
    const uint8_t *payload, size_t len)
{
	struct fragments_purse *purse = &a->how.desk->purse;
	struct fragments_whole whole;

	hold(a);
	switch (fragments_add(
	    &a->fragments, purse, head, payload, len, clock_ms())) {
	case FRAGMENTS_WHOLE:
		whole = fragments_whole(&a->fragments);
		deliver(
		    a, whole.to, (uint8_t *)(uintptr_t)whole.bytes, whole.len);
		flush(a); /* before the bytes are gone */
		fragments_reset(&a->fragments, purse);
		break;
	case FRAGMENTS_DROPPED:
		a->fragments.lost++;
		break;
	case FRAGMENTS_KEPT:
		break;
	}
	count_lost(a);
}

/* The client's first datagram fixes its port. */
static bool
is_client(struct association *a, const struct addr *from)
{
	struct addr *client = &a->how.client;

	if (!addr_same_ip(from, client))
		return false;
	if (client->port == 0)
		client->port = from->port;
	return from->port == client->port;
}

static void
from_client(struct association *a, const struct udp_got *got)
{
	struct metrics *m = a->how.desk->metrics;
	struct rd in = rd_of(got->bytes, got->len);
	struct udp_head head;
	uint8_t *payload;

	if (!is_client(a, &got->from)) {
		metrics_add(&m->udp_foreign, 1);
		return;
	}
	if (udp_head_parse(&in, &head) != PARSE_DONE) {
		metrics_add(&m->udp_malformed, 1);
		return;
	}
	payload = got->bytes + (got->len - rd_left(&in));
	if (head.frag != 0) {
		reassemble(a, &head, payload, rd_left(&in));
		return;
	}
	fragments_reset(&a->fragments, &a->how.desk->purse);
	count_lost(a);
	deliver(a, &head.addr, payload, rd_left(&in));
}

/* ---- from a target */

static void
from_target(struct association *a, const struct udp_got *got)
{
	struct metrics *m = a->how.desk->metrics;
	size_t head = udp_answer_len(&got->from);
	struct wr out = wr_of(got->bytes - head, head);

	if (!targets_has(&a->targets, &got->from)) {
		metrics_add(&m->udp_unasked, 1);
		return;
	}
	udp_answer_write(&out, &got->from);
	add(a, &a->client, got->bytes - head, head + got->len, head,
	    &a->how.client);
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
			from_client(a, &got);
		else
			from_target(a, &got);
	}
	flush(a);
	metrics_add(&a->how.desk->metrics->received, octets);
}

/*
 * Read until nothing is left, or the turn is used up. An error is some
 * datagram's that was sent before (RFC 1122 section 4.1.3.3), never the
 * socket's end.
 */
static void
turn(struct udp_socket *s)
{
	struct udp_batch *batch = s->of->how.desk->batch;
	int n;

	for (int round = 0; s->readable && round < ROUNDS; round++) {
		n = udp_batch_receive(batch, s->fd);
		if (n > 0)
			take(s, n);
		else if (n != -EAGAIN && round + 1 < ROUNDS)
			continue;
		/* The next to come will wake us. */
		if (n < UDP_BATCH)
			s->readable = false;
	}
}

void
association_turn(struct association *a)
{
	struct udp_socket *all[] = { &a->client, a->outside[0], a->outside[1] };
	bool left = false;

	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		if (all[i] == NULL || !all[i]->readable)
			continue;
		turn(all[i]);
		left |= all[i]->readable;
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
	turn(s);
	if (s->readable)
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
	a->names = (struct udp_names){
		.waiting = &how->desk->waiting,
		.resolver = how->resolver,
		.send = send_named,
		.dropped = on_names_dropped,
		.arg = a,
	};
	udp_names_init(&a->names);
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
	count_lost(a);
	udp_names_free(&a->names);
	targets_free(&a->targets);
	if (a->holds)
		TAILQ_REMOVE(&desk->holding, a, holding);
	leave_desk(desk);
	free(a);
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
		count_lost(a);
		names = udp_names_tick(&a->names, now);
		if (fragments || names)
			continue;
		TAILQ_REMOVE(&desk->holding, a, holding);
		a->holds = false;
	}
}
