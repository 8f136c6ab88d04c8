/*
 * Is what is open what the next start will read? Somebody may have moved the
 * database away, or deleted its write-ahead log: what was written then would be
 * answered as kept, and be gone after a crash. The store thread's.
 */

#ifndef STORE_SQLITE_PLACE_H
#define STORE_SQLITE_PLACE_H

#include <sqlite3.h>
#include <stdbool.h>
#include <sys/types.h>

/* The log's file as it was last seen; zeroed: it was not there. */
struct sqlite_place {
	ino_t log;
	off_t size;
};

/* Is the database's file where it was opened? */
bool sqlite_place_has_file(sqlite3 *);

/* And its log? It never shrinks, unless another program empties it. */
bool sqlite_place_has_log(const struct sqlite_place *, sqlite3 *);

/* Call when something was written. */
void sqlite_place_note(struct sqlite_place *, sqlite3 *);

/*
 * Bring what is in the lost log into the database, and begin a new one where it
 * is not there any more. An SQLite result: if it fails, nothing has changed.
 */
int sqlite_place_renew_log(struct sqlite_place *, sqlite3 *);

#endif
