/*
 * Loaded into a daemon (LD_PRELOAD), counts what it asks the system and malloc
 * for, thread by thread, into the file that COUNT_FILE names: for each of
 * THREADS rows one uint64_t for each row of count.def, then one for all
 * allocations. Threads take rows in the order of their first call.
 */

#include <dlfcn.h>
#include <fcntl.h>
#include <poll.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum call {
#define CALL(name, ...) CALL_##name,
#include "tests/perf/count.def"
	CALL_allocate,
	CALLS,
};

enum { THREADS = 32 };

typedef uint64_t row[CALLS];

static row nowhere, *rows;
static _Atomic unsigned taken;
static __thread uint64_t *mine;

static void
count(enum call call)
{
	if (mine == NULL) {
		unsigned i = rows != NULL ? atomic_fetch_add(&taken, 1)
					  : THREADS;

		if (rows == NULL) {
			nowhere[call]++;
			return;
		}
		mine = i < THREADS ? rows[i] : nowhere;
	}
	mine[call]++;
}

__attribute__((constructor)) static void
begin(void)
{
	const char *path = getenv("COUNT_FILE");
	int fd = path != NULL ? open(path, O_RDWR | O_CREAT, 0666) : -1;
	void *at;

	if (fd == -1 || ftruncate(fd, THREADS * sizeof *rows) == -1)
		return;
	at = mmap(NULL, THREADS * sizeof *rows, PROT_READ | PROT_WRITE,
	    MAP_SHARED, fd, 0);
	if (at != MAP_FAILED)
		rows = at;
}

/* ISO C knows no way from dlsym()'s object pointer to a function. */
#define CALL(name, result, parameters, arguments) \
	result name parameters; \
	result name parameters \
	{ \
		static union { \
			void *object; \
			result(*call) parameters; \
		} real; \
\
		if (real.object == NULL) \
			real.object = dlsym(RTLD_NEXT, #name); \
		count(CALL_##name); \
		return real.call arguments; \
	}
#include "tests/perf/count.def"

/* dlsym() itself allocates, so these are asked for by the library's names. */
void *__libc_malloc(size_t);
void *__libc_calloc(size_t, size_t);
void *__libc_realloc(void *, size_t);

void *
malloc(size_t size)
{
	count(CALL_allocate);
	return __libc_malloc(size);
}

void *
calloc(size_t n, size_t size)
{
	count(CALL_allocate);
	return __libc_calloc(n, size);
}

void *
realloc(void *p, size_t size)
{
	count(CALL_allocate);
	return __libc_realloc(p, size);
}
