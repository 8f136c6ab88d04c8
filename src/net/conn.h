/*
 * A conn is a client's session joined to its sockets, its dial and its relay;
 * a struct conns is all that belong to one worker and what they share. Worker
 * thread only.
 *
 * conn.c opens, closes and relays; conn_talk.c leads the conversation up to
 * that (core/session.h), conn_login.c its logins; conn_dial.c, conn_bind.c and
 * conn_udp.c do what a request asks for; conn_rules.c asks the rules,
 * conn_limits.c the limits; conn_account.c counts what was moved, conn_pace.c
 * holds it to a rate, conn_dissect.c has it read; conns.c keeps the time,
 * conns_doom.c closes many.
 */

#ifndef NET_CONN_H
#define NET_CONN_H

#include <assert.h>
#include <event2/event.h>
#include <event2/event_struct.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

#include "base/addr.h"
#include "base/metrics.h"
#include "core/access.h"
#include "core/login.h"
#include "core/origins.h"
#include "core/policy.h"
#include "core/session.h"
#include "core/suspects.h"
#include "net/dial.h"
#include "net/end.h"
#include "net/finds.h"
#include "net/mail.h"
#include "net/news.h"
#include "net/relay.h"
#include "net/resolve.h"
#include "net/stock.h"
#include "net/udp_relay.h"
#include "net/uses.h"
#include "net/worker.h"

enum {
	CLIENT = 0,
	TARGET = 1,
};

/* Read at once before the relay: the longest message, and a little more. */
enum { CONN_SCRATCH = 1024 };

/* Why limits deny a request. */
enum denial {
	DENIAL_NONE,
#define DENIAL(id, ...) DENIAL_##id,
#include "net/denial.def"
};

/*
 * What a session needs until it relays. Octets that are not a whole message, or
 * were sent ahead of their time, wait in `bytes`: allocated to size, else NULL.
 */
struct handshake {
	uint64_t came_us;     /* clock_us() when it was accepted */
	uint32_t checking_us; /* low bits of the same when it asked to log in */
	uint32_t login_us;    /* how long that took */
	struct session session;
	uint16_t have;  /* up to CONN_SCRATCH */
	uint8_t denial; /* enum denial: what its request will meet */
	uint8_t holds;  /* enum handshake_holds: which one of these */
	uint8_t *bytes;
	union {
		struct dial *dial;       /* DIALING */
		struct invite *invite;   /* BINDING and AWAITING */
		struct association *udp; /* ASSOCIATING */
		struct login *login;     /* VERDICT and asked for */
	};
};

enum handshake_holds {
	HOLDS_NOTHING,
	HOLDS_DIAL,
	HOLDS_INVITE,
	HOLDS_UDP,
	HOLDS_LOGIN,
};

/* Who and where, kept for the log and for lists; allocated to size. */
struct names {
	struct account_live *live; /* who has logged in, or NULL */
	uint16_t login;            /* coarse microseconds it took to check */
	uint8_t user_len;          /* 0: nobody */
	uint8_t target_len;        /* 0: see `dialled` */
	char text[];               /* user, then target; no NUL. With CONN_READ
				      the dissector's state comes behind it */
};

enum conn_flag {
	CONN_QUEUED = 1,  /* in conns->ready */
	CONN_ASKED = 2,   /* a letter to the login thread is out */
	CONN_GONE = 4,    /* closed; kept for a letter or a queue only */
	CONN_ENDING = 8,  /* `why` is known before the end */
	CONN_NAMED = 16,  /* `dialled` has the port at least, names the rest */
	CONN_DENIED = 32, /* a rule has said no to an address */
	CONN_READ = 64,   /* a dissector reads it, behind its names */
	CONN_COUNTED = 128,  /* among the sessions of its address */
	CONN_CALLED = 256,   /* its target has called: BIND */
	CONN_SUMMING = 512,  /* `rate` is octets since the last tick so far */
	CONN_LISTED = 1024,  /* in conns->paced */
	CONN_PRESSED = 2048, /* << way: its account's bucket counts it */
	CONN_USED = 8192,    /* (datagrams) its account knows a target of it */
	CONN_DOOMED = 16384, /* in conns->doomed, to be closed for `why` */
};

