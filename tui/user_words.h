/* What is said of an account in a word or two. Pure; any thread. */

#ifndef TUI_USER_WORDS_H
#define TUI_USER_WORDS_H

#include "tui/model.h"
#include "tui/unit.h"

/* The one whom this console has logged in as. */
bool user_is_oneself(const struct model *, const struct user *);
bool user_is_expired(const struct model *, const struct user *);

/* Who may log in here is an administrator; of others only what was told. */
const char *user_role(const struct model *, const struct user *);

/* Why it cannot log in though it is on; "" if it can. */
const char *user_hindrance(const struct model *, const struct user *);

/* "on", "turned off", or what hinders it. */
const char *user_standing(const struct model *, const struct user *);

/* When it came last: "3 min ago", "never"; "-" where nobody knows. */
enum { USER_AGO = UNIT_TEXT + 8 };
const char *
user_ago(const struct model *, const struct user *, char text[USER_AGO]);

#endif
