#include "daemon/bottler_server.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "daemon/admin_do.h"
#include "daemon/bottler_cache.h"

enum {
	BATCH = 64, /* datagrams before others have their turn */
	SWEEP_MS = 1000,
	TOLD_MOST =
	    10, /* wrong tokens that have a line of their own, a second */
};

const struct turnstile_limits bottler_server_limits = {
	.failures = 10,
	.refill_ms = 10 * 1000,
	.queued = 512,
	.per_source = 64,
	.sources = 4096,
};

/* A request whose change is under way. */
struct pending {
	LIST_ENTRY(pending) entry;
	struct bottler_server *server;
	struct bottler_datagram datagram;
	bool answered; /* before it was done */
};

struct bottler_server {
	struct supervisor *supervisor;
	int fd;
	struct addr addr;
	uint8_t token[BOTTLER_TOKEN];
	struct event *readable;
	struct event *timer; /* the turnstile's next, and the cache's sweep */
	struct turnstile *turnstile;
	struct bottler_cache *cache;
	LIST_HEAD(, pending) changes;
	size_t nchanges;

	/* Wrong tokens: their sources may be invented, so the log is bounded.
	 */
	uint64_t second;
	unsigned told; /* in that second */
	uint64_t untold;
};

/* ---- answers */

static void
send_to(struct bottler_server *s, const struct addr *to, const struct wr *out)
{
	struct sockaddr_storage ss;
	socklen_t len = addr_sockaddr(to, &ss);

	/* One that is lost is asked for again. */
	if (!out->failed)
		(void)sendto(s->fd, out->start, wr_len(out), MSG_DONTWAIT,
		    (struct sockaddr *)&ss, len);
}

static void
answer(
    struct bottler_server *s, const struct addr *to, enum admin_status status)
{
	uint8_t bytes[BOTTLER_REFUSAL];
	struct wr out = wr_of(bytes, sizeof bytes);

	wr_uint(&out, 1, BOTTLER_VERSION);
	wr_uint(&out, 1, admin_bottler_status(status));
	send_to(s, to, &out);
}

/* ---- changes under way */

static void
forget(struct pending *p)
{
	LIST_REMOVE(p, entry);
	p->server->nchanges--;
	explicit_bzero(p, sizeof *p);
	free(p);
}

static void
on_done(struct change *change, void *arg)
{
	struct pending *p = arg;
	enum admin_status status = admin_do_status(change);

	if (!p->answered) {
		bottler_cache_done(
		    p->server->cache, &p->datagram, status, clock_ms());
		answer(p->server, &p->datagram.from, status);
	}
	forget(p);
}

static struct pending *
remember(struct bottler_server *s, const struct bottler_datagram *d)
{
	struct pending *p;

	if (s->nchanges == BOTTLER_CHANGES ||
	    (p = calloc(1, sizeof *p)) == NULL)
		return NULL;
	p->server = s;
	p->datagram = *d;
	LIST_INSERT_HEAD(&s->changes, p, entry);
	s->nchanges++;
	return p;
}

/* ---- requests */

struct asking {
	struct admin_call call; /* first: rows come back through it */
	struct bottler_list list;
	union admin_request request;
	union admin_answer answer;
};

static bool
take_row(struct admin_call *call, const void *record)
{
	struct asking *a = (struct asking *)call;

	return bottler_list_row(&a->list, record);
}

static void
prepare(struct bottler_server *s, struct asking *a, const struct addr *from)
{
	bool readonly = settings_number(
	    supervisor_settings(s->supervisor), SETTING_bottler_readonly);
	char text[ADDR_TEXT];

	(void)addr_print(from, text);
	(void)snprintf(
	    a->call.actor.text, sizeof a->call.actor.text, "bottler:%s", text);
	a->call.sup = s->supervisor;
	a->call.role = readonly ? ROLE_OBSERVER : ROLE_ADMIN;
	a->call.row = take_row;
	a->call.done = on_done;
}

static void
look(struct bottler_server *s, const struct bottler_datagram *d,
    struct asking *a, enum admin_id id)
{
	uint8_t bytes[BOTTLER_ANSWER_MOST];
	struct wr out = wr_of(bytes, sizeof bytes);
	enum admin_status status;

	if (admin_commands[id].many)
		bottler_list_begin(&a->list, &out, id);
	status = admin_do(&a->call, id, &a->request, &a->answer);
	if (status != ADMIN_OK)
		answer(s, &d->from, status);
	else if (!admin_commands[id].many)
		bottler_answer_write(&out, id, status, &a->answer);
	if (status == ADMIN_OK)
		send_to(s, &d->from, &out);
}

