/* What the server says: answers, and events between them. */

#include <errno.h>
#include <string.h>

#include "base/clock.h"
#include "client/parts.h"

static bool
take_answer(struct client *c, struct rd *in)
{
	struct client_answer answer = { .rows = c->rows };
	enum parse found = PARSE_BAD;
	struct frame_answer got;
	struct ask ask;

	if (c->asks.count > 0) {
		ask = c->asks.ring[c->asks.first];
		answer.id = ask.id;
		found = frame_answer_parse(
		    in, ask.form, ask.id, &got, c->rows, FRAME_LIST_MOST);
	}
	if (found == PARSE_MORE)
		return false;
	if (found == PARSE_BAD) {
		client_down(c, CLIENT_GARBLED,
		    "the server sent what is no answer to us");
		return false;
	}
	answer.status = got.status;
	answer.count = got.count;
	answer.more = got.more;
	answer.why =
	    got.why.len > 0 ? got.why.bytes : admin_status_text(got.status);
	ask = asks_take(&c->asks);
	ask.answered(&answer, ask.arg);
	return c->state == CLIENT_UP && !c->closed;
}

/* Only who has subscribed is told anything. */
static bool
is_told(const struct client *c, const struct rd *in)
{
	return c->state == CLIENT_UP && client_knows(c, ADMIN_subscribe) &&
	       frame_is_event(in);
}

static bool
take_event(struct client *c, struct rd *in)
{
	enum admin_event event;
	enum parse found = frame_event_parse(in, &event, &c->event);

	if (found == PARSE_MORE)
		return false;
	if (found == PARSE_BAD) {
		client_down(
		    c, CLIENT_GARBLED, "the server sent an event that is none");
		return false;
	}
	if (event != ADMIN_EVENTS && c->config.told != NULL)
		c->config.told(c, event, &c->event, c->config.arg);
	return c->state == CLIENT_UP && !c->closed;
}

/* Events come without being asked for: they do not say that answers will. */
static bool
take(struct client *c, struct rd *in)
{
	if (is_told(c, in))
		return take_event(c, in);
	c->heard_ms = clock_ms();
	return c->state == CLIENT_UP ? take_answer(c, in) : greet_read(c, in);
}

static void
parse(struct client *c)
{
	struct rd in = rd_of(c->in, c->in_len);
	bool more = true;

	while (more && rd_left(&in) > 0)
		more = take(c, &in);
	if (c->link.fd == -1)
		return; /* what is left came from another connection */
	c->in_len = rd_left(&in);
	memmove(c->in, in.at, c->in_len);
}

void
client_receive(struct client *c)
{
	ssize_t n =
	    link_receive(&c->link, c->in + c->in_len, sizeof c->in - c->in_len);

	if (n > 0) {
		c->in_len += (size_t)n;
		parse(c);
	} else if (n < 0 && c->greeted && c->state == CLIENT_CONNECTING) {
		greet_again(c);
	} else if (n == -EPIPE) {
		client_down(c, CLIENT_LOST, "the server closed the connection");
	} else if (n < 0) {
		client_down(c, CLIENT_LOST, "the connection broke: %s",
		    strerror((int)-n));
	}
}
