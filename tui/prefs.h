/*
 * What a person prefers, kept in the file `preferences` (tui/own_file.h). Rows
 * are tui/prefs.def. One thread.
 */

#ifndef TUI_PREFS_H
#define TUI_PREFS_H

#include "tui/canvas.h"
#include "tui/model.h"

enum pref_id {
#define PREF(id, ...) PREF_##id,
#include "tui/prefs.def"
	PREF_COUNT,
};

/* A row's most, where its value is a set of its words, as bits. */
enum { PREFS_SET = 1, PREFS_WORD = 24 };

struct pref_row {
	const char *key, *words, *meaning;
	unsigned least, most, otherwise;
};

extern const struct pref_row pref_rows[PREF_COUNT];

bool prefs_is_set(enum pref_id);

/* A place in the row's words, a set of them, or a number of milliseconds. */
struct prefs {
	unsigned value[PREF_COUNT];
};

/* ---- prefs_file.c

 * What the file says; mistakes in it are told on standard error. */
void prefs_load(struct prefs *);

/* 0 or -errno. */
int prefs_save(const struct prefs *);

/* ---- prefs.c */

bool prefs_same(const struct prefs *, const struct prefs *);

/* Take a value as the file and the command line have it. False: it is none. */
bool prefs_set(struct prefs *, enum pref_id, const char *value);

/* For messages: what would be right. */
const char *prefs_words(enum pref_id);

/* The word so many places on, around; and a value's word, or "0.5 s". */
unsigned prefs_step(enum pref_id, unsigned value, int by);
const char *prefs_word(char text[PREFS_WORD], enum pref_id, unsigned value);

/* From and to a console that runs. */
void prefs_apply(const struct prefs *, struct model *);
void prefs_take(struct prefs *, const struct model *);

#endif
