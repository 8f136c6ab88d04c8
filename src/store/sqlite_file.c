#include "store/sqlite_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"

/*
 * upgrades[n] makes a file of version n one of version n + 1. They are never
 * changed once released: a new column is a new line. Names have the default
 * collation, which compares octets; totals are the bits of a uint64_t.
 */
static const char *const upgrades[] = {
	"CREATE TABLE account ("
	" id INTEGER PRIMARY KEY AUTOINCREMENT," /* never reused */
	" name TEXT NOT NULL UNIQUE,"
	" role INTEGER NOT NULL,"
	" enabled INTEGER NOT NULL,"
	" created INTEGER NOT NULL,"
	" hash TEXT NOT NULL,"
	" opened INTEGER NOT NULL DEFAULT 0,"
	" up INTEGER NOT NULL DEFAULT 0,"
	" down INTEGER NOT NULL DEFAULT 0,"
	" last INTEGER NOT NULL DEFAULT 0,"
	" last_target TEXT NOT NULL DEFAULT '');"
	"CREATE TABLE setting ("
	" key TEXT PRIMARY KEY,"
	" value TEXT NOT NULL) WITHOUT ROWID;",
	/* Texts from outside are octets; the password is never what it was. */
	"CREATE TABLE finding ("
	" id INTEGER PRIMARY KEY AUTOINCREMENT,"
	" time INTEGER NOT NULL,"
	" session INTEGER NOT NULL,"
	" confirmed INTEGER NOT NULL,"
	" user BLOB NOT NULL,"
	" client BLOB NOT NULL,"
	" target BLOB NOT NULL,"
	" protocol BLOB NOT NULL,"
	" login BLOB NOT NULL,"
	" password BLOB NOT NULL);",

	/* Limits: 0 the setting's, -1 none; see core/columns.h. */
	"ALTER TABLE account ADD max_sessions INTEGER NOT NULL DEFAULT 0;"
	"ALTER TABLE account ADD rate_up INTEGER NOT NULL DEFAULT 0;"
	"ALTER TABLE account ADD rate_down INTEGER NOT NULL DEFAULT 0;"
	"ALTER TABLE account ADD quota INTEGER NOT NULL DEFAULT 0;"
	"ALTER TABLE account ADD expires INTEGER NOT NULL DEFAULT 0;"
	"ALTER TABLE account ADD day INTEGER NOT NULL DEFAULT 0;"
	"ALTER TABLE account ADD day_start INTEGER NOT NULL DEFAULT 0;",
};

enum {
	LATEST = sizeof upgrades / sizeof *upgrades,
	SHORTEST = 512, /* octets: the smallest page there is */
};

/* ---- what to tell people */

static int
say_errno(char why[STORE_WHY], const char *path, const char *what)
{
	(void)snprintf(
	    why, STORE_WHY, "%.300s: %s: %s", path, what, strerror(errno));
	return -1;
}

static int
say_damaged(char why[STORE_WHY], const char *path, const char *what)
{
	(void)snprintf(why, STORE_WHY,
	    "%s is damaged (%.200s) and has not been touched: put a backup in "
	    "its place, with no -wal file beside it, or what can be read of "
	    "it, which this saves as NEW: "
	    "(sqlite3 FILE .dump | sed 's/^ROLLBACK.*/COMMIT;/'; echo 'PRAGMA "
	    "application_id = %d; PRAGMA user_version = %d;') | sqlite3 NEW",
	    path, what, SQLITE_FILE_ID, LATEST);
	return -1;
}

void
sqlite_file_why(char why[STORE_WHY], const char *path, sqlite3 *db, int result)
{
	const char *what = sqlite3_errstr(result);

	switch (result & 0xff) {
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
	case SQLITE_FORMAT:
		say_damaged(why, path, what);
		return;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		(void)snprintf(why, STORE_WHY,
		    "%s is locked by another program: end it (\"fuser\" tells "
		    "which) and start again",
		    path);
		return;
	default:
		if (db != NULL && sqlite3_system_errno(db) != 0)
			what = strerror(sqlite3_system_errno(db));
		(void)snprintf(
		    why, STORE_WHY, "%s cannot be used: %s", path, what);
	}
}

