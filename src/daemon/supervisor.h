/*
 * The main thread's view of the daemon: its workers, the policy they run under,
 * the accounts and settings, and every change to them.
 *
 * All functions are for the main thread. A change is checked against what holds
 * now, made lasting by the store thread, published to every worker, and only
 * then answered: done() is called exactly once, never from inside the call,
 * when no worker uses the state before the change any more. Changes are carried
 * out one after the other. One that is lasting comes into force: where memory
 * is out it is tried again, and the others wait.
 */

#ifndef DAEMON_SUPERVISOR_H
#define DAEMON_SUPERVISOR_H

#include <event2/event.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/metrics.h"
#include "core/accounts.h"
#include "core/findings.h"
#include "core/rules.h"
#include "core/settings.h"
#include "net/worker.h"
#include "store/store.h"

struct supervisor;
struct login;
struct options;
struct news_batch;

enum { SUPERVISOR_WHY = 1024 };

/* ---- life: new, bind, load, start, (the loop runs), stop, free */

/*
 * A supervisor in that loop. The settings are given away; daemon_log is where
 * the daemon's own lines go (struct log_target), a constant. NULL with errno,
 * and the settings are still the caller's.
 */
struct supervisor *
supervisor_new(struct event_base *, struct settings *, const char *daemon_log);

/* Another socks5d may have the SOCKS addresses: before supervisor_bind(). */
void supervisor_beside(struct supervisor *);

/* Bind all SOCKS listeners. 0, or -errno with why: the address and the cause.
 */
int supervisor_bind(struct supervisor *, char why[SUPERVISOR_WHY]);

/*
 * Open the store, take its accounts and run-time settings, add the accounts of
 * the command line. Before any thread. 0, or -1 with why.
 */
int supervisor_load(
    struct supervisor *, const struct options *, char why[SUPERVISOR_WHY]);

/* Who asks, for the log: "alice@tcp:10.0.0.1:5555" or "local:0". */
struct actor {
	char text[320];
	uint64_t account; /* 0: a local user */
};

/* What the supervisor tells the admin server; all in the main thread. */
struct supervisor_hooks {
	void (*verdict)(struct login *, void *arg); /* given away */
	void (*suspect)(const struct addr *, void *arg);
	void (*evict)(uint64_t account, void *arg); /* removed or disabled */
	void (*finding)(const struct finding *, void *arg);

	/* Sessions began and ended; only while supervisor_watch() says so. */
	void (*news)(const struct news_batch *, void *arg);

	/* A change is in force; NULL: the file was read again. The name is the
	 * account's after it, "" for other changes. */
	void (*changed)(const struct change *, const char *name,
	    const struct actor *, void *arg);
	void *arg;
};
void supervisor_hook(struct supervisor *, const struct supervisor_hooks *);

/*
 * Clients shall not reach that endpoint of the daemon, on all addresses of this
 * host if it has none, unless a rule allows it; only while SOCKS is served
 * beyond loopback. Before supervisor_start(). 0 or -ENOMEM.
 */
int supervisor_guard(struct supervisor *, const struct addr *);

/* Start all threads. 0, or -errno with why. */
int supervisor_start(struct supervisor *, char why[SUPERVISOR_WHY]);

/*
 * Stop: no new sessions; the loop ends when the last one is gone or
 * drain-timeout is over. A second call ends them at once.
 */
void supervisor_stop(struct supervisor *);

/*
 * Give up the store in some seconds, when nothing is under way in it, for
 * another socks5d to open; the log says when. SOCKS is served as before, until
 * supervisor_stop(). Changes that would have to be kept are refused from now
 * on, and totals of what comes are not kept. While the store does not take what
 * was used before (the log says so), it is not given up, until this is called
 * again; called again otherwise it only logs how things are.
 */
void supervisor_hand_over(struct supervisor *);

/* Take over what the file and the command line say now (given away). */
void supervisor_reload(struct supervisor *, struct settings *);

/* End all threads and free everything; totals are written down. */
void supervisor_free(struct supervisor *);

