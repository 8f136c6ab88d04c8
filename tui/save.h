/* The rows of a view in a file of their own. One thread. */

#ifndef TUI_SAVE_H
#define TUI_SAVE_H

#include "proto/admin.h"
#include "tui/model.h"

enum {
	SAVE_WHERE = 4096,
	/* Rows written at once: 4 ms of JSON, 39 were it 10,000. */
	SAVE_SLICE = 1000,
};

struct save;

/*
 * Begin to write what the open view shows, filtered and sorted as it is, whole
 * or not at all: CSV or, as socks5ctl prints it, text if the path ends in .csv
 * or .txt, else JSON; readable for its owner alone. "~/" is the home folder. A
 * file that is there is replaced only if that is wished. 0, and where it will
 * be from the root on; else -errno, -EEXIST for a file that is there.
 */
int save_open(struct save **, const struct model *, const char *path,
    bool replace, char where[SAVE_WHERE]);

/*
 * Write some rows more. -EAGAIN: there are still others; the rows' number: the
 * file is there; any other -errno: it is not, -ECANCELED because the form was
 * closed, -ESTALE because the rows got another order. Then save_close() it.
 */
long save_some(struct save *, const struct model *);

/* What is not whole by now leaves no file behind. */
void save_close(struct save *);

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
