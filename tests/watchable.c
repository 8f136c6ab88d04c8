#include "tests/watchable.h"

#include <errno.h>
#include <sys/epoll.h>

int watchable = WATCHABLE_ALL;

int __real_epoll_ctl(int, int, int, struct epoll_event *);
int __wrap_epoll_ctl(int, int, int, struct epoll_event *);

int
__wrap_epoll_ctl(int epoll, int op, int fd, struct epoll_event *ev)
{
	if (op == EPOLL_CTL_ADD && watchable-- == 0) {
		watchable = WATCHABLE_ALL;
		errno = ENOSPC;
		return -1;
	}
	return __real_epoll_ctl(epoll, op, fd, ev);
}
