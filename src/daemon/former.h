/*
 * What accounts were until they were removed or got another password, for a
 * minute, so that it can be taken back. Nobody can log in with it: it is in no
 * set of accounts, and its memory is wiped when it goes. Main thread; the time
 * is the caller's (milliseconds that never go back).
 */

#ifndef DAEMON_FORMER_H
#define DAEMON_FORMER_H

#include <sys/queue.h>

#include "core/accounts.h"

enum {
	FORMER_SECONDS = 60,
	FORMER_MOST = 4096, /* some 4 MB; then the oldest goes */
};

struct former {
	TAILQ_ENTRY(former) entry;
	uint64_t until;     /* ms: then it is over */
	bool removed;       /* else its password was replaced */
	struct account row; /* name and hash point to the texts below */
	struct account_use use;
	char name[256];
	char hash[ACCOUNT_HASH];
};

struct former_list {
	TAILQ_HEAD(, former) list; /* the oldest first */
	size_t count;
};

void former_init(struct former_list *);
void former_clear(struct former_list *);

/* Keep a copy of what that account is. Without memory it is not kept. */
void former_keep(
    struct former_list *, const struct account *, bool removed, uint64_t now);

/*
 * The last account removed of that name, or (revision not 0) the one that had
 * that revision; what the account with that id was before its password was last
 * replaced. NULL: nothing is kept, or its time is over.
 */
struct former *former_removed(const struct former_list *, const char *name,
    uint64_t revision, uint64_t now);
struct former *
former_password(const struct former_list *, uint64_t id, uint64_t now);

/* Wipe one; those whose time is over. */
void former_drop(struct former_list *, struct former *);
void former_expire(struct former_list *, uint64_t now);

#endif
