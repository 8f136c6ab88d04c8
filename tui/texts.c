#include "tui/texts.h"

#include <stdlib.h>
#include <string.h>

#include "tui/idn.h"
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

static unsigned
hash(const char *text, size_t len)
{
	uint32_t h = 2166136261u;

	for (size_t i = 0; i < len; i++)
		h = (h ^ (uint8_t)text[i]) * 16777619u;
	return (h ^ h >> 16) % TEXTS_RECENT;
}

typedef size_t make_safe(char *, size_t, const char *, size_t);

static uint32_t
add(struct texts *t, const struct layout_text *text, make_safe *safe)
{
	uint32_t at, *recent;
	size_t len;

	if (!reserve(t, TEXTS_MOST + 2))
		return 0;
	if (t->n == 0)
		t->all[t->n++] = '\0';
	if (text->len == 0)
		return 0;
	at = (uint32_t)t->n;
	len = safe(t->all + at, TEXTS_MOST + 1, text->bytes, text->len);
	recent = &t->recent[hash(t->all + at, len)];
	/* Whatever is at an old place, it is a text. */
	if (*recent < at && strcmp(t->all + *recent, t->all + at) == 0)
		return *recent;
	*recent = at;
	t->n += len + 1;
	return at;
}

uint32_t
texts_add(struct texts *t, const struct layout_text *text)
{
	return add(t, text, utf8_safe);
}

uint32_t
texts_add_host(struct texts *t, const struct layout_text *text)
{
	return add(t, text, idn_safe);
}

void
texts_fit(struct texts *t)
{
	char *all = t->n == 0 ? NULL : realloc(t->all, t->n);

	if (all == NULL)
		return;
	t->all = all;
	t->room = t->n;
}

void
texts_free(struct texts *t)
{
	free(t->all);
	*t = (struct texts){ 0 };
}
