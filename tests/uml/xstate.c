/*
 * Preloaded into linux.uml so that it runs on processors with AMX.
 *
 * User-Mode Linux up to 6.1 keeps a process's extended registers in a buffer
 * that ends after AVX-512. It may read them short, but the host's kernel wants
 * them written whole, and where AMX makes them longer every guest dies at its
 * first instruction. So what is written is completed here with what is there.
 */

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum {
	NT_X86_XSTATE = 0x202,
	XSTATE_BV = 512, /* which components are in use: eight octets */
	KNOWN = 576,     /* legacy area and header */
	AMX = 0x60000,   /* components 17 and 18 */
};

/* UML is one thread, and its kernel stacks are small. */
static uint8_t whole[1 << 16] __attribute__((aligned(64)));

static long
set_whole(pid_t pid, const struct iovec *some)
{
	struct iovec iov = { whole, sizeof whole };
	uint64_t used;

	if (syscall(SYS_ptrace, PTRACE_GETREGSET, pid, NT_X86_XSTATE, &iov) ==
		-1 ||
	    some->iov_len > iov.iov_len)
		return -1;
	memcpy(whole, some->iov_base, some->iov_len);
	memcpy(&used, whole + XSTATE_BV, sizeof used);
	used &= ~(uint64_t)AMX;
	memcpy(whole + XSTATE_BV, &used, sizeof used);
	return syscall(SYS_ptrace, PTRACE_SETREGSET, pid, NT_X86_XSTATE, &iov);
}

long
ptrace(enum __ptrace_request request, ...)
{
	va_list args;
	long result, peeked;
	bool peeks = request > 0 && request < 4; /* libc gives *data back */
	pid_t pid;
	void *addr, *data;

	va_start(args, request);
	pid = va_arg(args, pid_t);
	addr = va_arg(args, void *);
	data = va_arg(args, void *);
	va_end(args);
	if (peeks)
		data = &peeked;
	result = syscall(SYS_ptrace, request, pid, addr, data);
	if (peeks && result >= 0) {
		errno = 0;
		return peeked;
	}
	if (result == -1 && errno == EFAULT && request == PTRACE_SETREGSET &&
	    (uintptr_t)addr == NT_X86_XSTATE &&
	    ((struct iovec *)data)->iov_len >= KNOWN)
		return set_whole(pid, data);
	return result;
}
