#include "tui/lines.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "tui/access_line.h"
#include "tui/match.h"
#include "tui/utf8.h"

static const char *const column_names[] = { "tag", "text", NULL };

size_t
lines_kept(const struct lines *l)
{
	return l->count < LINES_MOST ? (size_t)l->count : LINES_MOST;
}

/* The end of a port or an id that begins at p, a digit; else p. */
static const char *
passing(const char *text, const char *p)
{
	const char *end = p + strspn(p, "0123456789");
	size_t at = (size_t)(p - text);
	bool port = at > 0 && p[-1] == ':' &&
		    (at < 6 || memcmp(p - 6, "local:", 6) != 0);
	bool id = at >= 3 && memcmp(p - 3, "id=", 3) == 0;

	return (port || id) && strchr("\" ", *end) != NULL ? end : p;
}

uint64_t
lines_shape(const char *text)
{
	char lasting[LINES_TEXT];
	size_t n = 0;

	for (const char *p = text; *p != '\0' && n < sizeof lasting;) {
		const char *end = *p >= '0' && *p <= '9' ? passing(text, p) : p;

		if (end == p)
			lasting[n++] = *p++;
		p = end > p ? end : p;
	}
	return map_hash(lasting, n);
}

static bool
reserve(struct lines *l)
{
	if (l->ring == NULL)
		l->ring = calloc(LINES_MOST, sizeof *l->ring);
	if (l->order == NULL)
		l->order = calloc(LINES_MOST, sizeof *l->order);
	return l->ring != NULL && l->order != NULL;
}

static void
add(struct lines *l, const struct admin_log_row *row)
{
	struct line *one = &l->ring[l->count++ % LINES_MOST];
	char words[LINES_TEXT];
	bool bad;
	size_t at;

	one->id = l->last = row->id;
	one->time = row->time;
	one->level = row->level < 4 ? (unsigned)row->level : 2;
	(void)utf8_safe(
	    one->tag, sizeof one->tag, row->tag.bytes, row->tag.len);
	at = utf8_safe(
	    one->text, sizeof one->text, row->text.bytes, row->text.len);
	if (strcmp(one->tag, "access") == 0 &&
	    access_line(one->text, words, sizeof words, &bad)) {
		at = (size_t)snprintf(one->text, sizeof one->text, "%s", words);
		at = at < sizeof one->text ? at : sizeof one->text - 1;
		if (bad && one->level > 1)
			one->level = 1;
	}
	one->more = (uint16_t)at;
	if (row->more.len > 0 && at + 2 < sizeof one->text) {
		one->text[at++] = ' ';
		(void)utf8_safe(one->text + at, sizeof one->text - at,
		    row->more.bytes, row->more.len);
	}
	one->shape = lines_shape(one->text);
}

void
lines_add(struct lines *l, const struct admin_log_row *rows, size_t n)
{
	l->listed = true;
	if (!reserve(l))
		return;
	for (size_t i = 0; i < n; i++)
		if (rows[i].id > l->last || l->count == 0)
			add(l, &rows[i]);
}

void
lines_arrange(struct lines *l, unsigned level, const char *filter)
{
	struct match match;
	size_t kept = lines_kept(l);

	l->shown = 0;
	match_read(&match, filter, column_names);
	for (uint64_t i = l->count - kept; i < l->count; i++) {
		const struct line *one = &l->ring[i % LINES_MOST];
		const char *texts[2] = { one->tag, one->text };

		if (one->level <= level && match_row(&match, texts, 2))
			l->order[l->shown++] = (uint32_t)(i % LINES_MOST);
	}
}

const struct line *
lines_row(const struct lines *l, int row)
{
	if (row < 0 || (size_t)row >= l->shown)
		return NULL;
	return &l->ring[l->order[row]];
}

/* Ids rise from row to row: the row of that id, or of the next one. */
int
lines_place(const struct lines *l, uint64_t id)
{
	size_t low = 0, high = l->shown;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (l->ring[l->order[middle]].id < id)
			low = middle + 1;
		else
			high = middle;
	}
	return low < l->shown ? (int)low : -1;
}

bool
lines_has(const struct lines *l, int row, const char *word)
{
	const struct line *one = lines_row(l, row);

	return one != NULL &&
	       (match_has(one->text, word) || match_has(one->tag, word));
}

void
lines_free(struct lines *l)
{
	free(l->ring);
	free(l->order);
	*l = (struct lines){ 0 };
}
