#include "base/log_ring.h"

#include <assert.h>
#include <string.h>

enum {
	STEP = sizeof(struct log_record), /* records begin at multiples of it */
};

static_assert((STEP & (STEP - 1)) == 0, "a record never splits at the end");

static const uint16_t turn = UINT16_MAX;

static size_t
span(size_t len)
{
	return STEP + (len + STEP - 1) / STEP * STEP;
}

bool
log_ring_put(
    struct log_ring *r, const struct log_record *record, const char *text)
{
	uint64_t head = atomic_load_explicit(&r->head, memory_order_relaxed);
	size_t at = head % LOG_RING_SIZE, need = span(record->len);
	size_t skip = LOG_RING_SIZE - at < need ? LOG_RING_SIZE - at : 0;

	if (head + skip + need - r->seen > LOG_RING_SIZE)
		r->seen = atomic_load_explicit(&r->tail, memory_order_acquire);
	if (record->len > LOG_RING_LINE ||
	    head + skip + need - r->seen > LOG_RING_SIZE) {
		uint64_t n =
		    atomic_load_explicit(&r->dropped, memory_order_relaxed);

		atomic_store_explicit(&r->dropped, n + 1, memory_order_relaxed);
		return false;
	}
	if (skip > 0) {
		memcpy(r->bytes + at, &turn, sizeof turn);
		at = 0;
	}
	memcpy(r->bytes + at, record, sizeof *record);
	memcpy(r->bytes + at + STEP, text, record->len);
	/* In one order with the reader's word that it sleeps: see log.c. */
	atomic_store(&r->head, head + skip + need);
	return true;
}

size_t
log_ring_used(struct log_ring *r)
{
	uint64_t tail = atomic_load_explicit(&r->tail, memory_order_relaxed);

	return (size_t)(atomic_load(&r->head) - tail);
}

uint64_t
log_ring_start(struct log_ring *r)
{
	return atomic_load_explicit(&r->tail, memory_order_relaxed);
}

const struct log_record *
log_ring_next(struct log_ring *r, uint64_t *at, const char **text)
{
	uint64_t head = atomic_load_explicit(&r->head, memory_order_acquire);
	const struct log_record *record;

	if (*at == head)
		return NULL;
	record = (const void *)(r->bytes + *at % LOG_RING_SIZE);
	if (record->len == turn) {
		*at += LOG_RING_SIZE - *at % LOG_RING_SIZE;
		record = (const void *)r->bytes;
	}
	*text = (const char *)record + STEP;
	*at += span(record->len);
	return record;
}

void
log_ring_release(struct log_ring *r, uint64_t at)
{
	atomic_store_explicit(&r->tail, at, memory_order_release);
}

size_t
log_ring_discard(struct log_ring *r)
{
	uint64_t at = log_ring_start(r);
	const char *text;
	size_t n = 0;

	while (log_ring_next(r, &at, &text) != NULL)
		n++;
	log_ring_release(r, at);
	return n;
}