/* An idle tunnel is this and at most one struct names. */
struct conn {
	/*
	 * CLIENT, TARGET. What they took, in coarse microseconds: from accept
	 * to request without the login; to connect.
	 */
	struct end ends[2];
	union {
		struct handshake hs;     /* before RELAYING */
		struct relay relay;      /* RELAYING */
		struct association *udp; /* ASSOCIATED */
	} u;
	struct conns *all;
	struct names *names;     /* from login or request on; may be NULL */
	TAILQ_ENTRY(conn) order; /* in the list of its state's limit */
	uint64_t id;             /* see conn_start() */
	struct addr client;
	struct addr dialled; /* NONE: nothing was yet */
	uint32_t last;       /* when its limit began, or octets last passed */
	uint32_t settled[2]; /* low bits of conn_passed() that were counted */
	uint16_t rate[2];    /* octets in the last second; base/coarse.h */
	uint16_t resolve;    /* coarse microseconds for its target's name */
	uint16_t flags;
	uint8_t state; /* enum session_state */
	uint8_t why;   /* enum access_why, with CONN_ENDING */
	uint8_t rep;
};

static_assert(sizeof(struct conn) <= 200,
    "what an idle tunnel costs is this, malloc's own and the names");

TAILQ_HEAD(conn_list, conn);

/*
 * A session's id, never used again: clock_s() when it came, a number, and the
 * worker's index in the low 8 bits.
 */
static inline uint32_t
conn_start(const struct conn *c)
{
	return (uint32_t)(c->id >> 32);
}

struct conns {
	struct event_base *base;
	struct watch *watch; /* of all ends */
	struct resolver *resolver;
	struct policy *policy;
	struct metrics *metrics;
	struct worker_shared *shared;
	struct mailbox *main, *login;
	unsigned index;

	/* A conn has come; one has gone and its slot is free. */
	void (*came)(void *arg);
	void (*left)(void *arg);
	void *arg;

	struct conn_list lists[SESSION_NLIMITS]; /* each the oldest first */
	struct conn_list doomed;                 /* and in none of these */
	size_t count;
	size_t reads;   /* how many have CONN_READ */
	uint32_t now;   /* clock_s(), as old as the last event */
	uint32_t swept; /* when conns_tick() ran last */
	uint32_t last_number;
	struct conn **ready; /* their turn was used up */
	size_t nready, ready_room;
	struct conn_list gone; /* closed, but a letter is out */
	struct conn **paced;   /* waiting for a share of their account's rate */
	size_t npaced, paced_room;
	uint64_t paced_us; /* when they had it last */
	uint32_t random;
	struct event pace;
	struct event requeue;
	struct event doom;
	struct stock stock;
	struct udp_desk desk;
	struct suspects suspects;
	struct uses uses;
	struct finds finds;
	struct news news;
	struct access_clock clock;
	struct session_words words; /* of the session that speaks now */
	uint8_t scratch[CONN_SCRATCH];
};

/*
 * The fields up to `arg` are the caller's to fill in first. 0 or -errno.
 * conns_free() closes what is left; letters that are out must be back.
 */
int conns_init(struct conns *);
void conns_free(struct conns *);

/* A new policy holds from now on; the caller keeps the old one. */
void conns_use(struct conns *, struct policy *);

/*
 * A client was accepted; shared->sessions counts it already. The descriptor is
 * taken over in any case. The first bytes are read at once. 0, also where
 * limits turn it away, or -errno: there is no memory for it, or the system
 * lets no more be watched.
 */
int conn_open(struct conns *, int fd, const struct addr *client);

