#include "daemon/admin_open.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"

/* Endpoints, for one line of the log: with commas between them. */
struct names {
	char text[SUPERVISOR_WHY];
	size_t len;
};

static void
add_name(struct names *names, const char *name)
{
	size_t room = sizeof names->text - names->len;
	int n = snprintf(names->text + names->len, room, "%s%s",
	    names->len > 0 ? "," : "", name);

	if (n > 0 && (size_t)n < room)
		names->len += (size_t)n;
	else
		names->text[names->len] = '\0'; /* what has no room goes */
}

/* SCTP and IPv6 are not everywhere. */
static bool
is_missing(int err)
{
	return err == -EPROTONOSUPPORT || err == -EAFNOSUPPORT ||
	       err == -EADDRNOTAVAIL;
}

static const char *
reason(int err)
{
	if (err == -EPROTONOSUPPORT)
		return "this kernel has no SCTP";
	if (err == -ENOTSOCK)
		return "something that is no socket is there";
	if (err == -EADDRINUSE)
		return "another program has it; a socks5d is ended first, or "
		       "told to hand over (USR2, then start with -r)";
	return strerror(-err);
}

static int
open_one(struct admin_server *server, const char *text,
    const struct privileges_user *owner, char why[SUPERVISOR_WHY])
{
	struct endpoint e;
	const char *what;
	int err;

	if (!endpoint_parse(&e, text, &what)) {
		(void)snprintf(why, SUPERVISOR_WHY, "admin: %s", what);
		return -EINVAL;
	}
	err = admin_server_listen(server, &e);
	if (err == 0 && e.kind == ENDPOINT_UNIX)
		err = privileges_give(e.host, owner);
	if (err != 0)
		(void)snprintf(why, SUPERVISOR_WHY,
		    "cannot administer on %s: %s", text, reason(err));
	return err;
}

/* One line, however many: what is not there, why, and what is instead. */
static void
say_missing(
    const struct admin_server *server, const struct names *missing, int err)
{
	char text[ENDPOINT_TEXT];
	struct names open = { 0 };
	struct endpoint e;

	for (size_t i = 0; admin_server_endpoint(server, i, &e); i++) {
		endpoint_print(&e, text);
		add_name(&open, text);
	}
	log_warn("main", "not administering", "on=%s: %s; instead=%s",
	    missing->text, reason(err), open.text);
}

/* Nobody asked for it, or not for that kind of it. */
static bool
may_lack(const struct settings *settings, bool sctp_implied, int err)
{
	if (settings_origin(settings, SETTING_admin) == ORIGIN_DEFAULT)
		return is_missing(err);
	return sctp_implied && err == -EPROTONOSUPPORT;
}

static int
open_each(struct admin_server *server, const struct settings *settings,
    bool sctp_implied, const struct privileges_user *owner,
    char why[SUPERVISOR_WHY])
{
	struct names missing = { 0 };
	const char *const *texts;
	int err, lack = 0;
	size_t n;

	texts = settings_list(settings, SETTING_admin, &n);
	for (size_t i = 0; i < n; i++) {
		err = open_one(server, texts[i], owner, why);
		if (err != 0 && !may_lack(settings, sctp_implied, err))
			return err;
		if (err != 0) {
			add_name(&missing, texts[i]);
			lack = err;
		}
	}
	if (lack != 0)
		say_missing(server, &missing, lack);
	return 0;
}

/* Where administration is reached over IP is not for the proxy's clients. */
static int
guard(const struct admin_server *server, struct supervisor *supervisor)
{
	struct endpoint e;
	struct addr a;

	for (size_t i = 0; admin_server_endpoint(server, i, &e); i++)
		if (e.kind != ENDPOINT_UNIX && addr_parse(&a, e.host, e.port) &&
		    supervisor_guard(supervisor, &a) != 0)
			return -ENOMEM;
	return 0;
}

struct admin_server *
admin_open(struct event_base *base, struct supervisor *supervisor,
    bool sctp_implied, const struct privileges_user *owner,
    char why[SUPERVISOR_WHY])
{
	const struct settings *settings = supervisor_settings(supervisor);
	struct admin_server *server =
	    admin_server_new(base, supervisor, &admin_limits_default);

	(void)snprintf(why, SUPERVISOR_WHY, "admin server: %s",
	    strerror(server == NULL ? errno : ENOMEM));
	if (server == NULL ||
	    open_each(server, settings, sctp_implied, owner, why) != 0 ||
	    guard(server, supervisor) != 0) {
		admin_server_free(server);
		return NULL;
	}
	admin_server_hook(server, supervisor);
	return server;
}
