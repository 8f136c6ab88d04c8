#include "net/loop.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <sys/epoll.h>
#include <unistd.h>

/* What a base takes: an instance of epoll, and a pipe for signals. */
static bool
has_descriptors(void)
{
	int epoll = epoll_create1(EPOLL_CLOEXEC), pipe[2];
	bool has;

	if (epoll == -1)
		return false;
	has = pipe2(pipe, O_CLOEXEC) == 0;
	if (has) {
		close(pipe[0]);
		close(pipe[1]);
	}
	close(epoll); /* keeps errno, which is of the pipe */
	return has;
}

struct event_base *
loop_new(void)
{
	struct event_config *config;
	struct event_base *base = NULL;

	if (!has_descriptors())
		return NULL;
	errno = ENOMEM; /* or what libevent meets */
	config = event_config_new();
	if (config == NULL)
		return NULL;
	if (event_config_set_flag(config,
		EVENT_BASE_FLAG_NOLOCK | EVENT_BASE_FLAG_IGNORE_ENV) == 0 &&
	    event_config_require_features(config, EV_FEATURE_ET) == 0)
		base = event_base_new_with_config(config);
	event_config_free(config);
	return base;
}
