/* The conversation of a conn: greeting, login, request, dial; net/conn.h. */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "base/log.h"
#include "net/conn.h"

enum {
	SPARE_HANDSHAKES = 64,
	DRAIN_ROUNDS = 16,
};

/* What a wish leads to. */
enum next {
	NEXT_WAIT, /* for an event */
	NEXT_GONE, /* the conn is closed, or relays: hands off */
};

static enum next dial(struct conn *);

void
conn_end_talk(struct conns *all, struct handshake *hs)
{
	if (hs->dial != NULL)
		dial_cancel(hs->dial);
	if (hs->login != NULL)
		login_abandon(hs->login);
	secret_wipe(&hs->session.login.password);
	if (all->nspare >= SPARE_HANDSHAKES) {
		free(hs);
		return;
	}
	hs->next = all->spare;
	all->spare = hs;
	all->nspare++;
}

static void
tell(const struct conn *c, const char *event)
{
	char tag[48], from[ADDR_TEXT];

	if (!log_wanted(LOG_LEVEL_DEBUG))
		return;
	(void)snprintf(tag, sizeof tag, "w%u/s%llu", c->all->index,
	    (unsigned long long)(c->id >> 8));
	(void)addr_print(&c->client, from);
	log_line(LOG_LEVEL_DEBUG, tag, event, "client=%s state=%s rep=%u", from,
	    session_states[c->state].name, c->rep);
}

/* ---- answers */

/* False: the client does not even take a few octets. */
static bool
send_answers(struct conn *c, const struct wr *out)
{
	ssize_t len = (ssize_t)wr_len(out);

	if (len == 0)
		return true;
	if (send(c->ends[CLIENT].fd, out->start, (size_t)len,
		MSG_DONTWAIT | MSG_NOSIGNAL) != len)
		return false;
	metrics_add(&c->all->metrics->sent, (uint64_t)len);
	return true;
}

/* What the session did not take stays, for more to come behind it. */
static void
keep(struct handshake *hs, const struct rd *in)
{
	hs->have = rd_left(in);
	if (hs->have > 0 && in->at != hs->bytes)
		memmove(hs->bytes, in->at, hs->have);
}

/* ---- names */

/*
 * What the log and the lists will show; the session is gone by then. False: no
 * memory.
 */
static bool
keep_names(struct conn *c)
{
	const struct handshake *hs = c->u.hs;
	const struct socks_addr *to = &hs->session.request.addr;
	size_t user = hs->live != NULL ? hs->session.login.name_len : 0;
	size_t target = to->atyp == SOCKS_NAME ? to->len : 0;

	c->flags |= CONN_NAMED;
	c->dialled = socks_addr_literal(to);
	c->dialled.port = to->port;
	if (user + target == 0)
		return true;
	c->names = malloc(sizeof *c->names + user + target);
	if (c->names == NULL)
		return false;
	c->names->live = hs->live;
	c->names->user_len = (uint8_t)user;
	c->names->target_len = (uint8_t)target;
	memcpy(c->names->text, hs->session.login.name, user);
	memcpy(c->names->text + user, to->host, target);
	return true;
}

/* ---- the end of the conversation */

/*
 * Let the last answer arrive: an orderly end of our side, and whatever the
 * client still sends is read, as a reset would overtake the answer.
 */
static enum next
refuse(struct conn *c)
{
	struct handshake *hs = c->u.hs;

	if (hs->session.asked) {
		metrics_add(&c->all->metrics->refused, 1);
		conn_log_access(c, ACCESS_ANSWER);
	}
	tell(c, "refused");
	(void)shutdown(c->ends[CLIENT].fd, SHUT_WR); /* or it is gone */
	return NEXT_WAIT;
}

static void
note_use(struct conn *c)
{
	const struct names *names = c->names;
	char ip[ADDR_TEXT];

	if (names == NULL || names->live == NULL)
		return;
	if (names->target_len > 0)
		uses_add(&c->all->uses, names->live->id,
		    clock_wall_us() / 1000000, names->text + names->user_len,
		    names->target_len, c->dialled.port);
	else
		uses_add(&c->all->uses, names->live->id,
		    clock_wall_us() / 1000000, ip, addr_ip(&c->dialled, ip),
		    c->dialled.port);
}

static enum next
begin_relay(struct conn *c)
{
	struct handshake *hs = c->u.hs;
	struct conns *all = c->all;

	conn_log_access(c, ACCESS_ANSWER);
	note_use(c);
	tell(c, "relaying");
	/* From here on the relay is where the handshake was. */
	conn_relay(c, hs->bytes, hs->have);
	conn_end_talk(all, hs);
	return NEXT_GONE;
}

