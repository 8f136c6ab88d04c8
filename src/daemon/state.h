/* What the supervisor's files share. Main thread. */

#ifndef DAEMON_STATE_H
#define DAEMON_STATE_H

#include <sys/queue.h>

#include "core/book.h"
#include "core/origins.h"
#include "core/policy.h"
#include "daemon/former.h"
#include "daemon/login_thread.h"
#include "daemon/outbox.h"
#include "daemon/store_thread.h"
#include "daemon/supervisor.h"
#include "net/finds.h"

/* A change that waits for its turn, or whose turn it is. */
struct request {
	TAILQ_ENTRY(request) entry;
	struct change *change;
	struct actor actor;
	void (*done)(struct change *, void *); /* NULL: the asker is gone */
	void *arg;
	char before[SETTING_TEXT]; /* the old name or value, for the log */
	enum role role;            /* that an account had */
	bool enabled;              /* the same */
	bool disowned;             /* the asker is no administrator any more */
	bool applied;              /* it holds here, not yet at the workers */
	struct garbage *after;     /* of that; NULL once a policy has it */
	bool held;                 /* memory is out: it is tried again */
	enum setting_origin was; /* of a rule edit: where the rules were from */
};

TAILQ_HEAD(request_list, request);

enum { WORKERS_MOST = 256 };

struct supervisor {
	struct event_base *base;
	struct mailbox *box;
	struct supervisor_hooks hooks;
	uint64_t started_ms;
	const char *daemon_log;        /* where the daemon's lines go */
	char access_log[SETTING_TEXT]; /* where the others go just now */

	struct worker *workers[WORKERS_MOST];
	struct metrics *counters[WORKERS_MOST];
	size_t nworkers;
	size_t running;      /* started and not yet GONE */
	struct addr *listen; /* where SOCKS is served; from supervisor_bind() */
	size_t nlisten;
	struct worker_shared shared;

	struct store *store;
	struct store_thread *store_thread;
	struct login_thread *login_thread;

	struct settings *settings;
	struct book *book;
	struct outbox out;     /* policies on their way to the workers */
	struct policy *policy; /* the one published last */
	struct rules *rules;   /* the policy's */
	struct addr *guarded;  /* endpoints that clients must not reach */
	size_t nguarded;
	uint64_t reloads;  /* HUPs that were followed */
	bool reload_held;  /* the workers do not have the last one yet */
	uint64_t revision; /* see supervisor_revision() */
	bool auth_seen;    /* accounts existed: auth auto stays on */

	TAILQ_HEAD(, session_query) queries; /* out at the workers */
	struct request_list requests;        /* waiting */
	struct request *busy;     /* in the store, or being published */
	struct policy *awaited;   /* `busy` is over when this is back */
	struct event *next_event; /* carries out the next request */
	struct event *second_event;
	struct former_list former;
	uint64_t (*now_ms)(void); /* clock_ms() */
	struct event *drain_event;
	struct metrics_sum zero; /* the counters at the last reset */
	struct histogram_sum zero_times[HISTOGRAMS_COUNT];
	struct histogram_sum lag[WORKERS_MOST][2]; /* as it was of late */
	bool closed; /* no SOCKS clients: an administrator said so */
	unsigned seconds;
	bool flushing; /* a CHANGE_USE is under way */
	struct findings *findings;
	char *findings_file;    /* where passwords go; NULL: they are masked */
	uint64_t kept_finding;  /* the store has those up to that id */
	uint64_t filed_finding; /* and the file these */
	uint64_t gone_finding;  /* and none up to that */
	bool finding;           /* a CHANGE_FIND is under way */
	bool store_says_no;     /* the last one failed */
	bool totals_refused;    /* the last ones were */
	bool file_says_no;
	bool beside;          /* another socks5d may have the SOCKS addresses */
	bool leaving;         /* the store is given up, or will be */
	unsigned leave_at;    /* second in which it is, at the earliest */
	unsigned leave_waits; /* for the store to take what was used */
	bool let_go;          /* with or without that */
	bool stopping;
};

/* ---- supervisor.c */

void all_workers(struct supervisor *, enum mail_kind, uint64_t);

/* ---- hand_over.c */

/* Give up the store if nothing is under way; call again in a second. */
void hand_over_try(struct supervisor *);
void hand_over_end(struct supervisor *); /* the store is closed, well or ill */

/* Why nothing is stored any more, and what to do: for people. */
const char *hand_over_why(const struct supervisor *);

/* ---- publish.c */

/* May this process go that way now? -1; or the setting that forbids it, and
 * why for people. */
int publish_try_way(const struct settings *, char why[160]);

/* Log what does not work of it. */
void publish_warn_way(const struct supervisor *);

/* Fill in a policy with what holds now. */
void publish_fill(struct supervisor *, struct policy *);

/*
 * Make what holds now the policy of all workers. Returns the policy it
 * replaces, for publish_over(); it frees `after` when it is back from all
 * workers. NULL if memory is out: then nothing has changed, the workers go on
 * with the old one, and the caller has to come again.
 */
