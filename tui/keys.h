/*
 * The key table: what a key does where. The bottom bar, the help and the key
 * section of the manual page are made from the same rows. Any thread.
 */

#ifndef TUI_KEYS_H
#define TUI_KEYS_H

#include <stddef.h>
#include <stdint.h>

#include "proto/admin.h"
#include "tui/input.h"

/* Where keys work, as bits. */
enum {
	IN_DASH = 1, /* views in their order */
	IN_SESSIONS = 2,
	IN_USERS = 4,
	IN_SETTINGS = 8,
	IN_LOGS = 16,
	IN_FINDINGS = 32,
	IN_RULES = 64,
	IN_NODES = 128,
	IN_FORM = 1 << 16,
	IN_CONFIRM = 1 << 17,
	IN_HELP = 1 << 18,
	IN_MENU = 1 << 19,
	IN_TYPED = 1 << 20,
	IN_COLUMNS = 1 << 21,
	IN_SORT = 1 << 22,
	IN_SETUP = 1 << 25,
	IN_ANSWER = 1 << 23,
	IN_CONFLICT = 1 << 24,
	LISTS = IN_SESSIONS | IN_USERS | IN_SETTINGS | IN_LOGS | IN_FINDINGS |
		IN_RULES | IN_NODES,
	LISTS_WIDE = LISTS & ~IN_SETTINGS, /* that may be wider than shown */
	LISTS_OF_ONE = LISTS & ~IN_NODES,  /* of the daemon one looks at */
	VIEWS = IN_DASH | LISTS,
	BUT_SETTINGS = VIEWS & ~IN_SETTINGS,
};

enum keys_group {
	KEYS_EVERYWHERE,
	KEYS_GRAPHS,
	KEYS_MOVE,
	KEYS_FIND,
	KEYS_ACT,
	KEYS_FORM,
	KEYS_QUESTION,
	KEYS_HELP,
	KEYS_MENU,
	KEYS_COLUMNS,
	KEYS_SORT,
	KEYS_SETUP,
	KEYS_ANSWER,
	KEYS_CONFLICT,
	KEYS_GROUPS,
};

