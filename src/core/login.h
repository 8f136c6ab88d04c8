/*
 * A password on its way to the login thread and back.
 *
 * A worker (or main, for administrators) that cannot decide at once fills in a
 * struct login, posts it with CHECK, and gets the same struct back with
 * VERDICT. Whoever holds the letter owns the struct; the asker frees it with
 * login_free(), which wipes the password. A conn that closes meanwhile says so
 * with login_abandon() and stays until its letter is back.
 */

#ifndef CORE_LOGIN_H
#define CORE_LOGIN_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/secret.h"
#include "core/accounts.h"
#include "core/suspects.h"

enum login_result {
	LOGIN_WRONG, /* unknown name, wrong password, or asked too much */
	LOGIN_RIGHT, /* right for the hash below: look the account up again */
};

struct login {
	struct login *next; /* for whoever owns it just now */
	void *asker;        /* the asker's conn */
	unsigned from;      /* the asker's thread (struct mail) */
	struct addr source; /* addr_source() of the client; NONE for unix: */
	struct secret password;  /* wiped by login_free() */
	uint64_t account;        /* its id; 0 for an unknown name */
	char hash[ACCOUNT_HASH]; /* to check against; "" for an unknown name */
	bool fast_known;         /* the account had learnt its password: */
	uint64_t fast[ACCOUNT_FAST_WORDS];
	enum login_result result;
	_Atomic bool abandoned; /* nobody waits for the answer any more */
};

/* NULL if memory is out. The password is copied. */
struct login *login_new(void *asker, unsigned from, const struct addr *client,
    const struct account *account_or_null, const struct secret *);

void login_free(struct login *);

/*
 * The asker is gone: do not spend a hash on it. The letter comes back all the
 * same, as LOGIN_WRONG. The only thing an asker may do with a letter it gave
 * away, and only until it is back.
 */
static inline void
login_abandon(struct login *login)
{
	atomic_store_explicit(&login->abandoned, true, memory_order_relaxed);
}

/*
 * May the client go in without asking the login thread? It may if the password
 * is the one the account is known to have. A source that gives another one is
 * suspect from then on, not only from the verdict: else guesses sent all at
 * once would be answered at the speed of the fast check. Any thread that has
 * suspects of its own.
 */
bool login_at_once(struct suspects *, const struct addr *client,
    const struct account *, const struct secret *, uint64_t now_ms);

/* Does the fast hash that came along say that the password is right? */
bool login_fast_check(const struct login *);

#endif
