#include "tests/memory.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

_Thread_local struct memory memory;

static _Thread_local size_t failing;

void *__real_malloc(size_t);
void *__real_calloc(size_t, size_t);
void *__real_realloc(void *, size_t);
void *__wrap_malloc(size_t);
void *__wrap_calloc(size_t, size_t);
void *__wrap_realloc(void *, size_t);
char *__wrap_strdup(const char *);
char *__wrap_strndup(const char *, size_t);

void
memory_begin(size_t fail)
{
	memory = (struct memory){ 0 };
	failing = fail;
}

static bool
refused(size_t size)
{
	memory.calls++;
	memory.octets += size;
	if (memory.calls != failing)
		return false;
	errno = ENOMEM;
	return true;
}

void *
__wrap_malloc(size_t size)
{
	return refused(size) ? NULL : __real_malloc(size);
}

void *
__wrap_calloc(size_t n, size_t size)
{
	return refused(n * size) ? NULL : __real_calloc(n, size);
}

void *
__wrap_realloc(void *p, size_t size)
{
	return refused(size) ? NULL : __real_realloc(p, size);
}

char *
__wrap_strndup(const char *text, size_t most)
{
	size_t len = strnlen(text, most);
	char *copy = __wrap_malloc(len + 1);

	if (copy == NULL)
		return NULL;
	copy[len] = '\0';
	return memcpy(copy, text, len);
}

char *
__wrap_strdup(const char *text)
{
	return __wrap_strndup(text, (size_t)-1);
}
