#include "ctl/reader.h"

#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

static bool
is_gone(void)
{
	struct pollfd p = { .fd = STDOUT_FILENO };

	return poll(&p, 1, 0) == 1 && (p.revents & (POLLERR | POLLHUP)) != 0;
}

static void
on_end(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	if (!is_gone())
		return; /* a socket with octets for us: not our business */
	(void)raise(SIGPIPE);
	*(bool *)arg = true;
}

struct event *
reader_watch(struct event_base *base, bool *gone)
{
	struct event *end;
	struct stat st;

	if (fstat(STDOUT_FILENO, &st) == -1 ||
	    (!S_ISFIFO(st.st_mode) && !S_ISSOCK(st.st_mode)))
		return NULL;
	/* A pipe that is written is never readable, but broken it is. */
	end = event_new(base, STDOUT_FILENO, EV_READ, on_end, gone);
	if (end != NULL && event_add(end, NULL) == 0)
		return end;
	if (end != NULL)
		event_free(end);
	return NULL;
}
