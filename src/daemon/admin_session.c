#include "daemon/admin_session.h"

#include <assert.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "base/sctp.h"
#include "daemon/admin_parts.h"

enum {
	ROUNDS = 16,      /* of reading and answering, then others' turn */
	DISCARDED = 4096, /* octets thrown away at once */
};

#define TO(state) (1u << ADMIN_SESSION_##state)

const struct admin_session_row admin_session_states[ADMIN_SESSION_NSTATES] = {
#define STATE(id, waits_, limit_, next_)       \
	[ADMIN_SESSION_##id] = { .name = #id,  \
		.waits = ADMIN_WAITS_##waits_, \
		.limit = ADMIN_LIMIT_##limit_, \
		.next = next_ },
#include "daemon/admin_session.def"
};

static const struct admin_session_row *
row(const struct admin_session *s)
{
	return &admin_session_states[s->state];
}

void
admin_session_enter(struct admin_session *s, enum admin_session_state next)
{
	assert((row(s)->next & 1u << next) != 0);
	s->state = next;
	s->since_ms = clock_ms();
}

void
admin_session_begin(struct admin_session *s, struct admin_server *server,
    struct supervisor *sup, enum endpoint_kind transport,
    const struct addr *peer)
{
	s->server = server;
	s->transport = transport;
	s->peer = *peer;
	s->state = ADMIN_SESSION_LOGIN;
	s->since_ms = s->active_ms = clock_ms();
	end_init(&s->end, 0);
	s->call.sup = sup;
	s->call.row = admin_answer_row;
	s->call.done = admin_answer_change;
	s->call.listed = admin_answer_list;
	s->call.subscribe = admin_events_subscribe;
	s->call.arg = s;
}

void
admin_session_end(struct admin_session *s)
{
	if (s->state == ADMIN_SESSION_CHANGING)
		supervisor_forget(s->call.sup, s);
	if (s->check != NULL) {
		s->check->session = NULL;
		login_abandon(s->check->login);
	}
	admin_events_end(s);
	explicit_bzero(&s->login, sizeof s->login);
	explicit_bzero(&s->request, sizeof s->request);
	explicit_bzero(s->in, sizeof s->in);
}

/* ---- input */

static ssize_t
receive(struct admin_session *s, void *buffer, size_t size)
{
	ssize_t n;

	do
		n = recv(s->end.fd, buffer, size, 0);
	while (n == -1 && errno == EINTR);
	if (n == 0)
		s->eof = true;
	if (n == 0 || (n == -1 && errno == EAGAIN))
		s->end.can &= (uint8_t)~END_READ;
	if (n == -1 && errno != EAGAIN)
		return -1;
	return n > 0 ? n : 0;
}

static bool
readable(const struct admin_session *s)
{
	return (s->end.can & END_READ) && !s->eof;
}

/* Whatever a refused client still sends must be read, or closing would reset
 * the connection and take the refusal away from it. */
static bool
discard(struct admin_session *s)
{
	uint8_t rubbish[DISCARDED];

	s->in_at = s->in_len = 0;
	for (unsigned i = 0; i < ROUNDS && readable(s); i++)
		if (receive(s, rubbish, sizeof rubbish) == -1)
			return false;
	return true;
}

static bool
fill(struct admin_session *s)
{
	ssize_t n;

	if (row(s)->waits == ADMIN_WAITS_NOTHING)
		return discard(s);
	if (!readable(s) || s->out_len > 0)
		return true;
	if (s->in_at > 0) {
		memmove(s->in, s->in + s->in_at, s->in_len - s->in_at);
		s->in_len -= s->in_at;
		s->in_at = 0;
	}
	if (s->in_len == sizeof s->in)
		return true;
	n = receive(s, s->in + s->in_len, sizeof s->in - s->in_len);
	if (n <= 0)
		return n == 0;
	s->active_ms = clock_ms();
	if (s->in_len == 0 && s->skip == 0 && s->state == ADMIN_SESSION_SERVING)
		s->since_ms = s->active_ms; /* a request begins */
	s->in_len += (size_t)n;
	return true;
}

/* ---- output */

static size_t
chunk(const struct admin_session *s)
{
	size_t n = s->out_len - s->out_at;

	if (s->transport == ENDPOINT_SCTP && n > SCTP_SEND_MOST)
		return SCTP_SEND_MOST;
	return n;
}

