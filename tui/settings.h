/*
 * The daemon's settings: its own table where the extension tells it, else the
 * few that the base protocol knows. Values are text, as in the file. A new
 * value is staged first and sent later. One thread.
 */

#ifndef TUI_SETTINGS_H
#define TUI_SETTINGS_H

#include "proto/admin.h"

enum { SETTINGS_MOST = 256, SETTINGS_KEY = 48, SETTINGS_VALUE = 256 };

enum setting_kind {
	SETTING_NUMBER,
	SETTING_SWITCH,
	SETTING_CHOICE,
	SETTING_TEXT,
};

enum { ORIGIN_RUNTIME = 3 }; /* of settings_origins */

enum setting_note {
	NOTE_NONE,
	NOTE_SENDING,
	NOTE_OK,
	NOTE_REFUSED,
};

struct setting {
	char key[SETTINGS_KEY];     /* safe; the id */
	struct layout_text raw;     /* the key as it travels */
	char label[SETTINGS_KEY];   /* what is shown for it */
	char value[SETTINGS_VALUE]; /* safe; what holds */
	char fallback[SETTINGS_VALUE];
	char form[128], meaning[160];
	enum setting_kind kind;
	char kind_word[16]; /* the daemon's; safe */
	unsigned group;
	bool known; /* the value is */
	bool live;  /* can be changed while the daemon runs */
	unsigned origin;
	uint64_t least, most;
	int base; /* its row of the base protocol; -1: none */

	char when[12];      /* when it was set from here; "" if it was not */
	bool staged, unset; /* unset: back to what the file says */
	char next[SETTINGS_VALUE];
	enum setting_note note;
	char text[160]; /* of the note */
};

struct settings {
	struct setting *all; /* by group; owned */
	size_t n;
	struct setting *next;
	size_t nnext;
	bool listed;
};

struct setting_base {
	const char *key, *label, *unit, *built_in, *help;
	enum setting_kind kind;
	uint64_t least, most;
	enum admin_id query, set;
};

extern const struct setting_base settings_base[];
extern const size_t settings_nbase;
extern const char *const settings_groups[];
extern const char *const settings_origins[]; /* default, file, option, runtime
					      */

/* Fill with the rows of the base protocol; false without memory. */
bool settings_open(struct settings *);
void settings_close(struct settings *);

/* A new list begins; rows of it, and then it is whole. */
void settings_begin(struct settings *);
void settings_add(struct settings *, const struct admin_setting *, size_t n);
void settings_end(struct settings *);

/* The base protocol told a value. */
void settings_told(struct settings *, enum admin_id query, uint64_t value);

struct setting *settings_find(const struct settings *, const char *key);

/* Would the daemon take it? Else why is what would be right. */
bool settings_check(
    const struct setting *, const char *text, char *why, size_t size);

/* The next of a choice's words behind this one. */
void
settings_word(const struct setting *, const char *now, char *next, size_t size);

/* The request that sets a staged value, and its command. */
enum admin_id
settings_request(const struct setting *, bool extended, union admin_request *);

#endif
