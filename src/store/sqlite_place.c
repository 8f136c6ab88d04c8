#include "store/sqlite_place.h"

#include <stddef.h>
#include <sys/stat.h>

#include "base/clock.h"

enum { WAIT_MS = 1000, PAUSE_MS = 10 };

bool
sqlite_place_has_file(sqlite3 *db)
{
	int moved = 0;

	return sqlite3_file_control(
		   db, "main", SQLITE_FCNTL_HAS_MOVED, &moved) != SQLITE_OK ||
	       moved == 0;
}

static bool
look(sqlite3 *db, struct stat *st)
{
	const char *file = sqlite3_db_filename(db, "main");

	return stat(sqlite3_filename_wal(file), st) == 0;
}

bool
sqlite_place_has_log(const struct sqlite_place *place, sqlite3 *db)
{
	struct stat st;

	return look(db, &st) && st.st_ino == place->log &&
	       st.st_size >= place->size;
}

void
sqlite_place_note(struct sqlite_place *place, sqlite3 *db)
{
	struct stat st = { 0 };

	(void)look(db, &st); /* if it is gone, the next change is told */
	if (place->log != 0 && st.st_ino != place->log)
		return;
	place->log = st.st_ino;
	place->size = st.st_size;
}

/* SQLite itself does not wait for another program's checkpoint. */
static int
checkpoint(sqlite3 *db)
{
	uint64_t end = clock_ms() + WAIT_MS;
	int result;

	for (;;) {
		result = sqlite3_wal_checkpoint_v2(
		    db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
		if ((result & 0xff) != SQLITE_BUSY || clock_ms() >= end)
			return result;
		(void)sqlite3_sleep(PAUSE_MS);
	}
}

int
sqlite_place_renew_log(struct sqlite_place *place, sqlite3 *db)
{
	/* First, and by itself: leaving WAL mode would forget what it cannot
	 * copy. */
	int result = checkpoint(db);
	struct stat st;

	if (result != SQLITE_OK)
		return result;
	/* Only emptied: who did that may have it open, and then keeps us from
	 * leaving WAL mode. */
	if (look(db, &st) && st.st_ino == place->log) {
		place->size = st.st_size;
		return SQLITE_OK;
	}
	result = sqlite3_exec(db,
	    "PRAGMA journal_mode = DELETE; PRAGMA journal_mode = WAL", NULL,
	    NULL, NULL);
	if (result != SQLITE_OK)
		return result;
	/* At once: deleted behind the next change, it would not be missed. */
	*place = (struct sqlite_place){ 0 };
	sqlite_place_note(place, db);
	return SQLITE_OK;
}
