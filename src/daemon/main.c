/* socks5d: the order in which the daemon comes up, runs and goes. */

#include <errno.h>
#include <event2/event.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/paths.h"
#include "core/password.h"
#include "daemon/admin_open.h"
#include "daemon/background.h"
#include "daemon/check.h"
#include "daemon/config.h"
#include "daemon/doors.h"
#include "daemon/options.h"
#include "daemon/privileges.h"
#include "daemon/supervisor.h"
#include "net/loop.h"
#include "store/store.h"

enum {
	NSIGNALS = 5,
	HAND_OVER_MS = 10000, /* it takes two or three seconds as a rule */
};

struct daemon {
	struct options options;
	struct settings *settings; /* the supervisor's, once it is there */
	char file[PATH_MAX];       /* absolute; "": none */
	struct event_base *base;
	struct supervisor *supervisor;
	struct admin_server *admin;
	struct doors doors;
	struct event *signals[NSIGNALS];
	struct privileges_user user;
	const char *username; /* NULL: stay who we are */
	char why[SUPERVISOR_WHY];
};

/* ---- signals */

static void
on_stop(evutil_socket_t number, short what, void *arg)
{
	struct daemon *d = arg;

	(void)what;
	log_info(
	    "main", "signal", "name=%s", number == SIGINT ? "INT" : "TERM");
	supervisor_stop(d->supervisor);
}

static void
on_reload(evutil_socket_t number, short what, void *arg)
{
	struct daemon *d = arg;
	char why[CONFIG_WHY];
	struct settings *fresh;

	(void)number;
	(void)what;
	fresh = settings_copy(supervisor_settings(d->supervisor));
	if (fresh == NULL) {
		log_error(
		    "main", "reload refused, nothing changed", "out of memory");
		return;
	}
	if (d->file[0] != '\0' && config_reload(fresh, d->file, why) != 0) {
		log_error("main", "reload refused, nothing changed", "%s", why);
		settings_free(fresh);
		return;
	}
	supervisor_reload(d->supervisor, fresh);
}

static void
on_reopen(evutil_socket_t number, short what, void *arg)
{
	(void)number;
	(void)what;
	(void)arg;
	log_reopen();
	log_info("main", "logs reopened", NULL);
}

/* Everything that there can be only one of is left to the next daemon. */
static void
on_hand_over(evutil_socket_t number, short what, void *arg)
{
	struct daemon *d = arg;

	(void)number;
	(void)what;
	doors_close(&d->doors);
	if (d->admin != NULL)
		admin_server_unlisten(d->admin);
	supervisor_hand_over(d->supervisor);
}

static int
watch_signals(struct daemon *d)
{
	static const struct {
		int number;
		event_callback_fn on;
	} rows[NSIGNALS] = {
		{ SIGTERM, on_stop },
		{ SIGINT, on_stop },
		{ SIGHUP, on_reload },
		{ SIGUSR1, on_reopen },
		{ SIGUSR2, on_hand_over },
	};

	if (signal(SIGPIPE, SIG_IGN) == SIG_ERR)
		return -errno;
	for (size_t i = 0; i < NSIGNALS; i++) {
		d->signals[i] =
		    evsignal_new(d->base, rows[i].number, rows[i].on, d);
		if (d->signals[i] == NULL ||
		    event_add(d->signals[i], NULL) != 0)
			return -ENOMEM;
	}
	return 0;
}

/* ---- coming up */

static int
fail(struct daemon *d, const char *what, int err)
{
	(void)snprintf(d->why, sizeof d->why, "%s: %s", what, strerror(-err));
	return -1;
}

/* The file that counts, kept absolute: the daemon leaves its directory. */
static int
find_file(struct daemon *d)
{
	char usual[PATHS_TEXT];
	const char *path = d->options.file;

	if (path == NULL) {
		paths_config(usual);
		if (access(usual, F_OK) == -1)
			return 0;
		path = usual;
	}
	if (realpath(path, d->file) == NULL)
		return fail(d, path, -errno);
	return 0;
}

static int
read_file(struct daemon *d)
{
	if (find_file(d) != 0)
		return -1;
	if (d->file[0] == '\0')
		return 0;
	return config_load(d->settings, d->file, d->why) == 0 ? 0 : -1;
}

