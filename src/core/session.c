#include "core/session.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

const struct session_row session_states[SESSION_NSTATES] = {
#define TO(id) (1u << SESSION_##id)
#define STATE(id, counter, waits, limit, next) \
	{ #id, WAITS_##waits, LIMIT_##limit, next },
#include "core/session.def"
};

void
session_begin(struct session *s, bool auth_required)
{
	s->state = SESSION_GREETING;
	s->auth_required = auth_required;
	s->asked = false;
	s->rep = SOCKS_OK;
}

/* The only place where a session changes state. */
static void
enter(struct session *s, enum session_state next)
{
	assert((session_states[s->state].next & 1u << next) != 0);
	s->state = (uint8_t)next;
}

static enum session_wish
refuse(struct session *s)
{
	enter(s, SESSION_REFUSED);
	return WISH_CLOSE;
}

static enum session_wish
refuse_with(struct session *s, enum socks_reply rep, struct wr *out)
{
	s->rep = (uint8_t)rep;
	socks_reply_write(out, s->rep, NULL);
	return refuse(s);
}

/* A client that may go without a login and can, does. */
static uint8_t
choose(const struct session *s, const struct socks_greeting *g)
{
	if (!s->auth_required && g->count > 0 &&
	    memchr(g->methods, SOCKS_NO_AUTH, g->count) != NULL)
		return SOCKS_NO_AUTH;
	if (g->count > 0 &&
	    memchr(g->methods, SOCKS_PASSWORD, g->count) != NULL)
		return SOCKS_PASSWORD;
	return SOCKS_NO_METHOD;
}

static enum session_wish
on_greeting(struct session *s, struct rd *in, struct wr *out)
{
	struct socks_greeting greeting;
	uint8_t method;

	switch (socks_greeting_parse(in, &greeting)) {
	case PARSE_MORE:
		return WISH_NOTHING;
	case PARSE_BAD: /* another protocol: nothing it would understand */
		return refuse(s);
	case PARSE_DONE:
		break;
	}
	method = choose(s, &greeting);
	socks_method_write(out, method);
	if (method == SOCKS_NO_METHOD)
		return refuse(s);
	enter(s, method == SOCKS_PASSWORD ? SESSION_LOGIN : SESSION_REQUEST);
	return WISH_NOTHING;
}

static enum session_wish
on_login(struct session *s, struct rd *in, struct wr *out,
    struct session_words *words)
{
	switch (socks_login_parse(in, &words->login)) {
	case PARSE_MORE:
		return WISH_NOTHING;
	case PARSE_BAD:
		socks_verdict_write(out, false);
		return refuse(s);
	case PARSE_DONE:
		break;
	}
	enter(s, SESSION_VERDICT);
	return WISH_CHECK_USER;
}

static enum session_wish
on_request(struct session *s, struct rd *in, struct wr *out,
    struct session_words *words)
{
	enum socks_reply refusal;

	switch (socks_request_parse(in, &words->request, &refusal)) {
	case PARSE_MORE:
		return WISH_NOTHING;
	case PARSE_BAD:
		return refuse_with(s, refusal, out);
	case PARSE_DONE:
		break;
	}
	s->asked = true;
	switch (words->request.cmd) {
	case SOCKS_CONNECT:
		enter(s, SESSION_DIALING);
		return WISH_DIAL;
	case SOCKS_BIND:
		enter(s, SESSION_BINDING);
		return WISH_BIND;
	case SOCKS_ASSOCIATE:
		enter(s, SESSION_ASSOCIATING);
		return WISH_ASSOCIATE;
	default:
		return refuse_with(s, SOCKS_BAD_COMMAND, out);
	}
}

enum session_wish
session_bytes(struct session *s, struct rd *in, struct wr *out,
    struct session_words *words)
{
	uint8_t before;
	enum session_wish wish;

	assert(session_states[s->state].waits == WAITS_BYTES);
	do {
		before = s->state;
		switch (before) {
		case SESSION_GREETING:
			wish = on_greeting(s, in, out);
			break;
		case SESSION_LOGIN:
			wish = on_login(s, in, out, words);
			break;
		default:
			wish = on_request(s, in, out, words);
			break;
		}
	} while (wish == WISH_NOTHING && s->state != before);
	return wish;
}

enum session_wish
session_verdict(struct session *s, bool right, struct rd *in, struct wr *out,
    struct session_words *words)
{
	assert(s->state == SESSION_VERDICT);
	socks_verdict_write(out, right);
	if (!right)
		return refuse(s);
	enter(s, SESSION_REQUEST);
	return session_bytes(s, in, out, words);
}

enum session_wish
session_answer(
    struct session *s, int err, const struct addr *bound, struct wr *out)
{
	assert(session_states[s->state].waits == WAITS_ANSWER &&
	       s->state != SESSION_VERDICT);
	if (err != 0)
		return refuse_with(s, socks_reply_of(err), out);
	s->rep = SOCKS_OK;
	socks_reply_write(out, SOCKS_OK, bound);
	switch (s->state) {
	case SESSION_BINDING:
		enter(s, SESSION_AWAITING);
		return WISH_AWAIT;
	case SESSION_ASSOCIATING:
		enter(s, SESSION_ASSOCIATED);
		return WISH_DATAGRAMS;
	default:
		enter(s, SESSION_RELAYING);
		return WISH_RELAY;
	}
}
