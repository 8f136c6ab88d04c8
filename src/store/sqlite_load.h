/* Reading a whole database into main's hands; see struct store_reader. */

#ifndef STORE_SQLITE_LOAD_H
#define STORE_SQLITE_LOAD_H

#include <sqlite3.h>

#include "store/store.h"

/* The path is for messages. 0, or -1 with why. */
int sqlite_load(sqlite3 *, const char *path, const struct store_reader *,
    char why[STORE_WHY]);

#endif
