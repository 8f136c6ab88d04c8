/* The rows of a view in a file of their own. One thread. */

#ifndef TUI_SAVE_H
#define TUI_SAVE_H

#include "proto/admin.h"
#include "tui/model.h"

enum { SAVE_WHERE = 4096 };

/*
 * Write what the open view shows, filtered and sorted as it is, whole or not at
 * all: CSV if the path ends so, else JSON; readable for its owner alone. "~/"
 * is the home folder. A file that is there is replaced only if that is wished.
 * Returns the rows, and where they are from the root on; else -errno, -EEXIST
 * for a file that is there.
 */
long save_view(const struct model *, const char *path, bool replace,
    char where[SAVE_WHERE]);

/* ---- save_rows.c: rows as the protocol has them */

union save_row {
	struct admin_live live;
	struct admin_account account;
	struct admin_user_row user_row;
	struct admin_setting setting;
	struct admin_log_row log_row;
	struct admin_finding finding;
	struct admin_rule rule;
};

/* The list that fills the open view; its answer is the rows' layout. */
enum admin_id save_list(const struct model *);

/* One shown row of the open view, from 0. */
void save_take(const struct model *, int row, union save_row *);

#endif
