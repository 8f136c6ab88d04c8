/* The embedded store: one SQLite file with a write-ahead log. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "store/sqlite_file.h"
#include "store/sqlite_findings.h"
#include "store/sqlite_load.h"
#include "store/sqlite_place.h"
#include "store/store_kind.h"

enum {
	BUSY_MS = 1000, /* how long a change waits for another program */
};

/* Each kind of change is one statement; some run it for many rows. */
static const char *const statements[] = {
	[CHANGE_ADD] =
	    "INSERT INTO account (name, role, enabled, created, hash)"
	    " VALUES (?1, ?2, ?3, ?4, ?5)",
	[CHANGE_REMOVE] = "DELETE FROM account WHERE id = ?1",
	[CHANGE_PASSWORD] = "UPDATE account SET hash = ?2 WHERE id = ?1",
	[CHANGE_RENAME] = "UPDATE account SET name = ?2 WHERE id = ?1",
	[CHANGE_ROLE] = "UPDATE account SET role = ?2 WHERE id = ?1",
	[CHANGE_ENABLE] = "UPDATE account SET enabled = ?2 WHERE id = ?1",
	[CHANGE_LIMIT] = "UPDATE account SET "
#define COLUMN(id, ...) \
#id " = CASE ?3 WHEN '" #id "' THEN ?2 ELSE " #id " END, "
#include "core/columns.def"
			 "id = id WHERE id = ?1",
	[CHANGE_RESTORE] =
	    "INSERT INTO account (id, opened, up, down, last, last_target,"
	    " day, day_start, name, role, enabled, created, hash"
#define COLUMN(id, ...) ", " #id
#include "core/columns.def"
	    ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13"
#define COLUMN(id, ...) ", ?"
#include "core/columns.def"
	    ")",
	[CHANGE_SET] = "INSERT INTO setting (key, value) VALUES (?1, ?2)"
		       " ON CONFLICT (key) DO UPDATE SET value = ?2",
	[CHANGE_UNSET] = "DELETE FROM setting WHERE key = ?1",
	[CHANGE_USE] = "UPDATE account SET opened = ?2, up = ?3, down = ?4,"
		       " last = ?5, last_target = ?6, day = ?7, day_start = ?8"
		       " WHERE id = ?1",
	[CHANGE_FIND] = SQLITE_FIND,
	[CHANGE_FORGET] = "DELETE FROM finding WHERE id <= ?1",
};

static const char *const limits[] = {
#define COLUMN(id, ...) #id,
#include "core/columns.def"
};

enum { STATEMENTS = sizeof statements / sizeof *statements };

struct sqlite {
	struct store store;
	sqlite3 *db;
	sqlite3_stmt *stmts[STATEMENTS];
	struct sqlite_place place;
	int lock;
	char *path;
};

/* ---- open */

/* The file is ours and whole: from here on it may be written to. */
static int
set_up(struct sqlite *s)
{
	int result =
	    sqlite3_open_v2(s->path, &s->db, SQLITE_OPEN_READWRITE, NULL);

	if (result != SQLITE_OK)
		return result;
	(void)sqlite3_extended_result_codes(s->db, 1);
	(void)sqlite3_busy_timeout(s->db, BUSY_MS);
	result = sqlite3_exec(s->db,
	    "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
	    "PRAGMA cell_size_check = ON; PRAGMA trusted_schema = OFF;"
	    "PRAGMA secure_delete = ON",
	    NULL, NULL, NULL);
	if (result == SQLITE_OK)
		result = sqlite_file_upgrade(s->db);
	for (size_t i = 0; result == SQLITE_OK && i < STATEMENTS; i++)
		result = sqlite3_prepare_v3(s->db, statements[i], -1,
		    SQLITE_PREPARE_PERSISTENT, &s->stmts[i], NULL);
	if (result == SQLITE_OK)
		sqlite_place_note(&s->place, s->db);
	return result;
}

static void
sqlite_close(struct store *store)
{
	struct sqlite *s = (struct sqlite *)store;

	for (size_t i = 0; i < STATEMENTS; i++)
		(void)sqlite3_finalize(s->stmts[i]);
	(void)sqlite3_close(s->db);
	if (s->lock != -1)
		close(s->lock);
	free(s->path);
	free(s);
}

