/*
 * The admin protocol in a stream: the login, then requests and answers, of the
 * base protocol (TYPE 00, 01) and of the extension (02, 03; 04 are events),
 * mixed at will. Pure functions over cursors; three answers each (base/wire.h),
 * and only PARSE_DONE moves the cursor. Any thread. The document is
 * docs/admin-protocol.md.
 */

#ifndef PROTO_FRAME_H
#define PROTO_FRAME_H

#include <stdint.h>

#include "base/wire.h"
#include "proto/admin.h"

enum {
	FRAME_VERSION = 1,
	FRAME_UNKNOWN = 0xff,
	FRAME_BODY_MOST = 65536,   /* of the extension; more is refused */
	FRAME_REQUEST_MOST = 2048, /* that we write, or read before we skip */
	FRAME_LOGIN_MOST = 1 + 256 + 256, /* VER text text */
	FRAME_LIST_MOST = 255,            /* rows of an answer */
	/* TYPE CMD n n*text; the extension's pages are cut to fit as well. */
	FRAME_ANSWER_MOST = 3 + FRAME_LIST_MOST * 256,
	/* The most a client must hold to see an answer whole. */
	FRAME_ANSWER_READ = 2 + 1 + 4 + FRAME_BODY_MOST,
	FRAME_EVENT_HEAD = 2 + 4,
	FRAME_EVENT_MOST = 2048, /* of those there are */
};

/* STATUS of the answer to a login. */
enum frame_verdict {
	FRAME_ACCEPTED = 0,
	FRAME_REFUSED = 1,
	FRAME_BAD_VERSION = 2, /* known as soon as VER is */
};

struct frame_login {
	struct layout_text name; /* either may be empty: refuse it */
	struct secret password;
};

/* PARSE_BAD: another version. */
enum parse frame_login_parse(struct rd *, struct frame_login *);
void frame_login_write(struct wr *, const struct frame_login *);

/* PARSE_BAD: not an answer to a login. */
enum parse frame_verdict_parse(struct rd *, enum frame_verdict *);
void frame_verdict_write(struct wr *, enum frame_verdict);

/*
 * A request. Of the extension, all of it is there but `skip` octets that its
 * reader must throw away: they say nothing we know.
 */
struct frame_request {
	enum admin_id id; /* ADMIN_COMMANDS: unknown, of a known TYPE */
	uint8_t type, cmd;
	enum admin_form form;
	enum admin_status found; /* not OK: answer this, nothing else */
	uint32_t skip;
	union admin_request record; /* valid if found OK */
};

/*
 * The next request. An unknown CMD of a known TYPE is PARSE_DONE; in the base
 * protocol it is two octets. PARSE_BAD is an unknown TYPE.
 */
enum parse frame_request_parse(struct rd *, struct frame_request *);

/* What a client sends; the command must have a code in that form. */
void frame_request_write(
    struct wr *, enum admin_form, enum admin_id, const void *record);

/* FF FF: an unknown TYPE. */
void frame_unknown_write(struct wr *);

/*
 * The answer to a command with one record, or with none: a refusal too. The
 * extension has room for why, a text for people; NULL: the status's own.
 */
void frame_answer_write(struct wr *, const struct frame_request *,
    enum admin_status, const void *record, const char *why);

/*
 * The answer with a list: begin, then a row at a time (false: the page is full,
 * or the buffer, and the client must ask for the rest), then end; or drop it
 * and answer something else.
 */
struct frame_list {
	struct wr *out, before;
	const struct layout *row;
	enum admin_form form;
	uint8_t *count, *len, *more;
	unsigned rows;
};

void frame_list_begin(
    struct frame_list *, struct wr *, const struct frame_request *);
bool frame_list_row(struct frame_list *, const void *record);
/* There are rows that were not tried. */
void frame_list_more(struct frame_list *);
void frame_list_end(struct frame_list *);
void frame_list_drop(struct frame_list *);

/*
 * An event: 04 | CMD | LEN u32 | BODY, from server to client, between answers.
 */
void frame_event_write(struct wr *, enum admin_event, const void *record);

/* Are the next octets an event's? There must be one. */
bool frame_is_event(const struct rd *);

/*
 * Read one. *event is ADMIN_EVENTS for one we do not know: it is skipped.
 * PARSE_BAD: too long, or it ends inside a field.
 */
enum parse frame_event_parse(
    struct rd *, enum admin_event *event, union admin_event_record *);

/* An answer as a client finds it. */
struct frame_answer {
	enum admin_status status;
	bool more;    /* of a list: there are rows behind the last one */
	size_t count; /* records; 0 unless the status is OK */
	struct layout_text why; /* of a refusal; in the extension only */
};

/*
 * The answer to the oldest unanswered request, which was for `id`. Records go
 * to `rows`, room for `most` of them (FRAME_LIST_MOST for a list, 1 else).
 * PARSE_BAD: not an answer to that request.
 */
enum parse frame_answer_parse(struct rd *, enum admin_form, enum admin_id,
    struct frame_answer *, void *rows, size_t most);

#endif
