/*
 * The daemon, as events for update(): one connection at a time, all requests of
 * a poll in one flight. The only file behind it that knows the admin client.
 * One thread, in the loop of its event_base.
 */

#ifndef TUI_FEED_H
#define TUI_FEED_H

#include <event2/event.h>

#include "tui/update.h"

struct feed;

/*
 * happened() is given EVENT_UP, DOWN, ANSWER, POLLED and DONE, from the loop.
 * extended: ask whether the server has the extension, and use it.
 */
struct feed *feed_open(struct event_base *, bool extended,
    void (*happened)(struct event *, void *arg), void *arg);

/*
 * Connect, to somewhere else or as someone else; the password is copied and
 * wiped by feed_close(). False: *why says what is wrong with the endpoint.
 */
bool feed_connect(struct feed *, const char *endpoint, const char *user,
    const struct secret *password, const char **why);

/* Once more the same way. */
void feed_again(struct feed *);

/*
 * Carry out an effect that asks the daemon: POLL, READ or ASK. False: it is
 * another one. Over the base protocol, POLL asks for these users' sessions.
 */
bool feed_do(struct feed *, const struct effect *, const struct users *);

void feed_close(struct feed *);

#endif
