/*
 * Bottler, over UDP: datagrams to requests and answers back, from the rows of
 * proto/admin.def. Pure; any thread.
 *
 *     request  VER=1 | TOKEN (8) | CMD | PARAMETERS (0 to 255)
 *     answer   VER=1 | STATUS | DATA
 */

#ifndef PROTO_BOTTLER_H
#define PROTO_BOTTLER_H

#include "base/wire.h"
#include "proto/admin.h"

enum {
	BOTTLER_VERSION = 1,
	BOTTLER_TOKEN = 8,
	BOTTLER_HEAD = 1 + BOTTLER_TOKEN + 1,
	BOTTLER_REQUEST_MOST = BOTTLER_HEAD + 255,
	BOTTLER_REFUSAL = 2, /* octets of an answer without data */
	BOTTLER_ANSWER_MOST = 1200,
	BOTTLER_LIST_MOST = 255, /* rows in one answer */
	BOTTLER_PAGES_MOST = 255,
};

/* ---- requests */

struct bottler_head {
	const uint8_t *token; /* BOTTLER_TOKEN octets of the datagram */
	uint8_t cmd;
};

/*
 * The head of a datagram. PARSE_MORE: shorter than a head, not to be answered;
 * PARSE_BAD: not version 1; PARSE_DONE: the cursor stands before the
 * parameters.
 */
enum parse bottler_head_parse(struct rd *, struct bottler_head *);

/*
 * The parameters, to the datagram's end: ADMIN_OK, ADMIN_UNKNOWN (no such CMD),
 * ADMIN_INVALID (too short, or too long by more than zero octets). What the
 * values mean is not decided here.
 */
enum admin_status bottler_parameters_parse(
    struct rd *, uint8_t cmd, enum admin_id *, union admin_request *);

/* A whole request; `failed` is set if its parameters exceed 255 octets. The
 * command must have a Bottler code. */
void bottler_request_write(struct wr *, const uint8_t token[BOTTLER_TOKEN],
    enum admin_id, const void *record);

/* ---- answers */

/* The answer of a command that is no list. The record matters if it is OK. */
void bottler_answer_write(
    struct wr *, enum admin_id, enum admin_status, const void *record);

/* The answer of a list, row by row; false: no more fit. */
struct bottler_list {
	struct wr *out;
	const struct layout *row;
	uint8_t *count;
};
void bottler_list_begin(struct bottler_list *, struct wr *, enum admin_id);
bool bottler_list_row(struct bottler_list *, const void *record);

/*
 * Read an answer to that command: *rows gets *count records, 1 or those of a
 * list (at most BOTTLER_LIST_MOST). PARSE_BAD: it is no answer to it.
 * PARSE_MORE: it is cut short. Octets behind it are not looked at.
 */
enum parse bottler_answer_parse(
    struct rd *, enum admin_id, enum admin_status *, void *rows, size_t *count);

/* ---- pages: each as many names as fit in an answer */

struct bottler_pager {
	unsigned page; /* of the name added last, from 1; 0: none yet */
	unsigned count;
	size_t octets;
};

/* The page that the next name is on. Start with a zeroed pager. */
unsigned bottler_pager_add(struct bottler_pager *, size_t name_len);

/* ---- the token */

/* 8 octets, or 16 hex digits; a newline behind is left out. False: neither. */
bool
bottler_token_read(uint8_t token[BOTTLER_TOKEN], const void *text, size_t len);

/* In constant time. */
bool bottler_token_same(const uint8_t *a, const uint8_t *b);

#endif
