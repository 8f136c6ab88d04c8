/*
 * The real admin server over a fake supervisor, as a process: what the admin
 * suite (tests/e2e/admin_suite.py) is run against where its time limits have to
 * be short. Usage: fake_daemon LIMIT_MS ENDPOINT...; prints the endpoints it
 * serves, one a line, then an empty line, and ends when standard input does.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/admin_server.h"
#include "tests/daemon/fake_supervisor.h"

static void
on_stdin(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	event_base_loopbreak(arg);
}

static bool
serve(struct admin_server *server, char *names[])
{
	struct endpoint e;
	char text[ENDPOINT_TEXT];
	const char *why;

	for (; *names != NULL; names++) {
		int err = endpoint_parse(&e, *names, &why)
			      ? admin_server_listen(server, &e)
			      : -1;
		if (err != 0) {
			fprintf(stderr, "%s: %s\n", *names, strerror(-err));
			return false;
		}
	}
	for (size_t i = 0; admin_server_endpoint(server, i, &e); i++) {
		endpoint_print(&e, text);
		puts(text);
	}
	puts("");
	fflush(stdout);
	return true;
}

int
main(int argc, char *argv[])
{
	struct admin_limits limits = admin_limits_default;
	struct event_base *base = event_base_new();
	struct supervisor *sup = fake_new(base);
	struct admin_server *server;
	struct event *end;
	bool serving;

	if (argc < 3)
		return 2;
	limits.login_ms = limits.request_ms = limits.unread_ms =
	    (unsigned)atoi(argv[1]);
	limits.sweep_ms = limits.login_ms / 10 + 1;
	server = admin_server_new(base, sup, &limits);
	fake_serve(sup, server);
	fake_account(sup, "root", "secret", ROLE_ADMIN);
	fake_account(sup, "watcher", "secret", ROLE_OBSERVER);
	fake_account(sup, "alice", "secret", ROLE_REGULAR);
	end = event_new(base, 0, EV_READ, on_stdin, base);
	event_add(end, NULL);
	serving = serve(server, argv + 2);
	if (serving)
		event_base_dispatch(base);
	event_free(end);
	admin_server_free(server);
	fake_free(sup);
	event_base_free(base);
	return serving ? 0 : 1;
}
