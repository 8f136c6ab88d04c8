/* Many short texts in one piece of memory, by their place. One thread. */

#ifndef TUI_TEXTS_H
#define TUI_TEXTS_H

#include <stdint.h>

#include "base/layout.h"

struct texts {
	char *all; /* owned; place 0 is "" */
	size_t n, room;
};

enum { TEXTS_MOST = 200 }; /* octets of one; what is longer is cut */

/* Made safe for a screen. Without memory, or a gigabyte later, it is "". */
uint32_t texts_add(struct texts *, const struct layout_text *);

static inline const char *
texts_at(const struct texts *t, uint32_t at)
{
	return at < t->n ? t->all + at : "";
}

void texts_free(struct texts *);

#endif