static struct store *
sqlite_open(const char *path, char why[STORE_WHY])
{
	struct sqlite *s;
	int result;

	if (*path == '\0') {
		(void)snprintf(
		    why, STORE_WHY, "store: sqlite: needs the path of a file");
		return NULL;
	}
	s = calloc(1, sizeof *s);
	if (s == NULL || (s->path = strdup(path)) == NULL) {
		free(s);
		(void)snprintf(why, STORE_WHY, "%s: out of memory", path);
		return NULL;
	}
	s->store.ops = &store_sqlite;
	s->lock = sqlite_file_lock(path, why);
	if (s->lock == -1 || sqlite_file_create(path, why) == -1 ||
	    sqlite_file_check(path, why) == -1)
		goto fail;
	result = set_up(s);
	if (result == SQLITE_OK)
		return &s->store;
	sqlite_file_why(why, path, s->db, result);
fail:
	sqlite_close(&s->store);
	return NULL;
}

static int
load(
    struct store *store, const struct store_reader *reader, char why[STORE_WHY])
{
	const struct sqlite *s = (struct sqlite *)store;

	return sqlite_load(s->db, s->path, reader, why);
}

/* ---- changes */

static void
bind_text(sqlite3_stmt *stmt, int at, const char *value)
{
	/* Fails for lack of memory only; then NOT NULL refuses the row. */
	(void)sqlite3_bind_text(stmt, at, value, -1, SQLITE_STATIC);
}

static void
bind_number(sqlite3_stmt *stmt, int at, uint64_t value)
{
	(void)sqlite3_bind_int64(stmt, at, (sqlite3_int64)value);
}

static void
bind_use(sqlite3_stmt *stmt, const struct account_use *use)
{
	bind_number(stmt, 1, use->account);
	bind_number(stmt, 2, use->opened);
	bind_number(stmt, 3, use->up);
	bind_number(stmt, 4, use->down);
	bind_number(stmt, 5, (uint64_t)use->last);
	bind_text(stmt, 6, use->last_target);
	bind_number(stmt, 7, (uint64_t)use->day);
	bind_number(stmt, 8, use->day_start);
}

/* From that parameter on: name, role, enabled, created, hash. */
static void
bind_account(sqlite3_stmt *stmt, int at, const struct change *c)
{
	bind_text(stmt, at, c->name);
	bind_number(stmt, at + 1, c->role);
	bind_number(stmt, at + 2, c->enabled);
	bind_number(stmt, at + 3, (uint64_t)c->created);
	bind_text(stmt, at + 4, c->hash);
}

static void
bind_restored(sqlite3_stmt *stmt, const struct change *c)
{
	bind_use(stmt, c->uses);
	bind_account(stmt, 9, c);
	for (int i = 0; i < COLUMNS_COUNT; i++)
		bind_number(stmt, 14 + i, c->own[i]);
}

/* The parameters of statements[kind]. */
static void
bind(sqlite3_stmt *stmt, const struct change *c)
{
	switch (c->kind) {
	case CHANGE_ADD:
		bind_account(stmt, 1, c);
		return;
	case CHANGE_RESTORE:
		bind_restored(stmt, c);
		break;
	case CHANGE_SET:
		bind_text(stmt, 2, c->value);
		/* FALLTHROUGH */
	case CHANGE_UNSET:
		bind_text(stmt, 1, c->key);
		return;
	case CHANGE_PASSWORD:
		bind_text(stmt, 2, c->hash);
		break;
	case CHANGE_RENAME:
		bind_text(stmt, 2, c->name);
		break;
	case CHANGE_ROLE:
		bind_number(stmt, 2, c->role);
		break;
	case CHANGE_ENABLE:
		bind_number(stmt, 2, c->enabled);
		break;
	case CHANGE_FORGET:
		bind_number(stmt, 1, c->last_gone);
		return;
	case CHANGE_LIMIT:
		bind_number(stmt, 2, c->number);
		bind_text(stmt, 3, limits[c->column]);
		break;
	case CHANGE_REMOVE:
	case CHANGE_USE:
	case CHANGE_FIND:
	case CHANGE_LISTEN:
	case CHANGE_RESET:
		break;
	}
	bind_number(stmt, 1, c->account);
}

static int
run(sqlite3_stmt *stmt)
{
	int result = sqlite3_step(stmt);

	(void)sqlite3_reset(stmt); /* says the same again */
	(void)sqlite3_clear_bindings(stmt);
	return result == SQLITE_DONE ? SQLITE_OK : result;
}