/* Write what the kernel takes; false: the connection is broken. */
static bool
flush(struct admin_session *s)
{
	ssize_t n;

	while (s->out_at < s->out_len && (s->end.can & END_WRITE)) {
		n = send(s->end.fd, s->out + s->out_at, chunk(s), MSG_NOSIGNAL);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1 && errno != EAGAIN)
			return false;
		if (n == -1) {
			s->end.can &= (uint8_t)~END_WRITE;
			break;
		}
		s->out_at += (size_t)n;
		s->unread_ms = 0;
		if (s->feed != NULL) /* who listens is not idle */
			s->active_ms = clock_ms();
	}
	if (s->out_at == s->out_len)
		s->out_at = s->out_len = 0;
	else if (s->unread_ms == 0)
		s->unread_ms = clock_ms();
	return true;
}

struct wr
admin_session_room(struct admin_session *s)
{
	return wr_of(s->out + s->out_len, sizeof s->out - s->out_len);
}

void
admin_session_say(struct admin_session *s, enum frame_verdict verdict)
{
	struct wr out = admin_session_room(s);

	frame_verdict_write(&out, verdict);
	s->out_len += wr_len(&out);
}

/*
 * Events, when no answer is on its way. Over SCTP an answer begins a message of
 * its own, so nothing may be in front of one that comes later.
 */
static bool
deliver(struct admin_session *s)
{
	if (s->feed == NULL || s->out_len > 0 ||
	    (s->transport == ENDPOINT_SCTP &&
		row(s)->waits == ADMIN_WAITS_ANSWER))
		return true;
	s->out_len = feed_take(s->feed, s->out, sizeof s->out);
	return flush(s);
}

/* ---- what was read */

static void
log_in(struct admin_session *s)
{
	struct rd in = rd_of(s->in + s->in_at, s->in_len - s->in_at);
	enum parse found = frame_login_parse(&in, &s->login);

	s->in_at = (size_t)(in.at - s->in);
	if (found == PARSE_DONE)
		admin_login_begin(s);
	if (found == PARSE_BAD)
		admin_login_refuse(s, FRAME_BAD_VERSION);
}

/* Parse what is there; true: something was done, there may be more. */
static bool
answer(struct admin_session *s)
{
	size_t before = s->in_at;

	if (row(s)->waits != ADMIN_WAITS_BYTES || s->out_len > 0 ||
	    s->in_at == s->in_len)
		return false;
	if (s->state == ADMIN_SESSION_LOGIN)
		log_in(s);
	else
		admin_answer_requests(s);
	return s->in_at > before || s->out_len > 0;
}

/* ---- the whole */

/* A refusal has been delivered as well as it can be. */
static bool
is_told(struct admin_session *s)
{
	if (s->state != ADMIN_SESSION_REFUSED || s->out_len > 0)
		return false;
	/* SCTP has no half-close, but close() sends what is queued. */
	if (s->eof || s->transport == ENDPOINT_SCTP)
		return !readable(s);
	if (!s->shut)
		(void)shutdown(s->end.fd, SHUT_WR); /* or it is gone already */
	s->shut = true;
	return false;
}

static bool
is_over(struct admin_session *s)
{
	if (is_told(s))
		return true;
	/* All that came before the end of file is answered first. */
	return s->eof && s->out_len == 0 && row(s)->waits == ADMIN_WAITS_BYTES;
}

bool
admin_session_run(struct admin_session *s)
{
	for (unsigned i = 0; i < ROUNDS; i++) {
		if (!flush(s) || !fill(s))
			return false;
		while (answer(s))
			if (!flush(s))
				return false;
		if (!deliver(s))
			return false;
		if (is_over(s))
			return false;
		if (!readable(s) || s->out_len > 0 ||
		    row(s)->waits == ADMIN_WAITS_ANSWER)
			return true;
	}
	/* More is waiting, but so are others. */
	end_again(&s->end);
	return true;
}

bool
admin_session_idle(const struct admin_session *s)
{
	return s->state == ADMIN_SESSION_SERVING && s->in_at == s->in_len &&
	       s->skip == 0 && s->out_len == 0;
}

static unsigned
allowed_ms(const struct admin_session *s, const struct admin_limits *limits)
{
	switch (row(s)->limit) {
	case ADMIN_LIMIT_LOGIN:
		return limits->login_ms;
	case ADMIN_LIMIT_REQUEST:
		return s->in_at < s->in_len || s->skip > 0 ? limits->request_ms
							   : 0;
	case ADMIN_LIMIT_LINGER:
		return limits->linger_ms;
	case ADMIN_LIMIT_NONE:
		break;
	}
	return 0;
}

bool
admin_session_late(const struct admin_session *s,
    const struct admin_limits *limits, uint64_t now_ms)
{
	unsigned allowed = allowed_ms(s, limits);

	if (s->unread_ms != 0 && s->state != ADMIN_SESSION_REFUSED)
		return now_ms - s->unread_ms > limits->unread_ms;
	return allowed > 0 && now_ms - s->since_ms > allowed;
}
