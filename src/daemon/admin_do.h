/*
 * What each admin command does: one do_<id>() per row of proto/admin.def, over
 * the supervisor. All front ends call these. Main thread only.
 */

#ifndef DAEMON_ADMIN_DO_H
#define DAEMON_ADMIN_DO_H

#include "daemon/supervisor.h"
#include "proto/admin.h"

enum { ADMIN_REASON = 200 }; /* room for a refusal in words */

/* Who asks, and where answers that are lists or come later go. */
struct admin_call {
	struct supervisor *sup;
	enum role role;
	struct actor actor;
	enum role most_role; /* that the front end can give an account */

	/* A row of a list; false: no more fit. */
	bool (*row)(struct admin_call *, const void *record);

	/* After ADMIN_LATER: one of them, once, from the loop. */
	void (*done)(struct change *, void *arg);
	supervisor_listed *listed;

	/* Have events told from now on. NULL: the front end has none. */
	enum admin_status (*subscribe)(
	    struct admin_call *, const struct admin_subscription *);
	void *arg;

	/* Set with a status that is not OK, where the status alone would say
	 * too little: a text for people, constant or in `reason`. */
	const char *why;
	char reason[ADMIN_REASON];

	/* Sums taken once for a batch of requests; the owner clears `summed`.
	 */
	bool summed;
	struct metrics_sum sum;
};

/*
 * Carry out a command. The answer's record is filled in for a command that has
 * one; `row` is called for a list. ADMIN_LATER: a change is under way, and
 * done() will be called with it. ADMIN_DENIED: the role does not allow it.
 */
enum admin_status admin_do(struct admin_call *, enum admin_id,
    const union admin_request *, union admin_answer *);

/* Set why; returns the status. */
enum admin_status admin_refuse(struct admin_call *, enum admin_status,
    const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Is it what it has to be? No: why is set; `what` is "a name", "a value". */
bool admin_is_name(
    struct admin_call *, const char *what, const struct layout_text *);
bool admin_is_flag(struct admin_call *, const char *what, uint64_t value);

/* ADMIN_MISSING: there is no such thing ("account") of that name. */
struct closest; /* base/closest.h */
enum admin_status admin_missing(struct admin_call *, const char *what,
    const struct layout_text *typed, const struct closest *meant);

/* Ask the supervisor for a change (NULL: memory was out for it). It is given
 * away. */
enum admin_status admin_ask(struct admin_call *, struct change *);

/* The account of that name; NULL, with why, if there is none. */
const struct account *
admin_find_account(struct admin_call *, const struct layout_text *name);

/* Sessions that were listed: give the row of one to call->row(). */
bool admin_do_live(struct admin_call *, const struct listed *);

/* A session as a row. */
void admin_do_live_row(struct admin_live *, const struct listed *);

/* What the daemon is doing, at a glance. */
void admin_do_overview(const struct supervisor *, struct admin_overview *);

/* A setting's value; what does not fit ends in "...". */
void admin_do_setting_value(
    struct layout_text *, const struct settings *, enum setting_id);

/* A line of the logs as a row. */
struct log_kept; /* base/log_memory.h */
void admin_do_log_row(struct admin_log_row *, const struct log_kept *);

/* A finding as somebody of that role may see it. */
void
admin_do_finding(struct admin_finding *, const struct finding *, enum role);

/* What a change that is done means as an answer. */
enum admin_status admin_do_status(const struct change *);

/* A command's own function; what it takes and gives comes from its row. */
#define COMMAND(id, words, request, answer, ...)       \
	enum admin_status do_##id(struct admin_call *, \
	    const struct admin_##request *, struct admin_##answer *);
#include "proto/admin.def"

#endif
