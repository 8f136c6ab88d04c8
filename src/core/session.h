/*
 * One SOCKS conversation (RFC 1928, RFC 1929) without I/O: bytes and events
 * go in, answers and wishes come out. Whoever joins it to a socket does the
 * wish, waits for what the state's row says and runs the limit it names.
 *
 * A client may send ahead: what follows a message stays in the cursor, and
 * what follows the request is the relay's. There is no state for a session that
 * ended: its owner forgets it. Any thread, one at a time.
 */

#ifndef CORE_SESSION_H
#define CORE_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/wire.h"
#include "proto/socks5.h"

enum session_state {
#define STATE(id, ...) SESSION_##id,
#include "core/session.def"
	SESSION_NSTATES,
};

enum session_waits {
	WAITS_BYTES,     /* for bytes from the client */
	WAITS_ANSWER,    /* for someone else's answer: do not read */
	WAITS_RELAY,     /* the relay has both ends */
	WAITS_DATAGRAMS, /* for the client to close; see RFC 1928 section 7 */
	WAITS_FLUSH,     /* for the client to take the answer and close */
};

enum session_limit {
	LIMIT_HANDSHAKE, /* the client's time from accept to request */
	LIMIT_VERDICT,   /* for the check of a password, its queue included */
	LIMIT_CONNECT,   /* for resolving and connecting */
	LIMIT_BIND,      /* for the peer of a BIND */
	LIMIT_IDLE,      /* without a byte either way */
	LIMIT_QUIET,     /* without a datagram either way */
	LIMIT_LINGER,    /* for a refused client (RFC 1928 section 6) */
	SESSION_NLIMITS,
};

struct session_row {
	const char *name;
	enum session_waits waits;
	enum session_limit limit;
	unsigned next; /* 1u << state for each that may follow */
};

extern const struct session_row session_states[SESSION_NSTATES];

enum session_wish {
	WISH_NOTHING,    /* wait */
	WISH_CHECK_USER, /* see words->login; then session_verdict() */
	WISH_DIAL,       /* see words->request; then session_answer() */
	WISH_BIND,       /* the same: listen for the peer */
	WISH_AWAIT,      /* send the answer; session_answer() at the peer */
	WISH_ASSOCIATE,  /* see words->request; then session_answer() */
	WISH_RELAY,      /* send the answer, then relay */
	WISH_DATAGRAMS,  /* send the answer, then relay datagrams */
	WISH_CLOSE,      /* send the answer, let it arrive, then close */
};

struct session {
	uint8_t state;      /* enum session_state */
	uint8_t rep;        /* of the last reply; 0 before */
	bool auth_required; /* only method 02 will do */
	bool asked;         /* there was a request */
};

/*
 * What a client said last, parsed: kept by the caller, one for many sessions.
 */
struct session_words {
	struct socks_login login;     /* valid after WISH_CHECK_USER */
	struct socks_request request; /* valid once `asked` becomes true */
};

/* Room the answers to any one call need. */
enum { SESSION_ANSWERS = 2 + 2 + SOCKS_ANSWER_MAX };

void session_begin(struct session *, bool auth_required);

/*
 * Bytes from the client, in a state that waits for them. Whole messages are
 * taken from the cursor; a part of one stays, to be given again with more
 * behind it. Answers are added to out.
 */
enum session_wish session_bytes(
    struct session *, struct rd *in, struct wr *out, struct session_words *);

/* The answer to WISH_CHECK_USER; goes on with bytes that came meanwhile. */
enum session_wish session_verdict(struct session *, bool right, struct rd *in,
    struct wr *out, struct session_words *);

/*
 * The answer to WISH_DIAL, WISH_BIND, WISH_AWAIT or WISH_ASSOCIATE: 0 and the
 * address for the reply (of WISH_AWAIT the peer's, else ours), or a positive
 * errno.
 */
enum session_wish session_answer(
    struct session *, int err, const struct addr *bound, struct wr *out);

#endif
