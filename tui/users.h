/*
 * The accounts: heard page by page, shown sorted and filtered. A row is an
 * account, not a number: marks and the cursor stay with it. One thread.
 */

#ifndef TUI_USERS_H
#define TUI_USERS_H

#include "proto/admin.h"
#include "tui/order.h"

enum {
	USERS_SHOWN = 256,   /* room for a name made safe */
	USERS_MOST = 100000, /* more are not kept */
};

enum {
	ROLE_REGULAR,
	ROLE_ADMIN,
	ROLE_OBSERVER,
};

/* -1 stands for what the server did not tell. */
struct user {
	struct layout_text name; /* as it travels; the id */
	char shown[USERS_SHOWN]; /* safe for a screen */
	int64_t sessions;
	int role, enabled;
	bool whole; /* the extension told all that follows */
	bool here;  /* this console added it */
	bool marked;
	uint64_t opened, up, down, last, created, revision;
	uint64_t max_sessions, most_up, most_down, quota, used, expires;
	uint64_t auth_failed, udp_up, udp_down;
	uint64_t since, up_then, down_then; /* from when the rates are, in ms */
	double up_rate, down_rate; /* octets a second; NAN: not known yet */
	char target[64];           /* safe */
	char own[80]; /* which limits are its own, not the settings' */
};

enum users_sort {
	USERS_NAME,
	USERS_SESSIONS,
	USERS_RATE,
	USERS_TRAFFIC,
	USERS_LAST,
	USERS_ROLE,
	USERS_ENABLED,
	USERS_FAILED,
	USERS_SORTS,
};

struct users_page {
	struct user *all; /* by name once whole; owned */
	size_t n, room;
	bool cut; /* there were more than USERS_MOST, or no memory */
};

struct users {
	struct users_page page, next; /* heard whole; being heard */
	struct order order;           /* what is shown */
	bool listed;                  /* the list was heard at least once */
	size_t marked;
};

/* A new list begins; what the base protocol or the extension says; the end. */
void users_begin(struct users *);
void users_add_names(struct users *, const struct admin_user_row *, size_t n);
void
users_add(struct users *, const struct admin_account *, size_t n, uint64_t now);
void users_end(struct users *);

/* One more account, before the next list tells; one that is being heard is
 * lost. 0 or -ENOMEM. */
int users_insert(struct users *, const struct layout_text *name);

/* NULL if there is none. */
struct user *users_find(const struct users *, const struct layout_text *name);

/* Sort and filter. */
void users_arrange(
    struct users *, enum users_sort, bool reverse, const char *filter);

/* How many of those marked are not shown. */
size_t users_hidden(const struct users *);

/* A shown row; NULL if there is none. And the row of a name, or -1. */
struct user *users_row(const struct users *, int row);
int users_place(const struct users *, const struct layout_text *name);
bool users_has(const struct users *, int row, const char *word);

void users_free(struct users *);

/*
 * The n users with most traffic, or with most sessions where that is all there
 * is; users without sessions are left out. Returns how many there are.
 */
size_t users_top(const struct users *, const struct user **top, size_t n);

#endif
