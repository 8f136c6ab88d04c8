#ifndef BASE_THREAD_H
#define BASE_THREAD_H

#include <pthread.h>

/*
 * Start a thread that takes no signals, which are main's; not even SIGPIPE,
 * that a splice to a closed socket raises. 0 or -errno. Any thread.
 */
int thread_start(pthread_t *, void *(*run)(void *), void *arg);

#endif