/* Whom files are given to; NULL: to nobody. */
static const struct privileges_user *
owner(const struct daemon *d)
{
	return d->username != NULL ? &d->user : NULL;
}

/* The folder a file is in must be there, and the daemon's to write. */
static int
prepare_folder(struct daemon *d, enum setting_id id, const char *path)
{
	int err = privileges_folder(path, owner(d));

	if (err == 0)
		return 0;
	(void)snprintf(d->why, sizeof d->why,
	    "%s: the folder of %s cannot be made: %s; -o %s=... names another "
	    "place",
	    setting_rows[id].key, path, strerror(-err), setting_rows[id].key);
	return -1;
}

static int
prepare_sockets(struct daemon *d)
{
	struct endpoint e;
	const char *const *texts, *why;
	size_t n;

	texts = settings_list(d->settings, SETTING_admin, &n);
	for (size_t i = 0; i < n; i++)
		if (endpoint_parse(&e, texts[i], &why) &&
		    e.kind == ENDPOINT_UNIX &&
		    prepare_folder(d, SETTING_admin, e.host) != 0)
			return -1;
	return 0;
}

static int
prepare_folders(struct daemon *d)
{
	const struct settings *s = d->settings;
	const char *store = settings_text(s, SETTING_store);
	int err = prepare_sockets(d);

	if (err == 0 && strncmp(store, "sqlite:", 7) == 0)
		err = prepare_folder(d, SETTING_store, store + 7);
	if (err == 0 &&
	    settings_number(s, SETTING_dissector_passwords) == PASSWORDS_PLAIN)
		err = prepare_folder(d, SETTING_findings_file,
		    settings_text(s, SETTING_findings_file));
	return err;
}

static const char *
daemon_log(const struct daemon *d)
{
	return d->options.foreground ? "-" : "syslog";
}

/* Root could read it; who the daemon is now may not. */
static void
warn_unreadable(const struct daemon *d)
{
	if (d->file[0] != '\0' && access(d->file, R_OK) == -1)
		log_warn("main", "configuration cannot be read again",
		    "path=%s user=%s: HUP will be refused; %s", d->file,
		    d->username, strerror(errno));
}

static int
open_all(struct daemon *d)
{
	int err;

	if ((d->base = loop_new()) == NULL)
		return fail(d, "event loop", -errno);
	if ((err = watch_signals(d)) != 0)
		return fail(d, "signals", err);
	if (check_user(d->settings, &d->user, &d->username, d->why) != 0)
		return -1;
	if (d->username == NULL && geteuid() == 0 &&
	    strcmp(settings_text(d->settings, SETTING_user), "root") != 0)
		log_warn("main", "running as root",
		    "there is no user \"%s\"; create it or set user",
		    settings_text(d->settings, SETTING_user));
	if (prepare_folders(d) != 0)
		return -1;
	/* Before any client comes here, and while the other still serves. */
	if (d->options.beside)
		store_wait(
		    settings_text(d->settings, SETTING_store), HAND_OVER_MS);
	d->supervisor = supervisor_new(d->base, d->settings, daemon_log(d));
	if (d->supervisor == NULL)
		return fail(d, "supervisor", -errno);
	if (d->options.beside)
		supervisor_beside(d->supervisor);
	if (supervisor_bind(d->supervisor, d->why) != 0)
		return -1;
	d->admin = admin_open(
	    d->base, d->supervisor, d->options.sctp_implied, owner(d), d->why);
	if (d->admin == NULL ||
	    doors_open(&d->doors, d->base, d->supervisor, d->why) != 0)
		return -1;
	if (d->username != NULL) {
		err = privileges_drop(d->username, &d->user);
		if (err != 0)
			return fail(d, d->username, err);
		warn_unreadable(d);
	}
	return supervisor_load(d->supervisor, &d->options, d->why);
}