/* Run a pragma that answers one number. An SQLite result. */
static int
ask_number(sqlite3 *db, const char *sql, int *number)
{
	sqlite3_stmt *stmt = NULL;
	int result = sqlite3_prepare_v2(db, sql, -1, &stmt, NULL);

	if (result != SQLITE_OK)
		return result;
	result = sqlite3_step(stmt);
	if (result == SQLITE_ROW)
		*number = sqlite3_column_int(stmt, 0);
	return sqlite3_finalize(stmt);
}

/* ---- lock */

static int
make_folders(const char *path)
{
	char folder[PATH_MAX];
	char *slash;

	if (strlen(path) >= sizeof folder) {
		errno = ENAMETOOLONG;
		return -1;
	}
	strcpy(folder, path);
	for (slash = strchr(folder + 1, '/'); slash != NULL;
	     slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(folder, 0700) == -1 && errno != EEXIST)
			return -1;
		*slash = '/';
	}
	return 0;
}

static bool
lock_path(char lock[PATH_MAX], const char *path)
{
	errno = ENAMETOOLONG;
	return (size_t)snprintf(lock, PATH_MAX, "%s.lock", path) < PATH_MAX;
}

void
sqlite_file_wait(const char *path, unsigned ms)
{
	static const struct timespec pause = { 0, 50 * 1000000 };
	uint64_t end = clock_ms() + ms;
	char lock[PATH_MAX];
	int fd;

	if (!lock_path(lock, path) ||
	    (fd = open(lock, O_RDWR | O_CLOEXEC)) == -1)
		return;
	while (flock(fd, LOCK_EX | LOCK_NB) == -1 && clock_ms() < end)
		(void)nanosleep(&pause, NULL);
	close(fd);
}

int
sqlite_file_lock(const char *path, char why[STORE_WHY])
{
	char lock[PATH_MAX];
	int fd;

	if (make_folders(path) == -1)
		return say_errno(why, path, "cannot make its folder");
	if (!lock_path(lock, path))
		return say_errno(why, path, "cannot be locked");
	fd = open(lock, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd == -1)
		return say_errno(why, lock, "cannot be opened");
	if (flock(fd, LOCK_EX | LOCK_NB) == 0)
		return fd;
	(void)snprintf(why, STORE_WHY,
	    "%s is in use by another socks5d: end that one first or have it "
	    "hand over (USR2, then start with -r), or give this one a store of "
	    "its own",
	    path);
	close(fd);
	return -1;
}

/* ---- create */

static int
upgrade_by_one(sqlite3 *db, int version)
{
	char stamp[96];
	int result;

	(void)snprintf(stamp, sizeof stamp,
	    "PRAGMA application_id = %d; PRAGMA user_version = %d; COMMIT",
	    SQLITE_FILE_ID, version + 1);
	result = sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL);
	if (result == SQLITE_OK)
		result = sqlite3_exec(db, upgrades[version], NULL, NULL, NULL);
	if (result == SQLITE_OK)
		result = sqlite3_exec(db, stamp, NULL, NULL, NULL);
	if (result != SQLITE_OK && sqlite3_get_autocommit(db) == 0)
		(void)sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
	return result;
}

int
sqlite_file_upgrade(sqlite3 *db)
{
	int version = 0;
	int result = ask_number(db, "PRAGMA user_version", &version);

	for (; result == SQLITE_OK && version < LATEST; version++)
		result = upgrade_by_one(db, version);
	return result;
}

/* An empty database of today's version, complete when this returns 0. */
static int
fill_in(const char *path, char why[STORE_WHY])
{
	sqlite3 *db = NULL;
	int result = sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL);

	if (result == SQLITE_OK)
		result = sqlite_file_upgrade(db);
	if (result == SQLITE_OK)
		result = sqlite3_exec(
		    db, "PRAGMA journal_mode = WAL", NULL, NULL, NULL);
	if (result != SQLITE_OK)
		sqlite_file_why(why, path, db, result);
	(void)sqlite3_close(db);
	return result == SQLITE_OK ? 0 : -1;
}

