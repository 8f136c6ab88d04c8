/*
 * A supervisor without workers, store or login thread, for tests of what asks
 * it: everything happens in the one loop, when the test says so.
 */

#ifndef TESTS_DAEMON_FAKE_SUPERVISOR_H
#define TESTS_DAEMON_FAKE_SUPERVISOR_H

#include "core/book.h"
#include "core/login.h"
#include "daemon/admin_server.h"
#include "daemon/supervisor.h"

struct supervisor *fake_new(struct event_base *);
void fake_free(struct supervisor *);

/* Who is told of verdicts, suspects and evictions. */
void fake_serve(struct supervisor *, struct admin_server *);

/* An account whose password is known; its id. */
uint64_t fake_account(
    struct supervisor *, const char *name, const char *password, enum role);

/* The account may not log in any more. */
void fake_disable(struct supervisor *, uint64_t account);

/* Changes and logins wait for fake_changes(), fake_logins(); else they do not.
 */
void fake_hold(struct supervisor *, bool changes, bool logins);

/* Carry out what waits; how many there were. */
size_t fake_changes(struct supervisor *);
size_t fake_logins(struct supervisor *);

/* What the last change was, and who asked for it. */
const struct change *fake_last_change(const struct supervisor *);
const char *fake_last_actor(const struct supervisor *);

/* The next changes end with this. CHANGE_DONE: as they should. */
void fake_fail(struct supervisor *, enum change_result);

/* Logins that came by CHECK; changes asked for. */
unsigned fake_checks(const struct supervisor *);
unsigned fake_changed(const struct supervisor *);

struct metrics_sum *fake_metrics(struct supervisor *);
struct worker_shared *fake_shared(struct supervisor *);

#endif
