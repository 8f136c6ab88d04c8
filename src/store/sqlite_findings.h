/* The table of findings; store_sqlite.c alone uses this. */

#ifndef STORE_SQLITE_FINDINGS_H
#define STORE_SQLITE_FINDINGS_H

#include <sqlite3.h>

#include "core/findings.h"

/* What it is read with; a row gives sqlite_finding(). */
#define SQLITE_FINDINGS                                                        \
	"SELECT id, time, session, confirmed, user, client, target, protocol," \
	" login, password FROM finding ORDER BY id"

/* What a row is written with. */
#define SQLITE_FIND                                                           \
	"INSERT OR REPLACE INTO finding (id, time, session, confirmed, user," \
	" client, target, protocol, login, password)"                         \
	" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)"

/* A row as a finding; NULL: memory is out. */
struct finding *sqlite_finding(sqlite3_stmt *row);

/* The parameters of SQLITE_FIND. The store never holds a password, only its
 * mask. */
void sqlite_finding_bind(sqlite3_stmt *, const struct finding *);

#endif