/*
 * Ask for a change. The struct (from change_new()) is given away and
 * freed after done(), which reads result and why from it. Log lines name the
 * actor, never a secret. For CHANGE_REMOVE and others that name an account,
 * `name` is looked up here and may be given instead of the id. 0; or -ENOMEM:
 * nothing is asked, and the struct is freed.
 */
int supervisor_change(struct supervisor *, struct change *,
    const struct actor *, void (*done)(struct change *, void *arg), void *arg);

/* The asker is gone: carry the change out, but do not call done(arg). */
void supervisor_forget(struct supervisor *, void *arg);

/* ---- live sessions */

struct listed; /* net/listing.h */
struct listing_ask;

/*
 * A page, in the order that was asked for, valid during the call only. Of
 * sessions that were closed the list is NULL and n tells how many.
 */
typedef void supervisor_listed(
    const struct listed *const list[], size_t n, bool more, void *arg);

/*
 * List a page of sessions, or close all that are meant. done() is called once,
 * from the loop; not at all after supervisor_forget() or when the daemon ends.
 * 0, -ENOMEM, or -EAGAIN: not all workers run.
 */
int supervisor_sessions(struct supervisor *, const struct listing_ask *,
    supervisor_listed *done, void *arg);

/* Are the beginnings and ends of sessions to be told to the hook? */
void supervisor_watch(struct supervisor *, bool);

/* Close one session, or all of a user, where there are any. */
void
supervisor_kick(struct supervisor *, uint64_t session, const struct actor *);
void supervisor_kick_user(
    struct supervisor *, const struct account *, const struct actor *);

/* ---- what holds now; valid until control returns to the loop */

const struct accounts *supervisor_accounts(const struct supervisor *);
const struct settings *supervisor_settings(const struct supervisor *);

/*
 * Where lines of the access log go just now. Before the start that is what the
 * file says, as what was set at run time may be gone.
 */
const char *supervisor_access_log(const struct supervisor *);

/* The rules in force, the daemon's own last; never NULL once started. */
const struct rules *supervisor_rules(const struct supervisor *);

/* The latest findings of the dissector. */
const struct findings *supervisor_findings(const struct supervisor *);

/* Accounts in order of name (octets): up to n, each greater than `after`
 * (NULL: from the first). Returns how many were put into list. */
size_t supervisor_account_list(const struct supervisor *, const char *after,
    const struct account *list[], size_t n);

/* For people: that there is no account of that name, and which may be meant. */
void supervisor_no_account(const struct supervisor *, const char *name,
    size_t len, char *why, size_t size);

/* All counters, added up over the workers, since the last reset. */
void supervisor_metrics(const struct supervisor *, struct metrics_sum *);

/* The counters of one worker. */
void supervisor_worker_metrics(
    const struct supervisor *, size_t worker, struct metrics_sum *);

/* How long things took since the last reset, all workers together. */
void supervisor_histogram(
    const struct supervisor *, enum histogram_id, struct histogram_sum *);

/* How long what is ready waited for a worker, in the last half minute to a
 * whole one; processor time its thread has used. */
void supervisor_worker_lag(
    const struct supervisor *, size_t worker, struct histogram_sum *);
uint64_t supervisor_worker_cpu_us(const struct supervisor *, size_t worker);

/* Does an administrator want SOCKS clients served? See CHANGE_LISTEN. */
bool supervisor_open(const struct supervisor *);

/* Are clients asked for a name and a password, as things are now? */
bool supervisor_authentication(const struct supervisor *);

/* Another after each change of accounts, settings, rules or whether clients are
 * served; never 0. */
uint64_t supervisor_revision(const struct supervisor *);

/* Are clients served? If not, *why is a constant text. */
bool supervisor_ready(const struct supervisor *, const char **why);

/* Sessions now, the peak, users connected. */
const struct worker_shared *supervisor_shared(const struct supervisor *);

uint64_t supervisor_started_ms(const struct supervisor *); /* clock_ms() */

/* Workers, the login and the store thread; `from` numbers as in net/mail.h. */
size_t supervisor_workers(const struct supervisor *);
struct mailbox *supervisor_login_box(const struct supervisor *);

/* The address a SOCKS listener really has; NONE behind the last. */
struct addr supervisor_listen_addr(const struct supervisor *, size_t i);

#endif