/* ---- logins */

static void
logged_in(struct conn *c, const struct account *a)
{
	c->u.hs->live = a->live;
	if (account_enter(a->live))
		atomic_fetch_add(&c->all->shared->users, 1);
	atomic_fetch_add_explicit(&a->live->opened, 1, memory_order_relaxed);
	atomic_store_explicit(
	    &a->live->last, clock_wall_us() / 1000000, memory_order_relaxed);
}

static void
count_login(struct conn *c, bool right)
{
	metrics_add(
	    right ? &c->all->metrics->auth_ok : &c->all->metrics->auth_failed,
	    1);
}

/* Ask the login thread. False: its box is full, or there is no memory. */
static bool
ask(struct conn *c, const struct account *a)
{
	struct handshake *hs = c->u.hs;

	hs->login = login_new(
	    c, c->all->index, &c->client, a, &hs->session.login.password);
	if (hs->login == NULL)
		return false;
	if (mail_post(c->all->login, MAIL_CHECK, c->all->index, hs->login) !=
	    0) {
		login_free(hs->login);
		hs->login = NULL;
		return false;
	}
	c->flags |= CONN_ASKED;
	return true;
}

enum decision {
	RIGHT,
	WRONG,
	ASKED,
};

static enum decision
check_user(struct conn *c)
{
	const struct socks_login *login = &c->u.hs->session.login;
	const struct policy *policy = c->all->policy;
	const struct account *a;

	/* Without accounts, and none asked for, any name will do. */
	if (!policy->limits.auth_required &&
	    accounts_count(policy->accounts) == 0)
		return RIGHT;
	a = accounts_find(policy->accounts, login->name, login->name_len);
	if (a != NULL && !a->enabled)
		a = NULL;
	if (a != NULL &&
	    !suspects_has(&c->all->suspects, &c->client, clock_ms()) &&
	    accounts_fast_check(a, &login->password)) {
		logged_in(c, a);
		return RIGHT;
	}
	return ask(c, a) ? ASKED : WRONG;
}

/* ---- doing what the session wishes */

static enum next
follow(struct conn *c, enum session_wish wish, struct rd *in, struct wr *out)
{
	struct session *s = &c->u.hs->session;
	enum decision decision = ASKED;

	while (wish == WISH_CHECK_USER && (decision = check_user(c)) != ASKED) {
		count_login(c, decision == RIGHT);
		wish = session_verdict(s, decision == RIGHT, in, out);
	}
	keep(c->u.hs, in);
	c->rep = s->rep;
	if (!send_answers(c, out)) {
		conn_close(c, ACCESS_CLIENT);
		return NEXT_GONE;
	}
	if (s->asked && !(c->flags & CONN_NAMED) && !keep_names(c)) {
		conn_close(c, ACCESS_ERROR);
		return NEXT_GONE;
	}
	conn_enter(c, s->state);
	switch (wish) {
	case WISH_DIAL:
		return dial(c);
	case WISH_RELAY:
		return begin_relay(c);
	case WISH_CLOSE:
		return refuse(c);
	default:
		return NEXT_WAIT;
	}
}

/* ---- dialling */

/* err: a positive errno, or 0. */
static enum next
dialled(struct conn *c, int err, const struct addr *where)
{
	struct handshake *hs = c->u.hs;
	uint8_t bytes[SESSION_ANSWERS];
	struct wr out = wr_of(bytes, sizeof bytes);
	struct rd in = rd_of(hs->bytes, hs->have);
	struct sockaddr_storage sa = { 0 };
	socklen_t len = sizeof sa;
	uint16_t port = c->dialled.port;
	struct addr bound = { 0 };

	hs->dial = NULL;
	if (where != NULL && where->family != ADDR_NONE) {
		c->dialled = *where;
		c->dialled.port = port;
	}
	if (err == 0) {
		/* It fails only if the socket is dead: then reading tells. */
		(void)getsockname(
		    c->ends[TARGET].fd, (struct sockaddr *)&sa, &len);
		bound = addr_of((struct sockaddr *)&sa);
	}
	return follow(
	    c, session_dialed(&hs->session, err, &bound, &out), &in, &out);
}

static void
on_dialled(int err, const struct addr *where, void *arg)
{
	(void)dialled(arg, -err, where);
}

static void
on_dialling(struct end *e)
{
	struct conn *c =
	    (struct conn *)((char *)e - offsetof(struct conn, ends) -
			    TARGET * sizeof *e);

	dial_ready(c->u.hs->dial);
}