static int
sync_folder(const char *path)
{
	char folder[PATH_MAX];
	char *slash;
	int fd, err;

	(void)snprintf(folder, sizeof folder, "%s", path);
	slash = strrchr(folder, '/');
	if (slash == NULL)
		strcpy(folder, ".");
	else
		slash[slash == folder ? 1 : 0] = '\0';
	fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd == -1)
		return -1;
	err = fsync(fd);
	close(fd);
	return err;
}

/* Made under another name, so that what has the name is whole. */
int
sqlite_file_create(const char *path, char why[STORE_WHY])
{
	char made[PATH_MAX];
	struct stat st;
	int fd;

	if (stat(path, &st) == 0)
		return 0;
	if (errno != ENOENT)
		return say_errno(why, path, "cannot be looked at");
	if ((size_t)snprintf(made, sizeof made, "%s.new", path) >= sizeof made)
		return say_errno(why, path, "the name is too long");
	(void)unlink(made); /* of a start that was cut short */
	fd = open(made, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd == -1)
		return say_errno(why, made, "cannot be created");
	if (fill_in(made, why) == -1)
		goto fail;
	if (fsync(fd) == -1 || rename(made, path) == -1 ||
	    sync_folder(path) == -1) {
		say_errno(why, path, "cannot be created");
		goto fail;
	}
	close(fd);
	return 0;

fail:
	close(fd);
	(void)unlink(made);
	return -1;
}

/* ---- check */

static int
check_kind(sqlite3 *db, const char *path, char why[STORE_WHY])
{
	int id = 0, version = 0;
	int result = ask_number(db, "PRAGMA application_id", &id);

	if (result == SQLITE_OK)
		result = ask_number(db, "PRAGMA user_version", &version);
	if (result != SQLITE_OK) {
		sqlite_file_why(why, path, db, result);
		return -1;
	}
	if (id != SQLITE_FILE_ID) {
		(void)snprintf(why, STORE_WHY,
		    "%s is a database, but not one of socks5d: choose another "
		    "path for the store; it has not been touched",
		    path);
		return -1;
	}
	if (version < 1)
		return say_damaged(why, path, "it says that it has no version");
	if (version > LATEST) {
		(void)snprintf(why, STORE_WHY,
		    "%s has version %d and this socks5d knows %d: run the "
		    "newer socks5d, or put a backup of the older file in its "
		    "place, with no -wal file beside it; it has not been "
		    "touched",
		    path, version, LATEST);
		return -1;
	}
	return 0;
}

/* Every page and every index entry: some 100 ms for 100,000 accounts. */
static int
check_pages(sqlite3 *db, const char *path, char why[STORE_WHY])
{
	sqlite3_stmt *stmt = NULL;
	const char *found;
	int result = sqlite3_prepare_v2(
	    db, "PRAGMA integrity_check(1)", -1, &stmt, NULL);
	int good = -1;

	if (result == SQLITE_OK)
		result = sqlite3_step(stmt);
	if (result != SQLITE_ROW) {
		sqlite_file_why(why, path, db, result);
	} else {
		found = (const char *)sqlite3_column_text(stmt, 0);
		if (found != NULL && strcmp(found, "ok") == 0)
			good = 0;
		else
			say_damaged(
			    why, path, found == NULL ? "unreadable" : found);
	}
	(void)sqlite3_finalize(stmt);
	return good;
}

int
sqlite_file_check(const char *path, char why[STORE_WHY])
{
	sqlite3 *db = NULL;
	struct stat st;
	int result, good;

	if (stat(path, &st) == -1)
		return say_errno(why, path, "cannot be looked at");
	/* SQLite takes what is shorter than a header for a new database. */
	if (st.st_size < SHORTEST)
		return say_damaged(why, path, "it was cut off");
	result = sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL);
	if (result != SQLITE_OK) {
		sqlite_file_why(why, path, db, result);
		(void)sqlite3_close(db);
		return -1;
	}
	(void)sqlite3_busy_timeout(db, 1000);
	good = check_kind(db, path, why);
	if (good == 0)
		good = check_pages(db, path, why);
	(void)sqlite3_close(db);
	return good;
}