/*
 * All slots are taken and somebody waits: close the session that matters least,
 * one that was refused and stays, else the oldest that has not asked for
 * anything yet; none that came or was refused within the last second. False:
 * there is none.
 */
bool conns_make_room(struct conns *);

/* Once a second while there are sessions: limits, totals, trimming. */
void conns_tick(struct conns *, uint32_t now);

/* MAIL_VERDICT, MAIL_EVICT and MAIL_SPENT, MAIL_KICK. */
void conns_verdict(struct conns *, struct login *);
void conns_evict(struct conns *, uint64_t account, enum access_why);
void conns_kick(struct conns *, uint64_t session);

/* Close all, at once. */
void conns_clear(struct conns *, enum access_why);

/* ---- between conn.c, conn_talk.c and conns.c */

/* To whom it may concern; costs a look while it concerns nobody. */
static inline void
conn_tell(struct conn *c, enum news_kind kind)
{
	if (c->all->news.wanted)
		news_add(&c->all->news, c, kind);
}

/* What the log calls it: the worker, and the id that lists of sessions show. */
enum { CONN_TAG = 48 };
void conn_tag(const struct conn *, char tag[CONN_TAG]);

/* End the session at once, whatever it does; the conn may be gone after. */
void conn_close(struct conn *, enum access_why);

/*
 * End it soon: where many may end at once, so many are closed each turn that
 * the others hardly notice. Until then it goes on, but is in no list.
 */
enum { DOOM_SLICE = 64 };
void conn_doom(struct conn *, enum access_why);

int conns_doom_init(struct conns *);

/* The list it is in. */
struct conn_list *conn_list(const struct conn *);

/* Its state has changed: begin the limit of the new one. */
void conn_enter(struct conn *, enum session_state);

/* Octets or an answer came: the limit begins anew. */
void conn_touch(struct conn *);

/* The conversation's part of an event on the client's end. */
void conn_talk(struct conn *);

/* The login thread's answer; the letter stays the caller's. */
void conn_answer_login(struct conn *, const struct login *);

/* The name and password among the worker's words: now, or ask and wait. */
enum conn_login {
	CONN_LOGIN_RIGHT,
	CONN_LOGIN_WRONG,
	CONN_LOGIN_ASKED, /* conn_answer_login() follows */
};

enum conn_login conn_check_user(struct conn *);

/* Is the client logged in, by that answer of the login thread? */
bool conn_login_right(struct conn *, const struct login *);

/*
 * The answer to what the request wished for, as session_answer() takes it.
 * False: the conn is gone, or relays.
 */
bool conn_answer(struct conn *, int err, const struct addr *);

/* CONNECT (conn_dial.c). False as above; the time for it is over. */
bool conn_dial(struct conn *);
void conn_dial_expired(struct conn *);

/* BIND (conn_bind.c): the same; give up waiting for the peer. */
bool conn_bind(struct conn *);
void conn_bind_expired(struct conn *);
void conn_uninvite(struct handshake *);

/*
 * UDP ASSOCIATE (conn_udp.c): false as above; the conversation is over and
 * datagrams take over; give up the association.
 */
bool conn_associate(struct conn *);
void conn_datagrams(struct conn *);
void conn_dissociate(struct conns *, struct association *);

/* What the target's end watches by, from the dial or the peer's call on. */
end_ready conn_on_target;

/* Give up what the conversation holds. */
void conn_end_talk(struct conns *, struct handshake *);

/*
 * The conversation is over: from now on move octets, first those that the
 * client sent ahead.
 */
void conn_relay(struct conn *);

/* Its turn was used up: the others first, then conn_turn(). Without memory to
 * queue it, it is closed. */
void conns_queue(struct conns *, struct conn *);
void conn_turn(struct conn *);

/*
 * Do the rules let the client do that (enum socks_command) there, now? The name
 * is the one it asked for, of length 0 if it gave an address. With `to` NULL,
 * the name being unresolved yet, false means that no address could change it.
 * The rule's hit is counted; metrics->denied is the caller's.
 */
