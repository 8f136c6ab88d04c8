/*
 * The accounts: heard as a list, shown sorted and filtered. The selected row is
 * an account, not a number: it stays selected when rows move. One thread.
 */

#ifndef TUI_USERS_H
#define TUI_USERS_H

#include "tui/model.h"

/*
 * Take over a new list; what is known of accounts that stay is kept. 0 or
 * -ENOMEM, and then nothing has changed.
 */
int users_take(struct users *, const struct admin_user_row *rows, size_t n);

/* NULL if there is none. */
struct user *users_find(struct users *, const struct layout_text *name);

/* Sort, filter, and find the selected account's row again. */
void users_arrange(struct users *, struct list *);

/* Select a row, or as near as there is one. */
void users_select(const struct users *, struct list *, int row);

/* A copy with memory of its own; 0 or -ENOMEM. */
int users_copy(struct users *to, const struct users *from);

void users_free(struct users *);

/*
 * The n users with most sessions, the most first; users without any are left
 * out. Returns how many there are.
 */
size_t users_top(const struct users *, const struct user **top, size_t n);

#endif
