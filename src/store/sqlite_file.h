/*
 * The database file before it is used: it is created whole or not at all,
 * belongs to one daemon at a time, and is looked at, without writing to it,
 * before anything else. In all functions why names the file, what is wrong with
 * it and what to do about it.
 */

#ifndef STORE_SQLITE_FILE_H
#define STORE_SQLITE_FILE_H

#include <sqlite3.h>

#include "store/store.h"

/* What PRAGMA application_id says of our files: "s5db". */
#define SQLITE_FILE_ID 0x73356462

/*
 * Keep others out: a lock on PATH.lock, gone with the process. A descriptor to
 * be closed, or -1 with why. Missing folders are made, for the owner only.
 */
int sqlite_file_lock(const char *path, char why[STORE_WHY]);

/* Until nobody else has that lock, or so long. Makes no file. */
void sqlite_file_wait(const char *path, unsigned ms);

/* Create it if it does not exist, mode 0600. 0, or -1 with why. */
int sqlite_file_create(const char *path, char why[STORE_WHY]);

/* Is it ours, whole, and not of a later version? 0, or -1 with why. */
int sqlite_file_check(const char *path, char why[STORE_WHY]);

/* Bring an older file up to date. An SQLite result. */
int sqlite_file_upgrade(sqlite3 *);

/* Say what an SQLite result means for the file. */
void
sqlite_file_why(char why[STORE_WHY], const char *path, sqlite3 *, int result);

#endif