static enum next
dial(struct conn *c)
{
	const struct socks_addr *to = &c->u.hs->session.request.addr;
	struct dial_how how = {
		.base = c->all->base,
		.resolver = c->all->resolver,
		.end = &c->ends[TARGET],
		.ready = on_dialling,
		.done = on_dialled,
		.arg = c,
	};

	c->u.hs->dial =
	    to->atyp == SOCKS_NAME
		? dial_name(&how, (const char *)to->host, to->len, to->port)
		: dial_addr(&how, &c->dialled);
	return c->u.hs->dial != NULL ? NEXT_WAIT : dialled(c, ENOMEM, NULL);
}

void
conn_dial_expired(struct conn *c)
{
	struct addr about = { 0 };
	int err = dial_expire(c->u.hs->dial, &about);

	metrics_add(&c->all->metrics->timed_out, 1);
	(void)dialled(c, -err, &about);
}

void
conn_answer_login(struct conn *c, const struct login *login)
{
	struct handshake *hs = c->u.hs;
	const struct socks_login *asked = &hs->session.login;
	uint8_t bytes[SESSION_ANSWERS];
	struct wr out = wr_of(bytes, sizeof bytes);
	struct rd in = rd_of(hs->bytes, hs->have);
	const struct account *a;
	bool right;

	hs->login = NULL;
	/* The account may have changed meanwhile: only this hash was right. */
	a = accounts_find(
	    c->all->policy->accounts, asked->name, asked->name_len);
	right = login->result == LOGIN_RIGHT && a != NULL && a->enabled &&
		strcmp(a->hash, login->hash) == 0;
	if (right) {
		accounts_fast_learn(a, &asked->password);
		logged_in(c, a);
	}
	count_login(c, right);
	if (follow(c, session_verdict(&hs->session, right, &in, &out), &in,
		&out) == NEXT_WAIT)
		conn_talk(c); /* what came while it was waiting */
}

/* ---- events */

/* Read once. False: nothing more to do now, or the conn is gone. */
static bool
read_some(struct conn *c)
{
	struct handshake *hs = c->u.hs;
	struct end *e = &c->ends[CLIENT];
	size_t room = sizeof hs->bytes - hs->have;
	ssize_t n = recv(e->fd, hs->bytes + hs->have, room, MSG_DONTWAIT);
	uint8_t bytes[SESSION_ANSWERS];
	struct wr out = wr_of(bytes, sizeof bytes);
	struct rd in;

	if (n <= 0) {
		if (n == -1 && errno == EINTR)
			return true;
		e->can &= (uint8_t)~END_READ;
		if (n == 0 || errno != EAGAIN)
			conn_close(c, ACCESS_CLIENT);
		return false;
	}
	if ((size_t)n < room && !(e->can & END_HUP))
		e->can &= (uint8_t)~END_READ;
	metrics_add(&c->all->metrics->received, (uint64_t)n);
	hs->have += (size_t)n;
	in = rd_of(hs->bytes, hs->have);
	return follow(c, session_bytes(&hs->session, &in, &out), &in, &out) ==
	       NEXT_WAIT;
}

/* A refused client: wait for it to close. */
static void
drain(struct conn *c)
{
	struct end *e = &c->ends[CLIENT];
	struct handshake *hs = c->u.hs;
	ssize_t n;

	for (int i = 0; i < DRAIN_ROUNDS; i++) {
		n = recv(e->fd, hs->bytes, sizeof hs->bytes, MSG_DONTWAIT);
		if (n > 0) {
			metrics_add(&c->all->metrics->received, (uint64_t)n);
			continue;
		}
		e->can &= (uint8_t)~END_READ;
		if (n == 0 || (errno != EAGAIN && errno != EINTR))
			conn_close(c, ACCESS_CLIENT);
		return;
	}
	/* One that goes on sending is cut off when its time is over. */
}

/*
 * Nothing is read while someone else's answer is due, so a reset must be asked
 * for. An end of file is none: the client may have said all it has to say.
 */
static void
look(struct conn *c)
{
	int err = 0;
	socklen_t len = sizeof err;

	(void)getsockopt(c->ends[CLIENT].fd, SOL_SOCKET, SO_ERROR, &err, &len);
	if (err != 0)
		conn_close(c, ACCESS_CLIENT);
}

void
conn_talk(struct conn *c)
{
	struct end *e = &c->ends[CLIENT];

	while (session_states[c->state].waits == WAITS_BYTES &&
	       (e->can & END_READ))
		if (!read_some(c))
			return;
	if (!(e->can & END_READ))
		return;
	switch (session_states[c->state].waits) {
	case WAITS_ANSWER:
		look(c);
		break;
	case WAITS_FLUSH:
		drain(c);
		break;
	default:
		break;
	}
}
