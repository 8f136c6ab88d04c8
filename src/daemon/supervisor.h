/*
 * The main thread's view of the daemon: its workers, the policy they run under,
 * the accounts and settings, and every change to them.
 *
 * All functions are for the main thread. A change is checked against what holds
 * now, made lasting by the store thread, published to every worker, and only
 * then answered: done() is called exactly once, never from inside the call, when
 * no worker uses the state before the change any more. Changes are carried out
 * one after the other.
 */

#ifndef DAEMON_SUPERVISOR_H
#define DAEMON_SUPERVISOR_H

#include <event2/event.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/metrics.h"
#include "core/accounts.h"
#include "core/settings.h"
#include "net/worker.h"
#include "store/store.h"

struct supervisor;

/* Who asks, for the log: "alice@10.0.0.1:5555 tcp" or "local:0". */
struct actor {
	char text[320];
	uint64_t account; /* 0: a local user */
};

/*
 * Ask for a change. The struct (from supervisor_change_new()) is given away and
 * freed after done(), which reads result and why from it. Log lines name the
 * actor, never a secret. For CHANGE_REMOVE and others that name an account,
 * `name` is looked up here and may be given instead of the id.
 */
void supervisor_change(struct supervisor *, struct change *,
    const struct actor *, void (*done)(struct change *, void *arg), void *arg);

/* The asker is gone: carry the change out, but do not call done(arg). */
void supervisor_forget(struct supervisor *, void *arg);

/* Zeroed, or NULL. */
struct change *supervisor_change_new(enum change_kind);

/* ---- what holds now; valid until control returns to the loop */

const struct accounts *supervisor_accounts(const struct supervisor *);
const struct settings *supervisor_settings(const struct supervisor *);

/* Accounts in order of name (octets): up to n, each greater than `after`
 * (NULL: from the first). Returns how many were put into list. */
size_t supervisor_account_list(const struct supervisor *, const char *after,
    const struct account *list[], size_t n);

/* All counters, added up over the workers. */
void supervisor_metrics(const struct supervisor *, struct metrics_sum *);

/* Sessions now, the peak, users connected. */
const struct worker_shared *supervisor_shared(const struct supervisor *);

uint64_t supervisor_started_ms(const struct supervisor *); /* clock_ms() */

/* Workers, the login and the store thread; `from` numbers as in net/mail.h. */
size_t supervisor_workers(const struct supervisor *);
struct mailbox *supervisor_login_box(const struct supervisor *);

#endif
