/* Requests of an admin session, as far as they are there, and their answers. */

#include "daemon/admin_parts.h"

#include <string.h>

bool
admin_answer_row(struct admin_call *call, const void *record)
{
	struct admin_session *s = call->arg;

	return frame_list_row(&s->list, record);
}

/* The answer to the request that is being handled. */
static void
finish(struct admin_session *s, struct wr *out, enum admin_status status,
    const void *record, const char *why)
{
	bool listing =
	    s->request.found == ADMIN_OK && admin_commands[s->request.id].many;

	if (listing && status == ADMIN_OK) {
		frame_list_end(&s->list);
		return;
	}
	if (listing)
		frame_list_drop(&s->list);
	frame_answer_write(out, &s->request, status, record, why);
}

/* Answer one request; false: its answer comes later. */
static bool
handle(struct admin_session *s, struct wr *out)
{
	const struct frame_request *req = &s->request;
	union admin_answer answer;
	enum admin_status status = req->found;

	s->skip = req->skip;
	s->call.why = NULL;
	if (status == ADMIN_OK) {
		if (admin_commands[req->id].many)
			frame_list_begin(&s->list, out, req);
		s->call.most_role =
		    req->form == ADMIN_BASE ? ROLE_ADMIN : ROLE_OBSERVER;
		status = admin_do(&s->call, req->id, &req->record, &answer);
	}
	if (status == ADMIN_LATER) {
		if (admin_commands[req->id].many)
			frame_list_drop(&s->list);
		admin_session_enter(s, ADMIN_SESSION_CHANGING);
		return false;
	}
	finish(s, out, status, &answer, s->call.why);
	return true;
}

/* Throw away what a request has that we do not know. */
static void
skip(struct admin_session *s, struct rd *in)
{
	size_t n = rd_left(in) < s->skip ? rd_left(in) : s->skip;

	(void)rd_bytes(in, n);
	s->skip -= (uint32_t)n;
}

/* Over SCTP every answer is a message of its own. */
static bool
has_room(const struct admin_session *s, const struct wr *out)
{
	if (s->transport == ENDPOINT_SCTP)
		return wr_len(out) == 0;
	return (size_t)(out->end - out->at) >= FRAME_ANSWER_MOST;
}

void
admin_answer_requests(struct admin_session *s)
{
	struct rd in = rd_of(s->in + s->in_at, s->in_len - s->in_at);
	struct wr out = admin_session_room(s);
	enum parse found = PARSE_DONE;

	s->call.summed = false;
	while (found == PARSE_DONE && has_room(s, &out)) {
		if (s->skip > 0)
			skip(s, &in);
		found = frame_request_parse(&in, &s->request);
		if (found == PARSE_DONE && !handle(s, &out))
			break;
	}
	if (found == PARSE_BAD) {
		frame_unknown_write(&out);
		admin_session_enter(s, ADMIN_SESSION_REFUSED);
	}
	if (in.at > s->in + s->in_at && s->skip == 0)
		s->since_ms = s->active_ms; /* the next request begins */
	s->in_at = (size_t)(in.at - s->in);
	s->out_len += wr_len(&out);
}

/* An answer that came late is written: on with the next request. */
static void
go_on(struct admin_session *s, const struct wr *out)
{
	s->out_len += wr_len(out);
	admin_session_enter(s, ADMIN_SESSION_SERVING);
	admin_server_resume(s->server, s);
}

void
admin_answer_change(struct change *change, void *arg)
{
	struct admin_session *s = arg;
	struct wr out = admin_session_room(s);

	frame_answer_write(
	    &out, &s->request, admin_do_status(change), NULL, change->why);
	explicit_bzero(&s->request.record, sizeof s->request.record);
	go_on(s, &out);
}

static void
answer_count(struct admin_session *s, size_t n)
{
	struct admin_live_count answer = { .count = n };
	struct wr out = admin_session_room(s);

	frame_answer_write(&out, &s->request, ADMIN_OK, &answer, NULL);
	go_on(s, &out);
}

void
admin_answer_list(
    const struct listed *const list[], size_t n, bool more, void *arg)
{
	struct admin_session *s = arg;
	struct wr out = admin_session_room(s);

	if (list == NULL) {
		answer_count(s, n);
		return;
	}
	frame_list_begin(&s->list, &out, &s->request);
	for (size_t i = 0; i < n; i++)
		if (!admin_do_live(&s->call, list[i]))
			break;
	if (more)
		frame_list_more(&s->list);
	frame_list_end(&s->list);
	go_on(s, &out);
}
