/* The conversation of a conn: greeting, login, request, dial; net/conn.h. */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "base/coarse.h"
#include "base/log.h"
#include "net/conn.h"

enum {
	DRAIN_ROUNDS = 16,
};

/* What a wish leads to. */
enum next {
	NEXT_WAIT, /* for an event */
	NEXT_GONE, /* the conn is closed, or relays: hands off */
};

void
conn_end_talk(struct conns *all, struct handshake *hs)
{
	switch ((enum handshake_holds)hs->holds) {
	case HOLDS_DIAL:
		dial_cancel(hs->dial);
		break;
	case HOLDS_INVITE:
		conn_uninvite(hs);
		break;
	case HOLDS_UDP:
		conn_dissociate(all, hs->udp);
		break;
	case HOLDS_LOGIN:
		login_abandon(hs->login);
		break;
	case HOLDS_NOTHING:
		break;
	}
	free(hs->bytes);
}

void
conn_tag(const struct conn *c, char tag[CONN_TAG])
{
	(void)snprintf(tag, CONN_TAG, "w%u/s%llu", c->all->index,
	    (unsigned long long)c->id);
}

static void
tell(const struct conn *c, const char *event)
{
	char tag[CONN_TAG], from[ADDR_TEXT];

	if (!log_wanted(LOG_LEVEL_DEBUG))
		return;
	conn_tag(c, tag);
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

/* Octets that wait, as a cursor over a copy: keep() may free them. */
static struct rd
rest(struct conn *c)
{
	struct handshake *hs = &c->u.hs;

	if (hs->have > 0)
		memcpy(c->all->scratch, hs->bytes, hs->have);
	return rd_of(c->all->scratch, hs->have);
}

/*
 * What the session did not take stays, for more to come behind it. False: no
 * memory.
 */
static bool
keep(struct handshake *hs, const struct rd *in)
{
	size_t left = rd_left(in);
	uint8_t *bytes = NULL;

	if (left > 0) {
		if ((bytes = malloc(left)) == NULL)
			return false;
		memcpy(bytes, in->at, left);
	}
	free(hs->bytes);
	hs->bytes = bytes;
	hs->have = (uint16_t)left;
	return true;
}

/* ---- names */

/* Where to. An address needs no text. False: no memory. */
static bool
name_target(struct conn *c)
{
	const struct socks_addr *to = &c->all->words.request.addr;
	size_t user = c->names != NULL ? c->names->user_len : 0;
	struct names *names;

	c->dialled = socks_addr_literal(to);
	c->dialled.port = to->port;
	c->flags |= CONN_NAMED;
	if (to->atyp != SOCKS_NAME)
		return true;
	names = realloc(c->names, sizeof *names + user + to->len);
	if (names == NULL)
		return false;
	if (c->names == NULL) {
		names->live = NULL;
		names->login = 0;
		names->user_len = 0;
	}
	names->target_len = to->len;
	memcpy(names->text + user, to->host, to->len);
	c->names = names;
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
	tell(c, "refused");
	(void)shutdown(c->ends[CLIENT].fd, SHUT_WR); /* or it is gone */
	return NEXT_WAIT;
}

static void
count_reply(struct metrics *m, uint8_t rep)
{
	switch (rep) {
#define REPLY(code, id, counter)             \
	case code:                           \
		metrics_add(&m->counter, 1); \
		break;
#include "proto/socks5.def"
	default:
		break;
	}
}

/* Whoever has heard the reply finds it counted and logged. */
static void
note_reply(struct conn *c, enum session_wish wish)
{
	bool last = wish == WISH_CLOSE || wish == WISH_RELAY;

	if (!c->u.hs.session.asked)
		return;
	if (last || wish == WISH_DATAGRAMS)
		count_reply(c->all->metrics, c->rep);
	if (!last)
		return;
	if (wish == WISH_CLOSE) {
		metrics_add(&c->all->metrics->refused, 1);
		conn_tell(c, NEWS_REFUSED);
	}
	if (c->rep == SOCKS_DENIED && (c->flags & CONN_DENIED))
		metrics_add(&c->all->metrics->denied, 1);
	conn_log_access(c, ACCESS_ANSWER);
}

static enum next
begin_relay(struct conn *c)
{
	const struct names *names = c->names;

	if (names != NULL && names->target_len > 0)
		conn_note_use(c, names->text + names->user_len,
		    names->target_len, &c->dialled);
	else
		conn_note_use(c, NULL, 0, &c->dialled);
	tell(c, "relaying");
	conn_tell(c, NEWS_OPENED);
	conn_relay(c);
	return NEXT_GONE;
}

/* ---- how long the stages took */

static void
note_login(struct conn *c)
{
	struct handshake *hs = &c->u.hs;

	hs->login_us = (uint32_t)clock_us() - hs->checking_us;
	if (c->names != NULL)
		c->names->login = coarse_pack(hs->login_us);
}

static void
note_request(struct conn *c)
{
	const struct handshake *hs = &c->u.hs;

	c->ends[CLIENT].took =
	    coarse_pack(clock_us() - hs->came_us - hs->login_us);
}

/* ---- doing what the session wishes */

static bool
is_request(enum session_wish wish)
{
	return wish == WISH_DIAL || wish == WISH_BIND || wish == WISH_ASSOCIATE;
}

/* Begin what the session wishes, once its answers are on their way. */
static enum next
begin(struct conn *c, enum session_wish wish)
{
	if (is_request(wish))
		note_request(c);
	if (is_request(wish) && conn_is_limited(c))
		return conn_answer(c, EACCES, NULL) ? NEXT_WAIT : NEXT_GONE;
	switch (wish) {
	case WISH_DIAL:
		return conn_dial(c) ? NEXT_WAIT : NEXT_GONE;
	case WISH_BIND:
		return conn_bind(c) ? NEXT_WAIT : NEXT_GONE;
	case WISH_ASSOCIATE:
		return conn_associate(c) ? NEXT_WAIT : NEXT_GONE;
	case WISH_DATAGRAMS:
		tell(c, "associated");
		conn_tell(c, NEWS_OPENED);
		conn_datagrams(c);
		return NEXT_WAIT;
	case WISH_RELAY:
		return begin_relay(c);
	case WISH_CLOSE:
		return refuse(c);
	default:
		return NEXT_WAIT;
	}
}

static enum next
follow(struct conn *c, enum session_wish wish, struct rd *in, struct wr *out)
{
	struct session *s = &c->u.hs.session;
	enum conn_login decision;

	while (wish == WISH_CHECK_USER) {
		c->u.hs.checking_us = (uint32_t)clock_us();
		if ((decision = conn_check_user(c)) == CONN_LOGIN_ASKED)
			break;
		note_login(c);
		wish = session_verdict(
		    s, decision == CONN_LOGIN_RIGHT, in, out, &c->all->words);
	}
	c->rep = s->rep;
	if (!keep(&c->u.hs, in) ||
	    (s->asked && !(c->flags & CONN_NAMED) && !name_target(c))) {
		conn_close(c, ACCESS_ERROR);
		return NEXT_GONE;
	}
	note_reply(c, wish);
	if (!send_answers(c, out)) {
		conn_close(c, ACCESS_CLIENT);
		return NEXT_GONE;
	}
	conn_enter(c, s->state);
	return begin(c, wish);
}

bool
conn_answer(struct conn *c, int err, const struct addr *bound)
{
	uint8_t bytes[SESSION_ANSWERS];
	struct wr out = wr_of(bytes, sizeof bytes);
	struct rd in = rest(c);

	return follow(c, session_answer(&c->u.hs.session, err, bound, &out),
		   &in, &out) == NEXT_WAIT;
}

void
conn_answer_login(struct conn *c, const struct login *login)
{
	uint8_t bytes[SESSION_ANSWERS];
	struct wr out = wr_of(bytes, sizeof bytes);
	struct rd in = rest(c);
	bool right = conn_login_right(c, login);

	note_login(c);
	if (follow(c,
		session_verdict(
		    &c->u.hs.session, right, &in, &out, &c->all->words),
		&in, &out) == NEXT_WAIT)
		conn_talk(c); /* what came while it was waiting */
}

/* ---- events */

/* Read once. False: nothing more to do now, or the conn is gone. */
static bool
read_some(struct conn *c)
{
	struct handshake *hs = &c->u.hs;
	struct end *e = &c->ends[CLIENT];
	struct rd in = rest(c);
	size_t room = sizeof c->all->scratch - hs->have;
	ssize_t n = recv(e->fd, c->all->scratch + hs->have, room, MSG_DONTWAIT);
	uint8_t bytes[SESSION_ANSWERS];
	struct wr out = wr_of(bytes, sizeof bytes);

	if (n <= 0) {
		if (n == -1 && errno == EINTR)
			return true;
		e->can &= (uint8_t)~END_READ;
		if (n == 0 || errno != EAGAIN)
			conn_close(c, ACCESS_CLIENT);
		return false;
	}
	if ((size_t)n < room)
		end_was_short(e);
	metrics_add(&c->all->metrics->received, (uint64_t)n);
	in.end += n;
	return follow(c, session_bytes(&hs->session, &in, &out, &c->all->words),
		   &in, &out) == NEXT_WAIT;
}

/* A client that is refused, or sends datagrams: wait for it to close. */
static void
drain(struct conn *c)
{
	struct end *e = &c->ends[CLIENT];
	ssize_t n;

	for (int i = 0; i < DRAIN_ROUNDS; i++) {
		n = recv(e->fd, c->all->scratch, sizeof c->all->scratch,
		    MSG_DONTWAIT);
		if (n == -1 && errno == EINTR)
			continue;
		if (n > 0) {
			metrics_add(&c->all->metrics->received, (uint64_t)n);
			continue;
		}
		e->can &= (uint8_t)~END_READ;
		if (n == 0 || errno != EAGAIN)
			conn_close(c, ACCESS_CLIENT);
		return;
	}
	/* The others first. One that is refused and goes on sending is cut off
	 * when its time is over. */
	end_again(e);
}

/*
 * Nothing is read while someone else's answer is due, so a reset must be asked
 * for. An end of file is none: the client may have said all it has to say. But
 * a listener goes with its client, and one that waits for a peer to call has no
 * reason to end.
 */
static void
look(struct conn *c)
{
	int err = 0;
	socklen_t len = sizeof err;

	(void)getsockopt(c->ends[CLIENT].fd, SOL_SOCKET, SO_ERROR, &err, &len);
	if (err != 0 ||
	    (c->state == SESSION_AWAITING && (c->ends[CLIENT].can & END_HUP)))
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
	case WAITS_DATAGRAMS: /* nothing it says here means anything */
	case WAITS_FLUSH:
		drain(c);
		break;
	default:
		break;
	}
}