/* Accounts removed meanwhile are passed over. */
static int
keep_uses(struct sqlite *s, const struct change *c)
{
	sqlite3_stmt *stmt = s->stmts[CHANGE_USE];
	int result = SQLITE_OK;

	for (size_t i = 0; result == SQLITE_OK && i < c->nuses; i++) {
		bind_use(stmt, &c->uses[i]);
		result = run(stmt);
	}
	return result;
}

static int
keep_findings(struct sqlite *s, const struct change *c)
{
	sqlite3_stmt *stmt = s->stmts[CHANGE_FIND];
	int result = SQLITE_OK;

	for (size_t i = 0; result == SQLITE_OK && i < c->nfound; i++) {
		sqlite_finding_bind(stmt, c->found[i]);
		result = run(stmt);
	}
	if (result == SQLITE_OK) {
		stmt = s->stmts[CHANGE_FORGET];
		bind_number(stmt, 1, c->last_gone);
		result = run(stmt);
	}
	return result;
}

/* Many rows in one transaction. */
static int
keep_all(struct sqlite *s, const struct change *c)
{
	int result = sqlite3_exec(s->db, "BEGIN IMMEDIATE", NULL, NULL, NULL);

	if (result == SQLITE_OK)
		result = c->kind == CHANGE_USE ? keep_uses(s, c)
					       : keep_findings(s, c);
	if (result == SQLITE_OK)
		result = sqlite3_exec(s->db, "COMMIT", NULL, NULL, NULL);
	return result;
}

/* Those that are right even if there was no row of that kind. */
static bool
may_change_nothing(enum change_kind kind)
{
	return kind == CHANGE_USE || kind == CHANGE_FIND ||
	       kind == CHANGE_FORGET;
}

/* For people, with what to do. */
static void
answer_failed(struct change *c, int result)
{
	switch (result & 0xff) {
	case SQLITE_FULL:
		store_answer(c, CHANGE_FAILED,
		    "the disk is full: make room and try again");
		return;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		store_answer(c, CHANGE_FAILED,
		    "the database is locked by another program: try again when "
		    "that has ended");
		return;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		store_answer(c, CHANGE_FAILED,
		    "the database is damaged: restart socks5d, it will say "
		    "what to do");
		return;
	default:
		c->result = CHANGE_FAILED;
		(void)snprintf(c->why, sizeof c->why,
		    "the database cannot be written (%s, %d): is the disk "
		    "full, over a limit, or broken?",
		    sqlite3_errstr(result), result);
	}
}

static void
answer_moved(const struct sqlite *s, struct change *c)
{
	char path[80];

	(void)text_escape(path, sizeof path, s->path, strlen(s->path));
	c->result = CHANGE_FAILED;
	(void)snprintf(c->why, sizeof c->why,
	    "the database was moved or deleted: put it back to %s, or restart "
	    "socks5d",
	    path);
}

static void
sqlite_change(struct store *store, struct change *c)
{
	struct sqlite *s = (struct sqlite *)store;
	int result = SQLITE_OK;

	if (!sqlite_place_has_file(s->db)) {
		answer_moved(s, c);
		return;
	}
	if (!sqlite_place_has_log(&s->place, s->db))
		result = sqlite_place_renew_log(&s->place, s->db);
	if (result != SQLITE_OK) {
		answer_failed(c, result);
		return;
	}
	if (c->kind == CHANGE_USE || c->kind == CHANGE_FIND) {
		result = keep_all(s, c);
	} else {
		bind(s->stmts[c->kind], c);
		result = run(s->stmts[c->kind]);
	}
	if (sqlite3_get_autocommit(s->db) == 0)
		(void)sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
	sqlite_place_note(&s->place, s->db);

	if (result == SQLITE_CONSTRAINT_UNIQUE) {
		store_answer_taken(c);
	} else if (result != SQLITE_OK) {
		answer_failed(c, result);
	} else if (!may_change_nothing(c->kind) &&
		   sqlite3_changes(s->db) == 0) {
		store_answer_missing(c);
	} else {
		if (c->kind == CHANGE_ADD)
			c->account = (uint64_t)sqlite3_last_insert_rowid(s->db);
		store_answer(c, CHANGE_DONE, "");
	}
}

const struct store_ops store_sqlite = {
	.scheme = "sqlite:",
	.wait = sqlite_file_wait,
	.open = sqlite_open,
	.load = load,
	.change = sqlite_change,
	.close = sqlite_close,
};
