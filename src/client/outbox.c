#include "client/outbox.h"

#include <stdlib.h>
#include <string.h>

enum {
	FIRST = 4096,
};

/* Not realloc(): it might leave passwords behind. */
static bool
grow(struct outbox *box, size_t size)
{
	uint8_t *bigger = malloc(size);
	size_t len = box->len;

	if (bigger == NULL)
		return false;
	if (len > 0)
		memcpy(bigger, box->bytes, len);
	outbox_free(box);
	*box = (struct outbox){ .bytes = bigger, .len = len, .size = size };
	return true;
}

bool
outbox_room(struct outbox *box, size_t n, struct wr *out)
{
	size_t size = box->size == 0 ? FIRST : box->size;

	if (box->at > 0) {
		memmove(box->bytes, box->bytes + box->at, box->len - box->at);
		box->len -= box->at;
		box->at = 0;
	}
	if (box->len + n > OUTBOX_MOST)
		return false;
	while (size < box->len + n)
		size *= 2;
	if (size != box->size && !grow(box, size))
		return false;
	*out = wr_of(box->bytes + box->len, box->size - box->len);
	return true;
}

void
outbox_add(struct outbox *box, const struct wr *out)
{
	box->len += wr_len(out);
}

void
outbox_sent(struct outbox *box, size_t n)
{
	box->at += n;
	if (box->at == box->len)
		box->at = box->len = 0;
}

void
outbox_free(struct outbox *box)
{
	if (box->bytes != NULL)
		explicit_bzero(box->bytes, box->size);
	free(box->bytes);
	*box = (struct outbox){ 0 };
}
