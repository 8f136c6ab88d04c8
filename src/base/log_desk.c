#include "base/log_desk.h"

#include <pthread.h>
#include <stddef.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/log.h"

struct log_shared log_shared = { .level = LOG_LEVEL_INFO, .wake = -1 };

static pthread_key_t key;
static pthread_once_t key_once = PTHREAD_ONCE_INIT;
static _Thread_local struct log_desk *mine;

static void
leave_desk(void *arg)
{
	struct log_desk *d = arg;

	mine = NULL;
	atomic_store_explicit(&d->taken, false, memory_order_release);
}

static void
make_key(void)
{
	/* Without a key desks are not handed on, which costs memory only. */
	(void)pthread_key_create(&key, leave_desk);
}

static struct log_desk *
take_desk(void)
{
	struct log_desk *d = atomic_load(&log_shared.desks);
	bool no = false;

	for (; d != NULL; d = d->next, no = false)
		if (atomic_compare_exchange_strong(&d->taken, &no, true))
			return d;
	/* Fresh pages are zero, and not there until they are used. */
	d = mmap(NULL, sizeof *d, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (d == MAP_FAILED)
		return NULL;
	atomic_store(&d->taken, true);
	d->next = atomic_load(&log_shared.desks);
	while (!atomic_compare_exchange_weak(&log_shared.desks, &d->next, d))
		;
	return d;
}

struct log_desk *
log_desk(void)
{
	if (mine != NULL)
		return mine;
	pthread_once(&key_once, make_key);
	mine = take_desk();
	if (mine != NULL)
		(void)pthread_setspecific(key, mine);
	return mine;
}

void
log_wake(void)
{
	static const uint64_t one = 1;

	/* It cannot be full before 2^64 wakes. */
	if (write(log_shared.wake, &one, sizeof one) == -1)
		return;
}
