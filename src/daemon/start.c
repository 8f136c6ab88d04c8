/* How the supervisor comes up: listeners, the store's content, the threads. */

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/process.h"
#include "core/password.h"
#include "daemon/options.h"
#include "daemon/state.h"

static const struct timeval one_second = { 1, 0 };

/* Could anyone listen there, alone or (beside) with another socks5d? 0 or
 * -errno. */
static int
probe(const struct addr *a, bool beside)
{
	static const int on = 1;
	struct sockaddr_storage ss;
	socklen_t len = addr_sockaddr(a, &ss);
	int fd = socket(ss.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int err = 0;

	if (fd == -1)
		return -errno;
	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == -1 ||
	    (beside && setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on,
			   sizeof on) == -1) ||
	    (a->family == ADDR_V6 && setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY,
					 &on, sizeof on) == -1) ||
	    bind(fd, (struct sockaddr *)&ss, len) == -1)
		err = -errno;
	close(fd);
	return err;
}

/* IPv6 is not everywhere: an address nobody asked for may be missing. */
static bool
is_here(const struct addr *a)
{
	struct addr any_port = *a;
	char text[ADDR_TEXT];
	int err;

	any_port.port = 0;
	if ((err = probe(&any_port, false)) == 0)
		return true;
	addr_print(a, text);
	log_warn("main", "not listening", "on=%s: %s", text, strerror(-err));
	return false;
}

/*
 * Workers share a port by SO_REUSEPORT, and with another daemon of the same
 * user they would, too: each would get some of the clients. That is for when
 * one takes over from the other.
 */
static int
probe_all(const struct supervisor *s, const struct addr **failed)
{
	int err = 0;

	for (size_t i = 0; i < s->nlisten && err == 0; i++)
		if ((err = probe(&s->listen[i], s->beside)) != 0)
			*failed = &s->listen[i];
	return err;
}

/* 0 or -ENOMEM. */
static int
listen_addrs(struct supervisor *s)
{
	bool asked =
	    settings_origin(s->settings, SETTING_listen) != ORIGIN_DEFAULT;
	size_t n;
	const char *const *texts =
	    settings_list(s->settings, SETTING_listen, &n);
	struct addr a;

	if ((s->listen = calloc(n, sizeof *s->listen)) == NULL)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++) {
		(void)addr_parse(&a, texts[i], 0); /* the settings checked it */
		if (asked || is_here(&a))
			s->listen[s->nlisten++] = a;
	}
	return 0;
}

/* Port 0 is chosen once: the other workers share what the first one got. */
static void
share_ports(struct supervisor *s)
{
	for (size_t i = 0; i < s->nlisten; i++)
		s->listen[i] = worker_listen_addr(s->workers[0], i);
}

static int
bind_worker(struct supervisor *s, const struct addr **failed)
{
	struct worker_config config = {
		.index = (unsigned)s->nworkers,
		.listen = s->listen,
		.nlisten = s->nlisten,
		.policy = s->policy,
		.shared = &s->shared,
		.main = s->box,
		.login = login_thread_mailbox(s->login_thread),
	};
	int err = worker_new(&s->workers[s->nworkers], &config, failed);

	if (err != 0)
		return err;
	s->policy->holders++;
	s->counters[s->nworkers] = worker_metrics(s->workers[s->nworkers]);
	if (s->nworkers++ == 0)
		share_ports(s);
	return 0;
}

static const char *
remedy(int err)
{
	switch (err) {
	case -EADDRINUSE:
		return "; another program has it: -p or listen chooses another "
		       "port";
	case -EADDRNOTAVAIL:
		return "; this machine has no such address";
	case -EACCES:
		return "; a port below 1024 takes root, or "
		       "CAP_NET_BIND_SERVICE";
	}
	return "";
}

int
supervisor_bind(struct supervisor *s, char why[SUPERVISOR_WHY])
{
	size_t wanted = settings_number(s->settings, SETTING_workers);
	const struct addr *failed = NULL;
	char text[ADDR_TEXT] = "";
	int err = listen_addrs(s);

	if (err == 0)
		err = probe_all(s, &failed);
	if (err == 0)
		err = login_thread_new(&s->login_thread, s->box);
	/* The workers' first policy; filled in before they start. */
	publish_fill(s, s->policy);
	while (err == 0 && s->nworkers < wanted)
		err = bind_worker(s, &failed);
	if (err != 0) {
		if (failed != NULL)
			addr_print(failed, text);
		(void)snprintf(why, SUPERVISOR_WHY, "%s%s: %s%s",
		    failed != NULL ? "cannot listen on " : "workers", text,
		    strerror(-err), failed != NULL ? remedy(err) : "");
	}
	return err;
}

