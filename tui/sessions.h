/*
 * The sessions open now: heard page by page, shown sorted and filtered. A row
 * is a session, not a number: marks and the cursor stay with it. One thread.
 */

#ifndef TUI_SESSIONS_H
#define TUI_SESSIONS_H

#include "proto/admin.h"
#include "tui/order.h"
#include "tui/texts.h"

enum { SESSIONS_MOST = 200000 };

struct session {
	uint64_t id, up, down;
	uint64_t heard;           /* in ms: when these were true */
	float up_rate, down_rate; /* octets a second; NAN: not known yet */
	uint64_t since, up_then, down_then; /* from when the rates are */
	float up_most, down_most;           /* rates seen */
	uint32_t age, idle;                 /* seconds, when heard */
	uint32_t handshake, login, resolve, connect;   /* microseconds; 0: ? */
	uint32_t user, client, target, address, state; /* texts */
	uint32_t raw;                                  /* the user, as sent */
	uint8_t command; /* none connect bind udp */
	bool marked;
};

/* What a list of sessions can be sorted by. */
enum sessions_sort {
	SESSIONS_BUSY, /* both rates together, the busiest first */
	SESSIONS_ID,
	SESSIONS_USER,
	SESSIONS_CLIENT,
	SESSIONS_TARGET,
	SESSIONS_ADDRESS,
	SESSIONS_STATE,
	SESSIONS_UP_RATE,
	SESSIONS_DOWN_RATE,
	SESSIONS_UP,
	SESSIONS_DOWN,
	SESSIONS_AGE,
	SESSIONS_IDLE,
	SESSIONS_SETUP,
	SESSIONS_SORTS,
};

struct sessions_page {
	struct session *all; /* by id once whole; owned */
	size_t n, room;
	struct texts texts;
	struct texts raw;
};

struct sessions {
	struct sessions_page page, next; /* heard whole; being heard */
	struct order order;              /* what is shown */
	bool listed;
	size_t marked;
};

/* A new list begins; rows of it, and then it is whole. */
void sessions_begin(struct sessions *);
void sessions_add(
    struct sessions *, const struct admin_live *, size_t n, uint64_t now);
void sessions_end(struct sessions *);

/* ---- sessions_order.c: what is shown */

/* Sort and filter. */
void sessions_arrange(
    struct sessions *, enum sessions_sort, bool reverse, const char *filter);

struct session *sessions_find(const struct sessions *, uint64_t id);

/* A shown row; NULL if there is none. */
struct session *sessions_row(const struct sessions *, int row);

/* How many of those marked are not shown. */
size_t sessions_hidden(const struct sessions *);

/* The row of a session; -1 if it is not shown. */
int sessions_place(const struct sessions *, uint64_t id);

const char *sessions_text(const struct sessions *, uint32_t at);

/* The user's name as it travels. */
void sessions_user(
    const struct sessions *, const struct session *, struct layout_text *);

/* Microseconds from the first octet to the relay; 0: not known. */
uint64_t sessions_setup(const struct session *);

/* Does a row contain the text, given in small letters? */
bool sessions_has(const struct sessions *, int row, const char *word);

void sessions_free(struct sessions *);

/* ---- states and filters; sessions_filter.c */

/* What a filter can be about, NULL at the end; see tui/match.h. */
extern const char *const sessions_columns[];

/* The daemon's state in up to five letters: COPY; with its own word: "COPY
 * relaying", which is what filters look in. */
const char *sessions_word(const char *state, uint32_t idle);
const char *sessions_words(const char *state, uint32_t idle);

/* What to ask the daemon for so that it lists at least what passes that filter;
 * empty: all. */
void sessions_filter(const char *typed, struct layout_text *asked);

/* ---- sums by target or by user, for the dashboard */

struct sessions_top {
	uint32_t text; /* of sessions_text() */
	double rate;
	uint32_t sessions;
};

/* The n targets with most traffic, the most first; returns how many. */
size_t sessions_top_targets(
    const struct sessions *, struct sessions_top *top, size_t n);

#endif
