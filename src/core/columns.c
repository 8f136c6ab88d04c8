#include "core/columns.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/closest.h"
#include "base/date.h"
#include "base/text.h"
#include "core/settings.h"

const struct column_row column_rows[COLUMNS_COUNT] = {
#define COLUMN(id, word, kind, fallback, most, meaning) \
	[COLUMN_##id] = { word, COLUMN_##kind, fallback, most, meaning },
#include "core/columns.def"
};

static const char *const rights[] = {
	[COLUMN_COUNT] = "a number, default or none",
	[COLUMN_BYTES] =
	    "octets (K, M, G and T count in 1024), default or none",
	[COLUMN_DATE] =
	    "a date such as 2027-01-31 or 2027-01-31T18:00:00Z, or never",
};

int
column_find(const char *word, size_t len)
{
	char plain[32];

	if (len >= sizeof plain)
		return -1;
	for (size_t i = 0; i < len; i++)
		plain[i] = word[i] == '_' ? '-' : word[i];
	plain[len] = '\0';
	for (int i = 0; i < COLUMNS_COUNT; i++)
		if (strcmp(column_rows[i].word, plain) == 0)
			return i;
	return -1;
}

void
column_refuse(const char *word, char why[COLUMN_WHY])
{
	struct closest meant = { 0 };
	char shown[48];
	size_t at;

	text_escape(shown, sizeof shown, word, strlen(word));
	at = (size_t)snprintf(why, COLUMN_WHY, "\"%s\" is not ", shown);
	for (size_t i = 0; i < COLUMNS_COUNT && at < COLUMN_WHY; i++)
		at += (size_t)snprintf(why + at, COLUMN_WHY - at, "%s%s",
		    column_rows[i].word,
		    i + 2 < COLUMNS_COUNT   ? ", "
		    : i + 1 < COLUMNS_COUNT ? " or "
					    : "");
	for (size_t i = 0; i < COLUMNS_COUNT; i++)
		closest_try(&meant, word, strlen(word), column_rows[i].word);
	if (at < COLUMN_WHY)
		(void)closest_say(&meant, why + at, COLUMN_WHY - at);
}

/* ---- values */

static bool
parse_number(enum column_id id, const char *text, uint64_t *number)
{
	const struct column_row *row = &column_rows[id];
	bool read = row->kind == COLUMN_DATE
			? date_parse(text, number)
			: text_number(text, row->kind == COLUMN_BYTES, number);

	return read && *number > 0 && *number <= row->most;
}

int
column_parse(
    enum column_id id, const char *text, uint64_t *own, char why[COLUMN_WHY])
{
	bool date = column_rows[id].kind == COLUMN_DATE;
	char shown[48];

	if (date && strcmp(text, "never") == 0) {
		*own = COLUMN_DEFAULT;
	} else if (!date && strcmp(text, "default") == 0) {
		*own = COLUMN_DEFAULT;
	} else if (!date &&
		   (strcmp(text, "none") == 0 || strcmp(text, "0") == 0)) {
		*own = COLUMN_NONE;
	} else if (!parse_number(id, text, own)) {
		text_escape(shown, sizeof shown, text, strlen(text));
		(void)snprintf(why, COLUMN_WHY, "%s: \"%s\" is not %s",
		    column_rows[id].word, shown, rights[column_rows[id].kind]);
		return -EINVAL;
	}
	return 0;
}

bool
column_may_be(enum column_id id, uint64_t own)
{
	const struct column_row *row = &column_rows[id];

	return own <= row->most ||
	       (own == COLUMN_NONE && row->kind != COLUMN_DATE);
}

static void
print_bytes(uint64_t n, char text[COLUMN_TEXT])
{
	static const char letters[] = " KMGT";
	size_t i = 0;

	while (n % 1024 == 0 && i + 2 < sizeof letters) {
		n /= 1024;
		i++;
	}
	(void)snprintf(text, COLUMN_TEXT, "%llu%.*s", (unsigned long long)n,
	    i > 0, letters + i);
}

void
column_print(enum column_id id, uint64_t own, char text[COLUMN_TEXT])
{
	bool date = column_rows[id].kind == COLUMN_DATE;

	if (own == COLUMN_DEFAULT)
		(void)snprintf(
		    text, COLUMN_TEXT, "%s", date ? "never" : "default");
	else if (own == COLUMN_NONE)
		(void)snprintf(text, COLUMN_TEXT, "none");
	else if (date)
		date_print(own, text);
	else if (column_rows[id].kind == COLUMN_BYTES)
		print_bytes(own, text);
	else
		(void)snprintf(
		    text, COLUMN_TEXT, "%llu", (unsigned long long)own);
}
