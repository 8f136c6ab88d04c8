/*
 * A whole supervisor with everything it commands: a store in memory, the login
 * thread, and workers on a port of the kernel's choice. What its tests share.
 */

#ifndef TESTS_DAEMON_SUPERVISOR_STAGE_H
#define TESTS_DAEMON_SUPERVISOR_STAGE_H

#include "daemon/state.h"

struct answer {
	bool there;
	enum change_result result;
	char why[160];
};

struct play {
	struct event_base *base;
	struct supervisor *s;
	struct actor root;
};

/* Before and after each test; *state is the play. The first begins with the
 * administrator "root", the second with the regular user "alice" alone. */
int begin(void **state);
int begin_with_a_regular_user(void **state);
int end(void **state);
int end_at_once(void **state); /* without the workers' last turns */

/* For supervisor_change(): into the struct answer at arg. */
void on_done(struct change *, void *arg);

/* What becomes of a change that local:0 makes. */
struct answer ask(struct play *, struct change *);

struct change *change(enum change_kind, const char *name);

/* A new account, enabled, with the password "secret". */
struct change *adding(const char *name, enum role);

/* NULL: there is none of that name now. */
const struct account *find(struct play *, const char *name);

#endif
