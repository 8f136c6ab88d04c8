#include "store/sqlite_load.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "store/sqlite_file.h"
#include "store/sqlite_findings.h"

struct source {
	sqlite3 *db;
	const char *path;
};

/* Limits come last, so that there may be more. */
static const char select_accounts[] =
    "SELECT id, name, role, enabled, created, hash,"
    " opened, up, down, last, last_target, day, day_start"
#define COLUMN(id, ...) ", " #id
#include "core/columns.def"
    " FROM account";

enum { FIRST_LIMIT = 13 }; /* in the above */

static int
damaged_row(const struct source *s, long long id, char why[STORE_WHY])
{
	(void)snprintf(why, STORE_WHY,
	    "%s is damaged (account %lld makes no sense): put a backup in its "
	    "place, with no -wal file beside it, or look at it with \"sqlite3 "
	    "FILE 'SELECT * FROM account "
	    "WHERE id = %lld'\" and correct or delete it",
	    s->path, id, id);
	return -1;
}

static const char *
text(sqlite3_stmt *row, int column)
{
	const char *t = (const char *)sqlite3_column_text(row, column);

	return t == NULL ? "" : t;
}

static bool
read_limits(sqlite3_stmt *row, struct account *a)
{
	bool good = true;

	for (int i = 0; i < COLUMNS_COUNT; i++) {
		a->own[i] =
		    (uint64_t)sqlite3_column_int64(row, FIRST_LIMIT + i);
		good &= column_may_be((enum column_id)i, a->own[i]);
	}
	return good;
}

/* False: they cannot be those of an account. */
static bool
read_account(sqlite3_stmt *row, struct account *a, struct account_use *use)
{
	int role = sqlite3_column_int(row, 2);
	size_t len;

	*a = (struct account){
		.id = (uint64_t)sqlite3_column_int64(row, 0),
		.name = text(row, 1),
		.role = (enum role)role,
		.enabled = sqlite3_column_int(row, 3) != 0,
		.created = sqlite3_column_int64(row, 4),
		.hash = text(row, 5),
		.kept = true,
	};
	*use = (struct account_use){
		.account = a->id,
		.opened = (uint64_t)sqlite3_column_int64(row, 6),
		.up = (uint64_t)sqlite3_column_int64(row, 7),
		.down = (uint64_t)sqlite3_column_int64(row, 8),
		.last = sqlite3_column_int64(row, 9),
		.day = sqlite3_column_int64(row, 11),
		.day_start = (uint64_t)sqlite3_column_int64(row, 12),
	};
	strncpy(use->last_target, text(row, 10), sizeof use->last_target - 1);
	len = (size_t)sqlite3_column_bytes(row, 1);
	if (!text_is_name(a->name, len) || role < 0 || role > ROLE_OBSERVER ||
	    !read_limits(row, a))
		return false;
	a->name_len = (uint8_t)len;
	return a->hash[0] == '$' && strlen(a->hash) < ACCOUNT_HASH;
}

/* Call take() for each row: 0, or -1 with why. */
static int
each_row(const struct source *s, const char *sql,
    int (*take)(const struct source *, sqlite3_stmt *,
	const struct store_reader *, char *),
    const struct store_reader *reader, char why[STORE_WHY])
{
	sqlite3_stmt *stmt = NULL;
	int good = 0, result;

	result = sqlite3_prepare_v2(s->db, sql, -1, &stmt, NULL);
	while (result == SQLITE_OK && good == 0) {
		if ((result = sqlite3_step(stmt)) != SQLITE_ROW)
			break;
		good = take(s, stmt, reader, why);
		result = SQLITE_OK;
	}
	if (result != SQLITE_OK && result != SQLITE_DONE) {
		sqlite_file_why(why, s->path, s->db, result);
		good = -1;
	}
	(void)sqlite3_finalize(stmt);
	return good;
}

static int
take_account(const struct source *s, sqlite3_stmt *row,
    const struct store_reader *reader, char why[STORE_WHY])
{
	struct account_use use;
	struct account a;

	if (!read_account(row, &a, &use))
		return damaged_row(s, sqlite3_column_int64(row, 0), why);
	if (reader->account(&a, &use, reader->arg))
		return 0;
	(void)snprintf(why, STORE_WHY,
	    "%s: its accounts were not taken over: out of memory", s->path);
	return -1;
}

static int
take_setting(const struct source *s, sqlite3_stmt *row,
    const struct store_reader *reader, char why[STORE_WHY])
{
	if (reader->setting(text(row, 0), text(row, 1), reader->arg))
		return 0;
	(void)snprintf(why, STORE_WHY,
	    "%s: its settings were not taken over: out of memory", s->path);
	return -1;
}

static int
take_finding(const struct source *s, sqlite3_stmt *row,
    const struct store_reader *reader, char why[STORE_WHY])
{
	struct finding *f = sqlite_finding(row);

	if (f != NULL && reader->finding(f, reader->arg))
		return 0;
	(void)snprintf(why, STORE_WHY,
	    "%s: its findings were not taken over: out of memory", s->path);
	return -1;
}

static int
take_last(const struct source *s, sqlite3_stmt *row,
    const struct store_reader *reader, char why[STORE_WHY])
{
	(void)s;
	(void)why;
	reader->last_finding(
	    (uint64_t)sqlite3_column_int64(row, 0), reader->arg);
	return 0;
}

int
sqlite_load(sqlite3 *db, const char *path, const struct store_reader *reader,
    char why[STORE_WHY])
{
	const struct source source = { db, path }, *s = &source;

	if (each_row(s, select_accounts, take_account, reader, why) != 0)
		return -1;
	if (each_row(s, "SELECT key, value FROM setting", take_setting, reader,
		why) != 0)
		return -1;
	if (each_row(s, SQLITE_FINDINGS, take_finding, reader, why) != 0)
		return -1;
	return each_row(s,
	    "SELECT seq FROM sqlite_sequence WHERE name = 'finding'", take_last,
	    reader, why);
}