static bool
read_account(const struct account *a, const struct account_use *use, void *arg)
{
	struct supervisor *s = arg;

	return book_load(s->book, a, use) == 0;
}

/* A value that this version no longer takes must not keep it from starting. */
static bool
read_setting(const char *key, const char *value, void *arg)
{
	struct supervisor *s = arg;
	int id = settings_find(key);
	enum setting_origin below =
	    id < 0 ? ORIGIN_DEFAULT
		   : settings_origin(s->settings, (enum setting_id)id);
	char why[160];

	if (settings_set(s->settings, ORIGIN_RUNTIME, key, value, why) != 0)
		log_warn("store", "stored setting ignored", "%s", why);
	else if (below != ORIGIN_DEFAULT)
		log_info("store", "run-time value wins",
		    "key=%s over=%s until: socks5ctl unset %s", key,
		    setting_origins[below], key);
	return true;
}

static bool
read_finding(struct finding *f, void *arg)
{
	return findings_load(arg, f);
}

static void
read_last_finding(uint64_t id, void *arg)
{
	findings_load_last(arg, id);
}

static int
load_given(struct supervisor *s, const struct options_account *given, size_t n,
    enum role role, char why[SUPERVISOR_WHY])
{
	for (size_t i = 0; i < n; i++) {
		char hash[ACCOUNT_HASH];
		struct account row = {
			.name = given[i].name,
			.hash = hash,
			.role = role,
			.enabled = true,
			.created = clock_wall_us() / 1000000,
		};
		int err = password_hash(hash, &given[i].password);

		if (err == 0)
			err = book_load(s->book, &row, NULL);
		if (err == 0)
			continue;
		(void)snprintf(why, SUPERVISOR_WHY, "-%c %s: %s",
		    role == ROLE_ADMIN ? 'a' : 'u', given[i].name,
		    err == -EEXIST ? "there is already such an account"
				   : strerror(-err));
		return -1;
	}
	return 0;
}

int
supervisor_load(
    struct supervisor *s, const struct options *o, char why[SUPERVISOR_WHY])
{
	struct store_reader reader = {
		.account = read_account,
		.setting = read_setting,
		.finding = read_finding,
		.last_finding = read_last_finding,
		.arg = s,
	};
	const char *url = settings_text(s->settings, SETTING_store);
	char text[STORE_WHY];

	/* How many are to be kept is not known before all is read. */
	findings_keep(s->findings, setting_rows[SETTING_findings_keep].most);
	ends_second(s); /* what is written down may be of today */
	s->store = store_open(url, text);
	if (s->store == NULL || store_load(s->store, &reader, text) != 0) {
		(void)snprintf(why, SUPERVISOR_WHY, "%s", text);
		return -1;
	}
	if (findings_open(s, why) != 0)
		return -1;
	if (load_given(s, o->users, o->nusers, ROLE_REGULAR, why) != 0)
		return -1;
	return load_given(s, o->admins, o->nadmins, ROLE_ADMIN, why);
}

static int
start_threads(struct supervisor *s)
{
	struct mailbox *boxes[WORKERS_MOST];
	int err;

	process_give_back();
	for (size_t i = 0; i < s->nworkers; i++)
		boxes[i] = worker_mailbox(s->workers[i]);
	if ((err = store_thread_new(&s->store_thread, s->store, s->box)) != 0)
		return err;
	err = login_thread_start(s->login_thread, boxes, s->nworkers);
	for (size_t i = 0; i < s->nworkers && err == 0; i++)
		if ((err = worker_start(s->workers[i])) == 0)
			s->running++;
	return err;
}

int
supervisor_start(struct supervisor *s, char why[SUPERVISOR_WHY])
{
	struct rules *none;
	int err;

	apply_log_settings(s);
	s->shared.origins =
	    origins_new(settings_number(s->settings, SETTING_max_connections));
	err = s->shared.origins == NULL ? -ENOMEM : 0;
	if (err == 0 && (err = guard_refresh(s, &none)) == 0) {
		publish_fill(s, s->policy);
		guard_say(s);
		publish_warn_way(s);
		err = start_threads(s);
	}
	if (err == 0 && event_add(s->second_event, &one_second) != 0)
		err = -ENOMEM;
	if (err != 0)
		(void)snprintf(why, SUPERVISOR_WHY, "cannot start threads: %s",
		    strerror(-err));
	return err;
}
