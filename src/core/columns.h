/*
 * The limits of an account: every one is a row of core/columns.def.
 *
 * An account has a value of its own for each, or none; then a setting's holds.
 * Pure; any thread.
 */

#ifndef CORE_COLUMNS_H
#define CORE_COLUMNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum column_id {
#define COLUMN(id, ...) COLUMN_##id,
#include "core/columns.def"
	COLUMNS_COUNT,
};

enum column_kind {
	COLUMN_COUNT, /* a number */
	COLUMN_BYTES, /* a number; K, M, G and T behind it count in 1024 */
	COLUMN_DATE,  /* Unix seconds; people write 2027-01-31, in UTC */
};

/*
 * An account's own value: COLUMN_DEFAULT if it has none, COLUMN_NONE if nothing
 * limits it whatever the setting says. A limit that holds is 0 where there is
 * none.
 */
#define COLUMN_DEFAULT UINT64_C(0)
#define COLUMN_NONE UINT64_MAX

enum { COLUMN_ALONE = -1 };

struct column_row {
	const char *word;
	enum column_kind kind;
	int fallback; /* enum setting_id, or COLUMN_ALONE */
	uint64_t most;
	const char *meaning;
};

extern const struct column_row column_rows[COLUMNS_COUNT];

/* Room for a value as people write it, and for what is wrong with one. */
enum { COLUMN_TEXT = 24, COLUMN_WHY = 160 };

/* The row of that word, - and _ being the same, or -1. */
int column_find(const char *word, size_t len);

/* What is wrong with a word that column_find() does not know, for people. */
void column_refuse(const char *word, char why[COLUMN_WHY]);

/*
 * An account's own value as people write it: a number, a date, "default",
 * "none" or (a date) "never". 0, or -EINVAL with why: the column, the value and
 * what would be right.
 */
int column_parse(
    enum column_id, const char *text, uint64_t *own, char why[COLUMN_WHY]);

/* The same backwards: what column_parse() reads as that. */
void column_print(enum column_id, uint64_t own, char text[COLUMN_TEXT]);

/* Can that be an account's own value? */
bool column_may_be(enum column_id, uint64_t own);

/* The limit that holds, 0 if there is none; fallback is the setting's. */
static inline uint64_t
column_limit(uint64_t own, uint64_t fallback)
{
	return own == COLUMN_DEFAULT ? fallback : own == COLUMN_NONE ? 0 : own;
}

#endif
