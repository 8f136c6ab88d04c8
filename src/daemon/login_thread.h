/*
 * The thread that checks passwords.
 *
 * It takes CHECK, lets the turnstile say whose turn it is, checks with the fast
 * hash and then the slow one, and posts VERDICT to the asker's box. Before the
 * VERDICT of a failure it posts SUSPECT to every worker and to main. Letters
 * that find a box full are kept, in order, and tried again.
 */

#ifndef DAEMON_LOGIN_THREAD_H
#define DAEMON_LOGIN_THREAD_H

#include <stddef.h>

#include "net/mail.h"

struct login_thread;

/* Prepare: its mailbox exists from here on. 0 or -errno. Main thread. */
int login_thread_new(struct login_thread **, struct mailbox *main);

/* Where to post CHECK and QUIT. */
struct mailbox *login_thread_mailbox(struct login_thread *);

/*
 * Start it. workers[i] is the box of the thread that posts as `from` i; they
 * must outlive the thread. 0 or -errno. Main thread.
 */
int login_thread_start(
    struct login_thread *, struct mailbox *const workers[], size_t nworkers);

/*
 * Send it QUIT and wait for its end: it answers LOGIN_WRONG to all that wait,
 * posts GONE to main, and ends. Its mailbox stays, so that workers may still
 * post; before they are freed this must have been called. Main thread.
 */
void login_thread_stop(struct login_thread *);

/*
 * Stop it if that was not done, and free it with the CHECKs that came after its
 * end. Main thread, when no worker posts any more.
 */
void login_thread_free(struct login_thread *);

#endif
