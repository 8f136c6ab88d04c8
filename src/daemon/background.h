/*
 * Going into the background, and saying only then whether the start went well.
 * Main thread, before any other thread or database is there.
 */

#ifndef DAEMON_BACKGROUND_H
#define DAEMON_BACKGROUND_H

/*
 * Fork. Returns in the child, which still has the caller's standard error; the
 * parent waits in here and exits with 0 once background_ready() was called, or
 * with 1 when the child ends before. 0 or -errno (nothing was forked).
 */
int background_begin(void);

/* The child is up: let the parent go, leave the terminal. */
void background_ready(void);

#endif
