#include "tui/keys.h"

#include <stdio.h>

#include "tui/utf8.h"

const struct keys_row keys_rows[] = {
#define KEY(where, group, k1, k2, k3, action, bar, help)                   \
	{ where, KEYS_##group, { k1, k2, k3 }, ACTION_##action, bar, help, \
		#action },
#include "tui/keys.def"
};

const size_t keys_count = sizeof keys_rows / sizeof *keys_rows;

enum admin_id
keys_need(enum action action)
{
	switch (action) {
#define NEEDS(action, command) \
	case ACTION_##action:  \
		return ADMIN_##command;
#include "tui/keys.def"
	default:
		return ADMIN_COMMANDS;
	}
}

enum action
keys_find(unsigned where, uint32_t code)
{
	for (size_t i = 0; i < keys_count; i++) {
		const struct keys_row *row = &keys_rows[i];

		if ((row->where & where) == 0)
			continue;
		for (int k = 0; k < KEYS_ALIASES; k++)
			if (row->keys[k] != 0 && row->keys[k] == code)
				return row->action;
	}
	return ACTION_NONE;
}

static const char *
special(uint32_t code)
{
	static const struct {
		uint32_t code;
		const char *name;
	} rows[] = {
		{ ' ', "Space" },
		{ INPUT_TAB, "Tab" },
		{ INPUT_ENTER, "Enter" },
		{ INPUT_ESC, "Esc" },
		{ INPUT_BACKSPACE, "Backspace" },
		{ INPUT_UP, "Up" },
		{ INPUT_DOWN, "Down" },
		{ INPUT_LEFT, "Left" },
		{ INPUT_RIGHT, "Right" },
		{ INPUT_HOME, "Home" },
		{ INPUT_END, "End" },
		{ INPUT_INSERT, "Insert" },
		{ INPUT_DELETE, "Delete" },
		{ INPUT_PGUP, "PgUp" },
		{ INPUT_PGDN, "PgDn" },
		{ INPUT_BTAB, "S-Tab" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (rows[i].code == code)
			return rows[i].name;
	return NULL;
}

const char *
keys_name(char text[KEYS_NAME], uint32_t code)
{
	const char *name = special(code);

	if (name != NULL)
		(void)snprintf(text, KEYS_NAME, "%s", name);
	else if (code > INPUT_F0)
		(void)snprintf(text, KEYS_NAME, "F%u", code - INPUT_F0);
	else if (code < 0x20)
		(void)snprintf(text, KEYS_NAME, "^%c", (int)(code | 0x40));
	else
		text[utf8_put(text, code)] = '\0';
	return text;
}

const char *
keys_names(char text[KEYS_NAMES], const struct keys_row *row)
{
	size_t at = 0;
	char one[KEYS_NAME];

	text[0] = '\0';
	for (int k = 0; k < KEYS_ALIASES && row->keys[k] != 0; k++)
		at += (size_t)snprintf(text + at, KEYS_NAMES - at, "%s%s",
		    k == 0 ? "" : " ", keys_name(one, row->keys[k]));
	return text;
}

void
keys_word(char text[48], const struct keys_row *row)
{
	size_t i = 0;

	for (; i < 47 && row->name[i] != '\0'; i++)
		text[i] =
		    (char)(row->name[i] == '_' ? '-' : row->name[i] | 0x20);
	text[i] = '\0';
}

const char *
keys_group_name(enum keys_group group)
{
	static const char *const names[KEYS_GROUPS] = {
		[KEYS_EVERYWHERE] = "Everywhere",
		[KEYS_GRAPHS] = "Graphs",
		[KEYS_MOVE] = "Move",
		[KEYS_FIND] = "Find and sort",
		[KEYS_ACT] = "Act",
		[KEYS_FORM] = "In a form",
		[KEYS_QUESTION] = "In a question",
		[KEYS_HELP] = "In the help",
		[KEYS_MENU] = "In the server menu",
		[KEYS_COLUMNS] = "In the list of columns",
		[KEYS_SORT] = "In the menu of orders",
		[KEYS_SETUP] = "In the setup",
		[KEYS_ANSWER] = "In the answer to a command",
		[KEYS_CONFLICT] = "When somebody else changed a user first",
	};

	return names[group];
}
