/*
 * A password on its way: never printed, never logged, wiped when done.
 * The type exists so that no printer accepts it. Any thread.
 */

#ifndef BASE_SECRET_H
#define BASE_SECRET_H

#include <stdint.h>
#include <string.h>

struct secret {
	uint8_t len; /* 0: none given */
	char bytes[255];
};

static inline void
secret_set(struct secret *s, const void *bytes, size_t len)
{
	s->len = (uint8_t)(len < sizeof s->bytes ? len : sizeof s->bytes);
	memcpy(s->bytes, bytes, s->len);
}

static inline void
secret_wipe(struct secret *s)
{
	explicit_bzero(s->bytes, sizeof s->bytes);
	s->len = 0;
}

#endif
