/*
 * Sticky cursors over bytes, big-endian (network order).
 *
 * Once something does not fit, `failed` stays set: reads give zero or NULL,
 * writes do nothing. So a codec is a straight line, tested once at its end.
 * Nothing here allocates; the caller owns the bytes. Any thread.
 */

#ifndef BASE_WIRE_H
#define BASE_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a parser found: a whole message, a part of one, or rubbish. */
enum parse {
	PARSE_DONE, /* the cursor stands behind the message */
	PARSE_MORE, /* right so far; the cursor has not moved */
	PARSE_BAD,  /* no further byte can make it right */
};

struct rd {
	const uint8_t *at;
	const uint8_t *end;
	bool failed;
};

struct wr {
	uint8_t *start;
	uint8_t *at;
	uint8_t *end;
	bool failed;
};

static inline struct rd
rd_of(const void *bytes, size_t len)
{
	const uint8_t *p = bytes;

	return (struct rd){ p, p + len, false };
}

static inline struct wr
wr_of(void *bytes, size_t size)
{
	uint8_t *p = bytes;

	return (struct wr){ p, p, p + size, false };
}

/* Bytes not yet read. */
static inline size_t
rd_left(const struct rd *in)
{
	return (size_t)(in->end - in->at);
}

/* Bytes written so far. */
static inline size_t
wr_len(const struct wr *out)
{
	return (size_t)(out->at - out->start);
}

/* The next n bytes, which stay the caller's; NULL if they are not all there. */
static inline const uint8_t *
rd_bytes(struct rd *in, size_t n)
{
	const uint8_t *p = in->at;

	if (in->failed || rd_left(in) < n) {
		in->failed = true;
		return NULL;
	}
	in->at += n;
	return p;
}

/* The next n bytes (1 to 8) as an unsigned integer. */
static inline uint64_t
rd_uint(struct rd *in, size_t n)
{
	const uint8_t *p = rd_bytes(in, n);
	uint64_t v = 0;

	for (size_t i = 0; p != NULL && i < n; i++)
		v = v << 8 | p[i];
	return v;
}

/* Room for n bytes, or NULL. */
uint8_t *wr_room(struct wr *, size_t n);

void wr_bytes(struct wr *, const void *, size_t n);

/* v in n bytes (1 to 8); a v that needs more is written as the largest. */
void wr_uint(struct wr *, size_t n, uint64_t v);

#endif