static enum admin_status
begin_change(struct bottler_server *s, const struct bottler_datagram *d,
    struct asking *a, enum admin_id id)
{
	struct pending *p = remember(s, d);
	enum admin_status status;

	if (p == NULL) {
		bottler_cache_drop(s->cache, d);
		return ADMIN_REFUSED;
	}
	p->answered = admin_bottler_when(id) == BOTTLER_BEFORE;
	a->call.arg = p;
	status = admin_do(&a->call, id, &a->request, &a->answer);
	if (status != ADMIN_LATER) {
		forget(p);
		return status;
	}
	return p->answered ? ADMIN_OK : ADMIN_LATER;
}

static void
change(struct bottler_server *s, const struct bottler_datagram *d,
    struct asking *a, enum admin_id id)
{
	enum admin_status status;

	if (a->call.role != ROLE_ADMIN) {
		log_warn("bottler", "change refused",
		    "by=%s command=%s: bottler-readonly", a->call.actor.text,
		    admin_commands[id].name);
		answer(s, &d->from, ADMIN_DENIED);
		return;
	}
	switch (bottler_cache_ask(
	    s->cache, d, id, &a->request, clock_ms(), &status)) {
	case BOTTLER_PENDING:
		return;
	case BOTTLER_NEW:
		status = begin_change(s, d, a, id);
		if (status == ADMIN_LATER)
			return;
		bottler_cache_done(s->cache, d, status, clock_ms());
		break;
	case BOTTLER_DONE:
		break;
	}
	answer(s, &d->from, status);
}

static void
serve(struct bottler_server *s, const struct bottler_datagram *d,
    struct rd *parameters, uint8_t cmd)
{
	struct asking a = { 0 };
	enum admin_id id;
	enum admin_status status =
	    bottler_parameters_parse(parameters, cmd, &id, &a.request);

	prepare(s, &a, &d->from);
	if (status != ADMIN_OK)
		answer(s, &d->from, status);
	else if (admin_commands[id].need == ADMIN_LOOK)
		look(s, d, &a, id);
	else
		change(s, d, &a, id);
	explicit_bzero(&a.request, sizeof a.request);
}

/* A second is over: in one line what had none of its own. */
static void
tell_rest(struct bottler_server *s, uint64_t now)
{
	if (now / 1000 == s->second)
		return;
	if (s->untold > 0)
		log_warn("bottler", "more wrong tokens", "count=%llu",
		    (unsigned long long)s->untold);
	s->second = now / 1000;
	s->told = 0;
	s->untold = 0;
}

static void
tell_wrong_token(struct bottler_server *s, const struct addr *from)
{
	char text[ADDR_TEXT];

	tell_rest(s, clock_ms());
	if (s->told == TOLD_MOST) {
		s->untold++;
		return;
	}
	s->told++;
	(void)addr_print(from, text);
	log_warn("bottler", "wrong token", "from=%s", text);
}

/* False: the token was wrong. */
static bool
take(struct bottler_server *s, const struct bottler_datagram *d)
{
	struct rd in = rd_of(d->bytes, d->len);
	struct bottler_head head;

	switch (bottler_head_parse(&in, &head)) {
	case PARSE_MORE:
		return true;
	case PARSE_BAD:
		answer(s, &d->from, ADMIN_VERSION);
		return true;
	case PARSE_DONE:
		break;
	}
	if (bottler_token_same(head.token, s->token)) {
		serve(s, d, &in, head.cmd);
		return true;
	}
	tell_wrong_token(s, &d->from);
	answer(s, &d->from, ADMIN_TOKEN);
	return false;
}

/* ---- the turnstile: a letter to the login thread stands for a datagram */

static void
discard(struct login *login)
{
	struct bottler_datagram *d = login->asker;

	explicit_bzero(d, sizeof *d);
	free(d);
	login_free(login);
}

static void
set_timer(struct bottler_server *s, uint64_t now)
{
	int64_t ms = turnstile_wait_ms(s->turnstile, now);
	bool sweeps = bottler_cache_sweep(s->cache, now) > 0 || s->untold > 0;
	struct timeval tv;

	if (sweeps && (ms < 0 || ms > SWEEP_MS))
		ms = SWEEP_MS;
	if (ms < 0)
		return;
	tv = (struct timeval){ (time_t)(ms / 1000),
		(suseconds_t)(ms % 1000 * 1000) };
	(void)event_add(s->timer, &tv);
}

static void
serve_waiting(struct bottler_server *s)
{
	uint64_t now = clock_ms();
	struct login *login;

	tell_rest(s, now);
	while ((login = turnstile_next(s->turnstile, now)) != NULL) {
		if (!take(s, login->asker))
			turnstile_failed(s->turnstile, &login->source, now);
		discard(login);
	}
	set_timer(s, now);
}

