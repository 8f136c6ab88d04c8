#include "daemon/admin_server.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/sctp.h"
#include "core/suspects.h"
#include "daemon/admin_parts.h"

const struct admin_limits admin_limits_default = {
	.login_ms = 10 * 1000,
	.request_ms = 30 * 1000,
	.unread_ms = 30 * 1000,
	.linger_ms = 2 * 1000,
	.sweep_ms = 500,
	.sessions = 64,
	.logins = 64,
};

struct admin_server {
	struct event_base *base;
	struct watch *watch; /* of all sessions */
	struct supervisor *sup;
	struct admin_limits limits;
	struct event *sweep;
	struct admin_sessions sessions, logins; /* logged in, and not yet */
	size_t nsessions, nlogins;
	TAILQ_HEAD(, admin_check) checks; /* not yet back */
	struct admin_gates gates;
	struct suspects suspects;
	struct admin_hub hub;
};

/* ---- connections */

static void
discard(struct admin_server *server, struct admin_session *s, const char *why)
{
	if (s->logged_in) {
		TAILQ_REMOVE(&server->sessions, s, link);
		server->nsessions--;
		log_info("admin", "administrator disconnected",
		    "who=\"%s\" why=\"%s\"", s->call.actor.text, why);
	} else {
		TAILQ_REMOVE(&server->logins, s, link);
		server->nlogins--;
	}
	admin_session_end(s);
	end_close(&s->end);
	free(s);
}

void
admin_server_resume(struct admin_server *server, struct admin_session *s)
{
	if (!admin_session_run(s))
		discard(server, s, "ended");
}

static void
on_ready(struct end *end)
{
	struct admin_session *s =
	    (void *)((char *)end - offsetof(struct admin_session, end));

	/* A dead SCTP socket is never reported writable: let send() tell. */
	if (end->can & END_HUP)
		end->can |= END_WRITE;
	admin_server_resume(s->server, s);
}

/* Idle longest; in the middle of something only if all are. */
static struct admin_session *
longest_idle(struct admin_server *server, const struct admin_session *except)
{
	struct admin_session *s, *best = NULL;

	TAILQ_FOREACH (s, &server->sessions, link) {
		if (s == except)
			continue;
		if (best == NULL ||
		    admin_session_idle(s) > admin_session_idle(best) ||
		    (admin_session_idle(s) == admin_session_idle(best) &&
			s->active_ms < best->active_ms))
			best = s;
	}
	return best;
}

static bool
is_from_there(const struct admin_session *a, const struct admin_session *b)
{
	struct addr one = addr_source(&a->peer), other = addr_source(&b->peer);

	if (a->transport == ENDPOINT_UNIX || b->transport == ENDPOINT_UNIX)
		return a->transport == b->transport && a->uid == b->uid;
	return addr_same_ip(&one, &other);
}

/* The oldest of the source that has most, so that whoever floods us drives out
 * its own and nobody else's. */
static struct admin_session *
least_welcome(struct admin_server *server)
{
	struct admin_session *s, *other, *worst = NULL;
	size_t count, most = 0;

	TAILQ_FOREACH (s, &server->logins, link) {
		count = 0;
		TAILQ_FOREACH (other, &server->logins, link)
			count += is_from_there(s, other);
		if (count > most) {
			most = count;
			worst = s;
		}
	}
	return worst;
}

void
admin_server_admit(struct admin_server *server, struct admin_session *s)
{
	struct admin_session *victim;

	TAILQ_REMOVE(&server->logins, s, link);
	server->nlogins--;
	TAILQ_INSERT_TAIL(&server->sessions, s, link);
	server->nsessions++;
	s->logged_in = true;
	if (server->nsessions <= server->limits.sessions)
		return;
	victim = longest_idle(server, s);
	if (victim != NULL)
		discard(server, victim, "too many sessions, longest idle");
}

void
admin_server_await(struct admin_server *server, struct admin_check *check)
{
	TAILQ_INSERT_TAIL(&server->checks, check, link);
}

struct suspects *
admin_server_suspects(struct admin_server *server)
{
	return &server->suspects;
}

struct admin_hub *
admin_server_hub(struct admin_server *server)
{
	return &server->hub;
}

void
admin_server_each(struct admin_server *server,
    void (*call)(struct admin_session *, void *), void *arg)
{
	struct admin_session *s, *next;

	for (s = TAILQ_FIRST(&server->sessions); s != NULL; s = next) {
		next = TAILQ_NEXT(s, link);
		call(s, arg);
	}
}

/* ---- limits */

static void
sweep_list(struct admin_server *server, struct admin_sessions *list)
{
	uint64_t now = clock_ms();
	struct admin_session *s, *next;

	for (s = TAILQ_FIRST(list); s != NULL; s = next) {
		next = TAILQ_NEXT(s, link);
		if (admin_session_late(s, &server->limits, now))
			discard(server, s, "time limit");
	}
}

static void
on_sweep(evutil_socket_t fd, short what, void *arg)
{
	struct admin_server *server = arg;

	(void)fd;
	(void)what;
	sweep_list(server, &server->sessions);
	sweep_list(server, &server->logins);
	if (admin_gates_resume(&server->gates) &&
	    server->nsessions + server->nlogins == 0)
		(void)event_del(server->sweep);
}