enum action {
	ACTION_NONE,
	ACTION_HELP,
	ACTION_VIEW_DASH, /* this and the next seven in the order of the views
			   */
	ACTION_VIEW_SESSIONS,
	ACTION_VIEW_USERS,
	ACTION_VIEW_SETTINGS,
	ACTION_VIEW_LOGS,
	ACTION_VIEW_FINDINGS,
	ACTION_VIEW_RULES,
	ACTION_VIEW_NODES,
	ACTION_VIEW_NEXT,
	ACTION_VIEW_BACK,
	ACTION_PAUSE,
	ACTION_FASTER,
	ACTION_SLOWER,
	ACTION_REFRESH,
	ACTION_CONNECT,
	ACTION_REDRAW,
	ACTION_COPY,
	ACTION_COPY_ROW,
	ACTION_SAVE,
	ACTION_COLUMNS,
	ACTION_MOUSE,
	ACTION_SORT_MENU,
	ACTION_SETUP,
	ACTION_SUSPEND,
	ACTION_QUIT,
	ACTION_UNDO,
	ACTION_COMMAND,
	ACTION_SERVER,
	ACTION_NODE_GO,
	ACTION_NODE_NEXT,
	ACTION_WINDOW_LESS,
	ACTION_WINDOW_MORE,
	ACTION_PAN_BACK,
	ACTION_PAN_ON,
	ACTION_SCALE,
	ACTION_OTHER,
	ACTION_DOWN, /* from here to REVERSE: rows */
	ACTION_UP,
	ACTION_FIRST,
	ACTION_LAST,
	ACTION_PAGE_DOWN,
	ACTION_PAGE_UP,
	ACTION_SEARCH,
	ACTION_SEARCH_NEXT,
	ACTION_SEARCH_BACK,
	ACTION_FILTER,
	ACTION_MARK,
	ACTION_MARK_RANGE,
	ACTION_MARK_ALL,
	ACTION_MARK_NONE,
	ACTION_SORT_NEXT,
	ACTION_SORT_BACK,
	ACTION_REVERSE,
	ACTION_LEFT,
	ACTION_RIGHT,
	ACTION_BACK,
	ACTION_DETAIL,
	ACTION_SESSION_KILL,
	ACTION_SESSION_CLEAR,
	ACTION_USER_ADD, /* from here to SESSIONS: accounts */
	ACTION_USER_EDIT,
	ACTION_USER_RENAME,
	ACTION_USER_PASSWORD,
	ACTION_USER_ROLE,
	ACTION_USER_ENABLE,
	ACTION_USER_DEL,
	ACTION_USER_CLEAR,
	ACTION_USER_SESSIONS,
	ACTION_EDIT, /* from here to DISCARD: settings */
	ACTION_TOGGLE,
	ACTION_APPLY,
	ACTION_REVERT,
	ACTION_DEFAULT,
	ACTION_DISCARD,
	ACTION_RULE_ADD, /* from here to TEST: rules */
	ACTION_RULE_DEL,
	ACTION_RULE_DOWN,
	ACTION_RULE_UP,
	ACTION_RULE_TEST,
	ACTION_FOLLOW, /* from here to CLEAR: the log and the findings */
	ACTION_LEVEL,
	ACTION_ERRORS,
	ACTION_LOG_TIME,
	ACTION_REVEAL_FINDING,
	ACTION_FINDING_SESSION,
	ACTION_FINDINGS_CLEAR,
	ACTION_FIELD_NEXT,
	ACTION_FIELD_BACK,
	ACTION_FORM_ENTER,
	ACTION_FORM_SAVE,
	ACTION_CHOOSE,
	ACTION_REVEAL,
	ACTION_FIELD_CLEAR,
	ACTION_FORM_CANCEL,
	ACTION_TYPED_DONE,
	ACTION_MENU_DOWN,
	ACTION_MENU_UP,
	ACTION_MENU_RUN,
	ACTION_MENU_CLOSE,
	ACTION_ANSWER_DOWN,
	ACTION_ANSWER_UP,
	ACTION_ANSWER_PAGE_DOWN,
	ACTION_ANSWER_PAGE_UP,
	ACTION_ANSWER_FIRST,
	ACTION_ANSWER_LAST,
	ACTION_ANSWER_AGAIN,
	ACTION_ANSWER_COMMAND,
	ACTION_ANSWER_CLOSE,
	ACTION_COLUMN_TOGGLE,
	ACTION_COLUMNS_ALL,
	ACTION_COLUMNS_CLOSE,
	ACTION_SORT_PICK,
	ACTION_SORT_CLOSE,
	ACTION_MINE,
	ACTION_THEIRS,
	ACTION_BOTH,
	ACTION_SETUP_NEXT,
	ACTION_SETUP_BACK,
	ACTION_SETUP_CLOSE,
	ACTION_YES,
	ACTION_NO,
	ACTION_KEEP,
	ACTION_HELP_RUN,
	ACTION_HELP_DOWN,
	ACTION_HELP_UP,
	ACTION_HELP_ALL,
	ACTION_HELP_CLOSE,
};

enum { KEYS_ALIASES = 3, KEYS_NAME = 16, KEYS_NAMES = 40 };

struct keys_row {
	unsigned where;
	enum keys_group group;
	uint32_t keys[KEYS_ALIASES]; /* 0: none */
	enum action action;
	const char *bar, *help;
	const char *name; /* the action's, as SESSION_KILL */
};

extern const struct keys_row keys_rows[];
extern const size_t keys_count;

/* The command that it stands for: one that the daemon must know and the user
 * may give. ADMIN_COMMANDS: none. */
enum admin_id keys_need(enum action);

/* What a key does in one place (one bit); ACTION_NONE if nothing. */
enum action keys_find(unsigned where, uint32_t code);

/* "j", "^D", "F1", "Enter"; returns the text. */
const char *keys_name(char text[KEYS_NAME], uint32_t code);

/* All keys of a row with blanks between. */
const char *keys_names(char text[KEYS_NAMES], const struct keys_row *);

/* How the command line calls it: session-kill. */
void keys_word(char text[48], const struct keys_row *);

/* A heading for people. */
const char *keys_group_name(enum keys_group);

#endif
