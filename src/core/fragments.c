#include "core/fragments.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_ROOM = 2048 };

struct fragment_queue {
	struct socks_addr to;
	uint64_t since_ms;
	uint32_t len, room;
	uint32_t last; /* where the last fragment begins */
	uint8_t highest;
	bool whole;
	uint8_t bytes[];
};

/* ---- memory */

static struct fragment_queue *
resize(struct fragment_queue *q, struct fragments_purse *purse, size_t room)
{
	size_t before = q != NULL ? q->room : 0;

	if (purse->held + room - before > purse->most)
		return NULL;
	q = realloc(q, sizeof *q + room);
	if (q == NULL)
		return NULL;
	purse->held += room - before;
	q->room = (uint32_t)room;
	return q;
}

static bool
make_room(struct fragments *f, struct fragments_purse *purse, size_t len)
{
	struct fragment_queue *q = f->queue;
	size_t room = FIRST_ROOM, want = len + (q != NULL ? q->len : 0);

	if (want > UDP_PAYLOAD_MAX)
		return false;
	if (q != NULL && want <= q->room)
		return true;
	while (room < want)
		room *= 2;
	q = resize(q, purse, room);
	if (q != NULL)
		f->queue = q;
	return q != NULL;
}

void
fragments_reset(struct fragments *f, struct fragments_purse *purse)
{
	struct fragment_queue *q = f->queue;

	if (q == NULL)
		return;
	if (!q->whole)
		f->lost += q->highest;
	purse->held -= q->room;
	free(q);
	f->queue = NULL;
}

bool
fragments_tick(
    struct fragments *f, struct fragments_purse *purse, uint64_t now_ms)
{
	if (f->queue != NULL && now_ms - f->queue->since_ms > FRAGMENTS_MS)
		fragments_reset(f, purse);
	return f->queue != NULL;
}

/* ---- taking fragments */

static bool
same_target(const struct socks_addr *a, const struct socks_addr *b)
{
	return a->atyp == b->atyp && a->len == b->len && a->port == b->port &&
	       memcmp(a->host, b->host, a->len) == 0;
}

static bool
is_copy(const struct fragment_queue *q, const struct udp_head *head,
    const uint8_t *payload, size_t len)
{
	return (head->frag & UDP_FRAG_POSITION) == q->highest &&
	       same_target(&q->to, &head->addr) && q->len - q->last == len &&
	       (len == 0 || memcmp(q->bytes + q->last, payload, len) == 0);
}

static bool
follows(const struct fragment_queue *q, const struct udp_head *head)
{
	unsigned position = head->frag & UDP_FRAG_POSITION;

	if (q == NULL)
		return position == 1;
	return position == q->highest + 1u && same_target(&q->to, &head->addr);
}

static bool
take(struct fragments *f, struct fragments_purse *purse,
    const struct udp_head *head, const uint8_t *payload, size_t len,
    uint64_t now_ms)
{
	bool first = f->queue == NULL;
	struct fragment_queue *q;

	if (!make_room(f, purse, len))
		return false;
	q = f->queue;
	if (first) {
		q->to = head->addr;
		q->since_ms = now_ms;
		q->len = 0;
	}
	if (len > 0)
		memcpy(q->bytes + q->len, payload, len);
	q->last = q->len;
	q->len += (uint32_t)len;
	q->highest = head->frag & UDP_FRAG_POSITION;
	q->whole = (head->frag & UDP_FRAG_END) != 0;
	return true;
}

enum fragments_said
fragments_add(struct fragments *f, struct fragments_purse *purse,
    const struct udp_head *head, const uint8_t *payload, size_t len,
    uint64_t now_ms)
{
	if (fragments_tick(f, purse, now_ms) &&
	    is_copy(f->queue, head, payload, len))
		return FRAGMENTS_KEPT;
	if (!follows(f->queue, head))
		fragments_reset(f, purse);
	if (!follows(f->queue, head) ||
	    !take(f, purse, head, payload, len, now_ms)) {
		fragments_reset(f, purse);
		return FRAGMENTS_DROPPED;
	}
	return f->queue->whole ? FRAGMENTS_WHOLE : FRAGMENTS_KEPT;
}

struct fragments_whole
fragments_whole(const struct fragments *f)
{
	const struct fragment_queue *q = f->queue;

	assert(q != NULL && q->whole);
	return (struct fragments_whole){ &q->to, q->bytes, q->len };
}