static void
start_sweep(struct admin_server *server)
{
	const struct timeval every = {
		.tv_sec = server->limits.sweep_ms / 1000,
		.tv_usec = server->limits.sweep_ms % 1000 * 1000,
	};

	if (!event_pending(server->sweep, EV_TIMEOUT, NULL))
		(void)event_add(server->sweep, &every);
}

/* ---- who comes */

static int
tune(const struct admin_session *s, int fd)
{
	static const int on = 1;

	if (s->transport == ENDPOINT_SCTP)
		return sctp_tune(fd);
	if (s->transport == ENDPOINT_UNIX)
		return 0;
	if (setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) == -1 ||
	    setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on) == -1)
		return -errno;
	return 0;
}

static void
know_peer(struct admin_session *s, int fd)
{
	struct ucred peer;
	socklen_t len = sizeof peer;

	if (s->transport != ENDPOINT_UNIX)
		return;
	s->uid = (unsigned)-1;
	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) == -1)
		return;
	s->uid = peer.uid;
	s->local = peer.uid == 0 || peer.uid == geteuid();
}

/* None is taken for a moment: until the next sweep. */
static void
pause_gates(struct admin_server *server, int err)
{
	admin_gates_pause(&server->gates);
	start_sweep(server);
	log_warn(
	    "admin", "not accepting for a moment", "why=\"%s\"", strerror(err));
}

void
admin_server_welcome(struct admin_server *server, enum endpoint_kind transport,
    int fd, const struct addr *peer)
{
	struct admin_session *s;
	int err;

	if (fd < 0) {
		pause_gates(server, -fd);
		return;
	}
	if ((s = calloc(1, sizeof *s)) == NULL) {
		close(fd);
		pause_gates(server, ENOMEM);
		return;
	}
	admin_session_begin(s, server, server->sup, transport, peer);
	know_peer(s, fd);
	if (tune(s, fd) != 0) { /* gone already */
		close(fd);
		free(s);
		return;
	}
	if ((err = end_watch(&s->end, server->watch, fd, on_ready)) != 0) {
		close(fd);
		free(s);
		pause_gates(server, -err);
		return;
	}
	TAILQ_INSERT_TAIL(&server->logins, s, link);
	server->nlogins++;
	if (server->nlogins > server->limits.logins)
		discard(server, least_welcome(server), "");
	start_sweep(server);
}

int
admin_server_listen(struct admin_server *server, const struct endpoint *where)
{
	return admin_gates_add(&server->gates, server->base, where);
}

bool
admin_server_endpoint(
    const struct admin_server *server, size_t i, struct endpoint *where)
{
	if (i >= server->gates.n)
		return false;
	*where = server->gates.all[i].endpoint;
	return true;
}

void
admin_server_unlisten(struct admin_server *server)
{
	admin_gates_close(&server->gates);
}

/* ---- letters */

void
admin_server_verdict(struct admin_server *server, struct login *login)
{
	struct admin_check *check = login->asker;
	struct admin_session *s = check->session;

	TAILQ_REMOVE(&server->checks, check, link);
	free(check);
	if (s != NULL) {
		admin_login_end(s, login);
		admin_server_resume(server, s);
	}
	login_free(login);
}

void
admin_server_suspect(struct admin_server *server, const struct addr *source)
{
	suspects_add(&server->suspects, source, clock_ms());
}

void
admin_server_evict(struct admin_server *server, uint64_t account)
{
	struct admin_session *s, *next;

	for (s = TAILQ_FIRST(&server->sessions); s != NULL; s = next) {
		next = TAILQ_NEXT(s, link);
		if (s->call.actor.account == account)
			discard(server, s, "account removed or changed");
	}
}

size_t
admin_server_sessions(const struct admin_server *server)
{
	return server->nsessions;
}

/* ---- life */

struct admin_server *
admin_server_new(struct event_base *base, struct supervisor *sup,
    const struct admin_limits *limits)
{
	struct admin_server *server = calloc(1, sizeof *server);
	int err = ENOMEM;

	if (server == NULL)
		return NULL;
	server->base = base;
	server->sup = sup;
	server->limits = *limits;
	server->gates.server = server;
	TAILQ_INIT(&server->sessions);
	TAILQ_INIT(&server->logins);
	TAILQ_INIT(&server->checks);
	server->sweep = event_new(base, -1, EV_PERSIST, on_sweep, server);
	server->watch = watch_new(base);
	if (server->watch == NULL)
		err = errno;
	if (server->sweep != NULL && server->watch != NULL &&
	    admin_hub_init(server, base, sup) == 0)
		return server;
	if (server->sweep != NULL)
		event_free(server->sweep);
	watch_free(server->watch);
	free(server);
	errno = err;
	return NULL;
}

void
admin_server_free(struct admin_server *server)
{
	struct admin_session *s;
	struct admin_check *check;

	if (server == NULL)
		return;
	while ((s = TAILQ_FIRST(&server->sessions)) != NULL)
		discard(server, s, "the daemon ends");
	while ((s = TAILQ_FIRST(&server->logins)) != NULL)
		discard(server, s, "");
	while ((check = TAILQ_FIRST(&server->checks)) != NULL) {
		TAILQ_REMOVE(&server->checks, check, link);
		free(check);
	}
	admin_server_unlisten(server);
	watch_free(server->watch);
	event_free(server->sweep);
	event_free(server->hub.tick);
	free(server);
}