static void
on_timer(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	serve_waiting(arg);
}

static void
enqueue(struct bottler_server *s, const struct bottler_datagram *d)
{
	static const struct secret none;
	struct bottler_datagram *own = malloc(sizeof *own);
	struct login *login =
	    own == NULL ? NULL : login_new(own, 0, &d->from, NULL, &none);
	struct login *out;

	if (login == NULL) {
		free(own);
		return;
	}
	*own = *d;
	out = turnstile_enter(s->turnstile, login, clock_ms());
	if (out != NULL)
		discard(out);
}

/* False: there is none. One that is too long is cut, and still is. */
static bool
receive(struct bottler_server *s, struct bottler_datagram *d)
{
	struct sockaddr_storage ss = { 0 };
	socklen_t len = sizeof ss;
	ssize_t n = recvfrom(s->fd, d->bytes, sizeof d->bytes, MSG_DONTWAIT,
	    (struct sockaddr *)&ss, &len);

	d->len = n > 0 ? (size_t)n : 0;
	d->from = addr_of((struct sockaddr *)&ss);
	return n >= 0 || (errno != EAGAIN && errno != EWOULDBLOCK);
}

static void
on_readable(evutil_socket_t fd, short what, void *arg)
{
	struct bottler_server *s = arg;
	struct bottler_datagram d;

	(void)fd;
	(void)what;
	for (unsigned i = 0; i < BATCH && receive(s, &d); i++)
		if (d.len >= BOTTLER_HEAD)
			enqueue(s, &d);
	explicit_bzero(&d, sizeof d);
	serve_waiting(s);
}

/* ---- life */

static int
open_socket(const struct addr *a)
{
	static const int on = 1;
	struct sockaddr_storage ss;
	socklen_t len = addr_sockaddr(a, &ss);
	int fd, err;

	fd = socket(ss.ss_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd == -1)
		return -errno;
	if ((a->family == ADDR_V6 && setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY,
					 &on, sizeof on) == -1) ||
	    bind(fd, (struct sockaddr *)&ss, len) == -1) {
		err = errno;
		close(fd);
		return -err;
	}
	return fd;
}

static int
set_up(struct bottler_server *s, struct event_base *base,
    const struct turnstile_limits *limits)
{
	struct sockaddr_storage ss = { 0 };
	socklen_t len = sizeof ss;

	if (getsockname(s->fd, (struct sockaddr *)&ss, &len) == -1)
		return -errno;
	s->addr = addr_of((struct sockaddr *)&ss);
	s->readable =
	    event_new(base, s->fd, EV_READ | EV_PERSIST, on_readable, s);
	s->timer = evtimer_new(base, on_timer, s);
	s->turnstile = turnstile_new(limits);
	s->cache = bottler_cache_new();
	if (s->readable == NULL || s->timer == NULL || s->turnstile == NULL ||
	    s->cache == NULL || event_add(s->readable, NULL) != 0)
		return -ENOMEM;
	return 0;
}

int
bottler_server_new(struct bottler_server **out, struct event_base *base,
    struct supervisor *supervisor, const struct addr *a,
    const uint8_t token[BOTTLER_TOKEN], const struct turnstile_limits *limits)
{
	struct bottler_server *s = calloc(1, sizeof *s);
	int err;

	if (s == NULL)
		return -ENOMEM;
	s->supervisor = supervisor;
	memcpy(s->token, token, sizeof s->token);
	LIST_INIT(&s->changes);
	s->fd = err = open_socket(a);
	if (err >= 0)
		err = set_up(s, base, limits);
	if (err == 0)
		*out = s;
	else
		bottler_server_free(s);
	return err;
}

struct addr
bottler_server_addr(const struct bottler_server *s)
{
	return s->addr;
}

void
bottler_server_free(struct bottler_server *s)
{
	struct pending *p;
	struct login *login;

	if (s == NULL)
		return;
	while ((p = LIST_FIRST(&s->changes)) != NULL) {
		supervisor_forget(s->supervisor, p);
		forget(p);
	}
	while (s->turnstile != NULL &&
	       (login = turnstile_leave(s->turnstile)) != NULL)
		discard(login);
	turnstile_free(s->turnstile);
	bottler_cache_free(s->cache);
	if (s->readable != NULL)
		event_free(s->readable);
	if (s->timer != NULL)
		event_free(s->timer);
	if (s->fd >= 0)
		close(s->fd);
	explicit_bzero(s, sizeof *s);
	free(s);
}
