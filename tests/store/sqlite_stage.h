/* A database file in a folder of its own: what tests of that file share. */

#ifndef TESTS_STORE_SQLITE_STAGE_H
#define TESTS_STORE_SQLITE_STAGE_H

#include <sqlite3.h>

#include "store/store.h"
#include "tests/store/scratch.h"

extern struct scratch scratch;
extern struct store_seen seen;
extern char why[STORE_WHY]; /* of what could not be opened */

struct bytes {
	uint8_t *octets;
	size_t count;
};

/* Before and after each test. */
int set_up(void **state);
int tear_down(void **state);

/* NULL, with the reason in why, if it cannot be. */
struct store *open_it(void);
struct store *must_open(void);

/* It cannot be opened, and the reason names the file and that. */
void assert_refused_naming(const char *what);

/* An account; c says more. */
enum change_result add(struct store *, const char *name, struct change *c);
void must_add(struct store *, const char *name);

/* A file with user0, user1 and so on. */
void make_with(size_t accounts);

/* Another program does something to the file, and has it open. */
sqlite3 *other_program(const char *sql);

/* All of the file; octets are for the caller to free. */
struct bytes read_file(void);
void assert_untouched(const void *octets, size_t count);

/* Takes whatever there is and forgets it. */
extern const struct store_reader store_ignored;

#endif
