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

/* happened() is given EVENT_UP, DOWN, ANSWER, POLLED and DONE, from the loop.
 */
struct feed *feed_open(struct event_base *,
    void (*happened)(struct event *, void *arg), void *arg);

/*
 * Connect, to somewhere else or as someone else; the password is copied and
 * wiped by feed_close(). False: *why says what is wrong with the endpoint.
 */
bool feed_connect(struct feed *, const char *endpoint, const char *user,
    const struct secret *password, const char **why);

/* Once more the same way. */
void feed_again(struct feed *);

/* Ask all figures in one flight; nothing while one is out. */
void feed_poll(struct feed *, const struct effect *, const struct users *);

/* Ask one change. */
void feed_ask(struct feed *, const struct effect *);

void feed_close(struct feed *);

#endif