static void
say_hello(const struct daemon *d)
{
	const struct settings *s = supervisor_settings(d->supervisor);
	const struct accounts *set = supervisor_accounts(d->supervisor);
	char text[ADDR_TEXT], endpoint[ENDPOINT_TEXT];
	struct endpoint e;
	struct addr a;

	for (size_t i = 0;; i++) {
		a = supervisor_listen_addr(d->supervisor, i);
		if (a.family == ADDR_NONE)
			break;
		addr_print(&a, text);
		log_info("main", "listening", "on=%s", text);
	}
	for (size_t i = 0; admin_server_endpoint(d->admin, i, &e); i++) {
		endpoint_print(&e, endpoint);
		log_info("main", "administering", "on=%s", endpoint);
	}
	doors_say(&d->doors);
	log_info("main", "started",
	    "version=%s workers=%zu accounts=%zu max-connections=%llu store=%s",
	    PACKAGE_VERSION, supervisor_workers(d->supervisor),
	    accounts_count(set),
	    (unsigned long long)settings_number(s, SETTING_max_connections),
	    settings_text(s, SETTING_store));
	if (accounts_admins(set) == 0)
		log_warn("main", "no administrator",
		    "only local users can administer; create one with: "
		    "socks5ctl user add --admin NAME");
}

static int
start_all(struct daemon *d)
{
	struct log_target target = {
		.daemon = daemon_log(d),
		.access = supervisor_access_log(d->supervisor),
	};
	const char *what;
	int err;

	if ((err = log_start(&target, &what)) != 0) {
		(void)snprintf(d->why, sizeof d->why, "%s%s: %s",
		    what == target.access ? "access-log: " : "", what,
		    strerror(-err));
		return -1;
	}
	if (supervisor_start(d->supervisor, d->why) != 0)
		return -1;
	say_hello(d);
	return 0;
}

static int
serve(struct daemon *d)
{
	if (open_all(d) != 0 || start_all(d) != 0)
		return EXIT_FAILURE;
	options_wipe(&d->options);
	background_ready();
	(void)event_base_dispatch(d->base);
	log_info("main", "stopped", NULL);
	return EXIT_SUCCESS;
}

static void
close_all(struct daemon *d)
{
	doors_close(&d->doors);
	if (d->admin != NULL)
		admin_server_free(d->admin);
	if (d->supervisor != NULL)
		supervisor_free(d->supervisor);
	else
		settings_free(d->settings);
	for (size_t i = 0; i < NSIGNALS; i++)
		if (d->signals[i] != NULL)
			event_free(d->signals[i]);
	if (d->base != NULL)
		event_base_free(d->base);
	log_stop();
	options_wipe(&d->options);
	libevent_global_shutdown();
}

static int
run(struct daemon *d)
{
	int err, status;

	if (!d->options.foreground && (err = background_begin()) != 0) {
		(void)fail(d, "going into the background", err);
		return EXIT_FAILURE;
	}
	(void)umask(027);
	status = serve(d);
	if (status != EXIT_SUCCESS)
		fprintf(stderr, "socks5d: %s\n", d->why);
	close_all(d);
	return status;
}

static int
check(struct daemon *d)
{
	int err = check_host(d->settings, d->why);

	if (err == 0)
		check_say(stdout);
	else
		fprintf(stderr, "socks5d: %s\n", d->why);
	settings_free(d->settings);
	options_wipe(&d->options);
	return err == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

int
main(int argc, char *argv[])
{
	static struct daemon d; /* the one there is */
	enum options_wish wish;

	if ((d.settings = settings_new()) == NULL || password_start() != 0) {
		fprintf(stderr, "socks5d: out of memory or random numbers\n");
		return EXIT_FAILURE;
	}
	wish = options_parse(&d.options, d.settings, argc, argv, d.why);
	switch (wish) {
	case OPTIONS_HELP:
		options_print_usage(stdout);
		return EXIT_SUCCESS;
	case OPTIONS_VERSION:
		puts("socks5d " PACKAGE_VERSION);
		return EXIT_SUCCESS;
	case OPTIONS_BAD:
		fprintf(stderr, "socks5d: %s\nTry socks5d -h.\n", d.why);
		return 2;
	case OPTIONS_RUN:
	case OPTIONS_CHECK:
		break;
	}
	(void)privileges_raise_files();
	options_defaults(d.settings, &d.options);
	if (read_file(&d) != 0) {
		fprintf(stderr, "socks5d: %s\n", d.why);
		settings_free(d.settings);
		return EXIT_FAILURE;
	}
	return wish == OPTIONS_CHECK ? check(&d) : run(&d);
}
