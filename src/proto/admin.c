#include "proto/admin.h"

#include <assert.h>
#include <stdio.h>

/* ---- records: all fields in one array; each message is a stretch of it */

enum {
#define MESSAGE(id) FIRST_##id, BEFORE_##id = FIRST_##id - 1,
#define FIELD(message, kind, name, ...) FIELD_##message##_##name,
#define END(id) BEHIND_##id, LAST_##id = BEHIND_##id - 1,
#include "proto/admin.def"
};

static const struct layout_field fields[] = {
#define FIELD(                                                            \
    message, kind_, name_, base, extended, bottler, given_, unit_, help_) \
	{ .name = #name_,                                                 \
		.unit = unit_,                                            \
		.help = help_,                                            \
		.kind = LAYOUT_##kind_,                                   \
		.given = LAYOUT_##given_,                                 \
		.offset = offsetof(struct admin_##message, name_),        \
		.width = { base, extended, bottler } },
#include "proto/admin.def"
};

#define MESSAGE(id)                                     \
	const struct layout admin_##id = { .name = #id, \
		.size = sizeof(struct admin_##id),      \
		.fields = fields + FIRST_##id,          \
		.nfields = BEHIND_##id - FIRST_##id };
#include "proto/admin.def"

/* ---- statuses */

static const uint8_t numbers[ADMIN_STATUSES][ADMIN_RESULTS] = {
#define STATUS(id, adding_, removing_, switching_, setting_, ...) \
	[ADMIN_##id] = { [ADMIN_RESULT_adding] = adding_,         \
		[ADMIN_RESULT_removing] = removing_,              \
		[ADMIN_RESULT_switching] = switching_,            \
		[ADMIN_RESULT_setting] = setting_ },
#include "proto/admin.def"
};

const char *
admin_status_text(enum admin_status status)
{
	static const char *const texts[] = {
#define STATUS(id, adding, removing, switching, setting, bottler, text) \
	[ADMIN_##id] = text,
#include "proto/admin.def"
	};

	if (status < ADMIN_STATUSES)
		return texts[status];
	return status == ADMIN_LATER ? "under way" : "the connection was lost";
}

uint8_t
admin_base_status(enum admin_result result, enum admin_status status)
{
	assert(status < ADMIN_STATUSES);
	return numbers[status][result];
}

enum admin_status
admin_base_meaning(enum admin_result result, uint8_t number)
{
	for (unsigned i = 0; i < ADMIN_STATUSES; i++)
		if (numbers[i][result] == number)
			return (enum admin_status)i;
	return ADMIN_FAILED;
}

/* ---- commands */

#define ROWS_ONE false
#define ROWS_MANY true

const struct admin_command admin_commands[ADMIN_COMMANDS] = {
#define COMMAND(id, words_, request_, answer_, rows, need_, result_, help_) \
	[ADMIN_##id] = { .name = #id,                                       \
		.words = words_,                                            \
		.help = help_,                                              \
		.request = &admin_##request_,                               \
		.answer = &admin_##answer_,                                 \
		.many = ROWS_##rows,                                        \
		.need = ADMIN_##need_,                                      \
		.result = ADMIN_RESULT_##result_ },
#include "proto/admin.def"
};

const struct admin_short admin_shorts[] = {
#define SHORT(words, id, value, help) { words, ADMIN_##id, value, help },
#include "proto/admin.def"
};

const size_t admin_nshorts = sizeof admin_shorts / sizeof *admin_shorts;

enum admin_id
admin_base_find(uint8_t type, uint8_t cmd)
{
	switch (type << 8 | cmd) {
#define BASE(type, cmd, id)       \
	case (type) << 8 | (cmd): \
		return ADMIN_##id;
#include "proto/admin.def"
	default:
		return ADMIN_COMMANDS;
	}
}

int
admin_base_code(enum admin_id id)
{
	static const struct {
		enum admin_id id;
		uint8_t type, cmd;
	} codes[] = {
#define BASE(type, cmd, id) { ADMIN_##id, type, cmd },
#include "proto/admin.def"
	};

	for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
		if (codes[i].id == id)
			return codes[i].type << 8 | codes[i].cmd;
	return -1;
}

static const struct extended_code {
	enum admin_id id;
	uint8_t type, cmd;
} extended_codes[] = {
#define EXTENDED(type, cmd, id) { ADMIN_##id, type, cmd },
#include "proto/admin.def"
};

enum {
	EXTENDED_CODES = sizeof extended_codes / sizeof *extended_codes,
};

enum admin_id
admin_extended_find(uint8_t type, uint8_t cmd)
{
	switch (type << 8 | cmd) {
#define EXTENDED(type, cmd, id)   \
	case (type) << 8 | (cmd): \
		return ADMIN_##id;
#include "proto/admin.def"
	default:
		return ADMIN_COMMANDS;
	}
}

int
admin_extended_code(enum admin_id id)
{
	for (size_t i = 0; i < EXTENDED_CODES; i++)
		if (extended_codes[i].id == id)
			return extended_codes[i].type << 8 |
			       extended_codes[i].cmd;
	return -1;
}

uint64_t
admin_extended_known(uint8_t type)
{
	uint64_t known = 0;

	for (size_t i = 0; i < EXTENDED_CODES; i++)
		if (extended_codes[i].type == type)
			known |= UINT64_C(1) << extended_codes[i].cmd;
	return known;
}

bool
admin_hello_knows(const struct admin_hello *hello, enum admin_id id)
{
	int code = admin_extended_code(id);

	if (code < 0)
		return false;
	return (code >> 8 == 2 ? hello->queries : hello->modifications) >>
		   (code & 0x3f) &
	       1;
}

/* ---- events */

const struct admin_event_row admin_events[ADMIN_EVENTS] = {
#define EVENT(cmd_, id, message, wish_, help_) \
	[ADMIN_EVENT_##id] = { .name = #id,    \
		.help = help_,                 \
		.fields = &admin_##message,    \
		.wish = ADMIN_WISH_##wish_,    \
		.cmd = cmd_ },
#include "proto/admin.def"
};

enum admin_event
admin_event_find(uint8_t cmd)
{
	switch (cmd) {
#define EVENT(cmd, id, ...) \
	case cmd:           \
		return ADMIN_EVENT_##id;
#include "proto/admin.def"
	default:
		return ADMIN_EVENTS;
	}
}

bool
admin_event_is_wanted(
    enum admin_event event, const struct admin_subscription *asked)
{
	switch (admin_events[event].wish) {
	case ADMIN_WISH_figures:
		return asked->figures > 0;
	case ADMIN_WISH_sessions:
		return asked->sessions > 0;
	case ADMIN_WISH_log:
		return asked->log > 0;
	case ADMIN_WISH_changes:
		return asked->changes > 0;
	case ADMIN_WISH_findings:
		return asked->findings > 0;
	case ADMIN_WISH_always:
		break;
	}
	return true;
}

/* ---- Bottler */

static const struct {
	enum admin_id id;
	uint8_t cmd, absent;
	enum bottler_when when;
} bottler_codes[] = {
#define BOTTLER(cmd, id, absent, when) \
	{ ADMIN_##id, cmd, absent, BOTTLER_##when },
#include "proto/admin.def"
};

enum { BOTTLER_CODES = sizeof bottler_codes / sizeof *bottler_codes };

enum admin_id
admin_bottler_find(uint8_t cmd)
{
	for (size_t i = 0; i < BOTTLER_CODES; i++)
		if (bottler_codes[i].cmd == cmd)
			return bottler_codes[i].id;
	return ADMIN_COMMANDS;
}

int
admin_bottler_code(enum admin_id id)
{
	for (size_t i = 0; i < BOTTLER_CODES; i++)
		if (bottler_codes[i].id == id)
			return bottler_codes[i].cmd;
	return -1;
}

uint8_t
admin_bottler_absent(enum admin_id id)
{
	for (size_t i = 0; i < BOTTLER_CODES; i++)
		if (bottler_codes[i].id == id)
			return bottler_codes[i].absent;
	return 0;
}

enum bottler_when
admin_bottler_when(enum admin_id id)
{
	for (size_t i = 0; i < BOTTLER_CODES; i++)
		if (bottler_codes[i].id == id)
			return bottler_codes[i].when;
	return BOTTLER_AFTER;
}

static const uint8_t bottler_numbers[ADMIN_STATUSES] = {
#define STATUS(id, adding, removing, switching, setting, bottler, text) \
	[ADMIN_##id] = bottler,
#include "proto/admin.def"
};

uint8_t
admin_bottler_status(enum admin_status status)
{
	assert(status < ADMIN_STATUSES);
	return bottler_numbers[status];
}

enum admin_status
admin_bottler_meaning(uint8_t number)
{
	for (unsigned i = 0; i < ADMIN_STATUSES; i++)
		if (bottler_numbers[i] == number)
			return (enum admin_status)i;
	return ADMIN_FAILED;
}
