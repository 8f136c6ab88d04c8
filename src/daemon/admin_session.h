/*
 * One connection of the admin protocol, between its socket and admin_do().
 * Used by daemon/admin_server.c alone. Main thread only.
 *
 * Octets are read into one buffer and requests parsed from it for as long as
 * the answers fit into the other: a client that does not read is not read from.
 * While a password is checked or a change is under way nothing is parsed, so
 * answers keep the order of their requests. Events go out between answers, when
 * the other buffer is empty.
 */

#ifndef DAEMON_ADMIN_SESSION_H
#define DAEMON_ADMIN_SESSION_H

#include <stdbool.h>
#include <sys/queue.h>

#include "daemon/admin_do.h"
#include "daemon/admin_feed.h"
#include "daemon/admin_server.h"
#include "net/end.h"
#include "proto/frame.h"

enum admin_session_state {
#define STATE(id, ...) ADMIN_SESSION_##id,
#include "daemon/admin_session.def"
	ADMIN_SESSION_NSTATES,
};

enum admin_session_waits {
	ADMIN_WAITS_BYTES,   /* from the client */
	ADMIN_WAITS_ANSWER,  /* of another thread */
	ADMIN_WAITS_NOTHING, /* input is read and thrown away */
};

enum admin_session_limit {
	ADMIN_LIMIT_NONE,
	ADMIN_LIMIT_LOGIN,   /* since the connection was accepted */
	ADMIN_LIMIT_REQUEST, /* since a request began, while one is incomplete
			      */
	ADMIN_LIMIT_LINGER,  /* since the refusal */
};

struct admin_session_row {
	const char *name;
	enum admin_session_waits waits;
	enum admin_session_limit limit;
	unsigned next; /* 1u << state for every lawful next one */
};

extern const struct admin_session_row
    admin_session_states[ADMIN_SESSION_NSTATES];

/* A login's way to the login thread and back; outlives its session. */
struct admin_check {
	TAILQ_ENTRY(admin_check) link;
	struct admin_session *session; /* NULL: gone meanwhile */
	struct login *login;           /* only for login_abandon() */
};

struct admin_session {
	TAILQ_ENTRY(admin_session) link;
	struct admin_server *server;
	struct end end;
	enum endpoint_kind transport;
	enum admin_session_state state;
	bool local;        /* unix: and root or ourselves: no password needed */
	bool eof;          /* the client sends no more */
	bool logged_in;    /* counted as a session */
	bool shut;         /* REFUSED: we send no more */
	struct addr peer;  /* ADDR_NONE over unix: */
	unsigned uid;      /* over unix: */
	uint64_t since_ms; /* what the state's limit counts from */
	uint64_t unread_ms; /* since when our answers wait to be taken; 0 */
	uint64_t active_ms; /* of the last octet received */
	struct admin_check *check; /* CHECKING */
	struct frame_login login;  /* LOGIN, CHECKING; then without password */
	struct frame_request request; /* what is being answered */
	struct admin_call call;       /* from SERVING on */
	struct frame_list list;       /* while a list is written */
	struct admin_feed *feed;      /* its events; NULL: none are told */
	uint32_t skip;                /* octets to come that say nothing */
	size_t in_at, in_len;         /* unparsed: in[in_at..in_len) */
	size_t out_at, out_len;       /* unsent: out[out_at..out_len) */
	uint8_t in[16 * 1024];
	uint8_t out[2 * FRAME_ANSWER_MOST];
};

TAILQ_HEAD(admin_sessions, admin_session);

/* Fill in a zeroed session for a connection that is not watched yet. */
void admin_session_begin(struct admin_session *, struct admin_server *,
    struct supervisor *, enum endpoint_kind, const struct addr *peer);

/*
 * Read, answer and write what can be without waiting. False: the connection is
 * over, free it.
 */
bool admin_session_run(struct admin_session *);

/* Has it outlived a limit? */
bool admin_session_late(
    const struct admin_session *, const struct admin_limits *, uint64_t now_ms);

/* Is it between requests, with nothing under way? */
bool admin_session_idle(const struct admin_session *);

/* Let go of what other threads still work on for it, and wipe secrets. */
void admin_session_end(struct admin_session *);

#endif
