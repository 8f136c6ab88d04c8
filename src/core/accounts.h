/*
 * Who may use the proxy, and who may administer it.
 *
 * A set of accounts is immutable once published in a policy and may be read by
 * any thread that holds that policy. Main makes the next set from the last by
 * copying only what a change touches (core/book.h), so 100,000 accounts cost no
 * more to change than ten.
 */

#ifndef CORE_ACCOUNTS_H
#define CORE_ACCOUNTS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/secret.h"
#include "core/bucket.h"
#include "core/columns.h"
#include "core/trie.h"

enum role {
	ROLE_REGULAR = 0,  /* may use the proxy */
	ROLE_ADMIN = 1,    /* may change everything */
	ROLE_OBSERVER = 2, /* may look at everything, change nothing */
};

/* An argon2id string as libsodium writes it, with its NUL. */
enum { ACCOUNT_HASH = 128 };

/* A keyed fast hash of the password that was right. */
enum { ACCOUNT_FAST_WORDS = 4 };

/* Room for the target of a last connection, "NAME:PORT", with its NUL. */
enum { ACCOUNT_TARGET = 256 + 8 };

/*
 * What changes while an account is in use. One per account, shared by all
 * versions of it (a renamed account keeps it). Any thread, relaxed atomics;
 * written when a session opens or closes and once a second while it relays,
 * never for each octet. A session that ends calls account_leave() last.
 */
struct account_live {
	uint64_t id; /* constant: the account's */
	_Atomic uint32_t sessions;
	_Atomic uint64_t opened; /* sessions since the account exists */
	_Atomic uint64_t up, down;
	_Atomic int64_t last;         /* its last connection, Unix s; 0 never */
	_Atomic uint64_t auth_failed; /* wrong passwords since the start */
	_Atomic uint64_t datagrams[2]; /* up and down, since the start */
	_Atomic bool spent;       /* main was told that its quota is used up */
	struct bucket buckets[2]; /* octets up and down; see net/conn_pace.c */

	/* Written by main alone, read by all. */
	_Atomic uint64_t limits[COLUMNS_COUNT]; /* that hold; 0: none */
	_Atomic uint64_t day_start; /* up + down when the day (UTC) began */

	/* The rest is main's own. */
	int64_t day;           /* days since 1970: the one it is */
	char *last_target;     /* of its last connection; NULL never */
	struct active *active; /* NULL: totals are as on disk */
};

struct account {
	struct scrap scrap; /* main's: on its way out */
	uint64_t id;        /* never reused; the store's key */
	struct account_live *live;
	int64_t created;  /* Unix seconds */
	const char *name; /* not empty, ends in NUL; text_is_name() */
	const char *hash; /* argon2id, shorter than ACCOUNT_HASH */
	uint64_t own[COLUMNS_COUNT]; /* limits; see core/columns.h */
	enum role role;
	bool enabled;
	bool kept; /* in the store; false: given with -u or -a, for this run */
	uint8_t name_len;

	/*
	 * Filled in by whichever thread first sees the right password; all
	 * would write the same words. Read only through accounts_fast_*().
	 */
	_Atomic bool fast_known;
	_Atomic uint64_t fast[ACCOUNT_FAST_WORDS];
};

/* Totals of one account since it exists (not since the last flush). */
struct account_use {
	uint64_t account;
	uint64_t opened, up, down;
	int64_t last; /* Unix seconds; 0 never */
	char last_target[ACCOUNT_TARGET];
	int64_t day;        /* days since 1970 (UTC) that the next is of */
	uint64_t day_start; /* up + down when that day began */
};

/* A set; the fields are for core/accounts.c and core/book.c. */
struct accounts {
	struct scrap scrap;
	struct trie names; /* of struct account, by name */
	struct trie ids;   /* the same, by id */
	size_t admins;
};

/* The account of that name, or NULL; valid as long as the set. */
const struct account *
accounts_find(const struct accounts *, const char *name, size_t len);

/* The account with that id, or NULL; valid as long as the set. */
const struct account *accounts_find_id(const struct accounts *, uint64_t id);

size_t accounts_count(const struct accounts *);

/* Administrators that are enabled: the last one must stay. */
size_t accounts_admins(const struct accounts *);

/* The columns alone, to change some of them: see book_change(). */
struct account account_columns(const struct account *);

/*
 * What it looks like now, as a number that is another after each change of its
 * name, password, role, enabled or limits; never 0. In this run of the daemon
 * only.
 */
uint64_t account_revision(const struct account *);

/* The target of its last connection, "" never. Main thread. */
const char *account_last_target(const struct account *);

/* A limit of the account that holds now; 0: none. Any thread. */
static inline uint64_t
account_limit(const struct account_live *live, enum column_id id)
{
	return atomic_load_explicit(&live->limits[id], memory_order_relaxed);
}

/* Octets of this day, both directions, as far as sessions have told. */
uint64_t account_used(const struct account_live *);

/* Has it used up its quota; is it past its end? */
bool account_is_spent(const struct account_live *);
bool account_is_expired(const struct account_live *, int64_t wall_s);

/*
 * A session of the account opens, or ends: true if it was the last. That must
 * be the session's last touch of it: the account may be gone.
 */
enum account_enter {
	ACCOUNT_FIRST, /* of those that are open */
	ACCOUNT_NEXT,
	ACCOUNT_FULL, /* it has as many as it may: nothing to leave */
};

enum account_enter account_enter(struct account_live *);

static inline bool
account_leave(struct account_live *live)
{
	return atomic_fetch_sub_explicit(
		   &live->sessions, 1, memory_order_release) == 1;
}

/*
 * Is this the password that accounts_fast_learn() saw for the account? About
 * 350 ns. False also when none was seen yet: then only the slow hash knows.
 */
bool accounts_fast_check(const struct account *, const struct secret *);

/* Was it seen? */
static inline bool
accounts_fast_known(const struct account *a)
{
	return atomic_load_explicit(&a->fast_known, memory_order_acquire);
}

/* Remember that this is the right password. */
void accounts_fast_learn(const struct account *, const struct secret *);

/*
 * The words themselves, for who has no account at hand: make them; take those
 * an account has learnt (false: none yet); compare, in constant time.
 */
void accounts_fast_make(uint64_t words[ACCOUNT_FAST_WORDS], uint64_t account,
    const struct secret *);
bool
accounts_fast_words(const struct account *, uint64_t words[ACCOUNT_FAST_WORDS]);
bool accounts_fast_equal(
    const uint64_t a[ACCOUNT_FAST_WORDS], const uint64_t b[ACCOUNT_FAST_WORDS]);

#endif