bool conn_may(const struct conn *, uint8_t command, const char *name,
    size_t name_len, const struct addr *to, uint16_t port);

/* The same for the target of its request, and remember a no. */
bool conn_may_reach(struct conn *, uint8_t command, const struct addr *to);

/* False: wherever it sent its datagrams, the rules would deny it. */
bool conn_may_associate(struct conn *);

/*
 * May a client of that address come in? `away`: it is to be closed at once,
 * nothing is left to undo; else what limits say to its request, and whether it
 * counts among the sessions of its address.
 */
struct admission {
	uint8_t denial; /* enum denial */
	bool counted, away;
};

struct admission conn_admit(struct conns *, const struct addr *client);

/* Count those that are not counted yet among the sessions of their address. */
void conns_count_all(struct conns *);

/* ---- conn_account.c: what it has moved, and its account */

/* Whose session it is, or NULL. */
struct account_live *conn_live(const struct conn *);

/* Its account's last connection is this one, to there; without a name (length
 * 0) to that address. */
void conn_note_use(
    struct conn *, const char *name, size_t len, const struct addr *to);

/* Its last touch of its account. */
void conn_leave_account(struct conn *);

/* Octets that were passed on from that end since it relays. */
uint64_t conn_passed(const struct conn *, size_t end);

/* Add what a relay moved since the last time to its account and its rate. */
void conn_settle(struct conn *);

/* The same, that many seconds after the last time: this makes the rate. */
void conn_settle_tick(struct conn *, uint32_t seconds);

/* Tell the counters what a relay's turn has moved: what had passed each way
 * before it, from the client and from the target. */
void conn_account_for(struct conn *, uint64_t up, uint64_t down);

/* ---- conn_pace.c: octets a second of an account */

/* It begins to pass octets, or its account's rate may be another now. */
void conn_pace(struct conn *);

/* After each turn: is more granted to a way that needs it? Else it waits. */
bool conn_pace_again(struct conn *);

/* May an association read that way? If not it waits. */
bool conn_pace_datagrams(struct conn *, uint8_t way);

/* Give back what is not used; before it leaves its account. */
void conn_pace_end(struct conn *);

/* Has it anything that conn_pace_again() would ask for? */
static inline bool
conn_is_paced(const struct conn *c)
{
	return (c->u.relay.pumps[CLIENT].may & c->u.relay.pumps[TARGET].may) !=
	       PUMP_FREELY;
}

/* Once a second: should memory have been out for the clock. */
void conns_pace_wake(struct conns *);

int conns_pace_init(struct conns *);
void conns_pace_free(struct conns *);

/* Closed, and no letter of it is out: free it, unless a queue knows it. */
void conn_release(struct conn *);

/* Do limits deny its request? Counted and logged then. (conn_limits.c) */
bool conn_is_limited(struct conn *);

/* Tell main if its account has used up its quota. */
void conn_spend(struct conn *);

void conn_log_access(struct conn *, enum access_event);

/* What each line about it says; the text is for a target without a name. */
void conn_describe(const struct conn *, struct access *, char ip[ADDR_TEXT]);

/* ---- conn_dissect.c */

/*
 * Read what passes from now on, first what the client sent ahead. Without
 * memory it goes unread. It is copied until it is of no interest any more, but
 * for long bodies.
 */
void conn_dissect(struct conn *, const uint8_t *early, size_t len);

/* What a turn shows the dissector, or need not: pump_how's tap and tap_blind,
 * arg being the conn. */
uint64_t conn_dissect_blind(void *arg, uint8_t side);
void conn_dissect_tap(void *arg, uint8_t side, const uint8_t *, size_t len);

/* The session is over. */
void conn_dissect_end(struct conn *);

/* Forget what was read, and say nothing of it. */
void conn_dissect_drop(struct conn *);

#endif
