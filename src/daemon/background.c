#include "daemon/background.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

static int ready_pipe = -1;

static void
wait_for_child(int fd)
{
	char byte;
	ssize_t n;

	do
		n = read(fd, &byte, 1);
	while (n == -1 && errno == EINTR);
	_exit(n == 1 ? EXIT_SUCCESS : EXIT_FAILURE);
}

int
background_begin(void)
{
	int ends[2], err;

	if (pipe2(ends, O_CLOEXEC) == -1)
		return -errno;
	switch (fork()) {
	case -1:
		err = errno;
		close(ends[0]);
		close(ends[1]);
		return -err;
	case 0:
		break;
	default:
		close(ends[1]);
		wait_for_child(ends[0]);
	}
	close(ends[0]);
	ready_pipe = ends[1];
	(void)setsid(); /* fails only for a group's leader: a child is none */
	return 0;
}

void
background_ready(void)
{
	int null;

	if (ready_pipe == -1)
		return;
	null = open("/dev/null", O_RDWR);
	for (int fd = 0; null != -1 && fd <= 2; fd++)
		(void)dup2(null, fd);
	if (null > 2)
		close(null);
	/* Whoever waited may be gone: then nobody is to be told. */
	(void)!write(ready_pipe, "", 1);
	close(ready_pipe);
	ready_pipe = -1;
}
