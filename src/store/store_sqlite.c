/* The embedded store: one SQLite file with a write-ahead log. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "store/sqlite_file.h"
#include "store/store_kind.h"

enum {
	BUSY_MS = 1000,      /* how long a change waits for another program */
	FINDING_COLUMNS = 4, /* numbers, before its texts */
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
	[CHANGE_SET] = "INSERT INTO setting (key, value) VALUES (?1, ?2)"
		       " ON CONFLICT (key) DO UPDATE SET value = ?2",
	[CHANGE_UNSET] = "DELETE FROM setting WHERE key = ?1",
	[CHANGE_USE] = "UPDATE account SET opened = ?2, up = ?3, down = ?4,"
		       " last = ?5, last_target = ?6 WHERE id = ?1",
	[CHANGE_FIND] =
	    "INSERT OR REPLACE INTO finding (id, time, session, confirmed,"
	    " user, client, target, protocol, login, password)"
	    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
	[CHANGE_FORGET] = "DELETE FROM finding WHERE id <= ?1",
};

enum { STATEMENTS = sizeof statements / sizeof *statements };

struct sqlite {
	struct store store;
	sqlite3 *db;
	sqlite3_stmt *stmts[STATEMENTS];
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

/* ---- load */

static int
damaged_row(const struct sqlite *s, long long id, char why[STORE_WHY])
{
	(void)snprintf(why, STORE_WHY,
	    "%s is damaged (account %lld makes no sense): put a backup in its "
	    "place, or look at it with \"sqlite3 FILE 'SELECT * FROM account "
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

/* Columns as in SELECT below; false: they cannot be those of an account. */
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
	};
	strncpy(use->last_target, text(row, 10), sizeof use->last_target - 1);
	len = (size_t)sqlite3_column_bytes(row, 1);
	if (!text_is_name(a->name, len) || role < 0 || role > ROLE_OBSERVER)
		return false;
	a->name_len = (uint8_t)len;
	return a->hash[0] == '$' && strlen(a->hash) < ACCOUNT_HASH;
}

/* Call take() for each row: 0, or -1 with why. */
static int
each_row(struct sqlite *s, const char *sql,
    int (*take)(const struct sqlite *, sqlite3_stmt *,
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
take_account(const struct sqlite *s, sqlite3_stmt *row,
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
take_setting(const struct sqlite *s, sqlite3_stmt *row,
    const struct store_reader *reader, char why[STORE_WHY])
{
	if (reader->setting(text(row, 0), text(row, 1), reader->arg))
		return 0;
	(void)snprintf(why, STORE_WHY,
	    "%s: its settings were not taken over: out of memory", s->path);
	return -1;
}

/* Columns as in SELECT below. */
static int
take_finding(const struct sqlite *s, sqlite3_stmt *row,
    const struct store_reader *reader, char why[STORE_WHY])
{
	struct finding_text texts[FINDING_PARTS];
	const struct finding head = {
		.id = (uint64_t)sqlite3_column_int64(row, 0),
		.time = sqlite3_column_int64(row, 1),
		.session = (uint64_t)sqlite3_column_int64(row, 2),
		.confirmed = sqlite3_column_int(row, 3) != 0,
	};
	struct finding *f;

	for (int i = 0; i < FINDING_PARTS; i++)
		texts[i] = (struct finding_text){
			sqlite3_column_blob(row, FINDING_COLUMNS + i),
			(size_t)sqlite3_column_bytes(row, FINDING_COLUMNS + i)
		};
	f = finding_new(&head, texts);
	if (f != NULL && reader->finding(f, reader->arg))
		return 0;
	(void)snprintf(why, STORE_WHY,
	    "%s: its findings were not taken over: out of memory", s->path);
	return -1;
}

static int
take_last(const struct sqlite *s, sqlite3_stmt *row,
    const struct store_reader *reader, char why[STORE_WHY])
{
	(void)s;
	(void)why;
	reader->last_finding(
	    (uint64_t)sqlite3_column_int64(row, 0), reader->arg);
	return 0;
}

static int
sqlite_load(
    struct store *store, const struct store_reader *reader, char why[STORE_WHY])
{
	struct sqlite *s = (struct sqlite *)store;

	if (each_row(s,
		"SELECT id, name, role, enabled, created, hash,"
		" opened, up, down, last, last_target FROM account",
		take_account, reader, why) != 0)
		return -1;
	if (each_row(s, "SELECT key, value FROM setting", take_setting, reader,
		why) != 0)
		return -1;
	if (each_row(s,
		"SELECT id, time, session, confirmed, user, client, target,"
		" protocol, login, password FROM finding ORDER BY id",
		take_finding, reader, why) != 0)
		return -1;
	return each_row(s,
	    "SELECT seq FROM sqlite_sequence WHERE name = 'finding'", take_last,
	    reader, why);
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

/* The parameters of statements[kind]. */
static void
bind(sqlite3_stmt *stmt, const struct change *c)
{
	switch (c->kind) {
	case CHANGE_ADD:
		bind_text(stmt, 1, c->name);
		bind_number(stmt, 2, c->role);
		bind_number(stmt, 3, c->enabled);
		bind_number(stmt, 4, (uint64_t)c->created);
		bind_text(stmt, 5, c->hash);
		return;
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
	case CHANGE_REMOVE:
	case CHANGE_USE:
	case CHANGE_FIND:
	case CHANGE_LISTEN:
	case CHANGE_RESET:
		break;
	}
	bind_number(stmt, 1, c->account);
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

static void
bind_finding(sqlite3_stmt *stmt, const struct finding *f)
{
	bind_number(stmt, 1, f->id);
	bind_number(stmt, 2, (uint64_t)f->time);
	bind_number(stmt, 3, f->session);
	bind_number(stmt, 4, f->confirmed);
	for (int i = 0; i < FINDING_PARTS; i++) {
		struct finding_text text =
		    finding_part(f, (enum finding_part)i);

		(void)sqlite3_bind_blob(stmt, FINDING_COLUMNS + 1 + i,
		    text.bytes, (int)text.len, SQLITE_STATIC);
	}
}

static int
keep_findings(struct sqlite *s, const struct change *c)
{
	sqlite3_stmt *stmt = s->stmts[CHANGE_FIND];
	int result = SQLITE_OK;

	for (size_t i = 0; result == SQLITE_OK && i < c->nfound; i++) {
		bind_finding(stmt, c->found[i]);
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
sqlite_change(struct store *store, struct change *c)
{
	struct sqlite *s = (struct sqlite *)store;
	int result;

	if (c->kind == CHANGE_USE || c->kind == CHANGE_FIND) {
		result = keep_all(s, c);
	} else {
		bind(s->stmts[c->kind], c);
		result = run(s->stmts[c->kind]);
	}
	if (sqlite3_get_autocommit(s->db) == 0)
		(void)sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);

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
	.open = sqlite_open,
	.load = sqlite_load,
	.change = sqlite_change,
	.close = sqlite_close,
};
