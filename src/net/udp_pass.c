/* What becomes of a datagram; net/udp_parts.h. */

#include "base/clock.h"
#include "net/dial.h"
#include "net/udp_parts.h"
#include "proto/udp.h"

/* ---- sending */

void
udp_flush(struct association *a)
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
	a->passed[!up] += sent.datagrams;
	if (a->may[!up] != ASSOCIATION_FREELY)
		a->may[!up] -= (int64_t)sent.payload;
	if (sent.datagrams > 0)
		a->how.moved(a->how.arg);
}

static void
add(struct association *a, struct udp_socket *s, uint8_t *bytes, size_t len,
    size_t head, const struct addr *to)
{
	struct udp_batch *batch = a->how.desk->batch;

	if (a->sending != s || udp_batch_added(batch) == UDP_BATCH)
		udp_flush(a);
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
	struct udp_socket *s = udp_outside(a, to->family);

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
	udp_flush(a); /* the bytes are the caller's */
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

void
udp_count_lost(struct association *a)
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
		udp_flush(a); /* before the bytes are gone */
		fragments_reset(&a->fragments, purse);
		break;
	case FRAGMENTS_DROPPED:
		a->fragments.lost++;
		break;
	case FRAGMENTS_KEPT:
		break;
	}
	udp_count_lost(a);
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

void
udp_from_client(struct association *a, const struct udp_got *got)
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
	udp_count_lost(a);
	deliver(a, &head.addr, payload, rd_left(&in));
}

/* ---- from a target */

void
udp_from_target(struct association *a, const struct udp_got *got)
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

void
udp_names_of(struct association *a)
{
	a->names = (struct udp_names){
		.waiting = &a->how.desk->waiting,
		.resolver = a->how.resolver,
		.send = send_named,
		.dropped = on_names_dropped,
		.arg = a,
	};
	udp_names_init(&a->names);
}
