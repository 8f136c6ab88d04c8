#include "core/findings.h"

#include <stdlib.h>
#include <string.h>

/* ---- one */

static size_t
text_size(const struct finding *f)
{
	size_t size = 0;

	for (size_t i = 0; i < FINDING_PARTS; i++)
		size += f->len[i];
	return size;
}

struct finding *
finding_new(
    const struct finding *head, const struct finding_text texts[FINDING_PARTS])
{
	struct finding made = *head, *f;
	char *at;

	for (size_t i = 0; i < FINDING_PARTS; i++)
		made.len[i] =
		    (uint8_t)(texts[i].len < FINDING_TEXT ? texts[i].len
							  : FINDING_TEXT);
	if ((f = malloc(sizeof *f + text_size(&made))) == NULL)
		return NULL;
	*f = made;
	at = f->text;
	for (size_t i = 0; i < FINDING_PARTS; i++) {
		if (f->len[i] > 0)
			memcpy(at, texts[i].bytes, f->len[i]);
		at += f->len[i];
	}
	return f;
}

struct finding *
finding_copy(const struct finding *f)
{
	size_t size = sizeof *f + text_size(f);
	struct finding *copy = malloc(size);

	return copy != NULL ? memcpy(copy, f, size) : NULL;
}

struct finding_text
finding_part(const struct finding *f, enum finding_part part)
{
	const char *at = f->text;

	for (size_t i = 0; i < part; i++)
		at += f->len[i];
	return (struct finding_text){ at, f->len[part] };
}

struct finding_text
finding_password(const struct finding *f, char mask[DISSECT_MASKED])
{
	struct finding_text text = finding_part(f, FINDING_PASSWORD);

	if (!f->plain)
		return text;
	return (struct finding_text){ mask,
		dissect_mask(mask, text.bytes, text.len) };
}

void
finding_free(struct finding *f)
{
	if (f == NULL)
		return;
	explicit_bzero(f->text, text_size(f));
	free(f);
}

/* ---- the list: a ring */

struct findings {
	struct finding **rows;
	size_t room, first, count, most;
	uint64_t last, floor;
};

struct findings *
findings_new(void)
{
	return calloc(1, sizeof(struct findings));
}

static struct finding **
row(const struct findings *list, size_t i)
{
	return &list->rows[(list->first + i) % list->room];
}

static void
drop_oldest(struct findings *list)
{
	struct finding *f = *row(list, 0);

	list->floor = f->id;
	finding_free(f);
	list->first = (list->first + 1) % list->room;
	list->count--;
}

void
findings_keep(struct findings *list, size_t most)
{
	list->most = most;
	while (list->count > most)
		drop_oldest(list);
}

void
findings_expire(struct findings *list, int64_t before)
{
	while (list->count > 0 && (*row(list, 0))->time < before)
		drop_oldest(list);
}

void
findings_drop(struct findings *list, uint64_t id)
{
	while (list->count > 0 && (*row(list, 0))->id <= id)
		drop_oldest(list);
	if (id > list->floor)
		list->floor = id;
}

void
findings_free(struct findings *list)
{
	if (list == NULL)
		return;
	findings_keep(list, 0);
	free(list->rows);
	free(list);
}

void
findings_begin(struct findings *list, uint64_t id)
{
	if (id > list->last)
		list->last = id;
}

static bool
make_room(struct findings *list)
{
	size_t room = list->room > 0 ? list->room * 2 : 64;
	struct finding **rows;

	if (list->count < list->room)
		return true;
	if ((rows = malloc(room * sizeof(struct finding *))) == NULL)
		return false;
	for (size_t i = 0; i < list->count; i++)
		rows[i] = *row(list, i);
	free(list->rows);
	list->rows = rows;
	list->room = room;
	list->first = 0;
	return true;
}

bool
findings_add(struct findings *list, struct finding *f)
{
	if (f->id == 0)
		f->id = list->last + 1;
	if (f->id > list->last)
		list->last = f->id;
	if (list->most > 0 && list->count == list->most)
		drop_oldest(list);
	if (list->most == 0 || !make_room(list)) {
		finding_free(f);
		return false;
	}
	list->count++;
	*row(list, list->count - 1) = f;
	return true;
}

const struct finding *
findings_after(const struct findings *list, uint64_t id)
{
	size_t low = 0, high = list->count;

	while (low < high) {
		size_t half = low + (high - low) / 2;

		if ((*row(list, half))->id <= id)
			low = half + 1;
		else
			high = half;
	}
	return low < list->count ? *row(list, low) : NULL;
}

size_t
findings_count(const struct findings *list)
{
	return list->count;
}

uint64_t
findings_last(const struct findings *list)
{
	return list->last;
}

uint64_t
findings_floor(const struct findings *list)
{
	return list->floor;
}
