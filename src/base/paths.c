#include "base/paths.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool
is_root(void)
{
	return geteuid() == 0;
}

/*
 * $VARIABLE/program, or $HOME/behind/program. The specification wants relative
 * paths ignored. Without either the path shows what is missing; a place that
 * anyone could have made before us (/tmp) would not do.
 */
static void
xdg(char path[PATHS_TEXT], const char *variable, const char *behind,
    const char *program)
{
	const char *base = getenv(variable), *home = getenv("HOME");
	int n = -1;

	if (base != NULL && *base == '/')
		n = snprintf(path, PATHS_TEXT, "%s/%s", base, program);
	else if (home != NULL && *home == '/')
		n = snprintf(
		    path, PATHS_TEXT, "%s/%s/%s", home, behind, program);
	if (n < 0 || n >= PATHS_TEXT)
		snprintf(path, PATHS_TEXT, "/HOME-is-not-set/%s", program);
}

/* The daemon's run directory: its socket. */
static void
run_directory(char path[PATHS_TEXT])
{
	if (is_root())
		snprintf(path, PATHS_TEXT, "%s/socks5d", RUNSTATEDIR);
	else
		xdg(path, "XDG_RUNTIME_DIR", ".local/state", "socks5d");
}

void
paths_state(char path[PATHS_TEXT])
{
	if (is_root())
		snprintf(path, PATHS_TEXT, "%s/lib/socks5d", LOCALSTATEDIR);
	else
		xdg(path, "XDG_STATE_HOME", ".local/state", "socks5d");
}

void
paths_config(char path[PATHS_TEXT])
{
	snprintf(path, PATHS_TEXT, "%s/socks5d.conf", SYSCONFDIR);
}

void
paths_own(char path[PATHS_TEXT])
{
	xdg(path, "XDG_CONFIG_HOME", ".config", "socks5tui");
}

void
paths_admin(char endpoint[PATHS_TEXT], bool client)
{
	char run[PATHS_TEXT];
	int n;

	run_directory(run);
	n = snprintf(endpoint, PATHS_TEXT, "unix:%s/admin.sock", run);
	if (client && !is_root() &&
	    (n >= PATHS_TEXT || access(endpoint + strlen("unix:"), F_OK) == -1))
		snprintf(endpoint, PATHS_TEXT, "unix:%s/socks5d/admin.sock",
		    RUNSTATEDIR);
}
