/*
 * A connection to the admin protocol of a daemon, for consoles and commands.
 *
 * Event-driven: everything happens in the event_base the caller runs, in one
 * thread. Requests may be asked at any time after client_open(), also before
 * the connection stands: they go out behind the login, pipelined, in the order
 * asked, and are answered in that order. Nothing a server sends can crash,
 * block or grow a client: input is bounded, and what is no answer ends it.
 */

#ifndef CLIENT_CLIENT_H
#define CLIENT_CLIENT_H

#include <event2/event.h>
#include <stddef.h>

#include "base/endpoint.h"
#include "base/secret.h"
#include "proto/admin.h"

struct client;

enum client_state {
	CLIENT_CONNECTING, /* resolving, connecting, login not answered yet */
	CLIENT_UP,         /* logged in */
	CLIENT_DOWN,       /* over, for one of the reasons below */
};

/* Why a client is down. */
enum client_end {
	CLIENT_NOT_YET,     /* it is not */
	CLIENT_UNREACHABLE, /* no connection within the limit */
	CLIENT_REFUSED,     /* the server refused the login */
	CLIENT_LOST,        /* the connection ended, or no answer in time */
	CLIENT_GARBLED,     /* what came is not this protocol */
};

/* The answer to one request. Valid during the callback only. */
struct client_answer {
	enum admin_id id;
	enum admin_status status; /* ADMIN_LOST: it may have been done or not */
	const char *why;          /* the status for people; never NULL. From the
				     server: print it as what it is, text */
	const void *rows;         /* struct admin_<answer>[count] */
	size_t count;             /* 1, or 0 to 255 for a list; 0 unless OK */
	bool more; /* a page of a list: ask on, see client_next() */
};

typedef void client_answered(const struct client_answer *, void *arg);

struct client_config {
	struct endpoint endpoint;
	const char *user;       /* "": a local administrator over unix: */
	struct secret password; /* may be empty with an empty user */
	unsigned connect_ms; /* for connecting and login as a whole; 0: 10 s */
	unsigned answer_ms;  /* silence while something is asked; 0: 30 s */

	/*
	 * Say hello first: is there the extension? A server that does not
	 * understand it is connected to again, for its base commands alone;
	 * nothing else is sent before that is known.
	 */
	bool extended;

	/*
	 * The state became UP or DOWN; or NULL. Never called from inside
	 * client_open(), client_ask() or client_close(). On DOWN, all that was
	 * asked has been answered ADMIN_LOST before.
	 */
	void (*changed)(struct client *, enum client_state, void *arg);

	/*
	 * An event came, as `subscribe` asked for; or NULL. The record is of
	 * the type its row in proto/admin.def names, valid during the callback
	 * only. Events that this client does not know are left out.
	 */
	void (*told)(struct client *, enum admin_event,
	    const union admin_event_record *, void *arg);
	void *arg;
};

/*
 * Begin to connect; the config is copied. A name is resolved by a thread of its
 * own and holds up nobody. NULL with errno set only if memory is out: an
 * address that cannot be reached is reported through changed().
 */
struct client *client_open(struct event_base *, const struct client_config *);

/*
 * What the server said to our hello: its extension, the role we have, what it
 * knows. NULL: it has only the base protocol, or the client is not UP yet.
 */
const struct admin_hello *client_hello(const struct client *);

/* Can the command be asked? Base commands always, others once UP. */
bool client_knows(const struct client *, enum admin_id);

/*
 * Make of a list's request that for the page behind this one; false: this was
 * the last. It begins behind the last row however the list has changed.
 */
bool client_next(const struct client_answer *, union admin_request *);

/*
 * Ask one command; `request` is its struct admin_<request> (NULL for `nothing`)
 * and is copied. answered() is called exactly once, never from inside
 * client_ask(), unless client_close() comes first. 0, or -ENOBUFS: too much is
 * under way (65,536 requests or 1 MiB unsent) or memory is out, ask again
 * later; -ENOTCONN: the client is down; -ENOSYS: this server does not know that
 * command.
 */
int client_ask(struct client *, enum admin_id, const void *request,
    client_answered *answered, void *arg);

/*
 * Run the base until everything asked is answered (and the login is), or the
 * client is down: for callers without a loop of their own. 0, or -1 when down.
 */
int client_wait(struct client *);

enum client_state client_state(const struct client *);
enum client_end client_end(const struct client *);

/* For people, in one line without control characters: why it is down. */
const char *client_why(const struct client *);

/* Requests asked and not yet answered. */
size_t client_pending(const struct client *);

/*
 * Close and free; what is unanswered is dropped, no callback comes any more.
 * May be called from inside a callback. NULL does nothing.
 */
void client_close(struct client *);

#endif
