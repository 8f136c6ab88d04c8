/*
 * Slow password hashes: argon2id, 19 MiB, two passes; some 15 ms of one core.
 * Any thread, after password_start().
 */

#ifndef CORE_PASSWORD_H
#define CORE_PASSWORD_H

#include <stdbool.h>

#include "base/secret.h"
#include "core/accounts.h"

/* Prepare the library: 0 or -1 (no random numbers). Main, before any thread. */
int password_start(void);

/* Hash a password with a salt of its own: 0 or -ENOMEM. */
int password_hash(char hash[ACCOUNT_HASH], const struct secret *);

/* What unknown names are checked against: of a password nobody knows. */
extern const char password_nobody[];

/*
 * Is it the password? With hash "" (an unknown name) the answer is false, after
 * the same work as for a wrong password.
 */
bool password_check(const char *hash, const struct secret *);

#endif