struct policy *publish(struct supervisor *, struct garbage *after);

/* Free a replaced policy if it is back from all workers; true if it was. */
bool publish_over(struct supervisor *, struct policy *);

/* One worker gave a policy back; true if it was the last. */
bool publish_returned(struct supervisor *, struct policy *);

/* ---- guard.c: the rules, with those that protect the daemon's own host */

/*
 * Bring s->rules into line with the settings and this host's addresses (those
 * of last time, while it does not tell them): 0 or -ENOMEM, and nothing has
 * changed. *before gets the set it replaces, to be
 * freed when no worker can ask it any more; NULL if there is none.
 */
int guard_refresh(struct supervisor *, struct rules **before);

/* Now and then: publish the rules anew if this host has other addresses. */
void guard_watch(struct supervisor *);

/* Log what is protected, if anything is. */
void guard_say(const struct supervisor *);

/* Log if a rule says so little that it undoes the protection. */
void guard_warn(const struct supervisor *);

/* ---- changes.c */

/* Prepare the queue: 0 or -ENOMEM. */
int changes_open(struct supervisor *);
void changes_close(struct supervisor *);

/* What that account has asked for and was not begun is refused. */
void changes_disown(struct supervisor *, uint64_t account);

/* The store thread answered the change under way. */
void changes_stored(struct supervisor *);

/* Once a second: what waits for a timer that memory was out for, goes on. */
void changes_second(struct supervisor *);

/* The change under way is in force everywhere. */
void changes_in_force(struct supervisor *);

/* ---- rule_edit.c */

/*
 * Is the edit right as things are now? Makes the change's value of it, and puts
 * what was removed, or its old place, into before; or fills in result and why.
 */
bool rule_edit(const struct supervisor *, struct request *);

/* A rule was added, moved or removed: one line for the log. */
void rule_edit_log(
    const struct supervisor *, const struct request *, const char *actor);

/* ---- restore.c */

/* Can that be taken back? Makes the change of what is kept; or fills in result
 * and why. */
bool restore_check(const struct supervisor *, struct request *);

/* An account was changed in the book: keep what it was, or wipe what came back.
 */
void restore_keep(
    struct supervisor *, const struct change *, const struct account *was);

/* ---- apply.c */

/* Say what becomes of a change, and why. False. */
bool change_refuse(struct change *, enum change_result, const char *why);

/* Is the change right as things are now? Fills in result and why. */
bool apply_check(struct supervisor *, struct request *);

/*
 * Make a change that is on disk hold in memory; its `after` gets the garbage,
 * NULL for settings. 0; or -ENOMEM, and nothing has changed.
 */
int apply(struct supervisor *, struct request *);

/* Bring the log into line with the settings. */
void apply_log_settings(struct supervisor *);

/* ---- apply_log.c */

/* A change is over: one line for the log. */
void apply_log(const struct supervisor *, const struct request *);

/* ---- serve.c: opening and closing the proxy at run time */

/* Tell the workers, if the change is one of these. */
void serve_tell(struct supervisor *, const struct change *);

/* They have done it. */
void serve_told(struct supervisor *, const struct change *);

/* ---- times.c */

void times_tick(struct supervisor *); /* each second */
void times_reset(struct supervisor *);

/* ---- sessions.c */

struct listing;

/* A worker has filled in a page. */
void sessions_listed(struct supervisor *, struct listing *);
void sessions_forget(struct supervisor *, void *arg);
void sessions_close(struct supervisor *); /* after the workers' end */

/* ---- ends.c: limits of accounts that time or use brings about */

/* The settings are new: so are the limits of accounts without their own. */
void ends_limits(struct supervisor *);

/* Once a second, and before accounts are loaded. */
void ends_second(struct supervisor *);

/* A worker says that an account has used up its quota. */
void ends_spent(struct supervisor *, uint64_t account);

/* ---- findings.c: what the dissector found */

/* The store was read. 0, or -1 with why: the file of passwords cannot be. */
int findings_open(struct supervisor *, char why[SUPERVISOR_WHY]);
void findings_take(struct supervisor *, struct finding_batch *);
void findings_flush(struct supervisor *);
bool findings_flush_last(struct supervisor *); /* see use_flush_last() */
size_t findings_lose(struct supervisor *);
void findings_stored(struct supervisor *, struct change *);
void findings_forgot(struct supervisor *, const struct change *);
bool findings_load(struct supervisor *, struct finding *); /* of the store */
void findings_load_last(struct supervisor *, uint64_t id);

/* ---- use.c: who used what is kept in the store */

void use_take(struct supervisor *, struct use_batch *);
void use_flush(struct supervisor *);
/* After the store thread's end. False: not all is kept; call it again. */
bool use_flush_last(struct supervisor *);
/* Give up what is not kept: how many accounts' totals. */
size_t use_lose(struct supervisor *);
void use_stored(struct supervisor *, struct change *);

#endif
