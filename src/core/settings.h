/*
 * The daemon's settings: every one is a row of core/settings.def.
 *
 * A set of settings keeps the values of each origin apart, so that taking one
 * away uncovers what lies below it: run time wins over the command line, that
 * over the file, that over the default. Pure; one thread at a time, or any
 * number of readers.
 */

#ifndef CORE_SETTINGS_H
#define CORE_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum setting_id {
#define SETTING(id, ...) SETTING_##id,
#include "core/settings.def"
	SETTINGS_COUNT,
};

/* Where a value comes from; a later one wins. */
enum setting_origin {
	ORIGIN_DEFAULT,
	ORIGIN_FILE,
	ORIGIN_OPTION,
	ORIGIN_RUNTIME,
	ORIGINS_COUNT,
};

enum setting_kind {
	KIND_COUNT,   /* a number */
	KIND_BYTES,   /* a number; K, M, G and T behind it count in 1024 */
	KIND_SECONDS, /* a number */
	KIND_FLAG,    /* yes or no */
	KIND_CHOICE,  /* one of the row's words */
	KIND_TEXT,    /* text of one of the row's forms */
	KIND_LISTEN,  /* a list of addresses with ports */
	KIND_ADMIN,   /* a list of endpoints */
	KIND_ADDRS,   /* a list of addresses without ports; "auto": empty;
			 "same", where the form has it: that alone */
	KIND_PORTS,   /* LOW-HIGH, as LOW << 16 | HIGH; "auto": 0 */
	KIND_RULE,    /* a list of rules; "none": the empty one */
	KIND_ADDR,    /* one address with a port, or "off" */
};

enum setting_effect {
	EFFECT_LIVE,    /* at once; some for new sessions alone */
	EFFECT_RESTART, /* when the daemon starts again */
};

struct setting_row {
	const char *key; /* as written in the file */
	enum setting_kind kind;
	const char *fallback; /* the default, as written in the file */
	const char *depends;  /* in words, if the machine gives it; else "" */
	uint64_t least, most; /* COUNT, BYTES, SECONDS; ADDR: see the table */
	const char *form;     /* see settings.def */
	enum setting_effect effect;
	const char *meaning;
};

extern const struct setting_row setting_rows[SETTINGS_COUNT];

/* "default", "file", "option", "runtime". */
extern const char *const setting_origins[ORIGINS_COUNT];

/* Choices as settings_number() gives them: the words' order in the row. */
enum setting_auth {
	AUTH_AUTO,
	AUTH_YES,
	AUTH_NO,
};
enum setting_prefer {
	PREFER_AUTO,
	PREFER_IPV4,
	PREFER_IPV6,
};
enum setting_dissector_passwords {
	PASSWORDS_MASKED,
	PASSWORDS_PLAIN,
};
enum setting_access_log_format {
	ACCESS_LOG_TSV,
	ACCESS_LOG_JSON,
};

/* Room for the longest value as text (settings_print()) but for many rules. */
enum { SETTING_TEXT = 1024 };

struct settings;

/* A set with the table's defaults alone; a copy; NULL if memory is out. */
struct settings *settings_new(void);
struct settings *settings_copy(const struct settings *);
void settings_free(struct settings *);

/* The row of that key, or -1. */
int settings_find(const char *key);

/*
 * Give a setting a value for one origin: 0, or -ENOENT (no such key), -EINVAL,
 * -ENOMEM, with a message for people in why that names the key, the value and
 * what would be right; then nothing has changed.
 *
 * A list's value may hold several items with spaces between them. From the
 * file and the command line each call adds to the list; else it replaces it.
 * Addresses are kept in full, with their port ("127.0.0.1:1080"), rules as
 * rule_print() writes them.
 */
int settings_set(struct settings *, enum setting_origin, const char *key,
    const char *value, char why[160]);

/* Forget one origin's value: 0, or -ENOENT if the key has none from there. */
int settings_unset(struct settings *, enum setting_origin, const char *key);

/* Forget all values of one origin (of ORIGIN_DEFAULT: back to the table's). */
void settings_clear(struct settings *, enum setting_origin);

/* Put one origin's values of `from` in place of those in `to`; `from` loses
 * them. */
void
settings_move(struct settings *to, struct settings *from, enum setting_origin);

/*
 * What holds now. The number of a FLAG is 0 or 1, of a CHOICE the word's place
 * in its row. Text and lists live until the set changes.
 */
uint64_t settings_number(const struct settings *, enum setting_id);
const char *settings_text(const struct settings *, enum setting_id);
const char *const *
settings_list(const struct settings *, enum setting_id, size_t *count);

/* Where that value comes from. */
enum setting_origin settings_origin(const struct settings *, enum setting_id);

/*
 * Any setting's value as the file would have it; returns the length. It is
 * SETTING_TEXT or more if not all rules fit; then "..." stands for the others.
 */
size_t settings_print(
    const struct settings *, enum setting_id, char text[SETTING_TEXT]);

/* Do both hold the same value, wherever it comes from? */
bool settings_same(
    const struct settings *, const struct settings *, enum setting_id);

/*
 * The settings that differ but take effect only at a restart: their number,
 * and which, in ids.
 */
size_t settings_restart(const struct settings *before,
    const struct settings *after, enum setting_id ids[SETTINGS_COUNT]);

#endif
