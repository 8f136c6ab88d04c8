/* Many short texts in one piece of memory, by their place. One thread. */

#ifndef TUI_TEXTS_H
#define TUI_TEXTS_H

#include <stdint.h>

#include "base/layout.h"

enum {
	TEXTS_MOST = 200, /* octets of one; what is longer is cut */
	TEXTS_RECENT = 256,
};

struct texts {
	char *all; /* owned; place 0 is "" */
	size_t n, room;
	uint32_t recent[TEXTS_RECENT]; /* where texts are that may come again */
};

/* Made safe for a screen. Without memory, or a gigabyte later, it is "". */
uint32_t texts_add(struct texts *, const struct layout_text *);

/* The same for a target, whose name may be one of many scripts (tui/idn.h). */
uint32_t texts_add_host(struct texts *, const struct layout_text *);

static inline const char *
texts_at(const struct texts *t, uint32_t at)
{
	return at < t->n ? t->all + at : "";
}

/* Give back the room that nothing is in. */
void texts_fit(struct texts *);

void texts_free(struct texts *);

#endif
