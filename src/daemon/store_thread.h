/*
 * The thread that makes changes lasting: it takes CHANGE, hashes the password
 * first if there is one, carries it out in the store and posts CHANGED to main.
 */

#ifndef DAEMON_STORE_THREAD_H
#define DAEMON_STORE_THREAD_H

#include "net/mail.h"
#include "store/store.h"

struct store_thread;

/*
 * Start it. The store is lent to the thread until store_thread_free(). 0 or
 * -errno. Main thread.
 */
int
store_thread_new(struct store_thread **, struct store *, struct mailbox *main);

/* Where to post CHANGE and QUIT. */
struct mailbox *store_thread_mailbox(struct store_thread *);

/*
 * Wait for its end and free it. QUIT makes it carry out what came before, post
 * GONE to main, and end. CHANGEs that came after QUIT are freed here. Main
 * thread.
 */
void store_thread_free(struct store_thread *);

#endif
