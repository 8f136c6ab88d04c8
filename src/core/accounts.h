/*
 * Who may use the proxy, and who may administer it.
 *
 * A set of accounts is immutable once published in a policy and may be read by
 * any thread that holds that policy. Main makes the next set from the last by
 * copying only what a change touches, so 100,000 accounts cost no more to
 * change than ten.
 */

#ifndef CORE_ACCOUNTS_H
#define CORE_ACCOUNTS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/secret.h"

enum role {
	ROLE_REGULAR = 0,  /* may use the proxy */
	ROLE_ADMIN = 1,    /* may change everything */
	ROLE_OBSERVER = 2, /* may look at everything, change nothing */
};

/* An argon2id string as libsodium writes it, with its NUL. */
enum { ACCOUNT_HASH = 128 };

/* A keyed fast hash of the password that was right. */
enum { ACCOUNT_FAST_WORDS = 4 };

/*
 * What changes while an account is in use. One per account, shared by all
 * versions of it (a renamed account keeps it). Any thread, relaxed atomics;
 * written when a session opens or closes and once a second while it relays,
 * never for each octet.
 */
struct account_live {
	uint64_t id; /* constant: the account's */
	_Atomic uint32_t sessions;
	_Atomic uint64_t opened; /* sessions since the account exists */
	_Atomic uint64_t up, down;
	_Atomic int64_t last; /* of its last connection, Unix seconds; 0 never */
};

struct account {
	uint64_t id; /* never reused; the store's key */
	struct account_live *live;
	int64_t created; /* Unix seconds */
	enum role role;
	bool enabled;
	bool kept; /* in the store; false: given with -u or -a, for this run */
	uint8_t name_len;
	char name[256];          /* not empty, ends in NUL */
	char hash[ACCOUNT_HASH]; /* argon2id */
	char last_target[256];   /* of the last connection, "" never */

	/*
	 * Filled in by whichever thread first sees the right password; all
	 * would write the same words. Read only through accounts_fast_check().
	 */
	_Atomic bool fast_known;
	_Atomic uint64_t fast[ACCOUNT_FAST_WORDS];
};

struct accounts;

/* The account of that name, or NULL; valid as long as the set. */
const struct account *accounts_find(
    const struct accounts *, const char *name, size_t len);

size_t accounts_count(const struct accounts *);

/*
 * Is this the password that accounts_fast_learn() saw for the account? About
 * 350 ns. False also when none was seen yet: then only the slow hash knows.
 */
bool accounts_fast_check(const struct account *, const struct secret *);

/* Remember that this is the right password. */
void accounts_fast_learn(const struct account *, const struct secret *);

#endif
