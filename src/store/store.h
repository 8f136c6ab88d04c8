/*
 * Where accounts, run-time settings and findings live.
 *
 * Opened and loaded by main before the threads start, then given to the store
 * thread, the only one that uses it: everything here may block. A change is
 * answered CHANGE_DONE only when it would survive a power cut.
 */

#ifndef STORE_STORE_H
#define STORE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/secret.h"
#include "core/accounts.h"
#include "core/findings.h"

enum change_kind {
	CHANGE_ADD,      /* name, hash, role, enabled -> account (its new id) */
	CHANGE_REMOVE,   /* account */
	CHANGE_PASSWORD, /* account, hash */
	CHANGE_RENAME,   /* account, name */
	CHANGE_ROLE,     /* account, role */
	CHANGE_ENABLE,   /* account, enabled */
	CHANGE_LIMIT,    /* account, column, number (read from key, value) */
	CHANGE_RESTORE,  /* a removed account as it was: all but column, key */
	CHANGE_SET,      /* key, value: a setting's run-time value */
	CHANGE_UNSET,    /* key */
	CHANGE_USE,      /* uses, nuses: totals and last connections */
	CHANGE_FIND,     /* found, nfound, and those up to last_gone go */
	CHANGE_FORGET,   /* findings up to last_gone go */
	/* Not for the store: */
	CHANGE_LISTEN, /* enabled: are SOCKS clients served? */
	CHANGE_RESET,  /* sessions closed, figures zeroed, clients served */
};

enum change_result {
	CHANGE_DONE,    /* on disk */
	CHANGE_TAKEN,   /* the name is in use */
	CHANGE_MISSING, /* no such account or setting */
	CHANGE_INVALID, /* a value that can never be right */
	CHANGE_REFUSED, /* not allowed: oneself, the last administrator */
	CHANGE_STALE,   /* not what the asker saw any more */
	CHANGE_FAILED,  /* the disk or the database said no */
};

/*
 * A SET of the setting `rule` that main makes from the rules that hold when its
 * turn comes. ADD: value is one rule. The place is among those that are not the
 * daemon's own, from 1; 0: behind the last.
 */
struct rule_edit {
	enum {
		RULE_EDIT_NONE,
		RULE_EDIT_ADD,
		RULE_EDIT_MOVE,
		RULE_EDIT_REMOVE,
	} kind;
	uint64_t id; /* MOVE, REMOVE */
	uint64_t place;
};

/*
 * One change on its way to the store thread and back. Whoever holds the letter
 * owns it. For ADD and PASSWORD the store thread makes `hash` from `password`
 * first, if there is one, and wipes the password.
 */
struct change {
	enum change_kind kind;
	uint64_t account;
	uint64_t revision; /* account_revision() that the asker saw; 0: any */
	char name[256];
	struct secret password;
	char hash[ACCOUNT_HASH];
	enum role role;
	bool enabled;
	int64_t created; /* Unix seconds, ADD and RESTORE */
	bool restored;   /* RESTORE, or PASSWORD with the former hash */
	uint64_t own[COLUMNS_COUNT]; /* RESTORE */
	bool this_run; /* of an account that is not in the store: only hash */
	enum column_id column;
	uint64_t number; /* the account's own value; see core/columns.h */
	char key[64];
	char *value; /* SET; freed with the change */
	struct rule_edit edit;
	struct account_use *uses; /* USE, RESTORE; freed with the change */
	size_t nuses;
	struct finding **found; /* freed with the change; kept masked */
	size_t nfound;
	uint64_t last_gone;
	uint64_t up_to; /* FIND: main's; with them it knows all of these */
	/* FIND: the store thread writes those with an id above `filed` there,
	 * too (daemon/findings_file.h); NULL: no. file_why is "" if it did. */
	const char *file;
	uint64_t filed;
	char file_why[160];

	enum change_result result;
	char why[160]; /* for people: what was wrong; "" when done */

	struct change *next; /* main's */
	void (*done)(struct change *, void *arg);
	void *arg;
};

/* Zeroed but for its kind. NULL: out of memory. */
struct change *change_new(enum change_kind);
void change_free(struct change *);

/* SET or UNSET of a setting; the texts are copied. NULL: out of memory. */
struct change *
change_setting(enum change_kind, const char *key, const char *value);

/* What main gets while loading; each pointer is valid during the call only. */
struct store_reader {
	/* `live` is not set, totals are in the use. False: stop (memory is
	 * out). */
	bool (*account)(
	    const struct account *, const struct account_use *, void *);
	bool (*setting)(const char *key, const char *value, void *);
	/* The oldest first; given away. */
	bool (*finding)(struct finding *, void *);
	/* No finding has had a greater id, of those that are gone too. */
	void (*last_finding)(uint64_t id, void *);
	void *arg;
};

struct store;

/* Room for why a store cannot be used. */
enum { STORE_WHY = 1024 };

/* Until no other daemon has it, but not longer than that. Changes nothing. */
void store_wait(const char *url, unsigned ms);

/*
 * Open "sqlite:PATH" or "memory:". NULL with why filled in: the path, what is
 * wrong with it and what to do. A database that is damaged is never written to.
 */
struct store *store_open(const char *url, char why[STORE_WHY]);

/* Hand everything to the reader: 0, or -1 with why filled in. */
int
store_load(struct store *, const struct store_reader *, char why[STORE_WHY]);

/* Carry out one change; fills in result and why (and account for ADD). */
void store_change(struct store *, struct change *);

void store_close(struct store *);

#endif
