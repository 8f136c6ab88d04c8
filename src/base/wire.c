#include "base/wire.h"

#include <string.h>

uint8_t *
wr_room(struct wr *out, size_t n)
{
	uint8_t *p = out->at;

	if (out->failed || (size_t)(out->end - out->at) < n) {
		out->failed = true;
		return NULL;
	}
	out->at += n;
	return p;
}

void
wr_bytes(struct wr *out, const void *bytes, size_t n)
{
	uint8_t *p = wr_room(out, n);

	if (p != NULL && n > 0)
		memcpy(p, bytes, n);
}

void
wr_uint(struct wr *out, size_t n, uint64_t v)
{
	uint8_t *p = wr_room(out, n);

	if (p == NULL)
		return;
	if (n < 8 && v >> (8 * n) != 0)
		v = (UINT64_C(1) << (8 * n)) - 1;
	for (size_t i = n; i-- > 0; v >>= 8)
		p[i] = (uint8_t)v;
}
