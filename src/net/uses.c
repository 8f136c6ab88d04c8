#include "net/uses.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "net/worker.h"

static struct use_row *
row_of(struct uses *u, uint64_t account)
{
	struct use_row *row = map_get(&u->rows, &account, sizeof account);

	if (row != NULL)
		return row;
	if ((row = malloc(sizeof *row)) == NULL)
		return NULL;
	row->account = account;
	if (map_put(&u->rows, &row->account, sizeof row->account, row) != 0) {
		free(row);
		return NULL;
	}
	return row;
}

/* "example.org:443", "[2001:db8::1]:443". */
static void
print(char out[], const char *target, size_t len, uint16_t port)
{
	const size_t room = sizeof(((struct use_row *)0)->target);
	bool v6 = memchr(target, ':', len) != NULL;
	char digits[5];
	size_t at = 0, i = sizeof digits;

	if (v6)
		out[at++] = '[';
	at += text_escape(out + at, room - sizeof "[]:65535" + 2, target, len);
	if (v6)
		out[at++] = ']';
	out[at++] = ':';
	do
		digits[--i] = (char)('0' + port % 10);
	while ((port /= 10) != 0);
	memcpy(out + at, digits + i, sizeof digits - i);
	out[at + sizeof digits - i] = '\0';
}

void
uses_add(struct uses *u, uint64_t account, int64_t wall_s, const char *target,
    size_t len, uint16_t port)
{
	struct use_row *row = row_of(u, account);

	if (row == NULL)
		return;
	row->last = wall_s;
	print(row->target, target, len, port);
}

void
uses_post(struct uses *u, struct mailbox *main, uint32_t from)
{
	struct use_batch *batch;
	struct map_entry *e;
	size_t at = 0;

	if (u->rows.count == 0)
		return;
	batch = malloc(sizeof *batch + u->rows.count * sizeof(struct use_row));
	if (batch == NULL)
		return;
	batch->count = 0;
	while ((e = map_next(&u->rows, &at)) != NULL)
		batch->rows[batch->count++] = *(struct use_row *)e->value;
	if (mail_post(main, MAIL_USED, from, batch) != 0)
		free(batch);
	else
		uses_free(u);
}

void
uses_free(struct uses *u)
{
	struct map_entry *e;
	size_t at = 0;

	while ((e = map_next(&u->rows, &at)) != NULL)
		free(e->value);
	map_free(&u->rows);
}
