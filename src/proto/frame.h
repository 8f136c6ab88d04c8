/*
 * The base admin protocol in a stream: the login, then requests and answers.
 * Pure functions over cursors; three answers each (base/wire.h), and only
 * PARSE_DONE moves the cursor. Any thread. The document is
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
	FRAME_REQUEST_MOST = 2 + 256 + 256 + 1, /* TYPE CMD text text u8 */
	FRAME_LOGIN_MOST = 1 + 256 + 256,       /* VER text text */
	FRAME_LIST_MOST = 255,                  /* rows of an answer */
	FRAME_ANSWER_MOST = 3 + FRAME_LIST_MOST * 256, /* TYPE CMD n n*text */
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

struct frame_request {
	enum admin_id id; /* ADMIN_COMMANDS: unknown, of a known TYPE */
	uint8_t type, cmd;
	union admin_request record; /* valid unless the command is unknown */
};

/*
 * The next request. An unknown CMD of a known TYPE is two octets and
 * PARSE_DONE; PARSE_BAD is an unknown TYPE.
 */
enum parse frame_request_parse(struct rd *, struct frame_request *);

/* What a client sends; the command must have a base code. */
void frame_request_write(struct wr *, enum admin_id, const void *record);

/* TYPE FF, or FF FF for an unknown TYPE. */
void frame_unknown_write(struct wr *, uint8_t type);

/* The answer to a command with one record (or none); codes as they were asked.
 */
void frame_answer_write(struct wr *, const struct frame_request *,
    enum admin_status, const void *record);

/*
 * The answer with a list: begin, then a row at a time (false: the list is full,
 * or the buffer), then end.
 */
struct frame_list {
	struct wr *out;
	const struct layout *row;
	uint8_t *count;
};

void frame_list_begin(
    struct frame_list *, struct wr *, const struct frame_request *);
bool frame_list_row(struct frame_list *, const void *record);

/*
 * The answer to the oldest unanswered request, which was for `id`. Records go
 * to `rows`, room for `most` of them (FRAME_LIST_MOST for a list, 1 else);
 * *count says how many came. PARSE_BAD: not an answer to that request.
 */
enum parse frame_answer_parse(struct rd *, enum admin_id, enum admin_status *,
    void *rows, size_t most, size_t *count);

#endif
