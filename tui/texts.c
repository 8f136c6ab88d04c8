#include "tui/texts.h"

#include <stdlib.h>
#include <string.h>

#include "tui/utf8.h"

enum { ROOM_MOST = 1 << 30 };

static bool
reserve(struct texts *t, size_t len)
{
	size_t room = t->room == 0 ? 4096 : t->room;
	char *all;

	if (t->n + len <= t->room)
		return true;
	while (room < t->n + len)
		room *= 2;
	if (room > ROOM_MOST || (all = realloc(t->all, room)) == NULL)
		return false;
	t->all = all;
	t->room = room;
	return true;
}

uint32_t
texts_add(struct texts *t, const struct layout_text *text)
{
	uint32_t at;

	if (!reserve(t, TEXTS_MOST + 2))
		return 0;
	if (t->n == 0)
		t->all[t->n++] = '\0';
	if (text->len == 0)
		return 0;
	at = (uint32_t)t->n;
	t->n +=
	    1 + utf8_safe(t->all + at, TEXTS_MOST + 1, text->bytes, text->len);
	return at;
}

void
texts_free(struct texts *t)
{
	free(t->all);
	*t = (struct texts){ 0 };
}
