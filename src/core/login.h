/*
 * A password on its way to the login thread and back.
 *
 * A worker (or main, for administrators) that cannot decide at once fills in a
 * struct login, posts it with CHECK, and gets the same struct back with
 * VERDICT. Whoever holds the letter owns the struct; the asker frees it with
 * login_free(), which wipes the password. A conn that closes meanwhile stays
 * until its letter is back.
 */

#ifndef CORE_LOGIN_H
#define CORE_LOGIN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/secret.h"
#include "core/accounts.h"

enum login_result {
	LOGIN_WRONG, /* unknown name, wrong password, or asked too much */
	LOGIN_RIGHT, /* right for the hash below: look the account up again */
};

struct login {
	struct login *next;      /* for whoever owns it just now */
	void *asker;             /* the asker's conn */
	unsigned from;           /* the asker's thread (struct mail) */
	struct addr source;      /* addr_source() of the client; NONE for unix: */
	struct secret password;  /* wiped by login_free() */
	char hash[ACCOUNT_HASH]; /* to check against; "" for an unknown name */
	enum login_result result;
};

/* NULL if memory is out. The password is copied. */
struct login *login_new(void *asker, unsigned from, const struct addr *client,
    const struct account *account_or_null, const struct secret *);

void login_free(struct login *);

#endif
