/*
 * Both admin protocols, said once.
 *
 * proto/admin.def lists what can be asked and what travels. From its rows come
 * the C structs, the codecs, the daemon's dispatch, the clients' words, help,
 * JSON keys and the round-trip tests. A new command is one row there and one
 * do_<id>() in the daemon (daemon/admin_do.h). Constant tables and pure
 * functions: any thread.
 */

#ifndef PROTO_ADMIN_H
#define PROTO_ADMIN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/layout.h"

/* The front ends; a layout's form. */
enum admin_form {
	ADMIN_BASE,
	ADMIN_EXTENDED,
	ADMIN_BOTTLER,
};

/* ---- records: struct admin_<message>, one member per field */

#define ADMIN_TYPE_NUMBER uint64_t
#define ADMIN_TYPE_FLAG uint64_t
#define ADMIN_TYPE_CHOICE uint64_t
#define ADMIN_TYPE_TIME uint64_t
#define ADMIN_TYPE_TEXT struct layout_text
#define ADMIN_TYPE_SECRET struct secret

/* The first member is there because C has no empty structs. */
#define MESSAGE(id)         \
	struct admin_##id { \
		char record;
#define FIELD(message, kind, name, ...) ADMIN_TYPE_##kind name;
#define END(id) \
	}       \
	;
#include "proto/admin.def"

/* admin_<message>: the record as a table. */
#define MESSAGE(id) extern const struct layout admin_##id;
#include "proto/admin.def"

/* Room for any request's record, and for one record of any answer. */
union admin_request {
#define COMMAND(id, words, request, ...) struct admin_##request id;
#include "proto/admin.def"
};

union admin_answer {
#define COMMAND(id, words, request, answer, ...) struct admin_##answer id;
#include "proto/admin.def"
};

/* ---- events */

enum admin_event {
#define EVENT(cmd, id, ...) ADMIN_EVENT_##id,
#include "proto/admin.def"
	ADMIN_EVENTS,
};

/* What a subscription may ask for. */
enum admin_wish {
	ADMIN_WISH_figures,
	ADMIN_WISH_sessions,
	ADMIN_WISH_log,
	ADMIN_WISH_changes,
	ADMIN_WISH_findings,
	ADMIN_WISH_always, /* nothing: it concerns whoever subscribed */
};

struct admin_event_row {
	const char *name, *help;
	const struct layout *fields;
	enum admin_wish wish;
	uint8_t cmd;
};

extern const struct admin_event_row admin_events[ADMIN_EVENTS];

/* Room for any event's record. */
union admin_event_record {
#define EVENT(cmd, id, message, ...) struct admin_##message id;
#include "proto/admin.def"
};

/* The event of a code, or ADMIN_EVENTS for an unknown one. */
enum admin_event admin_event_find(uint8_t cmd);

/* Is that kind of event among what was asked for? */
bool admin_event_is_wanted(enum admin_event, const struct admin_subscription *);

/* ---- statuses */

enum admin_status {
#define STATUS(id, ...) ADMIN_##id,
#include "proto/admin.def"
	ADMIN_STATUSES,
	ADMIN_LATER, /* in the daemon: under way, the answer follows */
	ADMIN_LOST,  /* in a client: the connection ended before the answer */
};

/* What it means, for people: a constant text. */
const char *admin_status_text(enum admin_status);

/* ---- commands */

enum admin_id {
#define COMMAND(id, ...) ADMIN_##id,
#include "proto/admin.def"
	ADMIN_COMMANDS,
};

enum admin_need {
	ADMIN_LOOK,   /* observers may */
	ADMIN_CHANGE, /* administrators only */
};

/* Which status numbers a base answer uses. */
enum admin_result {
	ADMIN_RESULT_NONE, /* a query: its answer carries no status */
	ADMIN_RESULT_adding,
	ADMIN_RESULT_removing,
	ADMIN_RESULT_switching,
	ADMIN_RESULT_setting,
	ADMIN_RESULTS,
};

struct admin_command {
	const char *name;  /* the row's id */
	const char *words; /* what a person types */
	const char *help;
	const struct layout *request;
	const struct layout *answer; /* of one record */
	bool many;                   /* a list of answer records */
	enum admin_need need;
	enum admin_result result;
};

extern const struct admin_command admin_commands[ADMIN_COMMANDS];

/* Other words for a command. */
struct admin_short {
	const char *words;
	enum admin_id id;
	const char
	    *value; /* of its request's first field, as a person types it */
	const char *help;
};

extern const struct admin_short admin_shorts[];
extern const size_t admin_nshorts;

/* The command of a base code, or ADMIN_COMMANDS for an unknown one. */
enum admin_id admin_base_find(uint8_t type, uint8_t cmd);

/* TYPE << 8 | CMD as a client sends it; -1 if the base protocol has none. */
int admin_base_code(enum admin_id);

/* The same for codes of the extension. */
enum admin_id admin_extended_find(uint8_t type, uint8_t cmd);
int admin_extended_code(enum admin_id);

/* All commands of TYPE 02 or 03 that are rows: bit CMD is set. */
uint64_t admin_extended_known(uint8_t type);

/* Does who said that hello know the command? */
bool admin_hello_knows(const struct admin_hello *, enum admin_id);

/* The command of a Bottler code; its code, -1 if Bottler has none. */
enum admin_id admin_bottler_find(uint8_t cmd);
int admin_bottler_code(enum admin_id);

/* One octet that stands for parameters that are absent; 0: none does. */
uint8_t admin_bottler_absent(enum admin_id);

/* Is a command answered when it is done, or before? */
enum bottler_when {
	BOTTLER_AFTER,
	BOTTLER_BEFORE,
};
enum bottler_when admin_bottler_when(enum admin_id);

/* A status as the number a Bottler answer carries, and back (else FAILED). */
uint8_t admin_bottler_status(enum admin_status);
enum admin_status admin_bottler_meaning(uint8_t number);

/* A status as the number a base answer carries, and back (else FAILED). */
uint8_t admin_base_status(enum admin_result, enum admin_status);
enum admin_status admin_base_meaning(enum admin_result, uint8_t number);

#endif
